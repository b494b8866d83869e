"""The parts network on one square, its scores calibrated to probabilities."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square, tensor
from tryon.track.detector import Model
from tryon.track.parts_crops import pixels_of

SIZE = 256

# Calibration on the 16 photos of `parsing` (benchmarks/parts_iou.py --calibrate): raw scores stop at ±4, so a plain
# softmax calls the middle of a cheek 0.91 face and paint there would lose a tenth of its strength; with this gain it
# says 0.994 and the Brier score is at its minimum, flat from 1.25 to 2. Human masks give thin hair to hair.
_GAIN = 1.75
_HAIR_BIAS = 0.5
_HAIR = 1


class PartsModel:
    """Probabilities of the six classes in squares of a picture."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def probability(self, image: NDArray[np.uint8], square: Square, *, both_ways: bool = False) -> NDArray[np.float32]:
        """(6, 256, 256) float32, sum 1, planes in the order of `PartsMask.CLASSES`.

        both_ways: Average with the mirrored square's: twice the time, a little steadier.
        """
        crop = pixels_of(image, square, SIZE)
        planes = self._scores(crop)
        if both_ways:
            planes = (planes + self._scores(np.ascontiguousarray(crop[:, ::-1]))[:, :, ::-1]) * np.float32(0.5)
        return calibrated(planes)

    def _scores(self, crop: NDArray[np.uint8]) -> NDArray[np.float32]:
        (scores,) = self._model.run(tensor([crop], -1.0, 1.0))
        return np.ascontiguousarray(np.moveaxis(scores[0], 2, 0))


def calibrated(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """(6, h, w) probabilities of raw scores of that shape."""
    planes = scores * np.float32(_GAIN)
    planes[_HAIR] += np.float32(_GAIN * _HAIR_BIAS)
    planes -= planes.max(axis=0)
    for plane in planes:
        cv2.exp(plane, dst=plane)
    return normalized(planes)


def normalized(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    """The planes scaled so that every pixel's sum to 1, in place."""
    planes *= 1.0 / planes.sum(axis=0)
    return planes
