"""What was tracked, drawn over the picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.geometry import face_mesh as fm
from tryon.types import Frame, PartsMask, PersonMask, Tracks

# The 33 body points and 21 hand points joined as MediaPipe names them.
_BODY = (
    (11, 12), (11, 13), (13, 15), (12, 14), (14, 16), (11, 23), (12, 24), (23, 24), (23, 25), (25, 27), (24, 26),
    (26, 28), (27, 29), (29, 31), (31, 27), (28, 30), (30, 32), (32, 28), (15, 19), (16, 20),
)  # fmt: skip
_HAND = (*((0 if i % 4 == 1 else i - 1, i) for i in range(1, 21)), (5, 9), (9, 13), (13, 17))
_LOOPS = (fm.LIPS_OUTER, fm.LIPS_INNER, fm.RIGHT_EYE, fm.LEFT_EYE, fm.RIGHT_BROW, fm.LEFT_BROW, fm.FACE_OVAL)
_PART_COLORS = ((0, 0, 0), (230, 60, 60), (60, 160, 230), (250, 200, 80), (80, 200, 120), (190, 90, 210))


def draw(frame: Frame, tracks: Tracks) -> Frame:
    """The frame with points, outlines and masks drawn on a copy of its pixels."""
    pixels = np.ascontiguousarray(frame.pixels.copy())
    if tracks.person is not None:
        alpha = _to_image(tracks.person.alpha, tracks.person, frame)
        pixels = _tint(pixels, alpha, (60, 200, 120))
    if tracks.parts is not None:
        for plane, color in zip(tracks.parts.probability[1:], _PART_COLORS[1:], strict=True):
            pixels = _tint(pixels, _to_image(plane, tracks.parts, frame), color)
    thickness = max(1, round(max(frame.width, frame.height) / 900))
    for face in tracks.faces:
        points = face.landmarks.points_px[:, :2]
        for loop in _LOOPS:
            cv2.polylines(pixels, [_fixed(points[list(loop)])], True, (80, 255, 160), thickness, cv2.LINE_AA, shift=3)
        for point in points:
            cv2.circle(pixels, _at(point), thickness * 6, (255, 255, 255), -1, cv2.LINE_AA, shift=3)
        corner = points.min(0)
        label = f"{face.id}" + (f": {face.quality.sentence}" if face.quality is not None else "")
        _write(pixels, label, (int(corner[0]), int(corner[1]) - 8 * thickness), thickness)
    for body in tracks.bodies:
        _skeleton(pixels, body.points_px, body.visible, _BODY, thickness + 1)
    for hand in tracks.hands:
        _skeleton(pixels, hand.points_px, np.ones(21, np.float32), _HAND, thickness + 1)
        _write(pixels, hand.side, (int(hand.points_px[0, 0]), int(hand.points_px[0, 1])), thickness)
    return frame.with_pixels(pixels)


def _skeleton(
    pixels: NDArray[np.uint8],
    points: NDArray[np.float32],
    visible: NDArray[np.float32],
    bones: tuple[tuple[int, int], ...],
    thickness: int,
) -> None:
    for a, b in bones:
        if min(visible[a], visible[b]) > 0.3:
            cv2.line(pixels, _at(points[a]), _at(points[b]), (80, 255, 160), thickness, cv2.LINE_AA, shift=3)
    for point, seen in zip(points, visible, strict=True):
        if seen > 0.3:
            cv2.circle(pixels, _at(point), thickness * 14, (255, 120, 60), -1, cv2.LINE_AA, shift=3)


def _to_image(plane: NDArray[np.uint8], mask: PartsMask | PersonMask, frame: Frame) -> NDArray[np.uint8]:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(plane, mask.mask_from_image, (frame.width, frame.height), flags=flags), np.uint8)


def _tint(pixels: NDArray[np.uint8], alpha: NDArray[np.uint8], color: tuple[int, int, int]) -> NDArray[np.uint8]:
    share = alpha[..., None].astype(np.float32) * (0.5 / 255.0)
    return np.asarray(pixels * (1.0 - share) + np.array(color, np.float32) * share + 0.5, np.uint8)


def _write(pixels: NDArray[np.uint8], text: str, at: tuple[int, int], thickness: int) -> None:
    for color, width in (((0, 0, 0), 3 * thickness), ((255, 255, 255), thickness)):
        cv2.putText(pixels, text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.5 * thickness, color, width, cv2.LINE_AA)


def _at(point: NDArray[np.float32]) -> tuple[int, int]:
    return round(float(point[0]) * 8), round(float(point[1]) * 8)


def _fixed(points: NDArray[np.float32]) -> NDArray[np.int32]:
    return np.asarray(np.rint(points * 8), np.int32).reshape(-1, 1, 2)
