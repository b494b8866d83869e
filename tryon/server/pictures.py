"""JPEG in and out of a packet, with the header's word checked against the picture's own."""

from __future__ import annotations

import numpy as np
import simplejpeg
from numpy.typing import NDArray

from tryon.server.wire import MOST_SIDE_PX, Kind, Packet, WireError

_QUALITY = 88


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
