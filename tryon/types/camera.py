"""A pinhole camera: how points in metres become pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import ParameterError

# MediaPipe's default camera, so that poses compare; a phone or laptop camera has 45° to 65°.
ASSUMED_VERTICAL_FOV_RAD = math.radians(63.0)


@dataclass(frozen=True, slots=True)
class Camera:
    """Intrinsics of a picture without lens distortion.

    width, height: Pixels.
    focal_x_px, focal_y_px: Focal lengths.
    center_x_px, center_y_px: Where the axis meets the picture; integer coordinates are pixel centres.
    """

    width: int
    height: int
    focal_x_px: float
    focal_y_px: float
    center_x_px: float
    center_y_px: float

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1 or not (self.focal_x_px > 0.0 and self.focal_y_px > 0.0):
            raise ParameterError(
                f"Camera: expected a size of at least 1×1 and focal lengths above 0, got {self.width}×{self.height}, "
                f"{self.focal_x_px}, {self.focal_y_px}."
            )

    @classmethod
    def of_focal(cls, width: int, height: int, focal_px: float) -> Self:
        """Square pixels and the axis through the picture's middle."""
        return cls(width, height, focal_px, focal_px, (width - 1) / 2.0, (height - 1) / 2.0)

    @classmethod
    def assumed(cls, width: int, height: int) -> Self:
        """The camera taken for granted when nothing is known: a vertical field of view of 63°."""
        return cls.of_focal(width, height, height / (2.0 * math.tan(ASSUMED_VERTICAL_FOV_RAD / 2.0)))

    def project(self, points_m: ArrayLike) -> NDArray[np.float64]:
        """(N, 2) pixels of (N, 3) points in camera space (metres, +Y up, the camera looks down −Z)."""
        points = np.asarray(points_m, np.float64).reshape(-1, 3)
        away_m = -points[:, 2]
        return np.stack(
            [
                self.center_x_px + self.focal_x_px * points[:, 0] / away_m,
                self.center_y_px - self.focal_y_px * points[:, 1] / away_m,
            ],
            axis=1,
        )
