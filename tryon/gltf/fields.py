"""JSON objects of a glTF file, read field by field: a wrong type is one sentence, never a crash."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sized
from typing import overload

from tryon.errors import ModelFileError


def shown(value: object) -> str:
    """A value as it may stand in a message: short, one line, plain characters."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = ascii(value)
    return text if len(text) <= 48 else text[:45] + "..."


def broken(where: str, expected: str, got: object, *, step: str = "export the model again") -> ModelFileError:
    """The error that says what a file should hold there, what it holds, and what to do."""
    return ModelFileError(f"{where}: expected {expected}, got {got}; {step}.")


class Fields:
    """One JSON object; `where` names it in messages, such as "chair.glb accessors[3]".

    Every reader raises `ModelFileError` when the field is there with a wrong type or out of its range.
    """

    __slots__ = ("data", "where")

    def __init__(self, data: Mapping[str, object], where: str) -> None:
        self.data = data
        self.where = where

    def __contains__(self, name: str) -> bool:
        return name in self.data

    def whole(self, name: str, default: int | None = None, *, low: int = 0, high: int = 2**53) -> int:
        """Whole number from `low` to `high`; required when there is no default."""
        value = self.data.get(name, default)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            kind = f"a whole number from {low}" + (f" to {high}" if high < 2**53 else "")
            raise broken(f"{self.where}.{name}", kind, "nothing" if value is None else shown(value))
        return value

    def index(self, name: str, into: Sized) -> int | None:
        """Index into a list of the file, or None when the field is absent."""
        if name not in self.data:
            return None
        return _checked_index(self.data[name], f"{self.where}.{name}", len(into))

    def indices(self, name: str, into: Sized) -> tuple[int, ...]:
        """Indices into a list of the file; empty when the field is absent."""
        count = len(into)
        values = self.values(name)
        return tuple(_checked_index(value, f"{self.where}.{name}[{i}]", count) for i, value in enumerate(values))

    def number(self, name: str, default: float, *, low: float = -math.inf, high: float = math.inf) -> float:
        """Finite number from `low` to `high`."""
        value = _checked_number(self.data.get(name, default), f"{self.where}.{name}")
        if not low <= value <= high:
            raise broken(f"{self.where}.{name}", f"a number from {low:g} to {high:g}", shown(value))
        return value

    def numbers(self, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
        """As many finite numbers as the default has."""
        if name not in self.data:
            return default
        values = self.data[name]
        if not isinstance(values, list) or len(values) != len(default):
            raise broken(f"{self.where}.{name}", f"a list of {len(default)} numbers", shown(values))
        return tuple(_checked_number(value, f"{self.where}.{name}[{i}]") for i, value in enumerate(values))

    def text(self, name: str, default: str = "") -> str:
        """A string."""
        value = self.data.get(name, default)
        if not isinstance(value, str):
            raise broken(f"{self.where}.{name}", "text", shown(value))
        return value

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self.data.get(name, default)
        if not isinstance(value, bool):
            raise broken(f"{self.where}.{name}", "true or false", shown(value))
        return value

    def values(self, name: str) -> list[object]:
        """A list of anything; empty when absent."""
        value = self.data.get(name, [])
        if not isinstance(value, list):
            raise broken(f"{self.where}.{name}", "a list", shown(value))
        return value

    def child(self, name: str) -> Fields | None:
        """An object, or None when absent."""
        if name not in self.data:
            return None
        value = self.data[name]
        if not isinstance(value, dict):
            raise broken(f"{self.where}.{name}", "an object", shown(value))
        return Fields(value, f"{self.where}.{name}")

    def children(self, name: str, *, most: int = 2**53) -> tuple[Fields, ...]:
        """A list of at most so many objects; empty when absent."""
        values = self.values(name)
        if len(values) > most:
            raise broken(f"{self.where}.{name}", f"at most {most}", len(values), step="simplify the model")
        children = []
        for i, value in enumerate(values):
            where = f"{self.where}.{name}[{i}]"
            if not isinstance(value, dict):
                raise broken(where, "an object", shown(value))
            children.append(Fields(value, where))
        return tuple(children)

    def extension(self, *names: str) -> Fields | None:
        """The first extension object of these names, or None."""
        extensions = self.child("extensions")
        if extensions is None:
            return None
        return next((found for name in names if (found := extensions.child(name)) is not None), None)

    @overload
    def choice(self, name: str, choices: Mapping[str, str], default: str) -> str: ...
    @overload
    def choice(self, name: str, choices: Mapping[int, str], default: int) -> str: ...
    def choice(self, name: str, choices: Mapping[str, str] | Mapping[int, str], default: str | int) -> str:
        """What a name or a number of the format stands for."""
        value = self.data.get(name, default)
        table = dict(choices)
        if isinstance(value, bool) or not isinstance(value, str | int) or value not in table:
            known = ", ".join(str(choice) for choice in table)
            raise broken(f"{self.where}.{name}", f"one of {known}", shown(value))
        return table[value]  # type: ignore[index]  # the key was just found in this table


def _checked_index(value: object, where: str, count: int) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
        have = f"an index from 0 to {count - 1}" if count else "no index, as the list it points into is empty"
        raise broken(where, have, shown(value))
    return value


def _checked_number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise broken(where, "a number", shown(value))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number) or abs(number) > 3.5e38:
        raise broken(where, "a finite number that fits 32 bits", shown(value))
    return number
