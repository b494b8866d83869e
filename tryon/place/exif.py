"""What a picture file says about the camera that took it."""

from __future__ import annotations

import io
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tryon.errors import InputError, MissingExtraError, SourceMissingError

_EXIF_IFD = 0x8769  # EXIF 2.32 section 4.6.3
_MAKE, _MODEL, _ORIENTATION = 0x010F, 0x0110, 0x0112
_FOCAL, _WIDTH, _HEIGHT = 0x920A, 0xA002, 0xA003
_PLANE_X, _PLANE_UNIT = 0xA20E, 0xA210
_ZOOM, _FOCAL_35MM = 0xA404, 0xA405
_UNIT_MM = {2: 25.4, 3: 10.0, 4: 1.0, 5: 1e-3}  # EXIF 2.32 section 4.6.5; 4 and 5 are written by Canon


@dataclass(frozen=True, slots=True)
class Shot:
    """The EXIF of one picture that matters here; 0 and "" where it says nothing.

    size_px: Of the picture as shown, upright. written_px: What EXIF says its camera wrote, longer side first.
    focal_mm, equivalent_mm: Of the lens, and for 35 mm film. zoom: By cutting out, 1 for none.
    plane_px_per_mm: Pixels per millimeter of the sensor.
    """

    size_px: tuple[int, int]
    make: str = ""
    model: str = ""
    focal_mm: float = 0.0
    equivalent_mm: float = 0.0
    zoom: float = 1.0
    written_px: tuple[int, int] = (0, 0)
    plane_px_per_mm: float = 0.0


def read_shot(path: str | os.PathLike[str] | bytes) -> Shot:
    """What the picture at a path, or in a file's bytes, says of its camera; damaged EXIF says nothing. Only the header
    is read.

    Raises:
        SourceMissingError: Nothing there.
        InputError: Not a picture.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingExtraError("pillow", extra="vision") from error
    given = io.BytesIO(path) if isinstance(path, bytes) else Path(path)
    named = f"'{os.fspath(path)}'" if not isinstance(path, bytes) else "the picture"
    if isinstance(given, Path) and not given.is_file():
        raise SourceMissingError(f"No picture at {named}; check the path.")
    try:
        with Image.open(given) as image:
            size = image.size
            tags: dict[int, Any] = {}  # EXIF values are of any type
            try:
                exif = image.getexif()
                tags = {**exif, **exif.get_ifd(_EXIF_IFD)}
            except Exception:  # damaged EXIF raises anything; the picture itself is whole
                tags = {}
    except (OSError, SyntaxError, ValueError, Warning, Image.DecompressionBombError) as error:
        raise InputError(f"{named}: expected a picture, got something else; give another file.") from error
    return shot_of(tags, size)


def shot_of(tags: Mapping[int, Any], stored_px: tuple[int, int]) -> Shot:
    """The same from EXIF tags by number and the size as stored."""
    width, height = stored_px
    turned = tags.get(_ORIENTATION) in (5, 6, 7, 8)
    unit_mm = _UNIT_MM.get(int(_number(tags, _PLANE_UNIT)), 25.4)
    written = sorted((int(_number(tags, _WIDTH)), int(_number(tags, _HEIGHT))), reverse=True)
    return Shot(
        size_px=(height, width) if turned else (width, height),
        make=_text(tags, _MAKE),
        model=_text(tags, _MODEL),
        focal_mm=_number(tags, _FOCAL),
        equivalent_mm=_number(tags, _FOCAL_35MM),
        zoom=_number(tags, _ZOOM) or 1.0,
        written_px=(written[0], written[1]) if written[1] > 0 else (0, 0),
        plane_px_per_mm=_number(tags, _PLANE_X) / unit_mm,
    )


def _text(tags: Mapping[int, Any], tag: int) -> str:
    value = tags.get(tag)
    return value.strip(" \0")[:64] if isinstance(value, str) else ""


def _number(tags: Mapping[int, Any], tag: int) -> float:
    """A finite number of at least 0, or 0."""
    try:
        value = float(tags.get(tag, 0.0))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return 0.0
    return value if math.isfinite(value) and 0.0 <= value < 1e7 else 0.0
