"""A length that says how sure it is."""

from __future__ import annotations

from dataclasses import dataclass

from tryon.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Measure:
    """A length with its 95 % interval and where its scale came from.

    value_m, low_m, high_m: Metres, low ≤ value ≤ high.
    source: What gave the scale, such as "iris prior" or "bank card".
    """

    value_m: float
    low_m: float
    high_m: float
    source: str

    def __post_init__(self) -> None:
        if not self.low_m <= self.value_m <= self.high_m:
            raise ParameterError(
                f"Measure: expected low ≤ value ≤ high, got {self.low_m}, {self.value_m}, {self.high_m}."
            )
