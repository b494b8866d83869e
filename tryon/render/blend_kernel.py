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
RUN = 16  # pixels of a row that are skipped at once where nothing was drawn
_LIT = np.float32(0.9985)  # root of the share of light from where no shadow is seen
_REACH = 10  # pixels along an edge that are followed to its ends
_SUBPIXEL = np.float32(0.6)  # how much of a lone pixel's contrast is spread to its neighbors


def srgb_from_root() -> NDArray[np.uint8]:
    """(256,) sRGB codes of linear light stored as its square root in 8 bits."""
    linear = (np.arange(256) / 255.0) ** 2
    curve = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(curve * 255.0), np.uint8)


def root_from_srgb() -> NDArray[np.float32]:
    """(256,) the square root of linear light, times 255, of sRGB codes."""
    codes = np.arange(256) / 255.0
    linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.sqrt(linear) * 255.0, np.float32)


@njit(cache=True, nogil=True, fastmath=False)
def encode_roots(pixels: NDArray[np.uint8], roots: NDArray[np.uint8], drawn: NDArray[np.uint8]) -> None:
    """Write (h, w, 3) sRGB codes as roots into (h, w, 4), by a table (256,); the fourth becomes 0."""
    for y in range(pixels.shape[0]):
        for x in range(pixels.shape[1]):
            drawn[y, x, 0] = roots[pixels[y, x, 0]]
            drawn[y, x, 1] = roots[pixels[y, x, 1]]
            drawn[y, x, 2] = roots[pixels[y, x, 2]]
            drawn[y, x, 3] = 0


@njit(cache=True, nogil=True, fastmath=False)
def darken(
    pixels: NDArray[np.uint8],
    roots: NDArray[np.float32],
    kept: NDArray[np.float32],
    step: int,
    drawn: NDArray[np.uint8],
) -> None:
    """Put shadow on roots: where it falls, `drawn` (h, w, 4) is written and its fourth channel becomes 128.

    Args:
        pixels: (h, w, 3) sRGB codes. roots: (256,) of each code, times 255.
        kept: (ceil(h / step), ceil(w / step), 3) root of the share of light that is left; read between its texels.
    """
    height, width = drawn.shape[:2]
    rows, columns = kept.shape[:2]
    inverse, half, one, none = np.float32(1.0 / step), np.float32(0.5), np.float32(1.0), np.float32(0.0)
    for y in range(height):
        down = (np.float32(y) + half) * inverse - half
        top = max(int(np.floor(down)), 0)
        under = min(top + 1, rows - 1)
        lower = max(down - np.float32(top), none)
        upper = one - lower
        for left in range(-1, columns):
            a, b = max(left, 0), min(left + 1, columns - 1)
            r = upper * kept[top, a, 0] + lower * kept[under, a, 0]
            g = upper * kept[top, a, 1] + lower * kept[under, a, 1]
            c = upper * kept[top, a, 2] + lower * kept[under, a, 2]
            far_r = upper * kept[top, b, 0] + lower * kept[under, b, 0]
            far_g = upper * kept[top, b, 1] + lower * kept[under, b, 1]
            far_b = upper * kept[top, b, 2] + lower * kept[under, b, 2]
            if min(r, g, c, far_r, far_g, far_b) > _LIT:
                continue
            begin = left * step + step // 2
            for x in range(max(begin, 0), min(begin + step, width)):
                beside = (np.float32(x - begin) + half) * inverse
                red, green, blue = r + (far_r - r) * beside, g + (far_g - g) * beside, c + (far_b - c) * beside
                if min(red, green, blue) < _LIT:
                    drawn[y, x, 0] = np.uint8(roots[pixels[y, x, 0]] * red + half)
                    drawn[y, x, 1] = np.uint8(roots[pixels[y, x, 1]] * green + half)
                    drawn[y, x, 2] = np.uint8(roots[pixels[y, x, 2]] * blue + half)
                    drawn[y, x, 3] = 128


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
def write_roots(
    drawn: NDArray[np.uint8],
    codes: NDArray[np.uint8],
    luma: NDArray[np.float32],
    pixels: NDArray[np.uint8],
    filled: NDArray[np.uint8],
) -> tuple[int, int, int, int]:
    """As `write_touched`, of roots, which become sRGB codes by the table of `srgb_from_root`.

    Args:
        luma: (h, w), overwritten. filled: (h, ceil(w / RUN)), overwritten: 1 where an item covers one of RUN pixels.
    """
    height, width = drawn.shape[:2]
    filled[:] = 0
    left, right, top, bottom = width, 0, height, 0
    for y in range(height):
        first, last = width, -1
        for x in range(width):
            if drawn[y, x, 3] == 0:
                r, g, b = pixels[y, x, 0], pixels[y, x, 1], pixels[y, x, 2]
            else:
                r, g, b = codes[drawn[y, x, 0]], codes[drawn[y, x, 1]], codes[drawn[y, x, 2]]
                pixels[y, x, 0], pixels[y, x, 1], pixels[y, x, 2] = r, g, b
                first, last = min(first, x), x
                if drawn[y, x, 3] >= _ITEM:
                    filled[y, x // RUN] = 1
            drawn[y, x, 0], drawn[y, x, 1], drawn[y, x, 2] = r, g, b
            luma[y, x] = _RED * np.float32(r) + _GREEN * np.float32(g) + _BLUE * np.float32(b)
        if last >= 0:
            left, right, top, bottom = min(left, first), max(right, last + 1), min(top, y), y + 1
    if bottom == 0:
        return 0, 0, 0, 0
    return left, top, right, bottom


@njit(cache=True, nogil=True, fastmath=False)
def smooth_edges(
    drawn: NDArray[np.uint8], luma: NDArray[np.float32], pixels: NDArray[np.uint8], filled: NDArray[np.uint8]
) -> None:
    """Blend the steps of drawn edges, as if each pixel had been covered in part.

    Only pixels that items cover, and their neighbors where an item's edge lies between, change.

    Args:
        drawn: (h, w, 4) codes; luma, filled: Of them; all by `write_roots`.
        pixels: (h, w, 3), which already hold `drawn`, changed.

    Source: the idea of fast approximate anti-aliasing (Lottes 2009): the ends of an edge tell where it crosses.
    """
    height, width = luma.shape
    for y in range(1, height - 1):
        for run in range(filled.shape[1]):
            before, after = max(run - 1, 0), min(run + 1, filled.shape[1] - 1)
            for row in range(y - 1, y + 2):
                if filled[row, before] or filled[row, run] or filled[row, after]:
                    _smooth_run(drawn, luma, pixels, y, max(run * RUN, 1), min((run + 1) * RUN, width - 1))
                    break


@njit(cache=True, nogil=True, fastmath=False)
def _smooth_run(
    drawn: NDArray[np.uint8], luma: NDArray[np.float32], pixels: NDArray[np.uint8], y: int, begin: int, end: int
) -> None:
    """Pixels of one row; see `smooth_edges`."""
    for x in range(begin, end):
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
