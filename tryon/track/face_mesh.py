"""Points of one face from a square that holds it: the attention mesh and the V2 mesh."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square, cut, square_between, tensor
from tryon.track.detector import Model
from tryon.track.face_mesh_kernel import extent, overwrite, place, set_depth
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

_REFINED = (LIPS, RIGHT_EYE_AND_BROW, LEFT_EYE_AND_BROW, RIGHT_IRIS, LEFT_IRIS)  # in the attention mesh's output order
_CROP_SCALE = 1.5  # side of the crop over the longer side of the points' box; what the meshes were trained with


def face_square(points_px: NDArray[np.float32]) -> Square:
    """The square a mesh wants around a face whose points are known: eyes level, half as large again as the face."""
    left, top, right, bottom, *corners = extent(points_px, RIGHT_EYE_OUTER, LEFT_EYE_OUTER)
    start_x, start_y, end_x, end_y = corners
    box = (left, top, right - left, bottom - top)
    return square_between(box, (start_x, start_y), (end_x, end_y), scale=_CROP_SCALE)


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
        logits = outputs[6 if self._kind == "attention" else 1].tolist()
        found = []
        for row, square in enumerate(squares):
            points = _refined(outputs, row) if self._kind == "attention" else outputs[0][row].copy()
            place(points, square.image_from_crop(self.input_px), square.side_px / self.input_px)
            found.append(Found(points, 1.0 / (1.0 + math.exp(-max(logits[row], -60.0))), square, crops[row]))
        return found


def _refined(outputs: Sequence[NDArray[np.float32]], row: int) -> NDArray[np.float32]:
    """(478, 3) points in crop pixels: the refined outputs written over the plain mesh; their depth is the mesh's."""
    points = np.empty((POINTS, 3), np.float32)
    points[:MESH_POINTS] = outputs[0][row]
    for rows, refined in zip(_REFINED, outputs[1:6], strict=True):
        overwrite(points, rows, refined[row])
    set_depth(points, RIGHT_IRIS, RIGHT_EYE_RIM)
    set_depth(points, LEFT_IRIS, LEFT_EYE_RIM)
    return points
