"""Compiled loops that lay tables along a brow and find its skin and its hairs."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

BINS = 16
"""Places along the brow where skin and hair are measured apart."""
SAMPLES = 65
"""Entries of the tables that run along the brow."""
# What `measure_hair` tells: mean hair color and luminance, its contrast to the skin, the offset of the hairs from the
# landmarks' line at the middle and its slope, their half height (both in half heights of the outline), first and last.
HAIR_R, HAIR_G, HAIR_B, HAIR_Y, CONTRAST, OFFSET, SLOPE, HALF, FIRST, LAST, SURE = range(11)
MEASURES = 11

_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ZERO, _ONE, _HALF_PX = np.float32(0.0), np.float32(1.0), np.float32(0.5)
# Bare skin above and below, in half heights of the outline from its middle.
_NEAR, _FAR = np.float32(1.9), np.float32(2.8)
_FAINTEST = np.float32(0.16)  # hairs are never taken to be fainter than this share of the skin's light


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def ramp(low: np.float32, high: np.float32, value: np.float32) -> np.float32:
    """0 at low, 1 at high, smooth between (low may exceed high)."""
    t = min(_ONE, max(_ZERO, (value - low) / (high - low)))
    return np.float32(t * t * (np.float32(3.0) - np.float32(2.0) * t))


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def read(table: NDArray[np.float32], at: np.float32) -> np.float32:
    """Value at 0 … 1 along a table, held at its ends."""
    x = min(_ONE, max(_ZERO, at)) * np.float32(table.shape[0] - 1)
    i = min(table.shape[0] - 2, int(x))
    return np.float32(table[i] + (x - np.float32(i)) * (table[i + 1] - table[i]))


@njit(cache=True, nogil=True, fastmath=True)
def measure_skin(
    linear: NDArray[np.float32],
    visible: NDArray[np.float32],
    box: tuple[int, int, int, int],
    place: NDArray[np.float32],
    center: NDArray[np.float32],
    half: NDArray[np.float32],
    skin: NDArray[np.float32],
) -> None:
    """Fill skin (2, BINS, 3) with the mean linear color below and above the brow, bin by bin along it.

    place: (6,) the brow's head x, y; the vector that takes pixels to 0 … 1 along it; the unit vector up.
    center, half: (SAMPLES,) the outline's middle above the line from head to tail, and its half height, in pixels.
    Brighter pixels weigh more, so that stray hairs do not pass for skin.
    """
    sums = np.zeros((2, BINS, 4), np.float32)
    for row in range(box[1], box[3], 2):
        for column in range(box[0], box[2], 2):
            dx, dy = np.float32(column) - place[0], np.float32(row) - place[1]
            t = dx * place[2] + dy * place[3]
            if t < np.float32(-0.15) or t > np.float32(1.15) or visible[row, column] < _HALF_PX:
                continue
            r = (dx * place[4] + dy * place[5] - read(center, t)) / read(half, t)
            if abs(r) < _NEAR or abs(r) > _FAR:
                continue
            side = 1 if r > 0 else 0
            k = min(BINS - 1, max(0, int(t * BINS)))
            w = _R * linear[row, column, 0] + _G * linear[row, column, 1] + _B * linear[row, column, 2]
            w = w * w + np.float32(1e-6)
            for c in range(3):
                sums[side, k, c] += w * linear[row, column, c]
            sums[side, k, 3] += w
    for side in range(2):
        for k in range(BINS):  # neighbours help each other out, far ones less
            total = np.float32(1e-9)
            for c in range(3):
                skin[side, k, c] = _ZERO
            for j in range(BINS):
                w = np.exp(-np.float32((j - k) * (j - k)) / np.float32(4.5))
                total += w * sums[side, j, 3]
                for c in range(3):
                    skin[side, k, c] += w * sums[side, j, c]
            for c in range(3):
                skin[side, k, c] /= total


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def between(t: np.float32, r: np.float32) -> tuple[int, np.float32, np.float32]:
    """Where to read the skin table: bin, share of the next bin, share of the skin above."""
    x = min(np.float32(BINS - 1), max(_ZERO, t * np.float32(BINS) - _HALF_PX))
    i = min(BINS - 2, int(x))
    return i, x - np.float32(i), min(_ONE, max(_ZERO, _HALF_PX + r * np.float32(1.0 / 4.6)))


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def skin_at(skin: NDArray[np.float32], i: int, f: np.float32, g: np.float32, c: int) -> np.float32:
    """Channel c of the skin under the brow, by what `between` gives."""
    below = skin[0, i, c] + f * (skin[0, i + 1, c] - skin[0, i, c])
    above = skin[1, i, c] + f * (skin[1, i + 1, c] - skin[1, i, c])
    return np.float32(below + g * (above - below))


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def skin_light(skin: NDArray[np.float32], i: int, f: np.float32, g: np.float32) -> np.float32:
    """Luminance of the skin under the brow, by what `between` gives."""
    red, green, blue = skin_at(skin, i, f, g, 0), skin_at(skin, i, f, g, 1), skin_at(skin, i, f, g, 2)
    return _R * red + _G * green + _B * blue


@njit(cache=True, nogil=True, fastmath=True)
def measure_hair(
    linear: NDArray[np.float32],
    visible: NDArray[np.float32],
    box: tuple[int, int, int, int],
    place: NDArray[np.float32],
    center: NDArray[np.float32],
    half: NDArray[np.float32],
    skin: NDArray[np.float32],
    measured: NDArray[np.float32],
) -> None:
    """Fill measured (MEASURES,) with what the hairs of this brow look like and where they lie.

    Hair is what is darker than the skin above and below it. Sums over some hundred pixels, so it moves smoothly from
    frame to frame; where hair and skin cannot be told apart the landmarks' outline is taken instead.
    """
    weight = np.zeros(BINS, np.float32)
    moment = np.zeros(BINS, np.float32)
    square = np.zeros(BINS, np.float32)
    color = np.zeros(3, np.float32)
    total, cubes, squares = np.float32(1e-9), np.float32(0.0), np.float32(1e-9)
    for row in range(box[1], box[3], 2):
        for column in range(box[0], box[2]):
            dx, dy = np.float32(column) - place[0], np.float32(row) - place[1]
            t = dx * place[2] + dy * place[3]
            if t < _ZERO or t >= _ONE or visible[row, column] < _HALF_PX:
                continue
            r = (dx * place[4] + dy * place[5] - read(center, t)) / read(half, t)
            if abs(r) > np.float32(1.9):
                continue
            i, f, g = between(t, r)
            bare = skin_light(skin, i, f, g)
            bright = _R * linear[row, column, 0] + _G * linear[row, column, 1] + _B * linear[row, column, 2]
            dark = max(_ZERO, _ONE - bright / max(bare, np.float32(1e-4)) - np.float32(0.05))
            w = dark * dark * np.exp(-np.float32(0.35) * r * r)
            cubes += w * dark
            squares += w
            k = int(t * BINS)
            weight[k] += w
            moment[k] += w * r
            square[k] += w * r * r
            total += w * dark
            for c in range(3):
                color[c] += w * dark * linear[row, column, c]
    for c in range(3):
        measured[c] = color[c] / total
    measured[HAIR_Y] = _R * measured[0] + _G * measured[1] + _B * measured[2]
    measured[CONTRAST] = max(_FAINTEST, cubes / squares)
    sure = ramp(np.float32(0.15), np.float32(0.40), cubes / squares)
    measured[SURE] = sure
    _line(weight, moment, square, sure, measured)


@njit(cache=True, nogil=True, fastmath=True)
def _line(
    weight: NDArray[np.float32],
    moment: NDArray[np.float32],
    square: NDArray[np.float32],
    sure: np.float32,
    measured: NDArray[np.float32],
) -> None:
    """Weighted straight line through the hairs' middles, their half height, and where they begin and end."""
    s0, s1, s2, y0, y1 = np.float32(1e-9), np.float32(0), np.float32(1e-9), np.float32(0), np.float32(0)
    for k in range(BINS):
        t = (np.float32(k) + _HALF_PX) / np.float32(BINS) - _HALF_PX
        s0 += weight[k]
        s1 += weight[k] * t
        s2 += weight[k] * t * t
        y0 += moment[k]
        y1 += moment[k] * t
    slope = (y1 - s1 * y0 / s0) / (s2 - s1 * s1 / s0 + np.float32(0.02) * s0)
    offset = (y0 - slope * s1) / s0
    spread = np.float32(0.0)
    for k in range(BINS):
        t = (np.float32(k) + _HALF_PX) / np.float32(BINS) - _HALF_PX
        at = offset + slope * t
        spread += square[k] - np.float32(2.0) * at * moment[k] + at * at * weight[k]
    own = np.float32(1.9) * np.sqrt(max(np.float32(0.02), spread / s0))  # √3 σ were the edges sharp
    reached, first, last = np.float32(0.0), np.float32(0.0), np.float32(1.0)
    for k in range(BINS):
        before = reached / s0
        reached += weight[k]
        after = reached / s0
        if before <= np.float32(0.03) < after:
            first = (np.float32(k) + (np.float32(0.03) - before) / (after - before)) / BINS
        if before <= np.float32(0.97) < after:
            last = (np.float32(k) + (np.float32(0.97) - before) / (after - before)) / BINS
    measured[OFFSET] = sure * min(np.float32(0.9), max(np.float32(-0.9), offset))
    measured[SLOPE] = sure * min(np.float32(1.0), max(np.float32(-1.0), slope))
    measured[HALF] = _ONE + sure * (min(np.float32(1.5), max(np.float32(0.55), own)) - _ONE)
    measured[FIRST] = np.float32(0.08) + sure * (min(np.float32(0.30), first) - np.float32(0.08))
    measured[LAST] = np.float32(0.97) + sure * (max(np.float32(0.75), last) - np.float32(0.97))


@njit(cache=True, nogil=True, fastmath=True)
def fit_cubic(at: NDArray[np.float64], value: NDArray[np.float64], table: NDArray[np.float32]) -> None:
    """Fill table (SAMPLES,) over 0 … 1 with the cubic nearest (least squares) to the points; a brow has one arch."""
    normal = np.zeros((4, 5))
    for p in range(at.shape[0]):
        row = np.array([1.0, at[p], at[p] ** 2, at[p] ** 3])
        for i in range(4):
            for j in range(4):
                normal[i, j] += row[i] * row[j]
            normal[i, 4] += row[i] * value[p]
    for i in range(4):
        normal[i, i] += 1e-6  # points may coincide when the head is turned away
    for i in range(4):  # Gauss: symmetric and positive, so no pivoting
        for j in range(i + 1, 4):
            normal[j] -= normal[i] * (normal[j, i] / normal[i, i])
    for i in range(3, -1, -1):
        for j in range(i + 1, 4):
            normal[i, 4] -= normal[i, j] * normal[j, 4]
        normal[i, 4] /= normal[i, i]
    for k in range(table.shape[0]):
        x = k / (table.shape[0] - 1)
        table[k] = normal[0, 4] + x * (normal[1, 4] + x * (normal[2, 4] + x * normal[3, 4]))


@njit(cache=True, nogil=True, fastmath=True)
def trace_brow(
    points: NDArray[np.float32],
    over: NDArray[np.int32],
    under: NDArray[np.int32],
    place: NDArray[np.float32],
    center: NDArray[np.float32],
    half: NDArray[np.float32],
) -> float:
    """Fill the tables of a `BrowShape` from landmarks (n, 3); returns how much of the brow's length the camera sees.

    over, under: Landmarks of the upper and lower edge from the head to the tail.
    """
    n = over.shape[0]
    middle = np.empty((n, 3))
    for i in range(n):
        for c in range(3):
            middle[i, c] = 0.5 * (points[over[i], c] + points[under[i], c])
    cx, cy, cz = middle[n - 1, 0] - middle[0, 0], middle[n - 1, 1] - middle[0, 1], middle[n - 1, 2] - middle[0, 2]
    seen = max(1e-3, np.sqrt(cx * cx + cy * cy))
    ux, uy = -cy / seen, cx / seen
    lean = 0.0
    for i in range(n):
        dx, dy = points[over[i], 0] - points[under[i], 0], points[over[i], 1] - points[under[i], 1]
        lean += dx * ux + dy * uy
    if lean < 0:
        ux, uy = -ux, -uy
    at, line, height = np.empty(n), np.empty(n), np.empty(n)
    most = 0.0
    for i in range(n):
        dx, dy = middle[i, 0] - middle[0, 0], middle[i, 1] - middle[0, 1]
        at[i] = (dx * cx + dy * cy) / (seen * seen)
        line[i] = dx * ux + dy * uy
        dx, dy = points[over[i], 0] - points[under[i], 0], points[over[i], 1] - points[under[i], 1]
        height[i] = 0.5 * (dx * ux + dy * uy)
        most = max(most, height[i])
    fit_cubic(at, line, center)
    fit_cubic(at, height, half)
    for k in range(half.shape[0]):  # landmarks pinch the outline at the tail; what is measured there is not
        half[k] = max(half[k], np.float32(max(0.55 * most, 0.5)))
    place[0], place[1] = middle[0, 0], middle[0, 1]
    place[2], place[3] = cx / (seen * seen), cy / (seen * seen)
    place[4], place[5] = ux, uy
    return float(seen / np.sqrt(seen * seen + cz * cz))
