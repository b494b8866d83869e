"""A watch on the wrist: its back lies on the back of the forearm, what is loose hangs below."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tryon.wear.hand import Hand
from tryon.wear.on_wrist import OnWrist
from tryon.wear.wearable import WEARABLES

_TURNED = np.diag([-1.0, -1.0, 1.0, 1.0])


@WEARABLES.register("watch")
class Watch(OnWrist):
    """A watch at its true size; on a right wrist it is turned, so that its wearer reads it upright."""

    at_m: ClassVar[float] = -0.026

    def camera_from_product(self, hand: Hand) -> NDArray[np.float64]:
        """The dial on the back of the forearm."""
        frame = self.loop_frame(hand)
        _, spare_z = self.spare_m(hand)
        frame[:3, 3] -= spare_z * frame[:3, 2]
        return frame @ _TURNED if hand.landmarks.side == "right" else frame
