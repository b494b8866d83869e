"""The per-pixel maps against shapes that can be worked out by hand."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.effects import Workspace
from tryon.effects.canvas import Canvas
from tryon.effects.lipstick import Lipstick
from tryon.effects.masks import landmarks_texels, mask_from, polygon
from tryon.effects.material import Material
from tryon.effects.raster import fill_polygon
from tryon.effects.topology import TEXTURE_SIZE, texture_from_uv, topology, uv_from_texture
from tryon.geometry import face_mesh as fm


def _canvas(frame, tracks, pixels=None) -> Canvas:
    return Canvas(
        frame, frame.pixels.copy() if pixels is None else pixels, tracks.faces[0], tracks, workspace=Workspace()
    )


def test_a_landmarks_texture_position_is_found_at_its_pixel(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    canvas = _canvas(frame, tracks)
    uv = topology().uv
    for index in (9, 50, 280, 152, 1, 61, 291):
        x, y = canvas.points_px[index, :2]
        column, row = round(float(x)), round(float(y))
        got = np.array([canvas.u[row, column], canvas.v[row, column]])
        # Half a pixel of rounding is about 1/800 of the texture.
        assert np.abs(got - uv[index]).max() < 0.004, index


def test_off_the_face_there_is_no_texture_position(make_face):
    frame, tracks = make_face()
    canvas = _canvas(frame, tracks)
    assert canvas.u[0, 0] == -1.0
    assert (canvas.u[canvas.u >= 0] <= 1.0).all()


def test_a_turned_face_shows_only_its_near_cheek(make_face):
    frame, tracks = make_face(yaw_rad=1.1)
    canvas = _canvas(frame, tracks)
    shown = canvas.u[canvas.u >= 0]
    left, right = (shown < 0.35).sum(), (shown > 0.65).sum()
    assert max(left, right) > 8 * min(left, right)


def test_polygon_coverage_sums_to_the_polygons_area():
    rng = np.random.default_rng(3)
    for _ in range(20):
        angle = np.sort(rng.uniform(0, 2 * np.pi, 9))
        points = np.stack([50 + 30 * np.cos(angle), 45 + 25 * np.sin(angle)], 1).astype(np.float32)
        coverage = np.zeros((100, 100), np.float32)
        fill_polygon(points, 0, 0, coverage)
        area = abs(cv2.contourArea(points))
        assert abs(coverage.sum() - area) < 0.01 * area + 0.5


def test_a_sub_pixel_shift_of_an_edge_changes_coverage_by_that_share():
    for shift in (0.0, 0.25, 0.5, 0.75):
        square = np.array([[10 + shift, 10.5], [20.5, 10.5], [20.5, 20.5], [10 + shift, 20.5]], np.float32)
        coverage = np.zeros((32, 32), np.float32)
        fill_polygon(square, 0, 0, coverage)
        # Pixel 10 spans 9.5 to 10.5.
        assert abs(coverage[15, 10] - (0.5 - shift if shift < 0.5 else 0.0)) < 1e-5


def test_mouth_and_eyes_are_open_where_their_outlines_say(make_face):
    frame, tracks = make_face(mouth_open_cm=1.5, face_px=400, width=600, height=600)
    canvas = _canvas(frame, tracks)
    for coverage, loops in ((canvas.mouth, [fm.LIPS_INNER]), (canvas.eyes, [fm.RIGHT_EYE, fm.LEFT_EYE])):
        area = sum(abs(cv2.contourArea(canvas.points_px[list(loop), :2])) for loop in loops)
        # The smooth contour bulges a little past the polygon of landmarks.
        assert 0.97 * area < coverage.sum() < 1.12 * area


def test_lipstick_stays_on_the_lips_and_out_of_the_open_mouth(make_face):
    frame, tracks = make_face(mouth_open_cm=1.5, face_px=400, width=600, height=600)
    points = tracks.faces[0].landmarks.points_px[:, :2]
    pixels = frame.pixels.copy()
    cv2.fillPoly(pixels, [np.rint(points[list(fm.LIPS_INNER)]).astype(np.int32)], (205, 196, 178))  # teeth
    frame = frame.with_pixels(pixels.copy())
    canvas = _canvas(frame, tracks, pixels)
    Lipstick().paint(canvas, 1.0)
    canvas.flush()
    changed = (pixels != frame.pixels).any(2)
    outline = np.zeros(changed.shape, np.uint8)
    cv2.fillPoly(outline, [np.rint(tracks.faces[0].landmarks.points_px[list(fm.LIPS_OUTER), :2]).astype(np.int32)], 1)
    assert changed[cv2.dilate(outline, np.ones((13, 13))) == 0].sum() == 0
    inside = np.zeros((canvas.height, canvas.width), bool)
    # Where lips are all but shut, near the corners, they meet; elsewhere the edge is within a pixel or two.
    inside[cv2.erode(canvas.mouth, np.ones((5, 5))) > 0.99] = True
    region = changed[canvas.y0 : canvas.y0 + canvas.height, canvas.x0 : canvas.x0 + canvas.width]
    assert not region[inside].any()


def test_painted_color_is_the_mix_of_skin_and_lit_pigment(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    canvas = _canvas(frame, tracks)
    mask = mask_from(polygon(landmarks_texels([50, 101, 205, 187]), feather=1.0))
    patches = canvas.sample(mask)
    inner = [(box, (coverage > 0.99).astype(np.float32)) for box, coverage in patches]
    _, before = canvas.mean_color(inner)
    pigment = np.array([0.4, 0.05, 0.08], np.float32)
    canvas.paint(mask, Material(pigment, coverage=0.6), 0.5)
    _, after = canvas.mean_color(inner)
    weights = np.array([0.2126, 0.7152, 0.0722])
    skin = (canvas.light.rgb * canvas.light.skin_albedo) @ weights
    wanted = 0.7 * before + 0.3 * pigment * canvas.light.rgb * (before @ weights) / skin
    np.testing.assert_allclose(after, wanted, rtol=0.01)


def test_face_uv_and_texture_positions_are_inverse():
    uv = np.random.default_rng(0).uniform(0, 1, (50, 2))
    np.testing.assert_allclose(uv_from_texture(texture_from_uv(uv)), uv, atol=1e-12)
    assert (topology().uv >= 0).all()
    assert (topology().uv <= 1).all()
    assert TEXTURE_SIZE == 1024
