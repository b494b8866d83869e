"""Concealer lifts dark circles and hides blemishes, not moles."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.color import codes_from_linear, linear_from_codes
from tryon.effects import wear
from tryon.effects.concealer import Concealer

SKIN = np.array([0.45, 0.28, 0.20])


def _spot(shape, center, radius_px, depth) -> np.ndarray:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    distance = np.hypot(columns - center[0], rows - center[1])
    return 1.0 - depth * np.exp(-0.5 * (distance / radius_px) ** 2)


def _worn(make_face, factor_at, **parameters):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    points = tracks.faces[0].landmarks.points_px
    picture = SKIN * factor_at(points)[..., None] if callable(factor_at) else factor_at
    frame = frame.with_pixels(codes_from_linear(picture))
    after = wear(frame, tracks, [(Concealer(**parameters), 1.0)])
    return linear_from_codes(frame.pixels), linear_from_codes(after.pixels), points


def test_a_dark_circle_is_lifted_toward_the_cheek_and_not_past_it(make_face):
    def circles(points):
        shaded = np.ones((600, 600), np.float32)
        for eye in ((112, 26, 22, 23, 24, 110, 230, 231, 232), (341, 256, 252, 253, 254, 339, 450, 451, 452)):
            cv2.fillConvexPoly(shaded, cv2.convexHull(points[list(eye), :2].astype(np.int32)), 0.6)
        return cv2.GaussianBlur(shaded, (0, 0), 3)

    before, after, points = _worn(make_face, circles, under_eye=1.0, coverage=0.0)
    cheek = before[int(points[50, 1]), int(points[50, 0]), 1]
    for index in (23, 253):
        x, y = np.rint(points[index, :2] + [0, 6]).astype(int)
        dark, lifted = before[y, x, 1] / cheek, after[y, x, 1] / cheek
        assert dark < 0.75
        assert lifted > dark + 0.4 * (1 - dark)
        assert lifted < 1.15


def test_a_blemish_goes_and_a_mole_stays(make_face):
    left = {}
    for name, depth in (("blemish", 0.10), ("mole", 0.6)):
        before, after, points = _worn(
            make_face, lambda p, d=depth: _spot((600, 600), p[205, :2], 5.0, d), coverage=1.0, under_eye=0.0
        )
        x, y = np.rint(points[205, :2]).astype(int)
        left[name] = (SKIN[1] - after[y, x, 1]) / (SKIN[1] - before[y, x, 1])
    assert left["blemish"] < 0.5
    assert left["mole"] > 0.75


def test_even_skin_is_left_alone(make_face):
    before, after, _ = _worn(make_face, lambda p: np.ones((600, 600)), coverage=1.0, under_eye=0.0)
    assert np.abs(after - before).max() < 0.01
