"""Distances in a depth frame against the made room they come from."""

from __future__ import annotations

import numpy as np
import pytest

from tests.place.made_depth import CAMERA, made_room
from tryon.errors import ParameterError
from tryon.place.depth_length import depth_between
from tryon.types import Camera

BOX = (0.2, 0.8, 1.9, 2.4, 0.8)


def test_a_length_is_true_and_inside_its_interval() -> None:
    room = made_room(boxes=(BOX,))
    a, b = room.pixel_of(-0.8, 0.0, 2.2), room.pixel_of(0.45, 0.5, 1.9)  # the floor, and the box's front
    truth = float(np.linalg.norm([1.25, 0.5, 0.3]))
    measured = depth_between(room.depth_m, CAMERA, a, b)
    assert measured.value_m == pytest.approx(truth, rel=0.01)
    assert measured.low_m < truth < measured.high_m
    assert measured.high_m - measured.low_m < 0.1 * truth


def test_intervals_hold_as_often_as_they_say() -> None:
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        room = made_room(boxes=(BOX,), seed=seed, noise=1.0)
        depth = room.depth_m * np.float32(1.0 + 0.01 * rng.standard_normal())
        a, b = room.pixel_of(-0.8, 0.0, 2.2), room.pixel_of(0.9, 1.0, 4.0)
        clicked = [end + rng.normal(0.0, 0.7, 2) for end in (a, b)]
        measured = depth_between(depth, CAMERA, *clicked)
        inside += measured.low_m < float(np.linalg.norm([1.7, 1.0, 1.8])) < measured.high_m
    assert inside >= 54  # of 60; 57 are expected


def test_a_point_beside_an_edge_does_not_average_two_things() -> None:
    room = made_room(boxes=(BOX,), noise=0.0)
    inside, outside = room.pixel_of(0.78, 0.6, 1.9), room.pixel_of(0.22, 0.6, 1.9)
    measured = depth_between(room.depth_m, CAMERA, inside, outside)
    assert measured.value_m == pytest.approx(0.56, abs=0.01)


def test_small_holes_are_bridged_and_large_ones_are_told() -> None:
    room = made_room(noise=0.0)
    a, b = room.pixel_of(-0.5, 0.0, 2.0), room.pixel_of(0.5, 0.0, 2.0)
    depth = room.depth_m.copy()
    column, row = np.rint(a).astype(int)
    depth[row - 1 : row + 2, column - 1 : column + 2] = 0.0
    assert depth_between(depth, CAMERA, a, b).value_m == pytest.approx(1.0, abs=0.005)
    depth[row - 20 : row + 20, column - 20 : column + 20] = np.nan
    with pytest.raises(ParameterError, match="hole"):
        depth_between(depth, CAMERA, a, b)


def test_points_outside_the_photo_are_refused() -> None:
    with pytest.raises(ParameterError, match="outside"):
        depth_between(made_room().depth_m, CAMERA, (-5, 10), (100, 100))


def test_a_photo_larger_than_its_depth_measures_the_same() -> None:
    room = made_room()
    a, b = room.pixel_of(-0.5, 0.0, 2.0), room.pixel_of(0.5, 0.0, 3.0)
    large = Camera.of_focal(1280, 960, 1040.0)
    measured = depth_between(room.depth_m, large, (a + 0.5) * 4 - 0.5, (b + 0.5) * 4 - 0.5)
    assert measured.value_m == pytest.approx(depth_between(room.depth_m, CAMERA, a, b).value_m, rel=1e-4)
