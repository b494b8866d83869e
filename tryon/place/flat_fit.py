"""The plane that flat patterns of known shape lie on: tags, boards, sheets, tiles; and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.types import Intrinsics, Plane

_STEPS = 30
_DONE = 1e-8
_LEAST_SIGMA = 1e-6  # a focal length or size said to be exact
_SHARED = 4  # tilt, tilt, distance, focal length
_QUARTER = np.array([[0.0, 1.0], [-1.0, 0.0]])  # (x, y) to (−y, x), from the right


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """Points of one rigid flat thing and where they were seen.

    points_m: (N, 2) in its own frame, counterclockwise as seen from the camera's side; N at least 4.
    pixels: (N, 2).
    sigma_px: Of each pixel coordinate: one for all, or (N,).
    """

    points_m: NDArray[np.float64]
    pixels: NDArray[np.float64]
    sigma_px: float | NDArray[np.float64]


@dataclass(slots=True, eq=False)
class Estimate:
    """The numbers a fit turns on.

    rotation: (3, 3) columns right, away, normal in camera space; placings: (P, 3) turn in radians and shift in metres
    of each pattern in that frame, the origin below the camera; stretch: (K,) of the shape modes, in sigmas.
    """

    rotation: NDArray[np.float64]
    distance_m: float
    focal: float
    placings: NDArray[np.float64]
    stretch: NDArray[np.float64]

    def moved(self, change: NDArray[np.float64]) -> Estimate:
        """After a step of (tilt, tilt, relative distance, relative focal length, placings, stretch)."""
        tilt = self.rotation[:, :2] @ change[:2]
        count = self.placings.size
        return Estimate(
            _turn(tilt) @ self.rotation,
            self.distance_m * float(np.exp(change[2])),
            self.focal * float(np.exp(change[3])),
            self.placings + change[_SHARED : _SHARED + count].reshape(-1, 3),
            self.stretch + change[_SHARED + count :],
        )


@dataclass(frozen=True, slots=True, eq=False)
class FlatFit:
    """A plane with what the fit has to say about it.

    rms_px: Of the reprojection, root mean square over points (both axes together).
    misfit: Chi-squared by degrees of freedom; far above 1 where the pattern is not what was taken for, or not flat.
    cost: Chi-squared, priors included, for weighing one assumption against another.
    misses_px: (N, 2) from each pixel to where the fit puts its point, the patterns one after the other.
    estimate, doubt: The fit's own numbers and their (D, D) covariance, in the order of `Estimate.moved`.
    certain: False when the mirrored tilt explains the picture almost as well; the covariance then spans both.
    """

    plane: Plane
    rms_px: float
    misfit: float
    cost: float
    misses_px: NDArray[np.float64]
    estimate: Estimate
    doubt: NDArray[np.float64]
    certain: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What is held against the picture.

    modes: For each pattern (K, N, 2) metres its points move per sigma of each doubt about its shape, such as how
        long a sheet's sides are; the doubts are shared by all patterns.
    """

    patterns: Sequence[Pattern]
    modes: Sequence[NDArray[np.float64]]
    intrinsics: Intrinsics


def solve(
    problem: Problem, start: Estimate, *, steps: int = _STEPS
) -> tuple[Estimate, NDArray[np.float64], float, float]:
    """The best estimate near a start, its normal matrix, its chi-squared and the pixels' own part of that.

    Source: Levenberg–Marquardt on the reprojection with priors of the focal length and the shapes' sizes; the
    derivatives are checked against differences in tests/place/test_rectangle.py.
    """
    damping, now = 1e-4, start
    residual, jacobian = residuals(problem, now)
    cost = float(residual @ residual)
    for _ in range(steps):
        normal_matrix = jacobian.T @ jacobian
        slope = jacobian.T @ residual
        damped = normal_matrix + damping * np.diag(np.diag(normal_matrix))
        change = np.asarray(np.linalg.solve(damped, -slope), np.float64)
        trial = now.moved(change)
        tried, tried_jacobian = residuals(problem, trial)
        trial_cost = float(tried @ tried)
        if trial_cost <= cost:
            done = cost - trial_cost < _DONE * (1.0 + cost)
            now, residual, jacobian, cost, damping = trial, tried, tried_jacobian, trial_cost, damping * 0.1
            if done:
                break
        else:
            damping *= 10.0
            if damping > 1e8:
                break
    count = sum(len(pattern.points_m) for pattern in problem.patterns) * 2
    return now, jacobian.T @ jacobian, cost, float(residual[:count] @ residual[:count])


def residuals(problem: Problem, at: Estimate) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(M,) misses in sigmas: pixels first, then the focal length's prior, then the shapes'; and (M, D) slopes."""
    misses, slopes = [], []
    width = _SHARED + at.placings.size + len(at.stretch)
    for index, (pattern, modes) in enumerate(zip(problem.patterns, problem.modes, strict=True)):
        missed, slope = _pattern_residuals(problem, pattern, modes, at, index, width)
        misses.append(missed)
        slopes.append(slope)
    sigma = max(problem.intrinsics.focal_sigma, _LEAST_SIGMA)
    prior = np.zeros((1 + len(at.stretch), width))
    prior[0, 3] = 1.0 / sigma
    prior[1:, width - len(at.stretch) :] = np.eye(len(at.stretch))
    misses.append(np.concatenate([[np.log(at.focal) / sigma], at.stretch]))
    slopes.append(prior)
    return np.concatenate(misses), np.concatenate(slopes)


def _pattern_residuals(
    problem: Problem, pattern: Pattern, modes: NDArray[np.float64], at: Estimate, index: int, width: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    turn, shift_x, shift_y = at.placings[index]
    rotated = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    shaped = pattern.points_m + (at.stretch @ modes.reshape(len(modes), pattern.points_m.size)).reshape(-1, 2)
    flat = shaped @ rotated.T + (shift_x, shift_y)
    in_plane, normal = at.rotation[:, :2], at.rotation[:, 2]
    points = flat @ in_plane.T - at.distance_m * normal
    changes = np.zeros((len(points), 3, width))
    for axis in range(2):
        changes[:, :, axis] = points @ _cross(at.rotation[:, axis]).T
    changes[:, :, 2] = -at.distance_m * normal
    own = _SHARED + 3 * index
    changes[:, :, own] = ((flat - (shift_x, shift_y)) @ _QUARTER) @ in_plane.T
    changes[:, :, own + 1 : own + 3] = in_plane
    if len(modes):
        changes[:, :, width - len(modes) :] = (modes @ (in_plane @ rotated).T).transpose(1, 2, 0)
    camera = problem.intrinsics.camera
    away = np.maximum(-points[:, 2], 1e-6)
    focal_px = np.array([camera.focal_x_px, -camera.focal_y_px]) * at.focal
    offsets = focal_px * points[:, :2] / away[:, None]
    slope = (focal_px[:, None] * changes[:, :2] + offsets[:, :, None] * changes[:, 2:3]) / away[:, None, None]
    slope[:, :, 3] += offsets
    center = np.array([camera.center_x_px, camera.center_y_px])
    missed = offsets + center - pattern.pixels
    weight = 1.0 / np.asarray(pattern.sigma_px, np.float64).reshape(-1, 1)
    return (missed * weight).ravel(), (slope * weight[:, :, None]).reshape(-1, width)


def plane_of(estimate: Estimate, normal_matrix: NDArray[np.float64], intrinsics: Intrinsics, source: str) -> Plane:
    """The plane of an estimate, its covariance about `Plane.tangents`."""
    normal = estimate.rotation[:, 2] / np.linalg.norm(estimate.rotation[:, 2])
    camera = replace(
        intrinsics.camera,
        focal_x_px=intrinsics.camera.focal_x_px * estimate.focal,
        focal_y_px=intrinsics.camera.focal_y_px * estimate.focal,
    )
    own = np.linalg.inv(normal_matrix)[:_SHARED, :_SHARED]
    plane = Plane(camera, normal, estimate.distance_m, np.eye(_SHARED), source)
    # The fit tilts about its own axes in the plane; the plane's axes are turned against them.
    turned = np.eye(_SHARED)
    turned[:2, :2] = plane.tangents @ estimate.rotation[:, :2]
    return replace(plane, covariance=np.asarray(turned @ own @ turned.T, np.float64))


def _turn(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) rotation by a rotation vector (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    cross = _cross(vector / angle)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross)


def _cross(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) of the cross product with a vector from the left."""
    x, y, z = vector
    return np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
