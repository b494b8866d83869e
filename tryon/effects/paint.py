"""Compiled loops that decode, shade, blend and encode the pixels of one face's region.

All light is linear float32. Every loop releases the GIL and touches only the box it is given, so sessions scale
over threads and a small layer costs little.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Where each number of a material lies in the vector `paint` takes; `Material.vector` writes it in this order.
(
    COLOR_R, COLOR_G, COLOR_B, COVERAGE, TEXTURE, SHEER, STAIN_R, STAIN_G, STAIN_B,
    GLOSS, METALLIC, SHIMMER, DENSITY, CELLS, SHIMMER_R, SHIMMER_G, SHIMMER_B, HOLOGRAPHIC, SHINE, COARSER,
) = range(20)  # fmt: skip
MATERIAL_SIZE = 20

# Rec. 709 luminance weights (IEC 61966-2-1).
_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ZERO, _ONE, _HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
# Relief above this much over the mean is light mirrored by the surface, not the surface's own shading: it is added
# in the light's color instead of being multiplied into the pigment, so dark lips with a highlight do not glow.
_KNEE = np.float32(0.35)


@njit(cache=True, nogil=True, fastmath=True)
def decode(
    pixels: NDArray[np.uint8], x0: int, y0: int, table: NDArray[np.float32], linear: NDArray[np.float32]
) -> None:
    """Fill linear (h, w, 3) with the linear light of the frame's region at (x0, y0); table is (256,)."""
    for row in range(linear.shape[0]):
        for column in range(linear.shape[1]):
            for k in range(3):
                linear[row, column, k] = table[pixels[y0 + row, x0 + column, k]]


@njit(cache=True, nogil=True, fastmath=True)
def encode(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    table: NDArray[np.uint8],
    x0: int,
    y0: int,
    pixels: NDArray[np.uint8],
) -> None:
    """Write the touched part of linear (h, w, 3) into the frame at (x0, y0); table is (65536,)."""
    for row in range(linear.shape[0]):
        for column in range(linear.shape[1]):
            if touched[row, column]:
                for k in range(3):
                    value = min(_ONE, max(_ZERO, linear[row, column, k]))
                    pixels[y0 + row, x0 + column, k] = table[int(value * np.float32(65535.0) + np.float32(0.5))]


@njit(cache=True, nogil=True, fastmath=True)
def sample_mask(
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    texture: NDArray[np.uint8],
    origin_x: int,
    origin_y: int,
    size: int,
    box: tuple[int, int, int, int],
    coverage: NDArray[np.float32],
) -> None:
    """Fill coverage (y1 − y0, x1 − x0) with the mask's values in a box (x0, y0, x1, y1) of the region.

    Bilinear, texel centres at integers, 0 outside the texture and off the face (u < 0).
    """
    x0, y0, x1, y1 = box
    texels = np.float32(size)
    shift_x, shift_y = np.float32(origin_x + 0.5), np.float32(origin_y + 0.5)
    most_x, most_y = np.float32(texture.shape[1] - 1), np.float32(texture.shape[0] - 1)
    scale = np.float32(1.0 / 255.0)
    for i in range(y1 - y0):
        us, vs, shares = u_map[y0 + i, x0:x1], v_map[y0 + i, x0:x1], coverage[i]
        for j in range(x1 - x0):
            x = us[j] * texels - shift_x
            y = vs[j] * texels - shift_y
            if us[j] < _ZERO or x < _ZERO or y < _ZERO or x >= most_x or y >= most_y:
                shares[j] = _ZERO
                continue
            # Unsigned indices spare the check for indices from the end.
            column, row = np.uint32(x), np.uint32(y)
            right, below = column + np.uint32(1), row + np.uint32(1)
            fx, fy = x - np.float32(column), y - np.float32(row)
            top = np.float32(texture[row, column])
            top += fx * (np.float32(texture[row, right]) - top)
            bottom = np.float32(texture[below, column])
            bottom += fx * (np.float32(texture[below, right]) - bottom)
            shares[j] = (top + fy * (bottom - top)) * scale


@njit(cache=True, nogil=True, fastmath=True)
def weigh(
    linear: NDArray[np.float32],
    allow: NDArray[np.float32],
    coverage: NDArray[np.float32],
    box: tuple[int, int, int, int],
) -> tuple[float, float, float, float]:
    """Total weight and weighted linear RGB sums over a box; weight is coverage · allow.

    A large box is read at every second row and column: its mean does not need them all.
    """
    x0, y0, x1, y1 = box
    total = 0.0
    red = 0.0
    green = 0.0
    blue = 0.0
    step = 2 if (y1 - y0) * (x1 - x0) > 16384 else 1
    for i in range(0, y1 - y0, step):
        # Views that start at 0 spare the check for indices from the end.
        shares, allowed, colors = coverage[i], allow[y0 + i, x0:x1], linear[y0 + i, x0:x1]
        for j in range(0, x1 - x0, step):
            w = shares[j] * allowed[j]
            if w > 0:
                total += w
                red += w * colors[j, 0]
                green += w * colors[j, 1]
                blue += w * colors[j, 2]
    return total, red, green, blue


@njit(cache=True, nogil=True, fastmath=True)
def weigh_source(
    source: NDArray[np.uint8],
    table: NDArray[np.float32],
    allow: NDArray[np.float32],
    coverage: NDArray[np.float32],
    box: tuple[int, int, int, int],
) -> tuple[float, float]:
    """Total weight and weighted luminance sum of the input picture over a box, on every second row and column."""
    x0, y0, x1, y1 = box
    total = 0.0
    luminance = 0.0
    for row in range(y0, y1, 2):
        for column in range(x0, x1, 2):
            w = coverage[row - y0, column - x0] * allow[row, column]
            if w > 0:
                red, green, blue = source[row, column, 0], source[row, column, 1], source[row, column, 2]
                total += w
                luminance += w * (_R * table[red] + _G * table[green] + _B * table[blue])
    return total, luminance


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _glint(u: np.float32, v: np.float32, cells: np.float32, density: np.float32) -> np.float32:
    """Brightness, 0 to 1, of the flake at (u, v): one flake at most per cell of a grid in face UV."""
    fu = u * cells
    fv = v * cells
    iu = int(fu)
    iv = int(fv)
    h = (iu * 73856093) ^ (iv * 19349663)
    h = ((h ^ (h >> 13)) * 1274126177) & 0x7FFFFFFF
    if np.float32(h & 0xFFF) > density * np.float32(4096.0):
        return _ZERO
    # Centre within the middle half of the cell, so that a flake is never cut by the cell's border.
    du = fu - iu - (np.float32(0.3) + np.float32(0.4 / 255.0) * ((h >> 12) & 0xFF))
    dv = fv - iv - (np.float32(0.3) + np.float32(0.4 / 255.0) * ((h >> 20) & 0xFF))
    shape = _ONE - np.float32(11.0) * (du * du + dv * dv)
    if shape <= 0:
        return _ZERO
    strength = np.float32((h >> 7) & 0xFF) * np.float32(1.0 / 255.0)
    return shape * strength * strength


@njit(cache=True, nogil=True, fastmath=True)
def paint(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    allow: NDArray[np.float32],
    coverage: NDArray[np.float32],
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    box: tuple[int, int, int, int],
    material: NDArray[np.float32],
    light: NDArray[np.float32],
    mean_luminance: float,
    strength: float,
) -> None:
    """Lay one material over the box, in place.

    out = (1 − a) · skin + a · (pigment · light · shading + highlights) with a = coverage · allow · material coverage ·
    strength and shading = 1 + texture · (Y / mean Y − 1), rolled off in the highlights: on even skin the mean color
    is the contract of `tryon.color.pigment.predict`, while pores and folds stay. What the roll-off takes is the
    skin's own highlight; `shine` of it is given back in the light's color. Gloss, shimmer and foil add on top.
    """
    x0, y0, x1, y1 = box
    inverse = np.float32(1.0) / np.float32(max(mean_luminance, 1e-4))
    alpha = material[COVERAGE] * np.float32(strength)
    texture, sheer, shine = material[TEXTURE], material[SHEER], material[SHINE]
    gloss, metallic, shimmer = material[GLOSS], material[METALLIC], material[SHIMMER]
    holographic = material[HOLOGRAPHIC]
    pr, pg, pb = material[COLOR_R] * light[0], material[COLOR_G] * light[1], material[COLOR_B] * light[2]
    neutral = np.float32(max(mean_luminance, 1e-4)) / (_R * light[0] + _G * light[1] + _B * light[2])
    hr, hg, hb = neutral * light[0], neutral * light[1], neutral * light[2]  # a highlight as bright as the mean
    for row in range(y0, y1):
        for column in range(x0, x1):
            a = coverage[row - y0, column - x0] * allow[row, column] * alpha
            if a <= np.float32(0.001):
                continue
            red, green, blue = linear[row, column, 0], linear[row, column, 1], linear[row, column, 2]
            relief = (_R * red + _G * green + _B * blue) * inverse - _ONE
            body, mirrored = relief, _ZERO
            if relief > _KNEE:
                over = relief - _KNEE
                body = _KNEE + over / (_ONE + np.float32(2.0) * over)
                mirrored = shine * (relief - body)
            shade = max(np.float32(0.06), _ONE + texture * body)
            if metallic > 0:  # foil has little body color in the shade and mirrors the light, tinted, where it is lit
                foil = max(np.float32(0.12), _ONE + np.float32(2.2) * body)
                shade += metallic * (foil * (np.float32(0.45) + np.float32(0.4) * foil) - shade)
            dr, dg, db = pr * shade, pg * shade, pb * shade
            if holographic > 0:  # hue runs with the surface's turn, which relief and position stand in for
                phase = np.float32(5.0) * body + np.float32(40.0) * (u_map[row, column] + v_map[row, column])
                dr *= _ONE + holographic * np.sin(phase)
                dg *= _ONE + holographic * np.sin(phase + np.float32(2.0944))
                db *= _ONE + holographic * np.sin(phase + np.float32(4.1888))
            if sheer > 0:
                dr += sheer * (red * material[STAIN_R] - dr)
                dg += sheer * (green * material[STAIN_G] - dg)
                db += sheer * (blue * material[STAIN_B] - db)
                mirrored *= _ONE - sheer  # a stain leaves the highlights where they are
            if gloss > 0:
                peak = max(_ZERO, relief - np.float32(0.08))
                mirrored += gloss * np.float32(1.1) * peak * (_ONE + _HALF * min(peak, _ONE))
            dr += mirrored * hr
            dg += mirrored * hg
            db += mirrored * hb
            if shimmer > 0:
                u, v = u_map[row, column], v_map[row, column]
                coarser, cells = material[COARSER], material[CELLS]
                glint = (_ONE - coarser) * _glint(u, v, cells, material[DENSITY])
                if coarser > 0:
                    glint += coarser * _glint(u, v, _HALF * cells, material[DENSITY])
                if glint > 0:
                    lit = shimmer * glint * max(np.float32(0.1), shade * shade)
                    dr += lit * material[SHIMMER_R] * light[0]
                    dg += lit * material[SHIMMER_G] * light[1]
                    db += lit * material[SHIMMER_B] * light[2]
            linear[row, column, 0] = red + a * (dr - red)
            linear[row, column, 1] = green + a * (dg - green)
            linear[row, column, 2] = blue + a * (db - blue)
            touched[row, column] = 1
