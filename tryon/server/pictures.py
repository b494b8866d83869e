"""How pictures are coded in packets; JPEG is here, with the header's word checked against the picture's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from tryon.server.wire import MOST_SIDE_PX, Kind, Packet, WireError

_QUALITY = 88


class Codec(Protocol):
    """Pictures of one kind, both ways, for one stream; used on one thread."""

    @property
    def kind(self) -> Kind:
        """What packets must be."""
        ...

    @property
    def keep(self) -> int:
        """Packets that may wait for one another."""
        ...

    def decode(self, packets: Sequence[Packet]) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 sRGB of the newest. Raises WireError."""
        ...

    def encode(self, pixels: NDArray[np.uint8], request: Packet, *, key: bool) -> Packet:
        """The reply to `request`; `key` asks for one that needs no other."""
        ...


def codec(name: str) -> Codec:
    """The codec of a hello."""
    if name == "h264":
        from tryon.server.h264 import H264Codec  # opens the video library, which JPEG does without

        return H264Codec()
    return JpegCodec()


class JpegCodec:
    """JPEG pictures; each stands alone."""

    kind = Kind.JPEG
    keep = 1

    def decode(self, packets: Sequence[Packet]) -> NDArray[np.uint8]:
        """The newest's pixels."""
        return decode_jpeg(packets[-1])

    def encode(self, pixels: NDArray[np.uint8], request: Packet, *, key: bool) -> Packet:
        """The reply to `request`."""
        del key
        return encode_jpeg(pixels, request)


def decode_jpeg(packet: Packet) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 sRGB of a JPEG packet.

    Raises:
        WireError: Not a JPEG, one of another size than the packet says, or a damaged one.
    """
    try:
        height, width, _, _ = simplejpeg.decode_jpeg_header(packet.payload)
    except ValueError:
        raise WireError("Expected a JPEG picture in the packet, got something else.") from None
    if (width, height) != (packet.width, packet.height) or max(width, height) > MOST_SIDE_PX:
        raise WireError(f"Expected a picture of {packet.width}×{packet.height} as announced, got {width}×{height}.")
    try:
        pixels: NDArray[np.uint8] = simplejpeg.decode_jpeg(
            packet.payload, colorspace="RGB", fastdct=True, fastupsample=True, strict=True
        )
    except ValueError:
        raise WireError("The JPEG picture is damaged; send the next one.") from None
    return pixels


def encode_jpeg(pixels: NDArray[np.uint8], request: Packet) -> Packet:
    """The reply to `request`."""
    height, width = pixels.shape[:2]
    payload: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(pixels), quality=_QUALITY, colorspace="RGB", colorsubsampling="420", fastdct=True
    )
    return Packet(Kind.JPEG, payload, request.sequence, request.captured_us, width, height)
