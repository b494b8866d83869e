"""Where the dimension lines of a piece run: beside the edges that are seen, never over the piece itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.place.fit import Side
from tryon.place.length import height_above, length_between
from tryon.types import Camera, Measure, Plane

_GAP, _GAP_M = 0.06, (0.03, 0.10)  # between the piece and its lines: a share of its size
_FLAT_M = 0.06  # a picture's depth is not worth a line
_NEAR_M = 0.05
_CM_PER_IN = 2.54
_AXES: tuple[tuple[int, Side], ...] = ((0, "width"), (2, "depth"), (1, "height"))


@dataclass(frozen=True, slots=True, eq=False)
class DimensionLine:
    """One dimension of one piece.

    edge_m, line_m: (2, 3) ends of the edge and of the line beside it, camera space.
    size_m: As sold. shown: What that edge of the picture stands for in the room, with its interval; None when the edge
        is not in front of the camera.
    """

    side: Side
    edge_m: NDArray[np.float64]
    line_m: NDArray[np.float64]
    size_m: float
    shown: Measure | None

    def label(self, unit: str = "cm") -> str:
        """ "212 ± 2 cm"; the interval is that of the scale at this place, 95 %."""
        per_unit = {"cm": 100.0, "in": 100.0 / _CM_PER_IN}[unit]
        value = self.size_m * per_unit
        if self.shown is None or self.shown.value_m <= 0.0:
            return f"{value:.0f} {unit}" if value >= 20.0 else f"{value:.1f} {unit}"
        half = (self.shown.high_m - self.shown.low_m) / 2.0 * value / self.shown.value_m
        digits = 0 if half >= 0.95 else 1
        return f"{value:.{digits}f} ± {max(half, 0.1):.{digits}f} {unit}"


def dimension_lines(
    camera_from_product: NDArray[np.float64], bounds_m: ArrayLike, plane: Plane, *, lift_m: float = 0.0
) -> tuple[DimensionLine, ...]:
    """Width, depth and height of a piece, beside the edges nearest to the camera.

    Args:
        bounds_m: (2, 3) low and high corner in product space.
        plane: What it stands on, hangs on or hangs from. lift_m: How far over it.
    """
    low, high = np.asarray(bounds_m, np.float64)
    size = high - low
    gap_m = float(np.clip(_GAP * size.max(), *_GAP_M))
    ground = _raised(plane, lift_m)
    turn = camera_from_product[:3, :3]
    lines: list[DimensionLine] = []
    for index, side in _AXES:
        if side != "width" and size[index] < _FLAT_M:
            continue
        best: tuple[float, NDArray[np.float64], NDArray[np.float64]] | None = None
        for start, outward in _edges(side, low, high, plane.kind):
            end = start.copy()
            end[index] = high[index]
            edge = _moved(camera_from_product, np.stack([start, end]))
            line = edge + gap_m * (turn @ outward)
            merit = _merit(edge, line, turn @ outward, plane.camera, _moved(camera_from_product, (low + high) / 2.0))
            merit -= _crowding(line, lines, plane.camera)
            if best is None or merit > best[0]:
                best = merit, edge, line
        if best is not None:
            shown = _shown(ground, best[1], side, plane.kind == "wall")
            lines.append(DimensionLine(side, best[1], best[2], float(size[index]), shown))
    return tuple(lines)


def _edges(
    side: Side, low: NDArray[np.float64], high: NDArray[np.float64], kind: str
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Starts of the edges that may carry a dimension, in product space, and the way out from the piece beside each."""
    base = high[1] if kind == "ceiling" else low[1]
    hung = kind == "wall"
    for sign, x, y, z in ((-1.0, *low), (1.0, *high)):
        across, along = np.array([sign, 0.0, 0.0]), np.array([0.0, 0.0, sign])
        if side == "width":
            start = np.array([low[0], y, low[2]]) if hung else np.array([low[0], base, z])
            yield start, np.array([0.0, sign, 0.0]) if hung else along
        elif side == "depth":
            yield np.array([x, base, low[2]]), across
        else:
            yield np.array([x, low[1], low[2]]), across
            if not hung:
                yield np.array([x, low[1], high[2]]), across
                yield np.array([low[0], low[1], z]), along
                yield np.array([high[0], low[1], z]), along


def _merit(
    edge: NDArray[np.float64],
    line: NDArray[np.float64],
    outward: NDArray[np.float64],
    camera: Camera,
    middle: NDArray[np.float64],
) -> float:
    """How well a line would read: in the picture first, then on the side of the piece that faces the camera."""
    seen = in_front(line)
    if seen is None:
        return -10.0
    ends = camera.project(seen)
    steps = ends[0] + np.linspace(0.0, 1.0, 21)[:, None] * (ends[1] - ends[0])
    inside = (steps >= 0.0).all(axis=1) & (steps < (camera.width, camera.height)).all(axis=1)
    facing = -float(outward @ edge.mean(axis=0)) / float(np.linalg.norm(edge.mean(axis=0)))
    # An upright line reads best beside the outline: as far from the piece's middle as it can be.
    level = np.linalg.norm(edge[1] - edge[0])
    beside = abs(float(line[:, 0].mean() / line[:, 2].mean() - middle[0] / middle[2])) / max(float(level), 1e-6)
    return 4.0 * float(inside.mean()) + facing + min(beside, 1.0)


def _crowding(line: NDArray[np.float64], others: Sequence[DimensionLine], camera: Camera) -> float:
    """Above 0 where a line would run close to another one, whose labels then meet."""
    crowding, own = 0.0, in_front(line)
    for other in others:
        theirs = in_front(other.line_m)
        if own is not None and theirs is not None:
            a, b = camera.project(own), camera.project(theirs)
            long_px = max(float(np.linalg.norm(a[1] - a[0])), float(np.linalg.norm(b[1] - b[0])), 1e-6)
            apart = float(np.linalg.norm(a.mean(axis=0) - b.mean(axis=0))) / long_px
            crowding += max(0.0, 1.0 - 1.5 * apart)
    return crowding


def _raised(plane: Plane, lift_m: float) -> Plane | None:
    """The plane at a height over it, whose own error stays the same in metres; None at or above the camera."""
    over_m = plane.distance_m - lift_m
    if over_m <= _NEAR_M:
        return None
    relative = np.diag([1.0, 1.0, plane.distance_m / over_m, 1.0])
    return replace(plane, distance_m=over_m, covariance=relative @ plane.covariance @ relative)


def in_front(ends_m: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The part of a segment that is in front of the camera; None when none is."""
    away = -ends_m[:, 2]
    if (away > _NEAR_M).all():
        return ends_m
    if (away <= _NEAR_M).all():
        return None
    share = (_NEAR_M - away[0]) / (away[1] - away[0])
    cut = ends_m[0] + share * (ends_m[1] - ends_m[0])
    return np.stack([cut, ends_m[1]]) if away[0] <= _NEAR_M else np.stack([ends_m[0], cut])


def _shown(ground: Plane | None, edge_m: NDArray[np.float64], side: Side, hung: bool) -> Measure | None:
    if ground is None or (-edge_m[:, 2] <= _NEAR_M).any():
        return None
    ends = ground.camera.project(edge_m)
    measure: Callable[..., Measure] = length_between
    if hung:
        if side == "depth":
            return None
        flat = edge_m - ((edge_m @ ground.normal + ground.distance_m)[:, None] * ground.normal)
        ends = ground.camera.project(flat)
    elif side == "height":
        measure = height_above
    if not np.isfinite(ends).all() or np.isnan(ground.points_at(ends[:1] if measure is height_above else ends)).any():
        return None
    return measure(ground, ends[0], ends[1], click_sigma_px=0.0)


def _moved(pose: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(points @ pose[:3, :3].T + pose[:3, 3])
