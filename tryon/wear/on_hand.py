"""What everything worn on a hand shares: which hand, its true size, a steadied pose, and one drawing per hand."""

from __future__ import annotations

import abc
from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.types import Drawing, HandLandmarks, Item, Model, Product, Surface
from tryon.wear.hand import Hand
from tryon.wear.steady import PoseNoise, PoseSteadier
from tryon.wear.wearable import FitReport, View, Wearable

# Of the wrist and finger frames of a resting hand, tests/wear/test_hand.py: a tenth of what single points show.
_NOISE = PoseNoise(across_m=0.3e-3, across_px=0.35, depth_m=2.0e-3, depth_px=1.2, turn_rad=(0.014, 0.014, 0.014))


class OnHand(Wearable):
    """A product that moves with a hand; a subclass says where it sits on one.

    side: Which hands wear it: "left", "right", "both", or "auto": left hands, and right ones when no left is in view.
    hand_length_m: Wrist crease to the tip of the middle finger, when it is known; otherwise an adult's average.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"hands"})

    def __init__(
        self,
        product: Product,
        model: Model,
        *,
        side: Literal["auto", "left", "right", "both"] = "auto",
        hand_length_m: float | None = None,
    ) -> None:
        """Take the product."""
        super().__init__(product, model)
        if side not in ("auto", "left", "right", "both"):
            raise ParameterError(f"side: expected auto, left, right or both, got '{side}'.")
        if hand_length_m is not None and not 0.08 <= hand_length_m <= 0.26:
            raise ParameterError(f"hand_length_m: expected 0.08 to 0.26 metres, got {hand_length_m:g}.")
        self.side = side
        self.hand_length_m = hand_length_m
        self._steadier = PoseSteadier(pivot_m=(0.0, 0.0, 0.0), noise=_NOISE)

    def reset(self) -> None:
        """Forget every hand."""
        self._steadier.reset()

    def draw(self, view: View) -> tuple[Drawing, ...]:
        """The product on every hand that wears it."""
        if view.frame.index == 0:
            self.reset()
        drawings = []
        for hand in self._hands(view):
            tracked = self.camera_from_product(hand)
            key, focal_px = hand.landmarks.id, view.camera.focal_y_px
            steadied = self._steadier.steady(tracked, view.frame.time_s, key, focal_px=focal_px)
            surfaces = self.surfaces(hand.moved(steadied @ np.linalg.inv(tracked)))
            drawings.append(Drawing(f"hand:{key}", (Item(self.model, steadied),), surfaces))
        return tuple(drawings)

    def fit(self, view: View) -> tuple[FitReport, ...]:
        """How loose or tight it is on each hand that wears it."""
        return tuple(self.report(hand) for hand in self._hands(view))

    @abc.abstractmethod
    def camera_from_product(self, hand: Hand) -> NDArray[np.float64]:
        """(4, 4) rigid: where the product is on a hand."""

    @abc.abstractmethod
    def surfaces(self, hand: Hand) -> dict[str, Surface]:
        """The hand as it gives way under the product."""

    @abc.abstractmethod
    def report(self, hand: Hand) -> FitReport:
        """How it fits one hand."""

    def _hands(self, view: View) -> Iterator[Hand]:
        for landmarks in _wearing(view.tracks.hands, self.side):
            hand = Hand.of(landmarks, view.camera, bodies=view.tracks.bodies, length_m=self.hand_length_m)
            if hand is not None:
                yield self.refined(hand, view)

    def refined(self, hand: Hand, view: View) -> Hand:
        """The hand with what only this kind looks for in the picture; the hand itself for most."""
        del view
        return hand


def _wearing(hands: tuple[HandLandmarks, ...], side: str) -> tuple[HandLandmarks, ...]:
    if side == "both":
        return hands
    wanted = tuple(hand for hand in hands if hand.side == ("left" if side == "auto" else side))
    return wanted if wanted or side != "auto" else hands
