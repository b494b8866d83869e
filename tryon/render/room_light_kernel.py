"""Compiled: which of the floor's points a light behind pieces of known height cannot reach."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True, fastmath=False)
def shaded(
    heights: NDArray[np.float32], at: NDArray[np.float32], rays: NDArray[np.float32], cell_m: float
) -> NDArray[np.float32]:
    """(n,) share of the rays that something on the floor stops, 0 to 1.

    Args:
        heights: (h, w) float32 of what stands in each cell of the floor, metres.
        at: (n, 2) column and row of points of the floor, in cells.
        rays: (k, 3) toward the light: along columns, up, along rows; any length with its second above 0.
    """
    rows, columns = heights.shape
    top = np.float32(0.0)
    for y in range(rows):
        for x in range(columns):
            top = max(top, heights[y, x])
    stopped = np.zeros(at.shape[0], np.float32)
    for k in range(rays.shape[0]):
        flat = np.sqrt(rays[k, 0] ** 2 + rays[k, 2] ** 2)
        if flat < 1e-6:
            continue
        dx, dy = rays[k, 0] / flat, rays[k, 2] / flat
        rise = rays[k, 1] / flat * np.float32(cell_m)
        steps = int(top / max(rise, np.float32(1e-6))) + 1
        for n in range(at.shape[0]):
            x, y, up = at[n, 0], at[n, 1], np.float32(0.0)
            for _ in range(steps):
                x += dx
                y += dy
                up += rise
                column, row = int(x + 0.5), int(y + 0.5)
                if column < 0 or row < 0 or column >= columns or row >= rows:
                    break
                if heights[row, column] > up:
                    stopped[n] += 1.0
                    break
    share: NDArray[np.float32] = stopped / np.float32(max(rays.shape[0], 1))
    return share
