"""A drawn arm of known place is found by its edges; sleeves and plain pictures change nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.wear.made_hand import CAMERA, LENGTH_M, made_hand, view_of
from tryon.types import Frame, Model
from tryon.wear import View
from tryon.wear.arm_edges import ArmOffset, arm_offset, with_offset
from tryon.wear.hand import Hand

SKIN, SLEEVE, WALL = (190, 140, 115), (60, 70, 120), (225, 228, 230)


def picture(shift_m: float, tilt: float, *, sleeve: bool = False, wall: tuple = WALL) -> np.ndarray:
    """The made hand's palm, and a forearm 60 mm wide beside where the wrist is tracked."""
    _, true = made_hand()
    pixels = np.full((CAMERA.height, CAMERA.width, 3), wall, np.uint8)
    wrist = true[0]
    ends = [wrist + np.array([shift_m + tilt * s, s, 0.0]) for s in (0.01, -0.12)]
    arm = [ends[0] + [0.03, 0, 0], ends[1] + [0.03, 0, 0], ends[1] - [0.03, 0, 0], ends[0] - [0.03, 0, 0]]
    color = SLEEVE if sleeve else SKIN
    cv2.fillPoly(pixels, [np.rint(CAMERA.project(arm)).astype(np.int32)], color)
    palm = np.concatenate([true[[0]] + [[0.028, 0, 0]], true[[5, 9, 13, 17]], true[[0]] - [[0.028, 0, 0]]])
    cv2.fillPoly(pixels, [np.rint(CAMERA.project(palm)).astype(np.int32)], SKIN)
    noise = np.random.default_rng(0).normal(0, 4, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def hand() -> Hand:
    return Hand.of(made_hand()[0], CAMERA, length_m=LENGTH_M)


@pytest.mark.parametrize(("shift_m", "tilt"), [(0.0, 0.0), (0.008, 0.0), (-0.006, 0.25), (0.004, -0.3)])
def test_the_arm_is_found_where_it_is_drawn(shift_m, tilt):
    tracked = hand()
    offset = arm_offset(picture(shift_m, tilt), tracked, CAMERA)
    moved = with_offset(tracked, offset)
    at = moved.points_m[0] - tracked.points_m[0]
    assert 1000 * at[0] == pytest.approx(1000 * shift_m, abs=1.5)
    assert moved.forearm[0] / moved.forearm[1] == pytest.approx(tilt, abs=0.05)


def test_a_sleeve_or_a_wall_of_skin_color_changes_nothing():
    assert arm_offset(picture(0.008, 0.0, sleeve=True), hand(), CAMERA) is None
    assert arm_offset(picture(0.008, 0.0, wall=SKIN), hand(), CAMERA) is None


def test_a_hand_out_of_the_picture_changes_nothing():
    landmarks, _ = made_hand(place_m=(3.0, 0.0, -0.6))
    assert arm_offset(picture(0.0, 0.0), Hand.of(landmarks, CAMERA), CAMERA) is None


def test_a_watch_goes_to_the_arm_and_stays_there_while_the_edges_are_hidden():
    from tests.wear.test_hand_wearables import product
    from tryon.wear.watch import Watch

    watch = Watch(product("watch"), Model("empty", (), ()))
    watch.hand_length_m = LENGTH_M
    landmarks, _ = made_hand()

    def x_mm(pixels: np.ndarray | None, index: int) -> float:
        view = view_of(landmarks, index=index, time_s=index / 30)
        if pixels is not None:
            view = View(Frame(pixels, time_s=index / 30, index=index), view.tracks, CAMERA)
        return 1000 * float(watch.draw(view)[0].items[0].camera_from_model[0, 3])

    seen = x_mm(picture(0.008, 0.0), 0)
    assert seen == pytest.approx(50.0 + 8.0, abs=1.5)
    assert x_mm(None, 1) == pytest.approx(seen, abs=0.5)
    assert ArmOffset(0.004, 0.2).toward(ArmOffset(0.0, 0.0), 0.5) == ArmOffset(0.002, 0.1)
