"""Blush: where it lies, and that its color is the contract's."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.color import FaceLight, linear_from_codes, parse_color
from tryon.effects import EFFECTS, Workspace, wear
from tryon.effects.blush import _PATTERNS, Blush, _bands
from tryon.effects.canvas import Canvas
from tryon.effects.translucency import over_skin
from tryon.errors import LookError

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])


def _canvas(frame, tracks, light) -> Canvas:
    pixels = frame.pixels.copy()
    return Canvas(frame, pixels, tracks.faces[0], tracks, workspace=Workspace(), light=lambda _: light)


@pytest.mark.parametrize("pattern", _PATTERNS)
def test_blush_stays_inside_its_mask(pattern, make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    light = FaceLight(np.ones(3, np.float32), np.array([0.45, 0.28, 0.2], np.float32), 1.0)
    canvas = _canvas(frame, tracks, light)
    before = canvas.linear.copy()
    inside = np.zeros(canvas.skin.shape, bool)
    for (x0, y0, x1, y1), coverage in canvas.sample(_bands(pattern, 1)[0]):
        inside[y0:y1, x0:x1] |= coverage > 0
    Blush(pattern=pattern).paint(canvas, 1.0)
    changed = (canvas.linear != before).any(2)
    assert changed.sum() > 500
    assert not changed[~inside].any()
    assert not canvas.touched[~inside].any()


def test_the_mean_color_is_skin_and_lit_pigment_by_coverage(make_face):
    skin = (0.45, 0.28, 0.20)
    frame, tracks = make_face(face_px=400, width=600, height=600, skin=skin)
    light = FaceLight(np.array([1.0, 0.9, 0.8], np.float32), np.array(skin, np.float32) / [1.0, 0.9, 0.8], 1.0)
    canvas = _canvas(frame, tracks, light)
    pigment = np.array([0.5, 0.1, 0.12], np.float32)
    patches = canvas.sample(_bands("doll", 1)[0])
    core = [(box, (coverage > 0.99).astype(np.float32)) for box, coverage in patches]
    _, before = canvas.mean_color(core)
    Blush(colors=(pigment,), coverage=0.8, pattern="doll").paint(canvas, 0.75)
    _, after = canvas.mean_color(core)
    a = 0.6 * 0.8 * 0.75  # the full pan covers 0.6
    shading = (before @ LUMINANCE) / (np.array(skin) @ LUMINANCE)
    wanted = (1 - a) * before + a * pigment * light.rgb * shading
    np.testing.assert_allclose(after, wanted, rtol=0.01)


def test_several_colors_share_out_the_pattern_of_one():
    for pattern in _PATTERNS:
        whole = _full(_bands(pattern, 1))
        for count in (2, 3, 4):
            np.testing.assert_allclose(_full(_bands(pattern, count)), whole, atol=count * 0.003)


def _full(masks) -> np.ndarray:
    picture = np.zeros((1024, 1024))
    for mask in masks:
        height, width = mask.texture.shape
        picture[mask.origin_y : mask.origin_y + height, mask.origin_x : mask.origin_x + width] += mask.texture / 255.0
    return picture


def test_pale_pink_on_deep_skin_is_a_stain_and_not_chalk():
    deep, pink = np.array([0.09, 0.04, 0.024], np.float32), parse_color("#f6c6cc")
    chalk, sheer = over_skin(pink, deep, 0.0), over_skin(pink, deep)
    np.testing.assert_array_equal(chalk, pink)
    assert sheer @ LUMINANCE < 0.35 * (chalk @ LUMINANCE)

    def redness(rgb):
        return rgb[0] / rgb[1]

    mixed = 0.7 * deep + 0.3 * sheer
    assert redness(mixed) > redness(deep)
    assert redness(0.7 * deep + 0.3 * chalk) < 0.8 * redness(deep)


def test_a_shade_no_lighter_than_the_skin_is_its_own_swatch():
    light, rose = np.array([0.47, 0.29, 0.22], np.float32), parse_color("#c9595e")
    np.testing.assert_allclose(over_skin(rose, light), rose, rtol=1e-6)


def test_a_flush_makes_cheeks_redder_and_leaves_the_forehead(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    after = linear_from_codes(wear(frame, tracks, [(EFFECTS.get("blush").parse({}), 1.0)]).pixels)
    before = linear_from_codes(frame.pixels)
    points = tracks.faces[0].landmarks.points_px

    def ratio(picture, index):
        x, y = points[index, :2].astype(int)
        patch = picture[y - 6 : y + 6, x - 6 : x + 6].mean((0, 1))
        return patch[0] / patch[1]

    for cheek in (50, 280):
        assert ratio(after, cheek) > 1.2 * ratio(before, cheek)
    assert ratio(after, 151) == ratio(before, 151)


@pytest.mark.parametrize("values", [{"colors": []}, {"colors": ["#fff"] * 5}, {"pattern": "moon"}, {"coverage": 2}])
def test_bad_parameters_are_named(values):
    with pytest.raises(LookError, match="blush"):
        EFFECTS.get("blush").parse(values)
