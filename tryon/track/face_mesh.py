"""Points of one face from a square that holds it: the attention mesh and the V2 mesh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square, cut, square_between, tensor, to_image
from tryon.track.detector import Model
from tryon.track.face_points import (
    LEFT_EYE_AND_BROW,
    LEFT_EYE_OUTER,
    LEFT_EYE_RIM,
    LEFT_IRIS,
    LIPS,
    MESH_POINTS,
    POINTS,
    RIGHT_EYE_AND_BROW,
    RIGHT_EYE_OUTER,
    RIGHT_EYE_RIM,
    RIGHT_IRIS,
)

_CROP_SCALE = 1.5  # side of the crop over the longer side of the points' box; what the meshes were trained with


def face_square(points_px: NDArray[np.float32]) -> Square:
    """The square a mesh wants around a face whose points are known: eyes level, half as large again as the face."""
    x, y = points_px[:, 0], points_px[:, 1]
    left, top = float(x.min()), float(y.min())
    start, end = points_px[RIGHT_EYE_OUTER], points_px[LEFT_EYE_OUTER]
    return square_between(
        (left, top, float(x.max()) - left, float(y.max()) - top),
        (float(start[0]), float(start[1])),
        (float(end[0]), float(end[1])),
        scale=_CROP_SCALE,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a mesh saw in one square.

    points_px: (478, 3) float32 in picture pixels. score: 0 to 1 that this is a face. square: Where it looked.
    crop: (S, S, 3) uint8, what it looked at.
    """

    points_px: NDArray[np.float32]
    score: float
    square: Square
    crop: NDArray[np.uint8]


class FaceMesh:
    """Runs one face mesh model on squares.

    kind: "attention" (192 px input, lips, eyes and irises refined) or "v2" (256 px, steadier, slower).
    """

    def __init__(self, model: Model, kind: Literal["attention", "v2"]) -> None:
        self._model = model
        self._kind = kind
        self.input_px = 192 if kind == "attention" else 256

    def find(self, image: NDArray[np.uint8], squares: Sequence[Square], *, exact: bool = False) -> list[Found]:
        """One face per square, in order, whether or not there is one: the score says. For `exact` see `crops.cut`."""
        if not squares:
            return []
        crops = [cut(image, square, self.input_px, exact=exact) for square in squares]
        outputs = self._model.run(tensor(crops, 0.0, 1.0))
        points = _attention_points(outputs) if self._kind == "attention" else outputs[0]
        scores = 1.0 / (1.0 + np.exp(-outputs[6 if self._kind == "attention" else 1]))
        return [
            Found(to_image(points[row], square, self.input_px), float(scores[row]), square, crops[row])
            for row, square in enumerate(squares)
        ]


def _attention_points(outputs: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """(N, 478, 3) points in crop pixels: the refined outputs written over the plain mesh; their depth is the mesh's."""
    mesh, lips, right_eye, left_eye, right_iris, left_iris = outputs[:6]
    points = np.empty((len(mesh), POINTS, 3), np.float32)
    points[:, :MESH_POINTS] = mesh
    points[:, LIPS, :2] = lips
    points[:, RIGHT_EYE_AND_BROW, :2] = right_eye
    points[:, LEFT_EYE_AND_BROW, :2] = left_eye
    points[:, RIGHT_IRIS, :2] = right_iris
    points[:, LEFT_IRIS, :2] = left_iris
    points[:, RIGHT_IRIS, 2] = points[:, RIGHT_EYE_RIM, 2].mean(axis=1, keepdims=True)
    points[:, LEFT_IRIS, 2] = points[:, LEFT_EYE_RIM, 2].mean(axis=1, keepdims=True)
    return points
