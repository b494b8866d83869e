"""Brows on drawn hairs."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.effects.eye_scene import SKIN, canvas_of, changed, scene, worn
from tryon.effects.brow_hairs import BINS, HALF, MEASURES, OFFSET, SURE, fit_cubic, measure_hair, measure_skin
from tryon.effects.brow_shape import brow_shapes, wanted_shape
from tryon.effects.brows import Brows
from tryon.geometry import face_mesh as fm

_MIDDLES = ((105, 52), (66, 65), (63, 53))


def _measured(canvas, shape):
    box = (0, 0, canvas.width, canvas.height)
    where = (canvas.linear, canvas.visible, box, shape.place, shape.center, shape.half)
    skin, measured = np.empty((2, BINS, 3), np.float32), np.empty(MEASURES, np.float32)
    measure_skin(*where, skin)
    measure_hair(*where, skin, measured)
    return measured


def test_hairs_are_found_where_they_are_and_not_where_landmarks_say(make_face):
    frame, tracks = scene(make_face, brows=False)
    canvas, _ = canvas_of(frame, tracks)
    shape = brow_shapes(canvas)[0]
    along = np.linspace(0.05, 0.95, 200)[:, None]
    start, up = shape.place[:2], shape.place[4:6]
    chord = shape.place[2:4] / (shape.place[2:4] @ shape.place[2:4])
    centers = np.interp(along[:, 0], np.linspace(0, 1, len(shape.center)), shape.center)
    halves = np.interp(along[:, 0], np.linspace(0, 1, len(shape.half)), shape.half)
    for wanted in (-0.5, 0.0, 0.5):
        path = start + along * chord + (centers + wanted * halves)[:, None] * up + [canvas.x0, canvas.y0]
        pixels = frame.pixels.copy()
        thick = max(2, round(1.2 * float(shape.half.mean())))
        cv2.polylines(pixels, [np.rint(path * 16).astype(np.int32)], False, (60, 40, 32), thick, cv2.LINE_AA, 4)
        measured = _measured(canvas_of(frame.with_pixels(pixels), tracks)[0], shape)
        assert measured[SURE] == pytest.approx(1.0, abs=0.01)
        assert measured[OFFSET] == pytest.approx(wanted, abs=0.10)
        assert 0.5 < measured[HALF] < 0.85


def test_bare_skin_is_not_taken_for_hair(make_face):
    canvas, _ = canvas_of(*scene(make_face, brows=False))
    measured = _measured(canvas, brow_shapes(canvas)[0])
    assert measured[SURE] == 0.0
    assert measured[HALF] == pytest.approx(1.0)
    assert measured[OFFSET] == 0.0


def test_hairs_take_the_color_and_skin_between_and_around_them_does_not(make_face):
    frame, tracks = scene(make_face)
    after, _ = worn(Brows.parse({"color": "#a03010", "definition": 0.0}), frame, tracks)
    points = tracks.faces[0].landmarks.points_px
    for top, low in _MIDDLES:
        x, y = np.rint(points[[top, low], :2].mean(axis=0)).astype(int)
        redder = (after[y, x, 0] - after[y, x, 2]) - (int(frame.pixels[y, x, 0]) - int(frame.pixels[y, x, 2]))
        assert redder > 20
    for index in (104, 69, 108, 151, 223, 27):  # forehead, glabella, lid
        x, y = np.rint(points[index, :2]).astype(int)
        assert changed(frame, after)[y, x] <= 2


def test_sparse_brows_are_filled_more_the_more_definition_is_asked_for(make_face):
    frame, tracks = scene(make_face, brows=False)

    def amount(definition: float) -> int:
        return int(changed(frame, worn(Brows.parse({"definition": definition}), frame, tracks)[0]).sum())

    assert 0 < amount(0.0) < amount(0.5) < amount(1.0)


def test_a_pencil_lighter_than_the_skin_leaves_no_mark_on_it(make_face):
    frame, tracks = scene(make_face, brows=False, skin=(70, 46, 36))
    after, _ = worn(Brows.parse({"color": "#d8b890"}), frame, tracks)
    assert changed(frame, after).max() <= 3


def test_thinner_brows_lose_hairs_at_their_edges_and_keep_their_middle(make_face):
    frame, tracks = scene(make_face)
    after, _ = worn(Brows.parse({"thickness": -1.0, "color": "#46302a"}), frame, tracks)
    points = tracks.faces[0].landmarks.points_px
    low = points[52, :2] + 0.12 * (points[105, :2] - points[52, :2])
    x, y = np.rint(low).astype(int)
    assert after[y, x].sum() > frame.pixels[y, x].astype(int).sum() + 100  # covered with skin color
    x, y = np.rint(points[[105, 52], :2].mean(axis=0)).astype(int)
    assert after[y, x].sum() < 0.6 * sum(SKIN)


@pytest.mark.parametrize("style", ["natural", "arched", "straight", "rounded", "soft_angled"])
@pytest.mark.parametrize("curvature", [-1.0, 0.0, 1.0])
def test_no_shape_moves_a_brow_by_more_than_half_its_height(style, curvature, make_face):
    canvas, _ = canvas_of(*scene(make_face))
    for shape in brow_shapes(canvas):
        line, height = wanted_shape(shape, style, curvature=curvature, thickness=0.0, own_half=0.8)
        assert np.abs(line).max() <= 0.4 + 1e-6
        assert height.max() == pytest.approx(0.8, rel=0.01)
        assert height[-1] < 0.2 * height.max()
        assert (style == "natural" and curvature == 0.0) == (not line.any())


def test_the_cubic_is_the_least_squares_one():
    rng = np.random.default_rng(3)
    at, value = np.sort(rng.random(7)), rng.random(7)
    table = np.empty(65, np.float32)
    fit_cubic(at, value, table)
    assert table == pytest.approx(np.polyval(np.polyfit(at, value, 3), np.linspace(0, 1, 65)), abs=0.02)


def test_both_brows_run_from_the_nose_to_the_temple(make_face):
    canvas, _ = canvas_of(*scene(make_face))
    right, left = brow_shapes(canvas)
    assert right.place[2] < 0 < left.place[2]
    assert right.place[5] < -0.8
    assert left.place[5] < -0.8
    assert right.place[0] == pytest.approx(
        float(canvas.points_px[[fm.RIGHT_BROW[4], fm.RIGHT_BROW[5]], 0].mean()), abs=0.1
    )
