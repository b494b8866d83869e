"""Single-shot detection."""

import numpy as np
import pytest

from tryon.errors import ShapeError
from tryon.track.anchors import anchor_centers
from tryon.track.crops import Square, whole
from tryon.track.detector import Detections, Detector, SsdLayout, decode, merge_overlapping, overlaps
from tryon.track.face_finder import FULL_RANGE, SHORT_RANGE

TINY = SsdLayout(16, (8,), 1, keypoints=1, low=0.0, high=1.0, min_score=0.5)


@pytest.mark.parametrize(
    ("input_px", "strides", "per_layer", "count"),
    [
        (128, (8, 16, 16, 16), 2, 896),
        (192, (4,), 1, 2304),
        (192, (8, 16, 16, 16), 2, 2016),
        (224, (8, 16, 32, 32, 32), 2, 2254),
    ],
)
def test_there_are_as_many_anchors_as_the_published_models_have_rows(input_px, strides, per_layer, count):
    assert anchor_centers(input_px, strides, per_layer).shape == (count, 2)


def test_anchors_run_row_by_row_with_those_of_a_cell_together():
    centers = anchor_centers(32, (16, 16), 1)
    np.testing.assert_allclose(centers[:, 0], [0.25, 0.25, 0.75, 0.75] * 2)
    np.testing.assert_allclose(centers[:, 1], [0.25] * 4 + [0.75] * 4)


def test_the_layouts_match_the_networks(models_ready):
    from tryon.runtime import shared_session

    for name, layout in (("face_detector_short", SHORT_RANGE), ("face_detector_full", FULL_RANGE)):
        session = shared_session(name, device="cpu")
        assert session.input_shape == (layout.input_px, layout.input_px, 3)
        assert session.input_range == (layout.low, layout.high)


def planted(row, dx, dy, width, height, key_x, key_y, logit=3.0):
    regressed, logits = np.zeros((4, 6), np.float32), np.full(4, -9.0, np.float32)
    regressed[row] = dx, dy, width, height, key_x, key_y
    logits[row] = logit
    return regressed, logits


def test_a_box_is_read_relative_to_its_anchor():
    found = decode(*planted(3, 2, -1, 8, 4, 1, 1), TINY)
    # Anchor 3 of a 2×2 grid sits at (0.75, 0.75) of 16 px.
    np.testing.assert_allclose(found.boxes, [[14 / 16 - 0.25, 11 / 16 - 0.125, 14 / 16 + 0.25, 11 / 16 + 0.125]])
    np.testing.assert_allclose(found.keypoints, [[[13 / 16, 13 / 16]]])
    assert found.scores[0] == pytest.approx(1 / (1 + np.exp(-3)))


def test_nothing_above_the_score_is_an_empty_result():
    found = decode(*planted(0, 0, 0, 4, 4, 0, 0, logit=-0.1), TINY)
    assert len(found) == 0
    assert len(merge_overlapping(found)) == 0


def test_outputs_of_another_layout_are_refused():
    with pytest.raises(ShapeError, match=r"\(4, 6\)"):
        decode(np.zeros((5, 6), np.float32), np.zeros(5, np.float32), TINY)


def test_overlap_of_boxes_is_intersection_over_union():
    boxes = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6]], np.float32)
    np.testing.assert_allclose(overlaps(boxes[0], boxes), [1.0, 1 / 3, 0.0])


def test_overlapping_boxes_become_their_weighted_mean_and_distant_ones_stay():
    boxes = np.array([[0, 0, 10, 10], [2, 0, 12, 10], [50, 50, 60, 60]], np.float32)
    found = Detections(boxes, boxes[:, None, :2], np.array([0.9, 0.6, 0.5], np.float32))
    merged = merge_overlapping(found)
    np.testing.assert_allclose(merged.boxes, [[0.8, 0, 10.8, 10], [50, 50, 60, 60]], rtol=1e-6)
    np.testing.assert_allclose(merged.scores, [0.9, 0.5])


def test_a_detection_in_a_turned_square_lands_in_the_picture():
    class Planted:
        def run(self, batch):
            regressed, logits = planted(1, 0, 0, 4, 4, 4, 0)
            return regressed[None], logits[None]

    square = Square(100.0, 50.0, 16.0, np.pi / 2)
    found = Detector(Planted(), TINY).detect(np.zeros((100, 200, 3), np.uint8), square)
    # Anchor 1 lies at (12, 4) of 16, so (4, −4) from the middle; a quarter turn clockwise makes that (4, 4).
    np.testing.assert_allclose(found.boxes[0], [102, 52, 106, 56], atol=1e-4)
    np.testing.assert_allclose(found.keypoints[0, 0], [104, 58], atol=1e-4)  # 4 along x became 4 along y


def test_the_whole_picture_is_padded_to_a_square():
    assert whole(np.zeros((720, 1280, 3), np.uint8)) == Square(640.0, 360.0, 1280.0)
