"""Any pixel layout a decoder returns, as 8 bits a channel and still in its own color space."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tryon.errors import InputError, MissingExtraError

try:
    from PIL import Image
except ImportError as error:
    raise MissingExtraError("pillow", extra="vision") from error

_BITS_PER_SAMPLE = 258  # TIFF 6.0 section 8

# Layouts that hold one of the three spaces a profile can describe, and what they are read as.
_LAYOUTS = {"1": "L", "L": "L", "LA": "L", "La": "L", "CMYK": "CMYK", "LAB": "LAB"}


def eight_bit(image: Image.Image, path: Path) -> Image.Image:
    """The same picture in mode L, RGB, CMYK or LAB, alpha left out.

    16-bit grey is divided by 257 and rounded; 16-bit color comes from Pillow as its high byte, at most one
    level away from that.

    Raises:
        InputError: Floating-point or 32-bit integer samples, whose range nothing states.
    """
    if image.mode == "RGB":
        return image  # the usual case; `convert` would copy it
    if image.mode.startswith("I;16") or (image.mode == "I" and image.format == "PNG"):
        return _from_grey16(image)
    if image.mode in ("I", "F"):
        kind = "32-bit integers" if image.mode == "I" else "floating-point numbers"
        raise InputError(
            f"'{path}': expected 8 or 16 bits a channel, got {kind} without a stated range; export it as 8-bit sRGB."
        )
    if image.mode in ("P", "PA", "RGBa", "RGBA", "RGBX", "YCbCr", "HSV"):
        # Through RGBA, so that a palette's transparent entry keeps its color instead of a matte.
        return image.convert("RGBA").convert("RGB") if image.mode in ("P", "PA", "RGBa") else image.convert("RGB")
    return image.convert(_LAYOUTS.get(image.mode, "RGB"))


def _from_grey16(image: Image.Image) -> Image.Image:
    tags = getattr(image, "tag_v2", {})
    bits = tags.get(_BITS_PER_SAMPLE, (16,))[0]
    largest = float(2 ** min(max(int(bits), 1), 16) - 1)
    values = np.asarray(image).astype(np.float32)
    scaled = Image.fromarray(np.clip(np.rint(values * (255.0 / largest)), 0.0, 255.0).astype(np.uint8))
    scaled.info = dict(image.info)
    return scaled
