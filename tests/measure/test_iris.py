"""The iris source alone, on heads given as numbers: what it makes of usual and of absurd sizes."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from tryon.measure.eyes import Eyes
from tryon.measure.iris import POPULATION_PD_M, POPULATION_SCALE, from_iris
from tryon.types import Camera


def evidence(pd_mm: float, iris_sigma: float = 0.01):
    """A face whose irises, taken as 11.7 mm, say that distance; its points agree as an average face's do."""
    depth_m, camera = 0.5, Camera.of_focal(960, 1280, 1100.0)
    scale = POPULATION_SCALE * pd_mm / 1e3 / POPULATION_PD_M
    span = pd_mm / 1e3 / (scale * depth_m + 0.0105)
    wide_px = 0.0117 * camera.focal_x_px / (scale * depth_m)
    two = np.ones(2)
    eyes = Eyes(np.zeros((2, 2)), wide_px * two, iris_sigma * two, depth_m, np.zeros((468, 3)), np.eye(3), span, 0.004)
    return SimpleNamespace(eyes=eyes, camera=camera)


def test_an_average_head_is_left_as_the_irises_say():
    given = evidence(63.4)
    assert given.eyes.pd_m(from_iris(given).scale) == pytest.approx(0.0634, rel=1e-3)


@pytest.mark.parametrize("pd_mm", [49.0, 54.0, 72.0, 82.0])
def test_an_unusual_head_is_drawn_toward_the_average_but_never_past_it(pd_mm):
    given = evidence(pd_mm)
    found_mm = 1e3 * given.eyes.pd_m(from_iris(given).scale)
    low, high = sorted((pd_mm, 63.4))
    assert low < found_mm < high
    assert abs(found_mm - pd_mm) < 0.35 * abs(63.4 - pd_mm)


def test_the_less_an_iris_is_seen_the_more_the_average_counts():
    sharp, soft = (evidence(54.0, sigma) for sigma in (0.01, 0.1))
    assert from_iris(soft).scale > 1.03 * from_iris(sharp).scale


def test_an_interval_grows_where_irises_and_people_contradict_each_other():
    usual, absurd = from_iris(evidence(60.0)), from_iris(evidence(46.0))
    assert absurd.pd_sigma > 1.5 * usual.pd_sigma
    given = evidence(46.0)
    assert given.eyes.pd_m(absurd.scale) * math.exp(1.96 * absurd.pd_sigma) > 0.055
