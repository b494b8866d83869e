import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from tryon.color import FaceLight, codes_from_linear, parse_color, predict, report_color
from tryon.errors import ShapeError

LIGHT = FaceLight(np.ones(3, np.float32), np.float32([0.4, 0.25, 0.18]), 0.5)
RED = parse_color("#a8283c")
BEFORE = np.full((6, 7, 3), (180, 130, 110), np.uint8)


def _painted(pigment, coverage):
    linear = predict(((BEFORE / 255 + 0.055) / 1.055) ** 2.4, pigment, coverage, LIGHT)
    return codes_from_linear(linear)


def test_painting_as_predicted_is_reported_as_close():
    coverage = np.linspace(0.2, 0.9, 42).reshape(6, 7)
    report = report_color(BEFORE, _painted(RED, coverage), coverage, pigment_linear=RED, light=LIGHT)
    assert report.delta_e2000 < 0.5


def test_another_color_is_reported_with_the_difference_scikit_image_finds():
    coverage = np.ones((6, 7))
    after = np.full_like(BEFORE, (90, 40, 140))
    report = report_color(BEFORE, after, coverage, pigment_linear=RED, light=LIGHT)
    achieved = rgb2lab(np.array([[[90, 40, 140]]]) / 255.0)[0, 0]
    wanted = rgb2lab(np.array([[[0xA8, 0x28, 0x3C]]]) / 255.0)[0, 0]
    np.testing.assert_allclose(report.achieved_lab, achieved, atol=0.05)
    np.testing.assert_allclose(report.predicted_lab, wanted, atol=0.05)
    assert report.delta_e2000 == pytest.approx(float(deltaE_ciede2000(wanted, achieved)), abs=0.05)


def test_nothing_painted_gives_no_report():
    assert report_color(BEFORE, BEFORE, np.zeros((6, 7)), pigment_linear=RED, light=LIGHT) is None


def test_regions_of_different_size_are_refused():
    with pytest.raises(ShapeError, match="after_pixels"):
        report_color(BEFORE, BEFORE[:3], np.ones((6, 7)), pigment_linear=RED, light=LIGHT)
