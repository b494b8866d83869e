import numpy as np
import pytest

from tests.place.shapes import floor
from tryon.session.room import Room
from tryon.session.room_planes import from_plane, on_plane
from tryon.session.room_view import scenes
from tryon.types import Cover, Frame

FLOOR = floor(size=(640, 480), focal_px=500.0)
FRAME = Frame(np.full((480, 640, 3), 170, np.uint8))


def pixel(at, height_m=0.0):
    return FLOOR.camera.project(from_plane(FLOOR, [at], height_m))[0]


@pytest.fixture
def room():
    made = Room(FRAME, [FLOOR])
    made.add_wall(pixel((-2.0, -3.5)), pixel((2.0, -3.5)))
    return made


def drawn(room, **how):
    return list(scenes(room.pieces, room.planes, room.walls(), room.light, **how))


def test_an_empty_room_draws_nothing(room):
    assert drawn(room) == []


def test_shadows_fall_on_the_floor_up_to_the_wall_and_on_the_wall_down_to_the_floor(room):
    room.add("bookshelf", at_px=pixel((0.0, -3.2)))
    (scene,) = drawn(room)
    ground, wall = scene.surfaces
    assert ground.flat
    assert wall.flat
    assert not ground.occludes
    assert on_plane(FLOOR, ground.vertices_m)[:, 1].min() == pytest.approx(-3.5, abs=1e-4)
    heights = wall.vertices_m @ FLOOR.normal + FLOOR.distance_m
    assert heights.min() == pytest.approx(0.0, abs=1e-4)
    assert heights.max() > 1.8
    np.testing.assert_allclose(wall.vertices_m @ room.planes[1].normal + room.planes[1].distance_m, 0.0, atol=1e-5)


def test_a_picture_on_the_wall_does_not_cut_the_shadow_of_what_stands_before_it(room):
    room.add("bookshelf", at_px=pixel((1.0, -3.2)))
    (alone,) = drawn(room)
    room.add("wall-picture", at_px=pixel((-1.0, -3.5), 1.2))
    (both,) = drawn(room)
    one, other = (on_plane(room.planes[1], scene.surfaces[1].vertices_m) for scene in (alone, both))
    assert (other.min(axis=0) <= one.min(axis=0) + 1e-6).all()
    assert (other.max(axis=0) >= one.max(axis=0) - 1e-6).all()


def test_a_wall_far_behind_takes_no_shadow(room):
    room.add("nightstand", at_px=pixel((0.0, -1.6)))
    assert len(drawn(room)[0].surfaces) == 1


def test_what_stands_on_a_piece_is_drawn_after_it_with_the_piece_in_front_where_it_is(room):
    base = room.add("sideboard", at_px=pixel((0.0, -3.0)))
    room.add("nightstand", on=base.id)
    first, second = drawn(room)
    assert [item.model.name for item in first.items] == ["Sideboard"]
    assert [item.model.name for item in second.items] == ["Nightstand"]
    top, shape = second.surfaces
    assert top.flat
    assert (top.vertices_m @ FLOOR.normal + FLOOR.distance_m).mean() == pytest.approx(0.752, abs=1e-3)
    assert shape.occludes
    assert shape.catches_shadow == 0.0
    low, high = base.model.bounds_m
    extent = np.ptp(on_plane(FLOOR, shape.vertices_m), axis=0)
    np.testing.assert_allclose(extent, (high - low)[[0, 2]], atol=1e-4)


def test_people_cover_the_pieces_they_stand_before(room):
    room.add("nightstand", at_px=pixel((0.0, -2.6)))
    person = Cover(np.full((4, 4), 255, np.uint8), np.eye(2, 3), 2.0)
    (scene,) = drawn(room, cover=lambda placed: person)
    assert scene.items[0].cover is person
