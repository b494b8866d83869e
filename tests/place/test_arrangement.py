import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.place.shapes import boxes, floor, table
from tryon.place.arrangement import Standing, Wall, overlap, settle
from tryon.place.contact import camera_from_product
from tryon.place.snap import against, nearest_wall
from tryon.place.solid import solid_of

BOX = solid_of(boxes(((-0.5, 0, -0.25), (0.5, 0.8, 0.25))))
TABLE = solid_of(table())
CHAIR = solid_of(boxes(((-0.2, 0, -0.2), (0.2, 0.45, 0.2))))
RUG = solid_of(boxes(((-1, 0, -1), (1, 0.012, 1))))


def shared_area(a, b):
    """Area two boxes share, by another library."""
    cv2 = pytest.importorskip("cv2")
    one, two = (each.outline(each.solid.outline_m).astype(np.float32) for each in (a, b))
    return cv2.intersectConvexConvex(one, two)[0]


def test_boxes_apart_do_not_overlap():
    assert overlap(Standing(BOX, (0, 0)), Standing(BOX, (1.01, 0))) is None


def test_the_shortest_way_out_of_a_box_is_its_overlap():
    move = overlap(Standing(BOX, (0.9, 0)), Standing(BOX, (0, 0)))
    assert move == pytest.approx([0.1, 0.0], abs=1e-4)


@settings(max_examples=60, deadline=None)
@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-4, 4), st.floats(-4, 4))
def test_after_settling_nothing_overlaps(x, z, yaw, other_yaw):
    others = [Standing(BOX, (0, 0), other_yaw), Standing(BOX, (0.9, 0.6), 0.5)]
    found = settle(Standing(BOX, (x, z), yaw), others)
    assert found is not None
    assert max(shared_area(found, other) for other in others) < 1e-3
    assert found.yaw_rad == yaw


def test_a_free_place_is_left_as_it_is():
    alone = Standing(BOX, (0.3, -2.0), 0.7)
    assert settle(alone, [Standing(BOX, (4, 0))]).at_m == alone.at_m


def test_a_chair_slides_under_a_table_but_not_through_its_leg():
    under = Standing(CHAIR, (0.0, 0.3))
    assert settle(under, [Standing(TABLE, (0, 0))]).at_m == under.at_m
    leg = settle(Standing(CHAIR, (0.7, 0.35)), [Standing(TABLE, (0, 0))])
    assert leg.at_m != (0.7, 0.35)
    assert overlap(leg, Standing(TABLE, (0, 0))) is None


def test_a_rug_lies_under_everything():
    assert overlap(Standing(BOX, (0, 0)), Standing(RUG, (0.2, 0.1))) is None


def test_what_stands_on_a_box_does_not_push_it():
    assert overlap(Standing(CHAIR, (0, 0), low_m=0.8), Standing(BOX, (0, 0))) is None


@settings(max_examples=40, deadline=None)
@given(st.floats(-4, 4), st.floats(0, 6.28), st.floats(0, 6.28))
def test_a_corner_of_two_walls_keeps_a_piece_inside(yaw, angle, other):
    walls = [Wall(np.zeros(2), np.array([np.cos(a), np.sin(a)])) for a in (angle, other)]
    if walls[0].inward @ walls[1].inward < -0.9:
        return  # two walls face to face with nothing between
    found = settle(Standing(BOX, (0.1, 0.1), yaw), [], walls)
    assert found is not None
    outline = found.outline(found.solid.outline_m)
    assert all(wall.depth(outline) < 1e-3 for wall in walls)


def test_a_wall_ends_where_it_was_seen_to_end():
    wall = Wall(np.zeros(2), np.array([0.0, 1.0]), span_m=(-1.0, 1.0))
    assert wall.depth(Standing(BOX, (0, -0.5)).outline(BOX.outline_m)) == pytest.approx(0.75)
    assert wall.depth(Standing(BOX, (3, -0.5)).outline(BOX.outline_m)) == 0.0


def test_no_room_at_all_is_none():
    walls = [Wall(np.array([0.0, -0.2]), np.array([0.0, 1.0])), Wall(np.array([0.0, 0.2]), np.array([0.0, -1.0]))]
    assert settle(Standing(BOX, (0, 0)), [], walls) is None


@pytest.mark.parametrize("angle", [0.0, 0.4, 2.0, -2.6])
def test_a_back_snaps_flush_to_the_wall_and_faces_the_room(angle):
    wall = Wall(np.array([0.3, -1.0]), np.array([np.sin(angle), np.cos(angle)]))
    piece = Standing(BOX, tuple(wall.foot_m + 0.6 * wall.inward + 0.2 * wall.along), yaw_rad=angle + 0.5)
    found, gap = nearest_wall(piece, [wall])
    assert found is wall
    assert gap < 0.4
    snapped = against(piece, wall, gap_m=0.02)
    beside = snapped.outline(BOX.outline_m) - wall.foot_m
    assert (beside @ wall.inward).min() == pytest.approx(0.02, abs=1e-6)
    assert sorted(beside @ wall.inward)[1] == pytest.approx(0.02, abs=1e-6)  # two corners: flush
    front = np.array([np.sin(snapped.yaw_rad), np.cos(snapped.yaw_rad)])
    assert front == pytest.approx(wall.inward, abs=1e-9)
    assert (np.array(snapped.at_m) - wall.foot_m) @ wall.along == pytest.approx(0.2, abs=1e-9)


def test_of_several_walls_the_nearest_is_meant():
    walls = [Wall(np.array([0.0, z]), np.array([0.0, -np.sign(z)])) for z in (3.0, -1.0)]
    found, gap = nearest_wall(Standing(BOX, (0, 0)), walls)
    assert found is walls[1]
    assert gap == pytest.approx(0.75)
    assert nearest_wall(Standing(BOX, (0, 0)), []) is None


def test_a_turned_outline_is_the_pose_of_contact():
    """Arranging and drawing agree on which way a turn goes."""
    plane, model = floor(), boxes(((-0.5, 0, -0.1), (0.8, 0.8, 0.25)))
    standing = Standing(solid_of(model), (0.4, -1.2), 0.6)
    pose = camera_from_product(plane, model.bounds_m, standing.at_m, yaw_rad=0.6)
    points = model.primitives[0].positions_m @ pose[:3, :3].T + pose[:3, 3]
    own = (np.column_stack([points, np.ones(8)]) @ np.linalg.inv(plane.camera_from_plane).T)[:, [0, 2]]
    outline = standing.outline(standing.solid.outline_m)
    for point in own:
        assert np.linalg.norm(outline - point, axis=1).min() < 1e-6
