"""Compiled loops of shadows on flat surfaces: triangles thrown onto the plane along many directions, and counted."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True, fastmath=False)
def throw(
    points: NDArray[np.float32],
    triangles: NDArray[np.uint32],
    keeps: NDArray[np.uint8],
    slopes: NDArray[np.float32],
    first_x: float,
    first_z: float,
    texel_m: float,
    mask: NDArray[np.uint8],
    sums: NDArray[np.uint16],
) -> None:
    """Add, for every direction, how much of its light triangles keep from each texel of the plane.

    Args:
        points: (N, 3) float32 in the plane's frame, metres: y is the height over it.
        keeps: (M,) uint8, 255 for what lets nothing through.
        slopes: (K, 2) shift of the shadow along x and z for each metre of height.
        first_x, first_z: Where the middle of texel (0, 0) lies, metres.
        mask: (h, w), overwritten. sums: (h, w), changed: up to 255 for each direction, of which there are at most 257.
    """
    height, width = mask.shape
    inverse = np.float32(1.0 / texel_m)
    x0, z0 = np.float32(first_x), np.float32(first_z)
    placed = np.empty((points.shape[0], 2), np.float32)
    for k in range(slopes.shape[0]):
        a, b = slopes[k, 0], slopes[k, 1]
        for n in range(points.shape[0]):
            up = max(points[n, 1], np.float32(0.0))
            placed[n, 0] = (points[n, 0] + a * up - x0) * inverse
            placed[n, 1] = (points[n, 2] + b * up - z0) * inverse
        mask[:] = 0
        top, bottom = height, -1
        for m in range(triangles.shape[0]):
            low, high = _fill(placed, triangles[m, 0], triangles[m, 1], triangles[m, 2], keeps[m], mask)
            top, bottom = min(top, low), max(bottom, high)
        for y in range(top, bottom + 1):
            for x in range(width):
                sums[y, x] += mask[y, x]


@njit(cache=True, nogil=True, fastmath=False)
def _fill(
    placed: NDArray[np.float32], i: int, j: int, k: int, keeps: np.uint8, mask: NDArray[np.uint8]
) -> tuple[int, int]:
    """Raise texels whose middle lies in a triangle to `keeps`; returns the first and last row touched."""
    height, width = mask.shape
    ax, ay, bx, by, cx, cy = placed[i, 0], placed[i, 1], placed[j, 0], placed[j, 1], placed[k, 0], placed[k, 1]
    top = max(0, int(np.ceil(min(ay, by, cy))))
    bottom = min(height - 1, int(np.floor(max(ay, by, cy))))
    if min(ax, bx, cx) > width - 1 or max(ax, bx, cx) < 0:
        return height, -1
    for y in range(top, bottom + 1):
        row = np.float32(y)
        left, right = np.float32(width), np.float32(-1.0)
        left, right = _crossed(ax, ay, bx, by, row, left, right)
        left, right = _crossed(bx, by, cx, cy, row, left, right)
        left, right = _crossed(cx, cy, ax, ay, row, left, right)
        begin, end = max(0, int(np.ceil(left))), min(width - 1, int(np.floor(right)))
        if keeps == 255:
            mask[y, begin : end + 1] = keeps
        else:
            for x in range(begin, end + 1):
                mask[y, x] = max(mask[y, x], keeps)
    return top, bottom


@njit(cache=True, nogil=True, fastmath=False, inline="always")
def _crossed(
    px: np.float32, py: np.float32, qx: np.float32, qy: np.float32, row: np.float32, left: np.float32, right: np.float32
) -> tuple[np.float32, np.float32]:
    """The span of a row, wide enough for where an edge crosses it."""
    if row < min(py, qy) or row > max(py, qy):
        return left, right
    if py == qy:
        return min(left, px, qx), max(right, px, qx)
    x = px + (qx - px) * ((row - py) / (qy - py))
    return min(left, x), max(right, x)
