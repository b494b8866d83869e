"""The published JSON Schema of looks, made from the effects' own declarations."""

from __future__ import annotations

from typing import Any

from tryon.effects import EFFECTS
from tryon.effects.parameters import parameters_schema
from tryon.filters.look import FORMAT, MOST_LAYERS, MOST_VARIANT

_COLOR = {
    "description": "sRGB hex, or CIE Lab (D50 unless 'white' says D65).",
    "oneOf": [
        {"type": "string", "pattern": "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"},
        {"type": "string", "pattern": "^[lL][aA][bB]\\(.+\\)$"},
        {
            "type": "object",
            "properties": {
                "lab": {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3},
                "white": {"enum": ["D50", "D65"]},
            },
            "required": ["lab"],
            "additionalProperties": False,
        },
    ],
}

_WORN = {
    "title": "wear",
    "description": "A product worn over the makeup, by name.",
    "type": "object",
    "properties": {
        "wear": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,63}$"},
        "variant": {"type": "string", "minLength": 1, "maxLength": MOST_VARIANT},
    },
    "required": ["wear"],
    "additionalProperties": False,
}


def look_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `tryon.look/1` with every effect known here."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tryon:look:1",
        "title": "tryon look, version 1",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "name": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,63}$"},
            "title": {"type": "string", "maxLength": 500},
            "description": {"type": "string", "maxLength": 500},
            "tags": {"type": "array", "items": {"type": "string", "maxLength": 40}},
            "layers": {
                "type": "array",
                "minItems": 1,
                "maxItems": MOST_LAYERS,
                "items": {"oneOf": [*(_layer_schema(name) for name in EFFECTS), _WORN]},
            },
        },
        "required": ["format", "name", "layers"],
        "additionalProperties": False,
        "$defs": {"color": _COLOR},
    }


def _layer_schema(name: str) -> dict[str, Any]:
    kind = EFFECTS.get(name)
    return {
        "title": name,
        "description": (kind.__doc__ or name).strip().splitlines()[0],
        "type": "object",
        "properties": {
            "effect": {"const": name},
            "opacity": {"type": "number", "minimum": 0, "maximum": 1, "default": 1},
            **parameters_schema(kind),
        },
        "required": ["effect"],
        "additionalProperties": False,
    }
