"""Turned squares of a picture: what every landmark and detection model looks at.

Pixel convention: crop coordinate u and picture coordinate x both count from the centre of the first pixel, and the
square's corner (−side/2, −side/2) lands on crop coordinate 0. That is how MediaPipe's CPU path cuts, so its weights
see the picture they were measured on; a half-pixel shift costs 0.3 px of parity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_MOST_PX = 32_000


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


def cut(
    image: NDArray[np.uint8], square: Square, size: int, *, padded: bool = False, exact: bool = False
) -> NDArray[np.uint8]:
    """(size, size, 3) uint8 of the square, bilinear.

    Args:
        padded: Beyond the border is black; else the border pixels repeat.
        exact: Round positions to 1/32 px as MediaPipe's own OpenCV does, for 0.1 ms more. Against its face mesh the
            points then differ by 0.003 px in the median, else by 0.06 px (benchmarks/face_parity.py).
    """
    border = cv2.BORDER_CONSTANT if padded else cv2.BORDER_REPLICATE
    image, square = _near(image, square)
    affine = square.image_from_crop(size)
    if not exact:
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(image, affine, (size, size), flags=flags, borderMode=border))
    axis = np.arange(size)
    x = affine[0, 0] * axis + (affine[0, 1] * axis + affine[0, 2])[:, None]
    y = affine[1, 0] * axis + (affine[1, 1] * axis + affine[1, 2])[:, None]
    whole_px, fraction = cv2.convertMaps(x.astype(np.float32), y.astype(np.float32), cv2.CV_16SC2)
    return np.asarray(cv2.remap(image, whole_px, fraction, cv2.INTER_LINEAR, borderMode=border))


def _near(image: NDArray[np.uint8], square: Square) -> tuple[NDArray[np.uint8], Square]:
    """A view of a huge picture around the square; OpenCV's warps address 32767 px at most."""
    height, width = image.shape[:2]
    if max(height, width) < _MOST_PX:
        return image, square
    reach = square.side_px * 0.71 + 2.0
    left, top = (max(0, math.floor(at - reach)) for at in (square.center_x_px, square.center_y_px))
    right, bottom = math.ceil(square.center_x_px + reach), math.ceil(square.center_y_px + reach)
    left, top = min(left, width - 1), min(top, height - 1)
    view = image[top : max(bottom, top + 1), left : max(right, left + 1)]
    step = -(-max(view.shape[:2]) // _MOST_PX)
    moved = Square(
        (square.center_x_px - left) / step, (square.center_y_px - top) / step, square.side_px / step, square.angle_rad
    )
    return view[::step, ::step], moved


def tensor(crops: Sequence[NDArray[np.uint8]], low: float, high: float) -> NDArray[np.float32]:
    """(N, H, W, 3) float32 with 0–255 stretched to [low, high]; what a model takes."""
    batch = np.empty((len(crops), *crops[0].shape), np.float32)
    gain = np.float32((high - low) / 255.0)
    for index, crop in enumerate(crops):
        np.multiply(crop, gain, out=batch[index])
    if low:
        batch += np.float32(low)
    return batch


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
