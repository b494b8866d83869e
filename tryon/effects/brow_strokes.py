"""Compiled loop that recolors, fills and trims the hairs of a brow."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tryon.effects.brow_hairs import (
    CONTRAST,
    FIRST,
    HAIR_Y,
    HALF,
    LAST,
    OFFSET,
    SLOPE,
    between,
    ramp,
    read,
    skin_at,
    skin_light,
)
from tryon.effects.paint import _glint

_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ZERO, _ONE, _HALF_PX = np.float32(0.0), np.float32(1.0), np.float32(0.5)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _strokes(t: np.float32, r: np.float32) -> np.float32:
    """Brightness 0 to 1 of hair strokes at a place of the brow: upright at the head, along it toward the tail."""
    lean = np.float32(0.05) + np.float32(0.16) * t  # how far along the brow a hair runs while it crosses it
    s = (t - lean * r) * np.float32(34.0) + np.float32(1.7) * r * t
    # Hairs do not stand in rank and file.
    s += np.float32(0.7) * np.sin(np.float32(61.0) * t + np.float32(2.1) * r) + np.float32(0.5) * np.sin(
        np.float32(23.0) * t
    )
    i = np.floor(s)
    f = s - i
    h = (int(i) * 73856093) & 0x7FFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0x7FFFFFFF
    reach = np.float32(0.55) + np.float32(0.45 / 255.0) * np.float32((h >> 8) & 0xFF)
    ridge = _ONE - np.float32(2.0) * abs(f - _HALF_PX)
    return ramp(_ZERO, np.float32(0.8), ridge) * ramp(reach + np.float32(0.35), reach, abs(r))


@njit(cache=True, nogil=True, fastmath=True)
def paint_brow(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    visible: NDArray[np.float32],
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    box: tuple[int, int, int, int],
    place: NDArray[np.float32],
    center: NDArray[np.float32],
    half: NDArray[np.float32],
    wanted: NDArray[np.float32],
    skin: NDArray[np.float32],
    measured: NDArray[np.float32],
    ink: NDArray[np.float32],
    tint: float,
    fill: float,
    crisp: float,
    conceal: float,
    flake: NDArray[np.float32],
    strength: float,
) -> None:
    """Recolor the brow's own hairs, fill the wanted shape where they are sparse, cover those outside it; in place.

    wanted: (2, SAMPLES) the shape's middle and half height along the brow from its head (0) to its tail (1), in half
        heights of the outline, relative to the hairs' own line. ink: (3,) pigment under the face's light.
    tint, fill, conceal: Shares 0 to 1. crisp: 0 soft edges to 1 sharp. flake: (5,) brightness of shimmer, density,
        cells, unused, unused.
    """
    span = max(np.float32(0.2), measured[LAST] - measured[FIRST])
    level = np.float32(0.85) * measured[CONTRAST]
    edge = np.float32(0.55) - np.float32(0.37) * np.float32(crisp)
    reach = max(measured[HALF] + np.float32(0.9), wanted[1].max() * np.float32(1.9) + np.abs(wanted[0]).max())
    ink_light = _R * ink[0] + _G * ink[1] + _B * ink[2]
    # Gel and pencil lift dark hair by so much and no more; on skin they only ever darken.
    lift = min(_ONE, (measured[HAIR_Y] * np.float32(2.2) + np.float32(0.02)) / max(ink_light, np.float32(1e-4)))
    for row in range(box[1], box[3]):
        for column in range(box[0], box[2]):
            dx, dy = np.float32(column) - place[0], np.float32(row) - place[1]
            t = dx * place[2] + dy * place[3]
            if t < np.float32(-0.2) or t > np.float32(1.25):
                continue
            r = (dx * place[4] + dy * place[5] - read(center, t)) / read(half, t)
            own = r - measured[OFFSET] - measured[SLOPE] * (t - _HALF_PX)
            share = visible[row, column] * np.float32(strength)
            if abs(own) > reach or share <= _ZERO or u_map[row, column] < 0:
                continue
            at = (t - measured[FIRST]) / span
            across = (own - read(wanted[0], at)) / max(np.float32(0.05), read(wanted[1], at))
            # The wanted shape: soft at the head, closed to a point at the tail.
            soft = edge * (np.float32(1.5) if at < np.float32(0.2) else _ONE)
            ends = ramp(np.float32(-0.05), np.float32(0.12), at) * ramp(np.float32(1.04), np.float32(0.88), at)
            shape = ramp(_ONE + soft, _ONE - soft, abs(across)) * ends
            gate = ramp(measured[HALF] + np.float32(0.9), measured[HALF] + np.float32(0.25), abs(own))
            gate *= ramp(np.float32(-0.16), np.float32(0.02), at) * ramp(np.float32(1.10), np.float32(0.98), at)
            if shape + gate <= np.float32(0.003):
                continue
            i, f, g = between(t, r)
            bare = max(np.float32(1e-4), skin_light(skin, i, f, g))
            red, green, blue = linear[row, column, 0], linear[row, column, 1], linear[row, column, 2]
            bright = _R * red + _G * green + _B * blue
            dark = _ONE - bright / bare
            hair = ramp(np.float32(0.22) * level, level, dark) * max(gate, shape)
            cover = ramp(np.float32(0.04), np.float32(0.40) * level, dark) * (_ONE - shape) * np.float32(conceal) * gate
            recolor = hair * np.float32(tint) * (_ONE - cover)
            add = shape * (_ONE - hair) * np.float32(fill)
            if add > np.float32(0.003):
                # A pencil lighter than the skin leaves no mark of its own.
                add *= ramp(np.float32(1.1), np.float32(0.5), ink_light / bare)
                add *= np.float32(0.50) + np.float32(0.40) * _strokes(at, across)
            if recolor + add + cover <= np.float32(0.003):
                continue
            relief = (bright + np.float32(0.01)) / (measured[HAIR_Y] + np.float32(0.01))
            shade = lift * (np.float32(0.15) + np.float32(0.85) * min(np.float32(2.0), relief))
            even = np.float32(0.45) + np.float32(0.55) * min(np.float32(1.3), bright / bare)
            even = min(even, np.float32(0.62) * bare / max(ink_light, np.float32(1e-4)))
            glint = _ZERO
            if flake[0] > 0:
                glint = flake[0] * _glint(u_map[row, column], v_map[row, column], flake[2], flake[1])
            for c in range(3):
                value = linear[row, column, c]
                value += share * cover * (skin_at(skin, i, f, g, c) - value)
                value += share * recolor * (ink[c] * shade + glint - value)
                value += share * add * (ink[c] * even + glint - value)
                linear[row, column, c] = value
            touched[row, column] = 1
