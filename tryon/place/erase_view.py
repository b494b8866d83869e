"""A hole and its surroundings as seen from straight in front of the surface behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.planes_of import SeenPlane
from tryon.types import Plane

_HOLE_PX = 150.0  # side of the square as large as the hole, in the view
_MARGIN = 1.2  # of the hole's size that is looked at on every side
_LONGEST_PX = 560
_FINER, _LEAST_MARGIN_PX = 1.7, 40
_FURTHER, _RATIO = 2.0, 2.2  # how much further away than the hole a source may lie; a hole's own far to near
_TOUCH = 0.1  # share of the ring round the hole that a plane must make up to reach behind the item
_OWN = 0.3  # share of a plane that may lie in the hole before it is the item's own front
_LEAST_PX = 16
_GAPS = 0.02  # of the longest side: holes in a depth frame that hide nothing


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """The part of a photo that matters for one hole, small enough to think about.

    pixels: (h, w, 3) uint8. hole: (h, w) bool.
    photo_from_small: (3, 3) scale and offset back to the photo.
    photo_size: Width and height.
    """

    pixels: NDArray[np.uint8]
    hole: NDArray[np.bool_]
    photo_from_small: NDArray[np.float64]
    photo_size: tuple[int, int]

    def shown(self, mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """A mask of the whole photo, of any size, on this part's grid."""
        height, width = mask.shape
        across, down = width / self.photo_size[0], height / self.photo_size[1]
        mask_from_photo = np.array([[across, 0, 0.5 * across - 0.5], [0, down, 0.5 * down - 0.5], [0, 0, 1]])
        own_from_mask = np.linalg.inv(mask_from_photo @ self.photo_from_small)
        size = self.hole.shape[::-1]
        return np.asarray(cv2.warpAffine(mask.astype(np.float32), own_from_mask[:2], size) > 0.5)

    def away_m(self, plane: Plane, at: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) distance along the axis at which (N, 2) pixels show the plane; inf where they do not."""
        photo = at @ self.photo_from_small[:2, :2].T + self.photo_from_small[:2, 2]
        away = -plane.points_at(photo)[:, 2]
        return np.where(np.isfinite(away) & (away > 0.05), away, np.inf)


@dataclass(frozen=True, slots=True, eq=False)
class EraseView:
    """One surface's part of a hole.

    view_from_photo: (3, 3) homography.
    picture: (h, w, 3) uint8 of the view. hole, source: (h, w) bool: to be filled; may be copied.
    valid: (h, w) bool: shows the photo, whether the surface or something before it.
    blur: (h, w) log2 of how far away each pixel is: far ones are enlarged more.
    part: The part of the hole this view fills, on the grid of the `Surroundings`.
    flat: It shows one plane.
    """

    view_from_photo: NDArray[np.float64]
    picture: NDArray[np.uint8]
    hole: NDArray[np.bool_]
    source: NDArray[np.bool_]
    valid: NDArray[np.bool_]
    blur: NDArray[np.float32]
    part: NDArray[np.bool_]
    flat: bool


def views_of(around: Surroundings, planes: Sequence[Plane | SeenPlane]) -> list[EraseView]:
    """The views that together cover the hole: one a plane behind it, or the photo itself where no plane is known."""
    views: list[EraseView] = []
    left = around.hole.copy()
    for plane, part, seen in _behind(around, planes):
        made = _view(around, part, plane, seen) if part.sum() >= _LEAST_PX else None
        if made is not None:
            views.append(made)
            left &= ~part
    if left.sum() >= _LEAST_PX or not views:
        upright = _view(around, left if left.any() else around.hole, None, None)
        if upright is not None:
            views.append(upright)
    return views


def _behind(
    around: Surroundings, planes: Sequence[Plane | SeenPlane]
) -> list[tuple[Plane, NDArray[np.bool_], NDArray[np.bool_] | None]]:
    """Planes behind the hole, the part of it each fills, and where each was seen."""
    hole = around.hole
    size = 2 * max(round(0.08 * float(np.sqrt(hole.sum()))), 3) + 1
    ring = (cv2.dilate(hole.astype(np.uint8), np.ones((size, size), np.uint8)) > 0) & ~hole
    kept: list[tuple[Plane, NDArray[np.bool_] | None]] = []
    for one in planes:
        if isinstance(one, Plane):
            kept.append((one, None))
            continue
        seen = around.shown(one.mask)
        touches = float((seen & ring).sum()) > _TOUCH * float(ring.sum())
        if touches and float((seen & hole).sum()) < _OWN * float(seen.sum()):
            kept.append((one.plane, seen))
    if not kept:
        return []
    rows, columns = np.nonzero(hole)
    away_m = np.stack([around.away_m(plane, np.column_stack([columns, rows]).astype(float)) for plane, _ in kept])
    if len(kept) == 1:
        # A floor alone: what reaches far up the photo has an unknown wall behind it, which is no floor.
        near, far = np.percentile(away_m[0], [2.0, 98.0], method="nearest")  # some may be infinite
        if not far < _RATIO * near:
            return []
    for index, (plane, where) in enumerate(kept):
        if plane.kind == "table" and where is not None:  # floors and walls go on behind things; tables end
            away_m[index][~_hull(where)[rows, columns]] = np.inf
    nearest = away_m.argmin(axis=0)
    parts: list[tuple[Plane, NDArray[np.bool_], NDArray[np.bool_] | None]] = []
    for index, (plane, where) in enumerate(kept):
        part = np.zeros_like(hole)
        own = (nearest == index) & np.isfinite(away_m[index])
        part[rows[own], columns[own]] = True
        parts.append((plane, part, where))
    return parts


def _hull(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The convex outline of what was seen, filled."""
    rows, columns = np.nonzero(seen)
    hull = cv2.convexHull(np.column_stack([columns, rows]).astype(np.int32))
    return np.asarray(cv2.fillConvexPoly(np.zeros(seen.shape, np.uint8), hull, 1) > 0)


def _plane_from_photo(plane: Plane) -> NDArray[np.float64]:
    """(3, 3) homography from pixels to meters along the plane's tangents."""
    camera = plane.camera
    ray_from_pixel = np.array(
        [
            [1.0 / camera.focal_x_px, 0.0, -camera.center_x_px / camera.focal_x_px],
            [0.0, -1.0 / camera.focal_y_px, camera.center_y_px / camera.focal_y_px],
            [0.0, 0.0, -1.0],
        ]
    )
    first, second = plane.tangents
    # Rows of the view run as in the photo, so that pictures of views can be looked at.
    return np.asarray(np.stack([first, -second, -plane.normal / plane.distance_m]) @ ray_from_pixel)


def _view(
    around: Surroundings, part: NDArray[np.bool_], plane: Plane | None, seen: NDArray[np.bool_] | None
) -> EraseView | None:
    flat_from_photo = np.linalg.inv(around.photo_from_small) if plane is None else _plane_from_photo(plane)
    flat_from_small = flat_from_photo @ around.photo_from_small
    rows, columns = np.nonzero(part)
    at = _mapped(flat_from_small, columns.astype(float), rows.astype(float))
    low, high = np.percentile(at, 0.5, axis=0), np.percentile(at, 99.5, axis=0)
    extent = np.maximum(high - low, 1e-6)
    # As fine as the hole needs, and hardly finer than the photo is there.
    scale = min(_HOLE_PX / float(np.sqrt(extent.prod())), float(np.sqrt(_FINER * len(rows) / extent.prod())))
    margin = max(_MARGIN * float(extent.mean()), _LEAST_MARGIN_PX / scale)
    low, high = low - margin, high + margin
    if plane is None:
        low, high = np.maximum(low, 0.0), np.minimum(high, np.array(part.shape[::-1]) - 1.0)
        scale = min(scale, 1.0)
    scale = min(scale, _LONGEST_PX / float((high - low).max()))
    width, height = (max(int(np.ceil(side)) + 1, 2) for side in (high - low) * scale)
    view_from_flat = np.array([[scale, 0.0, -scale * low[0]], [0.0, scale, -scale * low[1]], [0.0, 0.0, 1.0]])
    view_from_small = view_from_flat @ flat_from_small

    def warped(picture: NDArray[np.uint8] | NDArray[np.float32], border: int) -> NDArray[np.float32]:
        size, way = (width, height), cv2.INTER_LINEAR
        moved = cv2.warpPerspective(picture, view_from_small, size, flags=way, borderMode=border)
        return np.asarray(moved, np.float32)

    def covered(mask: NDArray[np.bool_]) -> NDArray[np.float32]:
        return warped(mask.astype(np.float32), cv2.BORDER_CONSTANT)

    view_hole = cv2.dilate((covered(around.hole) > 0.0).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    valid = ~view_hole & (covered(np.ones_like(part)) > 0.999)
    source = valid.copy()
    if seen is not None:
        source &= covered(_closed(seen)) > 0.5
    blur = np.zeros(source.shape, np.float32)
    if plane is not None:
        away_m = _away_m(around, plane, view_from_small, source.shape)
        hole_m = around.away_m(plane, np.column_stack([columns, rows]).astype(np.float64))
        # Not blown up from a few distant pixels, nor from behind the horizon.
        valid &= np.isfinite(away_m)
        source &= away_m < _FURTHER * float(np.median(hole_m))
        blur = np.log2(np.where(np.isfinite(away_m), away_m, 1.0)).astype(np.float32)
    return EraseView(
        view_from_flat @ flat_from_photo,
        np.asarray(warped(around.pixels, cv2.BORDER_REFLECT), np.uint8),
        np.asarray(covered(part) > 0.0),
        source,
        valid,
        blur,
        part,
        plane is not None,
    )


def _closed(seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where a plane was seen, without the sensor's many small holes."""
    size = 2 * max(round(max(seen.shape) * _GAPS / 2.0), 1) + 1
    closed = cv2.morphologyEx(seen.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    return np.asarray(closed > 0)


def _away_m(
    around: Surroundings, plane: Plane, view_from_small: NDArray[np.float64], shape: tuple[int, ...]
) -> NDArray[np.float64]:
    """(h, w) distance of the plane along the axis at every pixel of the view; inf behind the horizon."""
    y, x = np.asarray(np.mgrid[: shape[0], : shape[1]], np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = _mapped(np.asarray(np.linalg.inv(view_from_small), np.float64), x.ravel(), y.ravel())
    return around.away_m(plane, at).reshape(shape)


def _mapped(homography: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    at = np.stack([x, y, np.ones_like(x)], axis=-1) @ homography.T
    return np.asarray(at[..., :2] / at[..., 2:])
