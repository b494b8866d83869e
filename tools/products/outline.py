"""Lens outlines in the boxing system (ISO 8624): rings about a lens's box centre, millimetres, nasal side at −x."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tools.products.curve import evenly, spline
from tools.products.mesh import Array

COUNT = 76

# Drawn by us in half boxes: x from −1 (nasal) to 1 (temporal), y from −1 (bottom) to 1 (top), counterclockwise.
SHAPES: dict[str, list[tuple[float, float]]] = {
    "aviator": [
        (1.0, 0.3), (0.92, 0.74), (0.45, 0.98), (-0.2, 1.0), (-0.72, 0.88), (-0.97, 0.5), (-0.88, -0.02),
        (-0.55, -0.66), (-0.05, -0.98), (0.45, -0.92), (0.86, -0.36),
    ],
    "square": [
        (0.98, 0.4), (0.99, 0.76), (0.82, 0.97), (0.2, 1.0), (-0.5, 0.94), (-0.9, 0.74), (-1.0, 0.36), (-0.93, -0.2),
        (-0.7, -0.78), (-0.22, -1.0), (0.36, -0.96), (0.74, -0.58), (0.91, -0.08),
    ],
    "panto": [
        (1.0, 0.1), (0.95, 0.46), (0.7, 0.84), (0.2, 1.0), (-0.35, 0.97), (-0.8, 0.72), (-1.0, 0.2), (-0.88, -0.42),
        (-0.48, -0.88), (0.06, -1.0), (0.6, -0.8), (0.93, -0.32),
    ],
    "cat": [
        (0.97, 0.5), (1.0, 0.82), (0.86, 1.0), (0.3, 0.9), (-0.4, 0.74), (-0.88, 0.52), (-1.0, 0.1), (-0.9, -0.42),
        (-0.5, -0.9), (0.05, -1.0), (0.55, -0.7), (0.85, -0.05),
    ],
    "soft": [
        (1.0, 0.34), (0.95, 0.76), (0.62, 0.97), (-0.05, 1.0), (-0.66, 0.91), (-0.96, 0.54), (-0.98, 0.02),
        (-0.8, -0.6), (-0.36, -0.94), (0.2, -1.0), (0.7, -0.74), (0.95, -0.18),
    ],
    "slim": [
        (1.0, 0.05), (0.96, 0.68), (0.75, 0.94), (0.0, 1.0), (-0.7, 0.92), (-0.96, 0.6), (-1.0, -0.05), (-0.9, -0.66),
        (-0.6, -0.95), (0.05, -1.0), (0.65, -0.94), (0.92, -0.64),
    ],
}  # fmt: skip


def shaped(name: str, width: float, height: float, count: int = COUNT) -> Array:
    """(count, 2) one of `SHAPES` whose box is exactly width × height."""
    return boxed(spline(SHAPES[name], count, closed=True), width, height)


def superellipse(width: float, height: float, power: float, count: int = COUNT) -> Array:
    """(count, 2) Lamé curve: 2 is an ellipse, more is squarer."""
    t = np.arange(4 * count) * (2.0 * np.pi / (4 * count))
    ring = np.stack([_signed(np.cos(t), 2.0 / power), _signed(np.sin(t), 2.0 / power)], axis=1)
    return boxed(evenly(ring * [width / 2.0, height / 2.0], count, closed=True), width, height)


def boxed(ring: Array, width: float, height: float) -> Array:
    """The ring scaled and shifted into its box, centred."""
    low, high = ring.min(axis=0), ring.max(axis=0)
    return (ring - (low + high) / 2.0) * (np.array([width, height]) / (high - low))


def grown(ring: Array, by: ArrayLike) -> Array:
    """The ring moved outward along its normals by millimetres, one or (N,)."""
    along = np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0)
    outward = np.stack([along[:, 1], -along[:, 0]], axis=1)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    return ring + outward * np.broadcast_to(np.asarray(by, np.float64), (len(ring),))[:, None]


def distance(points: Array, line: Array, *, closed: bool = False) -> Array:
    """(N,) distance of (N, D) points to a polyline."""
    start = line if closed else line[:-1]
    step = (np.roll(line, -1, axis=0) if closed else line[1:]) - start
    to = points[:, None] - start[None]
    share = np.clip((to * step).sum(-1) / np.maximum((step * step).sum(-1), 1e-30), 0.0, 1.0)
    return np.asarray(np.linalg.norm(to - share[..., None] * step, axis=-1).min(axis=1))


def inside(points: Array, ring: Array) -> NDArray[np.bool_]:
    """(N,) bool, whether points lie within a ring (even-odd)."""
    a, b = ring[None], np.roll(ring, -1, axis=0)[None]
    x, y = points[:, None, 0], points[:, None, 1]
    spans = (a[..., 1] > y) != (b[..., 1] > y)
    rise = np.where(np.abs(b[..., 1] - a[..., 1]) < 1e-12, 1e-12, b[..., 1] - a[..., 1])
    crosses = spans & (x < a[..., 0] + (y - a[..., 1]) * (b[..., 0] - a[..., 0]) / rise)
    return np.asarray(crosses.sum(axis=1) % 2 == 1)


def radius_at(ring: Array, angles: Array) -> Array:
    """Distance from the origin to a ring that every ray meets once, at angles in radians."""
    angle = np.unwrap(np.arctan2(ring[:, 1], ring[:, 0]))
    radius = np.linalg.norm(ring, axis=1)
    order = np.argsort(np.mod(angle, 2 * np.pi))
    known = np.mod(angle, 2 * np.pi)[order]
    # 1/r is linear enough along a chord for rings this fine
    return np.asarray(1.0 / np.interp(np.mod(angles, 2 * np.pi), known, 1.0 / radius[order], period=2 * np.pi))


def _signed(value: Array, power: float) -> Array:
    return np.asarray(np.sign(value) * np.abs(value) ** power)
