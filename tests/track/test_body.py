"""Bodies in real pictures: points, metric sizes, ids, and MediaPipe's own as the oracle."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.errors import ParameterError
from tryon.runtime import shared_session
from tryon.track import Tracker
from tryon.track.body_model import BodyModel, refine
from tryon.track.crops import whole
from tryon.types import Frame

_PARITY = json.loads((Path(__file__).parent / "mediapipe_points.json").read_text())["body"]
_THREE_MEN = "bodies/mmpose_coco/000000000785.jpg"


def _read(path: Path) -> np.ndarray:
    return np.ascontiguousarray(cv2.imread(str(path))[:, :, ::-1])


@pytest.mark.parametrize("name", _PARITY)
def test_one_reading_matches_mediapipe(name, shared_data, models_ready):
    image, truth = _read(shared_data / name), _PARITY[name]
    model = BodyModel(shared_session("pose_detector"), shared_session("pose_full"))
    reading = model.read(image, model.search(image, [whole(image)])[0])
    expected_px, expected_m = np.array(truth["points_px"]), np.array(truth["points_m"]) * [1, -1, -1]
    seen = np.array(truth["visible"]) > 0.5
    size_px = np.ptp(expected_px[:, :2], axis=0).max()
    assert np.linalg.norm(reading.points_px[:, :2] - expected_px[:, :2], axis=1)[seen].mean() < 0.008 * size_px
    assert np.linalg.norm(reading.points_m - expected_m, axis=1)[seen].mean() < 0.015
    assert np.abs(reading.visible - truth["visible"]).max() < 0.1


@pytest.mark.parametrize("quality", ["lite", "full", "heavy"])
def test_a_standing_person_has_human_limbs(quality, shared_data, models_ready):
    with Tracker.load("body", quality=quality) as tracker:
        (body,) = tracker.track(Frame(_read(shared_data / "bodies/viton_OOTDiffusion/model/051482_0.jpg"))).bodies
    m = body.points_m

    def length(one: int, other: int) -> float:
        return float(np.linalg.norm(m[one] - m[other]))

    # Adult segment lengths with room for the network's error; Winter, Biomechanics (2009), table 4.1, of 1.5–1.95 m.
    for thigh, shin in (((23, 25), (25, 27)), ((24, 26), (26, 28))):
        assert 0.30 < length(*thigh) < 0.52
        assert 0.30 < length(*shin) < 0.52
    assert 0.22 < length(11, 12) < 0.45
    assert 0.12 < length(23, 24) < 0.35
    for one, other in (((23, 25), (24, 26)), ((11, 13), (12, 14))):
        assert length(*one) == pytest.approx(length(*other), rel=0.35)
    assert m[[23, 24]].mean(axis=0) == pytest.approx([0, 0, 0], abs=0.02)
    assert m[0, 1] > m[11, 1] > 0.0 > m[25, 1] > m[27, 1], "y is not up"
    assert body.points_px[31, 1] > body.points_px[27, 1] - 5, "the feet are not below the ankles"


def test_several_bodies_are_found_with_ids_that_stay(shared_data, models_ready):
    image = _read(shared_data / "bodies/mmpose_coco/000000196141.jpg")
    with Tracker.load("body", max_bodies=3) as tracker:
        shown = [
            {body.id for body in tracker.track(Frame(np.roll(image, 3 * k, axis=1), k / 30.0, k)).bodies}
            for k in range(4)
        ]
    assert len(shown[0]) >= 2
    assert all(ids == shown[0] for ids in shown)


def test_one_body_is_followed_unless_more_are_asked_for(shared_data, models_ready):
    with Tracker.load("body") as tracker:
        assert len(tracker.track(Frame(_read(shared_data / _THREE_MEN))).bodies) == 1


def test_nobody_is_an_empty_result(models_ready):
    with Tracker.load("body", max_bodies=2) as tracker:
        for shape in ((1, 1, 3), (240, 320, 3)):
            assert tracker.track(Frame(np.full(shape, 127, np.uint8))).bodies == ()


@pytest.mark.parametrize("options", [{"quality": "best"}, {"max_bodies": 0}])
def test_an_unknown_option_value_is_one_clear_sentence(options):
    with pytest.raises(ParameterError, match=r"expected .*, got .*\."):
        Tracker.load("body", **options)


def test_refining_moves_a_point_to_the_middle_of_the_heat_near_it():
    heatmap = np.full((64, 64, 2), -20.0, np.float32)
    heatmap[29:32, 20:23, 0] = 20.0  # a plateau around cell (21, 30), four input pixels to a cell
    points = np.array([[90.0, 118.0, 5.0], [90.0, 118.0, 5.0]], np.float32)
    refined = refine(points, heatmap)
    assert refined[0].tolist() == pytest.approx([84.0, 120.0, 5.0], abs=1e-3)
    assert refined[1].tolist() == [90.0, 118.0, 5.0]


def test_refining_leaves_points_outside_the_heatmap():
    points = np.array([[-50.0, 10.0, 0.0], [10.0, 900.0, 0.0]], np.float32)
    assert np.array_equal(refine(points, np.full((64, 64, 2), 20.0, np.float32)), points)
