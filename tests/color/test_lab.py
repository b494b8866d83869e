import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.color import rgb2lab, rgb2xyz

from tryon.color import (
    WHITE_XYZ,
    lab_from_lch,
    lab_from_linear,
    lch_from_lab,
    linear_from_lab,
    linear_from_srgb,
    linear_from_xyz,
    xyz_from_linear,
)

unit = st.floats(0.0, 1.0)
rgb = st.tuples(unit, unit, unit)


def test_lab_agrees_with_scikit_image_over_the_cube():
    grid = np.stack(np.meshgrid(*[np.linspace(0, 1, 9)] * 3, indexing="ij"), axis=-1)
    # scikit-image rounds the matrix and the white to six digits.
    np.testing.assert_allclose(lab_from_linear(linear_from_srgb(grid)), rgb2lab(grid), atol=0.02)
    np.testing.assert_allclose(xyz_from_linear(linear_from_srgb(grid)), rgb2xyz(grid), atol=4e-4)


@pytest.mark.parametrize("white", ["D50", "D65"])
def test_grays_are_neutral_under_both_whites(white):
    gray = np.linspace(0, 1, 11)[:, None].repeat(3, axis=1)
    lab = lab_from_linear(gray, white=white)
    np.testing.assert_allclose(lab[:, 1:], 0.0, atol=2e-2 if white == "D50" else 1e-9)
    assert lab[-1, 0] == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("srgb", "lab"),
    # CSS Color Module Level 4, W3C, section 7 and 9 examples: lab() is D50.
    [
        ((0, 1, 0), (87.8185, -79.271, 80.9946)),
        ((1, 0, 0), (54.2917, 80.8125, 69.8851)),
        ((0, 0, 1), (29.5683, 68.2986, -112.0294)),
    ],
)
def test_d50_lab_of_the_primaries_is_the_published_one(srgb, lab):
    np.testing.assert_allclose(lab_from_linear(srgb, white="D50"), lab, atol=0.02)


@given(rgb, st.sampled_from(["D50", "D65"]))
def test_lab_and_lch_round_trip(color, white):
    lab = lab_from_linear(color, white=white)
    np.testing.assert_allclose(linear_from_lab(lab_from_lch(lch_from_lab(lab)), white=white), color, atol=1e-9)


@given(rgb)
def test_xyz_round_trip(color):
    np.testing.assert_allclose(linear_from_xyz(xyz_from_linear(color)), color, atol=1e-12)


def test_white_is_the_sum_of_the_primaries():
    np.testing.assert_allclose(xyz_from_linear([1.0, 1.0, 1.0]), WHITE_XYZ["D65"], atol=1e-12)
