"""The mirror over a WebSocket: JPEG or H.264 pictures both ways, newest wins on every leg."""

from __future__ import annotations

import asyncio
import functools
import time
from contextlib import suppress
from dataclasses import replace

from pydantic import BaseModel
from starlette.websockets import WebSocket, WebSocketDisconnect

from tryon.errors import TryOnError
from tryon.filters import Look
from tryon.server.access import Access
from tryon.server.consent import Consents
from tryon.server.greeting import HELLO_S, MOST_FAULTS, TOLD_FAULTS, first_text, refuse
from tryon.server.lifetime import Lifetime
from tryon.server.metrics import Metrics
from tryon.server.mirror import Mirror
from tryon.server.pictures import codec
from tryon.server.stream import Pace
from tryon.server.vision import Done, Seat, VisionPool
from tryon.server.wire import (
    KEY_FRAME,
    Control,
    Hello,
    Kind,
    Packet,
    Problem,
    Ready,
    Status,
    WireError,
    WornProduct,
    parse_text,
)

_SILENCE_S = 60.0  # a tab that sleeps sends nothing; it connects again when it wakes
_SEND_S = 5.0
_STATUS_S = 1.0


async def mirror_socket(
    socket: WebSocket,
    *,
    access: Access,
    consents: Consents,
    lifetime: Lifetime,
    pool: VisionPool,
    metrics: Metrics,
    most_mirrors: int,
    look: str,
) -> None:
    """Serve one shopper until either side leaves."""
    await socket.accept()
    try:
        hello = await asyncio.wait_for(_hello(socket), HELLO_S)
        await asyncio.to_thread(access.check, hello.token, socket.headers.get("origin"))
        await asyncio.to_thread(consents.check, hello.consent)
        if pool.seats >= most_mirrors:
            raise WireError("All mirrors are taken; try again in a minute.")
        worn = Mirror(_first_look(look), codec(hello.codec), masks=pool.masks)
    except (TryOnError, TimeoutError, WebSocketDisconnect) as error:
        await _refuse(socket, error)
        return
    stream = _Stream(socket, pool, metrics, worn, consents, hello)
    metrics.mirrors.inc()
    try:
        with lifetime.member(stream.leave):
            await stream.run()
    finally:
        metrics.mirrors.dec()


@functools.cache
def _first_look(name: str) -> Look:
    """The look every mirror begins with, read once: whoever comes and goes all the time costs nothing."""
    return Look.load(name)


async def _hello(socket: WebSocket) -> Hello:
    message = parse_text(await first_text(socket))
    if not isinstance(message, Hello):
        raise WireError("Expected a hello as the first message.")
    return message


async def _refuse(socket: WebSocket, error: Exception) -> None:
    await refuse(socket, error, lambda code, detail: Problem(code=code, detail=detail))


class _Stream:
    """One connected shopper."""

    def __init__(
        self, socket: WebSocket, pool: VisionPool, metrics: Metrics, mirror: Mirror, consents: Consents, hello: Hello
    ) -> None:
        self._socket, self._metrics, self._mirror = socket, metrics, mirror
        self._consents, self._hello = consents, hello
        self._loop = asyncio.get_running_loop()
        self._opener = pool.opener
        self._seat: Seat[Packet, Packet] = pool.open(mirror.work, self._done, mirror.close, keep=mirror.codec.keep)
        self._pace = Pace(width=hello.width)
        self._newest: Packet | None = None
        self._broken = False  # an H.264 reply was passed over: the next one sent must be a key frame
        self._texts: list[BaseModel] = []
        self._opening: asyncio.Future[None] | None = None
        self._dressing: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._faults = 0
        self._leaving = False
        self._worked = False  # since the consent was last asked for
        self._step_ms = 0.0
        self._told_s = time.monotonic()

    def leave(self) -> None:
        """The server stops: say so and close; the page connects to the next one by itself."""
        self._leaving = True
        self._say(Problem(code="leaving", detail="The server is being restarted; the mirror comes back by itself."))

    async def run(self) -> None:
        ready = Ready(
            codec=self._hello.codec, width=self._pace.width, height=self._pace.width * 3 // 4, fps=self._pace.fps
        )
        self._say(ready)
        going = [asyncio.create_task(work) for work in (self._send(), self._receive(), self._watch())]
        try:
            done, _ = await asyncio.wait(going, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with suppress(WebSocketDisconnect, TimeoutError, RuntimeError):
                    try:
                        task.result()
                    except TryOnError as error:  # withdrawn, or the models cannot be opened
                        await _refuse(self._socket, error)
        finally:
            tasks = [*going, *(() if self._dressing is None else (self._dressing,))]
            for task in tasks:
                task.cancel()
            opening = () if self._opening is None else (self._opening,)  # runs to its end: a thread cannot be canceled
            await asyncio.gather(*tasks, *opening, return_exceptions=True)
            self._seat.close()
            with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
                await asyncio.wait_for(self._socket.close(), _SEND_S)  # one that does not read hears no goodbye

    async def _receive(self) -> None:
        while True:
            message = await asyncio.wait_for(self._socket.receive(), _SILENCE_S)
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            packet: Packet | None = None
            try:
                if message.get("bytes") is not None:
                    packet = Packet.parse(message["bytes"])
                else:
                    self._control(message.get("text") or "")
            except TryOnError as error:
                self._fault(error)
            if packet is not None:
                await self._opened()
                self._seat.offer(packet)

    async def _opened(self) -> None:
        """The models are open: not before somebody sends what may be a picture, so that noise costs next to nothing."""
        if self._opening is None:
            self._opening = self._loop.run_in_executor(self._opener, self._mirror.open)
        await asyncio.shield(self._opening)

    def _control(self, text: str) -> None:
        message = parse_text(text)
        if not isinstance(message, Control):
            raise WireError("Expected a control message, got a second hello.")
        wear = message.wear
        if wear is not None and self._dressing is not None:
            self._dressing.cancel()  # a later wish counts
            self._dressing = None
        if wear:
            self._dressing = asyncio.create_task(self._dress(wear))
            message = message.model_copy(update={"wear": None})
        self._mirror.apply(message)

    async def _dress(self, wear: list[WornProduct]) -> None:
        """Put products on once they are read; the picture goes on meanwhile."""
        try:
            await self._opened()
            await asyncio.to_thread(self._mirror.preload, wear)
            self._mirror.apply(Control(wear=wear))
        except TryOnError as error:
            self._say(Problem(code="product", detail=str(error)))

    def _fault(self, error: TryOnError) -> None:
        self._faults += 1
        self._metrics.faults.inc()
        if self._faults > MOST_FAULTS:
            raise WebSocketDisconnect(4400, "too many faults")
        if self._faults <= TOLD_FAULTS:
            self._say(Problem(code="message", detail=str(error)))

    def _done(self, done: Done[Packet]) -> None:
        """On the vision thread."""
        with suppress(RuntimeError):  # the loop is gone when the server stops
            self._loop.call_soon_threadsafe(self._take, done)

    def _take(self, done: Done[Packet]) -> None:
        now_s = time.monotonic()
        self._worked = True
        self._texts.extend(Problem(code="product", detail=problem) for problem in self._mirror.problems())
        if done.packet is None:
            self._texts.append(Problem(code=done.code, detail=done.problem))
        else:
            spent_us = round((done.waited_ms + done.step_ms) * 1e3)
            self._offer(replace(done.packet, server_us=spent_us))
            self._step_ms = done.step_ms
            self._metrics.step.observe(done.step_ms / 1e3)
        changed = self._pace.add(done.waited_ms, done.step_ms, now_s)
        if changed or now_s - self._told_s >= _STATUS_S:
            self._told_s = now_s
            self._texts.append(self._status())
        self._wake.set()

    def _offer(self, reply: Packet) -> None:
        """Leave the newest reply for the sender. One that leans on another which never left is of no use."""
        alone = reply.kind is Kind.JPEG or bool(reply.flags & KEY_FRAME)
        if alone or (self._newest is None and not self._broken):
            self._newest, self._broken = reply, False
            return
        self._broken = True
        self._mirror.ask_key()

    def _status(self) -> Status:
        pace = self._pace
        return Status(
            guidance=self._mirror.guidance,
            faces=self._mirror.faces,
            width=pace.width,
            height=pace.width * 3 // 4,
            fps=pace.fps,
            step_ms=round(self._step_ms, 2),
            dropped=self._seat.dropped,
            notice=pace.notice,
            fit=self._mirror.fit,
        )

    def _say(self, message: BaseModel) -> None:
        self._texts.append(message)
        self._wake.set()

    async def _send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            texts, self._texts = self._texts, []
            newest, self._newest = self._newest, None
            for text in texts:
                await asyncio.wait_for(self._socket.send_text(text.model_dump_json()), _SEND_S)
            if self._leaving:
                await self._socket.close(1001)
                return
            if newest is not None:
                await asyncio.wait_for(self._socket.send_bytes(newest.to_bytes()), _SEND_S)

    async def _watch(self) -> None:
        """Ask once a second whether the consent still holds, beside the pictures: no frame waits for the database.

        Raises:
            ConsentError: Withdrawn; it ends the stream.
        """
        while True:
            await asyncio.sleep(_STATUS_S)
            if self._worked:
                self._worked = False
                await asyncio.to_thread(self._consents.check, self._hello.consent)
