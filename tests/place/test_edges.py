import numpy as np
import pytest

from tests.place.floors import A4_M, Floor, Lying
from tryon.place.edges import trace_outline


def _off_px(found: np.ndarray, true: np.ndarray) -> float:
    return min(float(np.abs(np.roll(found, turn, 0) - true).max()) for turn in range(4))


def _clockwise(corners: np.ndarray) -> np.ndarray:
    middle = corners.mean(axis=0)
    return corners[np.argsort(np.arctan2(*(corners - middle).T[::-1]))]


def test_corners_are_found_to_a_tenth_of_a_pixel_from_rough_ones() -> None:
    sheet = Lying(A4_M)
    floor = Floor((sheet,))
    true = _clockwise(floor.corners_px(sheet))
    rough = true + np.random.default_rng(1).normal(0.0, 1.5, (4, 2))
    found = trace_outline(floor.frame().pixels, rough)
    assert found is not None
    assert _off_px(found.corners_px, true) < 0.15
    assert found.support.min() > 0.9
    assert (found.contrast > 0.0).all()
    assert (found.sigma_px < 0.2).all()


def test_a_foot_on_a_side_takes_its_share_of_the_support_but_not_the_line() -> None:
    sheet = Lying(A4_M, turn_rad=0.0)
    floor = Floor((sheet,), foot_m=(0.0, 0.80, 0.05))
    true = _clockwise(floor.corners_px(sheet))
    found = trace_outline(floor.frame().pixels, true + 1.0)
    assert found is not None
    assert _off_px(found.corners_px, true) < 0.3
    assert found.support.min() < 0.85


def test_a_thing_darker_than_the_floor_has_negative_contrast() -> None:
    sheet = Lying(A4_M, rgb=(0.03, 0.03, 0.04))
    floor = Floor((sheet,))
    true = _clockwise(floor.corners_px(sheet))
    found = trace_outline(floor.frame().pixels, true)
    assert found is not None
    assert (found.contrast < 0.0).all()
    assert _off_px(found.corners_px, true) < 0.2


def test_a_larger_picture_is_traced_from_coarse_to_fine() -> None:
    sheet = Lying(A4_M)
    floor = Floor((sheet,), width=1120, height=840, focal_px=980.0)
    true = _clockwise(floor.corners_px(sheet))
    found = trace_outline(floor.frame().pixels, true + np.array([8.0, -7.0]), reach_px=12.0)
    assert found is not None
    assert _off_px(found.corners_px, true) < 0.25


def test_a_picture_without_edges_has_no_outline() -> None:
    corners = np.array([[20.0, 20.0], [80.0, 20.0], [80.0, 80.0], [20.0, 80.0]])
    assert trace_outline(np.full((100, 100, 3), 128, np.uint8), corners) is None


@pytest.mark.parametrize("corners", [np.zeros((4, 2)), np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 3.0], [0.0, 3.0]])])
def test_sides_of_a_few_pixels_have_no_outline(corners: np.ndarray) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    assert trace_outline(noise, corners) is None
