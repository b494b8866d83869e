"""Several pans of eyeshadow mixed once in the face texture, and the compiled loop that lays them on the skin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tryon.effects.eye_chart import EyeChart
from tryon.effects.masks import smoothstep
from tryon.effects.paint import _glint
from tryon.effects.topology import TEXTURE_SIZE, topology

# Channels of a pan texture; colors and finishes are premultiplied by the coverage.
RED, GREEN, BLUE, COVERAGE, SHEEN, FOIL, FLAKES, FLAKE_X, FLAKE_Y = range(9)
_CHANNELS = 9
_MIXED = 7  # of these, the ones that pans bring
# Flakes lie on the lid as it is when shut, so that closing does not stretch them: eye widths from ring to ring.
_RINGS, _HEIGHTS = (0.0, 1.0, 2.0, 3.0, 5.0), (0.0, 0.20, 0.40, 0.68, 1.4)
_EYE_WIDTH = 0.117  # of the texture's side
_R, _G, _B = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
_ZERO, _ONE, _HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
_KNEE = np.float32(0.2)


@dataclass(frozen=True, slots=True, eq=False)
class PanTexture:
    """Mixed pans round one eye.

    texture: (h, w, 9) float32; x0, y0: its corner in the face texture, in texels.
    points: Dense mesh points that bound what it covers.
    """

    texture: NDArray[np.float32]
    x0: int
    y0: int
    points: NDArray[np.int32]


def mix_pans(
    chart: EyeChart,
    layers: list[tuple[NDArray[np.float32], NDArray[np.float32], tuple[float, float, float]]],
) -> PanTexture:
    """Layers laid one over the other; each is its coverage (h, w), linear color (3,), and sheen, foil and flakes."""
    mixed = np.zeros((*chart.along.shape, _MIXED), np.float32)
    for coverage, color, finish in layers:
        full = np.array([*color, 1.0, *finish], np.float32)
        mixed += coverage[..., None] * (full - mixed)
    # Foil and satin shine where the lid bulges over the eyeball: seen from ahead, halfway between lash and crease.
    bulge = np.exp(-(((chart.along - 0.48) / 0.30) ** 2) - ((chart.rise - 0.62) / 0.55) ** 2).astype(np.float32)
    mixed[..., SHEEN] *= bulge
    inside = mixed[..., COVERAGE] > 0.004
    mixed *= smoothstep(0.0, 0.012, mixed[..., COVERAGE])[..., None]
    side = np.where(chart.upper > 0.5, 2.0, 3.0)  # another row of cells below the eye than above it
    flake = np.stack([chart.along + 1.0, np.interp(chart.rise, _RINGS, _HEIGHTS) + side], -1) * _EYE_WIDTH
    mixed = np.concatenate([mixed, flake.astype(np.float32)], -1)
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if rows.size == 0:
        return PanTexture(np.zeros((2, 2, _CHANNELS), np.float32), chart.x0, chart.y0, np.empty(0, np.int32))
    top, left = max(0, int(rows[0]) - 1), max(0, int(columns[0]) - 1)
    texture = np.ascontiguousarray(mixed[top : rows[-1] + 2, left : columns[-1] + 2])
    return PanTexture(texture, chart.x0 + left, chart.y0 + top, _bounding(texture, chart.x0 + left, chart.y0 + top))


def _bounding(texture: NDArray[np.float32], x0: int, y0: int) -> NDArray[np.int32]:
    """Dense points of the triangles that meet the texture's rectangle."""
    corners = topology().uv[topology().triangles] * TEXTURE_SIZE
    low, high = corners.min(1), corners.max(1)
    right, bottom = x0 + texture.shape[1], y0 + texture.shape[0]
    near = (low[:, 0] < right) & (high[:, 0] > x0) & (low[:, 1] < bottom) & (high[:, 1] > y0)
    return np.unique(topology().triangles[near]).astype(np.int32)


@njit(cache=True, nogil=True, fastmath=True)
def paint_pans(
    linear: NDArray[np.float32],
    touched: NDArray[np.uint8],
    visible: NDArray[np.float32],
    eyes: NDArray[np.float32],
    opening: float,
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    box: tuple[int, int, int, int],
    texture: NDArray[np.float32],
    x0: int,
    y0: int,
    size: int,
    light: NDArray[np.float32],
    luminance: float,
    flake: NDArray[np.float32],
    strength: float,
) -> None:
    """Lay the mixed pans over a box of the region, in place.

    out = (1 − a) · skin + a · pigment · light · shading, as `tryon.effects.paint.paint` does with one pigment.
    Nothing lands on the eyeball (eyes, as far as opening says); a closed eye's slit is skin.
    flake: (5,) linear color of the flakes, share of cells that hold one, cells across the face texture.
    """
    inverse = _ONE / np.float32(max(luminance, 1e-4))
    white = _R * light[0] + _G * light[1] + _B * light[2]
    value = np.empty(_CHANNELS, np.float32)
    for row in range(box[1], box[3]):
        for column in range(box[0], box[2]):
            u, v = u_map[row, column], v_map[row, column]
            allowed = visible[row, column] * (_ONE - np.float32(opening) * eyes[row, column]) * np.float32(strength)
            if u < 0 or allowed <= _ZERO:
                continue
            x = u * np.float32(size) - _HALF - np.float32(x0)
            y = v * np.float32(size) - _HALF - np.float32(y0)
            i, j = int(np.floor(x)), int(np.floor(y))
            if i < 0 or j < 0 or i >= texture.shape[1] - 1 or j >= texture.shape[0] - 1:
                continue
            fx, fy = x - np.float32(i), y - np.float32(j)
            wa, wb = (_ONE - fx) * (_ONE - fy), fx * (_ONE - fy)
            wc, wd = (_ONE - fx) * fy, fx * fy
            for k in range(_CHANNELS):
                value[k] = (
                    wa * texture[j, i, k]
                    + wb * texture[j, i + 1, k]
                    + wc * texture[j + 1, i, k]
                    + wd * texture[j + 1, i + 1, k]
                )
            share = value[COVERAGE]
            if share * allowed <= np.float32(0.002):
                continue
            red, green, blue = linear[row, column, 0], linear[row, column, 1], linear[row, column, 2]
            relief = (_R * red + _G * green + _B * blue) * inverse - _ONE
            # Much brighter than lit skin is a highlight, or the white of the eye at the lid's edge.
            body = relief
            if relief > _KNEE:
                over = relief - _KNEE
                body = _KNEE + over / (_ONE + np.float32(4.0) * over)
            # Powder fills pores a little; foil sinks in the shade and mirrors the light in the lit.
            shade = max(np.float32(0.06), _ONE + np.float32(0.88) * body)
            foil = value[FOIL] / share
            if foil > 0:
                mirrored = max(np.float32(0.15), _ONE + np.float32(1.4) * relief)
                shade += foil * (mirrored * (np.float32(0.62) + np.float32(0.38) * mirrored) - shade)
            sheen = value[SHEEN]
            lift = white * sheen * (np.float32(0.16) + np.float32(0.35) * max(_ZERO, relief))
            if value[FLAKES] > 0:
                lift_flake = (
                    value[FLAKES]
                    * _glint(value[FLAKE_X], value[FLAKE_Y], flake[4], flake[3])
                    * share
                    * max(np.float32(0.2), shade)
                )
            else:
                lift_flake = _ZERO
            keep = _ONE - share * allowed
            for k in range(3):
                pigment = value[k] * light[k]
                tinted = np.float32(0.5) * (pigment / share + white * flake[k])  # shine takes half the pan's hue
                added = lift * tinted / max(white, np.float32(1e-3)) + lift_flake * flake[k] * light[k]
                linear[row, column, k] = linear[row, column, k] * keep + allowed * (pigment * shade + added)
            touched[row, column] = 1


@njit(cache=True, nogil=True, fastmath=True)
def mean_core(
    linear: NDArray[np.float32],
    allow: NDArray[np.float32],
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    box: tuple[int, int, int, int],
    texture: NDArray[np.float32],
    x0: int,
    y0: int,
    size: int,
    sums: NDArray[np.float64],
) -> None:
    """Add to sums (7,) the linear RGB, the pans' mixed RGB and the count of pixels all but wholly covered."""
    for row in range(box[1], box[3]):
        for column in range(box[0], box[2]):
            u = u_map[row, column]
            x = int(u * size) - x0
            y = int(v_map[row, column] * size) - y0
            if u < 0 or x < 0 or y < 0 or x >= texture.shape[1] or y >= texture.shape[0]:
                continue
            if texture[y, x, COVERAGE] > np.float32(0.98) and allow[row, column] > np.float32(0.98):
                for c in range(3):
                    sums[c] += linear[row, column, c]
                    sums[3 + c] += texture[y, x, c]
                sums[6] += 1.0
