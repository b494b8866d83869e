"""A look: ordered layers of effects, read from a versioned JSON file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tryon.effects import EFFECTS, Effect, effect_from
from tryon.errors import LookError, SourceMissingError, TryOnError, UnknownNameError
from tryon.resources import content
from tryon.types import Layer, Worn

FORMAT = "tryon.look/1"
MOST_BYTES = 256 * 1024
MOST_LAYERS = 64
MOST_VARIANT = 80
_MOST_TEXT = 500
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_FIELDS = ("format", "name", "title", "description", "tags", "layers")


@dataclass(frozen=True, slots=True)
class Look:
    """What a face wears.

    name: Short name, lower case with dashes.
    layers: Bottom to top; each is known and its parameters are checked when the look is made.
    wear: Products worn over the makeup; whether they exist is known when they are opened.
    title, description, tags: For people: a catalogue's card.
    """

    name: str
    layers: tuple[Layer, ...]
    title: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    wear: tuple[Worn, ...] = ()
    effects: tuple[tuple[Effect, float], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.layers) > MOST_LAYERS:
            raise LookError(f"Look '{self.name}': expected at most {MOST_LAYERS} layers, got {len(self.layers)}.")
        object.__setattr__(self, "effects", tuple((effect_from(layer), layer.opacity) for layer in self.layers))

    @classmethod
    def load(cls, name_or_path: str | Path) -> Look:
        """A shipped look by name, or any look file by path (it contains a slash or ends in .json).

        "none" is a look without makeup, for wearing products alone.

        Raises:
            UnknownNameError: No shipped look of that name.
            SourceMissingError: No file at that path.
            LookError: The file is not a look; the message says where.
        """
        text = str(name_or_path)
        if name_or_path == "none":
            return cls("none", (), title="No makeup")
        if isinstance(name_or_path, str) and "/" not in text and not text.endswith(".json"):
            if text not in cls.names():
                raise UnknownNameError("look", text, cls.names())
            path = content("assets") / "looks" / f"{text}.json"
        else:
            path = Path(name_or_path)
        return cls.parse(_read(path), origin=path.name)

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of the shipped looks, sorted."""
        return tuple(sorted(path.stem for path in (content("assets") / "looks").glob("*.json")))

    @classmethod
    def parse(cls, data: Any, *, origin: str = "look") -> Look:  # any JSON value may come; it is checked here
        """The look that plain JSON values describe.

        Args:
            data: What `json.load` gave.
            origin: What to call it in messages.

        Raises:
            LookError: Not a look of a known version, or one with an unknown field, effect, parameter or color.
        """
        if not isinstance(data, Mapping):
            raise LookError(f"{origin}: expected a JSON object with 'format': '{FORMAT}', got {type(data).__name__}.")
        _check_format(data.get("format"), origin)
        for key in data:
            if key not in _FIELDS:
                raise LookError(f"{origin}: unknown field '{key}'; a look has {', '.join(_FIELDS)}.")
        name = _text(data, "name", origin)
        if not _NAME.fullmatch(name):
            raise LookError(f"{origin}: expected a name of lower-case letters, digits and dashes, got '{name[:80]}'.")
        tags = data.get("tags", [])
        if not isinstance(tags, list) or not all(isinstance(tag, str) and len(tag) <= 40 for tag in tags):
            raise LookError(f"{origin}: expected 'tags' to be a list of short texts.")
        layers = data.get("layers")
        if not isinstance(layers, list) or not layers:
            raise LookError(f"{origin}: expected 'layers' to be a list with at least one layer.")
        if len(layers) > MOST_LAYERS:
            raise LookError(f"{origin}: expected at most {MOST_LAYERS} layers, got {len(layers)}.")
        try:
            read = [_worn(layer, index) or _layer(layer, index) for index, layer in enumerate(layers)]
            return cls(
                name,
                tuple(layer for layer in read if isinstance(layer, Layer)),
                title=_text(data, "title", origin, default=name),
                description=_text(data, "description", origin, default=""),
                tags=tuple(tags),
                wear=tuple(layer for layer in read if isinstance(layer, Worn)),
            )
        except TryOnError as error:
            raise LookError(f"{origin}: {error}") from error

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values that `parse` reads back to an equal look."""
        layers = [{"effect": layer.effect, "opacity": layer.opacity, **layer.parameters} for layer in self.layers]
        layers += [{"wear": worn.product} | ({"variant": worn.variant} if worn.variant else {}) for worn in self.wear]
        return {
            "format": FORMAT,
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "tags": list(self.tags),
            "layers": layers,
        }

    def at(self, intensity: float) -> tuple[tuple[Effect, float], ...]:
        """Each effect with its strength when the whole look is worn at an intensity from 0 to 1."""
        return tuple((effect, opacity * intensity) for effect, opacity in self.effects)

    @property
    def needs_parts(self) -> bool:
        """Some layer shows only where the parts mask is known, such as hair color."""
        return any(effect.needs_parts for effect, _ in self.effects)


def _read(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise SourceMissingError(f"No look file at {path}; give a path, or a name from: tryon looks.") from None
    except OSError as error:
        raise LookError(f"{path.name}: the look cannot be read ({error.strerror or 'unknown reason'}).") from None
    if len(raw) > MOST_BYTES:
        raise LookError(f"{path.name}: expected a look of at most {MOST_BYTES // 1024} kB.")
    try:
        return json.loads(raw, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except RecursionError:
        raise LookError(f"{path.name}: not a look: nested too deep.") from None
    except ValueError as error:  # bad UTF-8, bad JSON and what the hooks refuse
        raise LookError(f"{path.name}: not valid JSON ({error}).") from None


def _refuse_constant(token: str) -> float:
    raise ValueError(f"{token} is not a number")


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("an object names the same field twice")
    return result


def _check_format(value: object, origin: str) -> None:
    if value == FORMAT:
        return
    if isinstance(value, str) and value.startswith("tryon.look/"):
        raise LookError(f"{origin}: this tryon reads {FORMAT}, the look is {value[:40]}; update tryon to wear it.")
    raise LookError(f"{origin}: expected 'format': '{FORMAT}', got {str(value)[:40]!r}.")


def _text(data: Mapping[str, Any], key: str, origin: str, *, default: str | None = None) -> str:
    value = data.get(key, default)
    if not isinstance(value, str) or len(value) > _MOST_TEXT:
        raise LookError(f"{origin}: expected '{key}' to be a text of at most {_MOST_TEXT} characters.")
    return value


def _worn(data: Any, index: int) -> Worn | None:
    """The product a layer names; None when it names an effect."""
    if not isinstance(data, Mapping) or "wear" not in data:
        return None
    product, variant = data["wear"], data.get("variant")
    if not isinstance(product, str) or not _NAME.fullmatch(product):
        raise LookError(f"layer {index}: expected 'wear' to be a product's name from: tryon products.")
    if not (variant is None or (isinstance(variant, str) and 0 < len(variant) <= MOST_VARIANT)):
        raise LookError(f"layer {index}: expected 'variant' to be a text of at most {MOST_VARIANT} characters.")
    for key in data:
        if key not in ("wear", "variant"):
            raise LookError(f"layer {index}: unknown field '{key}'; a worn product has wear, variant.")
    return Worn(product, variant)


def _layer(data: Any, index: int) -> Layer:
    if not isinstance(data, Mapping):
        raise LookError(f"layer {index}: expected an object with 'effect' or 'wear', got {type(data).__name__}.")
    effect = data.get("effect")
    if not isinstance(effect, str):
        raise LookError(f"layer {index}: expected 'effect' to be one of {', '.join(EFFECTS)}.")
    opacity = data.get("opacity", 1.0)
    if isinstance(opacity, bool) or not isinstance(opacity, int | float) or not 0.0 <= opacity <= 1.0:
        raise LookError(f"layer {index}: expected 'opacity' from 0 to 1, got {opacity!r}.")
    parameters = {key: value for key, value in data.items() if key not in ("effect", "opacity")}
    return Layer(effect, float(opacity), parameters)
