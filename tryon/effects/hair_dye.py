"""Compiled loop that dyes hair strand by strand."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tryon.effects.hair_mask import STEP

TONES = 4096
"""Entries of a tone table, from luminance 0 to `BRIGHTEST`."""
BRIGHTEST = 1.5
# Columns of a tone table: what to multiply the dye's hue, the light's hue and the hair's own color with.
DYE, GLARE, OWN = range(3)
# Where each number of a head's frame lies in `head`: the crown and the unit vectors right and down, face height, and
# how the color runs: begin and end of the run along the head (0 crown, 1 a face height below), streaks, their pitch.
(
    CROWN_X, CROWN_Y, RIGHT_X, RIGHT_Y, DOWN_X, DOWN_Y, HEIGHT,
    BEGIN, END, STREAKS, PITCH,
) = range(11)  # fmt: skip
HEAD_SIZE = 11

_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ZERO, _ONE, _HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _ramp(low: np.float32, high: np.float32, value: np.float32) -> np.float32:
    t = min(_ONE, max(_ZERO, (value - low) / (high - low)))
    return np.float32(t * t * (np.float32(3.0) - np.float32(2.0) * t))


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _noise(at: np.float32, seed: int) -> np.float32:
    """Smooth noise 0 to 1 along a line, one value a unit."""
    i = int(np.floor(at))
    f = at - np.float32(i)
    h = ((i + seed) * 73856093) & 0x7FFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0x7FFFFFFF
    k = ((i + 1 + seed) * 73856093) & 0x7FFFFFFF
    k = ((k ^ (k >> 13)) * 1274126177) & 0x7FFFFFFF
    a, b = np.float32(h & 0xFFFF) * np.float32(1 / 65535), np.float32(k & 0xFFFF) * np.float32(1 / 65535)
    return np.float32(a + (b - a) * f * f * (np.float32(3.0) - np.float32(2.0) * f))


@njit(cache=True, nogil=True, fastmath=True)
def place_color(
    x0: int, y0: int, near: NDArray[np.float32], head: NDArray[np.float32], run: NDArray[np.float32]
) -> None:
    """Fill run (h, w, 2), square by square: share of the color from roots to ends, and the streaks' own, 0 to 0.65."""
    for i in range(near.shape[0]):
        for j in range(near.shape[1]):
            if near[i, j] <= _ZERO:
                run[i, j, 0] = run[i, j, 1] = _ZERO
                continue
            dx = np.float32(x0 + j * STEP + STEP // 2) - head[CROWN_X]
            dy = np.float32(y0 + i * STEP + STEP // 2) - head[CROWN_Y]
            side = (dx * head[RIGHT_X] + dy * head[RIGHT_Y]) / head[HEIGHT]
            down = (dx * head[DOWN_X] + dy * head[DOWN_Y]) / head[HEIGHT]
            share = _ONE
            if head[BEGIN] != head[END]:
                ragged = np.float32(0.16) * (_noise(side * np.float32(23.0) + np.float32(500.0), 7) - _HALF)
                share = _ramp(head[BEGIN], head[END], down + ragged)
            run[i, j, 0] = share
            if head[STREAKS] > 0 and share > 0:
                # Strands fan out from the crown and then fall straight down.
                away = np.sqrt(side * side + down * down) + np.float32(0.12)
                across = side / (np.float32(0.75) * np.tanh(away / np.float32(0.75))) * head[PITCH]
                across += np.float32(1000.0) + np.float32(0.8) * np.sin(np.float32(4.0) * down + np.float32(3.0) * side)
                fine = _noise(across * np.float32(3.1), 2)
                run[i, j, 1] = np.float32(0.45) * _noise(across, 1) + np.float32(0.20) * fine
            else:
                run[i, j, 1] = _ZERO


@njit(cache=True, nogil=True, fastmath=True)
def mean_luminance(linear: NDArray[np.float32], x0: int, y0: int, soft: NDArray[np.float32]) -> tuple[float, float]:
    """Weight and geometric mean luminance of the hair under a `HairMask`, from one pixel in every other square."""
    total = np.float32(0.0)
    logs = np.float32(0.0)
    for i in range(0, soft.shape[0], 2):
        for j in range(0, soft.shape[1], 2):
            row, column = y0 + i * STEP + 1, x0 + j * STEP + 1
            w = soft[i, j] * soft[i, j]
            if w > 0 and row < linear.shape[0] and column < linear.shape[1]:
                y = _R * linear[row, column, 0] + _G * linear[row, column, 1] + _B * linear[row, column, 2]
                total += w
                logs += w * np.log(y + np.float32(0.004))
    return float(total), float(np.exp(logs / max(total, np.float32(1e-6))))


@njit(cache=True, nogil=True, fastmath=True)
def cover(
    source: NDArray[np.uint8],
    x0: int,
    y0: int,
    gain: NDArray[np.float32],
    offset: NDArray[np.float32],
    near: NDArray[np.float32],
    share: NDArray[np.float32],
) -> None:
    """Fill share (4 · h, 4 · w) with the coverage by hair of the pixels under a `HairMask`, from source's pixel on."""
    rows, columns = gain.shape
    height, width = min(rows * STEP, source.shape[0] - y0), min(columns * STEP, source.shape[1] - x0)
    # Pixels are walked in cells whose corners are the squares' middles: there the mask's lines are interpolated.
    for cell_row in range(-1, rows):
        i, i1 = max(0, cell_row), min(rows - 1, cell_row + 1)
        top = cell_row * STEP + STEP // 2
        for cell in range(-1, columns):
            j, j1 = max(0, cell), min(columns - 1, cell + 1)
            left = cell * STEP + STEP // 2
            most = np.float32(2.0) * max(max(near[i, j], near[i, j1]), max(near[i1, j], near[i1, j1]))
            for row in range(max(0, top), min(height, top + STEP)):
                if most <= _ZERO:
                    for column in range(max(0, left), min(width, left + STEP)):
                        share[row, column] = _ZERO
                    continue
                wy = (np.float32(row - top) + _HALF) * np.float32(1.0 / STEP)
                slope = gain[i, j] + wy * (gain[i1, j] - gain[i, j])
                slope_step = (gain[i, j1] + wy * (gain[i1, j1] - gain[i, j1]) - slope) * np.float32(1.0 / STEP)
                base = offset[i, j] + wy * (offset[i1, j] - offset[i, j])
                base_step = (offset[i, j1] + wy * (offset[i1, j1] - offset[i, j1]) - base) * np.float32(1.0 / STEP)
                for column in range(max(0, left), min(width, left + STEP)):
                    at = np.float32(column - left) + _HALF
                    grey = _grey(source, y0 + row, x0 + column)
                    # The line is good to a sixth; below that nothing is hair, above that all is.
                    a = (slope + at * slope_step) * grey + base + at * base_step - np.float32(0.16)
                    share[row, column] = min(_ONE, max(_ZERO, min(a * np.float32(1.0 / 0.68), most)))


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _grey(source: NDArray[np.uint8], row: int, column: int) -> np.float32:
    return np.float32(
        np.float32(0.299 / 255.0) * np.float32(source[row, column, 0])
        + np.float32(0.587 / 255.0) * np.float32(source[row, column, 1])
        + np.float32(0.114 / 255.0) * np.float32(source[row, column, 2])
    )


@njit(cache=True, nogil=True, fastmath=True)
def spread(
    source: NDArray[np.uint8],
    x0: int,
    y0: int,
    run: NDArray[np.float32],
    local: NDArray[np.float32],
    streaks: float,
    share: NDArray[np.float32],
) -> None:
    """Scale share by how the color runs (`place_color`); streaks (0 for none) is how many strands are picked out."""
    rows, columns = local.shape
    height, width = min(rows * STEP, source.shape[0] - y0), min(columns * STEP, source.shape[1] - x0)
    low = np.float32(0.58) - np.float32(0.42) * np.float32(streaks)
    for row in range(height):
        fy = max(_ZERO, (np.float32(row) + _HALF) * np.float32(1.0 / STEP) - _HALF)
        i = min(rows - 1, int(fy))
        i1, wy = min(rows - 1, i + 1), fy - np.float32(i)
        for column in range(width):
            if share[row, column] <= np.float32(0.004):
                continue
            fx = max(_ZERO, (np.float32(column) + _HALF) * np.float32(1.0 / STEP) - _HALF)
            j = min(columns - 1, int(fx))
            j1, wx = min(columns - 1, j + 1), fx - np.float32(j)
            wa, wb, wc, wd = (_ONE - wx) * (_ONE - wy), wx * (_ONE - wy), (_ONE - wx) * wy, wx * wy
            a = wa * run[i, j, 0] + wb * run[i, j1, 0] + wc * run[i1, j, 0] + wd * run[i1, j1, 0]
            if streaks > 0:
                # Of the strands a brush runs over, it takes up the bright, raised ones.
                streak = wa * run[i, j, 1] + wb * run[i, j1, 1] + wc * run[i1, j, 1] + wd * run[i1, j1, 1]
                raised = _grey(source, y0 + row, x0 + column) - local[i, j]
                raised = min(_HALF, max(-_HALF, raised / (np.float32(0.10) + _HALF * local[i, j])))
                a *= _ramp(low, low + _HALF, streak + _HALF * raised)
            share[row, column] *= a


@njit(cache=True, nogil=True, fastmath=True)
def dye(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    x0: int,
    y0: int,
    share: NDArray[np.float32],
    tones: NDArray[np.float32],
    hue: NDArray[np.float32],
    light: NDArray[np.float32],
    strength: float,
) -> None:
    """Give the hair its new color, in place, as far as share (h, w) says of the pixels from (x0, y0) on.

    tones: (TONES, 3) by luminance, see DYE; hue, light: (3,) linear RGB of luminance 1, the dye's and the light's.
    """
    height, width = min(share.shape[0], touched.shape[0] - y0), min(share.shape[1], touched.shape[1] - x0)
    scale = np.float32((TONES - 1) / BRIGHTEST)
    full = np.float32(strength)
    hr, hg, hb = hue[0], hue[1], hue[2]
    lr, lg, lb = light[0], light[1], light[2]
    for row in range(height):
        for column in range(width):
            a = share[row, column] * full
            if a <= np.float32(0.004):
                continue
            x, y = x0 + column, y0 + row
            red, green, blue = linear[y, x, 0], linear[y, x, 1], linear[y, x, 2]
            place = (_R * red + _G * green + _B * blue) * scale
            k = min(TONES - 2, int(place))
            f = min(_ONE, place - np.float32(k))
            ink = tones[k, DYE] + f * (tones[k + 1, DYE] - tones[k, DYE])
            glare = tones[k, GLARE] + f * (tones[k + 1, GLARE] - tones[k, GLARE])
            own = tones[k, OWN] - _ONE
            linear[y, x, 0] = red + a * (ink * hr + glare * lr + own * red)
            linear[y, x, 1] = green + a * (ink * hg + glare * lg + own * green)
            linear[y, x, 2] = blue + a * (ink * hb + glare * lb + own * blue)
            touched[y, x] = 1
