"""Pictures of a printed page on a floor, from a camera whose every number is known.

The page is drawn by `tryon.place.marker_print`; how it comes to look in the picture is this file's own: a homography in
linear light, sampled several times a pixel, blur, noise, eight bits.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.marker_print import Page, dots_of
from tryon.types import Camera, Frame, Plane

_DOT_M = 0.0254 / 300
_FLOOR = (0.32, 0.24, 0.17)  # linear RGB of a wooden floor


class PagePicture:
    """A page lying on the floor, ready to be photographed from anywhere."""

    def __init__(self, page: Page, over: int = 3) -> None:
        self._over = over  # samples a pixel each way
        dots = dots_of(page)
        # Coverage by ink is linear: half a dot black sends half the light.
        self._light = np.ascontiguousarray(0.03 + 0.85 * dots.astype(np.float32) / 255.0)

    def clean(self, plane: Plane, *, at_m: tuple[float, float], yaw_rad: float, blur_px: float) -> NDArray[np.float32]:
        """(H, W, 3) linear light: the page with its middle at a point of the plane (along its tangents), turned."""
        camera, (height, width) = plane.camera, self._light.shape
        right, away = plane.tangents
        to_camera = np.column_stack([right, away, -plane.distance_m * plane.normal])
        cosine, sine = math.cos(yaw_rad), math.sin(yaw_rad)
        placed = np.array([[cosine, -sine, at_m[0]], [sine, cosine, at_m[1]], [0.0, 0.0, 1.0]])
        dots = np.array(
            [[_DOT_M, 0.0, -_DOT_M * (width - 1) / 2], [0.0, -_DOT_M, _DOT_M * (height - 1) / 2], [0.0, 0.0, 1.0]]
        )
        lens = np.array(
            [
                [camera.focal_x_px, 0.0, -camera.center_x_px],
                [0.0, -camera.focal_y_px, -camera.center_y_px],
                [0.0, 0.0, -1.0],
            ]
        )
        over = np.array(
            [[self._over, 0.0, (self._over - 1) / 2], [0.0, self._over, (self._over - 1) / 2], [0.0, 0.0, 1.0]]
        )
        picture_from_page = lens @ to_camera @ placed @ dots
        size = (camera.width * self._over, camera.height * self._over)
        shrink = self._shrink(picture_from_page)
        light = cv2.GaussianBlur(self._light, (0, 0), shrink / 3.0) if shrink > 1.5 else self._light
        sampled = cv2.warpPerspective(light, over @ picture_from_page, size, flags=cv2.INTER_LINEAR, borderValue=-1.0)
        paper = cv2.resize((sampled >= 0.0).astype(np.float32), (camera.width, camera.height), interpolation=3)
        ink = cv2.resize(np.maximum(sampled, 0.0), (camera.width, camera.height), interpolation=cv2.INTER_AREA)
        picture = ink[..., None] + (1.0 - paper[..., None]) * np.array(_FLOOR, np.float32)
        return cv2.GaussianBlur(picture, (0, 0), blur_px) if blur_px > 0.0 else picture

    def _shrink(self, picture_from_page: NDArray[np.float64]) -> float:
        """Dots of the page per sample of the picture, at its middle."""
        height, width = self._light.shape
        middle = np.array([width / 2, height / 2, 1.0])
        here, there = picture_from_page @ middle, picture_from_page @ (middle + np.array([1.0, 1.0, 0.0]))
        apart = np.linalg.norm(here[:2] / here[2] - there[:2] / there[2]) / math.sqrt(2.0)
        return float(1.0 / max(apart * self._over, 1e-6))


def developed(light: NDArray[np.float32], noise: float, rng: np.random.Generator) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 sRGB with noise of that many of its steps."""
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)
    noisy = 255.0 * encoded + noise * rng.standard_normal(light.shape, dtype=np.float32)
    return np.clip(np.round(noisy), 0, 255).astype(np.uint8)


def floor_below(camera: Camera, height_m: float, pitch_deg: float, roll_deg: float = 0.0) -> Plane:
    """A level floor below a camera that looks down by the pitch."""
    pitch, roll = math.radians(pitch_deg), math.radians(roll_deg)
    normal = np.array([math.sin(roll) * math.cos(pitch), math.cos(roll) * math.cos(pitch), math.sin(pitch)])
    return Plane(camera, normal / np.linalg.norm(normal), height_m, np.eye(4), "truth")


def frame_of(pixels: NDArray[np.uint8], index: int, fps: float = 30.0) -> Frame:
    """One frame of a video."""
    return Frame(pixels, time_s=index / fps, index=index)
