from __future__ import annotations

import cv2
import numpy as np
import pytest

from tryon.color import linear_from_codes
from tryon.effects import EFFECTS, Workspace, wear
from tryon.effects.canvas import Canvas

TEETH, GUMS, TONGUE, DARK = (196, 182, 140), (150, 70, 75), (165, 90, 90), (25, 14, 12)


@pytest.fixture
def smile(make_face):
    """A face with teeth, gums, tongue and dark in its open mouth, and where each is."""
    frame, tracks = make_face(mouth_open_cm=1.6, face_px=400, width=600, height=600)
    canvas = Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace())
    inner = canvas.lips.inner + np.float32([canvas.x0, canvas.y0])
    mouth = np.zeros(frame.pixels.shape[:2], np.uint8)
    cv2.fillPoly(mouth, [np.rint(inner * 16).astype(np.int32)], 1, shift=4)
    top, bottom = inner[:, 1].min(), inner[:, 1].max()
    rows = np.arange(mouth.shape[0])[:, None]
    pixels = frame.pixels.copy()
    outer = canvas.lips.outer + np.float32([canvas.x0, canvas.y0])
    cv2.fillPoly(pixels, [np.rint(outer * 16).astype(np.int32)], (150, 80, 85), cv2.LINE_AA, 4)
    zones = {}
    edges = {
        "gums": (0.0, 0.15, GUMS),
        "teeth": (0.15, 0.55, TEETH),
        "dark": (0.55, 0.7, DARK),
        "tongue": (0.7, 1, TONGUE),
    }
    for name, (low, high, color) in edges.items():
        zone = (mouth > 0) & (rows >= top + low * (bottom - top)) & (rows < top + high * (bottom - top))
        shading = 0.85 + 0.15 * np.cos(np.arange(mouth.shape[1]) / 6.0)[None, :, None]
        pixels[zone] = (np.broadcast_to(np.array(color) * shading, (*mouth.shape, 3)))[zone].astype(np.uint8)
        zones[name] = cv2.erode(zone.astype(np.uint8), np.ones((5, 5))) > 0
    return frame.with_pixels(pixels), tracks, zones


def _worn(frame, tracks, strength=1.0, **values):
    return wear(frame, tracks, [(EFFECTS.get("teeth_whitening").parse(values), strength)]).pixels


def _teeth(frame, tracks, pixels, zone):
    """Luminance of the teeth, and how far their chromaticity lies from the light's."""
    canvas = Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace())
    white = canvas.light.rgb / canvas.light.rgb.sum()
    color = linear_from_codes(pixels[zone]).mean(0)
    return float(color @ [0.2126, 0.7152, 0.0722]), float(np.abs(color / color.sum() - white).sum())


def test_teeth_get_lighter_and_nearer_to_the_white_of_the_light(smile):
    frame, tracks, zones = smile
    dark, far = _teeth(frame, tracks, frame.pixels, zones["teeth"])
    light, near = _teeth(frame, tracks, _worn(frame, tracks), zones["teeth"])
    assert light > 1.05 * dark
    assert near < 0.6 * far


def test_gums_tongue_lips_and_the_dark_stay_as_they_are(smile):
    frame, tracks, zones = smile
    change = np.abs(_worn(frame, tracks).astype(int) - frame.pixels).max(2)
    for name in ("gums", "tongue", "dark"):
        assert change[zones[name]].max() <= 2, name
    canvas = Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace())
    inside = np.zeros(change.shape, np.uint8)
    cv2.fillPoly(
        inside, [np.rint((canvas.lips.inner + np.float32([canvas.x0, canvas.y0])) * 16).astype(np.int32)], 1, shift=4
    )
    assert change[cv2.dilate(inside, np.ones((5, 5))) == 0].sum() == 0


def test_the_shading_of_the_teeth_stays(smile):
    frame, tracks, zones = smile
    before = linear_from_codes(frame.pixels)[zones["teeth"]].mean(1)
    after = linear_from_codes(_worn(frame, tracks))[zones["teeth"]].mean(1)
    assert np.corrcoef(before, after)[0, 1] > 0.97


def test_more_strength_whitens_more(smile):
    frame, tracks, zones = smile
    away = [
        _teeth(frame, tracks, _worn(frame, tracks, strength), zones["teeth"])[1] for strength in (0.1, 0.4, 0.7, 1.0)
    ]
    assert all(np.diff(away) < 0)


def test_a_shut_mouth_is_left_alone(make_face):
    frame, tracks = make_face()
    assert np.array_equal(_worn(frame, tracks), frame.pixels)
