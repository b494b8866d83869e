import contextlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.place.shapes import floor
from tryon.errors import InputError, TryOnError, UnknownNameError
from tryon.session.room import Room
from tryon.session.room_planes import from_plane
from tryon.session.room_state import MOST_BYTES, room_from, state_of, write_state
from tryon.types import Frame

FLOOR = floor(size=(640, 480), focal_px=500.0)
FRAME = Frame(np.full((480, 640, 3), 170, np.uint8))


def pixel(at):
    return FLOOR.camera.project(from_plane(FLOOR, [at]))[0]


def furnished():
    room = Room(FRAME, [FLOOR], remarks=["Look."], taken_px=[np.array([[1.0, 2], [3, 2], [3, 4]])])
    room.add_wall(pixel((-2.0, -3.5)), pixel((2.0, -3.5)))
    base = room.add("sideboard", at_px=pixel((0.3, -3.0)), yaw_rad=0.3, variant="Walnut")
    room.add("nightstand", on=base.id)
    room.add("wall-picture")
    return room


STATE = state_of(furnished())


def test_a_room_comes_back_as_it_was():
    room = furnished()
    again = room_from(write_state(room), FRAME)
    assert write_state(again) == write_state(room)
    for one, other in zip(room.pieces, again.pieces, strict=True):
        np.testing.assert_allclose(again.pose(other), room.pose(one), atol=1e-9)
        assert other.product.variant == one.product.variant
    assert again.remarks == room.remarks


def test_a_piece_added_later_gets_an_id_of_its_own():
    again = room_from(write_state(furnished()), FRAME)
    ids = [again.add("rug", at_px=pixel((0, -2.0))).id, *(placed.id for placed in again.pieces)]
    assert len(set(ids)) == 4


def changed(path, value):
    state = json.loads(json.dumps(STATE))
    at = state
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return json.dumps(state)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (["schema"], "tryon.room/2", "tryon.room/2"),
        (["schema"], "tryon.look/1", "tryon.room/1"),
        (["schema"], 3, "tryon.room/1"),
        (["picture_px"], [10, 10], "10×10"),
        (["extra"], 1, "extra"),
        (["planes"], [], "1 to 32"),
        (["planes"], [{}] * 40, "1 to 32"),
        (["planes", 0, "kind"], "roof", "floor, table, wall, ceiling"),
        (["planes", 0, "kind"], ["floor"], "kind"),
        (["planes", 0, "normal"], [0, 2, 0], "normal"),
        (["planes", 0, "normal"], [0, 0.2, 0], "unit vector"),
        (["planes", 0, "distance_m"], -1.0, "distance_m"),
        (["planes", 0, "distance_m"], True, "distance_m"),
        (["planes", 0, "covariance"], np.diag([-1.0, 1, 1, 1]).tolist(), "negative variance"),
        (["planes", 0, "focal_px"], [0.0, 1.0], "focal_px"),
        (["planes", 0, "source"], "x" * 600, "500 letters"),
        (["planes", 0, "outline_m"], [[0, 0, 0]], "outline_m"),
        (["camera", "focal_sigma"], 2.0, "focal_sigma"),
        (["pieces"], [STATE["pieces"][0]] * 65, "0 to 64"),
        (["pieces", 0, "plane"], 7, "plane"),
        (["pieces", 0, "plane"], 0.5, "plane"),
        (["pieces", 0, "at_m"], [1e9, 0.0], "at_m"),
        (["pieces", 0, "at_m"], [0.3], "at_m"),
        (["pieces", 0, "at_m"], [0.0, 50.0], "behind the camera"),
        (["pieces", 0, "yaw_rad"], "left", "yaw_rad"),
        (["pieces", 0, "id"], "", "id"),
        (["pieces", 1, "id"], STATE["pieces"][0]["id"], "id of its own"),
        (["pieces", 1, "on"], "nobody", "before it"),
        (["pieces", 0, "lift_m"], -1, "lift_m"),
        (["remarks"], ["a\nb"], "remarks"),
    ],
)
def test_an_odd_field_is_one_sentence(path, value, words):
    with pytest.raises(InputError, match=words.replace("(", r"\(")) as caught:
        room_from(changed(path, value), FRAME)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/work/sofa.glb", "no-such", "assets/products/sofa/product.toml"])
def test_a_product_is_opened_by_name_only(name):
    with pytest.raises(UnknownNameError):
        room_from(changed(["pieces", 0, "product"], name), FRAME)


@pytest.mark.parametrize(
    "text", [b"\xff\xfe", "[]", "null", "{", "[" * 5000, '{"schema": NaN}', "x" * (MOST_BYTES + 1), "{}"]
)
def test_what_is_no_room_is_one_sentence(text):
    with pytest.raises(InputError):
        room_from(text, FRAME)


def test_not_a_number_is_refused_everywhere():
    with pytest.raises(InputError, match="distance_m"):
        room_from(changed(["planes", 0, "distance_m"], float("nan")), FRAME)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10**6) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([*STATE]), JSON)
def test_any_value_in_any_field_is_a_room_or_an_error_on_purpose(name, value):
    with contextlib.suppress(TryOnError):
        room_from(json.dumps(STATE | {name: value}), FRAME)
