"""Pictures inside a model, decoded to RGBA8 after their size was checked."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from tryon.errors import ModelFileError
from tryon.gltf.fields import broken
from tryon.gltf.limits import Limits

_KTX2 = b"\xabKTX 20\xbb\r\n\x1a\n"
_FORMATS = ("PNG", "JPEG", "WEBP", "AVIF")


def decode_image(data: bytes, where: str, limits: Limits) -> NDArray[np.uint8]:
    """(H, W, 4) uint8 RGBA, straight alpha, as stored; no color profile and no EXIF turn is applied (glTF 3.8.2).

    Raises:
        ModelFileError: No PNG, JPEG, WebP, AVIF or KTX2 picture, a broken one, or one too large.
    """
    if data.startswith(_KTX2):
        from tryon.gltf import ktx2

        return ktx2.decode(data, where)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            check_size(picture.width, picture.height, where, limits)
            return _rgba(picture)
    except UnidentifiedImageError:
        raise broken(where, "a PNG, JPEG, WebP, AVIF or KTX2 picture", "something else") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise broken(where, f"a picture of at most {limits.image_side_px} px", "a larger one") from None
    except ModelFileError:
        raise
    except Exception as error:  # Pillow's readers raise OSError, ValueError, SyntaxError, struct.error and more
        raise broken(where, "a whole picture", f"one that is cut off or broken ({type(error).__name__})") from None


def check_size(width: int, height: int, where: str, limits: Limits) -> None:
    """Refuse a picture with a side of no or too many pixels."""
    side = limits.image_side_px
    if not (0 < width <= side and 0 < height <= side):
        raise broken(where, f"a picture of 1 to {side} px a side", f"{width} x {height}", step="scale it down")


def _rgba(picture: Image.Image) -> NDArray[np.uint8]:
    if picture.mode.startswith("I"):  # 16-bit gray: Pillow would clip it at 255
        gray = (np.asarray(picture).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8)
        return np.dstack([gray, gray, gray, np.full_like(gray, 255)])
    return np.array(picture.convert("RGBA"), dtype=np.uint8)
