"""Compiled loop of hole filling: each pixel takes the depth that its look-alikes nearby agree on."""

from __future__ import annotations

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

_MOST = 128


@njit(cache=True, nogil=True, parallel=False)
def vote(
    depth_m: NDArray[np.float32],
    lab: NDArray[np.float32],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    radius: int,
    stride: int,
    color_sigma: float,
    least: float,
) -> NDArray[np.float32]:
    """(N,) depths for pixels, NaN where too little is known around: the weighted median of the window.

    Args:
        depth_m: (h, w), NaN where nothing may be taken from.
        lab: (h, w, 3) CIE Lab of the picture.
        rows, columns: (N,) pixels that want a depth.
        color_sigma: ΔE at which a neighbor counts exp(−1/2).
        least: Sum of weights below which nothing is said.
    """
    height, width = depth_m.shape
    found = np.full(rows.shape[0], np.float32(np.nan))
    by_color = np.float32(-0.5 / color_sigma**2)
    by_place = np.float32(-2.0 / radius**2)
    for n in prange(rows.shape[0]):
        values = np.empty(_MOST, np.float32)
        weights = np.empty(_MOST, np.float32)
        row, column = rows[n], columns[n]
        count, total = 0, np.float32(0.0)
        for dy in range(-radius, radius + 1, stride):
            y = row + dy
            if y < 0 or y >= height:
                continue
            for dx in range(-radius, radius + 1, stride):
                x = column + dx
                if x < 0 or x >= width or count >= _MOST:
                    continue
                value = depth_m[y, x]
                if not value > 0.0:
                    continue
                a = lab[y, x, 0] - lab[row, column, 0]
                b = lab[y, x, 1] - lab[row, column, 1]
                c = lab[y, x, 2] - lab[row, column, 2]
                weight = np.exp((a * a + b * b + c * c) * by_color + (dx * dx + dy * dy) * by_place)
                at = count
                while at > 0 and values[at - 1] > value:
                    values[at] = values[at - 1]
                    weights[at] = weights[at - 1]
                    at -= 1
                values[at] = value
                weights[at] = weight
                total += weight
                count += 1
        if total < least:
            continue
        half, at = np.float32(0.0), 0
        while at < count - 1 and half + weights[at] < total * 0.5:
            half += weights[at]
            at += 1
        middle = values[at]
        # The mean of what lies on the winner's surface: a median alone leaves steps.
        mean, share = np.float32(0.0), np.float32(0.0)
        for k in range(count):
            if abs(values[k] - middle) < 0.03 * middle:
                mean += weights[k] * values[k]
                share += weights[k]
        found[n] = mean / share if share > 0.0 else middle
    return found
