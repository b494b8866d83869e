"""Compiled loops that tell teeth from lips, gums and tongue, keep color off them, and whiten them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)  # Rec. 709 luminance


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _tooth(source: NDArray[np.uint8], row: int, column: int, lightness: np.float32, redness: np.float32) -> np.float32:
    """0 to 1: light enough and pale enough for a tooth."""
    red, green = np.float32(source[row, column, 0]), np.float32(source[row, column, 1])
    light = np.float32(0.118) * red + np.float32(0.231) * green + np.float32(0.043) * np.float32(source[row, column, 2])
    pale = _ONE - np.float32(0.353) * (red - green) / max(light, _ONE) / max(redness, np.float32(0.03))
    pale = min(_ONE, max(_ZERO, (pale - np.float32(0.15)) * np.float32(3.5)))
    bright = min(_ONE, max(_ZERO, (light / max(lightness, _ONE) - np.float32(0.55)) * np.float32(4.0)))
    return pale * pale * (np.float32(3.0) - np.float32(2.0) * pale) * bright


@njit(cache=True, nogil=True, fastmath=True)
def keep_off_teeth(
    source: NDArray[np.uint8],
    u_map: NDArray[np.float32],
    mouth: NDArray[np.float32],
    near: NDArray[np.float32],
    box: tuple[int, int, int, int],
    lightness: float,
    redness: float,
    coverage: NDArray[np.float32],
) -> None:
    """Lower coverage (h, w) of a box of the region where it lies off the face, or near the mouth on teeth.

    near (h, w): how much each pixel counts as near the mouth's opening, 0 to 1. Teeth are at least about as light
    as the lips and less red than both lips and skin: lightness is the lips', redness the smaller of the two, as
    red–green over lightness.
    """
    x0, y0, x1, y1 = box
    for row in range(y0, y1):
        for column in range(x0, x1):
            r, c = row - y0, column - x0
            if coverage[r, c] <= _ZERO:
                continue
            if u_map[row, column] < _ZERO and mouth[row, column] <= _ZERO:
                coverage[r, c] = _ZERO
            elif near[r, c] > _ZERO:
                tooth = _tooth(source, row, column, np.float32(lightness), np.float32(redness))
                coverage[r, c] *= _ONE - near[r, c] * tooth


@njit(cache=True, nogil=True, fastmath=True)
def find_teeth(
    source: NDArray[np.uint8],
    allow: NDArray[np.float32],
    box: tuple[int, int, int, int],
    lightness: float,
    redness: float,
    teeth: NDArray[np.float32],
) -> None:
    """Multiply teeth (h, w), the mouth's opening in a box of the region, by how much each pixel is a tooth."""
    x0, y0, x1, y1 = box
    for row in range(y0, y1):
        for column in range(x0, x1):
            if teeth[row - y0, column - x0] > _ZERO:
                tooth = _tooth(source, row, column, np.float32(lightness), np.float32(redness))
                teeth[row - y0, column - x0] *= tooth * allow[row, column]


@njit(cache=True, nogil=True, fastmath=True)
def whiten(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    teeth: NDArray[np.float32],
    white: NDArray[np.float32],
    box: tuple[int, int, int, int],
    paler: float,
    lighter: float,
) -> None:
    """Move the color of teeth (h, w) toward the light's own, white (3,), by the share `paler`, and lighten them.

    Lightening multiplies by 1 + lighter · (1 − Y / white's Y), so shading stays and nothing passes white.
    """
    x0, y0, x1, y1 = box
    white_luminance = max(_R * white[0] + _G * white[1] + _B * white[2], np.float32(1e-4))
    paler_share, lighter_share = np.float32(paler), np.float32(lighter)
    for row in range(y0, y1):
        for column in range(x0, x1):
            share = teeth[row - y0, column - x0]
            if share <= np.float32(0.004):
                continue
            red, green, blue = linear[row, column, 0], linear[row, column, 1], linear[row, column, 2]
            level = (_R * red + _G * green + _B * blue) / white_luminance
            gain = _ONE + share * lighter_share * max(_ZERO, _ONE - level)
            toward = share * paler_share
            linear[row, column, 0] = gain * (red + toward * (level * white[0] - red))
            linear[row, column, 1] = gain * (green + toward * (level * white[1] - green))
            linear[row, column, 2] = gain * (blue + toward * (level * white[2] - blue))
            touched[row, column] = 1
