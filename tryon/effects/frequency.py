"""Compiled loops that split a face's skin into bands of detail and put corrected skin back.

Everything between is done on a grid of cells, `factor` pixels wide. A correction worked out there is smooth at the
scale of a cell, so detail finer than a cell (pores, lashes, the picture's own grain) passes through untouched.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Rec. 709 luminance weights (IEC 61966-2-1).
_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_TINY = np.float32(1e-4)


@njit(cache=True, nogil=True, fastmath=True)
def weigh_cells(
    allow: NDArray[np.float32],
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    texture: NDArray[np.uint8],
    x0: int,
    y0: int,
    factor: int,
    weight: NDArray[np.float32],
    spans: NDArray[np.int32],
) -> None:
    """Fill weight (h, w) with mask · allowed share and spans (h, 2) with each row's first and last cell that has any.

    Both are read at the middle of each cell; the maps are of the region's pixels, cell 0 starts at x0, y0. The mask's
    texture is a whole square. A cell less than half allowed is mixed with what is not skin: it does not count.
    """
    middle_x, middle_y = x0 + (factor >> 1), y0 + (factor >> 1)
    texels = np.float32(texture.shape[0])
    for i in range(weight.shape[0]):
        row = i * factor + middle_y
        first, last = weight.shape[1], -1
        for j in range(weight.shape[1]):
            column = j * factor + middle_x
            x, y = u_map[row, column] * texels, v_map[row, column] * texels
            weight[i, j] = _ZERO
            if x < 0 or y < 0 or x >= texels or y >= texels:
                continue
            open_share = np.float32(2.0) * allow[row, column] - _ONE
            inside = texture[np.uint32(y), np.uint32(x)]
            if open_share > 0 and inside > 0:
                weight[i, j] = np.float32(inside) * np.float32(1.0 / 255.0) * open_share
                first = min(first, j)
                last = j
        spans[i, 0], spans[i, 1] = first, last


@njit(cache=True, nogil=True, fastmath=True)
def shrink(
    linear: NDArray[np.float32],
    weight: NDArray[np.float32],
    spans: NDArray[np.int32],
    x0: int,
    y0: int,
    factor: int,
    mean: NDArray[np.float32],
    moments: NDArray[np.float32],
) -> None:
    """Fill mean (h, w, 3) with the cells' color and moments (h, w, 3) with weight · (1, Y, Y²); 0 off the spans."""
    columns = mean.shape[1]
    sums = np.empty(columns * factor * 3, np.float32)
    inverse = _ONE / np.float32(factor * factor)
    flat = linear.reshape(linear.shape[0], linear.shape[1] * 3)
    for i in range(mean.shape[0]):
        first, last = spans[i, 0], spans[i, 1]
        for j in range(columns):
            for k in range(3):
                mean[i, j, k] = _ZERO
                moments[i, j, k] = _ZERO
        if last < first:
            continue
        # Rows first, then columns: the first sum is over contiguous memory. Views that start at 0 spare the compiler
        # the check for indices from the end, without which it makes wide loads.
        length = 3 * (last + 1 - first) * factor
        start = 3 * (x0 + first * factor)
        line = flat[y0 + i * factor, start : start + length]
        for k in range(length):
            sums[k] = line[k]
        for row in range(y0 + i * factor + 1, y0 + (i + 1) * factor):
            line = flat[row, start : start + length]
            for k in range(length):
                sums[k] += line[k]
        for j in range(first, last + 1):
            red, green, blue = _ZERO, _ZERO, _ZERO
            for k in range(3 * (j - first) * factor, 3 * (j + 1 - first) * factor, 3):
                red += sums[k]
                green += sums[k + 1]
                blue += sums[k + 2]
            red, green, blue = red * inverse, green * inverse, blue * inverse
            mean[i, j, 0], mean[i, j, 1], mean[i, j, 2] = red, green, blue
            w, luminance = weight[i, j], _R * red + _G * green + _B * blue
            moments[i, j, 0], moments[i, j, 1] = w, w * luminance
            moments[i, j, 2] = w * luminance * luminance


@njit(cache=True, nogil=True, fastmath=True)
def fit_edges(
    boxed: NDArray[np.float32], weight: NDArray[np.float32], contrast: float, out: NDArray[np.float32]
) -> None:
    """Fill out (h, w, 2) with weight · (slope, offset) of the guided filter, from box means of `moments`.

    A window whose luminance varies by much less than `contrast` of its mean is flattened, one that varies by much
    more is kept: folds, the nose's edge. Source: He, Sun, Tang, "Guided Image Filtering", ECCV 2010, equations 5
    and 6 with the picture as its own guide, ε relative to the window's mean, and weights.
    """
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            w = weight[i, j]
            if w <= 0 or boxed[i, j, 0] < _TINY:
                out[i, j, 0] = _ZERO
                out[i, j, 1] = _ZERO
                continue
            inverse = _ONE / boxed[i, j, 0]
            mean = boxed[i, j, 1] * inverse
            variance = max(_ZERO, boxed[i, j, 2] * inverse - mean * mean)
            allowed = np.float32(contrast) * mean
            slope = variance / (variance + allowed * allowed + np.float32(1e-9))
            out[i, j, 0] = w * slope
            out[i, j, 1] = w * (_ONE - slope) * mean


@njit(cache=True, nogil=True, fastmath=True)
def evened(
    mean: NDArray[np.float32],
    weight: NDArray[np.float32],
    boxed: NDArray[np.float32],
    fits: NDArray[np.float32],
    ratio: NDArray[np.float32],
) -> None:
    """Fill ratio (h, w) with evened over seen luminance, from box means of `moments` and of `fit_edges`."""
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            luminance = _R * mean[i, j, 0] + _G * mean[i, j, 1] + _B * mean[i, j, 2]
            ratio[i, j] = _ONE
            if weight[i, j] > 0 and luminance > _TINY and boxed[i, j, 0] > _TINY:
                value = (fits[i, j, 0] * luminance + fits[i, j, 1]) / (boxed[i, j, 0] * luminance)
                ratio[i, j] = min(np.float32(1.8), max(np.float32(0.5), value))


@njit(cache=True, nogil=True, fastmath=True)
def chromaticity(mean: NDArray[np.float32], weight: NDArray[np.float32]) -> None:
    """Turn mean (h, w, 3) into weight · color / luminance, so that a highlight counts no more than a shadow."""
    for i in range(mean.shape[0]):
        for j in range(mean.shape[1]):
            luminance = _R * mean[i, j, 0] + _G * mean[i, j, 1] + _B * mean[i, j, 2]
            share = weight[i, j] / max(_TINY, luminance)
            mean[i, j, 0] *= share
            mean[i, j, 1] *= share
            mean[i, j, 2] *= share


@njit(cache=True, nogil=True, fastmath=True)
def gains(
    mean: NDArray[np.float32],
    weight: NDArray[np.float32],
    ratio: NDArray[np.float32],
    wide: NDArray[np.float32],
    smooth: float,
    even: float,
    out: NDArray[np.float32],
) -> None:
    """Fill out (h, w, 3) with the factor each channel is to be multiplied by; 1 where the weight is 0.

    Luminance goes to its evened value by the share `smooth`, chromaticity to that of the wide neighborhood by the
    share `even`; the further off a color is, the less it is a blotch and the more of it stays: beard, moles, blush.
    """
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            w = weight[i, j]
            if w <= 0:
                out[i, j, 0], out[i, j, 1], out[i, j, 2] = _ONE, _ONE, _ONE
                continue
            level = _ONE + w * np.float32(smooth) * (ratio[i, j] - _ONE)
            red, green, blue = level, level, level
            if even > 0:
                here = _R * mean[i, j, 0] + _G * mean[i, j, 1] + _B * mean[i, j, 2]
                around = _R * wide[i, j, 0] + _G * wide[i, j, 1] + _B * wide[i, j, 2]
                scale = here / max(_TINY, around)
                off_red = wide[i, j, 0] * scale / max(_TINY, mean[i, j, 0]) - _ONE
                off_green = wide[i, j, 1] * scale / max(_TINY, mean[i, j, 1]) - _ONE
                off_blue = wide[i, j, 2] * scale / max(_TINY, mean[i, j, 2]) - _ONE
                near = max(abs(off_red), abs(off_green), abs(off_blue)) * np.float32(1.0 / 0.22)
                share = w * np.float32(even) / (_ONE + near * near)
                red *= _ONE + share * off_red
                green *= _ONE + share * off_green
                blue *= _ONE + share * off_blue
            out[i, j, 0], out[i, j, 1], out[i, j, 2] = red, green, blue


@njit(cache=True, nogil=True, fastmath=True)
def touch(spans: NDArray[np.int32], factor: int, touched: NDArray[np.uint8]) -> None:
    """Set touched (h · factor, w · factor) to 1 within a cell of every span: as far as a correction reaches."""
    rows, columns = spans.shape[0], touched.shape[1] // factor
    for i in range(rows):
        first, last = columns, -1
        for k in range(max(0, i - 1), min(rows, i + 2)):
            first = min(first, spans[k, 0])
            last = max(last, spans[k, 1])
        for row in range(i * factor, (i + 1) * factor):
            for column in range(max(0, first - 1) * factor, min(columns, last + 2) * factor):
                touched[row, column] = 1


@njit(cache=True, nogil=True, fastmath=True)
def gather(
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    textures: NDArray[np.uint8],
    shares: NDArray[np.float32],
    x0: int,
    y0: int,
    factor: int,
    cells: NDArray[np.float32],
) -> tuple[int, int]:
    """Fill cells (h, w) with the weighted sum of masks (n, n, k) at each cell's middle, at most 1.

    Gives the first and last row of cells that has any; cell 0 starts at x0, y0 of the maps.
    """
    middle_x, middle_y = x0 + (factor >> 1), y0 + (factor >> 1)
    texels, count = np.float32(textures.shape[0]), shares.shape[0]
    first, last = cells.shape[0], -1
    for i in range(cells.shape[0]):
        for j in range(cells.shape[1]):
            x = u_map[i * factor + middle_y, j * factor + middle_x] * texels
            y = v_map[i * factor + middle_y, j * factor + middle_x] * texels
            total = _ZERO
            if x >= 0 and y >= 0 and x < texels and y < texels:
                row, column = np.uint32(y), np.uint32(x)
                for k in range(count):
                    total += shares[k] * np.float32(textures[row, column, k])
            cells[i, j] = min(_ONE, total * np.float32(1.0 / 255.0))
            if total > 0:
                first = min(first, i)
                last = i
    return first, last
