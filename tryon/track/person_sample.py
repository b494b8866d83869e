"""An upright rectangle of a picture at a network's size and aspect."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rectangle:
    """An upright rectangle in a picture, in pixels; coordinates as in `crops.Square`."""

    left_px: float
    top_px: float
    width_px: float
    height_px: float

    @staticmethod
    def whole(image: NDArray[np.uint8], aspect: float) -> Rectangle:
        """The smallest rectangle of that width over height around a picture; what sticks out is padding."""
        height, width = image.shape[:2]
        wide = max(float(width), height * aspect)
        high = wide / aspect
        return Rectangle((width - wide) / 2.0, (height - high) / 2.0, wide, high)

    def image_from_crop(self, columns: int, rows: int) -> NDArray[np.float64]:
        """(2, 3) affine from crop pixels to picture pixels."""
        return np.array(
            ((self.width_px / columns, 0.0, self.left_px), (0.0, self.height_px / rows, self.top_px)), np.float64
        )


def fitted(image: NDArray[np.uint8], rectangle: Rectangle, columns: int, rows: int) -> NDArray[np.uint8]:
    """(rows, columns, 3) uint8 of the rectangle, averaged where it shrinks, black beyond the picture."""
    affine = rectangle.image_from_crop(columns, rows)
    shrink = max(1, int(min(affine[0, 0], affine[1, 1])))
    if shrink > 1:
        height, width = image.shape[:2]
        small_width, small_height = max(1, width // shrink), max(1, height // shrink)
        image = np.asarray(cv2.resize(image, (small_width, small_height), interpolation=cv2.INTER_AREA), np.uint8)
        scale_x, scale_y = small_width / width, small_height / height
        affine = np.array(
            (
                (affine[0, 0] * scale_x, 0.0, (affine[0, 2] + 0.5) * scale_x - 0.5),
                (0.0, affine[1, 1] * scale_y, (affine[1, 2] + 0.5) * scale_y - 0.5),
            )
        )
    return np.asarray(cv2.warpAffine(image, affine, (columns, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP))
