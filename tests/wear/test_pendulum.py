"""A pendulum swings with the right period and decay at any frame rate, and comes to rest exactly."""

import math
from itertools import pairwise

import numpy as np
import pytest

from tryon.wear.pendulum import GRAVITY_M_S2, Pendulum, pendulum_length_m

LENGTH_M, DAMPING = 0.03, 0.1


def _after_a_kick(rate_hz, seconds, *, speed_m_s=0.1):
    """Deflections over time after the hook, at rest until 0, moves on at a constant speed."""
    pendulum = Pendulum(LENGTH_M, DAMPING)
    pendulum.follow(np.zeros(3), -2.0 / rate_hz)
    pendulum.follow(np.zeros(3), -1.0 / rate_hz)
    pendulum.follow(np.zeros(3), 0.0)
    times = np.arange(1, int(seconds * rate_hz) + 1) / rate_hz
    return times, np.array([pendulum.follow(np.array([speed_m_s * t, 0.0, 0.0]), t)[0] for t in times])


@pytest.mark.parametrize("rate_hz", [10.0, 24.0, 30.0, 60.0, 240.0])
def test_the_swing_is_the_closed_form_at_any_frame_rate(rate_hz):
    times, swing = _after_a_kick(rate_hz, 0.6)
    pulse = math.sqrt(GRAVITY_M_S2 / LENGTH_M)
    damped = pulse * math.sqrt(1 - DAMPING**2)
    expected = -(0.1 / LENGTH_M / damped) * np.exp(-DAMPING * pulse * times) * np.sin(damped * times)
    np.testing.assert_allclose(swing, expected, atol=1e-9)


def test_period_and_decay_are_those_of_a_damped_pendulum():
    times, swing = _after_a_kick(2000.0, 1.0)
    crossings = times[1:][np.diff(np.sign(swing)) != 0]
    period_s = 2 * np.diff(crossings).mean()
    assert period_s == pytest.approx(2 * math.pi * math.sqrt(LENGTH_M / GRAVITY_M_S2 / (1 - DAMPING**2)), rel=2e-3)
    peaks = [abs(swing[(times > a) & (times < b)]).max() for a, b in pairwise(crossings)]
    decrement = math.log(peaks[0] / peaks[2])
    assert decrement == pytest.approx(2 * math.pi * DAMPING / math.sqrt(1 - DAMPING**2), rel=0.02)


def test_it_comes_to_rest_exactly():
    _, swing = _after_a_kick(30.0, 6.0, speed_m_s=0.4)
    assert abs(swing).max() > 0.1
    assert (swing[-30:] == 0.0).all()


def test_tracking_noise_leaves_it_hanging_still():
    rng = np.random.default_rng(3)
    pendulum = Pendulum(LENGTH_M)
    swings = [pendulum.follow(rng.normal(0.0, 2e-5, 3), index / 30) for index in range(300)]
    assert not np.any(swings)


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 15.0, 1000.0])
def test_wild_motion_stays_bounded(rate_hz):
    rng = np.random.default_rng(4)
    pendulum = Pendulum(0.01)
    swings = [pendulum.follow(rng.normal(0.0, 0.5, 3), index / rate_hz) for index in range(300)]
    assert np.isfinite(swings).all()
    assert np.linalg.norm(swings, axis=1).max() <= 1.0 + 1e-9


def test_a_still_or_a_gap_hangs_plumb():
    pendulum = Pendulum(LENGTH_M)
    assert not pendulum.follow(np.ones(3), 0.0).any()
    assert not pendulum.follow(np.zeros(3), 0.0).any()
    pendulum.follow(np.array([0.1, 0, 0]), 0.033)
    pendulum.follow(np.array([0.0, 0, 0]), 0.066)
    assert pendulum.swing_rad.any()
    assert not pendulum.follow(np.zeros(3), 5.0).any()


def test_a_rod_swings_like_two_thirds_of_its_length_and_a_hoop_like_its_diameter():
    rod = np.zeros((2001, 3))
    rod[:, 1] = -np.linspace(0.0, 0.06, 2001)
    assert pendulum_length_m(rod, np.ones(2001)) == pytest.approx(0.04, rel=1e-3)
    angle = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    hoop = np.stack([0.02 * np.sin(angle), -0.02 + 0.02 * np.cos(angle), 0 * angle], axis=1)
    assert pendulum_length_m(hoop, np.ones(2000)) == pytest.approx(0.04, rel=1e-6)
