"""What a shopper says about the scale, `tag:0.10` or `tile:0.6@…`, as evidence."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import ParameterError
from tryon.place import SOURCES, Evidence
from tryon.place.depth_file import read_depth
from tryon.place.evidence import KnownRectangle, KnownSpan
from tryon.types import Frame, Intrinsics

_MOST_TEXTS = 16
_UNITS_M = {"": 1.0, "m": 1.0, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048}
_LENGTH = re.compile(r"(\d*\.?\d+)\s*(m|cm|mm|in|ft)?(?:\s*(?:±|\+-|\+/-)\s*(\d*\.?\d+)\s*(m|cm|mm|in|ft)?)?")
_LENGTHS_M = (0.001, 30.0)
_HEIGHT_SIGMA_M, _SPAN_SIGMA_M, _SIDE_SIGMA_M = 0.03, 0.002, 0.003

FORMS = (
    "auto, a4, letter, card, tag[:SIZE], depth:FILE, points:x1,y1,x2,y2,LENGTH, height:LENGTH, "
    "tile:SIDE[xSIDE]@x,y,x,y,x,y,x,y, door:WIDTHxHEIGHT@x,y,x,y,x,y,x,y"
)


def evidence_of(
    frame: Frame, intrinsics: Intrinsics, scale: Sequence[str] = (), corners_px: ArrayLike | None = None
) -> tuple[Evidence, tuple[str, ...]]:
    """Everything said about a photo's scale, and sentences about what had to be guessed.

    Lengths are metres, or carry a unit ("90cm", "35in"), and may carry their standard deviation ("1.5±0.05").

    Raises:
        ParameterError: A text that is not one of `FORMS`, or corners that are not four.
        InputError, SourceMissingError: A depth file that cannot be used.
    """
    if len(scale) > _MOST_TEXTS:
        raise ParameterError(f"Expected at most {_MOST_TEXTS} scale sources, got {len(scale)}; leave some out.")
    evidence = Evidence(frame, intrinsics, corners_px=None if corners_px is None else _corners(corners_px))
    remarks: list[str] = []
    for text in scale:
        if text == "auto":
            continue
        name, _, told = text.partition(":")
        if name in _READERS:
            evidence = _READERS[name](evidence, told, remarks)
        elif told or name not in SOURCES:
            raise ParameterError(f"--scale: expected {FORMS}; got '{text[:80]}'.")
        evidence = replace(evidence, wanted=tuple(dict.fromkeys((*evidence.wanted, name))))
    if "auto" in scale:  # everything that finds something, beside what was told
        evidence = replace(evidence, wanted=())
    return evidence, tuple(remarks)


def _tag(evidence: Evidence, told: str, remarks: list[str]) -> Evidence:
    return replace(evidence, tag_size_m=_length(told, "tag")[0]) if told else evidence


def _depth(evidence: Evidence, told: str, remarks: list[str]) -> Evidence:
    found = read_depth(told, camera=evidence.intrinsics.camera)
    remarks += found.remarks
    return replace(evidence, depth_m=found.depth_m)


def _points(evidence: Evidence, told: str, remarks: list[str]) -> Evidence:
    *numbers, length = told.split(",")
    ends = _numbers(",".join(numbers), 4, "points:x1,y1,x2,y2,LENGTH").reshape(2, 2)
    length_m, sigma_m = _length(length, "points")
    return replace(evidence, spans=(*evidence.spans, KnownSpan(ends, length_m, sigma_m or _SPAN_SIGMA_M)))


def _height(evidence: Evidence, told: str, remarks: list[str]) -> Evidence:
    height_m, sigma_m = _length(told, "height")
    return replace(evidence, camera_height_m=(height_m, sigma_m or _HEIGHT_SIGMA_M))


def _tile(evidence: Evidence, told: str, remarks: list[str]) -> Evidence:
    return replace(evidence, tile=_rectangle(told, "tile"))


def _door(evidence: Evidence, told: str, remarks: list[str]) -> Evidence:
    return replace(evidence, door=_rectangle(told, "door"))


_READERS: Mapping[str, Callable[[Evidence, str, list[str]], Evidence]] = {
    "tag": _tag,
    "depth": _depth,
    "points": _points,
    "height": _height,
    "tile": _tile,
    "door": _door,
}


def _rectangle(told: str, name: str) -> KnownRectangle:
    sides, _, corners = told.partition("@")
    form = f"{name}:{'WIDTHxHEIGHT' if name == 'door' else 'SIDE[xSIDE]'}@x,y,x,y,x,y,x,y"
    lengths = [_length(side, name) for side in re.split(r"[x×]", sides)]
    if len(lengths) == 1 and name == "tile":
        lengths *= 2
    if len(lengths) != 2:
        raise ParameterError(f"--scale: expected {form}, got '{name}:{told[:80]}'.")
    (width_m, width_sigma_m), (height_m, height_sigma_m) = lengths
    sigma_m = max(width_sigma_m, height_sigma_m) or _SIDE_SIGMA_M
    return KnownRectangle(_numbers(corners, 8, form).reshape(4, 2), (width_m, height_m), sigma_m)


def _length(text: str, name: str) -> tuple[float, float]:
    """Metres and their standard deviation, 0 when not told."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise ParameterError(f"--scale {name}: expected a length such as 0.10 or 10cm, got '{text[:40]}'.")
    length_m = float(match[1]) * _UNITS_M[match[2] or ""]
    if not _LENGTHS_M[0] <= length_m <= _LENGTHS_M[1]:
        raise ParameterError(
            f"--scale {name}: expected {_LENGTHS_M[0]:g} to {_LENGTHS_M[1]:g} m, got {length_m:g} m; say the unit, "
            "as in 10cm."
        )
    return length_m, float(match[3] or 0.0) * _UNITS_M[match[4] or match[2] or ""]


def _numbers(text: str, count: int, form: str) -> NDArray[np.float64]:
    try:
        values = [float(number) for number in re.split(r"[,\s]+", text.strip())] if len(text) < 400 else []
    except ValueError:
        values = []
    if len(values) != count or not all(math.isfinite(value) and abs(value) < 1e6 for value in values):
        raise ParameterError(f"--scale: expected {form} with pixels, got '{text[:80]}'.")
    return np.array(values)


def _corners(corners_px: ArrayLike) -> NDArray[np.float64]:
    corners = np.asarray(corners_px, np.float64)
    if corners.shape != (4, 2) or not np.isfinite(corners).all():
        raise ParameterError("corners_px: expected four finite pixel positions in turn round the sheet or card.")
    return corners
