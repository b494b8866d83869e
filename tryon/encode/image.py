"""A frame as a picture file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from tryon.atomic import replacing
from tryon.errors import MissingExtraError, ParameterError
from tryon.types import Frame

try:
    from PIL import Image
except ImportError as error:
    raise MissingExtraError("pillow", extra="vision") from error

_FORMATS = {
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".avif": "AVIF",
}


def write_image(path: str | os.PathLike[str], frame: Frame, *, quality: int = 95) -> None:
    """Write a frame as the picture format its suffix names; the file appears whole or not at all.

    PNG, WebP, TIFF and AVIF keep alpha. JPEG has none: what is transparent becomes white.

    Args:
        quality: 1 to 100 for JPEG, WebP and AVIF; chroma is kept at full size from 90, so that fine edges of
            color (lips, liner) stay sharp. 100 makes WebP lossless. PNG and TIFF are always lossless.

    Raises:
        ParameterError: Unknown suffix or quality.
        EncodeError: The file cannot be written.
    """
    kind = _FORMATS.get(Path(path).suffix.lower())
    if kind is None:
        known = ", ".join(sorted(_FORMATS))
        raise ParameterError(f"'{os.fspath(path)}': expected a name that ends in one of {known}; rename the output.")
    if not 1 <= quality <= 100:
        raise ParameterError(f"quality: expected 1 to 100, got {quality}.")
    image = _image(frame, keep_alpha=kind != "JPEG")
    with replacing(path) as pending:
        image.save(pending, format=kind, **_options(kind, quality))


def _image(frame: Frame, *, keep_alpha: bool) -> Image.Image:
    color = Image.fromarray(frame.pixels)
    if frame.alpha is None:
        return color
    alpha = Image.fromarray(frame.alpha)
    if keep_alpha:
        color.putalpha(alpha)
        return color
    return Image.composite(color, Image.new("RGB", color.size, "white"), alpha)


def _options(kind: str, quality: int) -> dict[str, Any]:
    """Pillow's own save options, which differ by format."""
    if kind == "JPEG":
        return {"quality": quality, "subsampling": 0 if quality >= 90 else 2, "optimize": True}
    if kind == "WEBP":
        # exact: color under transparent pixels is kept, as the frame holds it.
        return {"quality": quality, "lossless": quality == 100, "exact": True}
    if kind == "AVIF":
        return {"quality": quality, "subsampling": "4:4:4" if quality >= 90 else "4:2:0"}
    return {"compression": "tiff_lzw"} if kind == "TIFF" else {}
