"""Eyeshadow on drawn eyes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.effects.eye_scene import LIGHT, changed, in_frame, scene, worn
from tryon.color import delta_e2000, lab_from_linear, linear_from_codes, parse_color
from tryon.color.pigment import predict
from tryon.effects import EFFECTS
from tryon.effects.eye_patterns import PATTERNS
from tryon.effects.eye_shape import SOCKETS, eye_shapes
from tryon.effects.eyeshadow import Eyeshadow
from tryon.errors import LookError

PANS = ["#a8606a", "#7a3b34", "#3b1d22", "#f2d9c4", "#e4d0c0"]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("count", [1, 3, 5])
def test_every_pattern_paints_any_number_of_pans_and_never_the_eyeball(pattern, count, make_face):
    frame, tracks = scene(make_face)
    after, canvas = worn(Eyeshadow.parse({"pattern": pattern, "colors": PANS[:count]}), frame, tracks)
    change = changed(frame, after)
    assert change[in_frame(canvas, canvas.eyes, change.shape) > 0.999].max() == 0
    assert change.max() > 15


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_shows_on_the_brows_or_the_cheeks(pattern, make_face):
    frame, tracks = scene(make_face)
    after, _ = worn(Eyeshadow.parse({"pattern": pattern, "colors": PANS, "height": 1.0}), frame, tracks)
    change = changed(frame, after)
    points = tracks.faces[0].landmarks.points_px
    brow_middles = points[[105, 66, 334, 296], :2] * 0.5 + points[[52, 65, 282, 295], :2] * 0.5
    for x, y in np.rint(np.concatenate([brow_middles, points[[50, 280, 101, 330, 168, 151], :2]])).astype(int):
        assert change[y, x] <= 3


def test_one_matte_pan_shows_what_the_pigment_predicts(make_face):
    frame, tracks = scene(make_face, brows=False)
    for swatch in ("#2f6f8f", "#c9a24a", "#3b1d22"):
        effect = Eyeshadow.parse({"colors": [swatch], "coverage": 0.7})
        after, canvas = worn(effect, frame, tracks)
        shape = eye_shapes(canvas)[0]
        x, y = np.rint(shape.upper[24] + 0.035 * shape.width_px * shape.up + [canvas.x0, canvas.y0]).astype(int)
        skin = linear_from_codes(frame.pixels[y, x])
        wanted = predict(skin, parse_color(swatch), 0.7, LIGHT, shading=canvas.lit_around(SOCKETS))
        achieved = linear_from_codes(after[y, x].astype(np.uint8))
        assert delta_e2000(lab_from_linear(wanted), lab_from_linear(achieved)) < 1.5


def test_color_reports_say_what_was_achieved(make_face):
    from tryon.effects import wear

    frame, tracks = scene(make_face, brows=False)
    records = []
    wear(frame, tracks, [(Eyeshadow.parse({"colors": PANS[:2]}), 0.8)], light=lambda canvas: LIGHT, colors=records)
    assert [record.effect for record in records] == ["eyeshadow"]
    assert records[0].report.delta_e2000 < 2.0


def test_pans_lie_where_the_pattern_says(make_face):
    frame, tracks = scene(make_face, brows=False)
    after, canvas = worn(Eyeshadow.parse({"pattern": "gradient", "colors": ["#ff0000", "#0000ff"]}), frame, tracks)
    shape = eye_shapes(canvas)[0]
    inner, outer = (
        after[
            tuple(np.rint(shape.upper[k] + 0.04 * shape.width_px * shape.up + [canvas.x0, canvas.y0]).astype(int))[::-1]
        ]
        for k in (12, 40)
    )
    assert inner[0] > inner[2] + 30
    assert outer[2] > outer[0] + 30


def test_a_shut_lid_shows_more_of_the_lid_color_than_an_open_one(make_face):
    def amount(closed: bool) -> int:
        frame, tracks = scene(make_face, closed=closed, brows=False)
        return int((changed(frame, worn(Eyeshadow.parse({"colors": ["#203080"]}), frame, tracks)[0]) > 30).sum())

    assert amount(True) > 1.2 * amount(False)


def test_flakes_stay_where_they_are_on_the_skin(make_face):
    effect = Eyeshadow.parse({"finish": "shimmer", "shimmer": 1.0})
    frame, tracks = scene(make_face)
    moved_frame, moved_tracks = scene(make_face, shift=(7.0, -5.0))
    still, moved = worn(effect, frame, tracks)[0], worn(effect, moved_frame, moved_tracks)[0]
    inner = still[40:-40, 40:-40]
    assert np.abs(inner - moved[35:-45, 47:-33]).mean() < 0.02
    matte = worn(Eyeshadow.parse({}), frame, tracks)[0]
    assert np.abs(still - matte).max() > 20


@pytest.mark.parametrize("finish", ["matte", "satin", "shimmer", "metallic"])
def test_finishes_are_told_apart_on_the_lid(finish, make_face):
    frame, tracks = scene(make_face)
    plain = worn(Eyeshadow.parse({}), frame, tracks)[0]
    other = worn(Eyeshadow.parse({"finishes": [finish]}), frame, tracks)[0]
    assert np.array_equal(plain, other) == (finish == "matte")


@pytest.mark.parametrize(
    "values", [{"colors": []}, {"colors": [*PANS, "#ffffff"]}, {"finishes": ["gloss"]}, {"pattern": "nope"}]
)
def test_what_is_no_palette_is_refused_by_name(values):
    with pytest.raises(LookError, match="eyeshadow"):
        EFFECTS.get("eyeshadow").parse(values)
