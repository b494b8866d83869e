"""How much of the sky a point of a product sees past the product itself: soft shading baked into vertex colors."""

from __future__ import annotations

import numpy as np

from tools.products.mesh import Array, Mesh

_DIRECTIONS = 96
# Samples of the surface for each cell of a depth map: fewer leave holes that light leaks through.
_PER_CELL = 3.0
# Share of light that a floor gives back, and how far above it a product no longer stands in its own shade.
_FLOOR, _CLEAR_MM = 0.6, 250.0
# Light that bounces between surfaces fills hollows: an infinite series for a reflectance of 0.4.
_REFLECTANCE = 0.4


class Occluder:
    """Depth maps of a product along directions spread over the sphere.

    Source: Malmer et al. 2007, ambient occlusion from depth maps along many directions; cosine weighted.
    """

    def __init__(self, mesh: Mesh, *, on_floor: bool) -> None:
        low, high = mesh.points.min(axis=0), mesh.points.max(axis=0)
        self._cell = max(float((high - low).max()) / 200.0, 2.0)
        self._low = low - 4.0 * self._cell
        self._on_floor = on_floor
        self._samples = _spread(mesh, self._cell)
        self._reach = int(np.ceil(np.linalg.norm(high - self._low) / self._cell)) + 8

    def open_share(self, points: Array, normals: Array) -> Array:
        """(N,) 0 to 1, how much light from all round reaches points (N, 3) with normals (N, 3)."""
        start = points + normals * self._cell * 1.2
        seen, most = np.zeros(len(points)), np.zeros(len(points))
        for direction in _sphere(_DIRECTIONS):
            facing = np.maximum(normals @ direction, 0.0)
            side, up = _square(direction)
            columns, depth = self._column(self._samples, side, up), self._samples @ direction
            nearest = np.full(self._reach * self._reach * 4, -np.inf)
            np.maximum.at(nearest, columns, depth)
            free = start @ direction >= nearest[self._column(start, side, up)] - 0.8 * self._cell
            light = np.ones(len(points))
            if self._on_floor and direction[1] < 0.0:
                light *= _FLOOR * np.clip(points[:, 1] / _CLEAR_MM, 0.25, 1.0)
            seen += facing * free * light
            most += facing
        share = seen / np.maximum(most, 1e-9)
        return np.asarray(share / (1.0 - _REFLECTANCE * (1.0 - share)))

    def _column(self, points: Array, side: Array, up: Array) -> Array:
        u = np.floor((points - self._low) @ side / self._cell).astype(np.int64) + self._reach
        v = np.floor((points - self._low) @ up / self._cell).astype(np.int64) + self._reach
        width = 2 * self._reach
        return np.asarray(np.clip(v, 0, width - 1) * width + np.clip(u, 0, width - 1))


def _spread(mesh: Mesh, cell: float) -> Array:
    """(S, 3) points over the surface, evenly by area."""
    corners = mesh.points[mesh.triangles]
    edges = corners[:, 1:] - corners[:, :1]
    area = np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1) / 2.0
    counts = np.ceil(area * _PER_CELL / cell**2).astype(np.int64)
    owner = np.repeat(np.arange(len(area)), counts)
    # the R2 sequence fills each triangle evenly (Roberts 2018)
    number = np.arange(len(owner))
    a, b = np.mod(number * 0.7548776662466927, 1.0), np.mod(number * 0.5698402909980532, 1.0)
    over = a + b > 1.0
    a, b = np.where(over, 1.0 - a, a), np.where(over, 1.0 - b, b)
    return np.asarray(corners[owner, 0] + a[:, None] * edges[owner, 0] + b[:, None] * edges[owner, 1])


def _sphere(count: int) -> Array:
    """(count, 3) unit directions on a Fibonacci spiral."""
    i = np.arange(count) + 0.5
    y = 1.0 - 2.0 * i / count
    angle = i * np.pi * (3.0 - np.sqrt(5.0))
    flat = np.sqrt(1.0 - y * y)
    return np.stack([flat * np.cos(angle), y, flat * np.sin(angle)], axis=1)


def _square(direction: Array) -> tuple[Array, Array]:
    """Two unit vectors at right angles to a direction and each other."""
    side = np.cross(direction, np.eye(3)[np.argmin(np.abs(direction))])
    side /= np.linalg.norm(side)
    return side, np.cross(direction, side)
