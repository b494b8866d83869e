"""One step of smooth interpolating subdivision as a fixed sparse matrix.

The butterfly scheme (Dyn, Levin, Gregory 1990) keeps every control point and puts a new one on each edge, so a
mesh of 468 landmarks becomes a smooth surface that still passes through each landmark. Edges marked as creases
follow the four-point curve scheme of the same authors (1987) along their curve only, so a lip or lid contour
depends on its own points and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Row = dict[int, float]


@dataclass(frozen=True, slots=True, eq=False)
class Subdivision:
    """A refined mesh as a function of its control points: `dense[i] = Σ weight[k] · control[index[k]]`.

    start: (n + 1,) int32, CSR row starts; index: (nnz,) int32; weight: (nnz,) float32, each row sums to 1.
    triangles: (m, 3) int32 into the dense points, same orientation as the control triangles.
    edge_of: Dense index of the new point on the control edge (low, high).
    """

    start: NDArray[np.int32]
    index: NDArray[np.int32]
    weight: NDArray[np.float32]
    triangles: NDArray[np.int32]
    edge_of: dict[tuple[int, int], int]

    def refine(self, control: NDArray[np.floating]) -> NDArray[np.float64]:
        """(n, k) dense values of (c, k) control values."""
        terms = control[self.index].astype(np.float64) * self.weight[:, None]
        return np.add.reduceat(terms, self.start[:-1], axis=0)

    def refine_loop(self, loop: Sequence[int], *, closed: bool = True) -> list[int]:
        """Dense indices along a control loop: each control point followed by its edge's new point."""
        dense: list[int] = []
        following = [*loop[1:], loop[0]] if closed else [*loop[1:]]
        for a, b in zip(loop, following, strict=False):
            dense += [a, self.edge_of[_key(a, b)]]
        return dense if closed else [*dense, loop[-1]]


def subdivide(
    triangles: NDArray[np.int32], *, count: int, creases: Iterable[Sequence[int]], corners: Iterable[int]
) -> Subdivision:
    """The subdivision matrix of a triangle mesh.

    Args:
        triangles: (m, 3) control triangles.
        count: Number of control points.
        creases: Closed loops of control points that keep to themselves.
        corners: Points on creases where the curve may bend sharply.
    """
    opposite: dict[tuple[int, int], list[int]] = defaultdict(list)
    for a, b, c in triangles.tolist():
        for i, j, k in ((a, b, c), (b, c, a), (c, a, b)):
            opposite[_key(i, j)].append(k)
    rows: list[_Row] = [{i: 1.0} for i in range(count)]
    edge_of: dict[tuple[int, int], int] = {}
    on_crease = _crease_rows(creases, frozenset(corners))
    for edge in sorted(opposite):
        edge_of[edge] = len(rows)
        rows.append(on_crease.get(edge) or _butterfly_row(edge, opposite))
    fine: list[tuple[int, int, int]] = []
    for a, b, c in triangles.tolist():
        ab, bc, ca = edge_of[_key(a, b)], edge_of[_key(b, c)], edge_of[_key(c, a)]
        fine += [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    start = np.cumsum([0, *(len(row) for row in rows)]).astype(np.int32)
    index = np.array([i for row in rows for i in row], np.int32)
    weight = np.array([w for row in rows for w in row.values()], np.float32)
    return Subdivision(start, index, weight, np.array(fine, np.int32), edge_of)


def _key(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _crease_rows(creases: Iterable[Sequence[int]], corners: frozenset[int]) -> dict[tuple[int, int], _Row]:
    rows: dict[tuple[int, int], _Row] = {}
    for loop in creases:
        n = len(loop)
        for i in range(n):
            before, a, b, after = (loop[(i + k) % n] for k in (-1, 0, 1, 2))
            if a in corners and b in corners:
                row = {a: 0.5, b: 0.5}
            elif a in corners:  # the quadratic through a, b, after: nothing leaks across the corner
                row = {a: 0.375, b: 0.75, after: -0.125}
            elif b in corners:
                row = {before: -0.125, a: 0.75, b: 0.375}
            else:
                row = {before: -0.0625, a: 0.5625, b: 0.5625, after: -0.0625}
            rows[_key(a, b)] = row
    return rows


def _butterfly_row(edge: tuple[int, int], opposite: dict[tuple[int, int], list[int]]) -> _Row:
    a, b = edge
    row: _Row = defaultdict(float)
    row[a] += 0.5
    row[b] += 0.5
    sides = opposite[edge]
    if len(sides) != 2:  # an outer border that is no crease: straight
        return dict(row)
    for c in sides:
        row[c] += 0.125
        for end, other in ((a, b), (b, a)):
            wings = [w for w in opposite[_key(end, c)] if w != other]
            # Where a wing is missing the two ends take its share, so the row still sums to one.
            if wings:
                row[wings[0]] -= 0.0625
            else:
                row[end] -= 0.0625
    return {i: w for i, w in row.items() if w != 0.0}
