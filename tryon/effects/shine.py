"""Compiled loop that adds light to skin."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tryon.effects.paint import _glint

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
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    tint: NDArray[np.float32],
    flakes: NDArray[np.float32],
    skin_luminance: float,
    glow: float,
    shimmer: float,
) -> None:
    """Add light over the box, in place, in proportion to the light that is there.

    out = skin + tint · S · w · (¼ + ¾ r²) · room, S the luminance of the face's skin and r = Y / S: a sheen, so most
    where the skin faces the light; the less room the brightest channel has, the less is added to all of them, so that
    no hue turns.
    Flakes (pitch in cells across the texture, share of cells, linear RGB as lit) add `shimmer` of their light.
    """
    x0, y0, x1, y1 = box
    mean = np.float32(max(skin_luminance, 1e-4))
    inverse = _ONE / mean
    for row in range(y0, y1):
        for column in range(x0, x1):
            w = coverage[row - y0, column - x0] * allow[row, column]
            if w <= np.float32(0.002):
                continue
            red, green, blue = linear[row, column, 0], linear[row, column, 1], linear[row, column, 2]
            relief = min(np.float32(1.5), (_R * red + _G * green + _B * blue) * inverse)
            room = max(np.float32(0.15), _ONE - np.float32(0.85) * max(red, green, blue))
            added = w * np.float32(glow) * mean * (np.float32(0.25) + np.float32(0.75) * relief * relief) * room
            red += tint[0] * added
            green += tint[1] * added
            blue += tint[2] * added
            if shimmer > 0:
                glint = _glint(u_map[row, column], v_map[row, column], flakes[0], flakes[1])
                if glint > 0:
                    lit = w * np.float32(shimmer) * glint * relief
                    red += lit * flakes[2]
                    green += lit * flakes[3]
                    blue += lit * flakes[4]
            linear[row, column, 0], linear[row, column, 1], linear[row, column, 2] = red, green, blue
            touched[row, column] = 1
