"""The scale source `depth`: a floor, or a sentence why not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.place.made_depth import CAMERA, made_room
from tryon.place import SOURCES, Evidence, Refusal, length_between
from tryon.types import Frame, Intrinsics, Plane

FRAME = Frame(np.zeros((CAMERA.height, CAMERA.width, 3), np.uint8))
LENS = Intrinsics(CAMERA, 0.01, "given")


def answer(depth_m: np.ndarray | None) -> Plane | Refusal | None:
    return SOURCES.get("depth")(Evidence(FRAME, LENS, depth_m=depth_m))


def test_no_depth_is_no_answer() -> None:
    assert answer(None) is None


def test_lengths_on_the_floor_are_true_within_their_interval() -> None:
    room = made_room()
    plane = answer(room.depth_m)
    assert isinstance(plane, Plane)
    assert plane.source == "depth frame"
    a, b = room.pixel_of(-0.5, 0.0, 2.0), room.pixel_of(0.7, 0.0, 3.0)
    measured = length_between(plane, a, b)
    truth = float(np.hypot(1.2, 1.0))
    assert measured.value_m == pytest.approx(truth, rel=0.01)
    assert measured.low_m < truth < measured.high_m


@pytest.mark.parametrize(
    ("depth_m", "words"),
    [
        (np.zeros((240, 320), np.float32), "holes only"),
        (made_room().depth_m * 1000.0, "wrong unit"),
        (made_room().depth_m / 100.0, "wrong unit"),
        (np.ones((240, 200), np.float32), "another shape"),
        (np.random.default_rng(0).uniform(0.3, 6.0, (240, 320)).astype(np.float32), "jump"),
    ],
    ids=["holes", "millimeters", "hundredths", "not aligned", "noise"],
)
def test_what_cannot_be_true_is_refused_in_one_sentence(depth_m: np.ndarray, words: str) -> None:
    refusal = answer(depth_m)
    assert isinstance(refusal, Refusal)
    assert words in refusal.reason
    assert refusal.reason.endswith(".")
