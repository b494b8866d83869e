"""Hats in an unknown file: the opening the head goes into, and the brim's front.

Source: our own derivation: upside down, a hat holds water; the water's surface is the opening.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.catalog.cloud import Cloud
from tryon.catalog.placement import axis_vector
from tryon.catalog.proposal import Axes, Finding, Known, Shape, Sure, all_axes, axis_name, rotation_of
from tryon.errors import ProductError

_CELLS = 72
_INNER_M = (0.120, 0.215)  # width of the opening, a baby's to the largest made


@dataclass(frozen=True, slots=True, eq=False)
class _Water:
    """What an upturned hat holds.

    depth: (H, W) water over each cell, in the cloud's units. surface: (H, W) height of the water, along −Y.
    low: (2,) X, Z of cell (0, 0)'s corner. cell: Cell size. volume: In cubic units.
    """

    depth: NDArray[np.float64]
    surface: NDArray[np.float64]
    low: NDArray[np.float64]
    cell: float
    volume: float


def _pour(points: NDArray[np.float64]) -> _Water:
    """Water in the hat turned upside down: −Y up, filled until it runs over (priority flood, Barnes et al. 2014)."""
    low, high = points[:, [0, 2]].min(axis=0), points[:, [0, 2]].max(axis=0)
    cell = float((high - low).max()) / _CELLS
    shape = np.ceil((high - low) / cell).astype(int)[::-1] + 3
    ground = np.full(tuple(shape), -np.inf)
    at = ((points[:, [0, 2]] - low) / cell).astype(int) + 1
    np.maximum.at(ground, (at[:, 1], at[:, 0]), -points[:, 1])  # the surface met first from below
    floor = -float(points[:, 1].max())
    solid = np.isfinite(ground)
    closed = cv2.morphologyEx(solid.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)).astype(bool)
    filled_in = cv2.dilate(np.where(solid, ground, floor - 1.0), np.ones((3, 3)))
    ground = np.where(solid, ground, np.where(closed, filled_in, floor))
    level = np.full(ground.shape, np.inf)
    heap: list[tuple[float, int, int]] = []
    rows, columns = ground.shape
    for row in range(rows):
        for column in range(columns):
            if row in (0, rows - 1) or column in (0, columns - 1):
                level[row, column] = ground[row, column]
                heap.append((float(ground[row, column]), row, column))
    heapq.heapify(heap)
    while heap:
        height, row, column = heapq.heappop(heap)
        for r, c in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
            if 0 <= r < rows and 0 <= c < columns and level[r, c] == np.inf:
                level[r, c] = max(height, float(ground[r, c]))
                heapq.heappush(heap, (level[r, c], r, c))
    depth = level - ground
    return _Water(depth, level, low - cell, cell, float(depth.sum()) * cell**2)


def find_axes(cloud: Cloud, known: Known, kind: str) -> tuple[Axes, tuple[Finding, ...]]:
    """Up away from the opening; the front where the brim reaches furthest."""
    ups = sorted({up for up, _ in all_axes(known)})
    box = float(np.prod(np.ptp(cloud.points, axis=0))) or 1.0
    volumes = {}
    for up in ups:
        front = next(front for candidate, front in all_axes(known) if candidate == up)
        volumes[up] = _pour(cloud.points @ rotation_of(up, front).T).volume / box
    up = max(volumes, key=lambda name: volumes[name])
    rest = max((value for name, value in volumes.items() if name != up), default=0.0)
    if (volumes[up] < 0.01 or volumes[up] < 3.0 * rest) and known.up is None:
        raise ProductError(
            "No opening for a head was found from any side (the mesh is closed); give --up, --front, --origin (middle "
            "of the opening, in file units) and --width (true overall width in millimetres)."
        )
    sure: Sure = "stated" if known.up else "certain" if volumes[up] > 2.0 * rest else "likely"
    opened = Finding(f"Up is {up}: turned over, the hat holds {100 * volumes[up]:.0f} % of its box.", sure)
    fronts = [front for candidate, front in all_axes(known) if candidate == up]
    front, brim = _front(cloud, up, fronts)
    return (up, front), (opened, Finding("The front is as stated.", "stated") if known.front else brim)


def _front(cloud: Cloud, up: str, fronts: list[str]) -> tuple[str, Finding]:
    """The direction in which the hat reaches furthest beyond its opening."""
    rotation = rotation_of(up, fronts[0])
    outline = _opening(_pour(cloud.points @ rotation.T))
    back = rotation.T @ np.array([outline[0][0], 0.0, outline[0][1]])
    over = {name: float(np.max((cloud.points - back) @ axis_vector(name))) for name in fronts}
    ranked = sorted(fronts, key=lambda name: -over[name])
    if len(ranked) == 1:
        return ranked[0], Finding(f"The front is {ranked[0]}.", "likely")
    lead = over[ranked[0]] / over[_against(ranked[0], over)] - 1.0 if _against(ranked[0], over) in over else 0.0
    if lead > 0.12:
        return ranked[0], Finding(
            f"The front is {ranked[0]}: the brim reaches {100 * lead:.0f} % further there.", "certain"
        )
    # A head is longer than wide: the opening's long side runs front to back.
    long = [name for name in fronts if name[1] == _long_axis(rotation, outline)]
    chosen = "+z" if "+z" in long else long[0] if long else ranked[0]
    return chosen, Finding(f"No brim tells front from back; {chosen} is taken, along the opening's long side.", "guess")


def _against(name: str, over: dict[str, float]) -> str:
    return axis_name(-axis_vector(name)) if axis_name(-axis_vector(name)) in over else name


def _long_axis(rotation: NDArray[np.float64], outline: tuple[NDArray[np.float64], NDArray[np.float64], float]) -> str:
    _, size, _ = outline
    return axis_name(rotation[0] if size[0] > size[1] else rotation[2])[1]


def _opening(water: _Water) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Middle (X, Z), size (X, Z) and Y of the opening: the deepest pool's surface."""
    deep = water.depth > max(0.25 * float(water.depth.max()), 0.5 * water.cell)
    count, labels = cv2.connectedComponents(deep.astype(np.uint8), connectivity=4)
    if count < 2:
        raise ProductError(
            "No opening for a head was found from below; give --origin (its middle, in file units) and --width."
        )
    pools = [float(water.depth[labels == index].sum()) for index in range(1, count)]
    pool = labels == 1 + int(np.argmax(pools))
    wet = (water.depth > 0.02 * float(water.depth.max())) & (
        cv2.dilate(pool.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    )
    rows, columns = np.nonzero(wet)
    low = water.low + water.cell * np.array([columns.min(), rows.min()])
    high = water.low + water.cell * np.array([columns.max() + 1, rows.max() + 1])
    return 0.5 * (low + high), high - low, -float(np.median(water.surface[pool]))


def find_shape(cloud: Cloud, known: Known, kind: str) -> Shape:
    """The opening's middle, height and size, axes being right already."""
    center, size, height = _opening(_pour(cloud.points))
    origin = np.array([center[0], height, center[1]])
    fit = {"inner_width": float(size[0]), "inner_depth": float(size[1])}
    return Shape(
        origin,
        {},
        fit,
        float(size[0]),
        _INNER_M,
        "the opening's width",
        (
            Finding(
                "The origin is the middle of the opening, where water in the upturned hat would run over.", "likely"
            ),
        ),
    )
