"""One thing worn: an effect by name with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from tryon.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a look.

    effect: Name in the effects registry, such as "lipstick".
    opacity: Strength, 0 (the input, bit for bit) to 1.
    parameters: The effect's own parameters as plain JSON values; each effect parses them into its own type.
    """

    effect: str
    opacity: float = 1.0
    parameters: Mapping[str, Any] = field(default_factory=dict)  # JSON values: their types are the effect's business

    def __post_init__(self) -> None:
        if not 0.0 <= self.opacity <= 1.0:
            raise ParameterError(f"{self.effect}: expected opacity from 0 to 1, got {self.opacity}.")
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))
