"""Turned squares of a picture: what every landmark and detection model looks at.

Pixel convention: crop coordinate u and picture coordinate x both count from the centre of the first pixel, and the
square's corner (−side/2, −side/2) lands on crop coordinate 0. That is how MediaPipe's CPU path cuts, so its weights
see the picture they were measured on; a half-pixel shift costs 0.3 px of parity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Square:
    """A turned square in a picture.

    center_x_px, center_y_px: Centre, pixels.
    side_px: Length of a side, pixels.
    angle_rad: Turn of the square's x axis, clockwise as seen (x right, y down).
    """

    center_x_px: float
    center_y_px: float
    side_px: float
    angle_rad: float = 0.0

    def image_from_crop(self, size: int) -> NDArray[np.float64]:
        """(2, 3) affine from crop coordinates, 0 to `size`, to picture pixels."""
        scale = self.side_px / size
        cosine, sine = math.cos(self.angle_rad) * scale, math.sin(self.angle_rad) * scale
        half = size / 2.0
        return np.array(
            (
                (cosine, -sine, self.center_x_px - half * (cosine - sine)),
                (sine, cosine, self.center_y_px - half * (sine + cosine)),
            )
        )

    def scaled(self, factor: float) -> Square:
        """The same centre and turn with another side."""
        return Square(self.center_x_px, self.center_y_px, self.side_px * factor, self.angle_rad)

    def overlap(self, other: Square) -> float:
        """Intersection over union of the two squares' upright counterparts, 0 to 1."""
        reach = (self.side_px + other.side_px) / 2.0
        width = min(reach - abs(self.center_x_px - other.center_x_px), self.side_px, other.side_px)
        height = min(reach - abs(self.center_y_px - other.center_y_px), self.side_px, other.side_px)
        if width <= 0.0 or height <= 0.0:
            return 0.0
        shared = width * height
        return shared / (self.side_px**2 + other.side_px**2 - shared)


def whole(image: NDArray[np.uint8], *, angle_rad: float = 0.0) -> Square:
    """The smallest square around a picture; what sticks out of the picture is padding."""
    height, width = image.shape[:2]
    return Square(width / 2.0, height / 2.0, float(max(width, height)), angle_rad)


def square_between(
    box: tuple[float, float, float, float],
    start: tuple[float, float],
    end: tuple[float, float],
    *,
    scale: float,
    target_rad: float = 0.0,
) -> Square:
    """A square over a box, turned so that the way from `start` to `end` points along `target_rad` in the crop.

    Args:
        box: Left, top, width, height in pixels.
        scale: Side of the square over the longer side of the box.
        target_rad: 0 puts start→end along the crop's x axis; π/2 along −y (upward), as hands and bodies use it.
    """
    left, top, width, height = box
    angle_rad = target_rad + math.atan2(end[1] - start[1], end[0] - start[0])
    angle_rad -= 2.0 * math.pi * math.floor((angle_rad + math.pi) / (2.0 * math.pi))
    return Square(left + width / 2.0, top + height / 2.0, max(width, height) * scale, angle_rad)


def cut(image: NDArray[np.uint8], square: Square, size: int, *, padded: bool = False) -> NDArray[np.uint8]:
    """(size, size, 3) uint8 of the square, bilinear; beyond the border the edge repeats, or it is black if padded."""
    return np.asarray(
        cv2.warpAffine(
            image,
            square.image_from_crop(size),
            (size, size),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT if padded else cv2.BORDER_REPLICATE,
        )
    )


def tensor(crop: NDArray[np.uint8], low: float, high: float) -> NDArray[np.float32]:
    """(1, 3, H, W) float32 with 0–255 stretched to [low, high]; what a model takes."""
    height, width = crop.shape[:2]
    planes = np.empty((1, 3, height, width), np.float32)
    gain = np.float32((high - low) / 255.0)
    for index, plane in enumerate(cv2.split(crop)):
        np.multiply(plane, gain, out=planes[0, index])
    if low:
        planes += np.float32(low)
    return planes


def to_image(points: NDArray[np.float32], square: Square, size: int) -> NDArray[np.float32]:
    """Points in picture pixels from (N, 2) or (N, 3) points in crop pixels; z grows with the square as x and y do."""
    affine = square.image_from_crop(size)
    mapped = np.empty(points.shape, np.float32)
    mapped[:, :2] = points[:, :2] @ affine[:, :2].T + affine[:, 2]
    if points.shape[1] == 3:
        mapped[:, 2] = points[:, 2] * (square.side_px / size)
    return mapped


def to_crop(points: NDArray[np.float32], square: Square, size: int) -> NDArray[np.float32]:
    """The inverse of `to_image`."""
    affine = square.image_from_crop(size)
    mapped = np.empty(points.shape, np.float32)
    mapped[:, :2] = (points[:, :2] - affine[:, 2]) @ np.linalg.inv(affine[:, :2]).T
    if points.shape[1] == 3:
        mapped[:, 2] = points[:, 2] * (size / square.side_px)
    return mapped
