"""Tells the parts mask where hands lie on a face: a hand's bones make skin around them body skin."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square
from tryon.track.hand_model import BONES, INDEX_BASE, MIDDLE_BASE, PINKY_BASE, WRIST, HandModel
from tryon.track.parts_face import filled, outline
from tryon.types import Face

_BODY_SKIN, _FACE_SKIN = 2, 3
# A quarter of the palms pasted on faces score below the detector's usual 0.5; the landmark network rejects the rest.
MIN_PALM_SCORE = 0.3
_MIN_HAND_SCORE = 0.5
_SEARCH_SIDE = 2.6  # in face sizes
# Finger widths as shares of the span of the knuckles; four fingers and their gaps make it up.
_CORE, _WIDE = 0.23, 0.47
# Odds by which body skin gains there, chosen with benchmarks/parts_hands.py: bones are certain, their rim is likely.
_CORE_ODDS, _WIDE_ODDS = 1000.0, 6.0
_WRIST_WIDTH, _WRIST_LENGTH = 0.9, 0.6
# Body skin over this share of a face's outline, shrunk to keep the throat out, is worth a search for hands.
_SUSPICION, _WELL_INSIDE = 0.004, 0.92


def hands_suspected(
    planes: NDArray[np.float32], faces: Sequence[Face], mask_from_image: NDArray[np.float64]
) -> list[Face]:
    """Faces with body skin on them, where a hand may be."""
    _, rows, columns = planes.shape
    suspects = []
    for face in faces:
        oval = outline(face, mask_from_image)[0]
        middle = oval.mean(axis=0)
        inside = filled(middle + np.float32(_WELL_INSIDE) * (oval - middle), rows, columns) > 0
        if inside.any() and float(planes[_BODY_SKIN][inside].mean()) > _SUSPICION:
            suspects.append(face)
    return suspects


def find_hands(model: HandModel, image: NDArray[np.uint8], faces: Sequence[Face]) -> list[NDArray[np.float32]]:
    """(21, 3) points in picture pixels of every hand near the faces."""
    hands: list[NDArray[np.float32]] = []
    for face in faces:
        points = face.landmarks.points_px[:, :2]
        low, high = points.min(axis=0), points.max(axis=0)
        x, y = (float(value) for value in (low + high) / 2.0)
        for square in model.search(image, [Square(x, y, float((high - low).max()) * _SEARCH_SIDE)]):
            reading = model.read(image, square)
            if reading.score < _MIN_HAND_SCORE:
                continue
            finer = model.read(image, reading.next_square)
            hands.append(finer.points_px if finer.score >= reading.score / 2.0 else reading.points_px)
    return hands


def lay_hands(
    planes: NDArray[np.float32], hands: Sequence[NDArray[np.float32]], mask_from_image: NDArray[np.float64]
) -> None:
    """Raise body skin over face skin along the hands' bones, in place; the planes still sum to 1.

    Args:
        planes: (6, h, w) float32 probabilities, in the order of `PartsMask.CLASSES`.
        hands: (21, 2 or 3) points in picture pixels.

    Source: Bayes with a prior that is high on the bones and raised within a finger's reach of them, so that the
    network keeps the say over where exactly a finger ends.
    """
    if not hands:
        return
    rows, columns = planes.shape[1:]
    odds = np.ones((rows, columns), np.float32)
    for points in hands:
        on_mask = points[:, :2].astype(np.float64) @ mask_from_image[:, :2].T + mask_from_image[:, 2]
        for width, gain in ((_WIDE, _WIDE_ODDS), (_CORE, _CORE_ODDS)):
            odds[_silhouette(on_mask, width, rows, columns) > 0] = gain
    skin = planes[_BODY_SKIN] + planes[_FACE_SKIN]
    body = planes[_BODY_SKIN] * odds + np.float32(1e-6)
    share = body / (body + planes[_FACE_SKIN] + np.float32(1e-6))
    planes[_BODY_SKIN] = np.where(odds > 1.0, skin * share, planes[_BODY_SKIN])
    planes[_FACE_SKIN] = skin - planes[_BODY_SKIN]


def widen_hands(
    planes: NDArray[np.float32], faces: Sequence[Face], mask_from_image: NDArray[np.float64], radius_px: int
) -> None:
    """Let body skin on the faces reach `radius_px` further into face skin, in place.

    The network's edge lies on the hand's outline to a mask pixel or so; paint must stop before it, not on it.
    """
    rows, columns = planes.shape[1:]
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1, 2 * radius_px + 1))
    gained = cv2.dilate(planes[_BODY_SKIN], kernel) - planes[_BODY_SKIN]
    for face in faces:
        # Within the outline shrunk by the kernel, so that the throat does not creep up the jaw.
        inside = cv2.erode(filled(outline(face, mask_from_image)[0], rows, columns), kernel, iterations=2)
        moved = np.minimum(gained, planes[_FACE_SKIN]) * inside
        planes[_FACE_SKIN] -= moved
        planes[_BODY_SKIN] += moved


def _silhouette(points: NDArray[np.float64], finger_width: float, rows: int, columns: int) -> NDArray[np.uint8]:
    """(rows, columns) uint8, 1 on a hand drawn with thick bones and a short wrist."""
    span = max(_length(points, INDEX_BASE, PINKY_BASE), 0.45 * _length(points, WRIST, MIDDLE_BASE))
    drawn = np.zeros((rows, columns), np.uint8)
    fixed = np.clip(np.round(points * 16.0), -(2**20), 2**20).astype(np.int32)
    thickness = max(1, round(span * finger_width))
    for start, end in BONES:
        cv2.line(drawn, fixed[start].tolist(), fixed[end].tolist(), 1, thickness, shift=4)
    cv2.fillPoly(drawn, [fixed[[0, 1, 5, 9, 13, 17]]], 1, shift=4)
    arm = points[WRIST] + _WRIST_LENGTH * (points[WRIST] - points[MIDDLE_BASE])
    arm_end = np.clip(np.round(arm * 16.0), -(2**20), 2**20).astype(np.int32)
    thickness = max(1, round(span * finger_width * _WRIST_WIDTH / _CORE * 0.6))
    cv2.line(drawn, fixed[WRIST].tolist(), arm_end.tolist(), 1, thickness, shift=4)
    return drawn


def _length(points: NDArray[np.float64], start: int, end: int) -> float:
    return float(np.hypot(*(points[start] - points[end])))
