"""Gauss-Newton rounds of a pose against points in the picture, compiled: NumPy needs 3 ms for what takes 50 µs."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def solve(system: NDArray[np.float64], right: NDArray[np.float64]) -> bool:
    """Solve a small symmetric positive system in place, `right` becoming the solution; False where it is singular.

    Source: Golub and Van Loan, Matrix Computations, algorithm 4.2.1 (Cholesky, outer product).
    """
    size = len(right)
    for k in range(size):
        for j in range(k):
            system[k, k] -= system[k, j] * system[k, j]
        if not system[k, k] > 1e-12:
            return False
        system[k, k] = math.sqrt(system[k, k])
        for i in range(k + 1, size):
            for j in range(k):
                system[i, k] -= system[i, j] * system[k, j]
            system[i, k] /= system[k, k]
    for i in range(size):
        for j in range(i):
            right[i] -= system[i, j] * right[j]
        right[i] /= system[i, i]
    for back in range(size):
        i = size - 1 - back
        for j in range(i + 1, size):
            right[i] -= system[j, i] * right[j]
        right[i] /= system[i, i]
    return True


@njit(cache=True, nogil=True)
def fit(
    model_m: NDArray[np.float64],
    seen_px: NDArray[np.float64],
    lens: NDArray[np.float64],
    limit_px: float,
    rounds: int,
    turning: bool,
    pose: NDArray[np.float64],
) -> bool:
    """Improve the (4, 4) pose in place; False where the points cannot tell it.

    model_m: (N, 3). seen_px: (N, 2). lens: focal x, focal y, center x, center y. limit_px: Huber's. turning: All six
    degrees of freedom; without it x and y alone.
    """
    first = 0 if turning else 3
    size = 6 if turning else 2
    system, right = np.empty((6, 6)), np.empty(6)
    u, v, turned = np.empty(6), np.empty(6), np.empty(3)
    for _ in range(rounds):
        system[:] = 0.0
        right[:] = 0.0
        for n in range(len(model_m)):
            for i in range(3):
                turned[i] = pose[i, 0] * model_m[n, 0] + pose[i, 1] * model_m[n, 1] + pose[i, 2] * model_m[n, 2]
            x, y, away = turned[0] + pose[0, 3], turned[1] + pose[1, 3], -(turned[2] + pose[2, 3])
            if not away > 1e-3:
                return False
            off_u = seen_px[n, 0] - (lens[2] + lens[0] * x / away)
            off_v = seen_px[n, 1] - (lens[3] - lens[1] * y / away)
            weight = min(1.0, limit_px / max(math.hypot(off_u, off_v), 1e-9))
            u[3], u[4], u[5] = lens[0] / away, 0.0, lens[0] * x / (away * away)
            v[3], v[4], v[5] = 0.0, -lens[1] / away, -lens[1] * y / (away * away)
            for row in (u, v):  # d(ω × p) · g = ω · (p × g)
                row[0] = turned[1] * row[5] - turned[2] * row[4]
                row[1] = turned[2] * row[3] - turned[0] * row[5]
                row[2] = turned[0] * row[4] - turned[1] * row[3]
            for i in range(size):
                right[i] += weight * (u[first + i] * off_u + v[first + i] * off_v)
                for j in range(size):
                    system[i, j] += weight * (u[first + i] * u[first + j] + v[first + i] * v[first + j])
        if not solve(system[:size, :size], right[:size]):
            return False
        if turning:
            _turn(pose, right)
            for i in range(3):
                pose[i, 3] += right[3 + i]
        else:
            pose[0, 3] += right[0]
            pose[1, 3] += right[1]
    return True


@njit(cache=True, nogil=True)
def _turn(pose: NDArray[np.float64], vector_rad: NDArray[np.float64]) -> None:
    """Turn the pose by axis times angle. Source: Cayley transform: an exact rotation, equal to second order."""
    x, y, z = 0.5 * vector_rad[0], 0.5 * vector_rad[1], 0.5 * vector_rad[2]
    square = 1.0 + x * x + y * y + z * z
    turn = np.empty((3, 3))
    turn[0, 0], turn[0, 1], turn[0, 2] = 1 + x * x - y * y - z * z, 2 * (x * y - z), 2 * (x * z + y)
    turn[1, 0], turn[1, 1], turn[1, 2] = 2 * (x * y + z), 1 - x * x + y * y - z * z, 2 * (y * z - x)
    turn[2, 0], turn[2, 1], turn[2, 2] = 2 * (x * z - y), 2 * (y * z + x), 1 - x * x - y * y + z * z
    before = pose[:3, :3].copy()
    for i in range(3):
        for j in range(3):
            total = turn[i, 0] * before[0, j] + turn[i, 1] * before[1, j] + turn[i, 2] * before[2, j]
            pose[i, j] = total / square
