"""From a mesh's outputs to points in the picture, compiled."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def overwrite(points: NDArray[np.float32], rows: NDArray[np.int64], refined: NDArray[np.float32]) -> None:
    """Put the (n, 2) refined positions into those rows; depths stay."""
    for n in range(len(rows)):
        points[rows[n], 0] = refined[n, 0]
        points[rows[n], 1] = refined[n, 1]


@njit(cache=True, nogil=True)
def set_depth(points: NDArray[np.float32], rows: NDArray[np.int64], source: NDArray[np.int64]) -> None:
    """Give those rows the mean depth of the source rows."""
    total = np.float32(0.0)
    for n in range(len(source)):
        total += points[source[n], 2]
    for n in range(len(rows)):
        points[rows[n], 2] = total / np.float32(len(source))


@njit(cache=True, nogil=True)
def place(points: NDArray[np.float32], image_from_crop: NDArray[np.float64], depth_scale: float) -> None:
    """Carry (n, 3) crop points into the picture, in place."""
    for n in range(len(points)):
        x, y = points[n, 0], points[n, 1]
        points[n, 0] = image_from_crop[0, 0] * x + image_from_crop[0, 1] * y + image_from_crop[0, 2]
        points[n, 1] = image_from_crop[1, 0] * x + image_from_crop[1, 1] * y + image_from_crop[1, 2]
        points[n, 2] *= depth_scale


@njit(cache=True, nogil=True)
def extent(
    points: NDArray[np.float32], start: int, end: int
) -> tuple[float, float, float, float, float, float, float, float]:
    """Least x, least y, greatest x, greatest y of all points; x and y of point `start`, then of point `end`."""
    left = right = points[0, 0]
    top = bottom = points[0, 1]
    for n in range(1, len(points)):
        x, y = points[n, 0], points[n, 1]
        left, right = min(left, x), max(right, x)
        top, bottom = min(top, y), max(bottom, y)
    return left, top, right, bottom, points[start, 0], points[start, 1], points[end, 0], points[end, 1]


@njit(cache=True, nogil=True)
def outline(points: NDArray[np.float32], rows: NDArray[np.int64], right: float, bottom: float) -> tuple[float, float]:
    """Of those rows: the share that lies outside 0…right, 0…bottom, and the longer side of the box around them."""
    outside = 0
    low_x = high_x = points[rows[0], 0]
    low_y = high_y = points[rows[0], 1]
    for n in range(len(rows)):
        x, y = points[rows[n], 0], points[rows[n], 1]
        if x < 0.0 or y < 0.0 or x > right or y > bottom:
            outside += 1
        low_x, high_x = min(low_x, x), max(high_x, x)
        low_y, high_y = min(low_y, y), max(high_y, y)
    return outside / len(rows), max(high_x - low_x, high_y - low_y)
