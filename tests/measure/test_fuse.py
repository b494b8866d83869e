from __future__ import annotations

import math

import numpy as np
import pytest

from tryon.measure.estimate import Estimate
from tryon.measure.eyes import PUPIL_TO_ROTATION_M, Eyes
from tryon.measure.fuse import fuse


@pytest.fixture
def eyes():
    zero = np.zeros((2, 2))
    return Eyes(zero, np.ones(2), np.ones(2), 0.5, np.zeros((468, 3)), np.eye(3), 0.126, 0.005)


def estimate(scale, sigma, source):
    return Estimate(scale, sigma, math.hypot(sigma, 0.005), source)


def test_pupillary_distance_and_scale_are_inverse_to_each_other(eyes):
    assert eyes.scale_of(eyes.pd_m(1.07)) == pytest.approx(1.07)
    assert eyes.pd_m(1.0) == pytest.approx((0.5 + PUPIL_TO_ROTATION_M) * 0.126)


def test_two_alike_sources_meet_in_the_middle_and_are_surer_together(eyes):
    one, two = estimate(1.00, 0.02, "depth frame"), estimate(1.02, 0.02, "bank card")
    fused, remarks = fuse([one, two], eyes)
    assert fused.scale == pytest.approx(1.01, abs=1e-3)
    assert fused.pd_sigma < one.pd_sigma
    assert not remarks
    assert "bank card" in fused.source
    assert "depth frame" in fused.source


def test_a_much_surer_source_stands_alone(eyes):
    fused, remarks = fuse([estimate(1.0, 0.045, "iris prior"), estimate(1.03, 0.008, "bank card")], eyes)
    assert fused.source == "bank card"
    assert fused.scale == 1.03
    assert not remarks


def test_a_disagreement_is_said_and_the_surest_counts(eyes):
    fused, remarks = fuse([estimate(1.0, 0.045, "iris prior"), estimate(1.3, 0.008, "known PD")], eyes)
    assert fused.source == "known PD"
    assert len(remarks) == 1
    assert "disagree" in remarks[0]
    assert "known PD alone counts" in remarks[0]
