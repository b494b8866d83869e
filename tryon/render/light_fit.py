"""Where the light on a matte surface comes from, by how bright it is where it faces."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_DIRECTIONS = 256
_ROUNDS = 4  # of reweighting
_STEPS = 6  # of refining the best direction of the grid
_OUTLIER = 1.5  # times the median misfit, from where a sample counts less (Huber)
# The prior: a weak light from the upper front. Samples speak for themselves as soon as they differ by a few percent.
_USUAL = np.array([0.0, 0.45, 0.89])
_PRIOR_SHARE = 0.004
_BEHIND = -0.35  # lights further behind than this (z of the direction) touch nothing the camera sees


@dataclass(frozen=True, slots=True, eq=False)
class LambertFit:
    """Light on a matte surface: luminance = ambient + sun · max(n·toward, 0), in units of the samples.

    toward: (3,) float64 unit vector. certainty: 0 to 1, share of the samples' variance that the sun explains.
    """

    toward: NDArray[np.float64]
    sun: float
    ambient: float
    certainty: float


def fit_lambert(normals: ArrayLike, luminance: ArrayLike, weight: ArrayLike | None = None) -> LambertFit:
    """The sun and sky that best explain samples of one matte color; moles, beards and glints are left out by degrees.

    Args:
        normals: (n, 3) unit vectors. luminance: (n,) linear, above 0. weight: (n,), or None for all alike.

    Source: our derivation: exhaustive over directions, least squares over the two strengths, Huber weights (1964).
        Checked on closed-form spheres and heads in tests/render/test_light.py.
    """
    n = np.asarray(normals, np.float64)
    seen = np.asarray(luminance, np.float64)
    given = np.ones(len(n)) if weight is None else np.asarray(weight, np.float64)
    grid = directions()
    faces = np.clip(n @ grid.T, 0.0, None)
    own = given
    best = 0
    for _ in range(_ROUNDS):
        sun, ambient, cost = _strengths(faces, seen, own, grid)
        best = int(cost.argmin())
        misfit = np.abs(seen - ambient[best] - sun[best] * faces[:, best])
        limit = _OUTLIER * float(np.median(misfit[given > 0.0])) + 1e-9
        own = given * np.minimum(1.0, limit / np.maximum(misfit, 1e-12))
    toward, reach = grid[best], 0.16
    for _ in range(_STEPS):
        near = _around(toward, reach)
        sun, ambient, cost = _strengths(np.clip(n @ near.T, 0.0, None), seen, own, near)
        best = int(cost.argmin())
        toward, reach = near[best], reach * (0.5 if best == 0 else 0.8)
    shade = np.clip(n @ toward, 0.0, None)
    spread = _variance(seen, own)
    left = _variance(seen - sun[best] * shade, own)
    certainty = 1.0 - left / spread if spread > 1e-12 else 0.0
    return LambertFit(toward, float(sun[best]), float(ambient[best]), float(np.clip(certainty, 0.0, 1.0)))


@functools.cache
def directions() -> NDArray[np.float64]:
    """(k, 3) directions spread evenly over all that light what a camera sees (z above −0.35); a Fibonacci spiral."""
    index = np.arange(_DIRECTIONS) + 0.5
    z = 1.0 - (1.0 - _BEHIND) * index / _DIRECTIONS
    angle = np.pi * (3.0 - np.sqrt(5.0)) * index
    level = np.sqrt(1.0 - z**2)
    return np.stack([level * np.cos(angle), level * np.sin(angle), z], axis=1)


def _strengths(
    faces: NDArray[np.float64], seen: NDArray[np.float64], weight: NDArray[np.float64], toward: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Sun, ambient and cost (k,) for each of k directions; neither light is negative."""
    share = weight / weight.sum()
    mean_seen = float(share @ seen)
    mean_faces = share @ faces
    # Sums over samples as products of matrices: a frame has a few milliseconds for everything.
    scatter = share @ np.square(faces) - np.square(mean_faces)
    together = (share * (seen - mean_seen)) @ faces
    sun = np.clip(together / (scatter + 1e-4), 0.0, mean_seen / np.maximum(mean_faces, 1e-6))
    ambient = mean_seen - sun * mean_faces
    cost = _variance(seen, weight) - 2.0 * sun * together + np.square(sun) * scatter
    return sun, ambient, cost + _PRIOR_SHARE * mean_seen**2 * (1.0 - toward @ _USUAL) * 0.1


def _around(toward: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """(9, 3): the direction itself and eight round it."""
    side = np.cross(toward, [0.0, 1.0, 0.0] if abs(toward[1]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    up = np.cross(side, toward)
    angle = np.arange(8) * (np.pi / 4.0)
    ring = toward + reach * (np.cos(angle)[:, None] * side + np.sin(angle)[:, None] * up)
    found = np.concatenate([toward[None], ring])
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))


def _variance(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    mean = weight @ values / weight.sum()
    return float(weight @ (values - mean) ** 2 / weight.sum())
