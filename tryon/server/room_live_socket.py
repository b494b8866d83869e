"""The live room over a WebSocket: JPEG pictures both ways, newest wins on every leg."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import replace

from pydantic import BaseModel
from starlette.websockets import WebSocket, WebSocketDisconnect

from tryon.errors import TryOnError
from tryon.server.access import Access
from tryon.server.consent import ConsentError, Consents
from tryon.server.greeting import HELLO_S, MOST_FAULTS, TOLD_FAULTS, first_text, refuse
from tryon.server.lifetime import Lifetime
from tryon.server.metrics import Metrics
from tryon.server.room_live import LiveRoom
from tryon.server.room_live_wire import LiveControl, LiveHello, LiveProblem, LiveReady, LiveStatus, parse_live
from tryon.server.vision import Done, Seat, VisionPool
from tryon.server.wire import Packet, WireError

_SILENCE_S = 60.0
_SEND_S = 5.0
_STATUS_S = 0.5


async def live_socket(
    socket: WebSocket,
    *,
    access: Access,
    consents: Consents,
    lifetime: Lifetime,
    pool: VisionPool,
    metrics: Metrics,
    most: int,
) -> None:
    """Serve one shopper until either side leaves."""
    await socket.accept()
    try:
        hello = parse_live(await asyncio.wait_for(first_text(socket), HELLO_S))
        if not isinstance(hello, LiveHello):
            raise WireError("Expected a hello as the first message.")
        await asyncio.to_thread(access.check, hello.token, socket.headers.get("origin"))
        await asyncio.to_thread(consents.check, hello.consent, "room")
        if pool.seats >= most:
            raise WireError("Many rooms are being furnished right now; try again in a few minutes.")
    except (TryOnError, TimeoutError, WebSocketDisconnect) as error:
        await _refuse(socket, error)
        return
    stream = _Live(socket, pool, metrics, consents, hello)
    with lifetime.member(stream.leave):
        await stream.run()


async def _refuse(socket: WebSocket, error: Exception) -> None:
    await refuse(socket, error, lambda code, detail: LiveProblem(code=code, detail=detail))


class _Live:
    """One connected shopper. Belongs to the event loop."""

    def __init__(
        self, socket: WebSocket, pool: VisionPool, metrics: Metrics, consents: Consents, hello: LiveHello
    ) -> None:
        self._socket, self._metrics, self._consents, self._hello = socket, metrics, consents, hello
        self._room = LiveRoom(tag_size_m=None if hello.tag_mm is None else hello.tag_mm / 1e3)
        self._loop = asyncio.get_running_loop()
        self._seat: Seat[Packet, Packet] = pool.open(self._room.work, self._done, self._room.close)
        self._newest: Packet | None = None
        self._texts: list[BaseModel] = [LiveReady()]
        self._wake = asyncio.Event()
        self._choosing: set[asyncio.Task[None]] = set()
        self._faults, self._told_s, self._leaving = 0, 0.0, False

    def leave(self) -> None:
        """The server stops: say so and close."""
        self._leaving = True
        self._say(LiveProblem(code="leaving", detail="The server is being restarted; try again in a moment."))

    async def run(self) -> None:
        self._wake.set()
        parts = [asyncio.create_task(self._send()), asyncio.create_task(self._receive())]
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with suppress(WebSocketDisconnect, TimeoutError, RuntimeError):
                    try:
                        task.result()
                    except ConsentError as error:  # withdrawn
                        await _refuse(self._socket, error)
        finally:
            tasks = [*parts, *self._choosing]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._seat.close()
            with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
                await asyncio.wait_for(self._socket.close(), _SEND_S)

    async def _receive(self) -> None:
        while True:
            message = await asyncio.wait_for(self._socket.receive(), _SILENCE_S)
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            try:
                if message.get("bytes") is not None:
                    self._seat.offer(Packet.parse(message["bytes"]))
                else:
                    self._control(message.get("text") or "")
            except TryOnError as error:
                self._fault(error)

    def _control(self, text: str) -> None:
        message = parse_live(text)
        if not isinstance(message, LiveControl):
            raise WireError("Expected a control message, got a second hello.")
        task = asyncio.create_task(self._choose(message))  # of several that are read at once the last wish counts
        self._choosing.add(task)
        task.add_done_callback(self._choosing.discard)

    async def _choose(self, control: LiveControl) -> None:
        try:
            await asyncio.to_thread(self._room.choose, control)
        except TryOnError as error:
            self._say(LiveProblem(code="product", detail=str(error)))

    def _fault(self, error: TryOnError) -> None:
        self._faults += 1
        self._metrics.faults.inc()
        if self._faults > MOST_FAULTS:
            raise WebSocketDisconnect(4400, "too many faults")
        if self._faults <= TOLD_FAULTS:
            self._say(LiveProblem(code="message", detail=str(error)))

    def _done(self, done: Done[Packet]) -> None:
        """On the vision thread."""
        view = self._room.view
        with suppress(RuntimeError):  # the loop is gone when the server stops
            self._loop.call_soon_threadsafe(self._take, done, None if view is None else view.plane.distance_m)

    def _take(self, done: Done[Packet], distance_m: float | None) -> None:
        if done.packet is None:
            self._texts.append(LiveProblem(code=done.code, detail=done.problem))
        else:
            self._newest = replace(done.packet, server_us=round((done.waited_ms + done.step_ms) * 1e3))
        now_s = time.monotonic()
        if now_s - self._told_s >= _STATUS_S:
            self._told_s = now_s
            distance_mm = None if distance_m is None else round(1e3 * distance_m, 1)
            status = LiveStatus(
                seen=distance_m is not None,
                distance_mm=distance_mm,
                step_ms=round(done.step_ms, 2),
                dropped=self._seat.dropped,
            )
            self._texts.append(status)
        self._wake.set()

    def _say(self, message: BaseModel) -> None:
        self._texts.append(message)
        self._wake.set()

    async def _send(self) -> None:
        checked_s = time.monotonic()
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
            if time.monotonic() - checked_s > 1.0:
                checked_s = time.monotonic()
                # Withdrawn, it raises and ends the stream.
                await asyncio.to_thread(self._consents.check, self._hello.consent, "room")
