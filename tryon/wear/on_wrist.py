"""What watches and bracelets share: a loop round the forearm, at its true size."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ProductError
from tryon.types import Model, Product, Surface
from tryon.wear.arm_edges import ArmOffset, arm_offset, with_offset
from tryon.wear.hand import Hand
from tryon.wear.hand_frames import WRIST_THICKNESS, WRIST_WIDTH, wrist_frame
from tryon.wear.hand_proxy import Squeeze, hand_surfaces
from tryon.wear.loop_fit import part_of, wrist_report
from tryon.wear.on_hand import OnHand
from tryon.wear.wearable import FitReport, View

_SPREAD = 0.05  # of wrists among hands of one length
_PRESSED = 0.97  # the surface stays this much inside the loop, so that the loop's near half is never hidden
_LOOK_EVERY = 3  # frames: what differs between hand and arm changes slowly
_FOLLOW = 0.5  # share of a new sight of the arm's edges taken
_MOST_HANDS = 16


class OnWrist(OnHand):
    """A loop round the wrist; never stretched."""

    needs: ClassVar[frozenset[str]] = frozenset({"hands", "body"})  # the body says where the forearm comes from
    at_m: ClassVar[float]
    """Along the forearm: from the wrist's crease toward the hand, so below zero."""

    def __init__(self, product: Product, model: Model) -> None:
        """Read the opening.

        Raises:
            ProductError: The product does not say how wide it is inside.
        """
        super().__init__(product, model)
        missing = [name for name in ("inner_width", "inner_height") if name not in product.fit_mm]
        if missing:
            raise ProductError(
                f"{product.name}: [fit_mm] lacks {' and '.join(missing)}; to have it found: "
                f"tryon fit {product.model_path.name} --kind {product.kind} --force."
            )
        self._arms: dict[int, ArmOffset] = {}
        self.inner_mm = (product.fit_mm["inner_width"], product.fit_mm["inner_height"])

    def reset(self) -> None:
        """Forget every hand."""
        super().reset()
        self._arms = {}

    def refined(self, hand: Hand, view: View) -> Hand:
        """The hand with its forearm where the skin's edges show it; the last ones seen hold."""
        key = hand.landmarks.id
        before = self._arms.get(key)
        look = before is None or view.frame.index % _LOOK_EVERY == 0
        seen = arm_offset(view.frame.pixels, hand, view.camera) if look else None
        now = seen if before is None or seen is None else before.toward(seen, _FOLLOW)
        if now is None:
            return hand if before is None else with_offset(hand, before)
        if len(self._arms) >= _MOST_HANDS and key not in self._arms:
            self._arms.clear()
        self._arms[key] = now
        return with_offset(hand, now)

    def spare_m(self, hand: Hand) -> tuple[float, float]:
        """Half of what the opening is wider (X) and higher (Z) than the wrist; 0 when it is tight."""
        length_m = hand.length.value_m
        width, height = (millimetres / 1000.0 for millimetres in self.inner_mm)
        half_x, half_z = 0.5 * (width - WRIST_WIDTH * length_m), 0.5 * (height - WRIST_THICKNESS * length_m)
        return max(half_x, 0.0), max(half_z, 0.0)

    def loop_frame(self, hand: Hand) -> NDArray[np.float64]:
        """(4, 4) camera_from_loop, its middle on the forearm's axis."""
        frame = wrist_frame(hand)
        frame[:3, 3] += self.at_m * (hand.length.value_m / 0.187) * frame[:3, 1]
        return frame

    def surfaces(self, hand: Hand) -> dict[str, Surface]:
        """The hand, its wrist pressed in where the loop is tighter."""
        width, height = (millimetres / 1000.0 for millimetres in self.inner_mm)
        at_m = self.at_m * (hand.length.value_m / 0.187)
        return hand_surfaces(hand, wrist=Squeeze(at_m, 0.5 * _PRESSED * width, 0.5 * _PRESSED * height))

    def report(self, hand: Hand) -> FitReport:
        """How loose or tight it is."""
        width = part_of(hand.length, WRIST_WIDTH, spread=_SPREAD)
        thickness = part_of(hand.length, WRIST_THICKNESS, spread=_SPREAD)
        return wrist_report(self.inner_mm, width, thickness)
