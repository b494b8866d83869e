from __future__ import annotations

import numpy as np
import pytest

from tryon.errors import ScaleUnknownError, ShapeError
from tryon.measure import measure_face
from tryon.measure.card_lines import find_rectangles
from tryon.measure.card_pose import fit_card
from tryon.measure.exif import focal_px_of
from tryon.types import Camera, Frame


def corner_miss_px(found, true):
    return min(float(np.abs(np.roll(found, turn, 0) - true).max()) for turn in range(4))


@pytest.mark.parametrize(("place", "within_mm"), [("forehead", 1.0), ("chin", 1.6)])
def test_a_card_under_a_thumb_is_found_and_gives_the_distance(render, place, within_mm):
    truth, face = render(pd_mm=67.0, iris_mm=11.1, card=place, card_tilt_deg=(2.0, -2.0, 4.0), seed=11)
    found = measure_face(truth.frame, face, truth.camera, sources=("card",), camera_known=True)
    pd = found.pupillary_distance
    assert pd.source == "bank card"
    assert abs(pd.value_m - truth.pd_m) * 1e3 < within_mm
    assert pd.low_m < truth.pd_m < pd.high_m


def test_edges_give_the_cards_pose_to_a_fraction_of_a_pixel(render):
    truth, _ = render(pd_mm=67.0, iris_mm=11.1, card="forehead", card_tilt_deg=(2.0, -2.0, 4.0), seed=11)
    rough = truth.card_corners_px + np.array([[2.0, -1.0], [-1.5, 2.0], [1.0, 1.0], [-2.0, -1.0]])
    fit = fit_card(truth.pixels, rough, truth.camera, facing=truth.camera_from_card[:3, 2])
    assert fit is not None
    assert corner_miss_px(fit.corners_px, truth.card_corners_px) < 0.6
    assert abs(fit.camera_from_card[2, 3] / truth.camera_from_card[2, 3] - 1.0) < 0.004


def test_corners_by_hand_may_come_in_any_order(render):
    truth, face = render(pd_mm=67.0, iris_mm=11.1, card="forehead", card_tilt_deg=(2.0, -2.0, 4.0), seed=11)
    corners = truth.card_corners_px[[2, 0, 3, 1]] + 1.0
    found = measure_face(truth.frame, face, truth.camera, sources=("card",), card_corners_px=corners)
    assert abs(found.pupillary_distance.value_m - truth.pd_m) < 1e-3


def test_no_card_is_said_when_one_was_asked_for_and_else_not_missed(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    with pytest.raises(ScaleUnknownError, match="No bank card found"):
        measure_face(truth.frame, face, truth.camera, sources=("card",))
    assert measure_face(truth.frame, face, truth.camera).pupillary_distance.source == "iris prior"


def test_something_card_shaped_but_larger_is_no_card(render):
    """A phone has 147 × 71 mm; corners given by hand of one at the forehead do not fit the irises."""
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    middle = truth.landmarks_px[9]
    half = 0.5 * np.array([147.0, 85.0]) / 1000.0 * truth.camera.focal_x_px / 0.42
    corners = middle + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    with pytest.raises(ScaleUnknownError, match="no bank card or not at the face"):
        measure_face(truth.frame, face, truth.camera, sources=("card",), card_corners_px=corners)


def test_a_card_cut_by_the_picture_is_not_measured(render):
    truth, face = render(pd_mm=67.0, iris_mm=11.1, card="forehead", card_tilt_deg=(2.0, -2.0, 4.0), seed=11)
    pixels = truth.pixels.copy()
    pixels[: int(truth.card_corners_px[:, 1].mean())] = 90
    with pytest.raises(ScaleUnknownError, match="bank card"):
        measure_face(Frame(pixels), face, truth.camera, sources=("card",))


def test_corners_that_are_no_corners_are_refused(render):
    truth, face = render(pd_mm=58.0, iris_mm=11.7, seed=3)
    with pytest.raises(ShapeError, match="four points"):
        measure_face(truth.frame, face, truth.camera, card_corners_px=[[0, 0], [1, 1]])
    with pytest.raises(ScaleUnknownError, match="corners"):
        measure_face(truth.frame, face, truth.camera, sources=("card",), card_corners_px=np.ones((4, 2)))


@pytest.mark.parametrize(
    ("name", "corners"),
    [
        ("IMG_7341.jpg", [[1901.0, 1790.7], [2362.8, 1778.7], [2359.1, 2520.9], [1901.0, 2480.0]]),
        ("IMG_7344.jpg", [[1596.7, 1973.7], [1974.9, 2009.2], [1885.6, 2727.8], [1504.6, 2632.4]]),
    ],
)
def test_real_cards_on_a_floor_are_found_where_the_reference_says(shared_data, name, corners):
    from tryon.capture import read_image

    path = shared_data / "rooms" / "letter_feet" / name
    focal_px = focal_px_of(path)
    assert focal_px == pytest.approx(2796, abs=1.0)
    frame = read_image(path)
    true = np.array(corners)
    low, high = true.min(0) - 300, true.max(0) + 300
    box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
    found = find_rectangles(frame.pixels, width_px=740.0, tolerance=0.22, box=box)
    fits = [fit_card(frame.pixels, one.corners_px, Camera.of_focal(frame.width, frame.height, focal_px), facing=None)
            for one in found]  # fmt: skip
    best = max((fit for fit in fits if fit is not None), key=lambda fit: fit.support.mean() - 0.1 * fit.miss_px)
    assert corner_miss_px(best.corners_px, true) < 6.0  # of 740


def test_two_cards_are_one_too_many(render):
    looks = {"pd_mm": 62.0, "iris_mm": 11.5, "thumb": False, "seed": 4}
    above, face = render(card="forehead", **looks)
    below, _ = render(card="chin", **looks)
    row = int(above.landmarks_px[1, 1])
    both = np.concatenate([above.pixels[:row], below.pixels[row:]])
    with pytest.raises(ScaleUnknownError, match="got two"):
        measure_face(Frame(both), face, above.camera, sources=("card",))
