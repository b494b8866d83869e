"""Compiled: write what was drawn back into the picture."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True, fastmath=False)
def write_touched(drawn: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Copy (h, w, 4) drawn codes over (h, w, 3) pixels where the fourth is not 0; the rest stays as it is.

    Returns the box that holds all pixels written, (0, 0, 0, 0) when there is none.
    """
    height, width = drawn.shape[:2]
    left, right, top, bottom = width, 0, height, 0
    for y in range(height):
        for x in range(width):
            if drawn[y, x, 3] != 0:
                pixels[y, x, 0] = drawn[y, x, 0]
                pixels[y, x, 1] = drawn[y, x, 1]
                pixels[y, x, 2] = drawn[y, x, 2]
                left = min(left, x)
                right = max(right, x + 1)
                top = min(top, y)
                bottom = y + 1
    if bottom == 0:
        return 0, 0, 0, 0
    return left, top, right, bottom
