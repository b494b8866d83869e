"""H.264 in and out of packets: every access unit decoded in order, encoded without delay.

An encoder or decoder belongs to one thread at a time and keeps the last pictures until it is let go.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import av
import cv2
import numpy as np
from av.codec.context import Flags
from av.video.frame import PictureType
from numpy.typing import NDArray

from tryon.server.wire import BT709, FULL_RANGE, KEY_FRAME, MOST_SIDE_PX, KeyFrameNeededError, Kind, Packet, WireError

_CLOCK = Fraction(1, 1_000_000)
_QUALITY = 21  # constant rate factor; at 480p a talking head takes 1 to 2 Mbit/s
_KEY_EVERY = 300  # frames; also sent when asked for
_MOST_BITS = 6_000_000  # a second, over a window of a quarter
_COLORS = "colorprim=smpte170m:transfer=smpte170m:colormatrix=smpte170m:range=tv"
_SPC_BT709 = 1
_RANGE_FULL = 2


class H264Codec:
    """H.264 pictures both ways, as a mirror's `Codec`."""

    kind = Kind.H264
    keep = 8  # a quarter of a second; what waits longer begins again at a key frame

    def __init__(self) -> None:
        self._decoder, self._encoder = H264Decoder(), H264Encoder()

    def decode(self, packets: Sequence[Packet]) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 sRGB of the newest; those before it are decoded because it leans on them.

        Raises:
            WireError: The newest cannot be decoded; a `KeyFrameNeededError` when a key frame would help.
        """
        fault: WireError | None = None
        frame: av.VideoFrame | None = None
        for packet in packets:
            try:
                frame, fault = self._decoder.decode(packet), None
            except WireError as error:
                fault = error
        if frame is None or fault is not None:
            raise fault or KeyFrameNeededError("Expected a picture, got none; send a key frame.")
        return rgb(frame, bt709=bool(packets[-1].flags & BT709), full_range=bool(packets[-1].flags & FULL_RANGE))

    def encode(self, pixels: NDArray[np.uint8], request: Packet, *, key: bool) -> Packet:
        """The reply to `request`."""
        return self._encoder.encode(pixels, request, key=key)


class H264Decoder:
    """Packets to pictures.

    A picture leans on those before it, so none may be left out: after a gap nothing is decoded until a key frame.
    """

    def __init__(self) -> None:
        self._context: av.VideoCodecContext | None = None
        self._next: int | None = None

    def decode(self, packet: Packet) -> av.VideoFrame:
        """The picture of one access unit (Annex B); `rgb` gives its pixels.

        Raises:
            KeyFrameNeededError: The first one is no key frame, one before it is missing, or it is damaged.
            WireError: Of another size than the packet says.
        """
        key = bool(packet.flags & KEY_FRAME)
        if not key and packet.sequence != self._next:
            self._next = None
            raise KeyFrameNeededError("Expected an H.264 key frame after a gap, got a frame that leans on others.")
        if key and self._next is None:
            self._context = None  # a fresh one: what was broken stays behind
        self._next = None
        context = self._context = self._context or _decoder()
        try:
            frames = context.decode(av.Packet(packet.payload))
        except av.FFmpegError:
            frames = []
        if len(frames) != 1:
            self._context = None
            raise KeyFrameNeededError(f"Expected one H.264 picture in the packet, got {len(frames)}; send a key frame.")
        frame = frames[0]
        if (frame.width, frame.height) != (packet.width, packet.height):
            announced, got = f"{packet.width}×{packet.height}", f"{frame.width}×{frame.height}"
            raise WireError(f"Expected a picture of {announced} as announced, got {got}.")
        self._next = (packet.sequence + 1) & 0xFFFFFFFF
        return frame


def rgb(frame: av.VideoFrame, *, bt709: bool = False, full_range: bool = False) -> NDArray[np.uint8]:
    """(H, W, 3) uint8 sRGB of a decoded picture.

    Args:
        bt709, full_range: How its colors were made, where the picture itself does not say; BT.601 in studio range,
            as cameras send, by default.
    """
    matrix = "ITU709" if bt709 or frame.colorspace == _SPC_BT709 else "ITU601"
    spread = "JPEG" if full_range or frame.color_range == _RANGE_FULL else "MPEG"
    converted = frame.reformat(format="rgb24", src_colorspace=matrix, src_color_range=spread)
    return np.asarray(converted.to_ndarray(), np.uint8)


class H264Encoder:
    """Pictures to packets, each out before the next comes in."""

    def __init__(self) -> None:
        self._context: av.VideoCodecContext | None = None
        self._since_key = 0

    def encode(self, pixels: NDArray[np.uint8], request: Packet, *, key: bool = False) -> Packet:
        """The reply to `request`.

        Args:
            pixels: (H, W, 3) uint8 sRGB; sides must be even.
            key: Make one that needs no other.
        """
        height, width = pixels.shape[:2]
        if self._context is None or (self._context.width, self._context.height) != (width, height):
            self._context, self._since_key = low_delay_encoder(width, height), 0
        planes = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = self._since_key
        self._since_key += 1
        frame.time_base = _CLOCK
        frame.pict_type = PictureType.I if key else PictureType.NONE
        units = self._context.encode(frame)
        payload = b"".join(bytes(unit) for unit in units)
        flags = KEY_FRAME if any(unit.is_keyframe for unit in units) else 0
        return Packet(Kind.H264, payload, request.sequence, request.captured_us, width, height, flags)


def _decoder() -> av.VideoCodecContext:
    context = av.VideoCodecContext.create("h264", "r")
    context.thread_count = 1
    context.flags |= Flags.low_delay
    context.options = {"max_pixels": str(MOST_SIDE_PX * MOST_SIDE_PX)}  # a small packet may announce a huge picture
    return context


def low_delay_encoder(width: int, height: int) -> av.VideoCodecContext:
    """An encoder that gives each picture at once: ultrafast, no look-ahead, no reordering; BT.601 colors."""
    context = av.VideoCodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate = _CLOCK, Fraction(30)
    context.thread_count = 1
    context.gop_size = _KEY_EVERY
    context.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "profile": "baseline",
        "crf": str(_QUALITY),
        "maxrate": str(_MOST_BITS),
        "bufsize": str(_MOST_BITS // 4),
        "forced-idr": "1",
        "x264-params": f"{_COLORS}:repeat-headers=1:annexb=1:scenecut=0",
    }
    return context
