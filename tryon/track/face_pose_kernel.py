"""Weighted similarity fit of a face to the canonical face, compiled: the many tiny steps of it cost 30 × in NumPy."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

_STEPS = 30  # of the polar decomposition; it converges quadratically, 6 are usual


@njit(cache=True, nogil=True)
def nearest_rotation(matrix: NDArray[np.float64], rotation: NDArray[np.float64]) -> bool:
    """Write the rotation nearest to a (3, 3) matrix; False when the matrix is singular or mirrors.

    Source: Higham, Computing the polar decomposition (1986), Newton's iteration with scaling, algorithm 3.
    """
    r = matrix.copy()
    inverse = np.empty((3, 3))
    for _ in range(_STEPS):
        for i in range(3):
            j, k = (i + 1) % 3, (i + 2) % 3
            for c in range(3):
                d, e = (c + 1) % 3, (c + 2) % 3
                inverse[i, c] = r[j, d] * r[k, e] - r[j, e] * r[k, d]  # cofactors: inverse transposed × determinant
        determinant = r[0, 0] * inverse[0, 0] + r[0, 1] * inverse[0, 1] + r[0, 2] * inverse[0, 2]
        if determinant < 1e-30:
            return False
        own, other = 0.0, 0.0
        for i in range(3):
            for c in range(3):
                inverse[i, c] /= determinant
                own += r[i, c] * r[i, c]
                other += inverse[i, c] * inverse[i, c]
        gamma = (other / own) ** 0.25
        change = 0.0
        for i in range(3):
            for c in range(3):
                value = 0.5 * (gamma * r[i, c] + inverse[i, c] / gamma)
                change += abs(value - r[i, c])
                r[i, c] = value
        if change < 1e-12:
            break
    rotation[:] = r
    return True


@njit(cache=True, nogil=True)
def _fit(
    model: NDArray[np.float64],
    points: NDArray[np.float64],
    weights: NDArray[np.float64],
    rotation: NDArray[np.float64],
    shift: NDArray[np.float64],
) -> float:
    """Scale of the least-squares similarity points ≈ scale · rotation · model + shift; 0 when there is none.

    Source: Umeyama, Least-squares estimation of transformation parameters (PAMI 1991), equations 38 to 43.
    """
    total = 0.0
    model_mean, point_mean = np.zeros(3), np.zeros(3)
    for n in range(len(weights)):
        total += weights[n]
        for i in range(3):
            model_mean[i] += weights[n] * model[n, i]
            point_mean[i] += weights[n] * points[n, i]
    model_mean /= total
    point_mean /= total
    covariance = np.zeros((3, 3))
    spread = 0.0
    for n in range(len(weights)):
        for i in range(3):
            centered = model[n, i] - model_mean[i]
            spread += weights[n] * centered * centered
            for j in range(3):
                covariance[j, i] += weights[n] * (points[n, j] - point_mean[j]) * centered
    covariance /= total
    spread /= total
    if not nearest_rotation(covariance, rotation):
        return 0.0
    scale = 0.0
    for i in range(3):
        for j in range(3):
            scale += rotation[j, i] * covariance[j, i]
    scale /= spread
    for i in range(3):
        turned = 0.0
        for j in range(3):
            turned += rotation[i, j] * model_mean[j]
        shift[i] = point_mean[i] - scale * turned
    return scale


@njit(cache=True, nogil=True)
def fit_head(
    points_px: NDArray[np.float32],
    model_m: NDArray[np.float64],
    index: NDArray[np.int64],
    weights: NDArray[np.float64],
    center_x_px: float,
    center_y_px: float,
    focal_px: float,
    rounds: int,
    pose: NDArray[np.float64],
    mesh_m: NDArray[np.float32],
) -> bool:
    """Write the (4, 4) pose and the (468, 3) metric mesh of a face; False when the points hold no head.

    The face's depth is first guessed from its size under weak perspective. Each point is then put on the ray
    through its pixel, at the head's depth plus its own; the similarity of that metric face to the canonical one
    tells by how much the guess was off. Two rounds settle below 0.1 %.
    """
    count = len(index)
    used = np.empty((count, 3))
    cloud = np.empty((count, 3))
    rotation = np.eye(3)
    shift = np.zeros(3)
    for n in range(count):
        at = index[n]
        used[n, 0], used[n, 1], used[n, 2] = model_m[at, 0], model_m[at, 1], model_m[at, 2]
        cloud[n, 0] = points_px[at, 0] - center_x_px
        cloud[n, 1] = center_y_px - points_px[at, 1]
        cloud[n, 2] = -points_px[at, 2]
    px_per_m = _fit(used, cloud, weights, rotation, shift)
    if not (px_per_m > 0.0 and math.isfinite(px_per_m)):
        return False
    origin_z_px = shift[2]
    depth_m = focal_px / px_per_m
    for _ in range(rounds):
        for n in range(count):
            at = index[n]
            away_m = depth_m + (points_px[at, 2] + origin_z_px) * depth_m / focal_px
            cloud[n, 0] = (points_px[at, 0] - center_x_px) / focal_px * away_m
            cloud[n, 1] = (center_y_px - points_px[at, 1]) / focal_px * away_m
            cloud[n, 2] = -away_m
        scale = _fit(used, cloud, weights, rotation, shift)
        if not (scale > 0.0 and math.isfinite(scale)):
            return False
        depth_m /= scale
    for i in range(3):
        for j in range(3):
            pose[i, j] = rotation[i, j]
        pose[i, 3] = shift[i] / scale
        pose[3, i] = 0.0
    pose[3, 3] = 1.0
    for at in range(len(mesh_m)):
        away_m = depth_m + (points_px[at, 2] + origin_z_px) * depth_m / focal_px
        mesh_m[at, 0] = (points_px[at, 0] - center_x_px) / focal_px * away_m
        mesh_m[at, 1] = (center_y_px - points_px[at, 1]) / focal_px * away_m
        mesh_m[at, 2] = -away_m
    return True
