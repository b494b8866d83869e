"""The person detector and the body landmark network, with the squares that lead from one to the other.

Source of every constant: the graph options that MediaPipe publishes for these weights (modules pose_detection and
pose_landmark, Apache-2.0; facts only).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square, cut, tensor, to_image
from tryon.track.detector import Detections, Detector, Model, SsdLayout, merge_overlapping

BODY_LAYOUT = SsdLayout(
    input_px=224, strides=(8, 16, 32, 32, 32), anchors_per_layer=2, keypoints=4, low=-1.0, high=1.0, min_score=0.5
)
POINTS = 33
BONES = (
    (11, 12), (11, 23), (12, 24), (23, 24), (11, 13), (13, 15), (15, 17), (15, 19), (15, 21), (17, 19),
    (12, 14), (14, 16), (16, 18), (16, 20), (16, 22), (18, 20), (23, 25), (25, 27), (27, 29), (27, 31), (29, 31),
    (24, 26), (26, 28), (28, 30), (28, 32), (30, 32), (0, 2), (2, 7), (0, 5), (5, 8), (9, 10),
)  # fmt: skip
_INPUT_PX = 256
_SCALE = 1.25
# Rows 33 and 34 of the network's output: the hips' middle, and a point on the circle around the whole body.
_CENTER, _RIM = 33, 34
_HEATMAP_WINDOW_PX, _HEATMAP_MIN = 7, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class BodyReading:
    """What the landmark network says about one square.

    points_px, points_m, visible: As in `BodyLandmarks`.
    score: 0 to 1, that a body is there.
    next_square: Where to look in the next frame.
    """

    points_px: NDArray[np.float32]
    points_m: NDArray[np.float32]
    visible: NDArray[np.float32]
    score: float
    next_square: Square


class BodyModel:
    """Bodies in squares of a picture."""

    def __init__(self, detector: Model, landmarks: Model) -> None:
        self._detector = Detector(detector, BODY_LAYOUT)
        self._landmarks = landmarks

    def search(self, image: NDArray[np.uint8], squares: Sequence[Square]) -> list[Square]:
        """Squares that may hold a body, best first, found in the given ones."""
        found = merge_overlapping(Detections.join([self._detector.detect(image, square) for square in squares]))
        return [_circle_square(points[0], points[1]) for points in found.keypoints]

    def read(self, image: NDArray[np.uint8], square: Square) -> BodyReading:
        """The body in a square, whether or not there is one: see its score."""
        crop = cut(image, square, _INPUT_PX)
        rows, presence, _, heatmap, world = self._landmarks.run(tensor([crop], 0.0, 1.0))
        points = refine(rows[0, :, :3], heatmap[0])
        points_px = to_image(points, square, _INPUT_PX)
        return BodyReading(
            points_px[:POINTS],
            _upright_m(world[0, :POINTS], square),
            _sigmoid(rows[0, :POINTS, 3]),
            float(presence[0]),
            _circle_square(points_px[_CENTER], points_px[_RIM]),
        )


def refine(points: NDArray[np.float32], heatmap: NDArray[np.float32]) -> NDArray[np.float32]:
    """The points with x and y moved to the weighted middle of their heat near them, where there is enough of it.

    Args:
        points: (N, 3) in pixels of the network's input.
        heatmap: (h, w, N) logits.

    Source: MediaPipe's RefineLandmarksFromHeatmap (facts only): a 7 × 7 window, at least 0.5 somewhere in it.
    """
    height, width, _ = heatmap.shape
    refined = points.copy()
    cell_px = np.float32(_INPUT_PX / width)
    half = _HEATMAP_WINDOW_PX // 2
    for index, (column, row) in enumerate((points[:, :2] / cell_px).astype(int)):
        if not (0 <= column < width and 0 <= row < height):
            continue
        left, top = max(0, column - half), max(0, row - half)
        heat = _sigmoid(heatmap[top : row + half + 1, left : column + half + 1, index])
        if heat.max() < _HEATMAP_MIN:
            continue
        total = heat.sum()
        refined[index, 0] = (heat.sum(axis=0) @ np.arange(left, left + heat.shape[1]) / total) * cell_px
        refined[index, 1] = (heat.sum(axis=1) @ np.arange(top, top + heat.shape[0]) / total) * cell_px
    return refined


def _circle_square(center: NDArray[np.float32], rim: NDArray[np.float32]) -> Square:
    """The square around the circle through `rim`, turned so that `rim` lies above the centre."""
    x, y = float(rim[0] - center[0]), float(rim[1] - center[1])
    turn = math.pi / 2.0 + math.atan2(y, x)
    turn -= 2.0 * math.pi * math.floor((turn + math.pi) / (2.0 * math.pi))
    return Square(float(center[0]), float(center[1]), max(2.0 * _SCALE * math.hypot(x, y), 1.0), turn)


def _upright_m(world: NDArray[np.float32], square: Square) -> NDArray[np.float32]:
    """Metric points turned from the square's axes (y down, z away) into the picture's with +Y up, +Z to the camera."""
    cosine, sine = math.cos(square.angle_rad), math.sin(square.angle_rad)
    x, y, z = world.T
    return np.stack((cosine * x - sine * y, -(sine * x + cosine * y), -z), axis=1).astype(np.float32)


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -60.0, 60.0))), np.float32)
