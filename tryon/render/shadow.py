"""What a light sees of the things that stand in its way: small maps, blurred into a pyramid, one a light and frame.

Made on the CPU in well under a millisecond. A point in the shade looks up how much light the casters above it keep,
averaged as wide as its distance from them asks for (level of the pyramid): near contacts the shadow is sharp,
further away it is soft, and a tinted lens lets its color through.

Source: percentage-closer soft shadows (Fernando 2005) over prefiltered occlusion, as in convolution shadow maps
(Annen et al. 2008); our own reduction to one lookup, checked against Monte Carlo in tests/render/test_shadow.py.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.render.detail import simplified
from tryon.render.shadow_kernel import clear, halve, place, rasterize, to_moments, to_texels
from tryon.types.model import Material, Model, Texture

LEVELS = 6
_DETAIL = 400.0  # a caster keeps this part of the model's size
_COARSEST = 30.0
_MARGIN = 0.2  # of the side, left empty all round
_FINEST_M = 0.0004  # of a texel: a ring's shadow needs no finer one
# Standard deviation of level k, in texels of level 0, over 2^k: the sum of the binomial kernels' variances.
LEVEL_SPREAD = 0.645


@dataclass(frozen=True, slots=True, eq=False)
class Caster:
    """A model as lights see it: coarse, without textures.

    points_m: (N, 3) float32, model space. triangles: (M, 3) uint32. passes: (M, 3) float32, light let through, RGB.
    """

    points_m: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    passes: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class ShadowMap:
    """Light kept by casters along one direction.

    levels: LEVELS arrays (h, w, 4) float32, each half as large as the one before: light kept RGB, and the mean over
        channels times depth behind the map's origin, metres.
    map_from_camera: (4, 4) float64: x and y are texture coordinates, z is depth along the light in metres.
    texel_m: Side of a texel of level 0.
    """

    levels: tuple[NDArray[np.float32], ...]
    map_from_camera: NDArray[np.float64]
    texel_m: float


class Casters:
    """Casters by model, kept as long as the model lives.

    detail: See `caster_of`. most: Triangles from which a caster is made coarser still.
    """

    def __init__(self, *, detail: float = _DETAIL, most: int | None = None) -> None:
        self._detail = detail
        self._most = most
        self._kept: dict[int, tuple[weakref.ref[Model], Caster]] = {}

    def get(self, model: Model) -> Caster:
        """The model's caster, made on first use."""
        kept = self._kept.get(id(model))
        if kept is not None and kept[0]() is model:
            return kept[1]
        for key in [key for key, (alive, _) in self._kept.items() if alive() is None]:
            del self._kept[key]
        caster, detail = caster_of(model, detail=self._detail), self._detail
        while self._most is not None and len(caster.triangles) > self._most and detail > _COARSEST:
            detail /= 2.0
            caster = caster_of(model, detail=detail)
        self._kept[id(model)] = (weakref.ref(model), caster)
        return caster


def caster_of(model: Model, *, detail: float = _DETAIL) -> Caster:
    """The model reduced to what its shadow shows: about half a texel's detail, one transmittance a material.

    Args:
        detail: Share of the model's size of what is kept, as its inverse.
    """
    low, high = model.bounds_m
    error_m = max(_FINEST_M, float((high - low).max()) / detail) / 2.0
    points, triangles, passes = [], [], []
    first = 0
    for primitive in model.primitives:
        through = passes_through(model.materials[primitive.material], model.textures)
        if not len(primitive.triangles) or min(through) > 0.99:
            continue
        coarse = simplified(primitive.positions_m, primitive.triangles, error_m=error_m)
        used, packed = np.unique(coarse, return_inverse=True)
        points.append(primitive.positions_m[used])
        triangles.append(packed.reshape(-1, 3) + first)
        passes.append(np.broadcast_to(np.asarray(through, np.float32), (len(coarse), 3)))
        first += len(used)
    if not points:
        return Caster(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.uint32), np.zeros((0, 3), np.float32))
    return Caster(
        np.concatenate(points).astype(np.float32),
        np.concatenate(triangles).astype(np.uint32),
        np.ascontiguousarray(np.concatenate(passes), np.float32),
    )


def passes_through(material: Material, textures: Sequence[Texture]) -> tuple[float, float, float]:
    """Linear RGB share of light that one layer of a material lets through, averaged over its textures."""
    base = np.array(material.base_color, np.float64)
    if material.base_color_texture is not None:
        texels = textures[material.base_color_texture.texture].pixels[::8, ::8].reshape(-1, 4) / 255.0
        alpha = texels[:, 3]
        if material.alpha_mode == "mask":
            alpha = (alpha * base[3] >= material.alpha_cutoff) / max(base[3], 1e-6)
        base = base * np.append((texels[:, :3] ** 2.2).mean(axis=0), alpha.mean())
    through = np.zeros(3)
    if material.transmission is not None:
        through = base[:3] * material.transmission.factor * (1.0 - material.metallic)
    if material.alpha_mode != "opaque":
        through = 1.0 - base[3] * (1.0 - through)
    red, green, blue = np.clip(through, 0.0, 1.0)
    return float(red), float(green), float(blue)


class ShadowMapper:
    """Makes shadow maps, in memory it keeps: a map is overwritten by the next one of the same mapper and size."""

    def __init__(self, *, side: int = 192) -> None:
        step = 1 << (LEVELS - 1)  # so that each level is half the one before
        self._sides = tuple(range(-(-side // 2 // step) * step, side + 1, step))
        self._memory: dict[tuple[int, int], tuple[tuple[NDArray[np.float32], ...], NDArray[np.float32]]] = {}

    def map(
        self, casters: Sequence[tuple[Caster, NDArray[np.float64]]], toward_light: NDArray[np.floating]
    ) -> ShadowMap | None:
        """Shadow map of casters (with `camera_from_model`) under a light far away; None when they cast nothing.

        Args:
            toward_light: Unit vector in camera space.
        """
        light_from_camera = _light_axes(np.asarray(toward_light, np.float64))
        kept = [(caster, placed) for caster, placed in casters if len(caster.triangles)]
        if not kept:
            return None
        seen = [np.empty_like(caster.points_m) for caster, _ in kept]
        bounds = np.array(
            [
                place(
                    caster.points_m,
                    (light_from_camera @ placed[:3, :3]).astype(np.float32),
                    (light_from_camera @ placed[:3, 3]).astype(np.float32),
                    points,
                )
                for points, (caster, placed) in zip(seen, kept, strict=True)
            ]
        )
        low, high = bounds[:, :3].min(axis=0), bounds[:, 3:].max(axis=0)
        extent = (high - low)[:2]
        texel_m = max(_FINEST_M, float(extent.max()) / (self._sides[-1] * (1.0 - 2.0 * _MARGIN)))
        size = [
            min((s for s in self._sides if e <= texel_m * s * (1.0 - 2.0 * _MARGIN)), default=self._sides[-1])
            for e in extent
        ]
        levels, rows = self._buffers(size[1], size[0])
        first = (low + high)[:2] / 2.0 - texel_m * (np.array(size) - 1) / 2.0
        touched = (
            *(int(v) for v in np.maximum(np.floor((low[:2] - first) / texel_m) - 1, 0)),
            *(int(v) for v in np.minimum(np.ceil((high[:2] - first) / texel_m) + 2, size)),
        )
        clear(levels[0], *touched)
        for (caster, _), points in zip(kept, seen, strict=True):
            to_texels(points, first[0], first[1], texel_m)
            rasterize(points, caster.triangles, caster.passes, levels[0])
        to_moments(levels[0], float(low[2]), *touched)
        for fine, coarse in itertools.pairwise(levels):
            halve(fine, rows[: coarse.shape[0], : fine.shape[1]], coarse)
        map_from_camera = np.eye(4)
        scale = 1.0 / (texel_m * np.array(size, np.float64))
        map_from_camera[:2, :3] = light_from_camera[:2] * scale[:, None]
        map_from_camera[:2, 3] = (texel_m / 2.0 - first) * scale
        map_from_camera[2, :3] = light_from_camera[2]
        map_from_camera[2, 3] = -low[2]
        return ShadowMap(levels, map_from_camera, texel_m)

    def _buffers(self, height: int, width: int) -> tuple[tuple[NDArray[np.float32], ...], NDArray[np.float32]]:
        if (height, width) not in self._memory:
            levels = tuple(np.empty((height >> k, width >> k, 4), np.float32) for k in range(LEVELS))
            self._memory[height, width] = levels, np.empty((height // 2, width, 4), np.float32)
        return self._memory[height, width]


def _light_axes(toward_light: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) light_from_camera: depth grows away from the light, x stays as level as it can."""
    depth = -toward_light / np.linalg.norm(toward_light)
    up = np.array([0.0, 1.0, 0.0]) if abs(depth[1]) < 0.9 else np.array([0.0, 0.0, 1.0])
    x = _cross(up, depth)
    x /= np.linalg.norm(x)
    return np.stack([x, _cross(depth, x), depth])


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """np.cross of two single vectors, which takes a sixth of a millisecond."""
    return np.array([a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]])
