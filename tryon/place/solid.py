"""A piece as arranging sees it: the outlines of its parts, seen from above, at every height."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tryon.types import Model, PlaneKind

# Between these heights a chair's seat slides under a table's top while their legs keep apart.
_LEVELS_M = (0.0, 0.02, 0.15, 0.30, 0.45, 0.60, 0.75, 0.90, 1.20, 1.50, 2.0, 3.0, 6.0)
_CELL_M = 0.05
_MOST_CELLS = 512
_MOST_HALVINGS = 14
# Axes and signs of product space that are x, the height over the plane, and z of the plane's frame.
_OVER: Mapping[PlaneKind, tuple[tuple[int, int, int], tuple[float, float, float]]] = {
    "floor": ((0, 1, 2), (1.0, 1.0, 1.0)),
    "table": ((0, 1, 2), (1.0, 1.0, 1.0)),
    "wall": ((0, 2, 1), (1.0, 1.0, -1.0)),
    "ceiling": ((0, 1, 2), (1.0, -1.0, -1.0)),
}
_MANY, _DIRECTIONS = 2000, 16


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """What a piece fills between two heights over its own lowest point.

    outlines_m: Convex outlines, each (N, 2) of (x, z) from the middle of the footprint, in turn round it.
    """

    low_m: float
    high_m: float
    outlines_m: tuple[NDArray[np.float64], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """A piece in bands, with its origin at the middle of its footprint.

    size_m: Width (X), height (Y), depth (Z) of the mesh.
    outline_m: (N, 2) convex outline of everything.
    """

    size_m: tuple[float, float, float]
    bands: tuple[Band, ...]
    outline_m: NDArray[np.float64]


def solid_of(model: Model, kind: PlaneKind = "floor") -> Solid:
    """The bands of a model in product space (+Y up), over the plane it stands on, hangs on or hangs from.

    Source: triangles halved until each is smaller than a cell, their corners filed by height, cells that touch joined
    to parts, and one convex hull a part; checked on boxes and a four-legged table in tests/place/test_solid.py.
    """
    points = _dense(model, *_OVER[kind])
    low, high = points.min(axis=0), points.max(axis=0)
    width, height, depth = (float(value) for value in high - low)
    points -= np.array([(low[0] + high[0]) / 2.0, low[1], (low[2] + high[2]) / 2.0])
    cell_m = _cell_m(width, depth)
    edges = [level for level in _LEVELS_M if level == 0.0 or level < height - 0.01]
    edges.append(max(height, 1e-3))
    bands = []
    for bottom, top in pairwise(edges):
        inside = points[(points[:, 1] >= bottom - 1e-4) & (points[:, 1] <= top + 1e-4)]
        if len(inside):
            bands.append(Band(bottom, top, _parts(inside[:, [0, 2]], cell_m)))
    return Solid(
        (width, height, depth),
        tuple(bands),
        hull(np.concatenate([outline for band in bands for outline in band.outlines_m])),
    )


def hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 2) convex hull of at least one point, in turn round it.

    Points inside the polygon of a few extreme ones are left out first (Akl and Toussaint 1978).
    """
    import cv2

    if len(points) > _MANY:
        turns = np.arange(_DIRECTIONS) * (2.0 * np.pi / _DIRECTIONS)
        extreme = np.array(
            [
                points[np.argmax(points[:, 0] * x + points[:, 1] * z)]
                for x, z in zip(np.cos(turns), np.sin(turns), strict=True)
            ]
        )
        beyond = np.zeros(len(points), bool)
        for a, b in zip(extreme, np.roll(extreme, -1, axis=0), strict=True):
            beyond |= (b[0] - a[0]) * (points[:, 1] - a[1]) - (b[1] - a[1]) * (points[:, 0] - a[0]) <= 1e-9
        points = points[beyond]
    return np.asarray(cv2.convexHull(points.astype(np.float32)), np.float64).reshape(-1, 2)


def _cell_m(width_m: float, depth_m: float) -> float:
    return max(_CELL_M, max(width_m, depth_m) / _MOST_CELLS)


def _dense(model: Model, axes: tuple[int, int, int], signs: tuple[float, float, float]) -> NDArray[np.float64]:
    """(N, 3) points on all triangles in the axes of the plane's frame, nowhere further apart than a cell."""
    low, high = (np.asarray(corner, np.float64)[list(axes)] for corner in model.bounds_m)
    spacing_m = _cell_m(float(high[0] - low[0]), float(high[2] - low[2]))
    found = []
    for primitive in model.primitives:
        if not len(primitive.triangles):
            continue
        corners = (primitive.positions_m.astype(np.float64)[:, list(axes)] * signs)[primitive.triangles]
        for _ in range(_MOST_HALVINGS):
            large = np.abs(corners - np.roll(corners, 1, axis=1)).max(axis=(1, 2)) > spacing_m
            found.append(corners[~large].reshape(-1, 3))
            corners = _halved(corners[large])
            if not len(corners):
                break
        found.append(corners.reshape(-1, 3))
    return np.concatenate(found) if found else np.zeros((1, 3))


def _halved(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each (3, 3) triangle as two, cut across its longest edge."""
    if not len(corners):
        return corners
    lengths = np.linalg.norm(np.roll(corners, -1, axis=1) - corners, axis=2)
    order = (lengths.argmax(axis=1)[:, None] + np.arange(3)) % 3
    a, b, c = np.moveaxis(np.take_along_axis(corners, order[:, :, None], axis=1), 1, 0)
    middle = (a + b) / 2.0
    return np.concatenate([np.stack([a, middle, c], axis=1), np.stack([middle, b, c], axis=1)])


def _parts(points: NDArray[np.float64], cell_m: float) -> tuple[NDArray[np.float64], ...]:
    """Hulls of the points that hang together, as cells that touch."""
    import cv2

    first = points.min(axis=0)
    at = np.floor((points - first) / cell_m).astype(np.intp)
    grid = np.zeros(tuple((at.max(axis=0) + 1).tolist()), np.uint8)
    grid[at[:, 0], at[:, 1]] = 1
    count, labels = cv2.connectedComponents(grid, connectivity=8)
    named = labels[at[:, 0], at[:, 1]]
    return tuple(hull(points[named == label]) for label in range(1, count))
