"""A room's picture made here: a floor with a grain, a wall, and a sheet of A4 whose place is known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from tryon.types import Camera, Plane

A4_M = (0.297, 0.210)
HEIGHT_M, PITCH_RAD = 1.45, np.deg2rad(24.0)


@dataclass(frozen=True)
class RoomPicture:
    """jpeg: The picture. plane: Its true floor. corners: Of the sheet, as shares of the picture."""

    pixels: np.ndarray
    jpeg: bytes
    plane: Plane
    corners: list[list[float]]

    def share_of(self, x_m: float, z_m: float) -> list[float]:
        """Where a point of the floor is in the picture; x to the right, z toward the camera."""
        point = self.plane.camera_from_plane @ np.array([x_m, 0.0, z_m, 1.0])
        pixel = self.plane.camera.project(point[:3])[0]
        height, width = self.pixels.shape[:2]
        return [float((pixel[0] + 0.5) / width), float((pixel[1] + 0.5) / height)]


def room_picture(width=1600, height=1200, *, sheet=True, middle_m=(0.1, -1.7), turn_rad=0.35) -> RoomPicture:
    """A picture of a room with or without a sheet on the floor."""
    camera = Camera.of_focal(width, height, 26.5 / 43.267 * float(np.hypot(width, height)))  # a phone's
    normal = np.array([0.0, np.cos(PITCH_RAD), np.sin(PITCH_RAD)])
    plane = Plane(camera, normal, HEIGHT_M, 1e-8 * np.eye(4), "truth")
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    points = plane.points_at(np.stack([x.ravel(), y.ravel()], axis=1))
    at = (points @ np.linalg.inv(plane.camera_from_plane)[:3, :3].T).reshape(height, width, 3)[..., [0, 2]]
    with np.errstate(invalid="ignore"):
        boards = np.sin(at[..., 0] * 40.0) * 6.0 + np.sin(np.floor(at[..., 0] / 0.14) * 12.7) * 9.0
        wall = ~np.isfinite(at[..., 1]) | (at[..., 1] < -4.2)
    noise = np.random.default_rng(5).normal(0.0, 2.0, (height, width))
    floor = np.stack([150 + boards, 120 + boards, 92 + boards], axis=-1)
    pixels = np.where(wall[..., None], np.array([206.0, 203.0, 196.0]), np.nan_to_num(floor))
    corners_m = _corners(middle_m, turn_rad)
    made = np.clip(pixels + noise[..., None], 0, 255).astype(np.uint8)
    picture = RoomPicture(made, b"", plane, [])
    corners = [picture.share_of(*corner) for corner in corners_m]
    if sheet:
        at_px = np.array(corners) * (width, height) - 0.5
        mask = np.zeros((height, width), np.uint8)
        cv2.fillConvexPoly(mask, np.rint(at_px * 16).astype(np.int32), 255, cv2.LINE_AA, shift=4)
        share = mask[..., None] / 255.0
        made = np.clip(made * (1 - share) + (238.0 + noise[..., None]) * share, 0, 255).astype(np.uint8)
    jpeg = cv2.imencode(".jpg", made[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
    return RoomPicture(made, jpeg, plane, corners)


def _corners(middle_m, turn_rad):
    across, along = np.array(A4_M) / 2.0
    cos, sin = np.cos(turn_rad), np.sin(turn_rad)
    for x, z in ((-across, -along), (across, -along), (across, along), (-across, along)):
        yield middle_m[0] + cos * x - sin * z, middle_m[1] + sin * x + cos * z
