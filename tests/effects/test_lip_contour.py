from __future__ import annotations

import cv2
import numpy as np
import pytest

from tryon.effects.lip_contour import LipContour, fit_contour
from tryon.effects.lip_ring import RING, fine_from_ring, outward, smooth_offsets

SKIN, LIP, TOOTH = (205, 160, 140), (165, 85, 90), (225, 220, 205)


def _ellipse(center, half_width, half_height):
    """40 points in the order of a lip loop: from the right corner over the upper lip and back under the lower."""
    angle = np.pi + 2 * np.pi * np.arange(RING) / RING
    return np.stack([center[0] + half_width * np.cos(angle), center[1] + half_height * np.sin(angle)], 1)


def _filled(picture, loop, color):
    cv2.fillPoly(picture, [np.rint(loop * 16).astype(np.int32)], color, cv2.LINE_AA, 4)


def _scene(*, width=100.0, outer=(1.0, 0.36), opening=0.0, seed=0, noise=2.0):
    """A picture of elliptic lips, and their true outlines."""
    size = int(2 * width)
    picture = np.full((size, size, 3), SKIN, np.uint8)
    center = (size / 2, size / 2)
    true_outer = _ellipse(center, outer[0] * width / 2, outer[1] * width / 2)
    true_inner = _ellipse(center, 0.42 * width, opening * width / 2)
    _filled(picture, true_outer, LIP)
    if opening:
        _filled(picture, true_inner, TOOTH)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.7)
    grain = np.random.default_rng(seed).normal(0, noise, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8), true_outer, true_inner


def _mean_distance(loop, truth):
    """Mean distance of loop points to the true closed curve, densely sampled."""
    fine = fine_from_ring() @ truth
    dense = np.concatenate([fine, (fine + np.roll(fine, -1, 0)) / 2])
    return float(np.sqrt(((loop[:, None] - dense[None]) ** 2).sum(2)).min(1).mean())


def _away_from_corners(loop):
    half = len(loop) // 2
    keep = np.ones(len(loop), bool)
    for corner in (0, half):
        keep[np.arange(corner - 12, corner + 13) % len(loop)] = False
    return loop[keep]


@pytest.mark.parametrize("scale", [0.85, 1.15])
def test_a_mesh_drawn_too_small_or_too_large_is_moved_to_the_lips(scale):
    picture, outer, inner = _scene()
    center = outer.mean(0)
    off = center + (outer - center) * [1.0, scale]
    fitted = fit_contour(picture, off, inner)
    before = _mean_distance(_away_from_corners(fine_from_ring() @ off), outer)
    after = _mean_distance(_away_from_corners(fitted.outer), outer)
    assert after < 0.6 * before


def test_lips_that_look_like_the_skin_round_them_keep_the_mesh_outline():
    picture, outer, inner = _scene(noise=3.0)
    picture[:] = np.clip(np.array(SKIN) + np.random.default_rng(1).normal(0, 3, picture.shape), 0, 255)
    fitted = fit_contour(picture, outer, inner)
    assert _mean_distance(fitted.outer, outer) < 0.01 * fitted.width_px


def test_an_even_picture_without_any_noise_keeps_the_mesh_outline():
    _, outer, inner = _scene()
    fitted = fit_contour(np.full((200, 200, 3), 128, np.uint8), outer, inner)
    np.testing.assert_allclose(fitted.outer[::4], outer, atol=0.05)


def test_the_inner_outline_finds_the_teeth_when_the_mesh_opens_the_mouth_too_far():
    picture, outer, inner = _scene(width=140.0, outer=(1.0, 0.6), opening=0.2)
    center = inner.mean(0)
    wide = center + (inner - center) * [1.0, 1.35]
    fitted = fit_contour(picture, outer, wide)
    before = np.ptp(wide[:, 1]) - np.ptp(inner[:, 1])
    after = np.ptp(fitted.inner[:, 1]) - np.ptp(inner[:, 1])
    assert abs(after) < 0.5 * before


def test_small_gaps_and_crossed_lips_are_shut():
    picture, outer, _ = _scene()
    for gap in (0.004, 0.0, -0.02):
        inner = _ellipse(outer.mean(0), 42.0, 50.0 * gap)
        fitted = fit_contour(picture, outer, inner)
        assert fitted.opening_px < 0.3
        assert abs(cv2.contourArea(fitted.inner)) < 10.0


def test_sensor_noise_moves_the_outline_far_less_than_a_pixel():
    loops = []
    for seed in range(12):
        picture, outer, inner = _scene(seed=seed, noise=4.0)
        loops.append(fit_contour(picture, outer, inner).outer)
    assert np.std(loops, axis=0).mean() < 0.12


def test_the_fit_does_not_depend_on_the_picture_scale():
    picture, outer, inner = _scene(width=150.0, noise=0.0)
    small = fit_contour(picture, outer * [1, 1.05] - [0, 7.5], inner)
    twice = cv2.resize(picture, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    moved = (outer * [1, 1.05] - [0, 7.5]) * 2 + 0.5
    large = fit_contour(twice, moved, inner * 2 + 0.5)
    np.testing.assert_allclose((large.outer - 0.5) / 2, small.outer, atol=0.6)


def test_lips_of_a_few_pixels_or_beyond_the_picture_keep_the_mesh():
    picture, outer, inner = _scene()
    tiny = outer.mean(0) + (outer - outer.mean(0)) * 0.08
    for loop in (tiny, outer - [190, 0], outer + np.float64([5000, 0])):
        fitted = fit_contour(picture, loop, inner)
        assert isinstance(fitted, LipContour)
        np.testing.assert_allclose(fitted.outer[::4], loop, atol=1e-3)


def test_normals_point_out_of_loops_of_either_turn():
    loop = _ellipse((50, 50), 30, 20)
    for turned in (loop, loop[::-1]):
        out = outward(turned)
        assert (((turned - 50) * out).sum(1) > 0).all()
        np.testing.assert_allclose(np.hypot(*out.T), 1.0)


def test_fine_loops_pass_through_the_coarse_points_and_keep_corners_sharp():
    weights = fine_from_ring()
    np.testing.assert_allclose(weights.sum(1), 1.0)
    np.testing.assert_allclose(weights[:: len(weights) // RING], np.eye(RING), atol=1e-12)
    # Upper and lower lip do not smooth each other across a corner.
    upper, lower = weights[1], weights[-1]
    assert upper[RING - 1] == 0.0
    assert lower[1] == 0.0


def test_smooth_offsets_follow_sure_votes_and_ignore_unsure_ones():
    place = np.full(RING, 0.01)
    place[7] = 0.5
    noise = np.full(RING, 1e-6)
    noise[7] = 1e3
    offsets = smooth_offsets(place, noise, spread=0.03, reach=3.0)
    np.testing.assert_allclose(offsets, 0.01, atol=5e-4)
    unsure = smooth_offsets(place, np.full(RING, 1e4), spread=0.03, reach=3.0)
    np.testing.assert_allclose(unsure, 0.0, atol=1e-5)
