"""A product color as it is written in a look, read into linear sRGB."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.color.gamut import fit_gamut
from tryon.color.lab import White
from tryon.color.srgb import linear_from_srgb
from tryon.errors import LookError

_HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
_LAB = re.compile(rf"lab\(\s*{_NUMBER}%?\s*[\s,]\s*{_NUMBER}\s*[\s,]\s*{_NUMBER}\s*\)", re.IGNORECASE)
_EXPECTED = 'expected \'#rrggbb\', \'#rgb\', \'lab(L, a, b)\' or {"lab": [L, a, b], "white": "D50" or "D65"}'


@dataclass(frozen=True, slots=True, eq=False)
class Swatch:
    """One product color.

    linear: (3,) float32, linear sRGB 0 to 1: the diffuse reflectance of the product at full coverage.
    mapped: The written color lies outside sRGB, so its chroma was reduced at the same lightness and hue.
    """

    linear: NDArray[np.float32]
    mapped: bool = False


def parse_swatch(value: Any) -> Swatch:  # any JSON value may stand in a look; what it is, is checked here
    """The color that `value` writes, and whether it had to be brought into sRGB.

    Args:
        value: "#rrggbb" or "#rgb" (sRGB); "lab(L, a, b)" or "lab(L a b)" (D50, as in CSS Color 4);
            {"lab": [L, a, b]} with "white" "D50" (the default: ICC and print) or "D65".

    Raises:
        LookError: Not one of these; the message says what is.
    """
    if isinstance(value, str):
        text = value.strip()
        if match := _HEX.fullmatch(text):
            digits = match[1] if len(match[1]) == 6 else "".join(2 * digit for digit in match[1])
            codes = np.array([int(digits[i : i + 2], 16) for i in (0, 2, 4)])
            return Swatch(linear_from_srgb(codes / 255.0).astype(np.float32))
        if match := _LAB.fullmatch(text):
            return _from_lab([float(number) for number in match.groups()], "D50", value)
    elif isinstance(value, Mapping) and "lab" in value and set(value) <= {"lab", "white"}:
        white = value.get("white", "D50")
        lab = value["lab"]
        if white in ("D50", "D65") and isinstance(lab, list | tuple) and len(lab) == 3 and all(map(_is_number, lab)):
            return _from_lab([float(number) for number in lab], white, value)
    raise LookError(f"Color {value!r} is not understood: {_EXPECTED}.")


def parse_color(value: Any) -> NDArray[np.float32]:  # as parse_swatch
    """(3,) float32 linear sRGB of a color as `parse_swatch` reads it.

    Raises:
        LookError: Not a color.
    """
    return parse_swatch(value).linear


def _from_lab(lab: list[float], white: White, written: object) -> Swatch:
    lightness, a, b = lab
    if not (0.0 <= lightness <= 100.0 and abs(a) <= 200.0 and abs(b) <= 200.0):
        raise LookError(f"Color {written!r} is out of range: expected L from 0 to 100, a and b from -200 to 200.")
    linear, mapped = fit_gamut(np.array(lab), white=white)
    return Swatch(linear.astype(np.float32), mapped=bool(mapped))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
