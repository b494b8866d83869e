"""The guided filter against its own definition."""

import numpy as np
import pytest

from tryon.track.guided_filter import guided_filter, guided_upsample, luminance


def _step(size: int = 64) -> np.ndarray:
    picture = np.zeros((size, size), np.float32)
    picture[:, size // 2 :] = 1.0
    return picture


def test_a_constant_plane_stays_constant():
    guide = np.random.default_rng(0).random((40, 50), np.float32)
    plane = np.full((40, 50), 0.3, np.float32)
    assert guided_filter(guide, plane, 3, 1e-3) == pytest.approx(plane, abs=1e-5)


def test_a_plane_that_is_linear_in_the_guide_is_kept():
    guide = np.random.default_rng(1).random((40, 50), np.float32)
    plane = 0.2 + 0.6 * guide
    assert guided_filter(guide, plane, 4, 1e-7) == pytest.approx(plane, abs=2e-3)


def test_a_flat_guide_gives_two_plain_means():
    plane = np.random.default_rng(2).random((40, 50), np.float32)
    filtered = guided_filter(np.full((40, 50), 0.5, np.float32), plane, 2, 1e-2)
    window = plane[16:25, 16:25]
    means = [[window[y : y + 5, x : x + 5].mean() for x in range(5)] for y in range(5)]
    assert filtered[20, 20] == pytest.approx(np.mean(means), abs=1e-5)


def test_a_blurred_mask_snaps_back_to_the_pictures_edge():
    blurred = np.clip((np.arange(64) - 26) / 12.0, 0, 1).astype(np.float32)[None].repeat(64, axis=0)
    sharp = guided_filter(_step(), blurred, 8, 1e-4)
    assert abs(sharp[32, 31] - sharp[32, 32]) > 3 * abs(blurred[32, 31] - blurred[32, 32])


def test_upsampling_puts_the_edge_where_the_large_picture_has_it():
    large = _step(256)
    small_guide, small_mask = (
        _step(64),
        np.clip((np.arange(64) - 28) / 8.0, 0, 1).astype(np.float32)[None].repeat(64, 0),
    )
    alpha = guided_upsample(small_guide, small_mask, large, 4, 1e-4)
    assert alpha.shape == (256, 256)
    assert alpha[128, 127] < 0.35 < 0.65 < alpha[128, 128]


def test_luminance_runs_from_zero_to_one():
    pixels = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    assert luminance(pixels).tolist() == [[0.0, 1.0]]
