"""One plane through many depths, with the covariance a `Plane` carries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.place.depth_points import SCALE_SIGMA, sensor_sigma_m
from tryon.types import Camera, Plane, PlaneKind

# Sensors bend flat walls a little even when calibrated: Khoshelham and Elberink, Sensors 2012 (12), 1437, find
# residual systematic errors of some millimeters over a meter.
_BEND_SIGMA_RAD = 0.003
_BLOCKS = 8  # across the picture; within a block, errors of neighbors go together
_FLAT_M = 0.025  # further than this from a floor is no floor: boards, carpet and grout stay within
_WAVE_M = 0.008  # by which floors, and what sensors make of them, rise and fall from block to block
_ROUNDS = 6


def tolerance_m(depth_m: NDArray[np.floating]) -> NDArray[np.float64]:
    """By how much a depth may miss a plane it lies on: noise, quantization, bending."""
    return np.asarray(0.008 + 0.006 * np.asarray(depth_m, np.float64) + 2.0 * sensor_sigma_m(depth_m))


def fitted(points_m: NDArray[np.float64], start: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """(3,) q with q · point = 1, each point's weight (N,), and each point's height over the plane in meters (N,).

    Source: least squares on heights, reweighted by Tukey's biweight (Holland and Welsch 1977) of a fixed width: a
    real floor's unevenness plus the sensor's noise across it. A width from the residuals themselves would grow with a
    rug's edge and tilt the floor toward it.
    """
    noise_m = sensor_sigma_m(-points_m[:, 2])
    away = points_m / np.linalg.norm(points_m, axis=1, keepdims=True)
    q = start.astype(np.float64)
    weight = np.ones(len(points_m))
    for round_ in range(_ROUNDS):
        size = float(np.linalg.norm(q))
        height_m = (1.0 - points_m @ q) / size
        width_m = np.maximum(_FLAT_M, 2.5 * noise_m * np.abs(away @ q) / size) * (2.0 if round_ < 2 else 1.0)
        weight = np.maximum(1.0 - (height_m / width_m) ** 2, 0.0) ** 2
        weighted = points_m * weight[:, None]
        q = np.linalg.solve(weighted.T @ points_m + 1e-9 * np.eye(3), weighted.sum(axis=0))
    return q, weight, (1.0 - points_m @ q) / float(np.linalg.norm(q))


def covariance_of(
    q: NDArray[np.float64], points_m: NDArray[np.float64], weight: NDArray[np.float64], block: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(3, 3) covariance of q when errors within a block of the picture go together.

    A floor seen only in one corner tilts about it: what that does to the camera's height is in here.

    Source: cluster-robust ("sandwich") estimate, Liang and Zeger 1986.
    """
    weighted = points_m * weight[:, None]
    inner = np.linalg.inv(weighted.T @ points_m + 1e-9 * np.eye(3))
    pull = weighted * (1.0 - points_m @ q)[:, None]
    sums = np.stack([np.bincount(block, pull[:, axis]) for axis in range(3)], axis=1)
    wave = _WAVE_M * float(np.linalg.norm(q))
    # Few blocks that happen to agree do not make an uneven floor even.
    waves = np.stack([np.bincount(block, weighted[:, axis]) for axis in range(3)], axis=1) * wave
    return np.asarray(inner @ (sums.T @ sums + waves.T @ waves) @ inner)


def blocks_of(mask: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(N,) number of the block of the picture each set pixel lies in."""
    rows, columns = np.nonzero(mask)
    side_px = max(mask.shape[1] // _BLOCKS, 1)
    return np.asarray(np.unique((rows // side_px) * 100_000 + columns // side_px, return_inverse=True)[1], np.int64)


def plane_from(
    q: NDArray[np.float64],
    covariance_q: NDArray[np.float64],
    camera: Camera,
    *,
    focal_sigma: float,
    kind: PlaneKind,
    source: str,
) -> Plane:
    """The `Plane` of q in the photo's camera, with noise, the sensor's scale and the focal length in its covariance.

    A wrong focal length leaves the inverse depths linear in the pixel and only stretches q sideways; that ties its
    error to the tilt, which `Plane.covariance` keeps.
    """
    normal, distance_m = -q / np.linalg.norm(q), 1.0 / float(np.linalg.norm(q))
    bare = Plane(camera, normal, distance_m, np.eye(4), source, kind)

    def change(other: NDArray[np.float64]) -> NDArray[np.float64]:
        turned = np.cross(normal, -other / np.linalg.norm(other))
        return np.array([*(bare.tangents @ turned), 1.0 / (np.linalg.norm(other) * distance_m) - 1.0])

    step = 1e-5 * float(np.linalg.norm(q))
    slope = np.stack([(change(q + step * axis) - change(q - step * axis)) / (2.0 * step) for axis in np.eye(3)], axis=1)
    small = 1e-4
    by_focal = (change(q * [1 + small, 1 + small, 1]) - change(q * [1 - small, 1 - small, 1])) / (2.0 * small)
    own = slope @ covariance_q @ slope.T
    own[0, 0] += _BEND_SIGMA_RAD**2
    own[1, 1] += _BEND_SIGMA_RAD**2
    own[2, 2] += SCALE_SIGMA**2
    covariance = np.zeros((4, 4))
    covariance[:3, :3] = own + focal_sigma**2 * np.outer(by_focal, by_focal)
    covariance[:3, 3] = covariance[3, :3] = focal_sigma**2 * by_focal
    covariance[3, 3] = focal_sigma**2 + 1e-12
    return Plane(camera, normal, distance_m, covariance, source, kind)
