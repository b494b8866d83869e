import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryon.color import (
    codes_from_linear,
    delta_e2000,
    fit_gamut,
    lab_from_linear,
    lch_from_lab,
    parse_color,
    parse_swatch,
)
from tryon.errors import LookError


@given(st.integers(0, 0xFFFFFF))
def test_hex_round_trips_to_the_same_codes(number):
    color = parse_color(f"#{number:06X}")
    assert color.shape == (3,)
    assert color.dtype == np.float32
    np.testing.assert_array_equal(codes_from_linear(color), [number >> 16, number >> 8 & 255, number & 255])


def test_short_hex_doubles_its_digits():
    np.testing.assert_array_equal(parse_color("#f0a"), parse_color(" #FF00AA "))


def test_lab_says_its_white_and_defaults_to_d50():
    bare = parse_color({"lab": [50, 20, 10]})
    np.testing.assert_array_equal(bare, parse_color({"lab": [50, 20, 10], "white": "D50"}))
    np.testing.assert_array_equal(bare, parse_color("lab(50 20 10)"))
    np.testing.assert_array_equal(bare, parse_color("LAB(50%, 20.0, 1e1)"))
    under_d65 = parse_color({"lab": [50, 20, 10], "white": "D65"})
    np.testing.assert_allclose(lab_from_linear(under_d65), [50, 20, 10], atol=1e-4)
    assert np.abs(bare - under_d65).max() > 1e-3


@given(st.floats(3, 99), st.floats(-128, 128), st.floats(-128, 128))
def test_colors_out_of_gamut_keep_lightness_and_hue_and_say_so(lightness, a, b):
    swatch = parse_swatch({"lab": [lightness, a, b], "white": "D65"})
    lab = lab_from_linear(swatch.linear)
    assert swatch.linear.min() >= 0.0
    assert swatch.linear.max() <= 1.0
    if not swatch.mapped:
        assert float(delta_e2000(lab, [lightness, a, b])) < 0.5
        return
    assert lab[0] == pytest.approx(lightness, abs=0.6)
    before, after = lch_from_lab([lightness, a, b]), lch_from_lab(lab)
    assert after[1] < before[1]
    turn = (after[2] - before[2] + np.pi) % (2 * np.pi) - np.pi
    assert abs(turn) * after[1] < 2.0


def test_gamut_fit_moves_only_what_is_outside():
    linear, moved = fit_gamut([[50.0, 10.0, 10.0], [50.0, 150.0, 0.0]])
    np.testing.assert_array_equal(moved, [False, True])
    np.testing.assert_allclose(lab_from_linear(linear[0]), [50, 10, 10], atol=1e-9)


@pytest.mark.parametrize(
    "value",
    [
        *("red", "#12345", "#ggg", "", "lab(50, 20)", "rgb(1,2,3)", None, 7, True, [50, 20, 10], {}),
        *({"lab": lab} for lab in ([50, 20], "50 20 10", [50, 20, float("nan")], [50, 20, True])),
        *({"lab": lab} for lab in ([120, 0, 0], [50, 999, 0])),
        *({"lab": [50, 20, 10], "white": white} for white in ("A", ["D50"], None)),
        {"lab": [50, 20, 10], "gain": 2},
    ],
)
def test_what_is_not_a_color_gives_one_clear_sentence(value):
    with pytest.raises(LookError, match="expected") as caught:
        parse_color(value)
    assert "\n" not in str(caught.value)
