"""Pictures in the canonical face's UV square: read as hostile input, kept ready for painting."""

from __future__ import annotations

import functools
import hashlib
import math
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon import resources
from tryon.color import SRGB_TO_LINEAR
from tryon.effects.topology import TEXTURE_SIZE, texture_from_uv
from tryon.effects.zones import to_hairline
from tryon.errors import LookError

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_SIDE: Final = 4096
_KEPT_SIDE = 1024  # twice the pixels that a face has in a 720p picture
_LEAST_SIDE = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"

FOLDER: Final = ("looks", "textures")
"""Where named textures lie inside the `assets` content."""


@dataclass(frozen=True, slots=True, eq=False)
class FaceTexture:
    """One picture in face UV at falling sizes.

    levels: Each (n, n, 4) uint16, premultiplied linear RGBA, 0 to 65535; each half as large as the one before.
    bounds: u0, v0, u1, v1 of the canonical UV square outside which there is no paint.
    """

    levels: tuple[NDArray[np.uint16], ...]
    bounds: tuple[float, float, float, float]

    def level(self, texels_per_pixel: float) -> NDArray[np.uint16]:
        """The level nearest to one texel a pixel, when the first has `texels_per_pixel`."""
        index = round(math.log2(max(texels_per_pixel, 1.0)))
        return self.levels[min(index, len(self.levels) - 1)]


def named_texture(name: str) -> FaceTexture:
    """The texture of that name among those that ship with the looks; a name only, never a path.

    Raises:
        LookError: Not a name, or no texture of that name, or its file is not a usable PNG.
    """
    if not _NAME.fullmatch(name):
        raise LookError(
            f"Expected a texture's name of lower-case letters, digits, '-' and '_', got {name!r}; "
            f"to paint a file of your own, give FacePaint a pathlib.Path from Python."
        )
    folder = resources.content("assets").joinpath(*FOLDER)
    path = folder / f"{name}.png"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in folder.glob("*.png"))) or "none"
        raise LookError(f"No face texture '{name}'; known: {known}.")
    return texture_file(path)


def texture_file(path: Path) -> FaceTexture:
    """The texture in a PNG file.

    Raises:
        LookError: No such file, too large, or not a usable PNG.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise LookError(
                f"Face texture '{path.name}' has {size / 2**20:.1f} MB; save it with at most {MOST_BYTES // 2**20} MB."
            )
        content = path.read_bytes()
    except OSError as error:
        raise LookError(f"Face texture '{path.name}' cannot be read: {error.strerror or error}.") from error
    return texture_from_bytes(content, name=path.name)


def texture_from_bytes(content: bytes, *, name: str) -> FaceTexture:
    """The texture in the bytes of a PNG: RGBA, RGB or gray, 8 or 16 bits; decoded once for the same bytes.

    Args:
        name: What an error calls it.

    Raises:
        LookError: Too large, not a PNG, cut short, or not a picture of a size that can be used.
    """
    if len(content) > MOST_BYTES:
        raise LookError(
            f"Face texture '{name}' has over {MOST_BYTES // 2**20} MB; save it with fewer colors or pixels."
        )
    if not content.startswith(_SIGNATURE) or len(content) < 33 or content[12:16] != b"IHDR":
        raise LookError(f"Face texture '{name}' is not a PNG; save the picture as PNG with transparency.")
    width, height = struct.unpack(">II", content[16:24])  # PNG specification, 11.2.2 IHDR
    if not (_LEAST_SIDE <= width <= MOST_SIDE and _LEAST_SIDE <= height <= MOST_SIDE):
        raise LookError(
            f"Face texture '{name}' is {width} × {height}; expected from {_LEAST_SIDE} to {MOST_SIDE} pixels a side."
        )
    return _decode(_Content(content, name))


class _Content:
    """Bytes that are equal when their SHA-256 is, so that a cache does not hold on to every copy."""

    def __init__(self, content: bytes, name: str) -> None:
        self.content, self.name = content, name
        self._digest = hashlib.sha256(content).digest()

    def __hash__(self) -> int:
        return hash(self._digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and self._digest == other._digest


@functools.lru_cache(maxsize=8)
def _decode(item: _Content) -> FaceTexture:
    try:
        picture = cv2.imdecode(np.frombuffer(item.content, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise LookError(f"Face texture '{item.name}' cannot be decoded; save it again as PNG.") from error
    if picture is None:
        raise LookError(f"Face texture '{item.name}' is cut short or damaged; save it again as PNG.")
    if picture.dtype == np.uint16:
        picture = np.asarray(picture // 257, np.uint8)
    if picture.ndim == 2:
        picture = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)
    alpha = picture[..., 3:] if picture.shape[2] == 4 else np.full((*picture.shape[:2], 1), 255, np.uint8)
    opacity = alpha.astype(np.float32) / np.float32(255.0)
    premultiplied = np.concatenate([SRGB_TO_LINEAR[picture[..., 2::-1]] * opacity, opacity], axis=2)
    side = min(_KEPT_SIDE, 1 << round(np.log2(max(picture.shape[:2]))))
    shrinks = side < max(picture.shape[:2])
    flags = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    level = np.asarray(cv2.resize(premultiplied, (side, side), interpolation=flags) * _border(side), np.float32)
    levels = []
    while side >= _LEAST_SIDE:
        levels.append(np.asarray(np.clip(level, 0.0, 1.0) * 65535.0 + 0.5, np.uint16))
        side //= 2
        level = np.asarray(cv2.resize(level, (side, side), interpolation=cv2.INTER_AREA), np.float32)
    rows, columns = (np.flatnonzero(levels[0][..., 3].any(axis)) for axis in (1, 0))
    if rows.size == 0:
        raise LookError(f"Face texture '{item.name}' is transparent all over; expected some paint on the face.")
    edge, whole = len(levels[0]) // 64, len(levels[0])  # a texel of the level that a small face is painted with
    bounds = (columns[0] - edge, rows[0] - edge, columns[-1] + 1 + edge, rows[-1] + 1 + edge)
    return FaceTexture(tuple(levels), tuple(value / whole for value in bounds))


def _border(side: int) -> NDArray[np.float32]:
    """(side, side, 1) share of paint left near the face's edge, so that no picture ends in a hard line there."""
    start, end = texture_from_uv(np.array([0.0, 1.0])) * TEXTURE_SIZE
    step = (end - start) / side
    matrix = np.array([[step, 0.0, start + step / 2 - 0.5], [0.0, step, start + step / 2 - 0.5]])
    area = to_hairline(visible_known=True)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(area, matrix, (side, side), flags=flags)[..., None], np.float32)
