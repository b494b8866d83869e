"""The published JSON Schema of `product.toml`, made from the declarations the parser checks."""

from __future__ import annotations

from typing import Any

from tryon.catalog import toml_fields as fields
from tryon.catalog.kinds import KINDS, Kind


def product_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of `tryon.product/1`, for the TOML file's values."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:tryon:product:1",
        "title": "tryon product, version 1",
        "type": "object",
        "properties": {
            "schema": {"const": fields.FORMAT},
            **{name: field.schema() for name, field in fields.ABOUT.items()},
            "kind": {"enum": list(KINDS)},
            "variants": fields.VARIANTS.schema(),
            "variant": fields.VARIANTS.each.schema(),
            "file": _closed({name: field.schema() for name, field in fields.FILE.items()}),
            "size_mm": _closed(dict.fromkeys(fields.SIZE, fields.LENGTH_MM.schema()), required=fields.SIZE),
            "anchors_mm": {"type": "object"},
            "fit_mm": {"type": "object"},
            "anchor": fields.ANCHOR.schema(),
            "clearance_mm": _closed(dict.fromkeys(fields.CLEARANCE, fields.CLEARANCE_MM.schema())),
        },
        "required": list(fields.REQUIRED),
        "additionalProperties": False,
        "allOf": [_of_kind(name, kind) for name, kind in KINDS.items()],
    }


def _of_kind(name: str, kind: Kind) -> dict[str, Any]:
    then: dict[str, Any] = {
        "properties": {
            "anchors_mm": _closed(dict.fromkeys(kind.anchors, fields.POINT_MM.schema()), required=kind.anchors),
            "fit_mm": _closed(dict.fromkeys(kind.fit, fields.LENGTH_MM.schema())),
            **({} if kind.placed else dict.fromkeys(fields.PLACING, False)),
        }
    }
    if kind.anchors:
        then["required"] = ["anchors_mm"]
    return {"if": {"properties": {"kind": {"const": name}}, "required": ["kind"]}, "then": then}


def _closed(properties: dict[str, Any], *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    if required:
        schema["required"] = list(required)
    return schema
