import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryon.color import FaceLight, lab_from_linear, parse_color, pigment_under, predict, stain, transmittance

LIGHT = FaceLight(np.float32([1.2, 1.0, 0.8]), np.float32([0.4, 0.25, 0.18]), 0.5)
SKIN = np.array([0.48, 0.25, 0.144])
RED = parse_color("#a8283c")


def test_no_coverage_is_skin_and_full_coverage_is_the_lit_swatch():
    np.testing.assert_allclose(predict(SKIN, RED, 0.0, LIGHT), SKIN)
    np.testing.assert_allclose(predict(SKIN, RED, 1.0, LIGHT), RED * LIGHT.rgb)
    np.testing.assert_allclose(pigment_under(RED, LIGHT), RED * LIGHT.rgb)


@given(st.floats(0.0, 1.0), st.floats(0.1, 2.0))
def test_result_lies_between_skin_and_lit_swatch(coverage, shading):
    result = predict(SKIN, RED, coverage, LIGHT, shading=shading)
    lit = RED * LIGHT.rgb * shading
    assert (result >= np.minimum(SKIN, lit) - 1e-6).all()
    assert (result <= np.maximum(SKIN, lit) + 1e-6).all()


def test_the_skins_own_color_as_product_changes_nothing():
    # The pigment model's fixed point: a foundation of exactly this skin is invisible.
    np.testing.assert_allclose(predict(SKIN, LIGHT.skin_albedo, 0.7, LIGHT), SKIN, rtol=1e-6)


def test_mean_color_over_a_shaded_region_is_the_mean_prediction():
    rng = np.random.default_rng(1)
    shade = rng.uniform(0.6, 1.4, 500)
    shade /= shade.mean()
    painted = predict(SKIN * shade[:, None], RED, np.full(500, 0.6), LIGHT, shading=shade)
    np.testing.assert_allclose(painted.mean(0), predict(SKIN, RED, 0.6, LIGHT), rtol=1e-6)


def test_shapes_broadcast_over_a_picture():
    assert predict(np.ones((4, 5, 3)), RED, np.ones((4, 5)), LIGHT, shading=np.ones((4, 5))).shape == (4, 5, 3)
    assert stain(np.ones((4, 5, 3)), RED, np.ones((4, 5))).shape == (4, 5, 3)


def test_a_stain_only_takes_light_away_and_layers_multiply():
    once = stain(SKIN, RED, 1.0)
    assert (once <= SKIN + 1e-12).all()
    np.testing.assert_allclose(stain(stain(SKIN, RED, 0.4), RED, 0.6), once)
    np.testing.assert_allclose(stain(SKIN, RED, 0.0), SKIN)
    assert transmittance(RED).max() == pytest.approx(1.0)


def test_a_stain_moves_skin_toward_the_products_hue():
    before, after = lab_from_linear(SKIN), lab_from_linear(stain(SKIN, RED, 0.5))
    assert after[1] > before[1]
    assert after[0] < before[0]
