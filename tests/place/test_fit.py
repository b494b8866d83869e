from pathlib import Path

import pytest

from tryon.place.fit import fits
from tryon.types import Measure, Product

SIDEBOARD = Product(
    "S", "Sideboard", "cabinet", Path("s.glb"), (1.6, 0.75, 0.45), clearance_mm={"front": 500, "left": 50}
)


def free(value, half):
    return Measure(value, value - half, value + half, "A4 sheet")


@pytest.mark.parametrize(
    ("sides", "verdict", "words"),
    [
        ({"width": free(1.70, 0.02)}, "fits", ["to spare", "165"]),
        ({"width": free(1.64, 0.02)}, "fits barely", ["clearance", "160", "165"]),
        ({"width": free(1.60, 0.02)}, "cannot be told", ["160", "158 to 162", "by hand"]),
        ({"width": free(1.50, 0.02)}, "does not fit", ["160", "152"]),
        ({"width": free(3.0, 0.1), "depth": free(0.40, 0.02)}, "does not fit", ["depth"]),
        ({"width": free(3.0, 0.1), "depth": free(0.45, 0.02)}, "cannot be told", ["depth"]),
        ({"width": free(3.0, 0.1), "height": free(2.4, 0.1)}, "fits", ["Sideboard"]),
        ({}, "cannot be told", ["no free width", "mark"]),
    ],
)
def test_the_verdict_is_as_sure_as_the_measure(sides, verdict, words):
    report = fits(SIDEBOARD, sides)
    assert report.verdict == verdict
    assert all(word in report.sentence for word in words), report.sentence
    assert report.sentence.endswith(".")
    assert set(report.sides) == set(sides)


def test_doors_count_on_the_side_they_open_to():
    report = fits(SIDEBOARD, {"depth": free(2.0, 0.01), "width": free(2.0, 0.01)})
    assert report.sides["depth"].needed_m == pytest.approx(0.95)
    assert report.sides["width"].needed_m == pytest.approx(1.65)
