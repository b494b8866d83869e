"""Compiled loop that adds light to skin."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Rec. 709 luminance weights (IEC 61966-2-1).
_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ONE = np.float32(1.0)


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

    out = skin + tint · mean Y · w · (¼ + ¾ r²) · room, r = Y / mean Y: a sheen, so most where the skin faces the
    light, and less where the brightest channel has little room left, in all channels alike so that no hue turns.
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
            relief = min(np.float32(1.5), (_R * red + _G * green + _B * blue) * inverse)
            room = max(np.float32(0.15), _ONE - np.float32(0.85) * max(red, green, blue))
            added = w * mean * (np.float32(0.25) + np.float32(0.75) * relief * relief) * room
            linear[row, column, 0] = red + tint[0] * added
            linear[row, column, 1] = green + tint[1] * added
            linear[row, column, 2] = blue + tint[2] * added
            touched[row, column] = 1
