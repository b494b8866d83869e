"""Eyeliner on drawn eyes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.effects.eye_scene import changed, in_frame, scene, worn
from tryon.effects.eye_lines import PATTERNS
from tryon.effects.eye_shape import eye_shapes
from tryon.effects.eyeliner import Eyeliner


@pytest.mark.parametrize("pattern", [name for name, pattern in PATTERNS.items() if not any(pattern.inside)])
def test_no_pattern_on_the_skin_reaches_the_eyeball(pattern, make_face):
    frame, tracks = scene(make_face)
    after, canvas = worn(Eyeliner.parse({"pattern": pattern, "thickness": 1.0}), frame, tracks)
    eyeball = in_frame(canvas, canvas.eyes, frame.pixels.shape[:2]) > 0.999
    assert changed(frame, after)[eyeball].max() == 0
    assert changed(frame, after).max() > 60


@pytest.mark.parametrize("pattern", ["tightline", "waterline", "kohl"])
def test_waterlines_stay_on_the_lids_margin(pattern, make_face):
    frame, tracks = scene(make_face)
    after, canvas = worn(Eyeliner.parse({"pattern": pattern}), frame, tracks)
    touched = changed(frame, after) > 8
    shape = eye_shapes(canvas)[0]
    middle = (shape.upper + shape.lower)[12:-12] / 2 + [canvas.x0, canvas.y0]
    columns, rows = np.rint(middle).astype(int).T
    assert not touched[rows, columns].any()


def test_a_line_lies_on_the_lash_line_and_is_as_thick_as_it_says(make_face):
    frame, tracks = scene(make_face)
    after, canvas = worn(Eyeliner.parse({"pattern": "natural"}), frame, tracks)
    shape = eye_shapes(canvas)[0]
    dark = changed(frame, after) / changed(frame, after).max()
    x, y = shape.upper[24] + [canvas.x0, canvas.y0]
    column = dark[:, round(float(x))]
    rows = np.arange(len(column))
    above = (rows > y - 0.2 * shape.width_px) & (rows < y + 2)
    # The coverage summed down one column is the line's height there, 3 % of the eye's width.
    assert column[above].sum() == pytest.approx(0.030 * shape.width_px, rel=0.25)
    assert column[round(float(y)) - 1] > 0.5


def test_the_edge_follows_parts_of_a_pixel(make_face):
    def center(shift: float) -> float:
        frame, tracks = scene(make_face, shift=(0.0, shift))
        after, canvas = worn(Eyeliner.parse({"pattern": "wing"}), frame, tracks)
        x, y = eye_shapes(canvas)[0].outer_corner + np.array([canvas.x0, canvas.y0])
        beside = changed(frame, after)[int(y) - 40 : int(y) + 20, int(x) - 25 : int(x) - 5].astype(float)
        return float((beside * np.arange(60)[:, None]).sum() / beside.sum()) + int(y)

    assert center(0.25) - center(0.0) == pytest.approx(0.25, abs=0.06)


def test_thickness_and_wing_give_more_paint_and_wing_zero_ends_at_the_corner(make_face):
    frame, tracks = scene(make_face)

    def amount(**parameters) -> int:
        return int(changed(frame, worn(Eyeliner.parse({"pattern": "wing", **parameters}), frame, tracks)[0]).sum())

    assert amount(thickness=0.2) < amount(thickness=0.5) < amount(thickness=0.9)
    assert amount(wing=0.0) < amount(wing=0.5) < amount(wing=1.0)
    after, canvas = worn(Eyeliner.parse({"pattern": "wing", "wing": 0.0}), frame, tracks)
    shape = eye_shapes(canvas)[0]
    outside = int(shape.outer_corner[0] + canvas.x0 - 0.06 * shape.width_px)
    assert changed(frame, after)[:, :outside].max() == 0


def test_the_line_of_a_shut_eye_has_no_gap(make_face):
    frame, tracks = scene(make_face, closed=True)
    after, canvas = worn(Eyeliner.parse({"pattern": "wing"}), frame, tracks)
    shape = eye_shapes(canvas)[0]
    dark = changed(frame, after)
    left, right = sorted((shape.upper[0, 0], shape.upper[-1, 0]))
    columns = np.arange(int(left) + 4, int(right) - 3) + canvas.x0
    assert (dark[:, columns].max(axis=0) > 60).all()
    for column in columns:  # one run of paint in each column, not two lines beside a slit
        painted = np.flatnonzero(dark[:, column] > 20)
        assert np.ptp(painted) == len(painted) - 1
