"""Planes that follow from the floor: a wall through two marked points, a table-top or ceiling at a known height."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import ParameterError
from tryon.place.arrangement import Wall
from tryon.place.length import click_sigma_of
from tryon.types import Plane

_STEP = 1e-4
_LEAST_M = 0.05


def wall_through(floor: Plane, a_px: ArrayLike, b_px: ArrayLike, *, click_sigma_px: float | None = None) -> Plane:
    """The upright wall whose foot on the floor runs through two marked points, facing the camera.

    Raises:
        ParameterError: A point off the floor, both at one place, or a wall seen exactly from its edge.
    """
    sigma_px = click_sigma_of(floor.camera) if click_sigma_px is None else click_sigma_px
    marked = np.array([a_px, b_px], np.float64).ravel()

    def make(base: Plane, numbers: NDArray[np.float64]) -> Plane:
        ends = base.points_at(numbers.reshape(2, 2))
        if not np.isfinite(ends).all():
            raise ParameterError(
                "The wall's foot must lie on the floor, below its horizon; mark the edge further down."
            )
        along = ends[1] - ends[0]
        if float(np.linalg.norm(along)) < _LEAST_M:
            raise ParameterError("Expected two points of the wall's foot at least 5 cm apart; mark them further apart.")
        normal = np.cross(base.normal, along)
        normal /= np.linalg.norm(normal)
        distance_m = -float(normal @ ends[0])
        if abs(distance_m) < _LEAST_M:
            raise ParameterError("The camera looks along this wall's face, so nothing can be put on it; mark another.")
        normal, distance_m = (normal, distance_m) if distance_m > 0.0 else (-normal, -distance_m)
        return replace(base, normal=normal, distance_m=distance_m, kind="wall")

    return _derived(floor, marked, np.full(4, sigma_px), make)


def table_at(floor: Plane, height_m: float, sigma_m: float) -> Plane:
    """The level top at a height over the floor.

    Raises:
        ParameterError: It is not below the camera, which then cannot see it.
    """

    def make(base: Plane, numbers: NDArray[np.float64]) -> Plane:
        over_m = base.distance_m - float(numbers[0])
        if over_m < _LEAST_M:
            raise ParameterError(
                f"A top {numbers[0] * 100:.0f} cm high is not seen from a camera {base.distance_m * 100:.0f} cm over "
                "the floor; correct its height."
            )
        return replace(base, distance_m=over_m, kind="table")

    return _derived(floor, np.array([height_m]), np.array([sigma_m]), make)


def ceiling_at(floor: Plane, height_m: float, sigma_m: float) -> Plane:
    """The ceiling at a height over the floor.

    Raises:
        ParameterError: It is not above the camera.
    """

    def make(base: Plane, numbers: NDArray[np.float64]) -> Plane:
        over_m = float(numbers[0]) - base.distance_m
        if over_m < _LEAST_M:
            raise ParameterError(
                f"A ceiling {numbers[0] * 100:.0f} cm high is below a camera {base.distance_m * 100:.0f} cm "
                "over the floor; correct its height."
            )
        return replace(base, normal=-base.normal, distance_m=over_m, kind="ceiling")

    return _derived(floor, np.array([height_m]), np.array([sigma_m]), make)


def wall_on(floor: Plane, wall: Plane, seen_m: NDArray[np.float64] | None = None) -> Wall | None:
    """Where a wall meets a floor or table, for keeping pieces out of it; None for a wall that does not stand upright.

    Args:
        seen_m: (N, 3) points of the wall in camera space, how far it was seen to reach; None: all along.
    """
    frame = floor.camera_from_plane
    across = np.array([wall.normal @ frame[:3, 0], wall.normal @ frame[:3, 2]])
    steep = float(np.linalg.norm(across))
    if steep < 0.7:
        return None
    inward = across / steep
    foot = -(float(wall.normal @ frame[:3, 3]) + wall.distance_m) / steep * inward
    found = Wall(foot, inward)
    if seen_m is None:
        return found
    along = (on_plane(floor, seen_m) - foot) @ found.along
    return replace(found, span_m=(float(along.min()), float(along.max())))


def on_plane(plane: Plane, points_m: ArrayLike) -> NDArray[np.float64]:
    """(N, 2) of (x, z) in the plane's own frame, straight below points in camera space."""
    frame = plane.camera_from_plane
    return np.asarray((np.asarray(points_m, np.float64).reshape(-1, 3) - frame[:3, 3]) @ frame[:3, [0, 2]])


def from_plane(plane: Plane, at_m: ArrayLike, height_m: float = 0.0) -> NDArray[np.float64]:
    """(N, 3) points in camera space of (N, 2) places on the plane, at a height over it."""
    frame = plane.camera_from_plane
    at = np.asarray(at_m, np.float64).reshape(-1, 2)
    return np.asarray(frame[:3, 3] + at @ frame[:3, [0, 2]].T + height_m * plane.normal)


def _derived(
    floor: Plane,
    numbers: NDArray[np.float64],
    sigmas: Sequence[float] | NDArray[np.float64],
    make: Callable[[Plane, NDArray[np.float64]], Plane],
) -> Plane:
    """A plane made from the floor and a few numbers, with the covariance of both carried over to first order."""
    plane = make(floor, numbers)
    slopes = []
    for axis in range(4):
        change = np.zeros(4)
        change[axis] = _STEP
        slopes.append(
            (_change(plane, make(floor.moved(change), numbers)) - _change(plane, make(floor.moved(-change), numbers)))
            / (2.0 * _STEP)
        )
    jacobian = np.stack(slopes, axis=1)
    covariance = jacobian @ floor.covariance @ jacobian.T
    for index, sigma in enumerate(sigmas):
        if sigma > 0.0:
            step = np.zeros(len(numbers))
            step[index] = 0.1 * sigma
            slope = (_change(plane, make(floor, numbers + step)) - _change(plane, make(floor, numbers - step))) / 0.2
            covariance = covariance + np.outer(slope, slope)
    return replace(plane, covariance=np.asarray((covariance + covariance.T) / 2.0))


def _change(base: Plane, other: Plane) -> NDArray[np.float64]:
    """(4,) change by which `Plane.moved` takes `base` to `other`."""
    first, second = base.tangents
    turn = np.cross(base.normal, other.normal)
    return np.array(
        [
            float(turn @ first),
            float(turn @ second),
            other.distance_m / base.distance_m - 1.0,
            other.camera.focal_x_px / base.camera.focal_x_px - 1.0,
        ]
    )
