import numpy as np
import pytest

from tryon.errors import InputError, ParameterError, TryOnError
from tryon.session.room_scale import evidence_of
from tryon.types import Camera, Frame, Intrinsics

FRAME = Frame(np.zeros((480, 640, 3), np.uint8))
LENS = Intrinsics(Camera.of_focal(640, 480, 500.0), 0.01, "EXIF")


def evidence(*scale, corners=None):
    return evidence_of(FRAME, LENS, scale, corners)[0]


@pytest.mark.parametrize(
    ("text", "metres"), [("tag:0.10", 0.1), ("tag:10cm", 0.1), ("tag:100 mm", 0.1), ("tag:4in", 0.1016), ("tag", None)]
)
def test_a_tag_may_tell_its_edge(text, metres):
    found = evidence(text)
    assert found.tag_size_m == (None if metres is None else pytest.approx(metres))
    assert found.wanted == ("tag",)


def test_points_are_a_span_with_their_length():
    found = evidence("points:1,2,3.5,4,90cm", "points:1,2,9,4,2.03±0.01")
    np.testing.assert_array_equal(found.spans[0].ends_px, [[1, 2], [3.5, 4]])
    assert found.spans[0].length_m == pytest.approx(0.9)
    assert found.spans[1].sigma_m == pytest.approx(0.01)
    assert found.wanted == ("points",)


def test_a_height_a_tile_and_a_door_are_read():
    found = evidence("height:1.5±0.05", "tile:0.6@1,2 3,4 5,6 7,8", "door:0.86x2.03@1,2,3,4,5,6,7,8")
    assert found.camera_height_m == pytest.approx((1.5, 0.05))
    assert found.tile.size_m == (0.6, 0.6)
    assert found.door.size_m == (0.86, 2.03)
    np.testing.assert_array_equal(found.tile.corners_px, [[1, 2], [3, 4], [5, 6], [7, 8]])


def test_auto_asks_everybody_and_keeps_what_was_told():
    found = evidence("auto", "tag:0.2")
    assert found.wanted == ()
    assert found.tag_size_m == pytest.approx(0.2)


def test_a_depth_file_is_read(tmp_path):
    np.save(tmp_path / "depth.npy", np.full((48, 64), 2.0, np.float32))
    found = evidence(f"depth:{tmp_path / 'depth.npy'}")
    assert found.depth_m.shape == (48, 64)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a5", "a4, letter, card"),
        ("a4:3", "a4, letter"),
        ("tag:ten", "length such as"),
        ("tag:-1", "length such as"),
        ("tag:100", "say the unit"),
        ("points:1,2,3", "x1,y1,x2,y2"),
        ("points:1,2,3,nan,1", "x1,y1,x2,y2"),
        ("points:1,2,3,1e9,1", "x1,y1,x2,y2"),
        ("height:", "length such as"),
        ("tile:0.6@1,2,3", "tile:SIDE"),
        ("door:0.86@1,2,3,4,5,6,7,8", "door:WIDTHxHEIGHT"),
        ("tile:" + "9" * 5000, "length such as|say the unit"),
        ("", "auto, a4"),
    ],
)
def test_what_is_not_understood_is_one_sentence(text, words):
    with pytest.raises(ParameterError, match=words) as caught:
        evidence(text)
    assert len(str(caught.value)) < 400


def test_a_missing_depth_file_is_said():
    with pytest.raises(InputError):
        evidence("depth:/nowhere/depth.png")


def test_a_flood_of_sources_is_refused():
    with pytest.raises(ParameterError, match="at most 16"):
        evidence(*["a4"] * 17)


@pytest.mark.parametrize("corners", [[[0, 0]] * 3, [[0, np.nan]] * 4, [[0, 0, 0]] * 4])
def test_corners_are_four_finite_points(corners):
    with pytest.raises(TryOnError, match="four"):
        evidence(corners=corners)
