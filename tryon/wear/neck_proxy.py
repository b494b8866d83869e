"""Neck, slope of the shoulders and chest as surfaces: they hide the back of what lies around the neck and catch its
shadow.

Sections are ellipses and lines in the torso's axes for an adult: neck 112 mm wide, root of the neck leaning 37° from
the seventh cervical vertebra down to the notch between the collarbones. The chest only catches shadows and hides
nothing, since how far it stands out differs by centimetres.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tryon.types import Surface

# Rings of the neck: height, forward shift of the middle, half width, half depth; torso space, metres.
_NECK = (
    (0.095, 0.020, 0.053, 0.052),
    (0.050, 0.010, 0.055, 0.054),
    (0.015, 0.002, 0.058, 0.055),
    (-0.020, -0.006, 0.062, 0.054),
    (-0.060, -0.012, 0.066, 0.048),
)
_SIDES = 20
# Crest of the shoulders from the neck outward: sideways, up, forward.
_CREST_M = ((0.050, 0.060, -0.026), (0.066, 0.040, -0.027), (0.100, 0.010, -0.027), (0.150, -0.013, -0.027))
_COLLAR_M = ((0.050, -0.030, 0.024), (0.066, -0.038, 0.022), (0.100, -0.046, 0.010), (0.150, -0.055, -0.005))
_CHEST_LOW_M, _CHEST_HIGH_M, _CHEST_HALF_M = -0.30, -0.020, 0.16
_CHEST_FRONT_M, _CHEST_SLOPE, _CHEST_ROUND = 0.050, 0.30, 2.0
_GRID = (9, 9)


def neck_surfaces(
    camera_from_torso: NDArray[np.float64], *, scale: float = 1.0, catches_shadow: float = 0.7
) -> dict[str, Surface]:
    """Surfaces "neck" (hides and catches) and "chest" (only catches) in camera space; topology is always the same."""
    neck_m, neck_triangles, chest_m, chest_triangles = _shapes()
    turn, place_m = camera_from_torso[:3, :3] * scale, camera_from_torso[:3, 3]
    return {
        "neck": Surface((neck_m @ turn.T + place_m).astype(np.float32), neck_triangles, catches_shadow=catches_shadow),
        "chest": Surface(
            (chest_m @ turn.T + place_m).astype(np.float32),
            chest_triangles,
            occludes=False,
            catches_shadow=catches_shadow,
        ),
    }


def chest_front_m(height_m: float) -> float:
    """How far in front of the neck's root the skin lies in the middle, at a height (negative: below the root)."""
    return _CHEST_FRONT_M + _CHEST_SLOPE * max(0.0, -0.045 - height_m)


@cache
def _shapes() -> tuple[NDArray[np.float64], NDArray[np.uint32], NDArray[np.float64], NDArray[np.uint32]]:
    angle = np.arange(_SIDES) * (2.0 * np.pi / _SIDES)
    rings = [
        np.stack([wide * np.cos(angle), np.full(_SIDES, up), ahead + deep * np.sin(angle)], axis=1)
        for up, ahead, wide, deep in _NECK
    ]
    parts, triangles = [np.concatenate(rings)], [_grid_triangles(len(_NECK), _SIDES, 0, closed=True)]
    first = len(_NECK) * _SIDES
    for side in (1.0, -1.0):
        strip = np.concatenate([np.array(_CREST_M), np.array(_COLLAR_M)]) * [side, 1.0, 1.0]
        parts.append(strip)
        triangles.append(_grid_triangles(2, len(_CREST_M), first))
        first += len(strip)
    rows, columns = _GRID
    y = np.linspace(_CHEST_HIGH_M, _CHEST_LOW_M, rows)[:, None].repeat(columns, 1)
    x = np.linspace(-_CHEST_HALF_M, _CHEST_HALF_M, columns)[None, :].repeat(rows, 0)
    z = _CHEST_FRONT_M + _CHEST_SLOPE * np.maximum(0.0, -0.045 - y) - _CHEST_ROUND * x * x
    chest = np.stack([x, y, z], axis=2).reshape(-1, 3)
    return np.concatenate(parts), np.concatenate(triangles), chest, _grid_triangles(rows, columns, 0)


def _grid_triangles(rows: int, columns: int, first: int, *, closed: bool = False) -> NDArray[np.uint32]:
    """Triangles of a grid of vertices, row after row; `closed` joins the last column to the first."""
    row = np.arange(rows - 1)[:, None] * columns
    column = np.arange(columns if closed else columns - 1)[None, :]
    beside = (column + 1) % columns
    a, b, c, d = row + column, row + beside, row + columns + column, row + columns + beside
    corners = [np.stack([a, c, b], axis=2).reshape(-1, 3), np.stack([b, c, d], axis=2).reshape(-1, 3)]
    return (np.concatenate(corners) + first).astype(np.uint32)
