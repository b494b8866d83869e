"""Whether a piece fits a free space, told only as surely as the space was measured."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tryon.types import Measure, Product

Verdict: TypeAlias = Literal["fits", "fits barely", "cannot be told", "does not fit"]
Side: TypeAlias = Literal["width", "depth", "height"]

_SIDES: tuple[Side, ...] = ("width", "height", "depth")  # the order of `Product.size_m`
_BESIDE: Mapping[Side, tuple[str, ...]] = {"width": ("left", "right"), "depth": ("front", "back"), "height": ("top",)}
_WORST: tuple[Verdict, ...] = ("does not fit", "cannot be told", "fits barely", "fits")


@dataclass(frozen=True, slots=True)
class SideFit:
    """One direction: what is free, what the piece takes, what it takes with its doors and drawers open."""

    verdict: Verdict
    free: Measure
    size_m: float
    needed_m: float


@dataclass(frozen=True, slots=True)
class FitReport:
    """The worst of the directions that were measured, and a sentence for the shopper.

    sides: The directions measured; those nobody could measure are missing.
    """

    verdict: Verdict
    sides: Mapping[Side, SideFit]
    sentence: str


def fits(product: Product, free: Mapping[Side, Measure]) -> FitReport:
    """Compare a product with the free width, depth and height round it.

    "fits": with its clearance, even at the low end of the interval. "fits barely": the body does, the clearance is not
    sure. "does not fit": not even at the high end. "cannot be told": the interval holds the body's own size.
    """
    sides: dict[Side, SideFit] = {}
    for side, size_m in zip(_SIDES, product.size_m, strict=True):
        if side in free:
            clearance_m = sum(product.clearance_mm.get(name, 0.0) for name in _BESIDE[side]) / 1000.0
            verdict = _verdict(free[side], size_m, size_m + clearance_m)
            sides[side] = SideFit(verdict, free[side], size_m, size_m + clearance_m)
    if not sides:
        return FitReport(
            "cannot be told",
            sides,
            f"Whether the {product.name} fits cannot be told: no free width, depth or height was measured; mark the "
            "walls or the ends of the space.",
        )
    worst = min(sides, key=lambda side: _WORST.index(sides[side].verdict))
    return FitReport(sides[worst].verdict, sides, _sentence(product.name, worst, sides[worst]))


def _verdict(free: Measure, size_m: float, needed_m: float) -> Verdict:
    if free.high_m < size_m:
        return "does not fit"
    if free.low_m < size_m:
        return "cannot be told"
    return "fits" if free.low_m >= needed_m else "fits barely"


def _sentence(name: str, side: Side, found: SideFit) -> str:
    free = f"{_cm(found.free.low_m)} to {_cm(found.free.high_m)} cm"
    if math.isinf(found.free.high_m):  # nothing was met at one end
        free = f"at least {_cm(found.free.low_m)} cm"
    if found.verdict == "fits":
        spare = _cm(found.free.value_m - found.needed_m)
        return f"The {name} fits: {spare} cm of {side} to spare ({free} free, {_cm(found.needed_m)} cm needed)."
    if found.verdict == "fits barely":
        return (
            f"The {name} fits barely: it is {_cm(found.size_m)} cm in {side} and {free} is free, but with its "
            f"clearance it needs {_cm(found.needed_m)} cm."
        )
    if found.verdict == "does not fit":
        return (
            f"The {name} does not fit: it is {_cm(found.size_m)} cm in {side}, and at most {_cm(found.free.high_m)} cm "
            "is free."
        )
    return (
        f"Whether the {name} fits cannot be told: it is {_cm(found.size_m)} cm in {side}, and {free} is free; measure "
        "that by hand."
    )


def _cm(length_m: float) -> str:
    return f"{length_m * 100.0:.0f}" if length_m >= 0.1 or length_m <= 0.0 else f"{length_m * 100.0:.1f}"
