import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryon.color import (
    LINEAR_TO_SRGB,
    SRGB_TO_LINEAR,
    codes_from_linear,
    linear_from_codes,
    linear_from_srgb,
    srgb_from_linear,
)


def test_all_256_codes_survive_the_round_trip_through_the_tables():
    codes = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(codes_from_linear(linear_from_codes(codes)), codes)
    index = (SRGB_TO_LINEAR * np.float32(65535.0) + np.float32(0.5)).astype(np.uint16)
    np.testing.assert_array_equal(LINEAR_TO_SRGB[index], codes)


def test_tables_have_the_stated_types_and_do_not_let_themselves_be_changed():
    assert SRGB_TO_LINEAR.shape == (256,)
    assert SRGB_TO_LINEAR.dtype == np.float32
    assert LINEAR_TO_SRGB.shape == (65536,)
    assert LINEAR_TO_SRGB.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        SRGB_TO_LINEAR[0] = 1.0


def test_table_agrees_with_the_formula_to_a_quarter_code_above_the_darkest():
    linear = np.linspace(0.001, 1.0, 5000)
    exact = srgb_from_linear(linear) * 255.0
    assert np.abs(codes_from_linear(linear) - exact).max() <= 0.5 + 0.25


@pytest.mark.parametrize(
    ("srgb", "linear"), [(0.0, 0.0), (1.0, 1.0), (0.5, 0.21404114), (0.04045, 0.0031308), (0.2, 0.03310477)]
)
def test_known_values_of_the_standard(srgb, linear):
    assert linear_from_srgb(srgb) == pytest.approx(linear, abs=1e-7)
    assert srgb_from_linear(linear) == pytest.approx(srgb, abs=1e-6)


@given(st.floats(-4.0, 4.0))
def test_round_trip_also_outside_the_gamut(value):
    # The standard's own thresholds leave a step of 3e-8 between the two branches.
    assert float(srgb_from_linear(linear_from_srgb(value))) == pytest.approx(value, abs=1e-6)


def test_codes_clip_what_is_out_of_range():
    np.testing.assert_array_equal(codes_from_linear([-1.0, 0.0, 1.0, 7.0]), [0, 0, 255, 255])
