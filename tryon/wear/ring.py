"""A ring on a finger, just beyond the web, its stone out of the finger's back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError, ProductError
from tryon.types import Model, Product, Surface
from tryon.wear.hand import Hand
from tryon.wear.hand_frames import FINGER_DIAMETER, finger_frame
from tryon.wear.hand_proxy import hand_surfaces
from tryon.wear.loop_fit import part_of, ring_report
from tryon.wear.on_hand import OnHand
from tryon.wear.wearable import WEARABLES, FitReport

_SPREAD = 0.06  # of fingers among hands of one length


@WEARABLES.register("ring")
class Ring(OnHand):
    """A ring at its true size.

    finger: thumb, index, middle, ring or little.
    """

    def __init__(self, product: Product, model: Model, *, finger: str = "ring") -> None:
        """Read the inner diameter.

        Raises:
            ProductError: The product does not say how wide it is inside.
            ParameterError: No such finger.
        """
        super().__init__(product, model)
        if finger not in FINGER_DIAMETER:
            raise ParameterError(f"finger: expected one of {', '.join(FINGER_DIAMETER)}, got '{finger}'.")
        if "inner_diameter" not in product.fit_mm:
            raise ProductError(
                f"{product.name}: [fit_mm] lacks inner_diameter; to have it found: "
                f"tryon fit {product.model_path.name} --kind ring --force."
            )
        self.finger = finger
        self.inner_mm = product.fit_mm["inner_diameter"]

    def camera_from_product(self, hand: Hand) -> NDArray[np.float64]:
        """Round the finger."""
        return finger_frame(hand, self.finger)

    def surfaces(self, hand: Hand) -> dict[str, Surface]:
        """The hand, its finger pressed in where the ring is tighter."""
        return hand_surfaces(hand, ring=(self.finger, 0.0005 * self.inner_mm))

    def report(self, hand: Hand) -> FitReport:
        """How loose or tight it is."""
        diameter = part_of(hand.length, FINGER_DIAMETER[self.finger], spread=_SPREAD)
        return ring_report(self.inner_mm, self.finger, diameter)
