"""One shopper's call over WebRTC: a video in, the worn one out, a data channel for controls and the status line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

import av
import numpy as np
from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from numpy.typing import NDArray
from pydantic import BaseModel

from tryon.errors import TryOnError
from tryon.server.h264 import rgb
from tryon.server.metrics import Metrics
from tryon.server.mirror import Mirror
from tryon.server.stream import Pace
from tryon.server.vision import Done, VisionPool
from tryon.server.webrtc_media import WornTrack, make_prompt, use_own_encoder
from tryon.server.wire import (
    MOST_SIDE_PX,
    Control,
    Problem,
    Ready,
    Status,
    WireError,
    WornProduct,
    parse_text,
)

_STATUS_S = 1.0
_CONNECT_S = 20.0
_SILENCE_S = 30.0
_GOODBYE_S = 0.1
_MOST_WAITING_BYTES = 64 * 1024


class Call:
    """One shopper."""

    def __init__(
        self,
        pool: VisionPool,
        metrics: Metrics,
        mirror: Mirror,
        ice: list[RTCIceServer],
        width: int,
        allowed: Callable[[], Awaitable[None]],
    ) -> None:
        self.ended: Callable[[], None] = lambda: None
        self._metrics, self._mirror, self._allowed = metrics, mirror, allowed
        self._loop = asyncio.get_running_loop()
        self._pace = Pace(width=width)
        self._peer = RTCPeerConnection(RTCConfiguration(iceServers=ice))
        self._worn = WornTrack()
        self._seat = pool.open(self._work, self._done, mirror.close)
        self._channel: RTCDataChannel | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._dressing: asyncio.Task[None] | None = None
        self._heard_s = time.monotonic()
        self._step_ms = 0.0
        self._closed = False
        self._peer.on("track", self._on_track)
        self._peer.on("datachannel", self._on_channel)
        self._peer.on("connectionstatechange", self._on_state)

    async def answer(self, sdp: str) -> str:
        """The answer to an offer; the call begins with it."""
        # Before the offer is read: the codecs both sides know are matched then.
        transceiver = self._peer.addTransceiver(self._worn, direction="sendrecv")
        known = RTCRtpSender.getCapabilities("video").codecs
        transceiver.setCodecPreferences([each for each in known if each.mimeType == "video/H264"])
        use_own_encoder(transceiver.sender)
        make_prompt(transceiver.receiver)
        await self._peer.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        await self._peer.setLocalDescription(await self._peer.createAnswer())
        self._start(self._watch())
        return str(self._peer.localDescription.sdp)

    async def close(self) -> None:
        """Hang up and give the seat back; again without harm."""
        if self._closed:
            return
        self._closed = True
        self.ended()
        current = asyncio.current_task()
        for task in self._tasks - ({current} if current else set()):
            task.cancel()
        self._worn.stop()
        self._seat.close()
        await self._peer.close()

    def leave(self) -> None:
        """The server stops: say so and hang up; the page calls the next one by itself."""
        self._say(Problem(code="leaving", detail="The server is being restarted; the mirror comes back by itself."))
        self._start(self._hang_up())

    async def _hang_up(self) -> None:
        await asyncio.sleep(_GOODBYE_S)  # the goodbye leaves with the next packet
        await self.close()

    def _start(self, work: Any) -> asyncio.Task[None]:  # any coroutine
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _on_track(self, track: MediaStreamTrack) -> None:
        if track.kind == "video":
            self._start(self._pump(track))

    def _on_channel(self, channel: RTCDataChannel) -> None:
        self._channel = channel
        channel.on("message", self._on_message)
        pace = self._pace
        self._say(Ready(codec="h264", width=pace.width, height=pace.width * 3 // 4, fps=pace.fps))

    def _on_message(self, text: str | bytes) -> None:
        try:
            message = parse_text(text if isinstance(text, str) else "")
            if not isinstance(message, Control):
                raise WireError("Expected a control message.")
            if message.wear is not None and self._dressing is not None:
                self._dressing.cancel()  # a later wish counts
                self._dressing = None
            if message.wear:
                self._dressing = self._start(self._dress(message.wear))
                message = message.model_copy(update={"wear": None})
            self._mirror.apply(message)
        except TryOnError as error:
            self._say(Problem(code="message", detail=str(error)))

    async def _dress(self, wear: list[WornProduct]) -> None:
        """Put products on once they are read; the picture goes on meanwhile."""
        try:
            await asyncio.to_thread(self._mirror.preload, wear)
            self._mirror.apply(Control(wear=wear))
        except TryOnError as error:
            self._say(Problem(code="product", detail=str(error)))

    async def _on_state(self) -> None:
        if self._peer.connectionState in ("failed", "closed"):
            await self.close()

    async def _pump(self, track: MediaStreamTrack) -> None:
        """Read the track without a pause: what nobody reads piles up in it."""
        with suppress(MediaStreamError):
            while True:
                frame = await track.recv()
                self._heard_s = time.monotonic()
                if isinstance(frame, av.VideoFrame):
                    self._seat.offer(frame)

    def _work(self, frames: Sequence[av.VideoFrame]) -> NDArray[np.uint8]:
        frame = frames[-1]
        if max(frame.width, frame.height) > MOST_SIDE_PX or frame.width % 2 or frame.height % 2:
            raise WireError(f"Expected even sides of at most {MOST_SIDE_PX} pixels, got {frame.width}×{frame.height}.")
        return self._mirror.wear(rgb(frame), frame.time or 0.0)

    def _done(self, done: Done[NDArray[np.uint8]]) -> None:
        with suppress(RuntimeError):  # the loop is gone when the server stops
            self._loop.call_soon_threadsafe(self._take, done)

    def _take(self, done: Done[NDArray[np.uint8]]) -> None:
        for problem in self._mirror.problems():
            self._say(Problem(code="product", detail=problem))
        if done.packet is None:
            self._say(Problem(code=done.code, detail=done.problem))
        else:
            self._worn.show(done.packet)
            self._step_ms = done.step_ms
            self._metrics.step.observe(done.step_ms / 1e3)
        if self._pace.add(done.waited_ms, done.step_ms, time.monotonic()):
            self._say(self._status())

    async def _watch(self) -> None:
        """Once a second: say how it goes, and end what is over."""
        while True:
            await asyncio.sleep(_STATUS_S)
            silent_s = time.monotonic() - self._heard_s
            try:
                await self._allowed()
            except TryOnError as error:
                self._say(Problem(code="consent", detail=str(error)))
                await self.close()
                return
            if silent_s > (_SILENCE_S if self._peer.connectionState == "connected" else _CONNECT_S):
                await self.close()
                return
            self._say(self._status())

    def _status(self) -> Status:
        mirror, pace = self._mirror, self._pace
        return Status(
            guidance=mirror.guidance,
            faces=mirror.faces,
            width=pace.width,
            height=pace.width * 3 // 4,
            fps=pace.fps,
            step_ms=round(self._step_ms, 2),
            dropped=self._seat.dropped,
            notice=pace.notice,
            fit=mirror.fit,
        )

    def _say(self, message: BaseModel) -> None:
        channel = self._channel
        if channel is not None and channel.readyState == "open" and channel.bufferedAmount < _MOST_WAITING_BYTES:
            channel.send(message.model_dump_json())
