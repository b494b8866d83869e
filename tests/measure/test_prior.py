from __future__ import annotations

import numpy as np
import pytest

from tryon.measure.estimate import Estimate
from tryon.measure.face import head_scale, measure
from tryon.measure.prior import average_scale, likely


@pytest.fixture
def eyes(render):
    truth, face = render(pd_mm=63.0, iris_mm=11.7, seed=3)
    return measure(truth.frame, face, truth.camera, sources=("iris",)).eyes


def _iris(scale: float, sigma: float = 0.045) -> Estimate:
    return Estimate(scale, sigma, sigma, "iris prior")


def test_absurd_irises_leave_a_head_that_people_have(eyes):
    adult = eyes.scale_of(0.063)
    for off in (0.8, 1.3):
        width_m = head_scale(likely(_iris(adult * off), eyes), eyes).face_width.value_m
        assert 0.12 < width_m < 0.163


def test_what_irises_say_still_tells_small_heads_from_large_ones(eyes):
    adult = eyes.scale_of(0.063)
    small, usual, large = (likely(_iris(adult * off), eyes).scale / adult for off in (0.88, 1.0, 1.12))
    assert small < 0.97 * usual < 0.97 * large


def test_surer_irises_count_for_more_and_the_answer_is_surer_than_either(eyes):
    adult = eyes.scale_of(0.063)
    sure, unsure = likely(_iris(1.2 * adult, 0.04), eyes), likely(_iris(1.2 * adult, 0.12), eyes)
    assert sure.scale > unsure.scale
    assert sure.scale_sigma < 0.055


def test_an_average_size_needs_no_eyes_seen(eyes):
    mesh_m = eyes.mesh_m
    scale = average_scale(mesh_m)
    assert scale == pytest.approx(1.05 * average_scale(1.05 * mesh_m))
    assert 0.130 < scale * float(np.linalg.norm(mesh_m[234] - mesh_m[454])) < 0.156
