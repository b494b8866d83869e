"""Single-shot detection: decode a detector's outputs, merge what overlaps, find it in a square of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ShapeError
from tryon.track.anchors import anchor_centers
from tryon.track.crops import Square, cut, tensor


class Model(Protocol):
    """Anything that maps a batch of crops to its outputs, in the model's order; an `InferenceSession` is one."""

    def run(self, batch: NDArray[np.float32]) -> Sequence[NDArray[np.float32]]:
        """Outputs of one batch."""
        ...


@dataclass(frozen=True, slots=True)
class SsdLayout:
    """How a detector's numbers are to be read.

    input_px: Side of its square input; also the unit of its regressed coordinates.
    strides, anchors_per_layer: See `anchor_centers`.
    keypoints: How many points come with each box.
    low, high: Range of the input values.
    min_score: Boxes below are dropped.
    """

    input_px: int
    strides: tuple[int, ...]
    anchors_per_layer: int
    keypoints: int
    low: float
    high: float
    min_score: float


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """Boxes with keypoints and scores.

    boxes: (N, 4) float32 left, top, right, bottom.
    keypoints: (N, K, 2) float32.
    scores: (N,) float32, 0 to 1, best first.

    Pixels of the picture as `Detector.detect` gives them; fractions of the input square as `decode` does.
    """

    boxes: NDArray[np.float32]
    keypoints: NDArray[np.float32]
    scores: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.scores)

    def take(self, rows: NDArray[np.intp] | slice) -> Detections:
        """Only these rows."""
        return Detections(self.boxes[rows], self.keypoints[rows], self.scores[rows])

    @staticmethod
    def join(parts: Sequence[Detections]) -> Detections:
        """All of them, best first."""
        scores = np.concatenate([part.scores for part in parts])
        order = np.argsort(-scores, kind="stable")
        boxes = np.concatenate([part.boxes for part in parts])
        return Detections(boxes[order], np.concatenate([part.keypoints for part in parts])[order], scores[order])


def decode(regressed: NDArray[np.float32], logits: NDArray[np.float32], layout: SsdLayout) -> Detections:
    """Every box above the layout's score, best first, as fractions of the input square.

    Args:
        regressed: (N, 4 + 2K): centre offset, size, keypoint offsets, in input pixels relative to the anchor.
        logits: (N,) scores before the sigmoid.
    """
    centers = anchor_centers(layout.input_px, layout.strides, layout.anchors_per_layer)
    if regressed.shape != (len(centers), 4 + 2 * layout.keypoints):
        raise ShapeError("regressed", expected=(len(centers), 4 + 2 * layout.keypoints), got=regressed.shape)
    rows = np.flatnonzero(logits > np.log(layout.min_score / (1.0 - layout.min_score)))
    scores = 1.0 / (1.0 + np.exp(-np.clip(logits[rows], -100.0, 100.0)))
    order = np.argsort(-scores, kind="stable")
    rows, scores = rows[order], scores[order]
    points = regressed[rows].reshape(len(rows), 2 + layout.keypoints, 2) / np.float32(layout.input_px)
    center = points[:, 0] + centers[rows]
    half = points[:, 1] / 2.0
    keypoints = points[:, 2:] + centers[rows][:, None]
    return Detections(np.concatenate((center - half, center + half), axis=1), keypoints, scores.astype(np.float32))


def overlaps(box: NDArray[np.float32], boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N,) intersection over union of one box with each of (N, 4)."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    shared = np.prod(np.maximum(high - low, 0.0), axis=1)
    area = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    union = np.prod(box[2:] - box[:2]) + area - shared
    return np.asarray(shared / np.maximum(union, 1e-12), dtype=np.float32)


def merge_overlapping(found: Detections, *, min_overlap: float = 0.3) -> Detections:
    """One detection per cluster: the score-weighted mean of all that overlap its best one (blended NMS).

    Source: Bazarevsky et al., BlazeFace (2019), section 4: a weighted mean jitters less than picking the best box.
    """
    left = np.arange(len(found))
    boxes, keypoints, scores = [], [], []
    while left.size:
        near = overlaps(found.boxes[left[0]], found.boxes[left]) > min_overlap
        near[0] = True  # a box without area overlaps not even itself
        cluster = left[near]
        weights = found.scores[cluster] / found.scores[cluster].sum()
        boxes.append(weights @ found.boxes[cluster])
        keypoints.append(np.tensordot(weights, found.keypoints[cluster], axes=1))
        scores.append(found.scores[cluster[0]])
        left = left[~near]
    if not scores:
        return found
    return Detections(np.stack(boxes), np.stack(keypoints), np.asarray(scores, np.float32))


class Detector:
    """Runs one single-shot detector on squares of a picture."""

    def __init__(self, model: Model, layout: SsdLayout) -> None:
        self._model = model
        self.layout = layout

    def detect(self, image: NDArray[np.uint8], square: Square, *, exact: bool = False) -> Detections:
        """What lies in the square, merged, best first, in picture pixels.

        In a turned square boxes stay upright in the picture: each keeps its sides around the mapped centre.

        Args:
            exact: See `crops.cut`.
        """
        layout = self.layout
        crop = cut(image, square, layout.input_px, padded=True, exact=exact)
        regressed, logits = self._model.run(tensor([crop], layout.low, layout.high))[:2]
        found = merge_overlapping(decode(regressed[0], logits.reshape(-1), layout))
        affine = square.image_from_crop(1)
        center = (found.boxes[:, :2] + found.boxes[:, 2:]) / 2.0 @ affine[:, :2].T + affine[:, 2]
        half = (found.boxes[:, 2:] - found.boxes[:, :2]) / 2.0 * square.side_px
        boxes = np.concatenate((center - half, center + half), axis=1)
        keypoints = found.keypoints @ affine[:, :2].T + affine[:, 2]
        return Detections(boxes.astype(np.float32), keypoints.astype(np.float32), found.scores)
