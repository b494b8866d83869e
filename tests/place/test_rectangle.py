"""Planes of known rectangles and patterns against random floors, closed forms and differences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tests.place.planes import checked_lengths, random_floor, rectangle_at, turned
from tryon.errors import ParameterError, ShapeError
from tryon.place.flat_fit import Estimate, Pattern, Problem, residuals
from tryon.place.rectangle import fit_patterns, fit_rectangle, plane_from_points, plane_from_rectangle
from tryon.types import Camera, Intrinsics, Plane

A4 = (0.210, 0.297)


def test_an_exact_rectangle_gives_back_its_plane() -> None:
    rng = np.random.default_rng(1)
    for _ in range(12):
        floor = random_floor(rng, focal_sigma=0.0)
        corners = floor.pixels(rectangle_at(floor, A4, rng))
        plane = plane_from_rectangle(corners, A4, floor.believed)
        assert plane.distance_m == pytest.approx(floor.plane.distance_m, rel=1e-6)
        assert plane.normal == pytest.approx(floor.plane.normal, abs=1e-6)


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [2, 3, 0, 1], [3, 2, 1, 0], [1, 0, 3, 2]])
def test_corners_may_come_either_way_round_from_any_corner(order: list[int]) -> None:
    rng = np.random.default_rng(2)
    floor = random_floor(rng, focal_sigma=0.0)
    corners = floor.pixels(rectangle_at(floor, A4, rng))[order]
    assert plane_from_rectangle(corners, A4, floor.believed).distance_m == pytest.approx(floor.plane.distance_m)
    assert plane_from_rectangle(corners, A4[::-1], floor.believed).distance_m == pytest.approx(floor.plane.distance_m)


def test_a_wrong_first_side_does_not_fit_when_it_is_said_to_be_known() -> None:
    rng = np.random.default_rng(3)
    floor = random_floor(rng, focal_sigma=0.0)
    corners = floor.pixels(rectangle_at(floor, A4, rng))
    right = fit_rectangle(corners, A4, floor.believed, first_side_known=True)
    wrong = fit_rectangle(corners, A4[::-1], floor.believed, first_side_known=True)
    assert right.rms_px < 1e-6
    assert wrong.cost > right.cost + 25.0


def test_the_true_length_lies_in_the_interval_as_often_as_stated() -> None:
    rng = np.random.default_rng(4)
    checked = []
    for _ in range(100):
        floor = random_floor(rng)
        true_size = (A4[0] + rng.normal(0.0, 0.001), A4[1] + rng.normal(0.0, 0.001))
        corners = floor.pixels(rectangle_at(floor, true_size, rng)) + rng.normal(0.0, 0.3, (4, 2))
        plane = plane_from_rectangle(corners, A4, floor.believed, corner_sigma_px=0.3, size_sigma_m=0.001)
        checked += checked_lengths(plane, floor, rng)
    assert np.mean([hit for _, hit in checked]) >= 0.93
    assert np.median([abs(error) for error, _ in checked]) < 0.007


def test_the_doubt_is_not_larger_than_the_errors_are() -> None:
    rng = np.random.default_rng(5)
    scores = []
    for _ in range(100):
        floor = random_floor(rng)
        corners = floor.pixels(rectangle_at(floor, A4, rng)) + rng.normal(0.0, 0.3, (4, 2))
        plane = plane_from_rectangle(corners, A4, floor.believed, corner_sigma_px=0.3)
        missed = math.log(plane.distance_m / floor.plane.distance_m)
        scores.append(missed / math.sqrt(plane.covariance[2, 2]))
    assert 0.6 < float(np.sqrt(np.mean(np.square(scores)))) < 1.25


def test_derivatives_match_differences() -> None:
    rng = np.random.default_rng(6)
    floor = random_floor(rng)
    flat = rectangle_at(floor, A4, rng)
    pattern = Pattern(flat - flat.mean(axis=0), floor.pixels(flat), 0.3)
    modes = np.stack([pattern.points_m * (0.01, 0.0), pattern.points_m * (0.0, 0.01)])
    problem = Problem([pattern, pattern], [modes, modes], floor.believed)
    rotation = np.column_stack([*floor.plane.tangents, floor.plane.normal])
    placings = np.array([[0.3, 0.1, 1.2], [0.5, 0.0, 1.0]])
    at = Estimate(rotation, 1.4, 1.01, placings, np.array([0.3, -0.2]))
    slope = residuals(problem, at)[1]
    steps = np.eye(slope.shape[1]) * 1e-6
    differences = np.stack(
        [(residuals(problem, at.moved(step))[0] - residuals(problem, at.moved(-step))[0]) / 2e-6 for step in steps],
        axis=1,
    )
    assert slope == pytest.approx(differences, abs=1e-4)


def test_the_covariance_is_about_the_axes_that_a_plane_moves_by() -> None:
    """What an independent refit of disturbed corners does, `Plane.covariance` says in the order of `Plane.moved`."""
    rng = np.random.default_rng(7)
    floor = random_floor(rng, focal_sigma=0.0)
    corners = floor.pixels(rectangle_at(floor, A4, rng))
    plane = plane_from_rectangle(corners, A4, floor.believed, corner_sigma_px=0.3)
    changes = []
    for _ in range(120):
        other = plane_from_rectangle(corners + rng.normal(0.0, 0.3, (4, 2)), A4, floor.believed, corner_sigma_px=0.3)
        turn = plane.tangents @ np.cross(plane.normal, other.normal)
        changes.append([*turn, math.log(other.distance_m / plane.distance_m)])
    seen = np.cov(np.array(changes).T)
    stated = plane.covariance[:3, :3]
    scale = np.sqrt(np.diag(stated))
    assert seen / np.outer(scale, scale) == pytest.approx(stated / np.outer(scale, scale), abs=0.3)


def test_a_mirrored_tilt_is_told_apart_or_admitted() -> None:
    camera = Camera.of_focal(1280, 960, 1000.0)
    normal = np.array([0.0, math.cos(0.9), math.sin(0.9)])
    true = Plane(camera, normal, 2.5, np.eye(4), "truth")
    first, second = true.tangents
    square = np.array([[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]) * 0.03
    flat = turned(square, 0.4) + np.array([0.0, 2.0])
    pixels = camera.project(flat[:, :1] * first + flat[:, 1:] * second - 2.5 * normal)
    rng = np.random.default_rng(8)
    fits = [
        fit_rectangle(
            pixels + rng.normal(0.0, 0.4, (4, 2)), (0.03, 0.03), Intrinsics(camera, 0.01, "test"), corner_sigma_px=0.4
        )
        for _ in range(20)
    ]
    for fit in fits:
        tilt = math.acos(min(1.0, float(fit.plane.normal @ normal)))
        assert tilt < 4.0 * math.sqrt(float(fit.plane.covariance[:2, :2].trace())) + 1e-6


def test_gravity_decides_between_mirrored_tilts() -> None:
    rng = np.random.default_rng(9)
    floor = random_floor(rng, focal_sigma=0.0)
    corners = floor.pixels(rectangle_at(floor, (0.05, 0.05), rng)) + rng.normal(0.0, 0.3, (4, 2))
    plane = plane_from_rectangle(corners, (0.05, 0.05), floor.believed, up=floor.plane.normal)
    assert float(plane.normal @ floor.plane.normal) > math.cos(0.35)


def test_several_patterns_on_one_plane_are_surer_than_one() -> None:
    rng = np.random.default_rng(10)
    floor = random_floor(rng)
    square = np.array([[-0.5, 0.5], [0.5, 0.5], [0.5, -0.5], [-0.5, -0.5]]) * 0.08
    patterns = [
        Pattern(square, floor.pixels(turned(square, angle) + floor.point(x, y)), 0.2)
        for angle, x, y in [(0.1, 400.0, 600.0), (1.0, 900.0, 700.0), (2.0, 640.0, 850.0)]
    ]
    none = [np.empty((0, 4, 2))] * 3
    one = fit_patterns(patterns[:1], floor.believed, modes=none[:1], source="tag").plane
    all_ = fit_patterns(patterns, floor.believed, modes=none, source="tags").plane
    assert all_.covariance[0, 0] < 0.5 * one.covariance[0, 0]
    assert all_.distance_m == pytest.approx(floor.plane.distance_m, rel=0.03)


def test_points_of_a_grid_give_the_plane_and_the_focal_length() -> None:
    rng = np.random.default_rng(11)
    floor = random_floor(rng, focal_sigma=0.1)
    grid = np.stack(np.meshgrid(np.arange(8), np.arange(6)), axis=-1).reshape(-1, 2) * 0.1
    pixels = floor.pixels(grid - (0.35, 0.25) + floor.point(640.0, 700.0))
    fit = plane_from_points(grid, pixels + rng.normal(0.0, 0.1, pixels.shape), floor.believed, sigma_px=0.1)
    assert fit.plane.camera.focal_x_px == pytest.approx(floor.plane.camera.focal_x_px, rel=0.02)
    assert fit.plane.distance_m == pytest.approx(floor.plane.distance_m, rel=0.02)
    assert 0.3 < fit.misfit < 3.0


@pytest.mark.parametrize(
    "corners",
    [
        [[0, 0], [10, 0], [20, 0], [30, 0]],
        [[0, 0], [100, 100], [100, 0], [0, 100]],
        [[0, 0], [100, 0], [20, 20], [0, 100]],
        [[5, 5], [5, 5], [5, 5], [5, 5]],
    ],
)
def test_corners_that_no_rectangle_shows_are_refused(corners: list[list[float]]) -> None:
    known = Intrinsics(Camera.of_focal(640, 480, 500.0), 0.02, "test")
    with pytest.raises(ParameterError, match="mark the four corners again"):
        plane_from_rectangle(corners, A4, known)


def test_wrong_shapes_and_sizes_are_refused() -> None:
    known = Intrinsics(Camera.of_focal(640, 480, 500.0), 0.02, "test")
    with pytest.raises(ShapeError):
        plane_from_rectangle([[0, 0], [1, 0], [1, 1]], A4, known)
    with pytest.raises(ShapeError):
        plane_from_rectangle([[0, 0], [100, 0], [100, 100], [0, math.nan]], A4, known)
    with pytest.raises(ParameterError, match="above 0"):
        plane_from_rectangle([[0, 0], [100, 0], [100, 100], [0, 100]], (0.0, 0.3), known)
