"""What a joiner and a turner make: boards with rounded edges, tapered legs, bent rails, frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tools.products.curve import rounded_rectangle
from tools.products.mesh import Array, Mesh, grid
from tools.products.sweep import sweep

# One tile of wood grain: along and across.
GRAIN_MM = (1200.0, 320.0)
# Where a face is cut, its outermost strips are at most this wide: shading in a corner stays in the corner.
_RIM_MM = 45.0


def block(
    size: ArrayLike, *, bevel: float = 2.0, cuts: tuple[int, int, int] = (1, 1, 1), steps: int = 1, grain: str = "x",
    tile_mm: tuple[float, float] = GRAIN_MM,
) -> Mesh:  # fmt: skip
    """A box about the origin with rounded edges.

    cuts: Cells along each axis. steps: Facets from a flat to the middle of its edge. grain: The axis u runs along.
    """
    half = np.asarray(size, np.float64) / 2.0
    bevel = min(bevel, float(half.min()) * 0.98)
    inner = half - bevel
    lines = [_line(half[axis], inner[axis], bevel, cuts[axis], steps) for axis in range(3)]
    along = "xyz".index(grain)
    faces = []
    for axis in range(3):
        a, b = (axis + 1) % 3, (axis + 2) % 3
        for sign in (1.0, -1.0):
            v, u = np.meshgrid(lines[b], lines[a], indexing="ij")
            points = np.empty((*u.shape, 3))
            points[..., a], points[..., b], points[..., axis] = u, v, sign * half[axis]
            core = np.clip(points, -inner, inner)
            out = points - core
            length = np.linalg.norm(out, axis=2, keepdims=True)
            rounded = core + bevel * out / np.maximum(length, 1e-12)
            first, second = (a, b) if b != along else (b, a)
            # on the ends the grain is cut across: any run of it will do
            uv = np.stack([points[..., first] / tile_mm[0], points[..., second] / tile_mm[1]], axis=2)
            uv += np.array([0.0, 0.37]) * axis + np.array([0.0, 0.19]) * (sign > 0)
            sheet = grid(rounded, uv=uv)
            faces.append(sheet if sign > 0 else sheet.flipped())
    return Mesh.merged(faces)


def leg(
    top: ArrayLike, bottom: ArrayLike, top_mm: float, bottom_mm: float, *, round_: bool = False, sides: int = 14,
    rows: int = 4, bevel: float = 3.0,
) -> Mesh:  # fmt: skip
    """A straight leg, tapered, its foot flat on a level floor; square with rounded edges, or round."""
    high, low = np.asarray(top, np.float64), np.asarray(bottom, np.float64)
    share = np.linspace(0.0, 1.0, rows)[:, None, None]
    middle = low + (high - low) * share
    ring = _circle(sides) if round_ else rounded_rectangle(1.0, 1.0, bevel / bottom_mm, 3)
    width = bottom_mm + (top_mm - bottom_mm) * share
    # slightly softened at the floor, as feet are
    shapes = np.concatenate([ring * (bottom_mm - 2.0 * min(bevel, 3.0)) + np.zeros((1, 1, 2)), ring * width])
    centers = np.concatenate([middle[:1], middle])
    centers[1, 0] += (high - low) / np.linalg.norm(high - low) * min(bevel, 3.0)
    points = np.stack(
        [
            centers[..., 0] + shapes[..., 0],
            np.broadcast_to(centers[..., 1], shapes.shape[:2]),
            centers[..., 2] + shapes[..., 1],
        ],
        axis=2,
    )  # fmt: skip
    points = np.concatenate(
        [centers[:1] + np.zeros((1, ring.shape[0], 3)), points, centers[-1:] + np.zeros((1, ring.shape[0], 3))]
    )
    u = points[:, 0, 1] / GRAIN_MM[0]
    v = np.arange(len(ring)) / len(ring) * top_mm * 4.0 / GRAIN_MM[1]
    uv = np.stack(np.broadcast_arrays(u[:, None], v[None, :]), axis=2)
    return grid(points, uv=uv, round_u=True).outward()


def bent(path: Array, width: ArrayLike, thickness: ArrayLike, *, up: ArrayLike, round_mm: float = 6.0) -> Mesh:
    """A board steamed along a path (N, 3): `width` along `up`, edges rounded, ends domed."""
    wide = np.broadcast_to(np.asarray(width, np.float64), (len(path),))
    thick = np.broadcast_to(np.asarray(thickness, np.float64), (len(path),))
    rings = np.stack([rounded_rectangle(t, w, min(round_mm, t * 0.49), 3) for w, t in zip(wide, thick, strict=True)])
    body = sweep(path, rings, up=up, tile_mm=GRAIN_MM[0], rounding=4.0, steps=1)
    # grain runs along u
    uv = body.uv[:, ::-1] * [1.0, 2.0 * (wide.mean() + thick.mean()) / GRAIN_MM[1]]
    return Mesh(body.points, body.triangles, uv)


def mitered(width: float, height: float, section: Array, *, tile_mm: tuple[float, float] = GRAIN_MM) -> list[Mesh]:
    """Four mitred lengths of a frame about the origin in x, y.

    section: (P, 2) ring, counterclockwise, as (inward from the outer edge, forward).
    """
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(section, axis=0), axis=1))])
    corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    sides = []
    for i in range(4):
        ends = []
        for corner in (corners[i], corners[(i + 1) % 4]):
            flat = corner * [width / 2.0, height / 2.0] - corner * section[:, :1]
            ends.append(np.column_stack([flat, section[:, 1]]))
        caps = [ends[0].mean(axis=0) + 0.0 * ends[0], ends[0], ends[1], ends[1].mean(axis=0) + 0.0 * ends[1]]
        points = np.stack(caps)
        reach = points[:, :, i % 2] / tile_mm[0]
        uv = np.stack(np.broadcast_arrays(reach, along / tile_mm[1] + 0.23 * i), axis=2)
        sides.append(grid(points, uv=uv, round_u=True).outward())
    return sides


def _line(half: float, inner: float, bevel: float, cells: int, steps: int) -> Array:
    """Where a box is cut along one axis: its rounded edge, and `cells` between."""
    angles = np.linspace(0.0, np.pi / 4.0, steps + 1)[1:]
    edge = inner + bevel * np.tan(angles)
    flat = np.linspace(-inner, inner, cells + 1)
    if cells >= 3 and flat[1] - flat[0] > _RIM_MM:
        flat[1:-1] = np.linspace(-inner + _RIM_MM, inner - _RIM_MM, cells - 1)
    edge[-1] = half
    return np.concatenate([-edge[::-1], flat, edge])


def _circle(sides: int) -> Array:
    t = np.arange(sides) * (2.0 * np.pi / sides)
    return np.stack([np.cos(t), np.sin(t)], axis=1) / 2.0
