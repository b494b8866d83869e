"""One picture file as upright 8-bit sRGB: the only place that decodes still images."""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from tryon.capture.depth import eight_bit
from tryon.capture.file import HEAD_BYTES, checked_file, describe
from tryon.capture.profile import to_srgb
from tryon.errors import InputError, MissingExtraError, TryOnError
from tryon.types import Frame

try:
    from PIL import Image, ImageChops, ImageOps
except ImportError as error:
    raise MissingExtraError("pillow", extra="vision") from error

_log = logging.getLogger(__name__)

#: Twice Pillow's own warning limit, where Pillow itself refuses; 178 megapixels take 0.5 GB as RGB.
MAX_PIXELS = 178_000_000
MAX_SIDE_PX = 30_000

# Only formats that shoppers and shops use. Others bring decoders nobody tests, or run programs (EPS, WMF).
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "AVIF", "BMP", "PPM", "JPEG2000")
_SIGNATURES = (
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"MM\x00+",
    b"BM",
    b"\x00\x00\x00\x0cjP  \r\n",
    b"\xff\x4f\xff\x51",
)
_ORIENTATION = 0x0112  # EXIF 2.32 section 4.6.4
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_AVIF_BRANDS = (b"avif", b"avis")

# `warnings.catch_warnings` swaps process-wide state; two threads inside it at once would leave it swapped.
_opening = threading.Lock()


def is_picture(head: bytes) -> bool:
    """Whether a file that begins so is a picture of a kind that is read here, HEIC included."""
    if head.startswith(_SIGNATURES):
        return True
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return True
    if head[:1] == b"P" and head[1:2] in b"123456" and head[2:3].isspace():
        return True
    return _is_avif(head) or _is_heic(head)


def read_image(path: str | os.PathLike[str]) -> Frame:
    """The picture in a file, upright, 8-bit sRGB, with its alpha; of an animation the first frame.

    EXIF rotation is applied, ICC profiles are converted to sRGB, 16-bit is scaled, CMYK, grey and palette
    become RGB. HDR gain maps and further pages are ignored: the base picture is taken.

    Raises:
        SourceMissingError: Nothing of that path.
        InputError: Not a picture, damaged, or larger than `MAX_PIXELS` or `MAX_SIDE_PX`.
    """
    checked = checked_file(path)
    with opened(checked) as image:
        return decode(image, checked)


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """The picture's header read and its size checked; nothing is decoded yet.

    Raises:
        InputError: As `read_image`; errors of the decoder inside the `with` block are told as one sentence.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        formats = _formats(path, head)
        try:
            with _opening, warnings.catch_warnings():
                # Our own limit is checked below; Pillow's warning at half of it would only alarm.
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                image = Image.open(file, formats=formats)
            with image:
                _check_size(image.size, path)
                yield image
        except TryOnError:
            raise
        except Image.DecompressionBombError as error:
            raise _too_large(path, "more") from error
        except Exception as error:  # a decoder fed hostile bytes raises anything: OSError, SyntaxError, struct.error…
            raise InputError(
                f"'{path}': expected a whole picture, got a damaged or truncated one ({_first_line(error)});"
                " copy or download it again."
            ) from error


def decode(image: Image.Image, path: Path, *, time_s: float = 0.0, index: int = 0) -> Frame:
    """The frame an opened picture is at, as `read_image` states it.

    Source of the CMYK rule: Adobe Technical Note 5116, which has its JPEGs stored inverted; Pillow inverts
    every CMYK JPEG, so one without the Adobe marker is turned back.
    """
    image.load()
    if image.format == "JPEG" and image.mode == "CMYK" and "adobe" not in image.info:
        profile = image.info.get("icc_profile")
        image = ImageChops.invert(image)
        image.info["icc_profile"] = profile
    upright = _upright(image)
    alpha = _alpha(upright)
    pixels = to_srgb(eight_bit(upright, path), upright.info.get("icc_profile"), path)
    return Frame(pixels=pixels, time_s=time_s, index=index, alpha=alpha)


def _formats(path: Path, head: bytes) -> tuple[str, ...]:
    if not is_picture(head):
        raise InputError(
            f"'{path}': expected a picture (JPEG, PNG, WebP, TIFF, GIF, AVIF), got {describe(head)};"
            " give another file or convert this one."
        )
    return ("HEIF",) if _is_heic(head) and _register_heif(path) else FORMATS


def _register_heif(path: Path) -> bool:
    try:
        import pillow_heif  # type: ignore[import-not-found, unused-ignore]  # optional, never a dependency
    except ImportError:
        raise InputError(
            f"'{path}': expected JPEG, PNG, WebP or AVIF, got HEIC, which needs a decoder that does not ship here;"
            " save it as JPEG, or run: pip install pillow-heif."
        ) from None
    heif: ModuleType = pillow_heif
    heif.register_heif_opener()
    return True


def _is_heic(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS and not _is_avif(head)


def _is_avif(head: bytes) -> bool:
    box = head[: int.from_bytes(head[:4], "big")] if len(head) >= 4 else b""
    return head[4:8] == b"ftyp" and any(box[at : at + 4] in _AVIF_BRANDS for at in range(8, len(box), 4))


def _check_size(size: tuple[int, int], path: Path) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise InputError(f"'{path}': expected at least one pixel, got {width}×{height}; export it again.")
    if width * height > MAX_PIXELS or max(size) > MAX_SIDE_PX:
        raise _too_large(path, f"{width}×{height}")


def _too_large(path: Path, got: str) -> InputError:
    return InputError(
        f"'{path}': expected at most {MAX_PIXELS // 10**6} megapixels and {MAX_SIDE_PX} px a side, got {got};"
        " scale the picture down first."
    )


def _upright(image: Image.Image) -> Image.Image:
    try:
        turned = image.getexif().get(_ORIENTATION, 1) != 1
        return ImageOps.exif_transpose(image) if turned else image
    except Exception as error:  # damaged EXIF raises anything; the picture itself is whole
        _log.warning("EXIF that cannot be read is ignored: %s", _first_line(error))
        return image


def _alpha(image: Image.Image) -> NDArray[np.uint8] | None:
    """(H, W) uint8 straight alpha, or None for a picture that has none or is opaque all over."""
    if not image.has_transparency_data or image.mode.startswith("I"):
        return None
    if image.mode not in ("RGBA", "LA", "PA"):
        image = image.convert("RGBA")
    alpha = np.array(image.getchannel("A"))
    return None if bool((alpha == 255).all()) else alpha


def _first_line(error: BaseException) -> str:
    lines = str(error).splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
