"""A proposal as the text of a `product.toml`."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping

from tryon.catalog.proposal import Proposal
from tryon.catalog.toml_fields import FORMAT


def product_toml(proposal: Proposal, about: Mapping[str, str], variants: Iterable[str] = ()) -> str:
    """TOML that `read_product` takes, with each finding as a comment.

    Args:
        about: "sku", "name", "kind", "model" and, if known, "license" and other texts.
    """
    place = proposal.placement
    lines = [f"schema = {_text(FORMAT)}", *(f"{key} = {_text(value)}" for key, value in about.items() if value)]
    names = list(variants)
    if names:
        lines.append(f"variants = [{', '.join(_text(name) for name in names)}]")
    lines += ["", "# Found by tryon fit:"]
    lines += [f"# ({finding.sure}) {finding.text}" for finding in proposal.findings]
    lines += [
        "[file]",
        f"metres_per_unit = {_number(place.metres_per_unit, 9)}",
        f"up = {_text(place.up)}",
        f"front = {_text(place.front)}",
        f"origin = {_point(place.origin, 7)}",
        "",
        "[size_mm]",
    ]
    sizes = zip(("width", "height", "depth"), proposal.size_m, strict=True)
    lines += [f"{name} = {_number(length * 1000.0, 5)}" for name, length in sizes]
    if proposal.anchors_m:
        lines += ["", "[anchors_mm]"]
        for name, at in proposal.anchors_m.items():
            lines.append(f"{name} = [{', '.join(f'{value * 1000.0:.2f}' for value in at)}]".replace("-0.00", "0.00"))
    if proposal.fit_mm:
        lines += ["", "[fit_mm]", *(f"{name} = {_number(length, 4)}" for name, length in proposal.fit_mm.items())]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _number(value: float, digits: int) -> str:
    """A TOML float with that many significant digits, never in scientific notation."""
    decimals = max(1, digits - 1 - (math.floor(math.log10(abs(value))) if value else 0))
    text = f"{value:.{decimals}f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def _point(values: Iterable[float], digits: int) -> str:
    return f"[{', '.join(_number(value, digits) for value in values)}]"
