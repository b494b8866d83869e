"""Which squares of a picture the parts model looks at, and their pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square, cut, whole
from tryon.types import Face

_MESH_POINTS = 468
_CHIN, _FOREHEAD_TOP = 152, 10
# In face sizes (the longer side of the mesh's bounding box), measured on the portraits of parsing and faces: hair
# stands up to 0.6 above the mesh and hangs to 2.2 below its middle; a crop half as wide again loses 0.02 IoU of hair.
_HEAD_SIDE, _HEAD_DROP = 3.2, 0.5
_FACE_SIDE, _FACE_DROP = 1.9, -0.1


@dataclass(frozen=True, slots=True)
class Head:
    """Where a face is and how it stands.

    size_px: Longer side of the upright box around the mesh.
    quarter_turns: Turn of the head from upright, clockwise as seen, in steps of 90°.
    """

    center_x_px: float
    center_y_px: float
    size_px: float
    quarter_turns: int

    @staticmethod
    def of(face: Face) -> Head:
        """The head that carries this face."""
        points = face.landmarks.points_px[:_MESH_POINTS, :2].astype(np.float64)
        low, high = points.min(axis=0), points.max(axis=0)
        center = (low + high) / 2.0
        up = points[_FOREHEAD_TOP] - points[_CHIN]
        turn = math.atan2(up[0], -up[1])
        return Head(float(center[0]), float(center[1]), float((high - low).max()), round(turn / (math.pi / 2.0)) % 4)

    def square(self, side: float, drop: float) -> Square:
        """A square `side` face sizes wide, its centre `drop` face sizes below the face's, upright with the head."""
        angle_rad = self.quarter_turns * math.pi / 2.0
        below = drop * self.size_px
        return Square(
            self.center_x_px - math.sin(angle_rad) * below,
            self.center_y_px + math.cos(angle_rad) * below,
            side * self.size_px,
            angle_rad,
        )


def largest(heads: Sequence[Head]) -> Head:
    """The head nearest the camera."""
    return max(heads, key=lambda head: head.size_px)


def heads_square(image: NDArray[np.uint8], heads: Sequence[Head], *, reach: float = 1.0) -> Square:
    """The square with every head, hair and shoulders in it, kept inside the picture; all of it without heads.

    Args:
        reach: Scale of the square, above 1 where hair hangs far.
    """
    if not heads:
        return whole(image)
    angle_rad = largest(heads).quarter_turns * math.pi / 2.0
    # Hair hangs: the top edge stays where it is while the reach grows downward and to both sides.
    drop = _HEAD_DROP + (reach - 1.0) * _HEAD_SIDE / 2.0
    squares = [head.square(_HEAD_SIDE * reach, drop) for head in heads]
    left = min(square.center_x_px - square.side_px / 2.0 for square in squares)
    right = max(square.center_x_px + square.side_px / 2.0 for square in squares)
    top = min(square.center_y_px - square.side_px / 2.0 for square in squares)
    bottom = max(square.center_y_px + square.side_px / 2.0 for square in squares)
    height, width = image.shape[:2]
    left, right = max(left, 0.0), min(right, float(width))
    top, bottom = max(top, 0.0), min(bottom, float(height))
    if right - left < 1.0 or bottom - top < 1.0:  # the face is out of the picture
        return whole(image)
    square = Square((left + right) / 2.0, (top + bottom) / 2.0, max(right - left, bottom - top), angle_rad)
    return inside(image, square)


def face_square(image: NDArray[np.uint8], head: Head) -> Square:
    """The square with one face and its hairline, kept inside the picture."""
    return inside(image, head.square(_FACE_SIDE, _FACE_DROP))


def inside(image: NDArray[np.uint8], square: Square) -> Square:
    """The square moved and, where it is larger than the picture, shrunk, so that little of it is padding."""
    height, width = image.shape[:2]
    side = min(square.side_px, float(max(height, width)))
    x = _between(square.center_x_px, side, width)
    y = _between(square.center_y_px, side, height)
    return Square(x, y, side, square.angle_rad)


def pixels_of(image: NDArray[np.uint8], square: Square, size: int) -> NDArray[np.uint8]:
    """(size, size, 3) uint8 of the square, averaged where it shrinks, black beyond the picture.

    Coordinates are those of `crops.cut`.
    """
    shrink = int(square.side_px / size)
    if shrink < 2:
        return cut(image, square, size, padded=True)
    reach = square.side_px * (0.5 if square.angle_rad == 0.0 else math.sqrt(0.5))
    height, width = image.shape[:2]
    left, top = max(0, math.floor(square.center_x_px - reach)), max(0, math.floor(square.center_y_px - reach))
    right, bottom = (
        min(width, math.ceil(square.center_x_px + reach)),
        min(height, math.ceil(square.center_y_px + reach)),
    )
    part = image[top:bottom, left:right]
    columns, rows = max(1, (right - left) // shrink), max(1, (bottom - top) // shrink)
    if part.size == 0:
        return np.zeros((size, size, 3), np.uint8)
    small = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA)
    # The outer half of a border pixel is picture too, not half black.
    small = cv2.copyMakeBorder(small, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    small_from_image = np.array(
        (
            (columns / (right - left), 0.0, (0.5 - left) * columns / (right - left) + 0.5),
            (0.0, rows / (bottom - top), (0.5 - top) * rows / (bottom - top) + 0.5),
            (0.0, 0.0, 1.0),
        )
    )
    small_from_crop = (small_from_image @ np.vstack((square.image_from_crop(size), (0.0, 0.0, 1.0))))[:2]
    return np.asarray(
        cv2.warpAffine(small, small_from_crop, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    )


def _between(center: float, side: float, length: int) -> float:
    if side >= length:
        return length / 2.0
    return min(max(center, side / 2.0), length - side / 2.0)
