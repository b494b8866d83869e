"""The fields of `tryon.product/1`: one declaration that the parser checks and the published schema is made from."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tryon.catalog.placement import AXES
from tryon.errors import ProductError

FORMAT = "tryon.product/1"
MOST_BYTES = 64 * 1024
MOST_VARIANTS = 64
_MOST_NAMED = 32
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of at most `most` characters without control characters; `pattern` must match it all."""

    most: int
    least: int = 0
    pattern: str = ""
    hint: str = ""

    def check(self, value: Any, where: str) -> str:
        """The text, or ProductError."""
        if not isinstance(value, str) or not self.least <= len(value) <= self.most or _CONTROL.search(value):
            raise ProductError(
                f"{where}: expected a text of {self.least} to {self.most} characters, got {shown(value)}."
            )
        if self.pattern and not re.fullmatch(self.pattern, value):
            raise ProductError(f"{where}: expected {self.hint}, got {shown(value)}.")
        return value

    def schema(self) -> dict[str, Any]:
        """JSON Schema of it."""
        schema: dict[str, Any] = {"type": "string", "maxLength": self.most}
        if self.least:
            schema["minLength"] = self.least
        if self.pattern:
            schema["pattern"] = f"^(?:{self.pattern})$"
        return schema


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few texts."""

    choices: tuple[str, ...]

    def check(self, value: Any, where: str) -> str:
        """The text, or ProductError with the nearest choice."""
        if not isinstance(value, str) or value not in self.choices:
            raise ProductError(
                f"{where}: expected one of {', '.join(self.choices)}, got {shown(value)}.{near(value, self.choices)}"
            )
        return value

    def schema(self) -> dict[str, Any]:
        """JSON Schema of it."""
        return {"enum": list(self.choices)}


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number within bounds."""

    least: float
    most: float

    def check(self, value: Any, where: str) -> float:
        """The number, or ProductError."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ProductError(f"{where}: expected a number, got {shown(value)}.")
        if not (self.least <= value <= self.most and math.isfinite(value)):
            raise ProductError(f"{where}: expected a number from {self.least:g} to {self.most:g}, got {shown(value)}.")
        return float(value)

    def schema(self) -> dict[str, Any]:
        """JSON Schema of it."""
        return {"type": "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Point:
    """Three numbers."""

    each: Number

    def check(self, value: Any, where: str) -> tuple[float, float, float]:
        """The three numbers, or ProductError."""
        if not isinstance(value, list) or len(value) != 3:
            raise ProductError(f"{where}: expected three numbers, got {shown(value)}.")
        x, y, z = (self.each.check(item, f"{where}[{index}]") for index, item in enumerate(value))
        return x, y, z

    def schema(self) -> dict[str, Any]:
        """JSON Schema of it."""
        return {"type": "array", "items": self.each.schema(), "minItems": 3, "maxItems": 3}


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of different texts."""

    each: Text
    most: int

    def check(self, value: Any, where: str) -> tuple[str, ...]:
        """The texts, or ProductError."""
        if not isinstance(value, list) or len(value) > self.most:
            raise ProductError(f"{where}: expected a list of at most {self.most} texts, got {shown(value)}.")
        texts = tuple(self.each.check(item, f"{where}[{index}]") for index, item in enumerate(value))
        if len(set(texts)) != len(texts):
            raise ProductError(f"{where}: expected different texts, one comes twice.")
        return texts

    def schema(self) -> dict[str, Any]:
        """JSON Schema of it."""
        return {"type": "array", "items": self.each.schema(), "maxItems": self.most, "uniqueItems": True}


# Half a millimetre to 50 m: from a stud to the largest thing a room takes.
LENGTH_MM = Number(0.1, 50_000.0)
POINT_MM = Point(Number(-50_000.0, 50_000.0))
# A door or a drawer never needs more than 5 m.
CLEARANCE_MM = Number(0.0, 5_000.0)

ABOUT = {
    "sku": Text(64, 1, r"[A-Za-z0-9][A-Za-z0-9._-]*", "letters, digits, dots and dashes"),
    "name": Text(120, 1),
    "model": Text(255, 1),
    "description": Text(2000),
    "price": Text(60),
    "link": Text(500, 0, r"(https?://\S+)?", "a web address that starts with https://"),
    "license": Text(200),
    "author": Text(200),
}
VARIANTS = Texts(Text(120, 1), MOST_VARIANTS)
FILE: Mapping[str, Number | Choice | Point] = {
    "metres_per_unit": Number(1e-7, 1e4),
    "up": Choice(AXES),
    "front": Choice(AXES),
    "origin": Point(Number(-1e7, 1e7)),
}
SIZE = ("width", "height", "depth")
CLEARANCE = ("front", "back", "left", "right", "top")
ANCHOR = Choice(("floor", "wall", "table", "ceiling"))
PLACING = ("anchor", "clearance_mm")  # of furniture alone
TOP = ("schema", *ABOUT, "kind", "variants", "variant", "file", "size_mm", "anchors_mm", "fit_mm", *PLACING)
REQUIRED = ("schema", "sku", "name", "kind", "model", "size_mm")


def table(value: Any, where: str, known: Iterable[str]) -> Mapping[str, Any]:
    """The table itself, once every key in it is known; ProductError names the first that is not."""
    names = tuple(known)
    if not isinstance(value, dict) or len(value) > max(_MOST_NAMED, len(names)):
        raise ProductError(f"{where}: expected a table of at most {_MOST_NAMED} entries, got {shown(value)}.")
    for key in value:
        if key not in names:
            listed = ", ".join(names) or "nothing"
            raise ProductError(f"{where}: unknown field {shown(key)}; it may hold {listed}.{near(key, names)}")
    return value


def near(value: object, known: Iterable[str]) -> str:
    """ " Did you mean 'this'?" or nothing."""
    found = difflib.get_close_matches(value, tuple(known), n=1) if isinstance(value, str) and len(value) < 100 else []
    return f" Did you mean '{found[0]}'?" if found else ""


def shown(value: object) -> str:
    """A value as a message may show it: short, printable, one line."""
    text = repr(value) if not isinstance(value, list | dict) or len(value) < 9 else f"{len(value)} entries"
    return text if len(text) <= 60 else text[:57] + "…"
