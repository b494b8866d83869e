"""A made room seen by a depth camera: floor, back wall, side wall and boxes, all known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tryon.place.depth_points import rays_of, sensor_sigma_m
from tryon.types import Camera

CAMERA = Camera.of_focal(320, 240, 260.0)


@dataclass(frozen=True)
class MadeRoom:
    """Depth and truth. Heights and places are in the floor's frame: origin below the camera, x right, z away."""

    depth_m: np.ndarray
    up: np.ndarray
    height_m: float
    camera_from_floor: np.ndarray
    hit: np.ndarray  # (h, w) 0 floor, 1 back wall, 2 side wall, 3... boxes

    def pixel_of(self, x_m: float, y_m: float, away_m: float) -> np.ndarray:
        point = self.camera_from_floor @ np.array([x_m, y_m, -away_m, 1.0])
        return CAMERA.project(point[:3])[0]


def made_room(
    *,
    pitch_rad: float = 0.35,
    roll_rad: float = 0.03,
    height_m: float = 1.4,
    back_m: float = 4.0,
    side_m: float = 1.6,
    boxes: tuple[tuple[float, float, float, float, float], ...] = (),
    noise: float = 1.0,
    seed: int = 0,
    camera: Camera = CAMERA,
) -> MadeRoom:
    """A room with a back wall `back_m` away and a wall `side_m` to the left.

    boxes: (x0, x1, z0, z1, height) each standing on the floor, z away from the camera.
    """
    c, s = np.cos(pitch_rad), np.sin(pitch_rad)
    pitch = np.array([[1, 0, 0], [0, c, -s], [0, s, c]])  # looks down
    c, s = np.cos(roll_rad), np.sin(roll_rad)
    roll = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])
    turn = roll @ pitch  # camera from floor
    eye = np.array([0.0, height_m, 0.0])
    rays = rays_of(camera) @ turn  # in the floor's frame
    reach = np.full(rays.shape[:2], np.inf)
    hit = np.full(rays.shape[:2], -1)

    def put(distance: np.ndarray, number: int) -> None:
        nearer = (distance > 1e-6) & (distance < reach)
        reach[nearer], hit[nearer] = distance[nearer], number

    with np.errstate(divide="ignore", invalid="ignore"):
        put(-eye[1] / rays[..., 1], 0)
        put(-back_m / rays[..., 2], 1)
        put(-side_m / rays[..., 0], 2)
        for index, (x0, x1, z0, z1, top) in enumerate(boxes):
            low, high = np.array([x0, 0.0, -z1]), np.array([x1, top, -z0])
            a, b = (low - eye) / rays, (high - eye) / rays
            enter, leave = np.minimum(a, b).max(axis=-1), np.maximum(a, b).min(axis=-1)
            put(np.where(enter < leave, enter, np.inf), 3 + index)
    depth = reach
    if noise:
        # Sensors' errors go together over a few pixels.
        rng = np.random.default_rng(seed)
        depth = depth + noise * sensor_sigma_m(depth) * rng.standard_normal(depth.shape)
    camera_from_floor = np.eye(4)
    camera_from_floor[:3, :3] = turn
    camera_from_floor[:3, 3] = -turn @ eye
    return MadeRoom(depth.astype(np.float32), turn @ np.array([0.0, 1.0, 0.0]), height_m, camera_from_floor, hit)
