"""Video through aiortc without its delays: the mirror's own encoder, frames at their marker bit, the newest only.

These reach into aiortc 1.x's classes where it offers no other way; a test of a whole call notices if they move.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc import RTCRtpReceiver, RTCRtpSender
from aiortc.codecs.h264 import H264Encoder
from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.mediastreams import MediaStreamError, VideoStreamTrack
from av.video.frame import PictureType
from numpy.typing import NDArray

from tryon.server.h264 import low_delay_encoder

_VIDEO_CLOCK = Fraction(1, 90_000)


class WornTrack(VideoStreamTrack):
    """The newest worn picture; one that nobody fetched in time is replaced."""

    def __init__(self) -> None:
        super().__init__()
        self._newest: NDArray[np.uint8] | None = None
        self._came = asyncio.Event()
        self._started_s = time.monotonic()

    def show(self, pixels: NDArray[np.uint8]) -> None:
        """Leave a picture; on the event loop."""
        self._newest = pixels
        self._came.set()

    async def recv(self) -> av.VideoFrame:
        """The next picture, once there is a new one."""
        await self._came.wait()
        self._came.clear()
        pixels, self._newest = self._newest, None
        if pixels is None or self.readyState != "live":
            raise MediaStreamError
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame.pts, frame.time_base = round((time.monotonic() - self._started_s) / _VIDEO_CLOCK), _VIDEO_CLOCK
        return frame

    def stop(self) -> None:
        """End it; whoever waits for a picture is let go."""
        super().stop()
        self._came.set()


class PromptEncoder(H264Encoder):
    """aiortc's packets around the mirror's encoder: no delay, and one encoder for the whole call."""

    def __init__(self) -> None:
        super().__init__()
        self._own: av.VideoCodecContext | None = None
        self._count = 0

    def _encode_frame(self, frame: av.VideoFrame, force_keyframe: bool) -> Iterator[bytes]:
        if self._own is None or (self._own.width, self._own.height) != (frame.width, frame.height):
            self._own = low_delay_encoder(frame.width, frame.height)
        self._count += 1
        picture = frame.reformat(format="yuv420p", dst_colorspace="ITU601")
        picture.pts, picture.time_base = self._count, self._own.time_base
        picture.pict_type = PictureType.I if force_keyframe else PictureType.NONE
        data = b"".join(bytes(unit) for unit in self._own.encode(picture))
        if data:
            yield from self._split_bitstream(data)


class PromptBuffer(JitterBuffer):
    """A jitter buffer that knows a frame is complete by its marker bit, not by the next frame."""

    def _remove_frame(self, sequence_number: int) -> JitterFrame | None:
        origin = self._origin or 0
        data: list[bytes] = []
        timestamp = None
        for count in range(self._capacity):
            packet: Any = self._packets[(origin + count) % self._capacity]  # an RtpPacket with its unpacked `_data`
            if packet is None:
                return None
            if timestamp is not None and packet.timestamp != timestamp and any(data):
                self.remove(count)  # a sender that sets no markers
                return JitterFrame(b"".join(data), timestamp)
            if packet.timestamp != timestamp:
                data, timestamp = [], packet.timestamp  # what came before was padding, sent to feel for more room
            data.append(packet._data)
            if packet.marker and any(data):
                self.remove(count + 1)
                return JitterFrame(b"".join(data), timestamp)
        return None


def use_own_encoder(sender: RTCRtpSender) -> None:
    """Let the sender use the mirror's encoder."""
    setattr(sender, "_RTCRtpSender__encoder", PromptEncoder())  # noqa: B010  # a private name by its long form


def make_prompt(receiver: RTCRtpReceiver) -> None:
    """Let the receiver give frames when they are complete."""
    buffer = PromptBuffer(capacity=512, is_video=True)
    setattr(receiver, "_RTCRtpReceiver__jitter_buffer", buffer)  # noqa: B010
