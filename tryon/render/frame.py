"""What the shaders share in one drawing: how camera space reaches the box, the light, the exposure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.render.picture import Box
from tryon.types.camera import Camera
from tryon.types.model import PunctualLight
from tryon.types.scene import Light

_NEAREST_M = 1e-3
MOST_LIGHTS = 8


@dataclass(frozen=True, slots=True)
class View:
    """A box of a camera's picture, and the distances between which things are drawn."""

    camera: Camera
    box: Box
    near_m: float
    far_m: float

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the box in pixels."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]

    def clip_from_camera(self) -> NDArray[np.float64]:
        """(4, 4) projection of the box; row 0 of the picture comes first in memory, so nothing is flipped later."""
        x0, y0, _, _ = self.box
        width, height = self.size
        near, far = self.near_m, self.far_m
        clip = np.zeros((4, 4))
        clip[0, 0] = 2.0 * self.camera.focal_x_px / width
        clip[0, 2] = 1.0 - 2.0 * (self.camera.center_x_px + 0.5 - x0) / width
        clip[1, 1] = -2.0 * self.camera.focal_y_px / height
        clip[1, 2] = 1.0 - 2.0 * (self.camera.center_y_px + 0.5 - y0) / height
        clip[2, 2] = -(far + near) / (far - near)
        clip[2, 3] = -2.0 * far * near / (far - near)
        clip[3, 2] = -1.0
        return clip

    def slopes(self) -> tuple[float, float, float, float]:
        """x/−z of the box's left and right edge, y/−z of its top and bottom edge."""
        camera = self.camera
        x0, y0, x1, y1 = self.box
        return (
            (x0 - 0.5 - camera.center_x_px) / camera.focal_x_px,
            (x1 - 0.5 - camera.center_x_px) / camera.focal_x_px,
            (camera.center_y_px - y0 + 0.5) / camera.focal_y_px,
            (camera.center_y_px - y1 + 0.5) / camera.focal_y_px,
        )


def view_of(camera: Camera, box: Box | None, corners_m: Iterable[NDArray[np.float64]]) -> View:
    """The view whose depth range just holds all corners (each (N, 3) in camera space).

    Raises:
        ParameterError: The box is empty or not inside the camera's picture.
    """
    box = (0, 0, camera.width, camera.height) if box is None else box
    if not (0 <= box[0] < box[2] <= camera.width and 0 <= box[1] < box[3] <= camera.height):
        raise ParameterError(f"box: expected x0 < x1 and y0 < y1 inside {camera.width}×{camera.height}, got {box}.")
    away = np.concatenate([np.zeros(0), *(-corners[:, 2] for corners in corners_m)])
    away = away[away > 0.0]
    if not away.size:
        return View(camera, box, _NEAREST_M, 1.0)
    far_m = max(float(away.max()) * 1.001, 2.0 * _NEAREST_M)
    return View(camera, box, max(float(away.min()) * 0.999, _NEAREST_M, far_m * 1e-5), far_m)


def frame_block(
    view: View,
    light: Light,
    *,
    last_level: int,
    exposure: float,
    behind_levels: int,
    background: tuple[float, float, float, float],
) -> bytes:
    """The std140 block of `shaders/frame.glsl`."""
    block = np.zeros((14, 4), np.float32)
    block[0:4] = view.clip_from_camera().T
    block[4:7, :3] = np.asarray(light.camera_from_environment, np.float64).T
    block[7] = (*light.rgb, last_level)
    if light.sun_direction is not None:
        block[8] = (*light.sun_direction, light.sun_softness_rad)
        block[9, :3] = light.sun_rgb
    block[10] = (*view.box[:2], *view.size)
    block[11] = (exposure, view.camera.width, behind_levels, 0.0)
    block[12] = background
    return block[:13].tobytes()


def lights_block(lights: list[tuple[PunctualLight, NDArray[np.float64]]]) -> bytes:
    """The std140 block of `shaders/lights.glsl` for lights of glTF files and the placing of each in camera space."""
    count = len(lights)
    block = np.zeros((4, count, 4), np.float32)
    kinds = {"directional": 0.0, "point": 1.0, "spot": 2.0}
    for index, (light, camera_from_model) in enumerate(lights):
        direction = camera_from_model[:3, :3] @ np.asarray(light.direction, np.float64)
        block[0, index, :3] = camera_from_model[:3, :3] @ np.asarray(light.position_m) + camera_from_model[:3, 3]
        block[0, index, 3] = light.range_m if np.isfinite(light.range_m) else 0.0
        block[1, index] = (*(direction / max(float(np.linalg.norm(direction)), 1e-12)), kinds[light.kind])
        block[2, index] = (*(light.intensity * np.asarray(light.color)), np.cos(light.outer_cone_rad))
        block[3, index, 0] = max(np.cos(light.inner_cone_rad), np.cos(light.outer_cone_rad) + 1e-4)
    return block.tobytes()
