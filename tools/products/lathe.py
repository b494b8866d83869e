"""A profile turned about an axis: bezels, barrels, pins, crowns of hats."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tools.products.mesh import Array, Mesh, grid


def lathe(profile: ArrayLike, sides: int = 32, *, closed: bool = False) -> Mesh:
    """A solid of revolution about Z.

    profile: (P, 2) radius and height, millimetres. Closed: a ring that need not touch the axis (a bezel, a band).
        Open: it is closed by going to the axis at both ends.
    """
    line = np.asarray(profile, np.float64)
    if not closed:
        line = np.concatenate([[[0.0, line[0, 1]]], line, [[0.0, line[-1, 1]]]])
    around = np.arange(sides) * (2.0 * np.pi / sides)
    points = np.stack(
        [
            line[:, None, 0] * np.cos(around),
            line[:, None, 0] * np.sin(around),
            np.broadcast_to(line[:, None, 1], (len(line), sides)),
        ],
        axis=2,
    )
    return grid(points, round_u=True, round_v=closed).outward()


def disk(diameter: float, height: float, bevel: float = 0.0, sides: int = 24) -> Mesh:
    """A pin, button or barrel: a cylinder about Z from 0 to `height` whose edges are rounded by `bevel`."""
    radius = diameter / 2.0
    if bevel <= 0.0:
        return lathe([[radius, 0.0], [radius, height]], sides)
    arc = np.array([0.0, np.pi / 2.0])
    low = np.stack([radius - bevel + bevel * np.sin(arc), bevel - bevel * np.cos(arc)], axis=1)
    high = np.stack([low[::-1, 0], height - low[::-1, 1]], axis=1)
    return lathe(np.concatenate([low, high]), sides)


def ball(diameter: float, steps: int = 5) -> Mesh:
    """A sphere from an octahedron: 8·steps² triangles, as even as a pearl needs (u, v by longitude and latitude)."""
    i, j = np.meshgrid(np.arange(steps + 1), np.arange(steps + 1), indexing="ij")
    inside = i + j <= steps
    number = np.full(i.shape, -1)
    number[inside] = np.arange(inside.sum())
    corner = np.stack([steps - i - j, i, j], axis=2)[inside] / steps
    # equal angles, not equal chords: the faces come out nearly equal
    corner = np.sin(corner * np.pi / 2.0)
    corner /= np.linalg.norm(corner, axis=1, keepdims=True)
    faces = []
    for a in range(steps):
        for b in range(steps - a):
            faces.append([number[a, b], number[a + 1, b], number[a, b + 1]])
            if a + b < steps - 1:
                faces.append([number[a + 1, b], number[a + 1, b + 1], number[a, b + 1]])
    octant = np.array(faces)
    meshes = []
    for sx in (1, -1):
        for sy in (1, -1):
            for sz in (1, -1):
                points = corner * [sx, sy, sz]
                triangles = octant if sx * sy * sz > 0 else octant[:, ::-1]
                uv = np.stack([np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi) + 0.5, points[:, 2] / 2 + 0.5], 1)
                meshes.append(Mesh(points * diameter / 2.0, triangles, uv))
    return Mesh.merged(meshes)


def ring(outer: float, inner: float, height: float, bevel: float, sides: int = 48) -> Mesh:
    """A flat ring about Z from 0 to `height`, its edges bevelled."""
    a, b = inner / 2.0, outer / 2.0
    profile: Array = np.array(
        [
            [a, bevel], [a + bevel, 0.0], [b - bevel, 0.0], [b, bevel],
            [b, height - bevel], [b - bevel, height], [a + bevel, height], [a, height - bevel],
        ]
    )  # fmt: skip
    return lathe(profile, sides, closed=True)
