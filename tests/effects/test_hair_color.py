"""Hair color on made hair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.effects.eye_scene import worn
from tryon.color import linear_from_codes
from tryon.effects import wear
from tryon.effects.hair_color import HairColor, tones
from tryon.effects.hair_dye import BRIGHTEST, TONES
from tryon.effects.hair_mask import hair_mask
from tryon.types import Face, FaceLandmarks, PartsMask, Tracks

_Y = np.array([0.2126, 0.7152, 0.0722])


def _haired(make_face, *, mean=40.0, width=480, height=480, face_px=220.0):
    """A face on a plain wall whose upper third and sides are hair of many brightnesses, and its mask."""
    frame, tracks = make_face(width=width, height=height, face_px=face_px)
    hair = np.zeros((height, width), bool)
    hair[: height // 4] = True
    hair[:, : width // 6] = True
    rng = np.random.default_rng(5)
    strands = mean * (0.4 + 1.6 * rng.random((1, width, 1)) ** 2) * np.array([1.0, 0.8, 0.65])
    pixels = np.where(hair[..., None], np.clip(strands, 2, 250), 180).astype(np.uint8)
    probability = np.zeros((6, height // 4, width // 4), np.uint8)
    probability[1] = 255 * hair[2::4, 2::4]
    probability[3] = 255 - probability[1]
    parts = PartsMask(probability, np.array([[0.25, 0, -0.375], [0, 0.25, -0.375]]))
    return frame.with_pixels(pixels), tracks | Tracks(parts=parts), hair


def _inside(hair, margin=12):
    """Hair well away from its border."""
    import cv2

    return cv2.erode(hair.astype(np.uint8), np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)) > 0


def test_without_a_parts_mask_nothing_changes(make_face):
    frame, tracks, _ = _haired(make_face)
    bare = Tracks(faces=tracks.faces)
    assert np.array_equal(wear(frame, bare, [(HairColor.parse({}), 1.0)]).pixels, frame.pixels)


def test_hair_changes_and_what_is_no_hair_does_not(make_face):
    frame, tracks, hair = _haired(make_face)
    after, _ = worn(HairColor.parse({"color": "#a03020"}), frame, tracks)
    change = np.abs(after - frame.pixels.astype(int)).max(axis=2)
    assert change[~hair & ~_near(hair)].max() == 0
    assert (change[_inside(hair)][:, None] > 1).mean() > 0.95


def _near(hair, margin=16):
    import cv2

    return cv2.dilate(hair.astype(np.uint8), np.ones((2 * margin + 1, 2 * margin + 1), np.uint8)) > 0


@pytest.mark.parametrize("lift", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("swatch", ["#d8c090", "#7a2a1a", "#120e0c", "#3050c0"])
def test_light_and_shade_keep_their_order(lift, swatch, make_face):
    frame, tracks, hair = _haired(make_face)
    after, _ = worn(HairColor.parse({"color": swatch, "lift": lift, "coverage": 1.0}), frame, tracks)
    row = 40
    before = linear_from_codes(frame.pixels[row]) @ _Y
    now = linear_from_codes(after[row].astype(np.uint8)) @ _Y
    order = np.argsort(before)
    # Codes are whole numbers, so neighbours in the order may change places by a code.
    assert (np.diff(now[order]) > -0.02 * now.max() - 0.002).all()
    assert np.corrcoef(np.argsort(np.argsort(before)), np.argsort(np.argsort(now)))[0, 1] > 0.97
    assert hair[row].all()


def test_dark_hair_goes_platinum_only_when_it_is_bleached(make_face):
    frame, tracks, hair = _haired(make_face, mean=30.0)
    inside = _inside(hair)

    def brightness(lift: float) -> float:
        after, _ = worn(HairColor.parse({"color": "#e8dcc0", "lift": lift, "coverage": 1.0}), frame, tracks)
        return float((linear_from_codes(after.astype(np.uint8)) @ _Y)[inside].mean())

    own = float((linear_from_codes(frame.pixels) @ _Y)[inside].mean())
    assert own < brightness(0.0) < 2.0 * own
    assert brightness(0.0) < brightness(0.5) < brightness(1.0)
    assert brightness(1.0) > 8.0 * own


@given(hair=st.floats(0.002, 0.6), wanted=st.floats(0.002, 0.9), lift=st.floats(0.0, 1.0), shine=st.floats(0.0, 1.0))
def test_tones_never_fall_and_stay_within_light(hair, wanted, lift, shine):
    table, mean = tones(hair, wanted, lift=lift, shine=shine)
    old = np.linspace(0.0, BRIGHTEST, TONES)
    luminance = table[:, 0] + table[:, 1] + table[:, 2] * old
    assert (np.diff(luminance) >= -1e-5).all()
    assert luminance.min() >= 0.0
    assert luminance.max() <= 1.0 + 1e-5
    assert mean <= wanted * (1 + 1e-6)
    if lift == 0.0:
        assert mean <= 1.6 * hair * (1 + 1e-6)
    at_mean = float(np.interp(hair, old, luminance))
    assert at_mean == pytest.approx(mean, rel=0.12, abs=0.004) or mean > 0.55


def test_an_ombre_leaves_the_crown_and_colors_the_ends(make_face):
    frame, tracks, _ = _haired(make_face)
    after, _ = worn(HairColor.parse({"style": "ombre", "color": "#c02020", "start": 0.4}), frame, tracks)
    change = np.abs(after - frame.pixels.astype(int)).max(axis=2)
    assert change[10:30, 200:280].max() <= 1
    assert change[380:460, 10:60].mean() > 10


def test_roots_are_the_other_way_round(make_face):
    frame, tracks, _ = _haired(make_face)
    after, _ = worn(HairColor.parse({"style": "roots", "color": "#c02020", "start": 0.4}), frame, tracks)
    change = np.abs(after - frame.pixels.astype(int)).max(axis=2)
    assert change[60:80, 200:280].mean() > 10
    assert change[400:460, 10:60].max() <= 1


def test_each_of_two_heads_is_dyed_once(make_face):
    frame, tracks, _ = _haired(make_face)
    face = tracks.faces[0]
    points = face.landmarks.points_px
    other = Face(1, FaceLandmarks(points + np.float32([3000, 0, 0]), 1.0))
    effect = HairColor.parse({"color": "#a03020"})
    alone = wear(frame, tracks, [(effect, 1.0)]).pixels
    beside = wear(frame, Tracks(faces=(face, other), parts=tracks.parts), [(effect, 1.0)]).pixels
    assert np.array_equal(alone, beside)
    twin = Face(1, FaceLandmarks(points + np.float32([240, 0, 0]), 1.0))
    both = wear(frame, Tracks(faces=(face, twin), parts=tracks.parts), [(effect, 1.0)]).pixels.astype(int)
    far = np.abs(both - alone.astype(int)).max(axis=2)
    assert far[:, :40].max() <= 3  # nearest to the first head: as if it were alone, but for the mean


def test_the_mask_is_sharpened_on_what_the_picture_shows(make_face):
    frame, tracks, hair = _haired(make_face, mean=20.0)
    from tests.effects.eye_scene import canvas_of

    canvas, _ = canvas_of(frame, tracks, reach="head")
    mask = hair_mask(canvas)
    assert mask is not None
    wall, dark = 180 / 255, 20 * 0.8 / 255
    i, j = (hair.shape[0] // 4 - canvas.y0 - mask.y0) // 4, 30
    assert mask.gain[i, j] * dark + mask.offset[i, j] > mask.gain[i, j] * wall + mask.offset[i, j] + 0.6
