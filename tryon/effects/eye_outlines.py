"""Compiled loops that build the outlines of liner strokes from lid edges."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

BEND = 12  # pieces of a bent side


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _put(outline: NDArray[np.float32], at: int, x: float, y: float) -> int:
    outline[at, 0] = x
    outline[at, 1] = y
    return at + 1


@njit(cache=True, nogil=True, fastmath=True)
def bend(
    outline: NDArray[np.float32], at: int, ax: float, ay: float, bx: float, by: float, cx: float, cy: float
) -> int:
    """Append a quadratic curve from a, drawn by b, to c; returns the next free row."""
    for i in range(BEND + 1):
        t = i / BEND
        wa, wb, wc = (1 - t) * (1 - t), 2 * t * (1 - t), t * t
        at = _put(outline, at, wa * ax + wb * bx + wc * cx, wa * ay + wb * by + wc * cy)
    return at


@njit(cache=True, nogil=True, fastmath=True)
def upper_line(
    edge: NDArray[np.float32],
    normal: NDArray[np.float32],
    other: NDArray[np.float32],
    height: NDArray[np.float32],
    leave: int,
    tip: NDArray[np.float32],
    point: NDArray[np.float32],
    under: float,
    outline: NDArray[np.float32],
) -> int:
    """Fill outline (≥ 3 n, 2) with a line above the upper lid that runs out into a wing; returns its rows.

    edge, normal: (n, 2) the lid edge from the inner corner to the outer, and its normals. other: The lower lid's.
    height: (n,) line height in pixels. leave: Edge point where the wing's upper side leaves the lid. tip: (2,).
    point: (2,) where the line begins at the inner corner. under: How far inside the lid's edge it begins at most.
    """
    n = edge.shape[0]
    at = _put(outline, 0, point[0], point[1])
    for i in range(leave + 1):
        at = _put(outline, at, edge[i, 0] + normal[i, 0] * height[i], edge[i, 1] + normal[i, 1] * height[i])
    sx, sy = outline[at - 1, 0], outline[at - 1, 1]
    dx, dy = sx - outline[at - 7, 0], sy - outline[at - 7, 1]
    reach = np.sqrt((tip[0] - sx) ** 2 + (tip[1] - sy) ** 2) / max(1e-3, np.sqrt(dx * dx + dy * dy))
    # Drawn a little along the lid, mostly straight at the tip: a wing's upper side has next to no hollow.
    bx = sx + 0.18 * reach * dx + 0.25 * (tip[0] - sx)
    by = sy + 0.18 * reach * dy + 0.25 * (tip[1] - sy)
    at = bend(outline, at, sx, sy, bx, by, tip[0], tip[1])
    cx, cy = other[n - 3, 0], other[n - 3, 1]
    ox, oy = edge[n - 1, 0], edge[n - 1, 1]
    at = bend(outline, at, tip[0], tip[1], 0.45 * tip[0] + 0.55 * ox, 0.45 * tip[1] + 0.55 * oy, cx, cy)
    for i in range(n - 1, -1, -1):
        gx, gy = edge[i, 0] - other[i, 0], edge[i, 1] - other[i, 1]
        inside = min(under, 0.5 * max(0.0, gx * normal[i, 0] + gy * normal[i, 1]))
        at = _put(outline, at, edge[i, 0] - normal[i, 0] * inside, edge[i, 1] - normal[i, 1] * inside)
    return at


@njit(cache=True, nogil=True, fastmath=True)
def lower_line(
    edge: NDArray[np.float32],
    normal: NDArray[np.float32],
    height: NDArray[np.float32],
    under: float,
    outline: NDArray[np.float32],
) -> int:
    """Fill outline (≥ 2 n, 2) with a line along the lower lid, height (n,) thick; returns its rows."""
    n = edge.shape[0]
    first = 0
    while first < n - 2 and height[first] <= 0:
        first += 1
    at = 0
    for i in range(first, n):
        at = _put(outline, at, edge[i, 0] + normal[i, 0] * height[i], edge[i, 1] + normal[i, 1] * height[i])
    for i in range(n - 1, first - 1, -1):
        inside = min(under, height[i])
        at = _put(outline, at, edge[i, 0] - normal[i, 0] * inside, edge[i, 1] - normal[i, 1] * inside)
    return at


@njit(cache=True, nogil=True, fastmath=True)
def crease_line(
    edge: NDArray[np.float32],
    up: NDArray[np.float32],
    gap: float,
    half: float,
    first: int,
    last: int,
    tip: NDArray[np.float32],
    outline: NDArray[np.float32],
) -> int:
    """Fill outline with a line that keeps `gap` pixels above the lid and runs out to the tip; returns its rows."""
    n = edge.shape[0]
    path = np.empty((last - first, 3), np.float32)
    for i in range(first, last):
        s = i / (n - 1)
        lift = gap * (0.25 + 0.75 * np.sin(np.pi * s) ** 0.6)
        path[i - first, 0] = edge[i, 0] + up[0] * lift
        path[i - first, 1] = edge[i, 1] + up[1] * lift
        path[i - first, 2] = half * min(1.0, 5.0 * (i - first) / (last - first))
    m = last - first
    at = 0
    for i in range(m):
        at = _put(outline, at, path[i, 0] + up[0] * path[i, 2], path[i, 1] + up[1] * path[i, 2])
    ex, ey, thick = path[m - 1, 0], path[m - 1, 1], path[m - 1, 2]
    bx, by = ex + 1.2 * (ex - path[m - 5, 0]), ey + 1.2 * (ey - path[m - 5, 1])
    ux, uy = up[0] * thick, up[1] * thick
    at = bend(outline, at, ex + ux, ey + uy, bx + ux, by + uy, tip[0], tip[1])
    at = bend(outline, at, tip[0], tip[1], bx - ux, by - uy, ex - ux, ey - uy)
    for i in range(m - 1, -1, -1):
        at = _put(outline, at, path[i, 0] - up[0] * path[i, 2], path[i, 1] - up[1] * path[i, 2])
    return at


@njit(cache=True, nogil=True, fastmath=True)
def second_wing(
    start: NDArray[np.float32],
    tip: NDArray[np.float32],
    up: NDArray[np.float32],
    half: float,
    sag: float,
    outline: NDArray[np.float32],
) -> int:
    """Fill outline with a wing from start to tip, 2 · half thick at its root, that sags by `sag`; returns its rows."""
    bx, by = 0.5 * (start[0] + tip[0]) - sag * up[0], 0.5 * (start[1] + tip[1]) - sag * up[1]
    ux, uy = half * up[0], half * up[1]
    at = bend(outline, 0, start[0] - ux, start[1] - uy, bx - ux, by - uy, tip[0], tip[1])
    return bend(outline, at, tip[0], tip[1], bx + ux, by + uy, start[0] + ux, start[1] + uy)
