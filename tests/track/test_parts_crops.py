"""The squares the parts model looks at, and the pixels in them."""

import cv2
import numpy as np
import pytest

from tryon.track.crops import Square, whole
from tryon.track.parts_crops import Head, face_square, heads_square, inside, pixels_of
from tryon.types import Face, FaceLandmarks


def _head(x: float, y: float, size: float = 100.0, turns: int = 0) -> Head:
    return Head(x, y, size, turns)


def _blank(height: int, width: int) -> np.ndarray:
    return np.zeros((height, width, 3), np.uint8)


def _corners(square: Square) -> np.ndarray:
    affine = square.image_from_crop(1)
    return np.array([[0, 0, 1], [1, 0, 1], [0, 1, 1], [1, 1, 1]]) @ affine.T


def _turned_face(angle_rad: float) -> Face:
    points = np.zeros((478, 3), np.float32)
    points[10], points[152] = (0, -50, 0), (0, 50, 0)
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    points[:, :2] = points[:, :2] @ np.array([[c, s], [-s, c]]) + [200, 150]
    return Face(0, FaceLandmarks(points.astype(np.float32), 1.0))


@pytest.mark.parametrize(("angle_rad", "turns"), [(0.0, 0), (0.6, 0), (1.2, 1), (np.pi, 2), (-np.pi / 2, 3)])
def test_a_head_knows_its_turn_in_quarters(angle_rad, turns):
    assert Head.of(_turned_face(angle_rad)).quarter_turns == turns


def test_without_heads_the_whole_picture_is_looked_at():
    image = _blank(300, 500)
    assert heads_square(image, []) == whole(image)


def test_the_square_stays_inside_a_large_picture():
    image = _blank(1000, 1000)
    for x, y in ((60.0, 60.0), (940.0, 500.0), (500.0, 950.0)):
        corners = _corners(heads_square(image, [_head(x, y)]))
        assert corners.min() >= -1e-6
        assert corners.max() <= 1000 + 1e-6


def test_every_head_lies_in_the_square():
    image = _blank(720, 1280)
    heads = [_head(150.0, 300.0, 90.0), _head(1100.0, 350.0, 120.0)]
    low, high = _corners(heads_square(image, heads)).min(0), _corners(heads_square(image, heads)).max(0)
    for head in heads:
        assert low[0] <= head.center_x_px - head.size_px <= head.center_x_px + head.size_px <= high[0]


def test_a_longer_reach_grows_downward_not_upward():
    image = _blank(2000, 2000)
    near, far = (heads_square(image, [_head(1000.0, 600.0)], reach=reach) for reach in (1.0, 2.0))
    assert far.side_px == pytest.approx(2.0 * near.side_px)
    assert _corners(far)[0, 1] == pytest.approx(_corners(near)[0, 1])


def test_a_face_outside_the_picture_gives_the_whole_picture():
    image = _blank(300, 300)
    assert heads_square(image, [_head(-2000.0, 100.0)]) == whole(image)


def test_the_top_of_an_upside_down_head_is_the_top_of_its_square():
    image = _blank(1000, 1000)
    square = face_square(image, _head(500.0, 500.0, 100.0, 2))
    top_left = square.image_from_crop(1) @ [0.0, 0.0, 1.0]
    assert top_left[1] > 500.0


def test_a_square_larger_than_the_picture_shrinks_and_centers():
    square = inside(_blank(400, 600), Square(10.0, 10.0, 5000.0))
    assert (square.center_x_px, square.center_y_px, square.side_px) == (300.0, 200.0, 600.0)


@pytest.mark.parametrize("side", [100.0, 600.0, 1500.0])
@pytest.mark.parametrize("angle_rad", [0.0, np.pi / 2, 0.4])
def test_pixels_are_taken_from_where_the_square_says(side, angle_rad):
    y, x = np.mgrid[0:1600, 0:1600]
    image = np.stack((x // 8, y // 8, np.zeros_like(x)), axis=-1).astype(np.uint8)
    square = Square(800.0, 780.0, side, angle_rad)
    pixels = pixels_of(image, square, 64).astype(np.float64)
    columns, rows = np.meshgrid(np.arange(64), np.arange(64))
    at = np.stack((columns, rows, np.ones_like(rows)), axis=-1) @ square.image_from_crop(64).T
    well_inside = ((at > 40) & (at < 1560)).all(axis=-1)
    expected = at / 8.0 - 0.4375  # x // 8 averages to x / 8 − 7/16
    assert np.abs(pixels[..., :2] - expected)[well_inside].max() < 2.0
    assert np.abs((pixels[..., :2] - expected)[well_inside].mean()) < 0.3


def test_shrinking_averages_rather_than_skips():
    stripes = np.zeros((1024, 1024, 3), np.uint8)
    stripes[:, ::2] = 255
    pixels = pixels_of(stripes, whole(stripes), 128)
    assert np.abs(pixels[8:-8, 8:-8].astype(int) - 127).max() <= 2
    skipped = cv2.warpAffine(stripes, whole(stripes).image_from_crop(128), (128, 128), flags=cv2.WARP_INVERSE_MAP)
    assert np.ptp(skipped) == 0  # what a plain warp makes of it: all stripes of one color


def test_beyond_the_picture_is_black():
    white = np.full((100, 100, 3), 255, np.uint8)
    pixels = pixels_of(white, Square(0.0, 0.0, 400.0), 64)
    assert pixels[:20].max() == 0
    assert pixels[40, 40].min() == 255
