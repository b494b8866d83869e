"""The 1€ filter: steady at rest, quick in motion, whatever the scale."""

import numpy as np
import pytest

from tryon.track.one_euro import OneEuro


def _filter() -> OneEuro:
    return OneEuro(min_cutoff_hz=1.0, speed_gain=8.0)


def _run(values: np.ndarray, *, size: float = 100.0, fps: float = 30.0) -> np.ndarray:
    smoother = _filter()
    return np.stack([smoother.smooth(points, index / fps, size=size) for index, points in enumerate(values)])


def test_the_first_points_pass_unchanged():
    points = np.random.default_rng(0).random((5, 3)).astype(np.float32)
    assert np.array_equal(_filter().smooth(points, 0.0, size=1.0), points)


def test_jitter_at_rest_shrinks_to_less_than_half():
    noise = np.random.default_rng(1).normal(0, 0.2, (200, 21, 3)).astype(np.float32)
    assert _run(noise)[20:].std() < 0.5 * noise[20:].std()


def test_a_fast_move_lags_less_than_a_frame():
    step_px = 20.0  # a fifth of the thing's size per frame
    values = np.arange(60, dtype=np.float32)[:, None, None] * step_px * np.ones((1, 4, 2), np.float32)
    assert (values - _run(values))[30:].max() < step_px


def test_scale_does_not_matter():
    values = np.cumsum(np.random.default_rng(2).normal(0, 1, (50, 4, 2)), axis=0).astype(np.float32)
    assert _run(values * 10, size=1000.0) == pytest.approx(_run(values, size=100.0) * 10, rel=1e-3, abs=1e-3)


def test_one_fast_point_does_not_free_the_others():
    values = np.random.default_rng(3).normal(0, 0.2, (100, 2, 2)).astype(np.float32)
    alone = _run(values)
    values[:, 1] += np.arange(100, dtype=np.float32)[:, None] * 15
    assert np.array_equal(_run(values)[:, 0], alone[:, 0])


@pytest.mark.parametrize("times", [(0.0, 0.0, 0.0), (5.0, 1.0, 0.5), (0.0, 3600.0, 7200.0)])
def test_odd_clocks_give_finite_points(times):
    smoother = _filter()
    for index, time_s in enumerate(times):
        assert np.isfinite(smoother.smooth(np.full((3, 2), index, np.float32), time_s, size=10.0)).all()
