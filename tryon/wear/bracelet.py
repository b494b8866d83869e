"""A bracelet on the wrist: it hangs where gravity pulls it."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tryon.wear.hand import Hand
from tryon.wear.on_wrist import OnWrist
from tryon.wear.wearable import WEARABLES

_DOWN = np.array([0.0, -1.0, 0.0])  # of the picture: people hold cameras upright
_SLIDE_M = 0.018  # how far it slides along the forearm when the arm hangs or is raised


@WEARABLES.register("bracelet")
class Bracelet(OnWrist):
    """A bracelet at its true size."""

    at_m: ClassVar[float] = -0.018

    def camera_from_product(self, hand: Hand) -> NDArray[np.float64]:
        """Round the forearm, resting on it from below."""
        frame = self.loop_frame(hand)
        spare_x, spare_z = self.spare_m(hand)
        down = frame[:3, :3].T @ _DOWN
        across = np.array([down[0] * spare_x, 0.0, down[2] * spare_z])
        # Raised arms let it slide toward the elbow until the arm fills it; hanging ones are stopped by the hand.
        across[1] = min(spare_x, spare_z) / 0.004 * _SLIDE_M * min(float(down[1]), 0.0) if spare_x else 0.0
        across[1] = max(across[1], -_SLIDE_M)
        frame[:3, 3] += frame[:3, :3] @ across
        return frame
