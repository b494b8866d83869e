"""The palm detector and the hand landmark network, with the squares that lead from one to the other.

Source of every constant: the graph options that MediaPipe publishes for these weights (modules palm_detection and
hand_landmark, Apache-2.0; facts only).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square, cut, square_between, tensor, to_image
from tryon.track.detector import Detections, Detector, Model, SsdLayout, merge_overlapping

WRIST, INDEX_BASE, MIDDLE_BASE, PINKY_BASE = 0, 5, 9, 17
BONES = (
    (0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6), (6, 7), (7, 8), (5, 9), (9, 10), (10, 11), (11, 12),
    (9, 13), (13, 14), (14, 15), (15, 16), (13, 17), (17, 18), (18, 19), (19, 20), (0, 17),
)  # fmt: skip

PALM_LAYOUT = SsdLayout(
    input_px=192, strides=(8, 16, 16, 16), anchors_per_layer=2, keypoints=7, low=0.0, high=1.0, min_score=0.5
)
_INPUT_PX = 224
# The wrist and the knuckles up to the middle joints: the part of a hand that keeps its shape.
_STEADY = np.array((0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18))
_PALM_SCALE, _PALM_SHIFT = 2.6, -0.5
_HAND_SCALE, _HAND_SHIFT = 2.0, -0.1
_DEPTH_SCALE = 0.4  # the network's z is this much larger than its x and y


@dataclass(frozen=True, slots=True, eq=False)
class HandReading:
    """What the landmark network says about one square.

    points_px, points_m: As in `HandLandmarks`.
    score: 0 to 1, that a hand is there.
    right: 0 (surely the person's left hand) to 1 (surely the right), in a picture that is not mirrored.
    next_square: Where to look in the next frame.
    """

    points_px: NDArray[np.float32]
    points_m: NDArray[np.float32]
    score: float
    right: float
    next_square: Square


class HandModel:
    """Hands in squares of a picture."""

    def __init__(self, palm_detector: Model, landmarks: Model, *, min_score: float = 0.5) -> None:
        self._detector = Detector(palm_detector, replace(PALM_LAYOUT, min_score=min_score))
        self._landmarks = landmarks

    def search(self, image: NDArray[np.uint8], squares: Sequence[Square]) -> list[Square]:
        """Squares that may hold a hand, best first, found in the given ones."""
        found = merge_overlapping(Detections.join([self._detector.detect(image, square) for square in squares]))
        return [_palm_square(box, points) for box, points in zip(found.boxes, found.keypoints, strict=True)]

    def read(self, image: NDArray[np.uint8], square: Square) -> HandReading:
        """The hand in a square, whether or not there is one: see its score."""
        crop = cut(image, square, _INPUT_PX)
        points, presence, right, world = self._landmarks.run(tensor([crop], 0.0, 1.0))
        points_px = to_image(points[0], square, _INPUT_PX)
        points_px[:, 2] /= _DEPTH_SCALE
        return HandReading(
            points_px, _upright_m(world[0], square), float(presence[0]), float(right[0]), hand_square(points_px)
        )


def hand_square(points_px: NDArray[np.float32]) -> Square:
    """The square around a hand whose fingers point up in it, from its 21 points."""
    wrist = points_px[WRIST, :2]
    knuckles = ((points_px[6, :2] + points_px[14, :2]) / 2.0 + points_px[10, :2]) / 2.0
    turn = math.pi / 2.0 + math.atan2(knuckles[1] - wrist[1], knuckles[0] - wrist[0])
    cosine, sine = math.cos(turn), math.sin(turn)
    image_from_upright = np.array(((cosine, -sine), (sine, cosine)))
    upright = points_px[_STEADY, :2] @ image_from_upright
    low, high = upright.min(axis=0), upright.max(axis=0)
    center = (low + high) / 2.0
    center[1] += _HAND_SHIFT * (high[1] - low[1])
    x, y = image_from_upright @ center
    return Square(float(x), float(y), max(float((high - low).max()) * _HAND_SCALE, 1.0), _wrapped(turn))


def _palm_square(box: NDArray[np.float32], points: NDArray[np.float32]) -> Square:
    """The square around a whole hand, from the palm's box and its points (0 the wrist, 2 the middle finger's base)."""
    left, top, right, bottom = (float(edge) for edge in box)
    wrist, middle = (float(points[0, 0]), float(points[0, 1])), (float(points[2, 0]), float(points[2, 1]))
    square = square_between(
        (left, top, right - left, bottom - top), wrist, middle, scale=_PALM_SCALE, target_rad=math.pi / 2.0
    )
    shift = _PALM_SHIFT * (bottom - top)
    return Square(
        square.center_x_px - math.sin(square.angle_rad) * shift,
        square.center_y_px + math.cos(square.angle_rad) * shift,
        square.side_px,
        square.angle_rad,
    )


def _upright_m(world: NDArray[np.float32], square: Square) -> NDArray[np.float32]:
    """Metric points turned from the square's axes (y down, z away) into the picture's with +Y up, +Z to the camera."""
    cosine, sine = math.cos(square.angle_rad), math.sin(square.angle_rad)
    x, y, z = world.T
    return np.stack((cosine * x - sine * y, -(sine * x + cosine * y), -z), axis=1).astype(np.float32)


def _wrapped(angle_rad: float) -> float:
    return angle_rad - 2.0 * math.pi * math.floor((angle_rad + math.pi) / (2.0 * math.pi))
