"""Skin smoothing takes out a band and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.color import codes_from_linear, linear_from_codes
from tryon.effects import EFFECTS, wear
from tryon.effects.skin_smoothing import SkinSmoothing

SKIN = np.array([0.45, 0.28, 0.20])


def _smoothed(make_face, factor: np.ndarray, **parameters) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Luminance relative to the skin before and after, (h, w), and the landmarks."""
    frame, tracks = make_face(face_px=400, width=600, height=600)
    frame = frame.with_pixels(codes_from_linear(SKIN * factor[..., None]))
    after = wear(frame, tracks, [(SkinSmoothing(**parameters), 1.0)])
    green = [linear_from_codes(picture.pixels)[..., 1] / SKIN[1] for picture in (frame, after)]
    return green[0], green[1], tracks.faces[0].landmarks.points_px


def _wave(wavelength_px: float, height: float) -> np.ndarray:
    rows, columns = np.mgrid[:600, :600]
    turn = 2 * np.pi / wavelength_px
    return 1.0 + height * np.sin(turn * columns) * np.sin(turn * rows)


def _cheek(picture: np.ndarray, points: np.ndarray) -> np.ndarray:
    x, y = points[50, :2].astype(int)
    return picture[y - 24 : y + 24, x - 24 : x + 24]


@pytest.mark.parametrize(("wavelength_px", "least", "most"), [(3.0, 0.9, 1.02), (24.0, 0.0, 0.4)])
def test_pores_stay_and_blotches_go(make_face, wavelength_px, least, most):
    # The eyes are 240 px apart here: 3 px are 1 mm or so, a pore; 24 px are 9 mm from crest to crest, a blotch.
    before, after, points = _smoothed(make_face, _wave(wavelength_px, 0.05), strength=1.0)
    left = _cheek(after, points).std() / _cheek(before, points).std()
    assert least <= left <= most


def test_a_fold_keeps_its_depth(make_face):
    factor = np.ones((600, 600))
    factor[:, 300:] = 0.5
    before, after, points = _smoothed(make_face, factor, strength=1.0)
    y = int(points[151, 1])
    for side in (np.s_[y, 270:297], np.s_[y, 304:330]):
        assert abs(after[side].mean() - before[side].mean()) < 0.02


def test_half_strength_is_half_of_the_way(make_face):
    before, half, points = _smoothed(make_face, _wave(24.0, 0.05), strength=0.5)
    full = _smoothed(make_face, _wave(24.0, 0.05), strength=1.0)[1]
    taken = [(_cheek(before, points) - _cheek(picture, points)).std() for picture in (half, full)]
    assert taken[0] == pytest.approx(0.5 * taken[1], rel=0.15)


def test_evenness_evens_hue_and_keeps_brightness(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    wave = _wave(30.0, 0.06)
    blotchy = SKIN * np.stack([wave, 1 + 0 * wave, 1 / wave], -1)
    blotchy *= (SKIN @ [0.2126, 0.7152, 0.0722]) / (blotchy @ [0.2126, 0.7152, 0.0722])[..., None]
    frame = frame.with_pixels(codes_from_linear(blotchy))
    after = linear_from_codes(wear(frame, tracks, [(SkinSmoothing(evenness=1.0), 1.0)]).pixels)
    points = tracks.faces[0].landmarks.points_px
    red = [
        _cheek(picture[..., 0] / picture[..., 1], points).std() for picture in (linear_from_codes(frame.pixels), after)
    ]
    assert red[1] < 0.4 * red[0]
    brightness = _cheek(after @ np.array([0.2126, 0.7152, 0.0722]), points)
    assert brightness.std() / brightness.mean() < 0.012


def test_it_does_nothing_unless_asked(make_face):
    frame, tracks = make_face()
    assert np.array_equal(wear(frame, tracks, [(EFFECTS.get("skin_smoothing").parse({}), 1.0)]).pixels, frame.pixels)


def test_eyes_brows_lips_and_nostrils_are_left_alone(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600, seed=4)
    after = wear(frame, tracks, [(SkinSmoothing(strength=1.0, evenness=1.0), 1.0)])
    points = tracks.faces[0].landmarks.points_px
    nostril = points[[79, 239, 238, 20, 60, 75, 59, 166], :2].mean(0)
    lip, brow, eye = points[[14, 17], :2].mean(0), points[[105, 52], :2].mean(0), points[468, :2]
    for x, y in np.rint([nostril, lip, brow, eye]).astype(int):
        patch = np.s_[y - 1 : y + 2, x - 1 : x + 2]
        assert np.array_equal(after.pixels[patch], frame.pixels[patch]), (x, y)
