"""How much room is free at a spot of the floor, measured in a depth frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import ParameterError
from tryon.place.depth_fill import depth_edges
from tryon.place.depth_points import SCALE_SIGMA, clean_depth, depth_camera, rays_of, sensor_sigma_m
from tryon.types import Camera, Measure, Plane

Side: TypeAlias = Literal["left", "right", "back", "front", "top"]
_SIDES: tuple[Side, Side, Side, Side] = ("left", "right", "back", "front")

_CELL_M = 0.01
_REACH_M = 3.0  # how far from the spot is looked, each way
_START_M = 0.2  # edge of the square that must be free for the spot to be free
_LOW_M = 0.03  # what is lower, such as a rug, is floor
_GAP_M = 0.12  # between floor points, that still counts as seen floor
_UNSEEN = 0.25  # share of a strip without floor or anything else in view, where measuring ends
_Z95 = 1.96  # two-sided 95 % of a normal distribution
_EDGE_SIGMA_M = 0.008  # of where a thing ends: half a pixel of the depth frame at 3 m, and the grid


@dataclass(frozen=True, slots=True, eq=False)
class FreeBox:
    """An upright box of free space on the floor.

    width, depth, height: Its edges. Where a side is open they are what is free at least.
    open_sides: Sides at which nothing was met: the view ended, or something nearer hid the floor.
    corners_m: (4, 3) of its footprint in camera space: back left, back right, front right, front left.
    yaw_rad: Turn of the footprint about the floor's normal against `Plane.tangents`.
    """

    width: Measure
    depth: Measure
    height: Measure
    open_sides: tuple[Side, ...]
    corners_m: NDArray[np.float64]
    yaw_rad: float


def free_box(
    depth_m: NDArray[np.floating],
    camera: Camera,
    floor: Plane,
    at_px: ArrayLike,
    *,
    planes: Sequence[Plane] = (),
    height_m: float = 0.5,
    yaw_rad: float | None = None,
) -> FreeBox:
    """The box of free floor round the spot that a pixel shows, grown side by side until something stops it.

    Args:
        depth_m: (h, w) aligned to the photo; holes are 0, NaN or inf.
        planes: The room's; walls give the box its direction, a ceiling its height.
        height_m: Height of what shall stand there: what hangs higher does not stop the box, but limits its height.
        yaw_rad: Direction of the box; along the nearest wall when None.

    Raises:
        ParameterError: No floor at the point, or something stands there.
    """
    spot = floor.points_at(at_px)[0]
    if not np.isfinite(spot).all():
        raise ParameterError("Expected a point on the floor, got one at or above its horizon; mark one further down.")
    _check_spot(depth_m, camera, floor, at_px)
    yaw = _yaw_along_walls(floor, spot, planes) if yaw_rad is None else yaw_rad
    camera_from_box = _camera_from_box(floor, spot, yaw)
    points, noise_m = _points(depth_m, camera, camera_from_box)
    grid = _Grid.of(points, noise_m, height_m)
    sides, stopped = grid.grown()
    x0, x1, z0, z1 = (side * _CELL_M for side in sides)
    over = points[(points[:, 0] > x0) & (points[:, 0] < x1) & (points[:, 2] > z0) & (points[:, 2] < z1)]
    high = over[over[:, 1] > height_m]
    top_m, top_open = _top(high, floor, planes, camera, spot)
    open_sides: list[Side] = [side for side in _SIDES if stopped[side] != "thing"]
    if top_open:
        open_sides.append("top")
    corners = np.array([[x0, 0, z0, 1], [x1, 0, z0, 1], [x1, 0, z1, 1], [x0, 0, z1, 1]])
    return FreeBox(
        _measured(x1 - x0, floor),
        _measured(z1 - z0, floor),
        _measured(top_m, floor),
        tuple(open_sides),
        (corners @ camera_from_box.T)[:, :3],
        yaw,
    )


def _check_spot(depth_m: NDArray[np.floating], camera: Camera, floor: Plane, at_px: ArrayLike) -> None:
    depth = np.asarray(depth_m)
    own = depth_camera(camera, depth.shape)
    at = (np.asarray(at_px, np.float64) + 0.5) * own.width / camera.width
    column, row = (int(np.clip(value, 0, size - 1)) for value, size in zip(at, (own.width, own.height), strict=True))
    ray = rays_of(own)[row, column]
    height_m = float(depth[row, column]) * float(ray @ floor.normal) + floor.distance_m
    if depth[row, column] > 0.0 and height_m > 2.0 * _LOW_M:
        raise ParameterError("Expected free floor at the point, but something stands there; mark another spot.")


def _camera_from_box(floor: Plane, spot: NDArray[np.float64], yaw_rad: float) -> NDArray[np.float64]:
    """(4, 4) of the box's own frame: origin at the spot, +Y up, +Z to its front."""
    turn = np.eye(4)
    turn[0, 0] = turn[2, 2] = math.cos(yaw_rad)
    turn[0, 2], turn[2, 0] = math.sin(yaw_rad), -math.sin(yaw_rad)
    placed = floor.camera_from_plane.copy()
    placed[:3, 3] = spot
    return np.asarray(placed @ turn)


def _yaw_along_walls(floor: Plane, spot: NDArray[np.float64], planes: Sequence[Plane]) -> float:
    """Turn that brings a side of the box along the wall nearest to the spot, within 45° either way."""
    walls = [plane for plane in planes if plane.kind == "wall"]
    if not walls:
        return 0.0
    nearest = min(walls, key=lambda wall: abs(float(wall.normal @ spot) + wall.distance_m))
    normal = np.linalg.inv(floor.camera_from_plane)[:3, :3] @ nearest.normal
    return math.remainder(math.atan2(normal[0], normal[2]), math.pi / 2.0)


def _points(
    depth_m: NDArray[np.floating], camera: Camera, camera_from_box: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(N, 3) points in the box's frame and their noise, without those that fly between two things."""
    depth = clean_depth(depth_m)
    own = depth_camera(camera, depth.shape)
    edges = cv2.dilate(depth_edges(depth).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    kept = np.isfinite(depth) & ~edges
    seen = rays_of(own)[kept] * depth[kept][:, None].astype(np.float64)
    box_from_camera = np.linalg.inv(camera_from_box)
    return seen @ box_from_camera[:3, :3].T + box_from_camera[:3, 3], sensor_sigma_m(depth[kept])


@dataclass(slots=True)
class _Grid:
    """Cells of the floor round the spot: how many are taken and how many unseen up to each, for sums in no time."""

    taken: NDArray[np.int64]
    unseen: NDArray[np.int64]
    half: int = field(default=round(_REACH_M / _CELL_M))

    @classmethod
    def of(cls, points: NDArray[np.float64], noise_m: NDArray[np.float64], height_m: float) -> _Grid:
        half = round(_REACH_M / _CELL_M)
        near = (np.abs(points[:, [0, 2]]) < _REACH_M - _CELL_M).all(axis=1)
        points, low_m = points[near], _LOW_M + 2.0 * noise_m[near]
        cells = np.floor(points[:, [0, 2]] / _CELL_M).astype(int) + half

        def marked(chosen: NDArray[np.bool_]) -> NDArray[np.uint8]:
            count = np.bincount(cells[chosen, 1] * 2 * half + cells[chosen, 0], minlength=4 * half * half)
            return (count.reshape(2 * half, 2 * half) > 0).astype(np.uint8)

        things = marked((points[:, 1] > low_m) & (points[:, 1] < height_m))
        # One stray point is noise; a thing has others beside it.
        beside = cv2.boxFilter(things.astype(np.float32), -1, (7, 7), normalize=False)
        things &= (beside >= 3.0).astype(np.uint8)
        floor = marked(np.abs(points[:, 1]) <= low_m)
        gap = 2 * round(_GAP_M / _CELL_M / 2) + 1
        floor = np.asarray(cv2.morphologyEx(floor, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8)), np.uint8)
        unseen = ((floor == 0) & (things == 0)).astype(np.uint8)
        taken, hidden = (np.asarray(cv2.integral(part), np.int64) for part in (things, unseen))
        return cls(taken, hidden, half)

    def grown(self) -> tuple[list[int], dict[Side, str]]:
        """x0, x1, z0, z1 in cells from the spot, and what stopped each side: "thing", "unseen" or "reach"."""
        start = round(_START_M / 2.0 / _CELL_M)
        sides = [-start, start, -start, start]
        taken, unseen = self._in(*sides)
        if taken:
            raise ParameterError("Expected free floor at the point, but something stands there; mark another spot.")
        if unseen > _UNSEEN:
            raise ParameterError(
                "Expected floor at the point, but the depth frame shows none there; mark another spot."
            )
        stopped: dict[Side, str] = {}
        while len(stopped) < 4:
            for index, side in enumerate(_SIDES):
                if side in stopped:
                    continue
                step = 1 if index % 2 else -1
                strip = list(sides)
                strip[index ^ 1], strip[index] = sides[index], sides[index] + step
                strip = [min(strip[0], strip[1]), max(strip[0], strip[1]), min(strip[2:]), max(strip[2:])]
                taken, unseen = self._in(*strip)
                if taken or unseen > _UNSEEN or abs(sides[index] + step) >= self.half - 1:
                    stopped[side] = "thing" if taken else "unseen" if unseen > _UNSEEN else "reach"
                else:
                    sides[index] += step
        return sides, stopped

    def _in(self, x0: int, x1: int, z0: int, z1: int) -> tuple[bool, float]:
        """Whether anything is taken in the cells, and the share of them that is unseen."""
        rows, columns = (
            slice(z0 + self.half, z1 + self.half + 1, z1 - z0),
            slice(x0 + self.half, x1 + self.half + 1, x1 - x0),
        )
        counts = [
            int(np.diff(np.diff(total[rows, columns], axis=0), axis=1)[0, 0]) for total in (self.taken, self.unseen)
        ]
        return counts[0] > 0, counts[1] / ((x1 - x0) * (z1 - z0))


def _top(
    high: NDArray[np.float64], floor: Plane, planes: Sequence[Plane], camera: Camera, spot: NDArray[np.float64]
) -> tuple[float, bool]:
    """Free height, and whether nothing but the picture's edge ends it."""
    if len(high) > 20:
        return float(np.percentile(high[:, 1], 2.0)), False
    ceiling = next((plane for plane in planes if plane.kind == "ceiling"), None)
    if ceiling is not None:
        return floor.distance_m + ceiling.distance_m, False
    heights_m = np.arange(0.0, 4.0, _CELL_M)
    upright = spot + heights_m[:, None] * floor.normal
    ahead = upright[:, 2] < -0.05
    rows = np.where(ahead, camera.project(np.where(ahead[:, None], upright, [0.0, 0.0, -1.0]))[:, 1], -1.0)
    seen = heights_m[rows > -0.5]
    return float(seen.max()) if len(seen) else 0.0, True


def _measured(length_m: float, floor: Plane) -> Measure:
    scale = max(math.sqrt(float(floor.covariance[2, 2])), SCALE_SIGMA)
    reach = _Z95 * math.hypot(scale * length_m, _EDGE_SIGMA_M * math.sqrt(2.0))
    return Measure(length_m, max(length_m - reach, 0.0), length_m + reach, floor.source)
