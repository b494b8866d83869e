"""The shadow of a piece of furniture on a floor or a wall: exact for a flat surface, soft as far as its light is wide.

A mesh is thrown onto the plane along some hundred directions, drawn from the light itself: over the sky, so that it
darkens under and round a piece and touches its feet, and over the sun's disc, sharp at the foot and softer away from
it. The two counts are kept as small pictures of the plane that move with the piece: only turning it, or another light,
asks for new ones.

Source: our derivation (projected shadows, Blinn 1988, summed over an area light), checked against Monte Carlo in
tests/render/test_shadow_flat.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.render.light_key import grid_of
from tryon.render.shadow import Caster
from tryon.render.shadow_flat_kernel import throw

_SKY_RAYS, _SUN_RAYS = 88, 56
_SIDE = 352  # texels along the longer side at most
_FINEST_M = 0.004
_SKY_REACH, _SKY_REACH_M = 0.8, (0.12, 1.0)  # round the piece: a share of its height
_FARTHEST_M = 6.0  # to which a low sun's shadow is followed
_LOWEST_SUN = 0.05  # sine of the height over the surface below which its shadow is left out
_LOWEST_SKY = 0.04
_OWN = 0.4  # share of the sky taken from the map: the walls and the ceiling of the room in the picture are others


@dataclass(frozen=True, slots=True, eq=False)
class FlatMap:
    """How much of one light a piece keeps from a flat surface.

    kept: (h, w) uint8, 255 is all; the outermost texels are 0.
    low_m: (2,) x and z of the picture's corner in the plane's frame, from the foot of the model's origin.
    size_m: (2,) its width and height.
    """

    kept: NDArray[np.uint8]
    low_m: NDArray[np.float64]
    size_m: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FlatLight:
    """Light that arrives on a flat surface, in the plane's frame (y is its normal).

    sky: (K, 3) directions, equally strong, of the sky's light as it falls on the surface.
    sun: (3,) toward the sun. softness_rad: Its half angle.
    sky_rgb, sun_rgb: (3,) irradiance over π of both on the surface.
    """

    sky: NDArray[np.float64]
    sun: NDArray[np.float64] | None
    softness_rad: float
    sky_rgb: NDArray[np.float64]
    sun_rgb: NDArray[np.float64]


def flat_light(
    panorama: NDArray[np.float32],
    plane_from_environment: NDArray[np.float64],
    rgb: tuple[float, float, float],
    sun: NDArray[np.float64] | None,
    sun_rgb: tuple[float, float, float],
    softness_rad: float,
) -> FlatLight:
    """The light of an environment and a sun on a flat surface.

    Args:
        panorama: (H, 2H, 3) linear RGB of the environment.
        plane_from_environment: (3, 3) rotation. rgb: Factor on the environment.
        sun: (3,) unit vector in the plane's frame, or None.
    """
    toward, radiance, solid_angle = grid_of(panorama)
    toward = toward @ plane_from_environment.T
    falls = np.where(toward[:, 1] > _LOWEST_SKY, toward[:, 1], 0.0) * solid_angle
    radiance = _OWN * radiance + (1.0 - _OWN) * _overcast(toward, radiance, falls)
    sky_rgb = (radiance * falls[:, None]).sum(axis=0) / np.pi * np.asarray(rgb)
    power = radiance.mean(axis=1) * falls
    arrives = np.zeros(3)
    if sun is not None and sun[1] > _LOWEST_SUN:
        arrives = np.asarray(sun_rgb, np.float64) * sun[1]
    lit = sun is not None and float(arrives.max()) > 0.0
    return FlatLight(_drawn(toward, power), sun if lit else None, softness_rad, sky_rgb, arrives)


def _overcast(
    toward: NDArray[np.float64], radiance: NDArray[np.float64], falls: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(n, 3) radiance of a sky three times as bright above as at the horizon, that lights the surface as much.

    Source: the CIE standard overcast sky (ISO 15469:2004; Moon and Spencer 1942); ceilings make it so indoors.
    """
    shape = (1.0 + 2.0 * np.clip(toward[:, 1], 0.0, 1.0)) / 3.0
    arrives = (radiance * falls[:, None]).sum(axis=0)
    return np.asarray(shape[:, None] * arrives / max(float(shape @ falls), 1e-9))


def sky_map(caster: Caster, placed: NDArray[np.float64], light: FlatLight) -> FlatMap | None:
    """What the caster keeps of the sky; None when it is too far away to be seen.

    Args:
        placed: (3, 4) plane_from_model, its translation along the plane left out.
    """
    points = _points(caster, placed)
    top_m = float(points[:, 1].max(initial=0.0))
    if not len(points) or top_m <= 0.0 or float(points[:, 1].min()) > _SKY_REACH_M[1]:
        return None
    reach_m = float(np.clip(_SKY_REACH * top_m, *_SKY_REACH_M))
    low, high = points[:, [0, 2]].min(axis=0) - reach_m, points[:, [0, 2]].max(axis=0) + reach_m
    made = _thrown(caster, points, -light.sky[:, [0, 2]] / light.sky[:, 1:2], low, high)
    rows, columns = (np.arange(side) for side in made.kept.shape)
    texel_m = made.size_m[0] / made.kept.shape[1]
    border = np.minimum(
        np.minimum(rows, rows[::-1])[:, None] + np.zeros_like(columns), np.minimum(columns, columns[::-1])[None, :]
    )
    share = np.clip(border * texel_m / (0.6 * reach_m), 0.0, 1.0)
    faded = made.kept * (share * share * (3.0 - 2.0 * share))
    return FlatMap(np.ascontiguousarray(faded.astype(np.uint8)), made.low_m, made.size_m)


def sun_map(caster: Caster, placed: NDArray[np.float64], light: FlatLight) -> FlatMap | None:
    """What the caster keeps of the sun; None when there is none or nothing falls on the surface."""
    points = _points(caster, placed)
    if light.sun is None or not len(points) or float(points[:, 1].max()) <= 0.0:
        return None
    rays = disc(light.sun, light.softness_rad)
    rays = rays[rays[:, 1] > _LOWEST_SUN / 2.0]
    slopes = -rays[:, [0, 2]] / rays[:, 1:2]
    corners = np.array([points.min(axis=0), points.max(axis=0)])
    heights = np.clip(corners[:, 1], 0.0, None)
    shifts = (slopes[:, None] * heights[None, :, None]).reshape(-1, 2)
    low, high = corners[0, [0, 2]], corners[1, [0, 2]]
    spread_low = np.maximum(low + shifts.min(axis=0), low - _FARTHEST_M)
    spread_high = np.minimum(high + shifts.max(axis=0), high + _FARTHEST_M)
    if (spread_low >= spread_high).any():
        return None
    return _thrown(caster, points, slopes, spread_low, spread_high)


def disc(toward: NDArray[np.float64], half_angle_rad: float) -> NDArray[np.float64]:
    """(56, 3) unit directions spread evenly over a disc of the sky: a sunflower."""
    index = np.arange(_SUN_RAYS) + 0.5
    radius = np.tan(half_angle_rad) * np.sqrt(index / _SUN_RAYS)
    angle = np.pi * (3.0 - np.sqrt(5.0)) * index
    side = np.cross(toward, [0.0, 0.0, 1.0] if abs(toward[2]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    up = np.cross(side, toward)
    rays = toward + radius[:, None] * (np.cos(angle)[:, None] * side + np.sin(angle)[:, None] * up)
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))


def _drawn(toward: NDArray[np.float64], power: NDArray[np.float64]) -> NDArray[np.float64]:
    """(K, 3) directions, each for the same share of the power: systematic sampling along a path through the sky."""
    kept = power > 0.0
    if not kept.any():
        return np.array([[0.0, 1.0, 0.0]])
    toward, power = toward[kept], power[kept]
    stripe = np.floor((np.arctan2(toward[:, 2], toward[:, 0]) / (2.0 * np.pi) + 0.5) * 15.999).astype(int)
    order = np.lexsort((np.where(stripe % 2 == 0, toward[:, 1], -toward[:, 1]), stripe))
    toward, power = toward[order], power[order]
    reached = np.cumsum(power) / power.sum()
    at = np.searchsorted(reached, (np.arange(_SKY_RAYS) + 0.5) / _SKY_RAYS)
    rays = toward[at] + np.random.default_rng(7).normal(0.0, 0.03, (_SKY_RAYS, 3))  # cells are 0.1 rad wide
    rays[:, 1] = np.maximum(rays[:, 1], _LOWEST_SKY)
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))


def _points(caster: Caster, placed: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(caster.points_m @ placed[:, :3].T + placed[:, 3], np.float32)


def _thrown(
    caster: Caster,
    points: NDArray[np.float32],
    slopes: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> FlatMap:
    texel_m = max(_FINEST_M, float((high - low).max()) / (_SIDE - 4))
    width, height = (int(side) for side in np.ceil((high - low) / texel_m) + 4)
    first = (low + high) / 2.0 - texel_m * (np.array([width, height]) - 1) / 2.0
    keeps = np.rint(255.0 * (1.0 - caster.passes.mean(axis=1))).astype(np.uint8)
    mask, sums = np.zeros((height, width), np.uint8), np.zeros((height, width), np.uint16)
    throw(points, caster.triangles, keeps, slopes.astype(np.float32), first[0], first[1], texel_m, mask, sums)
    share = sums.astype(np.float32) / np.float32(len(slopes))
    share = np.asarray(cv2.GaussianBlur(share, (3, 3), 0.7), np.float32)  # texels are seen as steps otherwise
    share[[0, -1]] = share[:, [0, -1]] = 0.0
    return FlatMap(np.rint(share).astype(np.uint8), first - texel_m / 2.0, texel_m * np.array([width, height]))
