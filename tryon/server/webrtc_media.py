"""Video through aiortc without its delays: the mirror's own encoder, frames at their marker bit, the newest only.

These reach into aiortc 1.x's classes where it offers no other way; a test of a whole call notices if they move.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
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
_MOST_UNDECODED = 8
_KEY_UNITS = (5, 7)  # IDR slice, sequence parameter set (H.264 table 7-1)


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
        timestamp = -1  # none is negative
        for count in range(self._capacity):
            packet: Any = self._packets[(origin + count) % self._capacity]  # an RtpPacket with its unpacked `_data`
            if packet is None:
                return None
            if packet.timestamp != timestamp and any(data):
                self.remove(count)  # a sender that sets no markers
                return JitterFrame(b"".join(data), timestamp)
            if packet.timestamp != timestamp:
                data, timestamp = [], packet.timestamp  # what came before was padding, sent to feel for more room
            data.append(packet._data)
            if packet.marker and any(data):
                self.remove(count + 1)
                return JitterFrame(b"".join(data), timestamp)
        return None


class ShortQueue(queue.Queue[Any]):
    """Frames that wait for the decoder: when it falls behind they are let go, and a key frame is asked for."""

    def __init__(self, lost: threading.Event) -> None:
        super().__init__()
        self._lost, self._whole = lost, True

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add a frame, None for the end, or nothing while a key frame is awaited."""
        if item is not None:
            if self.qsize() >= _MOST_UNDECODED:
                self._whole = False
                with contextlib.suppress(queue.Empty):
                    while True:
                        self.get_nowait()
            self._whole = self._whole or _begins_with_key(item[1].data)
            if not self._whole:
                self._lost.set()
                return
        super().put(item, block, timeout)


def _begins_with_key(data: bytes) -> bool:
    """Whether an Annex B access unit begins with parameter sets or an IDR picture, as those of key frames do."""
    return data[:4] == b"\0\0\0\1" and len(data) > 4 and data[4] & 31 in _KEY_UNITS


def use_own_encoder(sender: RTCRtpSender) -> None:
    """Let the sender use the mirror's encoder."""
    setattr(sender, "_RTCRtpSender__encoder", PromptEncoder())  # noqa: B010  # a private name by its long form


def make_prompt(receiver: RTCRtpReceiver) -> None:
    """Let the receiver give frames when they are complete."""
    buffer = PromptBuffer(capacity=512, is_video=True)
    setattr(receiver, "_RTCRtpReceiver__jitter_buffer", buffer)  # noqa: B010
    lost: threading.Event = getattr(receiver, "_RTCRtpReceiver__decoder_error")  # noqa: B009
    setattr(receiver, "_RTCRtpReceiver__decoder_queue", ShortQueue(lost))  # noqa: B010
