"""A picture's own color space, told by its ICC profile, converted to sRGB."""

from __future__ import annotations

import functools
import io
import logging
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError

try:
    from PIL import Image, ImageCms
except ImportError as error:
    raise MissingExtraError("pillow", extra="vision") from error

_log = logging.getLogger(__name__)

_RELATIVE = ImageCms.Intent.RELATIVE_COLORIMETRIC
_BLACK_POINT = ImageCms.Flags.BLACKPOINTCOMPENSATION
_SPACES = {"GRAY": "L", "RGB": "RGB", "CMYK": "CMYK", "Lab": "LAB"}


def to_srgb(image: Image.Image, icc: bytes | None, path: Path) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 sRGB of a picture in mode L, RGB, CMYK or LAB.

    A profile is applied with relative colorimetric intent and black point compensation, a CMYK one with
    perceptual intent, as print profiles are built for. A damaged profile, or one for another space than the
    pixels', is ignored with a warning in the log: the picture is then taken as sRGB, as browsers do.
    """
    if icc or image.mode == "LAB":
        converted = _converted(image, icc, path)
        if converted is not None:
            return np.array(converted)
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def _converted(image: Image.Image, icc: bytes | None, path: Path) -> Image.Image | None:
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc) if icc else ImageCms.createProfile("LAB"))
        space = _SPACES.get(profile.profile.xcolor_space.strip(), "")
        if space == "RGB" and _is_srgb(profile):
            return image if image.mode == "RGB" else None
        if space == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        if space != image.mode:
            _log.warning("'%s': a %s profile on %s pixels is ignored.", path, space or "unknown", image.mode)
            return None
        intent = ImageCms.Intent.PERCEPTUAL if space == "CMYK" else _RELATIVE
        return ImageCms.profileToProfile(
            image, profile, _srgb(), renderingIntent=intent, outputMode="RGB", flags=_BLACK_POINT
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError, AttributeError) as error:
        _log.warning("'%s': a damaged color profile is ignored: %s", path, error)
        return None


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether converting would change no color by more than rounding; true of nearly every photo.

    The name proves nothing: linear and other profiles also call themselves sRGB.
    """
    sample = _color_cube()
    converted = ImageCms.profileToProfile(sample, profile, _srgb(), renderingIntent=_RELATIVE, flags=_BLACK_POINT)
    if converted is None:
        return False
    difference = np.asarray(converted).astype(np.int16) - np.asarray(sample)
    return int(np.abs(difference).max()) <= 2


@functools.cache
def _color_cube() -> Image.Image:
    levels = np.linspace(0, 255, 9).astype(np.uint8)
    return Image.fromarray(np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(9, 81, 3))


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
