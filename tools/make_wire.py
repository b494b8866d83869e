"""Write the web client's message types from the server's own definitions: `python tools/make_wire.py`.

`server/web/src/wire.ts` is committed, so that the page builds without Python; a test compares it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from tryon.server import wire

PLACE = Path(__file__).parents[1] / "server" / "web" / "src" / "wire.ts"
_MODELS = (wire.Hello, wire.Control, wire.WornProduct, wire.LayerChange, wire.Ready, wire.Status, wire.Problem)
_PLAIN = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}


def typescript() -> str:
    """The whole file."""
    _, schema = models_json_schema([(model, "serialization") for model in _MODELS])
    parts = ["// Made by tools/make_wire.py from tryon/server/wire.py; edit those instead.", ""]
    for name, definition in sorted(schema["$defs"].items()):
        parts.append(f"/** {' '.join(definition.get('description', name).split())} */")
        parts.append(f"export interface {name} {{")
        required = set(definition.get("required", ()))
        for field, kind in definition["properties"].items():
            incoming = name in ("Ready", "Status", "Problem", "FitNote") or field == "type"
            mark = "" if field in required or incoming else "?"
            parts.append(f"  {field}{mark}: {_type(kind)};")
        parts += ["}", ""]
    parts.append("export type ClientMessage = Hello | Control;")
    parts.append("export type ServerMessage = Ready | Status | Problem;")
    kinds = ", ".join(f"{kind.name}: {int(kind)}" for kind in wire.Kind)
    parts += ["", f"export const KIND = {{ {kinds} }} as const;"]
    parts += [f"export const {name} = {getattr(wire, name)};" for name in ("KEY_FRAME", "BT709", "FULL_RANGE")]
    parts.append(f"export const HEADER_BYTES = {wire.HEADER.size};")
    return "\n".join(parts) + "\n"


def _type(kind: dict[str, Any]) -> str:  # any JSON Schema
    if "const" in kind:
        return f'"{kind["const"]}"' if isinstance(kind["const"], str) else str(kind["const"])
    if "enum" in kind:
        return " | ".join(f'"{value}"' for value in kind["enum"])
    if "$ref" in kind:
        return str(kind["$ref"]).rpartition("/")[2]
    if "anyOf" in kind:
        return " | ".join(_type(each) for each in kind["anyOf"])
    if kind["type"] == "array":
        return f"{_type(kind['items'])}[]"
    return _PLAIN[kind["type"]]


if __name__ == "__main__":
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    PLACE.write_text(typescript())
