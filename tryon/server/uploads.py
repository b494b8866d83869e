"""A shopper's uploaded picture: its size checked before it is decoded, then upright sRGB without metadata."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from PIL import Image

from tryon.capture.picture import decode
from tryon.errors import InputError, TryOnError
from tryon.types import Frame

PictureKind: TypeAlias = Literal["jpeg", "png", "webp"]
MEDIA_TYPES: dict[PictureKind, str] = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
MOST_BYTES = 16 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_SIDE_PX = 12_000
_KINDS: dict[str, PictureKind] = {"JPEG": "jpeg", "PNG": "png", "WEBP": "webp"}
_NAME = Path("your picture")


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """A picture that was whole.

    kind: How it came, and how it is written again.
    """

    frame: Frame
    kind: PictureKind

    def to_bytes(self) -> bytes:
        """The picture written anew: place, camera and everything else that is no pixel stays behind."""
        file = io.BytesIO()
        image = Image.fromarray(self.frame.pixels)
        if self.frame.alpha is not None and self.kind != "jpeg":
            image.putalpha(Image.fromarray(self.frame.alpha))
        if self.kind == "png":
            image.save(file, "PNG", compress_level=4)
        else:
            image.save(file, self.kind.upper(), quality=95)
        return file.getvalue()


def read_upload(data: bytes) -> Upload:
    """The picture in `data`.

    Raises:
        InputError: Not a JPEG, PNG or WebP, damaged, or over 40 megapixels or 12,000 px a side; nothing over the
            caps is decoded.
    """
    try:
        with Image.open(io.BytesIO(data), formats=list(_KINDS)) as image:
            width, height = image.size
            if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE_PX:
                raise _too_large(f"{width}×{height}")
            return Upload(decode(image, _NAME), _KINDS[str(image.format)])
    except TryOnError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large("far more") from None
    except Exception:  # a decoder fed hostile bytes raises anything: OSError, SyntaxError, struct.error…
        raise InputError("Expected a whole JPEG, PNG or WebP picture, got something else; save it again.") from None


def _too_large(got: str) -> InputError:
    return InputError(
        f"Expected a picture of at most {MOST_PIXELS // 10**6} megapixels and {MOST_SIDE_PX} px a side, got {got};"
        " scale it down first."
    )
