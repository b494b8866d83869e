"""Compiled loop that lights the lips' own shape: the sheen of gloss, satin, foil and holographic color."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

(SHARP, SOFT, FOIL_R, FOIL_G, FOIL_B, RAINBOW) = range(6)

_ZERO, _ONE, _HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
_LIPS_MIDDLE, _LIPS_HALF = np.float32(0.5), np.float32(0.0991)  # the mouth's corners in the face texture


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _limited(tip: np.float32) -> np.float32:
    """The tip of a normal, at most ±0.3: lip lines are shallow, whatever the noise says."""
    return tip / (_ONE + abs(tip) * np.float32(3.3))


@njit(cache=True, nogil=True, fastmath=True)
def light_lips(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    allow: NDArray[np.float32],
    coverage: NDArray[np.float32],
    u_map: NDArray[np.float32],
    depth: NDArray[np.float32],
    relief: NDArray[np.float32],
    lit: NDArray[np.float32],
    box: tuple[int, int, int, int],
    amounts: NDArray[np.float32],
    half_vector: NDArray[np.float32],
    bump: float,
    light: NDArray[np.float32],
) -> None:
    """Add mirrored light to the box, in place.

    depth (h, w) is `lip_coverage.lip_depth`; relief (h, w) the local luminance relief whose slope tips the normals
    (bump is in normals per unit of slope), so lip lines break the highlights as they do on real gloss. lit (h, w) is
    how much light reaches each pixel's surroundings relative to the lips' mean: what lies in shade mirrors little.
    amounts (6,): a sharp and a soft white highlight, a foil color's highlight (3), and rainbow.
    half_vector (2,): where across and up the lips' normals mirror the light, in the face's own axes.
    """
    x0, y0, x1, y1 = box
    sharp, soft, rainbow = amounts[SHARP], amounts[SOFT], amounts[RAINBOW]
    slope = np.float32(bump)
    for row in range(y0, y1):
        r = row - y0
        for column in range(x0, x1):
            c = column - x0
            a = coverage[r, c] * allow[row, column]
            u = u_map[row, column]
            if a <= np.float32(0.01) or u < _ZERO:
                continue
            at = depth[r, c]
            share = abs(at)
            rim = min(_ONE, (_ONE - share) * np.float32(9.0)) * min(_ONE, share * np.float32(9.0))
            if rim <= _ZERO:
                continue
            across = (u - _LIPS_MIDDLE) / _LIPS_HALF
            if at >= _ZERO:  # the lower lip is a roll: it faces up where the lips meet, down at its border
                tilt = np.float32(0.80) - np.float32(1.30) * at
                level = _ONE
            else:  # the upper lip faces down; only its border's ridge turns up, most at the two peaks of the bow
                tilt = np.float32(-0.50) + np.float32(1.0) * share
                from_peak = (abs(across) - np.float32(0.22)) * np.float32(4.0)
                level = np.float32(0.12) + np.float32(0.5) * np.exp(-from_peak * from_peak)
            left, right = max(c - 1, 0), min(c + 1, relief.shape[1] - 1)
            above, below = max(r - 1, 0), min(r + 1, relief.shape[0] - 1)
            tip_x = _limited(slope * (relief[r, left] - relief[r, right]))
            tip_y = _limited(slope * (relief[below, c] - relief[above, c]))
            nx = np.float32(0.85) * across + tip_x - half_vector[0]
            ny = tilt + tip_y - half_vector[1]
            wide = nx * nx * np.float32(2.8)
            mirrored = level * rim * a * lit[r, c]
            glow = np.exp(-wide - ny * ny * np.float32(6.0)) * mirrored
            white = soft * glow
            if sharp > _ZERO:
                white += sharp * np.exp(-np.float32(1.6) * wide - ny * ny * np.float32(42.0)) * mirrored
            red, green, blue = white, white, white
            red += amounts[FOIL_R] * glow
            green += amounts[FOIL_G] * glow
            blue += amounts[FOIL_B] * glow
            if rainbow > _ZERO:
                phase = np.float32(5.0) * (ny - _HALF * tip_y) + np.float32(4.0) * (nx - _HALF * tip_x)
                glow = np.float32(0.2) + np.exp(-wide * _HALF - ny * ny * np.float32(2.0))
                glow *= rainbow * rim * a * lit[r, c]
                # Pearl pigments run from pink through violet to aqua; a whole rainbow would turn skin tones green.
                red += glow * (np.float32(0.60) + np.float32(0.40) * np.sin(phase))
                green += glow * (np.float32(0.40) + np.float32(0.30) * np.sin(phase + np.float32(2.7)))
                blue += glow * (np.float32(0.85) + np.float32(0.15) * np.sin(phase + np.float32(4.0)))
            # Toward the light's own color, not past it: a bright picture keeps shape inside its highlights.
            linear[row, column, 0] += red * max(_ZERO, light[0] - linear[row, column, 0])
            linear[row, column, 1] += green * max(_ZERO, light[1] - linear[row, column, 1])
            linear[row, column, 2] += blue * max(_ZERO, light[2] - linear[row, column, 2])
            touched[row, column] = 1
