"""Compiled loops that lay a picture in face UV over the face's pixels."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Rec. 709 luminance weights (IEC 61966-2-1).
_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ZERO, _ONE = np.float32(0.0), np.float32(1.0)
_FULL = np.float32(1.0 / 65535.0)
_KNEE = np.float32(0.35)  # as in `tryon.effects.paint`: brighter relief than this is mirrored light


@njit(cache=True, nogil=True, fastmath=True)
def shift_since_source(
    linear: NDArray[np.float32],
    source: NDArray[np.uint8],
    table: NDArray[np.float32],
    allow: NDArray[np.float32],
    u_map: NDArray[np.float32],
) -> float:
    """How much brighter the face is now than in the picture as it came, from every fourth row and column."""
    now, before = 0.0, 0.0
    for row in range(0, allow.shape[0], 4):
        for column in range(0, allow.shape[1], 4):
            if u_map[row, column] < 0:
                continue
            w = allow[row, column]
            red, green, blue = source[row, column, 0], source[row, column, 1], source[row, column, 2]
            now += w * (_R * linear[row, column, 0] + _G * linear[row, column, 1] + _B * linear[row, column, 2])
            before += w * (_R * table[red] + _G * table[green] + _B * table[blue])
    return now / before if before > 0.0 else 1.0


@njit(cache=True, nogil=True, fastmath=True)
def paint_texture(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    allow: NDArray[np.float32],
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    texture: NDArray[np.uint16],
    scale: float,
    shift: float,
    bounds: NDArray[np.float32],
    light: NDArray[np.float32],
    skin_luminance: float,
    opacity: float,
    relief_kept: float,
    gloss: float,
    metallic: float,
) -> None:
    """Lay texture (n, n, 4), premultiplied linear RGBA of 0 to 65535, over the region, in place.

    bounds are the u0, v0, u1, v1 of the maps outside which the texture is clear. Texel x of a pixel is u · scale +
    shift, y likewise with v. out = (1 − a) · skin + color · light · shading, where shading = 1 + relief_kept · (Y /
    skin luminance − 1) keeps folds and pores, as `tryon.effects.paint` has it.
    """
    size = texture.shape[0]
    inverse = _ONE / np.float32(max(skin_luminance, 1e-4))
    neutral = np.float32(skin_luminance) / (_R * light[0] + _G * light[1] + _B * light[2])
    step, start = np.float32(scale), np.float32(shift)
    for row in range(allow.shape[0]):
        for column in range(allow.shape[1]):
            u, v = u_map[row, column], v_map[row, column]
            if u < bounds[0] or v < bounds[1] or u > bounds[2] or v > bounds[3]:
                continue
            share = allow[row, column] * np.float32(opacity)
            x, y = u * step + start, v * step + start
            if share <= 0 or x < 0 or y < 0 or x >= size - 1 or y >= size - 1:
                continue
            j, i = np.uint32(x), np.uint32(y)
            fx, fy = x - np.float32(j), y - np.float32(i)
            w00, w01 = (_ONE - fx) * (_ONE - fy), fx * (_ONE - fy)
            w10, w11 = (_ONE - fx) * fy, fx * fy
            alpha = w00 * texture[i, j, 3] + w01 * texture[i, j + 1, 3]
            alpha = (alpha + w10 * texture[i + 1, j, 3] + w11 * texture[i + 1, j + 1, 3]) * _FULL
            a = alpha * share
            if a <= np.float32(0.001):
                continue
            scaled = share * _FULL
            pr = w00 * texture[i, j, 0] + w01 * texture[i, j + 1, 0]
            pr = (pr + w10 * texture[i + 1, j, 0] + w11 * texture[i + 1, j + 1, 0]) * scaled
            pg = w00 * texture[i, j, 1] + w01 * texture[i, j + 1, 1]
            pg = (pg + w10 * texture[i + 1, j, 1] + w11 * texture[i + 1, j + 1, 1]) * scaled
            pb = w00 * texture[i, j, 2] + w01 * texture[i, j + 1, 2]
            pb = (pb + w10 * texture[i + 1, j, 2] + w11 * texture[i + 1, j + 1, 2]) * scaled
            red, green, blue = linear[row, column, 0], linear[row, column, 1], linear[row, column, 2]
            relief = (_R * red + _G * green + _B * blue) * inverse - _ONE
            body, mirrored = relief, _ZERO
            if relief > _KNEE:
                over = relief - _KNEE
                body = _KNEE + over / (_ONE + np.float32(2.0) * over)
                mirrored = relief - body
            shade = max(np.float32(0.06), _ONE + np.float32(relief_kept) * body)
            if metallic > 0:
                foil = max(np.float32(0.15), _ONE + np.float32(1.7) * body)
                shade += np.float32(metallic) * (foil * (np.float32(0.6) + np.float32(0.4) * foil) - shade)
            mirrored += np.float32(gloss) * np.float32(1.1) * max(_ZERO, relief - np.float32(0.08))
            mirrored *= a * neutral
            linear[row, column, 0] = red + (pr * shade + mirrored) * light[0] - a * red
            linear[row, column, 1] = green + (pg * shade + mirrored) * light[1] - a * green
            linear[row, column, 2] = blue + (pb * shade + mirrored) * light[2] - a * blue
            touched[row, column] = 1
