"""Compiled loop that adds light to skin."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Rec. 709 luminance weights (IEC 61966-2-1).
_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ZERO, _ONE = np.float32(0.0), np.float32(1.0)


@njit(cache=True, nogil=True, fastmath=True)
def shine(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    allow: NDArray[np.float32],
    coverage: NDArray[np.float32],
    box: tuple[int, int, int, int],
    tint: NDArray[np.float32],
    mean_luminance: float,
    amount: float,
) -> None:
    """Add light over the box, in place, in proportion to the light that is there.

    out = 1 − (1 − skin) · (1 − tint · mean Y · w · (¼ + ¾ r²)), r = Y / mean Y: a sheen, so twice where the skin
    already bulges toward the light what it is where it turns away, and never brighter than the picture can show.
    """
    x0, y0, x1, y1 = box
    mean = np.float32(max(mean_luminance, 1e-4))
    inverse = _ONE / mean
    for row in range(y0, y1):
        for column in range(x0, x1):
            w = coverage[row - y0, column - x0] * allow[row, column] * np.float32(amount)
            if w <= np.float32(0.001):
                continue
            red, green, blue = linear[row, column, 0], linear[row, column, 1], linear[row, column, 2]
            relief = min(np.float32(1.8), (_R * red + _G * green + _B * blue) * inverse)
            added = w * mean * (np.float32(0.25) + np.float32(0.75) * relief * relief)
            linear[row, column, 0] = red + tint[0] * added * max(_ZERO, _ONE - red)
            linear[row, column, 1] = green + tint[1] * added * max(_ZERO, _ONE - green)
            linear[row, column, 2] = blue + tint[2] * added * max(_ZERO, _ONE - blue)
            touched[row, column] = 1
