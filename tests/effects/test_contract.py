"""What every registered effect promises, whatever it paints."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.effects import EFFECTS, Effect, wear
from tryon.effects.topology import topology
from tryon.types import PartsMask, Tracks

NAMES = tuple(EFFECTS)


def _effect(name: str) -> Effect:
    return EFFECTS.get(name).parse({})


def _with_hair(tracks: Tracks, width: int, height: int) -> Tracks:
    """Hair above the face's top, face skin below, as a coarse parts mask."""
    probability = np.zeros((6, 64, 64), np.uint8)
    split = 14
    probability[1, :split] = 255
    probability[3, split:] = 255
    scale = np.array([[64 / width, 0, 0], [0, 64 / height, 0]], np.float64)
    return tracks | Tracks(parts=PartsMask(probability, scale))


@pytest.fixture(params=NAMES)
def worn(request, make_face):
    frame, tracks = make_face(mouth_open_cm=1.0)
    tracks = _with_hair(tracks, frame.width, frame.height)
    return _effect(request.param), frame, tracks


def test_strength_zero_is_the_input_bit_for_bit(worn):
    effect, frame, tracks = worn
    assert np.array_equal(wear(frame, tracks, [(effect, 0.0)]).pixels, frame.pixels)


def test_the_input_is_never_changed_and_the_size_is_kept(worn):
    effect, frame, tracks = worn
    before = frame.pixels.copy()
    after = wear(frame, tracks, [(effect, 1.0)])
    assert np.array_equal(frame.pixels, before)
    assert after.pixels.shape == frame.pixels.shape


def test_the_same_input_gives_the_same_output(worn):
    effect, frame, tracks = worn
    first = wear(frame, tracks, [(effect, 0.7)]).pixels
    assert np.array_equal(first, wear(frame, tracks, [(effect, 0.7)]).pixels)


def test_pixels_far_from_the_head_are_untouched(worn):
    effect, frame, tracks = worn
    after = wear(frame, tracks, [(effect, 1.0)]).pixels
    if effect.reach == "face":
        dense = topology().dense(tracks.faces[0].landmarks.points_px)
        margin = 0.12 * np.ptp(dense[:, 0])  # lashes and wings reach a little past the mesh
        low, high = dense[:, :2].min(0) - margin, dense[:, :2].max(0) + margin
        outside = np.ones(frame.pixels.shape[:2], bool)
        outside[max(0, int(low[1])) : int(high[1]) + 1, max(0, int(low[0])) : int(high[0]) + 1] = False
        assert np.array_equal(after[outside], frame.pixels[outside])
    assert np.array_equal(after[-4:], frame.pixels[-4:])


def test_a_small_strength_makes_a_small_change(worn):
    effect, frame, tracks = worn
    source = frame.pixels.astype(int)
    weak = np.abs(wear(frame, tracks, [(effect, 0.03)]).pixels.astype(int) - source).mean()
    full = np.abs(wear(frame, tracks, [(effect, 1.0)]).pixels.astype(int) - source).mean()
    assert weak <= 0.25 * full + 0.02


@pytest.mark.parametrize("name", NAMES)
def test_every_effect_shows_on_some_face(name, make_face):
    # Teeth need something that looks like teeth, smoothing needs blotches: bright mouth, noisy skin.
    frame, tracks = make_face(mouth_open_cm=1.2)
    pixels = frame.pixels.copy()
    x, y = tracks.faces[0].landmarks.points_px[[13, 14], :2].mean(0).astype(int)
    pixels[y - 6 : y + 6, x - 12 : x + 12] = (190, 178, 140)
    frame = frame.with_pixels(pixels)
    tracks = _with_hair(tracks, frame.width, frame.height)
    effect = _effect(name)
    if name == "skin_smoothing" and "strength" in effect.__dataclass_fields__:
        effect = EFFECTS.get(name).parse({"strength": 1.0})
    assert not np.array_equal(wear(frame, tracks, [(effect, 1.0)]).pixels, frame.pixels)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("skin", [(0.75, 0.62, 0.55), (0.035, 0.02, 0.014)])
@pytest.mark.parametrize("yaw_rad", [0.0, 0.9])
def test_light_and_deep_skin_turned_and_straight_stay_finite(name, skin, yaw_rad, make_face):
    frame, tracks = make_face(skin=skin, yaw_rad=yaw_rad)
    after = wear(frame, tracks, [(_effect(name), 1.0)])
    assert after.pixels.shape == frame.pixels.shape


@pytest.mark.parametrize("name", NAMES)
def test_a_face_partly_or_wholly_outside_the_picture_is_no_error(name, make_face):
    frame, tracks = make_face()
    for shift in ((-200, 0), (0, 230), (-2000, 0)):
        face = tracks.faces[0]
        points = face.landmarks.points_px + np.float32([*shift, 0])
        moved = type(face)(0, type(face.landmarks)(points, 1.0))
        wear(frame, Tracks(faces=(moved,)), [(_effect(name), 1.0)])


@pytest.mark.parametrize("name", NAMES)
def test_a_tiny_and_a_one_pixel_face_are_no_error(name, make_face):
    for face_px in (24.0, 2.0, 0.5):
        frame, tracks = make_face(width=64, height=64, face_px=face_px)
        wear(frame, tracks, [(_effect(name), 1.0)])
