"""Compiled loops that read color profiles across the lips' outline and find the edge in each."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

_ZERO, _ONE = np.float32(0.0), np.float32(1.0)


@njit(cache=True, nogil=True, fastmath=True)
def read_profiles(
    source: NDArray[np.uint8],
    points: NDArray[np.float32],
    normals: NDArray[np.float32],
    steps_px: NDArray[np.float32],
    profiles: NDArray[np.float32],
) -> None:
    """Fill profiles (n, k, 3) with opponent colors along each normal; outside the picture its border repeats.

    source (h, w, 3) sRGB codes; points, normals (n, 2); steps_px (k,). The three numbers are lightness, red–green
    and yellow–blue, scaled so that on skin and lips they differ about as much as CIE L*, a*, b* do, without the
    cube roots.
    """
    height, width = source.shape[0], source.shape[1]
    for i in range(points.shape[0]):
        for k in range(steps_px.shape[0]):
            x = min(max(points[i, 0] + normals[i, 0] * steps_px[k], _ZERO), np.float32(width - 1))
            y = min(max(points[i, 1] + normals[i, 1] * steps_px[k], _ZERO), np.float32(height - 1))
            column, row = int(x), int(y)
            right, below = min(column + 1, width - 1), min(row + 1, height - 1)
            fx, fy = x - np.float32(column), y - np.float32(row)
            w00, w01 = (_ONE - fx) * (_ONE - fy), fx * (_ONE - fy)
            w10, w11 = (_ONE - fx) * fy, fx * fy
            red = _ZERO
            green = _ZERO
            blue = _ZERO
            for weight, r, c in ((w00, row, column), (w01, row, right), (w10, below, column), (w11, below, right)):
                red += weight * np.float32(source[r, c, 0])
                green += weight * np.float32(source[r, c, 1])
                blue += weight * np.float32(source[r, c, 2])
            profiles[i, k, 0] = np.float32(0.118) * red + np.float32(0.231) * green + np.float32(0.043) * blue
            profiles[i, k, 1] = np.float32(0.353) * (red - green)
            profiles[i, k, 2] = np.float32(0.392) * (np.float32(0.5) * (red + green) - blue)


@njit(cache=True, nogil=True, fastmath=True)
def tell_apart(
    lip: NDArray[np.float32], skin: NDArray[np.float32], ridge: float
) -> tuple[float, float, float, float, float]:
    """Weights (3), offset and separation of the line that best tells lip colors (n, 3) from skin colors (m, 3).

    weights · color + offset is 1 at the lips' mean and 0 at the skin's. Separation is the squared Mahalanobis
    distance of the two means under the pooled covariance plus `ridge` on its diagonal (Fisher 1936).
    """
    mean = np.zeros((2, 3))
    scatter = np.zeros((3, 3))
    for which in range(2):
        colors = lip if which == 0 else skin
        count = colors.shape[0]
        for i in range(count):
            for k in range(3):
                mean[which, k] += colors[i, k] / count
        for i in range(count):
            for j in range(3):
                for k in range(3):
                    product = (colors[i, j] - mean[which, j]) * (colors[i, k] - mean[which, k])
                    scatter[j, k] += 0.5 * product / count
    a, b, c = scatter[0, 0] + ridge, scatter[0, 1], scatter[0, 2]
    d, e, f = scatter[1, 1] + ridge, scatter[1, 2], scatter[2, 2] + ridge
    x, y, z = mean[0, 0] - mean[1, 0], mean[0, 1] - mean[1, 1], mean[0, 2] - mean[1, 2]
    # The symmetric system's adjugate; its determinant is at least ridge³.
    determinant = a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d)
    wx = ((d * f - e * e) * x + (c * e - b * f) * y + (b * e - c * d) * z) / determinant
    wy = ((c * e - b * f) * x + (a * f - c * c) * y + (b * c - a * e) * z) / determinant
    wz = ((b * e - c * d) * x + (b * c - a * e) * y + (a * d - b * b) * z) / determinant
    separation = max(wx * x + wy * y + wz * z, 1e-3)
    wx, wy, wz = wx / separation, wy / separation, wz / separation
    return wx, wy, wz, -(wx * mean[1, 0] + wy * mean[1, 1] + wz * mean[1, 2]), separation


@njit(cache=True, nogil=True, fastmath=True)
def find_falls(
    lipness: NDArray[np.float32], steps: NDArray[np.float32], prior: float, found: NDArray[np.float32]
) -> None:
    """Fill found (n, 3) with where each row of lipness (n, k) falls from lip to skin: mean, variance, evidence.

    steps (k,) is evenly spaced in lip widths and grows outward; every fall counts, those far from 0 less by a
    Gaussian of deviation `prior`, so the answer moves smoothly with the picture. Evidence is the fall seen, 1 for
    a whole step from lip to skin.
    """
    last = steps.shape[0] - 1
    for i in range(lipness.shape[0]):
        total = _ZERO
        first = _ZERO
        second = _ZERO
        for k in range(last):
            fall = lipness[i, k] - lipness[i, k + 1]
            if fall > _ZERO:
                at = np.float32(0.5) * (steps[k] + steps[k + 1])
                weight = fall * np.exp(np.float32(-0.5) * (at / prior) ** 2)
                total += weight
                first += weight * at
                second += weight * at * at
        mean = first / max(total, np.float32(1e-6))
        found[i, 0] = mean
        found[i, 1] = max(_ZERO, second / max(total, np.float32(1e-6)) - mean * mean)
        found[i, 2] = total


@njit(cache=True, nogil=True, fastmath=True)
def find_splits(
    profiles: NDArray[np.float32],
    steps: NDArray[np.float32],
    reach: NDArray[np.float32],
    prior: float,
    found: NDArray[np.float32],
) -> None:
    """Fill found (n, 2) with where each profile (n, k, 3) splits best into two colors: mean place and contrast.

    steps (k,) in lip widths, growing into the mouth; reach (n,) is where each profile ends, so that it does not
    cross into the other lip. Contrast is the largest between-class variance (Otsu 1979), in units of color².
    Teeth are brighter than lips and the mouth's dark is darker, so neither sign is preferred; lightness counts
    for half, since lips are shaded where they roll in.
    """
    count = steps.shape[0]
    for i in range(profiles.shape[0]):
        length = 0
        sum0 = _ZERO
        sum1 = _ZERO
        sum2 = _ZERO
        while length < count and steps[length] <= reach[i]:
            sum0 += profiles[i, length, 0]
            sum1 += profiles[i, length, 1]
            sum2 += profiles[i, length, 2]
            length += 1
        found[i, 0] = _ZERO
        found[i, 1] = _ZERO
        if length < 4:
            continue
        head0 = _ZERO
        head1 = _ZERO
        head2 = _ZERO
        total = _ZERO
        first = _ZERO
        best = _ZERO
        for k in range(length - 1):
            head0 += profiles[i, k, 0]
            head1 += profiles[i, k, 1]
            head2 += profiles[i, k, 2]
            n1 = np.float32(k + 1)
            n2 = np.float32(length - k - 1)
            d0 = head0 / n1 - (sum0 - head0) / n2
            d1 = head1 / n1 - (sum1 - head1) / n2
            d2 = head2 / n1 - (sum2 - head2) / n2
            between = n1 * n2 / np.float32(length * length) * (np.float32(0.5) * d0 * d0 + d1 * d1 + d2 * d2)
            best = max(best, between)
            at = np.float32(0.5) * (steps[k] + steps[k + 1])
            square = between * between
            weight = square * square * np.exp(np.float32(-0.5) * (at / prior) ** 2)
            total += weight
            first += weight * at
        found[i, 0] = first / max(total, np.float32(1e-12))
        found[i, 1] = best
