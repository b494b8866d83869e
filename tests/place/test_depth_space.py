"""Free space at a spot, against made rooms whose gaps are known."""

from __future__ import annotations

import numpy as np
import pytest

from tests.place.made_depth import CAMERA, made_room
from tryon.errors import ParameterError
from tryon.place.depth_space import free_box
from tryon.place.planes_of import planes_of
from tryon.types import Camera

# Two cupboards with 1.1 m between them, against the back wall at 3.2 m.
LEFT, RIGHT = (-1.2, -0.5, 2.6, 3.2, 1.0), (0.6, 1.3, 2.6, 3.2, 1.0)


def test_the_gap_between_two_cupboards_is_measured() -> None:
    room = made_room(boxes=(LEFT, RIGHT), back_m=3.2, side_m=3.0, roll_rad=0.0)
    found = planes_of(room.depth_m, CAMERA)
    box = free_box(room.depth_m, CAMERA, found.planes[0], room.pixel_of(0.05, 0.0, 2.9), planes=found.planes)
    assert box.width.value_m == pytest.approx(1.1, abs=0.06)
    assert box.width.low_m <= 1.12
    assert not {"left", "right", "back"} & set(box.open_sides)
    assert "top" in box.open_sides
    # Its corners lie on the floor, where they say.
    heights_m = box.corners_m @ found.planes[0].normal + found.planes[0].distance_m
    assert np.abs(heights_m).max() < 1e-6
    across_m = float(np.linalg.norm(box.corners_m[1] - box.corners_m[0]))
    assert across_m == pytest.approx(box.width.value_m, abs=1e-6)


def test_what_hangs_higher_than_the_product_limits_only_its_height() -> None:
    shelf = (-0.6, 0.7, 2.5, 3.2, 1.0)
    room = made_room(boxes=(shelf,), back_m=3.2, side_m=3.0, roll_rad=0.0, pitch_rad=0.3)
    found = planes_of(room.depth_m, CAMERA)
    spot = room.pixel_of(0.05, 0.0, 2.0)
    low = free_box(room.depth_m, CAMERA, found.planes[0], spot, planes=found.planes, height_m=0.5)
    assert "back" not in low.open_sides
    half_m = float(np.abs(np.linalg.norm(low.corners_m[0] - low.corners_m[3])))
    assert half_m == pytest.approx(low.depth.value_m, abs=1e-6)


def test_the_views_end_is_an_open_side_not_a_wall() -> None:
    room = made_room(back_m=8.0, side_m=6.0, pitch_rad=0.6)
    found = planes_of(room.depth_m, CAMERA)
    box = free_box(room.depth_m, CAMERA, found.planes[0], room.pixel_of(0.0, 0.0, 2.0))
    assert set(box.open_sides) == {"left", "right", "back", "front", "top"}


def test_the_box_turns_along_the_wall() -> None:
    room = made_room(roll_rad=0.0)
    found = planes_of(room.depth_m, CAMERA)
    box = free_box(room.depth_m, CAMERA, found.planes[0], room.pixel_of(0.0, 0.0, 2.5), planes=found.planes)
    assert abs(box.yaw_rad) < np.radians(2.0)
    turned = free_box(room.depth_m, CAMERA, found.planes[0], room.pixel_of(0.0, 0.0, 2.5), yaw_rad=0.4)
    edge = turned.corners_m[1] - turned.corners_m[0]
    straight = box.corners_m[1] - box.corners_m[0]
    cosine = float(edge @ straight / np.linalg.norm(edge) / np.linalg.norm(straight))
    assert np.arccos(cosine) == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize(
    ("spot", "words"),
    [((0.9, 0.0, 2.9), "stands there"), (None, "horizon")],
)
def test_a_spot_that_is_no_free_floor_is_refused(spot: tuple[float, float, float] | None, words: str) -> None:
    room = made_room(boxes=(LEFT, RIGHT), back_m=3.2, side_m=3.0, roll_rad=0.0)
    floor = planes_of(room.depth_m, CAMERA).planes[0]
    at = room.pixel_of(*spot) if spot else np.array([160.0, 0.0])
    with pytest.raises(ParameterError, match=words):
        free_box(room.depth_m, CAMERA, floor, at)


def test_a_hole_in_the_depth_is_no_free_floor() -> None:
    room = made_room()
    floor = planes_of(room.depth_m, CAMERA).planes[0]
    at = room.pixel_of(0.0, 0.0, 2.2)
    depth = room.depth_m.copy()
    column, row = np.rint(at).astype(int)
    depth[row - 30 : row + 30, column - 40 : column + 40] = 0.0
    with pytest.raises(ParameterError, match="shows none"):
        free_box(depth, CAMERA, floor, at)


def test_a_larger_photo_measures_the_same() -> None:
    room = made_room(boxes=(LEFT, RIGHT), back_m=3.2, side_m=3.0, roll_rad=0.0)
    photo = Camera.of_focal(960, 720, 780.0)
    found = planes_of(room.depth_m, photo)
    at = (room.pixel_of(0.05, 0.0, 2.9) + 0.5) * 3 - 0.5
    box = free_box(room.depth_m, photo, found.planes[0], at, planes=found.planes)
    assert box.width.value_m == pytest.approx(1.1, abs=0.06)
