"""A photo's focal length, when its camera wrote it down."""

from __future__ import annotations

import math
import os
from pathlib import Path

from tryon.errors import MissingExtraError

_EXIF_IFD = 0x8769  # EXIF 2.32 section 4.6.3
_FOCAL_35MM = 0xA405  # EXIF 2.32 section 4.6.5: FocalLengthIn35mmFilm
_DIAGONAL_35MM = math.hypot(36.0, 24.0)


def focal_px_of(path: str | os.PathLike[str]) -> float | None:
    """Focal length in pixels from the EXIF 35 mm equivalent, or None when there is none or it is no sane number.

    The equivalent compares diagonals, so it survives resizing; in a cropped picture it is wrong. Cameras round it to
    whole millimeters: 2 % at 24 mm.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise MissingExtraError("pillow", extra="vision") from error
    try:
        with Image.open(Path(path)) as image:
            equivalent_mm = float(image.getexif().get_ifd(_EXIF_IFD).get(_FOCAL_35MM, 0.0))
            diagonal_px = math.hypot(*image.size)
    except Exception:  # damaged EXIF raises anything; the picture itself is read and judged elsewhere
        return None
    if not 8.0 <= equivalent_mm <= 1000.0:
        return None
    return equivalent_mm / _DIAGONAL_35MM * diagonal_px
