from __future__ import annotations

import cv2
import numpy as np

from tryon.effects import EFFECTS, Workspace, wear
from tryon.effects.canvas import Canvas


def _liner(**values):
    return EFFECTS.get("lip_liner").parse(values)


def _change(frame, tracks, effect):
    return np.abs(wear(frame, tracks, [(effect, 1.0)]).pixels.astype(int) - frame.pixels).max(2)


def _outline(frame, tracks):
    canvas = Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace())
    return canvas.lips.outer + np.float32([canvas.x0, canvas.y0]), canvas.lips.width_px


def test_the_line_runs_along_the_border_and_leaves_the_middle_of_the_lips_bare(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    change = _change(frame, tracks, _liner())
    outline, width_px = _outline(frame, tracks)
    band = np.zeros(change.shape, np.uint8)
    cv2.polylines(band, [np.rint(outline * 16).astype(np.int32)], True, 255, round(0.14 * width_px), shift=4)
    assert change[band == 0].sum() == 0
    columns, rows = np.rint(outline[8::16]).astype(int).T
    assert (change[rows, columns] > 10).all()


def test_a_thicker_pencil_paints_more_and_a_softer_one_reaches_further(make_face):
    frame, tracks = make_face(face_px=400, width=600, height=600)
    thin, thick = (_change(frame, tracks, _liner(thickness=t)) for t in (0.0, 1.0))
    assert thick.sum() > 1.5 * thin.sum()
    crisp, soft = (_change(frame, tracks, _liner(smoothness=s)) for s in (0.0, 1.0))
    assert (soft > 0).sum() > (crisp > 0).sum()


def test_a_line_thinner_than_a_pixel_gets_fainter_instead_of_breaking_up(make_face):
    frame, tracks = make_face(width=160, height=160, face_px=70)
    change = _change(frame, tracks, _liner(thickness=0.0))
    outline, _ = _outline(frame, tracks)
    columns, rows = np.rint(outline[4::8]).astype(int).T
    near = np.array([change[y - 1 : y + 2, x - 1 : x + 2].max() for x, y in zip(columns, rows, strict=True)])
    assert (near > 0).all()
