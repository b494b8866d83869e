"""Compiled loops that lay a thin film of product over skin: where it goes, cell by cell, and what it does to pixels.

Cells are those of `tryon.effects.frequency`.
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
def cover(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    allow: NDArray[np.float32],
    field: NDArray[np.float32],
    spans: NDArray[np.int32],
    factor: int,
    pigment: NDArray[np.float32],
    light: NDArray[np.float32],
    inverse_mean: float,
) -> None:
    """Lay a film over linear (h, w, 3) from field (h, w, 3): share hidden, gain of the shading, added glow.

    Cells outside the spans hold nothing that shows.

    out = (1 − a) · skin + a · pigment · Y · gain / mean Y + glow · light; pigment is already lit.
    """
    inverse = np.float32(inverse_mean)
    peak, knee = max(pigment[0], pigment[1], pigment[2]), np.float32(0.7)
    width = touched.shape[1]
    for row in range(touched.shape[0]):
        cell = np.int32(row) // np.int32(factor)
        left, right = max(0, (spans[cell, 0] - 1) * factor), min(width, (spans[cell, 1] + 2) * factor)
        if right <= left:
            continue
        # Views that start at 0 spare the check for indices from the end.
        colors, marks = linear[row, left:right], touched[row, left:right]
        shares, layers = allow[row, left:right], field[row, left:right]
        for k in range(right - left):
            a = layers[k, 0] * shares[k]
            if a <= np.float32(0.001):
                continue
            red, green, blue = colors[k, 0], colors[k, 1], colors[k, 2]
            shade = (_R * red + _G * green + _B * blue) * layers[k, 1] * inverse
            glow = layers[k, 2] * shares[k]
            # What would come out brighter than the picture can show is compressed in its own hue, as a camera does.
            brightest = shade * peak
            if brightest > knee:
                over = brightest - knee
                shade *= (knee + over / (_ONE + over / (_ONE - knee))) / brightest
            colors[k, 0] = red + a * (pigment[0] * shade - red) + glow * light[0]
            colors[k, 1] = green + a * (pigment[1] * shade - green) + glow * light[1]
            colors[k, 2] = blue + a * (pigment[2] * shade - blue) + glow * light[2]
            marks[k] = 1


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
    """Weighted mean luminance of the picture as it came, read at every second cell."""
    middle_x, middle_y = x0 + (factor >> 1), y0 + (factor >> 1)
    total, luminance = 0.0, 0.0
    for i in range(0, weight.shape[0], 2):
        for j in range(0, weight.shape[1], 2):
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
