import numpy as np
import pytest

from tryon.color import daylight_xy, illuminant_linear, planckian_xy, temperature_from_xy, xyz_from_linear
from tryon.errors import ParameterError


@pytest.mark.parametrize(
    ("temperature_k", "xy"),
    # CIE 15:2018, table T.3: D55, D65, D75, at the temperatures corrected for c2 (5503, 6504, 7504 K).
    [(5503, (0.3324, 0.3474)), (6504, (0.3127, 0.3290)), (7504, (0.2990, 0.3149))],
)
def test_daylight_goes_through_the_cie_illuminants(temperature_k, xy):
    np.testing.assert_allclose(daylight_xy(temperature_k), xy, atol=3e-4)


def test_planckian_goes_through_illuminant_a():
    np.testing.assert_allclose(planckian_xy(2856.0), (0.4476, 0.4074), atol=6e-4)  # CIE 15:2018, table T.3


def test_light_of_6504_kelvin_is_white_and_all_have_luminance_one():
    np.testing.assert_allclose(illuminant_linear(6504.0), 1.0, atol=2e-3)
    for temperature_k in (2000.0, 2856.0, 4500.0, 9000.0, 20000.0):
        assert xyz_from_linear(illuminant_linear(temperature_k))[1] == pytest.approx(1.0, abs=2e-3)


def test_warm_light_is_red_and_cool_light_is_blue():
    warm, cool = illuminant_linear(2856.0), illuminant_linear(9000.0)
    assert warm[0] > warm[1] > warm[2]
    assert cool[0] < cool[1] < cool[2]


@pytest.mark.parametrize("temperature_k", [2856.0, 4200.0, 5500.0, 6500.0])
def test_temperature_comes_back_from_the_chromaticity(temperature_k):
    xy = planckian_xy(temperature_k) if temperature_k < 5000 else daylight_xy(temperature_k)
    assert float(temperature_from_xy(xy)) == pytest.approx(temperature_k, rel=0.01)


@pytest.mark.parametrize("temperature_k", [1000.0, 30000.0, float("nan")])
def test_temperatures_off_the_locus_are_refused(temperature_k):
    with pytest.raises(ParameterError, match="expected"):
        illuminant_linear(temperature_k)
