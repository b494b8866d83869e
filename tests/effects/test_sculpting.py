"""Contour, bronzer and highlighter: darker, warmer, lighter, each in its place."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.color import FaceLight, parse_color
from tryon.effects import EFFECTS, Workspace, bronzer, contour, highlighter, sculpting
from tryon.effects.canvas import Canvas
from tryon.effects.face_shape import SHAPES
from tryon.effects.masks import mask_from
from tryon.effects.translucency import never_lighter

LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
SKINS = {"light": (0.45, 0.28, 0.20), "deep": (0.09, 0.04, 0.024)}


def _painted(make_face, name, parameters, skin=SKINS["light"], strength=1.0):
    frame, tracks = make_face(face_px=400, width=600, height=600, skin=skin)
    light = FaceLight(np.ones(3, np.float32), np.array(skin, np.float32), 1.0)
    canvas = Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace(), light=lambda _: light)
    before = canvas.linear.copy()
    EFFECTS.get(name).parse(parameters).paint(canvas, strength)
    return before, canvas.linear.copy(), canvas


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS)
@pytest.mark.parametrize("name", ["contour", "bronzer"])
@pytest.mark.parametrize("color", [None, "#ffe8d8"])
def test_contour_and_bronzer_never_lighten_whatever_the_shade(name, skin, color, make_face):
    before, after, _ = _painted(
        make_face,
        name,
        {"pattern": "full" if name == "contour" else "all_over"} | ({} if color is None else {"color": color}),
        skin,
    )
    change = (after - before) @ LUMINANCE
    assert change.max() < 0.02 * (np.array(skin) @ LUMINANCE)
    assert change.min() < -0.05 * (np.array(skin) @ LUMINANCE) or color is not None


def test_bronzer_warms(make_face):
    before, after, canvas = _painted(make_face, "bronzer", {"pattern": "cheeks"})
    x, y = canvas.points_px[123, :2].astype(int)
    patch = np.s_[y - 5 : y + 5, x - 5 : x + 5]
    assert (
        after[patch][..., 0].mean() / after[patch][..., 2].mean()
        > 1.1 * before[patch][..., 0].mean() / before[patch][..., 2].mean()
    )


@pytest.mark.parametrize("skin", SKINS.values(), ids=SKINS)
def test_highlighter_only_adds_light_and_most_where_there_is_most(skin, make_face):
    before, after, canvas = _painted(make_face, "highlighter", {"pattern": "center", "glow": 1.0, "shimmer": 0}, skin)
    assert (after >= before - 1e-6).all()
    assert (after <= 1.0).all()
    ((x0, y0, x1, y1), coverage), *_ = canvas.sample(sculpting.mask_of("forehead"))
    core = coverage > 0.9
    brightness = before[y0:y1, x0:x1][core] @ LUMINANCE
    added = (after - before)[y0:y1, x0:x1][core] @ LUMINANCE / coverage[core]
    assert np.corrcoef(brightness, added)[0, 1] > 0.5


def test_highlighter_without_glow_and_shimmer_changes_nothing(make_face):
    before, after, _ = _painted(make_face, "highlighter", {"glow": 0.0, "shimmer": 0.0})
    np.testing.assert_allclose(after, before, atol=1e-6)


def test_every_shape_and_pattern_names_places_that_exist():
    for table in (
        contour._BY_SHAPE, contour._PATTERNS, bronzer._BY_SHAPE, bronzer._PATTERNS,
        highlighter._BY_SHAPE, highlighter._PATTERNS,
    ):  # fmt: skip
        for weights in table.values():
            assert set(weights) <= set(sculpting.PLACES)
    for table in (contour._BY_SHAPE, bronzer._BY_SHAPE, highlighter._BY_SHAPE):
        assert set(table) == set(SHAPES)


def test_places_are_the_same_on_both_sides():
    for place, draw in sculpting.PLACES.items():
        picture = draw()
        np.testing.assert_array_equal(picture, picture[:, ::-1], err_msg=place)
        assert mask_from(picture).texture.any()


def test_a_mix_of_shapes_weighs_their_places(make_face):
    _, _, canvas = _painted(make_face, "contour", {})
    table = {name: {"jaw": float(k)} for k, name in enumerate(SHAPES)}
    mixed = sculpting.mixed(table, "auto", canvas)["jaw"]
    assert 0.0 <= mixed <= len(SHAPES) - 1
    assert sculpting.mixed(table, "long", canvas) == table["long"]


def test_never_lighter_keeps_the_hue():
    skin, pale = np.array([0.2, 0.1, 0.05], np.float32), parse_color("#f0d0c0")
    kept = never_lighter(pale, skin, 0.8)
    assert kept @ LUMINANCE == pytest.approx(0.8 * (skin @ LUMINANCE), rel=1e-4)
    np.testing.assert_allclose(kept / kept.sum(), pale / pale.sum(), rtol=1e-5)
