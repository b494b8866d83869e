"""Pictures of wood, cloth and hide for furniture; neutral enough that a material's color makes oak or walnut of one."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from tools.products.mesh import Array
from tools.products.textures import Pixels, color, gray, noise, normal


def wood(size: int = 448, *, rings: float = 9.0, contrast: float = 0.45, pores: float = 0.25) -> Pixels:
    """Plain-sawn timber, grain along u: growth rings cut lengthwise into flames, fibers, pores.

    A board's face is a plane near the pith of a slightly crooked cone; here the distance to the pith is periodic, so
    that the picture tiles. Dark wood is redder than light: green and blue fall faster than red.
    """
    at = (np.arange(size) + 0.5) / size
    _, v = np.meshgrid(at, at)
    crooked = noise("trunk", size, finest=4.0, coarsest=1.0, slope=1.2, stretch=1.0)
    wander = noise("wander", size, finest=26.0, coarsest=2.0, slope=1.4, stretch=7.0)
    distance = 0.5 - 0.42 * np.cos(2.0 * np.pi * v) + 0.085 * crooked + 0.035 * wander
    year = np.mod(distance * rings, 1.0)
    # early wood darkens slowly into a sharp line of late wood
    late = year**2.5 * np.clip((1.0 - year) / 0.08, 0.0, 1.0)
    fiber = noise("fiber", size, finest=size / 2.2, coarsest=size / 10, slope=0.35, stretch=34.0)
    cloud = noise("figure", size, finest=7.0, coarsest=1.0, slope=1.0, stretch=3.5)
    vessel = noise("pores", size, finest=size / 2.0, coarsest=size / 7, slope=0.0, stretch=16.0)
    pore = np.clip(vessel - 1.15, 0.0, 1.2) / 1.2 * (0.4 + 0.6 * (1.0 - year))
    tone = 1.0 - contrast * late + 0.055 * fiber + 0.06 * cloud - pores * pore
    tone = np.clip(tone, 0.12, 1.2) / 1.15
    return color(np.stack([tone**0.85, tone**1.1, tone**1.4], axis=2))


def weave(size: int = 256, threads: int = 36, *, heather: float = 0.16, depth: float = 1.0) -> tuple[Pixels, Pixels]:
    """(normal, shade) of a hopsack weave of thick and thin yarns in slightly different tones."""
    at = (np.arange(size) + 0.5) / size
    u, v = np.meshgrid(at * threads, at * threads)
    random = np.random.default_rng(31)
    over = np.mod(np.floor(u) + np.floor(v), 2.0) == 0.0
    x, y = np.mod(u, 1.0) - 0.5, np.mod(v, 1.0) - 0.5
    warp = np.sqrt(np.clip(1.0 - (np.abs(x) / 0.5) ** 2.5, 0, 1)) * np.cos(y * np.pi * 0.85)
    weft = np.sqrt(np.clip(1.0 - (np.abs(y) / 0.5) ** 2.5, 0, 1)) * np.cos(x * np.pi * 0.85)
    # every crossing shows another stretch of melange yarn
    column, row = np.floor(u).astype(int) % threads, np.floor(v).astype(int) % threads
    run_u, run_v = _melange(random, threads), _melange(random, threads)
    tone = np.where(over, run_u[column, row], run_v[row, column])
    height = np.where(over, warp, weft) * (1.0 + 0.12 * tone)
    fuzz = noise("yarn", size, finest=size / 2.5, coarsest=size / 12, slope=0.3)
    shade = (0.50 + 0.34 * height) * (1.0 + heather * tone) + 0.03 * fuzz
    return normal(height + 0.07 * fuzz, 2.2 * depth), gray(np.clip(shade, 0.02, 1.0))


def boucle(size: int = 256, loops: int = 620) -> tuple[Pixels, Pixels]:
    """(normal, shade) of bouclé: crowded little curls of wool."""
    random = np.random.default_rng(5)
    seeds = random.random((loops, 2))
    wrapped = np.concatenate([seeds + np.array([i, j]) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    at = (np.arange(size) + 0.5) / size
    u, v = np.meshgrid(at, at)
    spots = np.stack([u.ravel(), v.ravel()], axis=1)
    away, which = cKDTree(wrapped).query(spots, k=2)
    scale = np.sqrt(loops)
    edge = ((away[:, 1] - away[:, 0]) * scale).reshape(size, size)
    offset = (spots - wrapped[which[:, 0]]) * scale
    spin = random.random(loops)[which[:, 0] % loops] * 2.0 * np.pi
    angle = np.arctan2(offset[:, 1], offset[:, 0]) + spin
    curl = np.cos(2.0 * angle + 9.0 * np.linalg.norm(offset, axis=1)).reshape(size, size)
    knob = np.clip(edge / 0.5, 0.0, 1.0) ** 0.6
    height = knob * (1.0 + 0.22 * curl) + 0.35 * noise("boucle", size, finest=14, coarsest=3, slope=0.5)
    shade = 0.60 + 0.33 * knob + 0.05 * curl * knob
    return normal(height, 2.6), gray(np.clip(shade, 0.0, 1.0))


def hide(size: int = 256, cells: int = 830) -> tuple[Pixels, Pixels]:
    """(normal, shade) of semi-aniline cowhide: pebbles of uneven size, a few deeper wrinkles, cloudy dye."""
    random = np.random.default_rng(17)
    seeds = random.random((cells, 2))
    wrapped = np.concatenate([seeds + np.array([i, j]) for i in (-1, 0, 1) for j in (-1, 0, 1)])
    at = (np.arange(size) + 0.5) / size
    u, v = np.meshgrid(at, at)
    near = cKDTree(wrapped).query(np.stack([u.ravel(), v.ravel()], axis=1), k=2)[0]
    cell = ((near[:, 1] - near[:, 0]) * np.sqrt(cells)).reshape(size, size)
    pebble = np.clip(cell / 0.4, 0.0, 1.0) ** 0.5
    cloud = noise("aniline", size, finest=9, coarsest=1, slope=1.0)
    wrinkle = np.abs(noise("wrinkle", size, finest=16, coarsest=2, slope=1.0))
    crease = np.clip(1.0 - wrinkle / 0.12, 0.0, 1.0)
    height = pebble - 0.7 * crease
    shade = 0.82 + 0.1 * pebble + 0.05 * cloud - 0.07 * crease
    return normal(height, 1.3), gray(np.clip(shade, 0.0, 1.0))


def pile(size: int = 224) -> tuple[Pixels, Pixels]:
    """(normal, shade) of cut wool pile, leaning this way and that where it was walked on."""
    tuft = noise("tuft", size, finest=size / 6, coarsest=size / 16, slope=0.2)
    trod = noise("trod", size, finest=6, coarsest=1, slope=0.9)
    shade = 0.74 + 0.12 * tuft + 0.06 * trod
    return normal(0.6 * tuft + 0.4 * trod, 1.8), gray(np.clip(shade, 0.05, 1.0))


def linen(size: int = 256, threads: int = 56) -> tuple[Pixels, Pixels]:
    """(normal, shade) of plain linen with slubs."""
    slub_u = noise("slub u", size, finest=size / 3, coarsest=size / 24, slope=0.3, stretch=14.0)
    slub_v = noise("slub v", size, finest=size / 3, coarsest=size / 24, slope=0.3, stretch=14.0).T
    at = (np.arange(size) + 0.5) / size * 2.0 * np.pi * threads
    cross = 0.25 * (np.cos(at)[None] * np.cos(at)[:, None])
    height = 0.5 * slub_u + 0.5 * slub_v + cross
    return normal(height, 0.9), gray(np.clip(0.86 + 0.05 * slub_u + 0.05 * slub_v, 0.0, 1.0))


def _melange(random: np.random.Generator, threads: int) -> Array:
    """(threads, threads) tone of each yarn along its length, mean 0, deviation about 1."""
    tone = random.normal(0.0, 0.8, (threads, threads)) + random.normal(0.0, 0.6, (threads, 1))
    return np.asarray(tone)
