"""A circle through the edge points of an iris, compiled: a look at both eyes fits eighteen of them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def fit_circle(
    local: NDArray[np.float64],
    weight: NDArray[np.float64],
    start_radius: float,
    prior: NDArray[np.float64],
    rounds: int,
    least: int,
    answer: NDArray[np.float64],
) -> float:
    """Robust Gauss–Newton for a circle's middle and radius, leaning on a prior.

    Args:
        local: (n, 2) points about the tracker's iris. weight: (n,) trust in each.
        prior: (3,) one over the standard deviations of x, y and radius about (0, 0, start_radius).
        least: Points near the circle that each side must have.
        answer: (3,) filled with x, y, radius.

    Returns:
        The radius' standard deviation; −1 where either side has too few points or the radius is not above 0.
    """
    count = len(local)
    answer[0], answer[1], answer[2] = 0.0, 0.0, start_radius
    spread = 0.12 * start_radius
    miss = np.zeros(count)
    normal = np.zeros((3, 3))
    for _ in range(rounds):
        normal[:] = 0.0
        pull = np.zeros(3)
        row = np.zeros(3)
        for index in range(count):
            dx, dy = local[index, 0] - answer[0], local[index, 1] - answer[1]
            away = max(np.hypot(dx, dy), 1e-12)
            miss[index] = away - answer[2]
            trust = weight[index] / (1.0 + (miss[index] / spread) ** 2) ** 2 / spread**2
            row[0], row[1], row[2] = -dx / away, -dy / away, -1.0
            for i in range(3):
                # Neighboring rays share pixels: a dozen of them count as much as three that do not.
                pull[i] += row[i] * trust * miss[index] / 4.0
                for j in range(3):
                    normal[i, j] += row[i] * trust * row[j] / 4.0
        for i in range(3):
            normal[i, i] += prior[i] ** 2
            pull[i] += prior[i] ** 2 * (answer[i] - (start_radius if i == 2 else 0.0))
        step = _inverse(normal) @ pull
        for i in range(3):
            answer[i] -= step[i]
        spread = max(0.02 * start_radius, 0.2, 1.5 * float(np.median(np.abs(miss))))
    right = left = 0
    for index in range(count):
        if abs(miss[index]) < 3.0 * spread:
            if local[index, 0] > answer[0]:
                right += 1
            else:
                left += 1
    if min(right, left) < least or answer[2] <= 0.0:
        return -1.0
    return float(np.sqrt(_inverse(normal)[2, 2]))


@njit(cache=True, nogil=True)
def _inverse(m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of a symmetric 3 × 3 matrix, by cofactors; numba's own wants SciPy."""
    a, b, c, d, e, f = m[0, 0], m[0, 1], m[0, 2], m[1, 1], m[1, 2], m[2, 2]
    determinant = a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d)
    found = np.empty((3, 3))
    found[0, 0], found[0, 1], found[0, 2] = d * f - e * e, c * e - b * f, b * e - c * d
    found[1, 1], found[1, 2], found[2, 2] = a * f - c * c, b * c - a * e, a * d - b * b
    found[1, 0], found[2, 0], found[2, 1] = found[0, 1], found[0, 2], found[1, 2]
    found /= determinant
    return found
