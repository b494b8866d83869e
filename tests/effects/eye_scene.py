"""A made face with drawn eyes and brows, known exactly, for the tests of what is worn round the eyes."""

from __future__ import annotations

import cv2
import numpy as np

from tryon.color import FaceLight
from tryon.effects import Workspace
from tryon.effects.canvas import Canvas
from tryon.effects.raster import fill_polygon
from tryon.geometry import face_mesh as fm
from tryon.types import Face, FaceLandmarks, Frame, Tracks

SKIN = (170, 130, 110)
IRIS = (60, 42, 30)
LIGHT = FaceLight(np.float32([0.8, 0.8, 0.8]), np.float32([0.5, 0.29, 0.2]), 1.0)


def scene(make_face, *, face_px=420.0, size=640, yaw_rad=0.0, closed=False, brows=True, skin=SKIN, shift=(0.0, 0.0)):
    """(frame, tracks) of a face on one flat skin color, with whites, irises, pupils and a catchlight each."""
    _, tracks = make_face(width=size, height=size, face_px=face_px, yaw_rad=yaw_rad)
    points = tracks.faces[0].landmarks.points_px.copy()
    points[:, :2] += np.float32(shift)
    if closed:
        for upper, lower in ((fm.RIGHT_UPPER_LID, fm.RIGHT_LOWER_LID), (fm.LEFT_UPPER_LID, fm.LEFT_LOWER_LID)):
            points[list(upper[1:-1])] = points[list(lower[1:-1])]
    pixels = np.full((size, size, 3), skin, np.uint8)
    if brows:
        for loop in (fm.RIGHT_BROW, fm.LEFT_BROW):
            cv2.fillPoly(pixels, [np.rint(points[list(loop), :2] * 16).astype(np.int32)], (70, 48, 38), cv2.LINE_AA, 4)
    if not closed:
        for loop, iris in ((fm.RIGHT_EYE, fm.RIGHT_IRIS), (fm.LEFT_EYE, fm.LEFT_IRIS)):
            _draw_eye(pixels, points[list(loop), :2], points[list(iris), :2])
    face = Face(0, FaceLandmarks(points.astype(np.float32), 1.0))
    return Frame(pixels), Tracks(faces=(face,))


def _draw_eye(pixels, contour, iris):
    eye = np.full(pixels.shape, (225, 222, 218), np.uint8)
    center, radius = iris[0], float(np.linalg.norm(iris[1:] - iris[0], axis=1).mean())
    for color, scale, offset in ((IRIS, 1.0, (0, 0)), ((8, 7, 7), 0.36, (0, 0)), ((255, 255, 255), 0.16, (0.2, -0.2))):
        at = np.rint((center + radius * np.array(offset)) * 16).astype(int)
        cv2.circle(eye, tuple(int(v) for v in at), int(radius * scale * 16), color, -1, cv2.LINE_AA, 4)
    share = np.zeros(pixels.shape[:2], np.float32)
    fill_polygon(np.ascontiguousarray(contour, np.float32), 0, 0, share)
    mixed = pixels * (1 - share[..., None]) + eye * share[..., None]
    pixels[:] = np.rint(mixed).astype(np.uint8)


def canvas_of(frame, tracks, *, reach="face"):
    """(canvas, output pixels), lit by `LIGHT`."""
    pixels = frame.pixels.copy()
    face = tracks.faces[0]
    canvas = Canvas(frame, pixels, face, tracks, workspace=Workspace(), reach=reach, light=lambda canvas: LIGHT)
    return canvas, pixels


def worn(effect, frame, tracks, strength=1.0):
    """(output pixels as int, canvas it was painted on)."""
    canvas, pixels = canvas_of(frame, tracks, reach=effect.reach)
    effect.paint(canvas, strength)
    canvas.flush()
    return pixels.astype(int), canvas


def changed(frame, after):
    """(h, w) int, the largest change of any channel."""
    return np.abs(after - frame.pixels.astype(int)).max(axis=2)


def in_frame(canvas, field, shape):
    """A region's field laid into the whole frame, 0 around it."""
    full = np.zeros(shape, field.dtype)
    full[canvas.y0 : canvas.y0 + canvas.height, canvas.x0 : canvas.x0 + canvas.width] = field
    return full
