"""Foundation: the shade's color over the whole face, with no edge to be seen."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.color import FaceLight, linear_from_codes
from tryon.effects import Workspace
from tryon.effects.canvas import Canvas
from tryon.effects.foundation import Foundation
from tryon.types import PartsMask, Tracks

SKIN = np.array([0.45, 0.28, 0.20])
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def _worn(make_face, effect, strength=1.0, *, parts=None, **face) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Linear pictures before and after, and the landmarks."""
    frame, tracks = make_face(face_px=400, width=700, height=700, **face)
    if parts is not None:
        tracks = tracks | Tracks(parts=parts(frame))
    light = FaceLight(np.ones(3, np.float32), SKIN.astype(np.float32), 1.0)
    pixels = frame.pixels.copy()
    canvas = Canvas(frame, pixels, tracks.faces[0], tracks, workspace=Workspace(), light=lambda _: light)
    effect.paint(canvas, strength)
    canvas.flush()
    return linear_from_codes(frame.pixels), linear_from_codes(pixels), tracks.faces[0].landmarks.points_px


def _at(picture, points, index, half=10):
    x, y = points[index, :2].astype(int)
    return picture[y - half : y + half, x - half : x + half].mean((0, 1))


@pytest.mark.parametrize("strength", [0.5, 1.0])
def test_the_color_is_skin_and_lit_shade_by_coverage(make_face, strength):
    shade = np.array([0.30, 0.16, 0.09], np.float32)
    before, after, points = _worn(make_face, Foundation(color=shade, coverage=0.8, glow=0.0), strength)
    a = 0.85 * 0.8 * strength  # full coverage hides 0.85
    for index in (50, 280, 151):
        seen = _at(before, points, index)
        wanted = (1 - a) * seen + a * shade * (seen @ LUMINANCE) / (SKIN @ LUMINANCE)
        np.testing.assert_allclose(_at(after, points, index), wanted, rtol=0.03)


def test_the_matching_shade_changes_even_skin_hardly(make_face):
    before, after, points = _worn(make_face, Foundation(coverage=1.0, glow=0.0))
    for index in (50, 280, 151, 199):
        np.testing.assert_allclose(_at(after, points, index), _at(before, points, index), rtol=0.03)


def test_it_fades_under_the_jaw_without_an_edge(make_face):
    shade = np.array([0.10, 0.05, 0.03], np.float32)
    before, after, points = _worn(make_face, Foundation(color=shade, coverage=1.0, glow=0.0))
    share = 1.0 - after[..., 1] / before[..., 1]
    x, chin = points[152, :2].astype(int)
    column = share[chin - 60 : chin + 60, x - 4 : x + 4].mean(1)
    assert column[:5].mean() > 0.6
    assert abs(column[-10:]).max() < 1e-6
    assert np.abs(np.diff(np.convolve(column, np.ones(5) / 5, "valid"))).max() < 0.06


def test_lips_eyes_and_nostrils_stay_bare_and_brows_nearly(make_face):
    shade = np.array([0.10, 0.05, 0.03], np.float32)
    before, after, points = _worn(make_face, Foundation(color=shade, coverage=1.0))
    nostril = points[[79, 239, 238, 20, 60, 75, 59, 166], :2].mean(0)
    for x, y in np.rint([points[[14, 17], :2].mean(0), points[468, :2], nostril]).astype(int):
        np.testing.assert_array_equal(after[y, x], before[y, x])
    x, y = np.rint(points[[105, 52], :2].mean(0)).astype(int)
    assert after[y, x, 1] / before[y, x, 1] > 1.1 * _at(after, points, 50)[1] / _at(before, points, 50)[1]


def test_it_stays_off_what_the_parts_mask_calls_background(make_face):
    def left_half(frame):
        probability = np.zeros((6, 70, 70), np.uint8)
        probability[3, :, :35], probability[0, :, 35:] = 255, 255
        return PartsMask(probability, np.array([[0.1, 0, 0], [0, 0.1, 0]]))

    shade = np.array([0.10, 0.05, 0.03], np.float32)
    before, after, points = _worn(make_face, Foundation(color=shade, coverage=1.0), parts=left_half)
    np.testing.assert_array_equal(after[:, 365:], before[:, 365:])
    assert _at(after, points, 50)[1] < 0.6 * _at(before, points, 50)[1]


def test_glow_only_adds_light(make_face):
    _, matte, points = _worn(make_face, Foundation(coverage=0.5, glow=0.0))
    _, dewy, _ = _worn(make_face, Foundation(coverage=0.5, glow=1.0))
    assert (dewy >= matte - 0.004).all()
    assert _at(dewy, points, 151)[1] > _at(matte, points, 151)[1]
