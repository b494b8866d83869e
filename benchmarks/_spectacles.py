"""A pair of glasses made on the spot: 15,000 triangles, five maps, tinted lenses; what the render figures are taken on.

Product space: metres, +Y up, +Z front, origin midway between the lenses.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.types.model import Material, Model, Primitive, Texture, TextureUse, Transmission

_HALF_BRIDGE_M = 0.009
_LENS_M = (0.051, 0.040)
_TEMPLE_M = 0.135
_RIM_M = (0.0022, 0.0018)  # radii across and along the view


def spectacles(*, around: int = 132, ring: int = 13, texture_px: int = 1024) -> Model:
    """The glasses as a `Model`; `around` and `ring` set how fine the rims are (the defaults give 15k triangles)."""
    curves = [_rim(side, around) for side in (-1.0, 1.0)]
    frame = [_tube(curve, ring, closed=True) for curve in curves]
    frame.append(_tube(_bridge(around // 3), ring, closed=False))
    frame += [_tube(_temple(side, around // 2), ring, closed=False) for side in (-1.0, 1.0)]
    lenses = [_lens(side, curve) for side, curve in zip((-1.0, 1.0), curves, strict=True)]
    materials = (
        Material(
            name="frame",
            metallic=1.0,
            roughness=1.0,
            base_color_texture=TextureUse(0),
            metallic_roughness_texture=TextureUse(1),
            normal_texture=TextureUse(2, scale=0.6),
            occlusion_texture=TextureUse(3),
            emissive=(1.0, 1.0, 1.0),
            emissive_texture=TextureUse(4),
        ),
        Material(
            name="lens",
            base_color=(0.42, 0.34, 0.25, 1.0),
            metallic=0.0,
            roughness=0.02,
            double_sided=True,
            transmission=Transmission(factor=1.0),
        ),
    )
    return Model("spectacles", (_primitive(frame, 0), _primitive(lenses, 1)), materials, _maps(texture_px))


Part = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]


def _rim(side: float, count: int) -> NDArray[np.float64]:
    angle = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    x = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** 0.7 * _LENS_M[0] / 2.0
    y = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** 0.7 * _LENS_M[1] / 2.0
    x = x + side * (_HALF_BRIDGE_M + _LENS_M[0] / 2.0)
    return np.stack([x, y, -2.2 * x**2], axis=1)  # base curve: the lenses wrap round the face


def _bridge(count: int) -> NDArray[np.float64]:
    t = np.linspace(-1.0, 1.0, count)
    x = t * (_HALF_BRIDGE_M + 0.001)
    return np.stack([x, 0.006 + 0.003 * (1.0 - t**2), 0.002 * (1.0 - t**2)], axis=1)


def _temple(side: float, count: int) -> NDArray[np.float64]:
    t = np.linspace(0.0, 1.0, count)
    x = side * (_HALF_BRIDGE_M + _LENS_M[0] + 0.004 + 0.006 * t)
    y = 0.012 - 0.035 * np.clip((t - 0.78) / 0.22, 0.0, 1.0) ** 2
    return np.stack([x, y, -0.010 - _TEMPLE_M * t], axis=1)


def _tube(curve: NDArray[np.float64], ring: int, *, closed: bool) -> Part:
    ahead = np.roll(curve, -1, axis=0) - np.roll(curve, 1, axis=0) if closed else np.gradient(curve, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    view = np.broadcast_to([0.0, 0.0, 1.0], ahead.shape) if closed or abs(ahead[0, 2]) < 0.9 else None
    up = view if view is not None else np.broadcast_to([0.0, 1.0, 0.0], ahead.shape)
    side = np.cross(up, ahead)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(ahead, side)
    angle = np.linspace(0.0, 2.0 * np.pi, ring + 1)
    across, along = np.cos(angle)[None, :, None], np.sin(angle)[None, :, None]
    outward = side[:, None] * across / _RIM_M[0] + up[:, None] * along / _RIM_M[1]
    outward /= np.linalg.norm(outward, axis=2, keepdims=True)
    points = curve[:, None] + side[:, None] * across * _RIM_M[0] + up[:, None] * along * _RIM_M[1]
    length = len(curve) + int(closed)
    index = np.arange(length) % len(curve)
    uv = np.stack(np.broadcast_arrays(np.linspace(0, 6, length)[:, None], np.linspace(0, 1, ring + 1)[None]), axis=2)
    grid = np.arange(length * (ring + 1)).reshape(length, ring + 1)
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    triangles = np.concatenate([np.stack(corner, axis=2).reshape(-1, 3) for corner in ((a, b, c), (a, c, d))])
    return points[index].reshape(-1, 3), outward[index].reshape(-1, 3), uv.reshape(-1, 2), triangles


def _lens(side: float, curve: NDArray[np.float64]) -> Part:
    center = np.array([[side * (_HALF_BRIDGE_M + _LENS_M[0] / 2.0), 0.0, 0.0]])
    center[0, 2] = -2.2 * center[0, 0] ** 2
    shares = np.linspace(0.0, 1.0, 7)[1:]
    xy = np.concatenate([center[:, :2]] + [center[:, :2] + (curve[:, :2] - center[:, :2]) * share for share in shares])
    points = np.column_stack([xy, -2.2 * xy[:, 0] ** 2])
    normals = np.column_stack([4.4 * xy[:, 0], np.zeros(len(xy)), np.ones(len(xy))])
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    count = len(curve)
    ring = np.arange(count)
    after = (ring + 1) % count
    triangles = [np.stack([np.zeros(count, np.int64), 1 + ring, 1 + after], axis=1)]
    for inner in range(len(shares) - 1):
        low, high = 1 + inner * count, 1 + (inner + 1) * count
        triangles.append(np.stack([low + ring, high + ring, high + after], axis=1))
        triangles.append(np.stack([low + ring, high + after, low + after], axis=1))
    return points, normals, np.stack([xy[:, 0], xy[:, 1]], axis=1) * 20.0, np.concatenate(triangles)


def _primitive(parts: list[Part], material: int) -> Primitive:
    turned = [(points, normals, uv, _outward(points, normals, triangles)) for points, normals, uv, triangles in parts]
    firsts = np.cumsum([0, *(len(part[0]) for part in turned)])
    return Primitive(
        positions_m=np.concatenate([part[0] for part in turned]).astype(np.float32),
        normals=np.concatenate([part[1] for part in turned]).astype(np.float32),
        triangles=np.concatenate([p[3] + f for p, f in zip(turned, firsts, strict=False)]).astype(np.uint32),
        material=material,
        uv=(np.concatenate([part[2] for part in turned]).astype(np.float32),),
    )


def _outward(
    points: NDArray[np.float64], normals: NDArray[np.float64], triangles: NDArray[np.int64]
) -> NDArray[np.int64]:
    a, b, c = (points[triangles[:, corner]] for corner in range(3))
    inward = (np.cross(b - a, c - a) * normals[triangles[:, 0]]).sum(axis=1).mean() < 0.0
    return triangles[:, ::-1] if inward else triangles


def _maps(side: int) -> tuple[Texture, ...]:
    """Base color (tortoise), metal-rough, normal, occlusion and emissive (black but for a fine line)."""
    v, u = np.mgrid[0:side, 0:side] / side * 2.0 * np.pi
    blotch = sum(np.sin(a * u + b * v + c) for a, b, c in ((3, 2, 0.3), (-5, 4, 1.1), (8, -3, 2.9), (2, 9, 4.0)))
    share = np.clip(0.5 + 0.35 * np.asarray(blotch), 0.0, 1.0)[..., None]
    base = np.array([46, 22, 12]) + share * np.array([140, 74, 22])
    rough = np.stack([np.full_like(u, 255), 60 + 30 * np.sin(40 * u), 20 + 10 * np.sin(3 * v)], axis=2)
    normal = np.stack([128 + 20 * np.cos(60 * u), 128 + 20 * np.sin(50 * v), np.full_like(u, 252)], axis=2)
    occlusion = np.repeat((235 + 20 * np.sin(v))[..., None], 3, axis=2)
    emissive = np.where(np.abs(v - np.pi)[..., None] < 0.01, 40.0, 0.0) * np.ones(3)
    maps = (base, rough, normal, occlusion, emissive)
    opaque = np.full((side, side, 1), 255.0)
    return tuple(Texture(np.concatenate([m, opaque], axis=2).clip(0, 255).astype(np.uint8)) for m in maps)
