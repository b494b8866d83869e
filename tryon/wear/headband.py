"""Headbands: around brow and nape at their true size, pressing the hair in at the sides and leaving it free above."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.types import Model
from tryon.wear.ringed import Ringed
from tryon.wear.wearable import WEARABLES


@WEARABLES.register("headband")
class Headband(Ringed):
    """A band around the head; hair above and below it keeps its shape."""

    lower_m = -0.021  # the middle of a band lies higher than the rim of a hat

    def outline_of(self, model: Model) -> NDArray[np.float64]:
        """All of it."""
        points_m = np.concatenate([np.zeros((0, 3), np.float32), *(part.positions_m for part in model.primitives)])
        self._half_height = 0.5 * float(np.ptp(points_m[:, 1])) / self.opening_m[0] if len(points_m) else 0.2
        return points_m.astype(np.float64)

    def keeps(self, height: NDArray[np.float64]) -> NDArray[np.float64]:
        """Hair beside the band is pressed, hair above and below it is free."""
        t = np.clip((np.abs(height) - 0.6 * self._half_height) / (0.8 * self._half_height), 0.0, 1.0)
        kept: NDArray[np.float64] = t * t * (3.0 - 2.0 * t)
        return kept
