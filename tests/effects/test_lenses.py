"""Lenses on drawn irises."""

from __future__ import annotations

import numpy as np
import pytest

from tests.effects.eye_scene import changed, in_frame, scene, worn
from tryon.effects.eye_lens import MEASURES, PUPIL, measure_iris
from tryon.effects.lenses import _PRINTS, Lenses
from tryon.geometry import face_mesh as fm


def _iris(tracks):
    points = tracks.faces[0].landmarks.points_px[list(fm.RIGHT_IRIS), :2]
    return points[0], float(np.linalg.norm(points[1:] - points[0], axis=1).mean())


@pytest.mark.parametrize("pattern", _PRINTS)
def test_a_lens_colors_the_iris_and_nothing_but_the_eye(pattern, make_face):
    frame, tracks = scene(make_face)
    after, canvas = worn(Lenses.parse({"pattern": pattern, "color": "#3060ff"}), frame, tracks)
    change = changed(frame, after)
    assert change[in_frame(canvas, canvas.eyes, change.shape) == 0].max() == 0
    center, radius = _iris(tracks)
    x, y = np.rint(center + np.array([0.62 * radius, 0.25 * radius])).astype(int)
    before, now = frame.pixels[y, x].astype(int), after[y, x]
    assert now[2] - now[0] > before[2] - before[0] + 40


@pytest.mark.parametrize("pattern", [name for name in _PRINTS if name != "cat"])
def test_the_pupil_stays_dark_and_the_catchlight_bright(pattern, make_face):
    frame, tracks = scene(make_face)
    after, _ = worn(Lenses.parse({"pattern": pattern, "color": "#60c0ff"}), frame, tracks)
    center, radius = _iris(tracks)
    x, y = np.rint(center + np.array([-0.12 * radius, 0.14 * radius])).astype(int)
    assert after[y, x].max() <= frame.pixels[y, x].max() + 4
    x, y = np.rint(center + np.array([0.2 * radius, -0.2 * radius])).astype(int)
    assert after[y, x].min() > 225


def test_the_white_of_the_eye_stays_white_also_where_landmarks_miss_the_iris(make_face):
    frame, tracks = scene(make_face)
    face = tracks.faces[0]
    center, radius = _iris(tracks)
    points = face.landmarks.points_px.copy()
    points[list(fm.RIGHT_IRIS), 0] += 0.15 * radius
    missed = type(tracks)(faces=(type(face)(0, type(face.landmarks)(points, 1.0)),))
    after, _ = worn(Lenses.parse({"pattern": "vivid", "color": "#00ff40"}), frame, missed)
    x, y = np.rint(center + np.array([1.10 * radius, 0.1 * radius])).astype(int)
    assert changed(frame, after)[y, x] < 30


def test_a_shut_eye_shows_no_lens(make_face):
    frame, tracks = scene(make_face, closed=True)
    after, _ = worn(Lenses.parse({"color": "#3060ff"}), frame, tracks)
    assert changed(frame, after).max() == 0


def test_enlargement_prints_past_the_iris(make_face):
    frame, tracks = scene(make_face)

    def area(enlargement: float) -> int:
        effect = Lenses.parse({"pattern": "limbal", "enlargement": enlargement})
        return int((changed(frame, worn(effect, frame, tracks)[0]) > 12).sum())

    assert area(1.0) < area(1.07) < area(1.15)


def test_the_cats_pupil_is_a_slit(make_face):
    frame, tracks = scene(make_face)
    after, _ = worn(Lenses.parse({"pattern": "cat", "color": "#d0c020"}), frame, tracks)
    center, radius = _iris(tracks)
    dark = [
        after[tuple(np.rint(center + radius * np.array(at)).astype(int))[::-1]].max() for at in ((0, 0.5), (-0.3, 0))
    ]
    assert dark[0] < 40 < dark[1]


@pytest.mark.parametrize("pupil", [0.30, 0.40, 0.50])
def test_the_pupil_of_a_light_iris_is_measured(pupil):
    y, x = np.mgrid[:81, :81].astype(np.float32) - 40
    radius = np.hypot(x, y) / 36
    linear = np.where(radius < pupil, 0.01, 0.20)[..., None] * np.ones(3)
    measured = np.empty(MEASURES, np.float32)
    center, unit = np.float32([40, 40]), np.eye(2, dtype=np.float32) / np.float32(36)
    measure_iris(linear.astype(np.float32), np.ones((81, 81), np.float32), (0, 0, 81, 81), center, unit, measured)
    assert measured[PUPIL] == pytest.approx(pupil, abs=0.035)
