"""Seams: thread drawn once and laid along paths as narrow strips."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tools.products.mesh import Array, Mesh, grid
from tools.products.sweep import frames
from tools.products.textures import Pixels, color, linear_rgb


def dashes(ink: str, size: int = 64) -> Pixels:
    """One stitch of twisted thread on clear ground; u across, v along."""
    at = (np.arange(size) + 0.5) / size
    u, v = np.meshgrid(at[: size // 4] * 4.0, at)
    across = (u - 0.5) / 0.5
    end = np.clip((np.abs(v - 0.5) - 0.30) / 0.12, 0.0, 1.0)
    inside = across**2 + end**2
    alpha = np.clip((1.0 - inside) * 6.0, 0.0, 1.0)
    twist = 0.82 + 0.18 * np.sin(2 * np.pi * (5 * v + 0.5 * u))
    shade = np.sqrt(np.clip(1.0 - 0.8 * across**2, 0.0, 1.0)) * twist
    picture = color(np.asarray(linear_rgb(ink)) * shade[..., None])
    picture[..., 3] = np.round(alpha * 255)
    return picture


def stitch_strip(path: Array, up: ArrayLike, width: float, pitch: float) -> Mesh:
    """A strip (N, 3) facing `up` ((3,) or (N, 3)), one stitch every `pitch` millimetres."""
    _, side, _ = frames(path, up=up)
    sheet = np.stack([path - side * width / 2.0, path + side * width / 2.0], axis=1)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    v = along / along[-1] * max(1, round(along[-1] / pitch))
    uv = np.stack(np.broadcast_arrays(np.array([[0.0, 1.0]]), v[:, None]), axis=2)
    mesh = grid(sheet, uv=uv)
    upward = np.broadcast_to(np.asarray(up, np.float64), path.shape)[0]
    corners = mesh.points[mesh.triangles[0]]
    facing = np.cross(corners[1] - corners[0], corners[2] - corners[0])
    return mesh if facing @ upward > 0 else mesh.flipped()
