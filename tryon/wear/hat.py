"""Hats: at their true size on the skull, hair pressed under the rim, their shadow on the forehead."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.types import Model
from tryon.wear.ringed import Ringed
from tryon.wear.wearable import WEARABLES

_CROWN = 1.25  # in shares of the opening: what stands further out is brim or visor, under which hair may show


@WEARABLES.register("hat")
class Hat(Ringed):
    """A hat: too small a one sits high, too large a one sinks to the ears."""

    def outline_of(self, model: Model) -> NDArray[np.float64]:
        """The crown without brim or visor."""
        points_m = np.concatenate([np.zeros((0, 3), np.float32), *(part.positions_m for part in model.primitives)])
        half = 0.5 * np.array(self.opening_m)
        out = np.hypot(points_m[:, 0] / half[0], points_m[:, 2] / half[1])
        crown = points_m[(out < _CROWN) & (points_m[:, 1] > -0.005)]
        return (crown if len(crown) >= 8 else points_m).astype(np.float64)

    def keeps(self, height: NDArray[np.float64]) -> NDArray[np.float64]:
        """Hair below the rim stays; above it none stands out."""
        t = np.clip((height + 0.02) / 0.14, 0.0, 1.0)
        kept: NDArray[np.float64] = 1.0 - t * t * (3.0 - 2.0 * t)
        return kept
