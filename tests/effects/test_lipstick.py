from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from tryon.color import linear_from_codes
from tryon.effects import EFFECTS, Workspace, wear
from tryon.effects.canvas import Canvas
from tryon.effects.lip_coverage import lip_coverage, lip_depth
from tryon.errors import LookError
from tryon.types import Tracks

FINISHES = ("matte", "satin", "sheer", "gloss", "shimmer", "metallic", "holographic")


def _lipstick(**values):
    return EFFECTS.get("lipstick").parse(values)


def _canvas(frame, tracks):
    return Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace())


def _with_lips(frame, tracks, color=(150, 80, 85)):
    """The frame with its lips colored, so that the outline has something to hold on to."""
    canvas = _canvas(frame, tracks)
    pixels = frame.pixels.copy()
    outer = canvas.lips.outer + np.float32([canvas.x0, canvas.y0])
    cv2.fillPoly(pixels, [np.rint(outer * 16).astype(np.int32)], color, cv2.LINE_AA, 4)
    return frame.with_pixels(pixels)


def _lips_mean(frame, tracks, effect):
    canvas = _canvas(frame, tracks)
    (x0, y0, x1, y1), coverage = lip_coverage(canvas)
    painted = linear_from_codes(wear(frame, tracks, [(effect, 1.0)]).pixels)
    lips = painted[canvas.y0 + y0 : canvas.y0 + y1, canvas.x0 + x0 : canvas.x0 + x1]
    return (lips * coverage[..., None]).sum((0, 1)) / coverage.sum(), lips[coverage > 0.99]


@pytest.mark.parametrize("finish", FINISHES)
@pytest.mark.parametrize("skin", [(0.7, 0.5, 0.42), (0.05, 0.03, 0.022)])
def test_every_finish_shows_the_pigment_on_light_and_deep_skin(finish, skin, make_face):
    frame, tracks = make_face(skin=skin)
    bare, _ = _lips_mean(frame, tracks, _lipstick(coverage=0.0))
    mean, pixels = _lips_mean(frame, tracks, _lipstick(color="#c01030", finish=finish))
    redder = mean[0] / mean[1] > 1.15 * bare[0] / bare[1]
    assert redder
    assert np.isfinite(pixels).all()
    # No finish burns the lips out.
    assert np.percentile(pixels @ [0.2126, 0.7152, 0.0722], 95) < 0.8


def test_matte_cuts_highlights_and_gloss_adds_them(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    spread = {}
    for finish in ("matte", "satin", "gloss"):
        _, pixels = _lips_mean(frame, tracks, _lipstick(color="#702030", finish=finish))
        luminance = pixels @ [0.2126, 0.7152, 0.0722]
        spread[finish] = np.percentile(luminance, 99) / np.median(luminance)
    assert spread["matte"] < spread["satin"] < spread["gloss"]


def test_a_gloss_coat_lies_over_any_finish(make_face):
    frame, tracks = make_face()
    dry = wear(frame, tracks, [(_lipstick(finish="matte"), 1.0)]).pixels.astype(int)
    wet = wear(frame, tracks, [(_lipstick(finish="matte", gloss=1.0), 1.0)]).pixels.astype(int)
    assert (wet - dry).max() > 30


def test_fullness_moves_the_edge_by_a_few_hundredths_of_the_lip_height(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    areas = [float(lip_coverage(_canvas(frame, tracks), fullness=f)[1].sum()) for f in (-1.0, 0.0, 1.0)]
    assert all(small < large for small, large in itertools.pairwise(areas))
    assert 0.80 * areas[1] < areas[0]
    assert areas[2] < 1.20 * areas[1]


def test_depth_runs_from_the_meeting_of_the_lips_to_their_borders(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    canvas = _canvas(frame, tracks)
    box, _ = lip_coverage(canvas)
    depth = lip_depth(canvas, box)
    for landmark, wanted in ((0, -1.0), (13, 0.0), (17, 1.0)):
        x, y = np.rint(canvas.points_px[landmark, :2]).astype(int)
        assert abs(depth[y - box[1], x - box[0]] - wanted) < 0.2


def _profile(frame, tracks, effect):
    """How far the lower lip changes in red–green from where the lips meet to the border."""
    before, after = frame.pixels.astype(float), wear(frame, tracks, [(effect, 1.0)]).pixels.astype(float)
    points = tracks.faces[0].landmarks.points_px
    line = points[14, :2] + (points[17, :2] - points[14, :2]) * np.linspace(0.12, 0.88, 7)[:, None]
    columns, rows = np.rint(line).astype(int).T
    patch = np.stack([np.abs(after - before)[rows, columns + k].sum(1) for k in range(-6, 7)])
    return patch.mean(0)


def test_ombre_fades_from_the_meeting_of_the_lips_to_the_border(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    change = _profile(frame, tracks, _lipstick(style="ombre", finish="matte"))
    assert change[0] > 3.0 * change[-1]
    assert change[1] >= change[3] >= change[5]


def test_two_tone_has_the_second_color_inside_and_the_first_outside(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    effect = _lipstick(
        color="#102090", second_color="#d02010", style="two_tone", finish="matte", coverage=1.0, blend=0.0
    )
    pixels = wear(frame, tracks, [(effect, 1.0)]).pixels.astype(int)
    points = tracks.faces[0].landmarks.points_px
    inner, outer = (points[14, :2] + (points[17, :2] - points[14, :2]) * share for share in (0.2, 0.8))
    red = [pixels[int(y), int(x), 0] - pixels[int(y), int(x), 2] for x, y in (inner, outer)]
    assert red[0] > 40
    assert red[1] < -40


def test_color_keeps_off_teeth_even_when_the_landmarks_are_off(make_face):
    frame, tracks = make_face(mouth_open_cm=1.2, face_px=400, width=600, height=600)
    frame = _with_lips(frame, tracks)
    canvas = _canvas(frame, tracks)
    pixels = frame.pixels.copy()
    teeth = np.zeros(pixels.shape[:2], np.uint8)
    inner = canvas.lips.inner + np.float32([canvas.x0, canvas.y0])
    cv2.fillPoly(teeth, [np.rint(inner * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    pixels[teeth > 127] = (228, 222, 208)
    frame = frame.with_pixels(pixels)
    face = tracks.faces[0]
    for shift in ((0, 0), (1.5, 0), (0, 1.5), (-1.5, -1.5)):
        moved = face.landmarks.points_px + np.float32([*shift, 0])
        off = Tracks(faces=(type(face)(0, type(face.landmarks)(moved, 1.0)),))
        painted = wear(frame, off, [(_lipstick(finish="matte"), 1.0)]).pixels
        change = np.abs(painted.astype(int) - pixels).max(2)
        on_teeth = change[cv2.erode(teeth, np.ones((3, 3))) > 127].sum()
        assert on_teeth < 0.01 * change.sum()


def test_flakes_stay_where_they_are_when_the_face_comes_a_little_closer():
    from tryon.effects.material import _flake_grid

    sizes = np.linspace(150, 2000, 400)
    grids = [_flake_grid(0.0035, size) for size in sizes]
    # Only whole octaves of one grid occur, and the coarser one fades in before the finer one goes.
    octaves = {round(float(np.log2(grids[-1][0] / cells)), 6) for cells, _ in grids}
    assert octaves <= {0.0, 1.0, 2.0, 3.0}
    assert all(0.0 <= coarser < 1.0 for _, coarser in grids)
    for (cells, coarser), size in zip(grids, sizes, strict=True):
        pitch_px = size / cells
        assert pitch_px >= 1.19
        assert pitch_px >= 1.5 or coarser > 0.6


def test_an_unknown_style_and_a_fullness_beyond_the_lips_are_refused_in_a_sentence():
    with pytest.raises(LookError, match="style"):
        _lipstick(style="zebra")
    with pytest.raises(LookError, match="fullness"):
        _lipstick(fullness=3)
