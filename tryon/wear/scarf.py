"""Scarves: wound around the neck at their true size, chin before them, hair and head hiding what runs behind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.wear.necklace import AroundNeck
from tryon.wear.wearable import WEARABLES

_ROOT_TO_LOOP_M = (0.0, 0.012, 0.0)  # a scarf stands up around the neck above its root


@WEARABLES.register("scarf")
class Scarf(AroundNeck):
    """A scarf: cloth that stands on the shoulders, not on the skin."""

    def rest(self, points_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Upright around the middle of the neck."""
        del points_m
        matrix = np.eye(4)
        matrix[:3, 3] = _ROOT_TO_LOOP_M
        return matrix
