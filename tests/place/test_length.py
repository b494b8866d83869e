"""Lengths and their intervals against closed forms and random draws."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.place.planes import random_floor
from tryon.errors import ParameterError
from tryon.place import height_above, length_between
from tryon.place.length import click_sigma_of
from tryon.types import Camera, Plane


def level_floor(height_m: float = 1.5, covariance: np.ndarray | None = None) -> Plane:
    """A floor below a camera that looks at the horizon."""
    camera = Camera.of_focal(1001, 1001, 800.0)
    return Plane(camera, np.array([0.0, 1.0, 0.0]), height_m, np.zeros((4, 4)) if covariance is None else covariance,
                 "test")  # fmt: skip


def test_a_length_across_the_floor_is_the_closed_form() -> None:
    """At d pixels below the horizon the floor is h·f/d away, and a pixel across is h/d metres."""
    measure = length_between(level_floor(), (500.0 - 100.0, 500.0 + 300.0), (500.0 + 100.0, 500.0 + 300.0))
    assert measure.value_m == pytest.approx(1.5 / 300.0 * 200.0)
    near, far = 1.5 * 800.0 / 400.0, 1.5 * 800.0 / 200.0
    assert length_between(level_floor(), (500.0, 900.0), (500.0, 700.0)).value_m == pytest.approx(far - near)


def test_a_height_over_the_floor_is_the_closed_form() -> None:
    """The foot 300 px below the horizon, the top 100 px above it: (300 + 100) / 300 of the camera's height."""
    measure = height_above(level_floor(), (500.0, 800.0), (500.0, 400.0))
    assert measure.value_m == pytest.approx(1.5 * 400.0 / 300.0)


def test_a_doubt_about_the_distance_alone_is_the_lengths_own() -> None:
    plane = level_floor(covariance=np.diag([0.0, 0.0, 0.02**2, 0.0]))
    measure = length_between(plane, (300.0, 900.0), (700.0, 900.0), click_sigma_px=0.0)
    assert measure.high_m / measure.value_m - 1.0 == pytest.approx(1.96 * 0.02, rel=1e-3)


def draws(kind: str, count: int) -> list[bool]:
    rng = np.random.default_rng(11)
    root = np.linalg.cholesky(
        np.array(
            [
                [4e-5, 1e-5, 2e-5, 1e-5],
                [1e-5, 4e-5, 1e-5, 0.0],
                [2e-5, 1e-5, 2.5e-4, 1.5e-4],
                [1e-5, 0.0, 1.5e-4, 4e-4],
            ]
        )
    )
    hits: list[bool] = []
    while len(hits) < count:
        believed = random_floor(rng, focal_sigma=0.0).plane
        believed = Plane(believed.camera, believed.normal, believed.distance_m, root @ root.T, "test")
        true = believed.moved(root @ rng.normal(size=4))
        pixels = np.column_stack([rng.uniform(100.0, 1180.0, 2), rng.uniform(450.0, 940.0, 2)])
        ends = true.points_at(pixels)
        if not (np.isfinite(ends).all() and float(np.linalg.norm(ends, axis=1).max()) < 4.0):
            continue
        if kind == "length":
            truth = float(np.linalg.norm(ends[0] - ends[1]))
            if not 0.2 < truth < 3.0:
                continue
            clicked = pixels + rng.normal(0.0, 0.7, (2, 2))
            measure = length_between(believed, *clicked)
        else:
            truth = rng.uniform(0.3, 2.2)
            top = true.camera.project(ends[:1] + truth * true.normal)[0]
            clicked = np.stack([pixels[0], top]) + rng.normal(0.0, 0.7, (2, 2))
            measure = height_above(believed, *clicked)
        hits.append(measure.low_m <= truth <= measure.high_m)
    return hits


@pytest.mark.parametrize("kind", ["length", "height"])
def test_the_truth_lies_in_the_interval_as_often_as_stated(kind: str) -> None:
    share = float(np.mean(draws(kind, 400)))
    assert 0.93 <= share <= 0.985


def test_points_above_the_horizon_are_refused() -> None:
    with pytest.raises(ParameterError, match="horizon"):
        length_between(level_floor(), (500.0, 400.0), (500.0, 900.0))
    with pytest.raises(ParameterError, match="horizon"):
        height_above(level_floor(), (500.0, 499.0), (500.0, 300.0))


def test_points_just_below_the_horizon_say_how_little_is_known() -> None:
    plane = level_floor(covariance=np.diag([1e-4, 1e-4, 1e-4, 4e-4]))
    measure = length_between(plane, (300.0, 512.0), (700.0, 512.0))
    assert measure.high_m - measure.low_m > 0.3 * measure.value_m
    assert math.isfinite(measure.high_m)


@pytest.mark.parametrize(("width", "height", "sigma_px"), [(640, 480, 0.7), (1500, 1000, 0.7), (3024, 4032, 1.8816)])
def test_points_marked_by_hand_miss_by_more_pixels_of_a_larger_picture(
    width: int, height: int, sigma_px: float
) -> None:
    assert click_sigma_of(Camera.of_focal(width, height, 1000.0)) == pytest.approx(sigma_px)


def test_an_interval_by_marks_is_as_wide_in_a_picture_twice_enlarged() -> None:
    def width_m(times: int) -> float:
        camera = Camera.of_focal(1500 * times, 1000 * times, 1200.0 * times)
        plane = Plane(camera, np.array([0.0, 0.8, 0.6]), 1.4, np.zeros((4, 4)), "test")
        measure = length_between(plane, (500.0 * times, 800.0 * times), (900.0 * times, 700.0 * times))
        return measure.high_m - measure.low_m

    assert width_m(3) == pytest.approx(width_m(1), rel=0.01)
