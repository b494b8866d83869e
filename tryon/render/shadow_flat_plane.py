"""Flat surfaces in the picture: their axes, where a map lies on them, and which pixels it covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.render.shadow_flat import FlatMap
from tryon.types.camera import Camera
from tryon.types.scene import Surface

if TYPE_CHECKING:
    from tryon.render.picture import Box

_NEAREST_M = 0.05
_BORDER_PX = 16  # more than the shader's FADE_PX


def plane_axes(surface: Surface) -> NDArray[np.float64]:
    """(3, 3) rotation plane_from_camera of a flat surface: row 1 is its normal, toward the camera.

    Row 0 runs along the surface's own first edge, so that what stands on a floor keeps its shadow's map while the
    camera moves.
    """
    vertices = np.asarray(surface.vertices_m, np.float64)
    a, b, c = (vertices[np.asarray(surface.triangles)[:, corner]] for corner in range(3))
    areas = np.cross(b - a, c - a)
    largest = int(np.linalg.norm(areas, axis=1).argmax())
    normal = areas[largest]
    normal = normal / max(float(np.linalg.norm(normal)), 1e-12)
    if normal @ vertices.mean(axis=0) > 0.0:
        normal = -normal
    side = b[largest] - a[largest]
    side = side / max(float(np.linalg.norm(side)), 1e-12)
    return np.stack([side, normal, np.cross(side, normal)])


def texture_from_camera(made: FlatMap, camera_from_plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 4) rows that take a homogeneous point of the surface to texture coordinates."""
    plane_from_camera = np.linalg.inv(camera_from_plane)
    rows = plane_from_camera[[0, 2]].copy()
    rows[:, 3] -= made.low_m
    return np.asarray(rows / made.size_m[:, None])


def corners_of(made: FlatMap, camera_from_plane: NDArray[np.float64]) -> NDArray[np.float64]:
    """(4, 3) corners of a map in camera space, in turn."""
    (x0, z0), (x1, z1) = made.low_m, made.low_m + made.size_m
    corners = np.array([[x0, 0, z0, 1], [x1, 0, z0, 1], [x1, 0, z1, 1], [x0, 0, z1, 1]], np.float64)
    return np.asarray((corners @ camera_from_plane.T)[:, :3])


def box_of(corners: NDArray[np.float64], camera: Camera) -> Box | None:
    """Box of the picture that a polygon covers, cut where it passes the camera."""
    kept: list[NDArray[np.float64]] = []
    for here, after in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        near_here, near_after = here[2] > -_NEAREST_M, after[2] > -_NEAREST_M
        if not near_here:
            kept.append(here)
        if near_here != near_after:
            kept.append(here + (after - here) * ((-_NEAREST_M - here[2]) / (after[2] - here[2])))
    if not kept:
        return None
    points = np.clip(camera.project(np.array(kept)), -1e6, 1e6)
    x0, y0 = (max(int(v), 0) for v in np.floor(points.min(axis=0)) - _BORDER_PX)
    x1, y1 = (int(v) for v in np.ceil(points.max(axis=0)) + _BORDER_PX)
    x1, y1 = min(x1, camera.width), min(y1, camera.height)
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def union(boxes: Sequence[Box]) -> Box | None:
    """The box that holds all; None of none."""
    if not boxes:
        return None
    lows, highs = np.array(boxes)[:, :2].min(axis=0), np.array(boxes)[:, 2:].max(axis=0)
    return int(lows[0]), int(lows[1]), int(highs[0]), int(highs[1])
