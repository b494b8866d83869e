"""Hands in real pictures: points, sides, ids, and MediaPipe's own as the oracle."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.errors import ParameterError
from tryon.runtime import shared_session
from tryon.track import Tracker
from tryon.track.crops import whole
from tryon.track.hand_model import HandModel
from tryon.types import Frame

pytestmark = pytest.mark.usefixtures("models_ready")

_PARITY = json.loads((Path(__file__).parent / "mediapipe_points.json").read_text())["hands"]
_TWO_HANDS = "bodies/hands/mediapipe_gesture/none/00c84257-800d-4032-9e64-e47eb97005f5.jpg"
_RIGHT_HAND = "bodies/hands/mediapipe_gesture/four/105f8f8e-ccd6-45a0-b22a-e314930bc13e.jpg"


def _read(path: Path) -> np.ndarray:
    return np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])


@pytest.fixture(scope="module")
def tracker(models_ready):
    with Tracker.load("hands") as hands:
        yield hands


@pytest.mark.parametrize("name", _PARITY)
def test_one_reading_matches_mediapipe(name, shared_data):
    image, truth = _read(shared_data / name), _PARITY[name]
    model = HandModel(shared_session("palm_detector"), shared_session("hand_full"))
    reading = model.read(image, model.search(image, [whole(image)])[0])
    expected_px, expected_m = np.array(truth["points_px"]), np.array(truth["points_m"]) * [1, -1, -1]
    size_px = np.ptp(expected_px[:, :2], axis=0).max()
    assert np.linalg.norm(reading.points_px[:, :2] - expected_px[:, :2], axis=1).mean() < 0.006 * size_px
    assert np.abs(reading.points_px[:, 2] - expected_px[:, 2]).mean() < 0.01 * size_px
    assert np.linalg.norm(reading.points_m - expected_m, axis=1).mean() < 0.002


def test_both_hands_are_found_with_their_sides(tracker, shared_data):
    hands = tracker.track(Frame(_read(shared_data / _TWO_HANDS))).hands
    assert {hand.side for hand in hands} == {"left", "right"}
    assert len({hand.id for hand in hands}) == 2


def test_the_side_is_the_persons_own_and_swaps_in_a_mirror(tracker, shared_data):
    image = _read(shared_data / _RIGHT_HAND)
    assert [hand.side for hand in tracker.track(Frame(image)).hands] == ["right"]
    mirrored = np.ascontiguousarray(image[:, ::-1])
    assert [hand.side for hand in tracker.track(Frame(mirrored)).hands] == ["left"]


def test_a_hand_has_the_size_of_a_hand(tracker, shared_data):
    for name in _PARITY:
        (hand,) = tracker.track(Frame(_read(shared_data / name))).hands
        m = hand.points_m
        palm = np.linalg.norm(m[9] - m[0])
        assert 0.06 < palm < 0.13, name
        assert np.abs(m.mean(axis=0)).max() < 0.06, name


def test_ids_stay_while_hands_move(tracker, shared_data):
    image = _read(shared_data / _TWO_HANDS)
    shown = []
    for index in range(8):
        moved = np.roll(image, 6 * index, axis=1)
        hands = tracker.track(Frame(moved, index / 30.0, index)).hands
        shown.append({hand.id: hand.side for hand in hands})
    assert all(ids == shown[0] for ids in shown)


def test_a_new_source_forgets_the_last(tracker, shared_data):
    image = _read(shared_data / _RIGHT_HAND)
    tracker.track(Frame(image))
    assert tracker.track(Frame(np.zeros_like(image))).hands == ()
    assert [hand.id for hand in tracker.track(Frame(image)).hands] == [0]


def test_smoothing_steadies_a_noisy_still(shared_data):
    image = _read(shared_data / _RIGHT_HAND)
    random = np.random.default_rng(0)
    spread = {}
    for smooth in (False, True):
        with Tracker.load("hands", smooth=smooth, max_hands=1) as hands:
            points = []
            for index in range(20):
                noisy = np.clip(image + random.normal(0, 6, image.shape), 0, 255).astype(np.uint8)
                found = hands.track(Frame(noisy, index / 30.0, index)).hands
                points.append(found[0].points_px[:, :2])
            spread[smooth] = np.std(points[8:], axis=0).mean()
    assert spread[True] < 0.7 * spread[False]


def test_few_pixels_and_no_hands_are_empty_results(tracker):
    for shape in ((1, 1, 3), (8, 300, 3), (64, 64, 3)):
        assert tracker.track(Frame(np.full(shape, 127, np.uint8))).hands == ()


@pytest.mark.parametrize("options", [{"quality": "best"}, {"max_hands": 0}])
def test_an_unknown_option_value_is_one_clear_sentence(options):
    with pytest.raises(ParameterError, match=r"expected .*, got .*\."):
        Tracker.load("hands", **options)
