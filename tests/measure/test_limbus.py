from __future__ import annotations

import numpy as np
import pytest

from tryon.geometry.face_mesh import LEFT_EYE, RIGHT_EYE
from tryon.measure.limbus import fit_limbus


def eye(center, radius, *, gap=0.8, blur=1.2, off=(0.0, 0.0), size=1.0):
    """A dark disc in a bright almond, antialiased in closed form, and face points that are a little off."""
    rows, columns = np.mgrid[:120, :200].astype(np.float64)
    away = np.hypot(columns - center[0], rows - center[1])
    iris = np.clip((radius - away) / blur + 0.5, 0.0, 1.0)
    half_width = 2.4 * radius
    x = (columns - center[0]) / half_width
    lid = gap * radius * np.sqrt(np.clip(1.0 - x**2, 0.0, None))
    open_ = np.clip(lid - np.abs(rows - center[1]) + 0.5, 0.0, 1.0)
    picture = 0.35 + open_ * (0.6 + iris * (0.06 - 0.6) - 0.35)
    points = np.zeros((478, 3), np.float32)
    angle = np.linspace(0.0, 2.0 * np.pi, 17)[:16]  # outer corner, lower lid, inner corner, upper lid
    sign = -1.0
    for loop, begin in ((RIGHT_EYE, np.pi), (LEFT_EYE, np.pi)):
        points[list(loop), 0] = center[0] + half_width * np.cos(begin + sign * angle)
        points[list(loop), 1] = center[1] + gap * radius * np.sin(angle)
        sign = -sign
    rim = np.array([[0, 0], [1, 0], [0, -1], [-1, 0], [0, 1]]) * radius * size
    points[468:473, :2] = points[473:478, :2] = rim + center + off
    return picture.astype(np.float32), points


@pytest.mark.parametrize(("x", "radius"), [(100.0, 14.0), (100.37, 14.6), (99.61, 9.3), (100.2, 24.0)])
def test_an_iris_between_lids_is_found_to_a_tenth_of_a_pixel(x, radius):
    picture, points = eye((x, 60.0), radius, off=(1.2, -1.0), size=1.08)
    found = fit_limbus(picture, points, "right")
    assert found.found
    assert abs(found.center_px[0] - x) < 0.1
    assert abs(found.diameter_px / (2.0 * radius) - 1.0) < 0.012


def test_an_iris_that_the_tracker_saw_by_a_third_too_small_has_more_evidence_at_its_true_size():
    picture, points = eye((100.0, 60.0), 14.0, gap=0.6, size=0.68, off=(2.0, 0.0))
    fits = [fit_limbus(picture, points, "right", grown=grown) for grown in (1.0, 1.25, 1.5)]
    best = max(fits, key=lambda fit: fit.evidence)
    assert best.found
    assert abs(best.diameter_px / 28.0 - 1.0) < 0.03


def test_shut_lids_are_said_to_be_shut():
    picture, points = eye((100.0, 60.0), 14.0, gap=0.15)
    assert fit_limbus(picture, points, "right").shut


def test_a_plain_surface_has_no_iris_and_keeps_the_trackers_own():
    _, points = eye((100.0, 60.0), 14.0)
    found = fit_limbus(np.full((120, 200), 0.3, np.float32), points, "right")
    assert not found.found
    assert found.diameter_px == pytest.approx(28.0, rel=1e-5)
    assert found.contrast < 0.01
