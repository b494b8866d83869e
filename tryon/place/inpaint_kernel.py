"""Compiled loop that chooses, for every cell of a hole, the shift it is copied by."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def choose(
    own: NDArray[np.float32],
    apart: NDArray[np.float32],
    beside: NDArray[np.int32],
    sweeps: int,
    change: float,
) -> NDArray[np.int64]:
    """(N,) label of every cell, so that neighbors copied by different shifts show no seam.

    Args:
        own: (N, K) cost of each label at each cell.
        apart: (N, K, K) how much two labels' contents differ in a cell.
        beside: (N, 4) number of the cell to the left, right, above, below; -1 where the hole ends. Cells are in rows.
        change: What any change of label costs besides.

    Source: sequential min-sum belief propagation (Tappen and Freeman, "Comparison of graph cuts with belief
    propagation for stereo", ICCV 2003), whose pair cost is the seam cost of Pritch, Kav-Venaki and Peleg, "Shift-map
    image editing", ICCV 2009.
    """
    cells, labels = own.shape
    told = np.zeros((cells, 4, labels), np.float32)  # message that each cell got from each side
    belief = np.empty(labels, np.float32)
    message = np.empty(labels, np.float32)
    for sweep in range(sweeps):
        forward = sweep % 2 == 0
        for step in range(cells):
            p = step if forward else cells - 1 - step
            for k in range(labels):
                belief[k] = own[p, k] + told[p, 0, k] + told[p, 1, k] + told[p, 2, k] + told[p, 3, k]
            for pick in range(2):
                side = (1 if pick == 0 else 3) if forward else (0 if pick == 0 else 2)
                q = beside[p, side]
                if q < 0:
                    continue
                least = np.float32(1e30)
                for b in range(labels):
                    best = belief[b] - told[p, side, b]
                    for a in range(labels):
                        cost = belief[a] - told[p, side, a] + apart[p, a, b] + apart[q, a, b] + change
                        if a != b and cost < best:
                            best = cost
                    message[b] = best
                    least = min(least, best)
                back = side ^ 1
                for b in range(labels):
                    told[q, back, b] = message[b] - least
    chosen = np.empty(cells, np.int64)
    for p in range(cells):
        best, at = np.float32(1e30), 0
        for k in range(labels):
            value = own[p, k] + told[p, 0, k] + told[p, 1, k] + told[p, 2, k] + told[p, 3, k]
            if value < best:
                best, at = value, k
        chosen[p] = at
    return chosen


@njit(cache=True, nogil=True)
def relax(
    values: NDArray[np.float32],
    steps_x: NDArray[np.float32],
    steps_y: NDArray[np.float32],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    rounds: int,
) -> None:
    """Change `values` at the given pixels until their steps to all neighbors are as near as can be to those wished for.

    Args:
        values: (h, w, 3), changed in place; pixels on the outermost rows and columns must not be listed.
        steps_x, steps_y: (h, w, 3) wished value of the pixel to the right, and below, less that of the pixel.

    Source: Poisson equation with fixed edges (Pérez, Gangnet and Blake, "Poisson image editing", 2003) by successive
    over-relaxation.
    """
    pull = np.float32(1.9)
    for _ in range(rounds):
        for n in range(rows.shape[0]):
            y, x = rows[n], columns[n]
            for c in range(3):
                around = values[y, x - 1, c] + values[y, x + 1, c] + values[y - 1, x, c] + values[y + 1, x, c]
                wished = steps_x[y, x - 1, c] - steps_x[y, x, c] + steps_y[y - 1, x, c] - steps_y[y, x, c]
                values[y, x, c] += pull * (np.float32(0.25) * (around + wished) - values[y, x, c])
