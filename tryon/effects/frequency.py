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
def shrink(
    linear: NDArray[np.float32],
    allow: NDArray[np.float32],
    x0: int,
    y0: int,
    factor: int,
    mean: NDArray[np.float32],
    allowed: NDArray[np.float32],
) -> None:
    """Fill mean (h, w, 3) and allowed (h, w) with the cells' means of linear and allow; cell 0 starts at x0, y0."""
    columns = mean.shape[1]
    colors, shares = np.empty(columns * factor * 3, np.float32), np.empty(columns * factor, np.float32)
    inverse = _ONE / np.float32(factor * factor)
    flat = linear.reshape(linear.shape[0], linear.shape[1] * 3)
    for i in range(mean.shape[0]):
        # Rows first, then columns: the first sum is over contiguous memory, which the compiler makes wide loads of.
        colors[:] = _ZERO
        shares[:] = _ZERO
        for row in range(y0 + i * factor, y0 + (i + 1) * factor):
            for k in range(columns * factor * 3):
                colors[k] += flat[row, 3 * x0 + k]
            for k in range(columns * factor):
                shares[k] += allow[row, x0 + k]
        for j in range(columns):
            red, green, blue, share = _ZERO, _ZERO, _ZERO, _ZERO
            for k in range(j * factor, (j + 1) * factor):
                red += colors[3 * k]
                green += colors[3 * k + 1]
                blue += colors[3 * k + 2]
                share += shares[k]
            mean[i, j, 0], mean[i, j, 1], mean[i, j, 2] = red * inverse, green * inverse, blue * inverse
            allowed[i, j] = share * inverse


@njit(cache=True, nogil=True, fastmath=True)
def weigh_cells(
    mean: NDArray[np.float32],
    allowed: NDArray[np.float32],
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    texture: NDArray[np.uint8],
    x0: int,
    y0: int,
    factor: int,
    weight: NDArray[np.float32],
    moments: NDArray[np.float32],
) -> None:
    """Fill weight (h, w) with mask · allowed share and moments (h, w, 3) with weight · (1, Y, Y²).

    The mask's texture, a whole square, is read at the middle of each cell; u_map and v_map are of the region's pixels,
    the grid starts at x0, y0. A cell that is less than half allowed is mixed with what is not skin: it does not count.
    """
    middle_x, middle_y = x0 + (factor >> 1), y0 + (factor >> 1)
    texels = np.float32(texture.shape[0])
    for i in range(weight.shape[0]):
        row = i * factor + middle_y
        for j in range(weight.shape[1]):
            open_share = np.float32(2.0) * allowed[i, j] - _ONE
            x = u_map[row, j * factor + middle_x] * texels
            y = v_map[row, j * factor + middle_x] * texels
            if open_share <= 0 or x < 0 or y < 0 or x >= texels or y >= texels:
                weight[i, j] = _ZERO
                moments[i, j, 0], moments[i, j, 1], moments[i, j, 2] = _ZERO, _ZERO, _ZERO
                continue
            w = np.float32(texture[np.uint32(y), np.uint32(x)]) * np.float32(1.0 / 255.0) * open_share
            luminance = _R * mean[i, j, 0] + _G * mean[i, j, 1] + _B * mean[i, j, 2]
            weight[i, j] = w
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
def touch(weight: NDArray[np.float32], factor: int, touched: NDArray[np.uint8]) -> None:
    """Set touched (h · factor, w · factor) to 1 in every cell that has weight or lies next to one that has."""
    rows, columns = weight.shape
    for i in range(rows):
        first, last = columns, -1
        for k in range(max(0, i - 1), min(rows, i + 2)):
            for j in range(columns):
                if weight[k, j] > 0:
                    first = min(first, j)
                    last = max(last, j)
        for row in range(i * factor, (i + 1) * factor):
            for column in range(max(0, first - 1) * factor, min(columns, last + 2) * factor):
                touched[row, column] = 1


@njit(cache=True, nogil=True, fastmath=True)
def cover(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    allow: NDArray[np.float32],
    field: NDArray[np.float32],
    pigment: NDArray[np.float32],
    light: NDArray[np.float32],
    inverse_mean: float,
) -> None:
    """Lay a film over linear (h, w, 3) from field (h, w, 3): share hidden, gain of the shading, added glow.

    out = (1 − a) · skin + a · pigment · Y · gain / mean Y + glow · light; pigment is already lit.
    """
    inverse = np.float32(inverse_mean)
    peak, knee = max(pigment[0], pigment[1], pigment[2]), np.float32(0.7)
    for row in range(touched.shape[0]):
        for column in range(touched.shape[1]):
            a = field[row, column, 0] * allow[row, column]
            if a <= np.float32(0.001):
                continue
            shade = _R * linear[row, column, 0] + _G * linear[row, column, 1] + _B * linear[row, column, 2]
            shade *= field[row, column, 1] * inverse
            glow = field[row, column, 2] * allow[row, column]
            # What would come out brighter than the picture can show is compressed in its own hue, as a camera does.
            brightest = shade * peak
            if brightest > knee:
                over = brightest - knee
                shade *= (knee + over / (_ONE + over / (_ONE - knee))) / brightest
            for k in range(3):
                value = linear[row, column, k]
                linear[row, column, k] = value + a * (pigment[k] * shade - value) + glow * light[k]
            touched[row, column] = 1


@njit(cache=True, nogil=True, fastmath=True)
def film(
    mean: NDArray[np.float32],
    weight: NDArray[np.float32],
    ratio: NDArray[np.float32],
    share: float,
    even: float,
    glow: float,
    out: NDArray[np.float32],
) -> float:
    """Fill out (h, w, 3) with what `cover` reads for a film over all the skin; gives the skin's evened mean luminance.

    Hair on the skin (beard, baby hair at the temples) is far darker than the face and takes no color; where the
    face bulges toward the light, `glow` adds shine in proportion to the light that is there already.
    """
    total, sum_luminance = 0.0, 0.0
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            luminance = _R * mean[i, j, 0] + _G * mean[i, j, 1] + _B * mean[i, j, 2]
            gain = _ONE + np.float32(even) * (ratio[i, j] - _ONE)
            out[i, j, 1] = gain
            total += weight[i, j]
            sum_luminance += weight[i, j] * gain * luminance
    middle = np.float32(sum_luminance / max(total, 1e-6))
    inverse = _ONE / max(_TINY, middle)
    covered, sum_luminance = 0.0, 0.0
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            luminance = _R * mean[i, j, 0] + _G * mean[i, j, 1] + _B * mean[i, j, 2]
            lit = luminance * out[i, j, 1] * inverse
            bare = min(_ONE, max(_ZERO, (lit - np.float32(0.08)) * np.float32(4.0)))
            a = weight[i, j] * np.float32(share) * bare
            peak = max(_ZERO, lit - np.float32(0.9))
            room = max(_ZERO, _ONE - luminance * np.float32(1.1))
            out[i, j, 0] = a
            out[i, j, 2] = weight[i, j] * np.float32(glow) * middle * min(_ONE, peak) * room
            covered += a
            sum_luminance += a * lit
    return float(middle * sum_luminance / max(covered, 1e-6))


@njit(cache=True, nogil=True, fastmath=True)
def source_luminance(
    source: NDArray[np.uint8],
    table: NDArray[np.float32],
    weight: NDArray[np.float32],
    x0: int,
    y0: int,
    factor: int,
) -> float:
    """Weighted mean luminance of the picture as it came, read at the middle of each cell."""
    middle_x, middle_y = x0 + (factor >> 1), y0 + (factor >> 1)
    total, luminance = 0.0, 0.0
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            w = weight[i, j]
            if w > 0:
                row, column = middle_y + i * factor, middle_x + j * factor
                red, green = table[source[row, column, 0]], table[source[row, column, 1]]
                luminance += w * (_R * red + _G * green + _B * table[source[row, column, 2]])
                total += w
    return luminance / max(total, 1e-6)


@njit(cache=True, nogil=True, fastmath=True)
def spots(
    mean: NDArray[np.float32],
    weight: NDArray[np.float32],
    ratio: NDArray[np.float32],
    wide: NDArray[np.float32],
    share: float,
    out: NDArray[np.float32],
) -> float:
    """Fill out (h, w, 3) with what `cover` reads for a film on blemishes only; gives the skin's mean luminance.

    A blemish is somewhat darker than its surroundings, or redder. What is much darker is a mole, a hair or a fold's
    bottom and stays; so does what is much darker than the face: beard.
    """
    total, luminance_sum = 0.0, 0.0
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            luminance = _R * mean[i, j, 0] + _G * mean[i, j, 1] + _B * mean[i, j, 2]
            total += weight[i, j]
            luminance_sum += weight[i, j] * luminance
    middle = np.float32(luminance_sum / max(total, 1e-6))
    for i in range(weight.shape[0]):
        for j in range(weight.shape[1]):
            w = weight[i, j]
            out[i, j, 0], out[i, j, 1], out[i, j, 2] = _ZERO, ratio[i, j], _ZERO
            here = _R * mean[i, j, 0] + _G * mean[i, j, 1] + _B * mean[i, j, 2]
            around = _R * wide[i, j, 0] + _G * wide[i, j, 1] + _B * wide[i, j, 2]
            if w <= 0 or here < np.float32(0.3) * middle or around < _TINY:
                continue
            darker = ratio[i, j] - _ONE
            dark = min(_ONE, max(_ZERO, (darker - np.float32(0.015)) * np.float32(16.0)))
            fold = min(_ONE, max(_ZERO, (darker - np.float32(0.16)) * np.float32(8.0)))
            # Redness: how much less green there is per unit of luminance than in the skin around.
            less_green = _ONE - mean[i, j, 1] / here * around / max(_TINY, wide[i, j, 1])
            red = min(_ONE, max(_ZERO, (less_green - np.float32(0.012)) * np.float32(22.0)))
            bare = min(_ONE, (here / middle - np.float32(0.3)) * np.float32(4.0))
            out[i, j, 0] = w * np.float32(share) * max(dark * (_ONE - fold), red) * bare
    return float(middle)
