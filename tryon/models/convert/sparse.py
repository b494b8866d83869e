"""Dense weights from TFLite's sparse storage (the DENSIFY operator)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Dimension(NamedTuple):
    """One level of the traversal: `size` when dense, else compressed rows as in CSR.

    segments: (parents + 1,) int64; children of parent p are indices[segments[p]:segments[p + 1]].
    indices: (children,) int64 coordinate of each child along this level.
    """

    size: int
    segments: NDArray[np.int64] | None
    indices: NDArray[np.int64] | None


def densify(
    values: NDArray[Any],
    shape: Sequence[int],
    order: NDArray[np.int32],
    block_map: NDArray[np.int32],
    dimensions: Sequence[Dimension],
) -> NDArray[Any]:
    """Dense array of `shape` from stored `values`; everything not stored is zero.

    order: traversal order over the array's axes followed by the block axes.
    block_map: (blocks,) the array axis each block axis subdivides.

    Source: the TFLite schema's comment on SparsityParameters (after the TACO storage format); our own derivation,
    expanding one level at a time to the coordinates of all stored values; checked in tests/models/convert/.
    """
    rank = len(shape)
    parents = np.zeros(1, np.int64)  # position of each live node within its level
    coordinates = np.zeros((1, len(order)), np.int64)  # one column per level of the traversal
    for level, dimension in enumerate(dimensions):
        counts, child = _children(parents, dimension)
        rows = np.repeat(np.arange(len(parents)), counts)
        coordinates = coordinates[rows]
        coordinates[:, level] = child
        parents = _positions(parents, counts, rows, child, dimension)
    block_sizes = np.ones(rank, np.int64)
    levels = {int(axis): level for level, axis in enumerate(order)}
    for block, axis in enumerate(block_map):
        block_sizes[axis] = dimensions[levels[rank + block]].size
    index = np.stack([coordinates[:, levels[axis]] * block_sizes[axis] for axis in range(rank)])
    for block, axis in enumerate(block_map):
        index[axis] += coordinates[:, levels[rank + block]]
    dense = np.zeros(tuple(shape), values.dtype)
    dense[tuple(index)] = values[parents]
    return dense


def _children(parents: NDArray[np.int64], dimension: Dimension) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many children each live node has, and the coordinate of every child in order."""
    if dimension.segments is None or dimension.indices is None:
        return np.full(len(parents), dimension.size), np.tile(np.arange(dimension.size), len(parents))
    first, last = dimension.segments[parents], dimension.segments[parents + 1]
    counts = last - first
    return counts, dimension.indices[_ranges(first, counts)]


def _positions(
    parents: NDArray[np.int64],
    counts: NDArray[np.int64],
    rows: NDArray[np.int64],
    child: NDArray[np.int64],
    dimension: Dimension,
) -> NDArray[np.int64]:
    """Storage position of every child: row-major when dense, the running index when compressed."""
    if dimension.segments is None:
        return parents[rows] * dimension.size + child
    return _ranges(dimension.segments[parents], counts)


def _ranges(first: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """first[0], first[0] + 1, … for counts[0] items, then the same for the next entry."""
    offsets = np.cumsum(counts) - counts
    shifts: NDArray[np.int64] = np.repeat(first - offsets, counts)
    return shifts + np.arange(int(counts.sum()))
