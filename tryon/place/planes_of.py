"""Floor, walls, tables and ceiling in a depth frame, told apart by gravity."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.place.depth_points import clean_depth, depth_camera, rays_of
from tryon.place.planes_of_fit import plane_from
from tryon.place.planes_of_search import WORK_PX, Flat, flats_of
from tryon.types import Camera, Plane, PlaneKind

SOURCE = "depth frame"
_LEVEL_COS = np.cos(np.radians(10.0))
_UPRIGHT_SIN = np.sin(np.radians(12.0))
_HELD_COS = np.cos(np.radians(70.0))  # cameras look down at most this far when nobody tells which way is up
_TABLE_M, _CEILING_M = (0.2, 1.5), 1.6  # over the floor
_APART_M = 0.1  # in height, within which two level patches are one floor
_FLOOR_SHARE = 0.15  # of the largest level surface, below which a patch under it is a mirror image or noise
_WALL_AREA_M2, _TABLE_AREA_M2 = 0.3, 0.05
_BELOW_SHARE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class SeenPlane:
    """A plane and where it was seen.

    plane: In the photo's camera.
    outline_px: (N, 2) float64 polygon round its largest patch, in the photo's pixels.
    mask: (h, w) bool at the depth frame's size: the pixels on it.
    rms_m: How far its points lie off it.
    """

    plane: Plane
    outline_px: NDArray[np.float64]
    mask: NDArray[np.bool_]
    rms_m: float

    @property
    def outline_m(self) -> NDArray[np.float64]:
        """(N, 3) of the outline on the plane, in camera space."""
        return self.plane.points_at(self.outline_px)


@dataclass(frozen=True, slots=True, eq=False)
class DepthPlanes:
    """What a depth frame shows of a room.

    seen: Floor first when there is one, then tables, walls and the ceiling, each largest first.
    remarks: Sentences on what was missing or guessed.
    """

    seen: tuple[SeenPlane, ...]
    remarks: tuple[str, ...] = ()

    @property
    def planes(self) -> tuple[Plane, ...]:
        """The planes alone."""
        return tuple(one.plane for one in self.seen)

    @property
    def floor(self) -> SeenPlane | None:
        """The floor, or None when it is not in view."""
        return next((one for one in self.seen if one.plane.kind == "floor"), None)


def planes_of(
    depth_m: NDArray[np.floating], camera: Camera, *, up: ArrayLike | None = None, focal_sigma: float = 0.0
) -> DepthPlanes:
    """The room's planes from depth that is aligned to the photo.

    The floor is the lowest level surface of some size below the camera. Level is what `up` says, else what the
    largest level surfaces and upright walls agree on for a camera held roughly upright.

    Args:
        depth_m: (h, w) along the camera's axis, of the photo's aspect; holes are 0, NaN or inf.
        camera: The photo's.
        up: (3,) gravity's opposite in camera space, when the phone told.
        focal_sigma: Relative standard deviation of the camera's focal length.

    Raises:
        InputError: Holes only, no surfaces, or another aspect than the photo.
    """
    full = clean_depth(depth_m)
    own_camera = depth_camera(camera, full.shape)
    step = max(-(-max(full.shape) // WORK_PX), 1)
    small, small_camera = _thinned(full, own_camera, step)
    flats = flats_of(small, small_camera)
    up_found = _up(flats, up)
    if up_found is None:
        return DepthPlanes((), ("No level surface is in the depth frame; take the photo so that the floor shows.",))
    points_m = rays_of(small_camera) * small[..., None]
    floor, parts = _floor_of(flats, up_found, points_m)
    kinds = _kinds(flats, up_found, floor)
    order: tuple[PlaneKind, ...] = ("floor", "table", "wall", "ceiling")
    seen: list[SeenPlane] = []
    for kind in order:
        for flat, own in zip(flats, kinds, strict=True):
            if own == kind and _large_enough(flat, kind, points_m, small_camera):
                mask = np.any([flat.mask, *(part.mask for part in parts)], axis=0) if kind == "floor" else flat.mask
                seen.append(_seen(replace(flat, mask=mask), kind, camera, full.shape, step, focal_sigma))
    return DepthPlanes(tuple(seen), _remarks(seen, points_m))


def _thinned(depth_m: NDArray[np.float32], camera: Camera, step: int) -> tuple[NDArray[np.float32], Camera]:
    """Every `step`-th pixel, and the camera of those: no averaging, which would invent depth between surfaces."""
    first = step // 2
    small = np.ascontiguousarray(depth_m[first::step, first::step])
    return small, Camera(
        small.shape[1],
        small.shape[0],
        camera.focal_x_px / step,
        camera.focal_y_px / step,
        (camera.center_x_px - first) / step,
        (camera.center_y_px - first) / step,
    )


def _up(flats: list[Flat], told: ArrayLike | None) -> NDArray[np.float64] | None:
    guess = np.array([0.0, 1.0, 0.0]) if told is None else np.asarray(told, np.float64)
    guess = guess / np.linalg.norm(guess)
    least = _HELD_COS if told is None else _LEVEL_COS
    level = [flat for flat in flats if float(flat.normal @ guess) > least]
    if not level:
        return None if told is None else guess

    def agreement(flat: Flat) -> float:
        along = np.array([float(other.normal @ flat.normal) for other in flats])
        sizes = np.array([float(other.mask.sum()) for other in flats])
        return float(sizes[along > _LEVEL_COS].sum() + 0.5 * sizes[np.abs(along) < _UPRIGHT_SIN].sum())

    best = max(level, key=agreement)
    together = [flat for flat in level if float(flat.normal @ best.normal) > _LEVEL_COS]
    mean = sum((flat.normal * float(flat.mask.sum()) for flat in together), np.zeros(3))
    return np.asarray(mean / np.linalg.norm(mean))


def _floor_of(
    flats: list[Flat], up: NDArray[np.float64], points_m: NDArray[np.float64]
) -> tuple[Flat | None, list[Flat]]:
    """The lowest level surface of some size, and what of it was found apart: a bent sensor breaks floors in two."""
    level = [flat for flat in flats if float(flat.normal @ up) > _LEVEL_COS]
    largest = max((int(flat.mask.sum()) for flat in level), default=0)
    some = [flat for flat in level if flat.mask.sum() >= _FLOOR_SHARE * largest]
    heights_m = [float(np.median(points_m[flat.mask] @ up)) for flat in some]
    low = [flat for flat, height_m in zip(some, heights_m, strict=True) if height_m < min(heights_m) + _APART_M]
    floor = max(low, key=lambda flat: int(flat.mask.sum()), default=None)
    if floor is None:
        return None, []
    height_m = float(np.median(points_m[floor.mask] @ up))
    rest = [f for f in level if f is not floor and abs(float(np.median(points_m[f.mask] @ up)) - height_m) < _APART_M]
    return floor, rest


def _kinds(flats: list[Flat], up: NDArray[np.float64], floor: Flat | None) -> list[PlaneKind | None]:
    kinds: list[PlaneKind | None] = []
    for flat in flats:
        along = float(flat.normal @ up)
        over_m = 0.0 if floor is None else floor.distance_m - flat.distance_m
        if flat is floor:
            kinds.append("floor")
        elif along > _LEVEL_COS:
            kinds.append("table" if _TABLE_M[0] < over_m < _TABLE_M[1] else None)
        elif along < -_LEVEL_COS:
            high = floor is None or floor.distance_m + flat.distance_m > _CEILING_M
            kinds.append("ceiling" if high else None)
        else:
            kinds.append("wall" if abs(along) < _UPRIGHT_SIN else None)
    return kinds


def _large_enough(flat: Flat, kind: PlaneKind, points_m: NDArray[np.float64], camera: Camera) -> bool:
    if kind not in ("wall", "table"):
        return True
    points = points_m[flat.mask]
    away = points / np.linalg.norm(points, axis=1, keepdims=True)
    # A pixel sees depth² / f² of a surface that faces it, more of one seen aslant.
    area_m2 = (points[:, 2] ** 2 / (camera.focal_x_px * camera.focal_y_px) / np.abs(away @ flat.normal)).sum()
    return float(area_m2) > (_WALL_AREA_M2 if kind == "wall" else _TABLE_AREA_M2)


def _seen(
    flat: Flat, kind: PlaneKind, camera: Camera, shape: tuple[int, int], step: int, focal_sigma: float
) -> SeenPlane:
    plane = plane_from(flat.q, flat.covariance, camera, focal_sigma=focal_sigma, kind=kind, source=SOURCE)
    mask = np.repeat(np.repeat(flat.mask, step, axis=0), step, axis=1)[: shape[0], : shape[1]]
    mask = np.pad(mask, [(0, shape[0] - mask.shape[0]), (0, shape[1] - mask.shape[1])])
    outline = _outline(mask, step)
    across, down = camera.width / shape[1], camera.height / shape[0]
    return SeenPlane(plane, (outline + 0.5) * [across, down] - 0.5, mask, flat.rms_m)


def _outline(mask: NDArray[np.bool_], step: int) -> NDArray[np.float64]:
    size = 4 * step + 1
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=cv2.contourArea)
    return np.asarray(cv2.approxPolyDP(largest, 1.5 * step, True).reshape(-1, 2), np.float64)


def _remarks(seen: list[SeenPlane], points_m: NDArray[np.float64]) -> tuple[str, ...]:
    floor = next((one for one in seen if one.plane.kind == "floor"), None)
    if floor is None:
        return ("No floor is in the depth frame; take the photo so that the floor shows.",)
    height_m = points_m @ floor.plane.normal + floor.plane.distance_m
    valid = np.isfinite(height_m)
    below = valid & (height_m < -0.05 + 0.03 * points_m[..., 2])
    if below.sum() > _BELOW_SHARE * valid.sum():
        return ("Some depth lies below the lowest level surface, so that may be a table top; show more of the floor.",)
    return ()
