"""Turned squares of a picture."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryon.track.crops import Square, cut, square_between, tensor, to_crop, to_image, whole

squares = st.builds(
    Square,
    st.floats(-500, 2000),
    st.floats(-500, 2000),
    st.floats(10, 3000),
    st.floats(-math.pi, math.pi),
)


@pytest.fixture
def picture():
    return np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)


@given(squares, st.sampled_from([128, 192, 256]))
def test_points_come_back_from_the_crop(square, size):
    points = np.random.default_rng(1).uniform(-100, 400, (20, 3)).astype(np.float32)
    back = to_crop(to_image(points, square, size), square, size)
    np.testing.assert_allclose(back, points, atol=0.05)


def test_depth_grows_with_the_square():
    points = np.array([[0, 0, 10]], dtype=np.float32)
    assert to_image(points, Square(0, 0, 384, 0.3), 192)[0, 2] == pytest.approx(20)


@pytest.mark.parametrize("exact", [False, True])
def test_a_straight_square_of_the_crops_size_is_a_slice(picture, exact):
    crop = cut(picture, Square(40.0, 30.0, 32.0), 32, exact=exact)
    np.testing.assert_array_equal(crop, picture[14:46, 24:56])


@pytest.mark.parametrize("exact", [False, True])
def test_a_turned_square_is_sampled_bilinearly(picture, exact):
    from scipy.ndimage import map_coordinates

    square, size = Square(38.3, 31.7, 30.0, 0.4), 24
    affine = square.image_from_crop(size)
    v, u = np.mgrid[0:size, 0:size]
    x, y = np.einsum("ij,j...->i...", affine[:, :2], np.stack([u, v])) + affine[:, 2, None, None]
    crop = cut(picture, square, size, exact=exact)
    for channel in range(3):
        want = map_coordinates(picture[..., channel].astype(float), [y, x], order=1)
        # 1/32 px steps move a value by up to 1/32 of the contrast across a pixel in each direction.
        assert np.abs(crop[..., channel] - want).max() < (9.0 if exact else 1.5)


def test_beyond_the_border_the_edge_repeats_or_it_is_black(picture):
    square = Square(0.0, 30.0, 40.0)
    repeated, padded = cut(picture, square, 40), cut(picture, square, 40, padded=True)
    np.testing.assert_array_equal(repeated[:, :20], np.repeat(picture[10:50, :1], 20, axis=1))
    assert not padded[:, :19].any()
    np.testing.assert_array_equal(padded[:, 20:], repeated[:, 20:])


def test_pictures_wider_than_opencv_addresses_are_cut_too():
    panorama = np.zeros((8, 40_000, 3), np.uint8)
    panorama[:, 35_000:] = 200
    crop = cut(panorama, Square(35_000.0, 4.0, 8.0), 8)
    assert not crop[:, :4].any()
    assert (crop[:, 4:] == 200).all()
    assert cut(panorama, whole(panorama), 128, padded=True).shape == (128, 128, 3)


def test_level_eyes_make_a_straight_square():
    square = square_between((10, 20, 40, 60), (15, 40), (45, 40), scale=1.5)
    assert square == Square(30.0, 50.0, 90.0, 0.0)


def test_a_hand_that_points_up_makes_a_straight_square():
    square = square_between((0, 0, 10, 10), (5, 9), (5, 1), scale=2.0, target_rad=math.pi / 2)
    assert square.angle_rad == pytest.approx(0.0)


def test_an_upside_down_face_makes_a_half_turned_square():
    square = square_between((0, 0, 10, 10), (9, 5), (1, 5), scale=1.0)
    assert abs(square.angle_rad) == pytest.approx(math.pi)


def test_overlap_is_one_for_the_same_and_zero_for_distant_squares():
    square = Square(0, 0, 10)
    assert square.overlap(square) == 1.0
    assert square.overlap(Square(30, 0, 10)) == 0.0
    assert square.overlap(Square(5, 0, 10)) == pytest.approx(1 / 3)
    assert square.overlap(Square(0, 0, 5)) == pytest.approx(0.25)


def test_a_tensor_spans_the_models_range():
    crop = np.zeros((2, 2, 3), np.uint8)
    crop[0, 0] = 255
    batch = tensor([crop, crop], -1.0, 1.0)
    assert batch.shape == (2, 2, 2, 3)
    assert batch.dtype == np.float32
    assert batch.min() == -1.0
    assert batch.max() == pytest.approx(1.0)
