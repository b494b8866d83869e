import numpy as np
import pytest

from tests.place.shapes import floor
from tryon.errors import ParameterError, ScaleUnknownError, UnknownNameError
from tryon.place.arrangement import overlap
from tryon.session.room import Room
from tryon.session.room_pieces import standing
from tryon.session.room_planes import from_plane
from tryon.types import Frame, Measure

SIZE = (640, 480)
FLOOR = floor(size=SIZE, focal_px=500.0)


@pytest.fixture
def room():
    pixels = np.full((SIZE[1], SIZE[0], 3), 170, np.uint8)
    with_walls = Room(Frame(pixels), [FLOOR])
    yield with_walls
    with_walls.close()


def pixel(at, height_m=0.0):
    return FLOOR.camera.project(from_plane(FLOOR, [at], height_m))[0]


def test_a_piece_stands_where_the_pixel_shows_the_floor(room):
    placed = room.add("armchair", at_px=pixel((0.3, -2.5)), yaw_rad=0.4)
    assert placed.at_m == pytest.approx((0.3, -2.5), abs=1e-9)
    assert room.piece(placed.id) is placed
    assert room.pieces == (placed,)


def test_a_piece_keeps_its_place_relative_to_the_floor_when_it_moves_and_turns(room):
    name = room.add("armchair", at_px=pixel((0.3, -2.5))).id
    assert room.move(name, pixel((-0.5, -3.0))).at_m == pytest.approx((-0.5, -3.0), abs=1e-9)
    assert room.turn(name, 7.0).yaw_rad == pytest.approx(7.0 - 2.0 * np.pi)
    room.remove(name)
    assert room.pieces == ()


def test_two_pieces_on_one_spot_end_up_side_by_side(room):
    first = room.add("armchair", at_px=pixel((0.0, -2.5)))
    second = room.add("armchair", at_px=pixel((0.1, -2.5)))
    assert overlap(standing(first), standing(second)) is None
    assert np.hypot(*np.subtract(first.at_m, second.at_m)) < 1.0
    moved = room.move(second.id, pixel((0.0, -2.5)))
    assert overlap(standing(first), standing(moved)) is None


def test_a_wall_keeps_pieces_in_the_room_and_takes_their_backs(room):
    wall = room.add_wall(pixel((-2.0, -3.5)), pixel((2.0, -3.5)))
    assert room.planes[wall].kind == "wall"
    placed = room.add("bookshelf", at_px=pixel((0.2, -3.5)), yaw_rad=0.5)
    assert standing(placed).outline(placed.solid.outline_m)[:, 1].min() > -3.5 - 1e-6
    snapped = room.snap(placed.id)
    assert snapped.yaw_rad == pytest.approx(0.0, abs=1e-9)
    assert standing(snapped).outline(placed.solid.outline_m)[:, 1].min() == pytest.approx(-3.5, abs=1e-3)


def test_a_picture_hangs_on_the_wall_where_the_pixel_shows_it(room):
    room.add_wall(pixel((-2.0, -3.5)), pixel((2.0, -3.5)))
    spot = pixel((0.2, -3.5), 1.3)
    placed = room.add("wall-picture", at_px=spot)
    assert room.planes[placed.plane].kind == "wall"
    middle = room.pose(placed) @ [0.0, 0.0, 0.0, 1.0]
    np.testing.assert_allclose(room.camera.project(middle[:3])[0], spot, atol=1e-3)
    np.testing.assert_allclose(room.pose(placed)[:3, 1], FLOOR.normal, atol=1e-9)


def test_a_picture_without_a_wall_says_what_to_do(room):
    with pytest.raises(ParameterError, match=r"goes on a wall.*mark two points"):
        room.add("wall-picture", at_px=(300, 200))
    with pytest.raises(ParameterError, match="No wall"):
        room.snap(room.add("armchair", at_px=pixel((0, -2.5))).id)


def test_what_stands_on_a_piece_goes_with_it_and_drops_when_it_is_gone(room):
    base = room.add("sideboard", at_px=pixel((0.0, -2.5)))
    top = room.add("potted-plant", on=base.id)
    assert top.lift_m == pytest.approx(base.product.size_m[1], abs=1e-3)
    room.move(base.id, pixel((0.4, -2.2)))
    assert room.piece(top.id).at_m == pytest.approx((0.4, -2.2), abs=1e-9)
    room.turn(base.id, 0.5)
    assert room.piece(top.id).yaw_rad == pytest.approx(0.5)
    room.remove(base.id)
    assert room.piece(top.id).lift_m == 0.0
    assert room.piece(top.id).on is None


def test_an_unasked_place_is_in_view_free_and_not_on_the_sheet():
    sheet = np.array([[280.0, 260], [360, 260], [360, 300], [280, 300]])
    room = Room(Frame(np.full((480, 640, 3), 170, np.uint8)), [FLOOR], taken_px=[sheet])
    first, second = room.add("nightstand"), room.add("nightstand")
    assert overlap(standing(first), standing(second)) is None
    for placed in (first, second):
        seen = room.camera.project(from_plane(FLOOR, standing(placed).outline(placed.solid.outline_m)))
        assert (seen > 0).all()
        assert (seen < SIZE).all()
        middle = seen.mean(axis=0)
        assert not (280 < middle[0] < 360 and 260 < middle[1] < 300)


def test_a_point_above_the_horizon_is_one_sentence(room):
    with pytest.raises(ParameterError, match="horizon of the floor"):
        room.add("armchair", at_px=(320, 5))
    with pytest.raises(ParameterError, match="horizon"):
        room.add("armchair", at_px=(np.nan, 300))


def test_a_piece_behind_the_camera_is_refused(room):
    # The floor right below the camera and behind it is out of the picture; a saved room could still name it.
    from tryon.session.room_pieces import behind_camera

    placed = room.standing_at(room.add("armchair", at_px=pixel((0, -2.5))).product, (0.0, 3.0), name="x")
    assert behind_camera(placed, room.planes)


def test_what_stands_higher_than_the_camera_is_drawn_and_measured_all_the_same(room):
    base = room.add("bookshelf", at_px=pixel((0.0, -3.0)))
    top = room.add("nightstand", on=base.id)
    assert top.lift_m > FLOOR.distance_m
    assert {line.side for line in room.dimensions(top)} == {"width", "height", "depth"}
    assert room.describe()["pieces"][1]["size_mm"]["width"] == 450.0


@pytest.mark.parametrize("yaw_rad", [np.nan, np.inf])
def test_an_angle_is_finite(room, yaw_rad):
    name = room.add("rug", at_px=pixel((0.0, -3.0))).id
    with pytest.raises(ParameterError, match="finite angle"):
        room.turn(name, yaw_rad)
    with pytest.raises(ParameterError, match="finite angle"):
        room.add("rug", at_px=(300, 300), yaw_rad=yaw_rad)


def test_unknown_pieces_and_planes_are_named(room):
    with pytest.raises(UnknownNameError, match="sofa-9"):
        room.move("sofa-9", (300, 300))
    with pytest.raises(ParameterError, match="one of 1 planes"):
        room.add("armchair", plane=4, at_px=(300, 300))


def test_a_full_room_says_so(room, monkeypatch):
    monkeypatch.setattr("tryon.session.room._MOST_PIECES", 1)
    room.add("rug", at_px=pixel((0, -3.0)))
    with pytest.raises(ParameterError, match="at most 1 pieces"):
        room.add("rug", at_px=pixel((0, -3.0)))


def test_free_width_between_two_walls_decides_whether_a_sofa_fits(room):
    room.add_wall(pixel((-1.2, -4.0)), pixel((-1.2, -2.0)))
    room.add_wall(pixel((1.2, -4.0)), pixel((1.2, -2.0)))
    placed = room.add("sofa", at_px=pixel((0.0, -3.0)))
    report = room.fits(placed.id)
    free = report.sides["width"].free
    assert free.value_m == pytest.approx(2.4, abs=0.01)
    assert free.low_m < 2.4 < free.high_m
    assert report.verdict == "fits"
    assert "depth" not in report.sides


def test_a_wall_too_near_is_told(room):
    room.add_wall(pixel((-0.9, -4.0)), pixel((-0.9, -2.0)))
    placed = room.add("armchair", at_px=pixel((0.0, -3.0)))
    assert room.fits(placed.id).verdict == "cannot be told"
    marked = {"width": Measure(0.7, 0.69, 0.71, "marked")}
    assert room.fits(placed.id, free=marked).verdict == "does not fit"


def test_a_ceiling_limits_the_height(room):
    room.add_ceiling(1.5)
    placed = room.add("floor-lamp", at_px=pixel((0.0, -3.0)))
    report = room.fits(placed.id)
    assert report.sides["height"].free.value_m == pytest.approx(1.5, abs=1e-6)
    assert report.verdict == "does not fit"


def test_a_table_top_carries_what_belongs_on_tables(room):
    index = room.add_table(0.75)
    placed = room.add("nightstand", at_px=pixel((0.0, -2.0), 0.75), plane=index)
    point = from_plane(room.planes[index], [placed.at_m])[0]
    assert point @ FLOOR.normal + FLOOR.distance_m == pytest.approx(0.75)


def test_distances_come_with_their_interval(room):
    measure = room.length_between(pixel((-0.5, -2.0)), pixel((0.5, -2.0)))
    assert measure.value_m == pytest.approx(1.0, abs=1e-9)
    assert 0.95 < measure.low_m < 1.0 < measure.high_m < 1.05


def test_the_description_is_plain_json_with_intervals(room):
    import json

    room.add("armchair", at_px=pixel((0.0, -2.5)))
    found = json.loads(json.dumps(room.describe(), allow_nan=False))
    piece = found["pieces"][0]
    assert piece["size_mm"] == {"width": 760.0, "height": 750.0, "depth": 760.0}
    assert piece["shown"]["width"]["low_mm"] < 760.0 < piece["shown"]["width"]["high_mm"]
    assert piece["in_view"] is True
    assert found["planes"][0]["distance"]["value_mm"] == pytest.approx(1400.0)
    assert found["sources"] == ["A4 sheet"]


def test_a_picture_of_another_size_shows_the_same_room(room):
    placed = room.add("armchair", at_px=pixel((0.0, -2.5)))
    small = room.resized(Frame(np.full((240, 320, 3), 170, np.uint8)))
    twice = small.camera.project(from_plane(small.planes[0], [placed.at_m]))[0] + 0.5
    np.testing.assert_allclose(twice * 2.0, pixel(placed.at_m) + 0.5, atol=1e-9)
    assert small.pieces == room.pieces


def test_nothing_in_view_says_what_to_do():
    empty = Frame(np.full((480, 640, 3), 128, np.uint8))
    with pytest.raises(ScaleUnknownError, match="A4"):
        Room.open(empty)


def test_planes_of_another_picture_are_refused():
    with pytest.raises(ParameterError, match="640×480"):
        Room(Frame(np.zeros((10, 10, 3), np.uint8)), [FLOOR])
    with pytest.raises(ParameterError, match="at least one plane"):
        Room(Frame(np.zeros((10, 10, 3), np.uint8)), [])


@pytest.fixture
def drawn(room, gl_ready):
    placed = room.add("armchair", at_px=pixel((0.0, -2.5)))
    return room, placed, room.render()


def test_the_picture_shows_the_piece_at_its_true_size(drawn):
    """What looks the same on a dark photo is the piece; its box is that of its points by OpenCV's projection."""
    cv2 = pytest.importorskip("cv2")
    room, placed, frame = drawn
    dark = Room(Frame(np.full_like(room.frame.pixels, 60)), room.planes, light=room.light)
    dark.standing_at(placed.product, placed.at_m, name="same")
    covered = np.abs(frame.pixels.astype(int) - dark.render().pixels).max(axis=2) < 8
    rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
    points = np.concatenate([p.positions_m[np.unique(p.triangles)] for p in placed.model.primitives])
    flipped = np.diag([1.0, -1.0, -1.0]) @ room.pose(placed)[:3]
    camera = np.array([[500.0, 0, 319.5], [0, 500.0, 239.5], [0, 0, 1]])
    seen = cv2.projectPoints(points.astype(float), cv2.Rodrigues(flipped[:, :3])[0], flipped[:, 3], camera, None)[0]
    box = [*seen.reshape(-1, 2).min(axis=0), *seen.reshape(-1, 2).max(axis=0)]
    np.testing.assert_allclose([columns[0], rows[0], columns[-1], rows[-1]], box, atol=2.0)


def test_the_photo_itself_stays_as_it_was(drawn):
    room, _, frame = drawn
    assert (room.frame.pixels == 170).all()
    assert (frame.pixels != 170).any()


def test_a_shadow_touches_the_foot(drawn):
    room, _, frame = drawn
    below = room.camera.project(from_plane(FLOOR, [(0.0, -2.5)]))[0]
    x, y = np.rint(below).astype(int)
    assert frame.pixels[y, x].max() < 150  # under the chair, in its shadow or the chair itself


def test_dimensions_are_drawn_only_on_request(drawn):
    room, _, frame = drawn
    with_lines = room.render(dimensions=True, unit="in")
    assert (with_lines.pixels != frame.pixels).any(axis=2).sum() > 500
    assert with_lines.pixels.shape == frame.pixels.shape


def test_a_removed_thing_leaves_photo_depth_and_what_hides_and_a_sentence():
    from tryon.types import Surface

    pixels = np.full((480, 640, 3), 170, np.uint8)
    pixels[300:360, 280:360] = (200, 30, 30)
    corners = from_plane(FLOOR, [floor_at(280, 360), floor_at(360, 360), floor_at(320, 340)]).astype(np.float32)
    thing = Surface(corners, np.array([[0, 1, 2]], np.uint32))
    far = Surface(corners - np.float32([0, 0, 8]), np.array([[0, 1, 2]], np.uint32))
    depth = np.full((240, 320), 2.0, np.float32)
    room = Room(Frame(pixels), [FLOOR], hiding=[thing, far], depth_m=depth)
    mask = np.zeros((480, 640), bool)
    mask[295:366, 275:366] = True
    note = room.erase(mask)
    assert "made up" in note
    assert room.remarks == (note,)
    assert np.abs(room.frame.pixels.astype(int) - 170).max() < 12
    assert room.hiding[0].triangles.tolist() == [[0, 1, 2]]
    assert len(room.hiding) == 1
    assert np.isnan(room.depth_m[165, 160])
    assert room.depth_m[20, 20] == 2.0


def floor_at(x, y):
    point = FLOOR.points_at((x, y))[0]
    frame = FLOOR.camera_from_plane
    return (point - frame[:3, 3]) @ frame[:3, [0, 2]]


def test_without_depth_a_thing_must_be_brushed(room):
    with pytest.raises(ParameterError, match="brush"):
        room.mask_at((300, 300))


def test_a_lamp_that_hangs_hangs_from_the_ceiling(room):
    from dataclasses import replace

    from tryon import catalog

    pendant = replace(catalog.load("floor-lamp"), anchor="ceiling")
    with pytest.raises(ParameterError, match="say its height"):
        room.add(pendant)
    room.add_ceiling(2.6)
    placed = room.add(pendant, at_px=pixel((0.2, -3.0), 2.6))
    points = np.concatenate([primitive.positions_m for primitive in placed.model.primitives])
    heights = (points @ room.pose(placed)[:3, :3].T + room.pose(placed)[:3, 3]) @ FLOOR.normal + FLOOR.distance_m
    assert heights.max() == pytest.approx(2.6, abs=1e-4)
    assert heights.min() == pytest.approx(2.6 - 1.55, abs=1e-3)
    assert len(room.dimensions(placed)) == 3


def test_a_room_of_one_wall_alone_takes_pictures(gl_ready):
    import dataclasses

    wall = dataclasses.replace(FLOOR, normal=np.array([0.0, 0.0, 1.0]), distance_m=2.5, kind="wall")
    room = Room(Frame(np.full((480, 640, 3), 170, np.uint8)), [wall])
    placed = room.add("wall-picture")
    np.testing.assert_allclose(room.pose(placed)[:3, :3], np.eye(3), atol=1e-9)
    assert (room.render(dimensions=True).pixels != 170).any()
    with pytest.raises(ParameterError, match="goes on a floor"):
        room.add("armchair")


def test_only_what_stands_near_a_wall_is_snapped_when_a_reach_is_given(room):
    room.add_wall(pixel((-2.0, -3.5)), pixel((2.0, -3.5)))
    near = room.add("nightstand", at_px=pixel((-0.5, -3.0)), yaw_rad=0.4)
    far = room.add("nightstand", at_px=pixel((0.7, -2.0)), yaw_rad=0.4)
    assert room.snap(near.id, within_m=0.5).yaw_rad == pytest.approx(0.0, abs=1e-9)
    assert room.snap(far.id, within_m=0.5) is far
