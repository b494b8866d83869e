"""How an effect's parameters are declared once and read from hostile JSON.

An effect is a frozen dataclass whose fields are declared with `number`, `choice`, `color` and `colors`; parsing,
errors and the published JSON Schema all come from those declarations.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.color import parse_color
from tryon.errors import LookError

Color = NDArray[np.float32]
"""(3,) float32 linear sRGB."""

_KEY = "tryon"
_COLOR_SCHEMA = {"$ref": "#/$defs/color"}


@dataclasses.dataclass(frozen=True, slots=True)
class _Rule:
    parse: Callable[[Any], Any]  # JSON in, the field's own type out
    schema: Mapping[str, Any]


def number(default: float, *, low: float = 0.0, high: float = 1.0) -> Any:  # dataclasses.field has no usable type
    """A finite number from low to high."""

    def parse(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise LookError(f"expected a number from {low:g} to {high:g}, got {value!r}.")
        if not low <= value <= high:
            raise LookError(f"expected a number from {low:g} to {high:g}, got {value:g}.")
        return float(value)

    return _field(default, parse, {"type": "number", "minimum": low, "maximum": high, "default": default})


def choice(default: str, *options: str) -> Any:
    """One of a few words."""
    names = (default, *(option for option in options if option != default))

    def parse(value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            raise LookError(f"expected one of {', '.join(names)}, got {value!r}.")
        return value

    return _field(default, parse, {"enum": list(names), "default": default})


def choices(*options: str, most: int) -> Any:
    """A list of none to `most` words out of a few; empty by default."""

    def parse(value: Any) -> tuple[str, ...]:
        known = isinstance(value, list | tuple) and all(isinstance(item, str) and item in options for item in value)
        if not known or len(value) > most:
            raise LookError(f"expected a list of at most {most} of {', '.join(options)}, got {value!r}.")
        return tuple(value)

    return _field((), parse, {"type": "array", "items": {"enum": list(options)}, "maxItems": most, "default": []})


def color(default: str) -> Any:
    """A colour as `tryon.color.parse_color` reads it."""
    return _field(None, parse_color, _COLOR_SCHEMA | {"default": default}, factory=lambda: parse_color(default))


def optional_color() -> Any:
    """A colour, or nothing."""
    return _field(None, lambda value: None if value is None else parse_color(value), _COLOR_SCHEMA)


def colors(*default: str, most: int) -> Any:
    """A list of one to `most` colours."""

    def parse(value: Any) -> tuple[Color, ...]:
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= most:
            raise LookError(f"expected a list of 1 to {most} colors, got {value!r}.")
        return tuple(parse_color(item) for item in value)

    schema = {"type": "array", "items": _COLOR_SCHEMA, "minItems": 1, "maxItems": most, "default": list(default)}
    return _field(None, parse, schema, factory=lambda: tuple(parse_color(item) for item in default))


def text(default: str | None = None, *, longest: int = 200) -> Any:
    """A short text, such as a file name inside the look's own folder."""

    def parse(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise LookError(f"expected a text of at most {longest} characters, got {value!r}.")
        return value

    return _field(default, parse, {"type": "string", "minLength": 1, "maxLength": longest})


def parse_parameters(kind: type[Any], name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Field values of the effect class `kind` from plain JSON values.

    Raises:
        LookError: An unknown field or a value the field does not take; the message names effect and field.
    """
    rules = {field.name: field.metadata[_KEY] for field in dataclasses.fields(kind) if _KEY in field.metadata}
    parsed: dict[str, Any] = {}
    for key, value in values.items():
        if key not in rules:
            raise LookError(f"Effect '{name}' has no field '{key}'; its fields: {', '.join(rules) or 'none'}.")
        try:
            parsed[key] = rules[key].parse(value)
        except LookError as error:
            raise LookError(f"Effect '{name}', field '{key}': {error}") from None
    return parsed


def parameters_schema(kind: type[Any]) -> dict[str, Any]:
    """JSON Schema properties of the effect class's fields."""
    return {
        field.name: dict(field.metadata[_KEY].schema) for field in dataclasses.fields(kind) if _KEY in field.metadata
    }


def _field(
    default: Any, parse: Callable[[Any], Any], schema: Mapping[str, Any], *, factory: Callable[[], Any] | None = None
) -> Any:
    metadata = {_KEY: _Rule(parse, schema)}
    if factory is not None:
        return dataclasses.field(default_factory=factory, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)
