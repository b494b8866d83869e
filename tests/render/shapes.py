"""Models made by hand for the renderer's tests, and the maps they stand under."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from tryon.types.model import Material, Model, Primitive, PunctualLight, Texture
from tryon.types.scene import Item


def quad(half_x_m: float = 0.1, half_y_m: float = 0.1) -> Primitive:
    """A rectangle about the origin that faces +Z; u runs right, v runs down."""
    corners = np.array(
        [[-half_x_m, -half_y_m, 0], [half_x_m, -half_y_m, 0], [half_x_m, half_y_m, 0], [-half_x_m, half_y_m, 0]]
    )
    return Primitive(
        corners.astype(np.float32),
        np.tile(np.float32([0, 0, 1]), (4, 1)),
        np.array([[0, 1, 2], [0, 2, 3]], np.uint32),
        0,
        uv=(np.float32([[0, 1], [1, 1], [1, 0], [0, 0]]),),
    )


def ball(radius_m: float = 0.1, rings: int = 48) -> Primitive:
    """A sphere about the origin."""
    polar, azimuth = np.meshgrid(
        np.linspace(0, np.pi, rings + 1), np.linspace(0, 2 * np.pi, 2 * rings + 1), indexing="ij"
    )
    normals = np.stack([np.sin(polar) * np.sin(azimuth), np.cos(polar), np.sin(polar) * np.cos(azimuth)], -1)
    row, column = np.meshgrid(np.arange(rings), np.arange(2 * rings), indexing="ij")
    first = (row * (2 * rings + 1) + column).ravel()
    below = first + 2 * rings + 1
    triangles = np.concatenate([np.stack([first, below, first + 1], 1), np.stack([first + 1, below, below + 1], 1)])
    flat = normals.reshape(-1, 3).astype(np.float32)
    uv = np.stack([azimuth / (2 * np.pi), polar / np.pi], -1).reshape(-1, 2).astype(np.float32)
    return Primitive(flat * np.float32(radius_m), flat, triangles.astype(np.uint32), 0, uv=(uv,))


def model(
    primitive: Primitive,
    material: Material,
    *,
    textures: Sequence[Texture] = (),
    lights: Sequence[PunctualLight] = (),
) -> Model:
    """A model of one primitive."""
    return Model("shape", (primitive,), (material,), tuple(textures), tuple(lights))


def placed(item: Model, x_m: float = 0.0, y_m: float = 0.0, z_m: float = -1.0, turn: np.ndarray | None = None) -> Item:
    """The model at a point of camera space."""
    camera_from_model = np.eye(4)
    if turn is not None:
        camera_from_model[:3, :3] = turn
    camera_from_model[:3, 3] = (x_m, y_m, z_m)
    return Item(item, camera_from_model)


def about_y(angle_rad: float) -> np.ndarray:
    """(3, 3) turn about +Y."""
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def write_map(path: Path, radiance: np.ndarray) -> str:
    """Path of a Radiance panorama with (H, 2H, 3) linear RGB."""
    assert cv2.imwrite(str(path), np.ascontiguousarray(radiance[..., ::-1], np.float32))
    return str(path)
