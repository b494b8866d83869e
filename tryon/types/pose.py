"""A rigid placement in camera space."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ShapeError


@dataclass(frozen=True, slots=True, eq=False)
class Pose:
    """Where a thing is, as a matrix that maps its points into camera space.

    camera_from_object: (4, 4) float64, rigid (rotation and translation, no scale), metres, right-handed,
        +Y up, the camera looks down −Z.
    """

    camera_from_object: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.camera_from_object.shape != (4, 4):
            raise ShapeError("camera_from_object", expected=(4, 4), got=self.camera_from_object.shape)

    @property
    def yaw_pitch_roll_rad(self) -> tuple[float, float, float]:
        """Turn about +Y, then +X, then +Z: R = Ry(yaw) · Rx(pitch) · Rz(roll).

        Yaw is positive when the face turns to the picture's right, pitch when it looks down, roll when it
        tilts counterclockwise as seen in the picture. A face that looks straight at the camera has all zero.
        """
        (_, _, r02, _), (r10, r11, r12, _), (_, _, r22, _), _ = self.camera_from_object.tolist()
        return math.atan2(r02, r22), math.asin(min(1.0, max(-1.0, -r12))), math.atan2(r10, r11)
