"""What every wearable promises, and how one is found by its kind."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from tryon.registry import Registry
from tryon.types import Camera, Drawing, Frame, Head, Model, Product, Tracks

WEARABLES: Registry[type[Wearable]]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One frame as wearables see it.

    heads: Tracked faces at their true size, in the order of `tracks.faces`; faces without a pose are left out.
    camera: The same for every wearable of the frame, and for the renderer.
    """

    frame: Frame
    tracks: Tracks
    camera: Camera
    heads: tuple[Head, ...] = ()


@dataclass(frozen=True, slots=True)
class FitReport:
    """How a product sits on one person, in millimetres.

    verdict: One plain sentence for the shopper: "Fits.", "8 mm too wide for your face."
    lengths_mm: Named differences and sizes; positive means too large.
    ok: Nothing is off by more than the kind's tolerance.
    """

    verdict: str
    lengths_mm: Mapping[str, float] = field(default_factory=dict)
    ok: bool = True


class Wearable(abc.ABC):
    """A product on its way to a person: works out its contacts once, then says each frame where it is.

    One object per product and stream; what it remembers of earlier frames (swing, steadying) is kept per person id
    and forgotten with `reset`. A frame with index 0 starts a new source.

    needs: Which tracks it must be given: "face", "hands", "body"; "parts" (hair and hands in front) is used when there.
    """

    needs: ClassVar[frozenset[str]] = frozenset({"face"})

    def __init__(self, product: Product, model: Model) -> None:
        """Prepare the product; `model` is already in product space."""
        self.product = product
        self.model = model

    @abc.abstractmethod
    def draw(self, view: View) -> tuple[Drawing, ...]:
        """Where it is on every person in view; nobody in view is an empty tuple."""

    def fit(self, view: View) -> tuple[FitReport, ...]:
        """How it sits on each person drawn, in the order of `draw`; kinds that cannot say give nothing."""
        del view
        return ()

    def reset(self) -> None:  # noqa: B027  # most wearables remember nothing
        """Forget everything seen so far."""


WEARABLES = Registry("tryon.wear", "wearable")
