"""Lengths on a plane, each with its 95 % interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import ParameterError
from tryon.types import Camera, Measure, Plane

_CLICK_SIGMA_PX, _CLICK_LONG_PX = 0.7, 1500.0  # of a point marked by hand, each axis, in a picture that long
_Z95 = 1.96  # two-sided 95 % of a normal distribution
_STEP = 1e-4


def click_sigma_of(camera: Camera) -> float:
    """Standard deviation in pixels, each axis, of a point that somebody marks: 0.7, and more in pictures over 1500 px.

    A large picture is marked as it fits a screen; by hand, corners of sheets at 12 megapixels miss by 2 to 4 px.
    """
    return _CLICK_SIGMA_PX * max(1.0, max(camera.width, camera.height) / _CLICK_LONG_PX)


def length_between(plane: Plane, a_px: ArrayLike, b_px: ArrayLike, *, click_sigma_px: float | None = None) -> Measure:
    """Distance on the plane between what two pixels show.

    Args:
        click_sigma_px: Of each pixel coordinate; None: as `click_sigma_of` has it for points marked by hand.

    Raises:
        ParameterError: A pixel at or above the plane's horizon.

    Source: first-order propagation of `Plane.covariance` and of the pixels' own error; checked against random draws
    in tests/place/test_length.py.
    """
    ends = np.stack([np.asarray(a_px, np.float64), np.asarray(b_px, np.float64)])

    def span(seen: Plane, pixels: NDArray[np.float64]) -> float:
        first, second = seen.points_at(pixels)
        return float(np.linalg.norm(first - second))

    return _with_interval(plane, ends, span, click_sigma_px)


def height_above(
    plane: Plane, foot_px: ArrayLike, top_px: ArrayLike, *, click_sigma_px: float | None = None
) -> Measure:
    """Height of a point that stands upright over a point of the plane: a door's top over its foot.

    Raises:
        ParameterError: The foot is at or above the plane's horizon.
    """
    ends = np.stack([np.asarray(foot_px, np.float64), np.asarray(top_px, np.float64)])

    def rise(seen: Plane, pixels: NDArray[np.float64]) -> float:
        foot = seen.points_at(pixels[:1])[0]
        camera = seen.camera
        ray = np.array(
            [
                (pixels[1, 0] - camera.center_x_px) / camera.focal_x_px,
                -(pixels[1, 1] - camera.center_y_px) / camera.focal_y_px,
                -1.0,
            ]
        )
        # The point of the upright line foot + h·normal that is nearest to the ray.
        flat = seen.normal - ray * float(seen.normal @ ray) / float(ray @ ray)
        return abs(float(-(foot @ flat) / (flat @ seen.normal)))

    return _with_interval(plane, ends, rise, click_sigma_px)


def _with_interval(
    plane: Plane,
    pixels: NDArray[np.float64],
    length: Callable[[Plane, NDArray[np.float64]], float],
    click_sigma_px: float | None,
) -> Measure:
    sigma_px = click_sigma_of(plane.camera) if click_sigma_px is None else click_sigma_px
    value = length(plane, pixels)
    if not np.isfinite(value):
        raise ParameterError("Expected points on the plane, got one at or above its horizon; mark points further down.")
    slope = np.zeros(4)
    for axis in range(4):
        change = np.zeros(4)
        change[axis] = _STEP
        slope[axis] = (length(plane.moved(change), pixels) - length(plane.moved(-change), pixels)) / (2.0 * _STEP)
    variance = float(slope @ plane.covariance @ slope)
    for index in np.ndindex(pixels.shape):
        change = np.zeros(pixels.shape)
        change[index] = 0.05
        by_px = (length(plane, pixels + change) - length(plane, pixels - change)) / 0.1
        variance += (by_px * sigma_px) ** 2
    reach = _Z95 * float(np.sqrt(variance))
    return Measure(value, max(value - reach, 0.0), value + reach, plane.source)
