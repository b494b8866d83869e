"""Skin probabilities along short lines beside an ear, read in one go."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def read_skin(
    probability: NDArray[np.uint8],
    planes: NDArray[np.int64],
    mask_from_image: NDArray[np.float64],
    points_px: NDArray[np.float64],
    skin: NDArray[np.float64],
) -> bool:
    """Fill skin (n,) with the summed probability of some planes at (n, 2) picture points, bilinear, 0 to 1.

    False, and nothing filled, where the mask does not reach one of them.
    """
    rows, columns = probability.shape[1], probability.shape[2]
    for index in range(len(points_px)):
        x, y = points_px[index, 0], points_px[index, 1]
        u = mask_from_image[0, 0] * x + mask_from_image[0, 1] * y + mask_from_image[0, 2]
        v = mask_from_image[1, 0] * x + mask_from_image[1, 1] * y + mask_from_image[1, 2]
        if not (0.0 <= u <= columns - 1.001 and 0.0 <= v <= rows - 1.001):
            return False
        column, row = int(u), int(v)
        right, down = u - column, v - row
        upper = lower = 0.0
        for plane in planes:
            upper += probability[plane, row, column] * (1.0 - right) + probability[plane, row, column + 1] * right
            lower += (
                probability[plane, row + 1, column] * (1.0 - right) + probability[plane, row + 1, column + 1] * right
            )
        skin[index] = (upper * (1.0 - down) + lower * down) / 255.0
    return True
