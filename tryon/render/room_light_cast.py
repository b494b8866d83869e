"""The sun of a room by the shadows that what stands on the floor throws on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.render.room_light_floor import FloorView

_AROUND, _HEIGHTS_RAD = 48, (0.38, 0.55, 0.72, 0.9, 1.1)
_REACH_M = 1.3  # round things: further away, shadows are those of things not seen
_ROUND = 21  # cells over which light is compared
_LEAST_CELLS = 150
_LOWEST = 0.34  # sine of the height of a sun: lower ones hardly enter a room
_LEAST_SHADED = 0.006
_SOFTNESS_RAD = (0.01, 0.05, 0.1, 0.18, 0.3)


@dataclass(frozen=True, slots=True, eq=False)
class CastFit:
    """A sun that explains where a floor is dark.

    toward: (3,) float64 unit vector in the plane's frame. softness_rad: Half angle of the sun.
    share: Of the light on the open floor, how much is the sun's, 0 to 0.9.
    agreement: Correlation of the shadow expected with the floor's darkness, −1 to 1.
    lead: How much that is better than the best direction more than 40° away.
    """

    toward: NDArray[np.float64]
    softness_rad: float
    share: float
    agreement: float
    lead: float


def fit_cast(views: Sequence[FloorView]) -> CastFit | None:
    """The direction whose shadows agree best with the dark parts of the floor; None when nothing stands on it.

    Args:
        views: Of one picture; their agreements are averaged.

    Source: our derivation: analysis by synthesis over directions, scored by correlation; benchmarks/place_light.py.
    """
    nears = [near for near in map(_Near.of, views) if near is not None]
    if not nears:
        return None

    def agreement(rays: NDArray[np.float64]) -> float:
        return sum(near.agreement(rays) for near in nears) / len(nears)

    ways = [_direction(k * 2.0 * math.pi / _AROUND, height) for height in _HEIGHTS_RAD for k in range(_AROUND)]
    scores = np.array([agreement(way[None]) for way in ways])
    toward = ways[int(scores.argmax())]
    apart = np.array([float(way @ toward) < math.cos(math.radians(40.0)) for way in ways])
    lead = float(scores.max() - scores[apart].max())
    reach, best = 0.16, -1.0
    for _ in range(7):
        near = [toward, *_ring(toward, reach)]
        found = [agreement(_disc(way, 0.06)) for way in near]
        k = int(np.argmax(found))
        best, toward, reach = found[k], near[k], reach * (0.5 if k == 0 else 0.85)
    soft = [agreement(_disc(toward, softness)) for softness in _SOFTNESS_RAD]
    softness = _SOFTNESS_RAD[int(np.argmax(soft))]
    share = float(np.median([near.share(_disc(toward, softness)) for near in nears]))
    return CastFit(toward, softness, share, float(best), lead)


@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Cells of the floor that are seen near things, and how bright they are against what is round them.

    heights: (h, w). cells: (n, 2) float32 column and row. light: (n,) logarithm. weight: (n,).
    around: (h, w) sum of the weights round each cell.
    """

    heights: NDArray[np.float32]
    cells: NDArray[np.float32]
    light: NDArray[np.float64]
    local: NDArray[np.float64]
    weight: NDArray[np.float64]
    around: NDArray[np.float64]
    cell_m: float

    @classmethod
    def of(cls, view: FloorView) -> _Near | None:
        at = np.rint(view.cells()).astype(np.intp)
        rows, columns = view.heights.shape
        inside = (at >= 0).all(axis=1) & (at[:, 0] < columns) & (at[:, 1] < rows)
        flat = at[inside, 1] * columns + at[inside, 0]
        count = np.bincount(flat, minlength=rows * columns).astype(np.float64)
        total = np.bincount(flat, view.light[inside], rows * columns)
        reach = 2 * round(_REACH_M / view.cell_m) + 1
        close = cv2.dilate(np.asarray(view.heights > 0.0, np.uint8), np.ones((reach, reach), np.uint8)).ravel() > 0
        used = np.flatnonzero((count > 0) & close & (view.heights.ravel() == 0.0))
        if len(used) < _LEAST_CELLS:
            return None
        light = total[used] / count[used]
        low, high = np.percentile(light, [1.0, 99.0])
        light = np.clip(light, low, high)
        weight = np.sqrt(np.minimum(count[used], 9.0))
        made = cls(
            view.heights,
            np.stack([used % columns, used // columns], axis=1).astype(np.float32),
            light,
            light,
            weight,
            _box(_spread(weight, used, view.heights.shape)),
            view.cell_m,
        )
        return replace(made, local=made.against_round(light))

    def against_round(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values less their mean within half a metre or so."""
        at = self.cells[:, 1].astype(np.intp), self.cells[:, 0].astype(np.intp)
        grid = np.zeros(self.heights.shape)
        grid[at] = values * self.weight
        return np.asarray(values - _box(grid)[at] / np.maximum(self.around[at], 1e-9))

    def _covered(self, rays: NDArray[np.float64]) -> NDArray[np.float32]:
        from tryon.render.room_light_kernel import shaded  # brings numba, which loads beside the search for the floor

        covered: NDArray[np.float32] = shaded(self.heights, self.cells, rays.astype(np.float32), self.cell_m)
        return covered

    def agreement(self, rays: NDArray[np.float64]) -> float:
        """Correlation of the shadow that rays make with the floor's darkness."""
        covered = self._covered(rays).astype(np.float64)
        if not _LEAST_SHADED < float(covered.mean()) < 0.95:
            return -1.0
        a, b = self.against_round(covered), -self.local
        a, b = a - np.average(a, weights=self.weight), b - np.average(b, weights=self.weight)
        aa, bb = float(self.weight @ (a * a)), float(self.weight @ (b * b))
        return float(self.weight @ (a * b) / max(math.sqrt(aa * bb), 1e-9))

    def share(self, rays: NDArray[np.float64]) -> float:
        """Of the light on the open floor, how much is kept from where no ray arrives."""
        covered = self._covered(rays)
        lit, dark = self.light[covered < 0.1], self.light[covered > 0.9]
        if min(len(lit), len(dark)) < 12:
            return 0.4
        return float(np.clip(1.0 - math.exp(float(np.median(dark) - np.median(lit))), 0.0, 0.9))


def _spread(values: NDArray[np.float64], at: NDArray[np.intp], shape: tuple[int, int]) -> NDArray[np.float64]:
    grid = np.zeros(shape)
    grid.ravel()[at] = values
    return grid


def _box(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.boxFilter(grid, -1, (_ROUND, _ROUND), normalize=False, borderType=cv2.BORDER_CONSTANT))


def _direction(around_rad: float, height_rad: float) -> NDArray[np.float64]:
    level = math.cos(height_rad)
    return np.array([level * math.sin(around_rad), math.sin(height_rad), -level * math.cos(around_rad)])


def _ring(toward: NDArray[np.float64], reach: float) -> list[NDArray[np.float64]]:
    side = np.cross(toward, [0.0, 1.0, 0.0])
    side /= max(float(np.linalg.norm(side)), 1e-9)
    up = np.cross(side, toward)
    found = []
    for k in range(8):
        turned = toward + reach * (math.cos(k * math.pi / 4) * side + math.sin(k * math.pi / 4) * up)
        turned[1] = max(turned[1], _LOWEST * float(np.linalg.norm(turned)))
        found.append(turned / np.linalg.norm(turned))
    return found


def _disc(toward: NDArray[np.float64], half_angle_rad: float) -> NDArray[np.float64]:
    """(9, 3) rays over the sun's disc."""
    return np.array([toward, *_ring(toward, half_angle_rad * 0.75)])


__all__ = ["CastFit", "fit_cast"]
