"""Lashes on drawn eyes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.effects.eye_scene import changed, scene, worn
from tryon.effects.eye_shape import eye_shapes
from tryon.effects.lash_strands import STYLES, strands
from tryon.effects.lashes import Lashes


def _mean_rise(frame, tracks, **parameters) -> float:
    """Mean height of the right eye's paint over the outer corners' line, in eye widths."""
    after, canvas = worn(Lashes.parse({"lower": 0.0, **parameters}), frame, tracks)
    shape = eye_shapes(canvas)[0]
    middle = shape.upper.mean(axis=0) + np.array([canvas.x0, canvas.y0])
    reach = int(0.7 * shape.width_px)
    x, y = np.rint(middle).astype(int)
    near = changed(frame, after)[y - reach : y + reach, x - reach : x + reach].astype(float)
    return float(-(near * (np.arange(2 * reach) - reach)[:, None]).sum() / near.sum() / shape.width_px)


@pytest.mark.parametrize("style", STYLES)
def test_lashes_rise_over_an_open_eye_and_hang_from_a_shut_one(style, make_face):
    assert _mean_rise(*scene(make_face), style=style) > 0.02
    assert _mean_rise(*scene(make_face, closed=True), style=style) < -0.04


def test_every_strand_stands_on_the_lid_in_a_fixed_place():
    for style in STYLES:
        for lower in (False, True):
            rows = strands(style, 0.5, lower)
            assert ((rows[:, 0] >= 0.1) & (rows[:, 0] <= 1.0)).all()
            assert (rows[:, 1] > 0).all()
            assert (rows[:, 1] <= 1.25 * STYLES[style].length).all()
            assert np.array_equal(rows, strands(style, 0.5, lower))


def test_length_density_and_lower_lashes_add_paint(make_face):
    frame, tracks = scene(make_face)

    def amount(**parameters) -> int:
        return int(changed(frame, worn(Lashes.parse(parameters), frame, tracks)[0]).sum())

    for name in ("length", "density", "lower"):
        assert amount(**{name: 0.1}) < amount(**{name: 0.5}) < amount(**{name: 0.9})


def test_both_eyes_of_a_face_that_looks_at_the_camera_get_the_same(make_face):
    frame, tracks = scene(make_face)
    paint = changed(frame, worn(Lashes.parse({}), frame, tracks)[0])
    half = paint.shape[1] // 2
    assert paint[:, :half].sum() == pytest.approx(paint[:, half:].sum(), rel=0.06)


def test_thin_lashes_of_a_small_face_make_a_soft_fringe(make_face):
    frame, tracks = scene(make_face, face_px=120.0, size=240)
    after, canvas = worn(Lashes.parse({"style": "natural", "lower": 0.0}), frame, tracks)
    shape = eye_shapes(canvas)[0]
    fringe = changed(frame, after)
    row = int(shape.upper[24, 1] + canvas.y0 - 0.05 * shape.width_px)
    x0, x1 = sorted((int(shape.upper[8, 0]) + canvas.x0, int(shape.upper[40, 0]) + canvas.x0))
    across = fringe[row, x0:x1].astype(float)
    assert across.mean() > 4
    assert np.abs(np.diff(across)).max() < 70  # no black strand beside bare skin
