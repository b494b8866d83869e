"""Compiled: write what was drawn back into the picture, with smooth edges where there was one sample a pixel."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Codes, and share of the brighter; below these nobody sees steps. Within an item most contrast is texture, which is
# smooth already.
_OUTLINE_CONTRAST, _OUTLINE_SHARE = np.float32(8.0), np.float32(0.06)
_INNER_CONTRAST, _INNER_SHARE = np.float32(40.0), np.float32(0.35)
_RED, _GREEN, _BLUE = np.float32(0.3), np.float32(0.59), np.float32(0.11)
_ITEM = 160  # of the fourth channel: glass is 191, what hides all behind it 255, a shadow 128
_REACH = 10  # pixels along an edge that are followed to its ends
_SUBPIXEL = np.float32(0.6)  # how much of a lone pixel's contrast is spread to its neighbors


def srgb_from_root() -> NDArray[np.uint8]:
    """(256,) sRGB codes of linear light stored as its square root in 8 bits."""
    linear = (np.arange(256) / 255.0) ** 2
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(curve * 255.0), np.uint8)


@njit(cache=True, nogil=True, fastmath=False)
def decode_roots(drawn: NDArray[np.uint8], codes: NDArray[np.uint8]) -> None:
    """Turn the first three channels of (h, w, 4) from roots into sRGB codes, by the table of `srgb_from_root`."""
    for y in range(drawn.shape[0]):
        for x in range(drawn.shape[1]):
            drawn[y, x, 0] = codes[drawn[y, x, 0]]
            drawn[y, x, 1] = codes[drawn[y, x, 1]]
            drawn[y, x, 2] = codes[drawn[y, x, 2]]


@njit(cache=True, nogil=True, fastmath=False)
def write_touched(drawn: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Copy (h, w, 4) drawn codes over (h, w, 3) pixels where the fourth is not 0; the rest stays as it is.

    Returns the box that holds all pixels written, (0, 0, 0, 0) when there is none.
    """
    height, width = drawn.shape[:2]
    left, right, top, bottom = width, 0, height, 0
    for y in range(height):
        for x in range(width):
            if drawn[y, x, 3] != 0:
                pixels[y, x, 0] = drawn[y, x, 0]
                pixels[y, x, 1] = drawn[y, x, 1]
                pixels[y, x, 2] = drawn[y, x, 2]
                left = min(left, x)
                right = max(right, x + 1)
                top = min(top, y)
                bottom = y + 1
    if bottom == 0:
        return 0, 0, 0, 0
    return left, top, right, bottom


@njit(cache=True, nogil=True, fastmath=False)
def smooth_edges(drawn: NDArray[np.uint8], luma: NDArray[np.float32], pixels: NDArray[np.uint8]) -> None:
    """Blend the steps of drawn edges, as if each pixel had been covered in part.

    Only pixels that items cover, and their neighbors where an item's edge lies between, change.

    Args:
        drawn: (h, w, 4) codes. luma: (h, w), overwritten. pixels: (h, w, 3), which already hold `drawn`, changed.

    Source: the idea of fast approximate anti-aliasing (Lottes 2009): the ends of an edge tell where it crosses.
    """
    height, width = luma.shape
    for y in range(height):
        for x in range(width):
            luma[y, x] = _RED * drawn[y, x, 0] + _GREEN * drawn[y, x, 1] + _BLUE * drawn[y, x, 2]
    for y in range(1, height - 1):
        for x in range(1, width - 1):
            own = drawn[y, x, 3]
            north, south, west, east = drawn[y - 1, x, 3], drawn[y + 1, x, 3], drawn[y, x - 1, 3], drawn[y, x + 1, 3]
            if max(own, north, south, west, east) < _ITEM:
                continue
            outline = own != north or own != south or own != west or own != east
            least = _OUTLINE_CONTRAST if outline else _INNER_CONTRAST
            share = _OUTLINE_SHARE if outline else _INNER_SHARE
            m, n, s, w, e = luma[y, x], luma[y - 1, x], luma[y + 1, x], luma[y, x - 1], luma[y, x + 1]
            high = max(max(max(m, n), max(s, w)), e)
            contrast = high - min(min(min(m, n), min(s, w)), e)
            if contrast < max(least, high * share):
                continue
            dy, dx, amount = _blend(luma, y, x, contrast)
            if amount <= 0.0 or max(own, drawn[y + dy, x + dx, 3]) < _ITEM:
                continue
            for c in range(3):
                here, there = np.float32(drawn[y, x, c]), np.float32(drawn[y + dy, x + dx, c])
                pixels[y, x, c] = np.uint8(here + (there - here) * amount + np.float32(0.5))


@njit(cache=True, nogil=True, fastmath=False)
def _blend(luma: NDArray[np.float32], y: int, x: int, contrast: np.floating) -> tuple[int, int, float]:
    """Step (dy, dx) to the neighbor across the edge, and the share of it that belongs here."""
    m = luma[y, x]
    n, s, w, e = luma[y - 1, x], luma[y + 1, x], luma[y, x - 1], luma[y, x + 1]
    nw, ne, sw, se = luma[y - 1, x - 1], luma[y - 1, x + 1], luma[y + 1, x - 1], luma[y + 1, x + 1]
    level = 2.0 * abs(n + s - 2.0 * m) + abs(ne + se - 2.0 * e) + abs(nw + sw - 2.0 * w)
    upright = 2.0 * abs(w + e - 2.0 * m) + abs(nw + ne - 2.0 * n) + abs(sw + se - 2.0 * s)
    if level >= upright:
        dy, dx = (-1, 0) if abs(n - m) >= abs(s - m) else (1, 0)
    else:
        dy, dx = (0, -1) if abs(w - m) >= abs(e - m) else (0, 1)
    across = luma[y + dy, x + dx]
    middle, slope = 0.5 * (m + across), 0.25 * abs(across - m)
    ahead, ahead_end = _follow(luma, y, x, dy, dx, 1, middle, slope)
    back, back_end = _follow(luma, y, x, dy, dx, -1, middle, slope)
    nearest, end = (ahead, ahead_end) if ahead < back else (back, back_end)
    amount = 0.0
    if (end < 0.0) != (m - middle < 0.0):
        amount = 0.5 - nearest / (ahead + back)
    around = (2.0 * (n + s + w + e) + nw + ne + sw + se) / 12.0
    lone = min(abs(around - m) / contrast, 1.0)
    lone = lone * lone * (3.0 - 2.0 * lone)
    return dy, dx, max(amount, lone * lone * _SUBPIXEL)


@njit(cache=True, nogil=True, fastmath=False)
def _follow(
    luma: NDArray[np.float32], y: int, x: int, dy: int, dx: int, sense: int, middle: float, slope: float
) -> tuple[float, float]:
    """Pixels to the edge's end in one sense, and how the end differs from the edge's middle."""
    height, width = luma.shape
    ay, ax = abs(dx) * sense, abs(dy) * sense
    difference = 0.0
    for step in range(1, _REACH + 1):
        py, px = y + ay * step, x + ax * step
        qy, qx = py + dy, px + dx
        if min(py, px, qy, qx) < 0 or max(py, qy) >= height or max(px, qx) >= width:
            return float(step), difference
        difference = 0.5 * (luma[py, px] + luma[qy, qx]) - middle
        if abs(difference) >= slope:
            return float(step), difference
    return float(_REACH), difference
