"""Compiled loops that measure an iris and print a lens over it."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Layout of the numbers an iris measurement gives.
MEAN_R, MEAN_G, MEAN_B, MEAN_Y, PUPIL, WEIGHT, WHITE = range(7)
MEASURES = 7
_BINS = 16  # rings of a sixteenth of the radius
_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ZERO, _ONE, _HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
# Where no pupil can be told from a dark iris: 4 mm across in an iris of 11.7 mm, indoors.
_USUAL_PUPIL = np.float32(0.36)
# Dark irises are mostly noise and reflections: their relief is measured over this floor.
_FLOOR = np.float32(0.025)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _ramp(low: np.float32, high: np.float32, value: np.float32) -> np.float32:
    t = min(_ONE, max(_ZERO, (value - low) / (high - low)))
    return t * t * (np.float32(3.0) - np.float32(2.0) * t)


@njit(cache=True, nogil=True, fastmath=True)
def measure_iris(
    linear: NDArray[np.float32],
    eyes: NDArray[np.float32],
    box: tuple[int, int, int, int],
    center: NDArray[np.float32],
    unit_from_px: NDArray[np.float32],
    measured: NDArray[np.float32],
) -> None:
    """Fill measured (7,): mean linear RGB and luminance of the iris, pupil radius over iris radius, pixels seen, and
    the mean luminance of the white of the eye beside it.

    unit_from_px: (2, 2), takes an offset from the center in pixels to the unit disc.
    """
    light = np.zeros(_BINS, np.float32)
    count = np.zeros(_BINS, np.float32)
    color = np.zeros(3, np.float32)
    total = np.float32(1e-6)
    white, whites = np.float32(0.0), np.float32(1e-6)
    for row in range(box[1], box[3]):
        for column in range(box[0], box[2]):
            w = eyes[row, column]
            if w < _HALF:
                continue
            dx, dy = np.float32(column) - center[0], np.float32(row) - center[1]
            x = unit_from_px[0, 0] * dx + unit_from_px[0, 1] * dy
            y = unit_from_px[1, 0] * dx + unit_from_px[1, 1] * dy
            radius = np.sqrt(x * x + y * y)
            red, green, blue = linear[row, column, 0], linear[row, column, 1], linear[row, column, 2]
            bright = _R * red + _G * green + _B * blue
            if radius >= _ONE:
                if np.float32(1.12) < radius < np.float32(1.5):
                    white += bright
                    whites += _ONE
                continue
            k = int(radius * _BINS)
            light[k] += min(bright, np.float32(0.35))
            count[k] += _ONE
            # The mean leaves out the pupil and the blur of the rim, and counts reflections for little.
            if np.float32(0.45) < radius < np.float32(0.90):
                fair = _ONE / (_ONE + np.float32(40.0) * bright * bright)
                total += fair
                color[0] += fair * red
                color[1] += fair * green
                color[2] += fair * blue
    for k in range(3):
        measured[k] = color[k] / total
    measured[MEAN_Y] = _R * measured[0] + _G * measured[1] + _B * measured[2]
    measured[WEIGHT] = count.sum()
    measured[WHITE] = white / whites
    measured[PUPIL] = _pupil(light, count)


@njit(cache=True, nogil=True, fastmath=True)
def _pupil(light: NDArray[np.float32], count: NDArray[np.float32]) -> float:
    """Radius where the mean brightness is halfway between center and iris; the usual one as contrast vanishes."""
    inner = (light[0] + light[1] + light[2]) / max(_ONE, count[0] + count[1] + count[2])
    outer = light[9:14].sum() / max(_ONE, count[9:14].sum())
    contrast = (outer - inner) / max(outer, np.float32(1e-4))
    sure = _ramp(np.float32(0.30), np.float32(0.60), contrast)
    half = _HALF * (inner + outer)
    found = _USUAL_PUPIL
    for k in range(3, 11):
        a = light[k - 1] / max(_ONE, count[k - 1])
        b = light[k] / max(_ONE, count[k])
        if a <= half < b:
            found = (np.float32(k) - _HALF + (half - a) / max(b - a, np.float32(1e-6))) / np.float32(_BINS)
            break
    found = min(np.float32(0.55), max(np.float32(0.24), found))
    return float(_USUAL_PUPIL + sure * (found - _USUAL_PUPIL))


@njit(cache=True, nogil=True, fastmath=True)
def print_lens(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    allow: NDArray[np.float32],
    eyes: NDArray[np.float32],
    box: tuple[int, int, int, int],
    center: NDArray[np.float32],
    unit_from_px: NDArray[np.float32],
    radius_px: float,
    measured: NDArray[np.float32],
    lid: NDArray[np.float32],
    up: NDArray[np.float32],
    width_px: float,
    print_rgba: NDArray[np.float32],
    slit: float,
    enlargement: float,
    light: NDArray[np.float32],
    detail: float,
    strength: float,
) -> None:
    """Lay a lens over the iris, in place.

    print_rgba: (rings, spokes, 4) linear color and opacity of the print, from the pupil's rim (0) to the lens's, by
        angle from the face's right.
    slit: 0 a round pupil, 1 a cat's. lid: (n, 2) upper lid edge, whose shadow falls on the lens.
    detail: Share of the iris's own relief that shows through.
    """
    rings, spokes = print_rgba.shape[0], print_rgba.shape[1]
    pupil = measured[PUPIL]
    mean = measured[MEAN_Y]
    soft = max(np.float32(0.035), np.float32(0.75 / max(radius_px, 1.0)))
    reach = np.float32(enlargement)
    # Landmarks miss the iris by a tenth of its radius now and then; near the rim the white of the eye stays white.
    span_white = max(np.float32(0.02), measured[WHITE] - mean)
    snap = max(_ZERO, _ONE - np.float32(20.0) * (reach - _ONE)) * _ramp(np.float32(0.05), np.float32(0.15), span_white)
    n = lid.shape[0]
    ax, ay = lid[n - 1, 0] - lid[0, 0], lid[n - 1, 1] - lid[0, 1]
    span = max(np.float32(1e-3), ax * ax + ay * ay)
    for row in range(box[1], box[3]):
        for column in range(box[0], box[2]):
            share = eyes[row, column] * allow[row, column] * np.float32(strength)
            if share <= np.float32(0.002):
                continue
            dx, dy = np.float32(column) - center[0], np.float32(row) - center[1]
            x = unit_from_px[0, 0] * dx + unit_from_px[0, 1] * dy
            y = unit_from_px[1, 0] * dx + unit_from_px[1, 1] * dy
            radius = np.sqrt(x * x + y * y)
            rim = _ONE - _ramp(reach - np.float32(1.6) * soft, reach + np.float32(0.6) * soft, radius)
            if rim <= _ZERO:
                continue
            hole = pupil
            if slit > 0:  # an upright almond, as tall as the iris
                tall = max(_ZERO, _ONE - (y / np.float32(0.92)) ** 2)
                almond = np.float32(0.24) * tall
                hole = pupil + np.float32(slit) * (radius * almond / max(abs(x), np.float32(1e-3)) - pupil)
            edge = max(soft, np.float32(0.06))
            ring = _ramp(hole - edge, hole + edge, radius)
            at = min(np.float32(0.999), max(_ZERO, (radius - pupil) / max(np.float32(0.05), reach - pupil)))
            turn = np.float32(np.arctan2(y, x) / (2.0 * np.pi))
            turn = (turn - np.floor(turn)) * np.float32(spokes)
            i = min(rings - 2, int(at * (rings - 1)))
            fi = at * np.float32(rings - 1) - np.float32(i)
            j = int(turn) % spokes
            fj = turn - np.floor(turn)
            k = (j + 1) % spokes
            red, green, blue = linear[row, column, 0], linear[row, column, 1], linear[row, column, 2]
            bright = _R * red + _G * green + _B * blue
            if radius > np.float32(0.65):
                pale = _ramp(np.float32(0.40), np.float32(0.85), (bright - mean) / span_white)
                rim *= _ONE - snap * pale * _ramp(np.float32(0.65), np.float32(0.85), radius)
            relief = (bright + _FLOOR) / (mean + _FLOOR)
            shade = _ONE + np.float32(detail) * (min(relief, np.float32(1.7)) - _ONE)
            # The upper lid and its lashes shade the top of the eye.
            s = ((np.float32(column) - lid[0, 0]) * ax + (np.float32(row) - lid[0, 1]) * ay) / span
            q = min(n - 1, max(0, int(s * np.float32(n - 1) + _HALF)))
            gap = -(np.float32(column) - lid[q, 0]) * up[0] - (np.float32(row) - lid[q, 1]) * up[1]
            gap = max(_ZERO, gap) / np.float32(width_px)
            shade *= _ONE - np.float32(0.50) * np.exp(-gap / np.float32(0.045))
            opacity = _lookup(print_rgba, i, j, k, fi, fj, 3)
            if slit > 0:  # the print also covers the round pupil
                dark = _ONE - ring
                opacity = opacity + np.float32(slit) * dark * (np.float32(0.97) - opacity)
                ring = _ONE
            else:
                dark = _ZERO
                # A pupil lets no light out, which a dark iris hides and a light lens shows.
                well = np.float32(0.75) * (_ONE - _ramp(hole - np.float32(2.0) * edge, hole, radius)) * share
                if well > np.float32(0.001) and bright < np.float32(1.5) * mean + np.float32(0.02):
                    for c in range(3):
                        linear[row, column, c] *= _ONE - well
                    touched[row, column] = 1
            a = share * rim * ring * opacity
            if a <= np.float32(0.001):
                continue
            for c in range(3):
                own = linear[row, column, c]
                ink = _lookup(print_rgba, i, j, k, fi, fj, c) * light[c] * shade * (_ONE - dark)
                # What is brighter than the iris itself is a reflection and lies on the lens as it lay on the eye.
                glare = max(_ZERO, own - np.float32(1.5) * measured[c] - np.float32(0.02))
                linear[row, column, c] = own + a * (ink + glare - own)
            touched[row, column] = 1


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _lookup(table: NDArray[np.float32], i: int, j: int, k: int, fi: np.float32, fj: np.float32, c: int) -> np.float32:
    low = table[i, j, c] * (_ONE - fj) + table[i, k, c] * fj
    high = table[i + 1, j, c] * (_ONE - fj) + table[i + 1, k, c] * fj
    return np.float32(low * (_ONE - fi) + high * fi)
