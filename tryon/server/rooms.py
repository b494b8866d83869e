"""Shoppers' rooms: in memory alone, few at once, gone half an hour after the last change or with their consent."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

from tryon.errors import TryOnError
from tryon.server.problems import RefusedError
from tryon.server.room_desk import Desk
from tryon.server.vision import Done, Seat, VisionPool

Result = TypeVar("Result")
MOST_ROOMS = 24
MOST_EACH = 2  # rooms of one consent; a third takes the oldest one's place
IDLE_S = 30 * 60
_MOST_WAITING = 8  # calls of one room
_MOST_READING = 6  # pictures whose scale is looked for or that wait for it
_SEAT_S = 15.0  # a room at rest gives its seat on the vision threads back
_BUSY = HTTPStatus.SERVICE_UNAVAILABLE
_MISSING = "No such room: it was closed or not used for half an hour; take a new picture."


class RoomMissingError(TryOnError, LookupError):
    """No such room: never opened, run out, closed, or another shopper's."""


@dataclass(slots=True, eq=False)
class _Call:
    """Something to do with a room on its thread, and who waits for it."""

    run: Callable[[], Any]  # any result: it goes back to whoever asked, through `done`
    done: asyncio.Future[Any]


@dataclass(slots=True, eq=False)
class _Entry:
    """One room. Belongs to the event loop; its desk to one thread at a time."""

    consent: str
    desk: Desk
    used_s: float
    seat: Seat[_Call, None] | None = None
    rest: asyncio.TimerHandle | None = None
    pending: set[asyncio.Future[Any]] = field(default_factory=set)
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    looking: bool = False
    gone: bool = False


class Rooms:
    """The open rooms of one server. Belongs to the event loop."""

    def __init__(self, pool: VisionPool) -> None:
        """Draw on the threads of `pool`; one more thread looks for scales, so that no mirror waits for it."""
        self._pool = pool
        self._entries: dict[str, _Entry] = {}
        self._reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="tryon-room")
        self._reading = 0

    def __len__(self) -> int:
        return len(self._entries)

    async def open(self, consent: str, data: bytes) -> str:
        """The id of a new room with the picture in `data`; nothing is known about it yet.

        Raises:
            InputError: Not a picture that is read here.
            RefusedError: Too many rooms are open.
        """
        self._make_room(consent)
        name = secrets.token_urlsafe(12).replace("-", "a").replace("_", "b")
        desk = await self._read(lambda: Desk(name, data))
        self._entries[name] = _Entry(consent, desk, time.monotonic())
        return name

    async def call(self, name: str, consent: str, work: Callable[[Desk], Result]) -> Result:
        """What `work` gives for that room, on a vision thread, after what was asked of the room before.

        Raises:
            RoomMissingError: No such room of this shopper.
            RefusedError: Too much waits for this room already.
        """
        entry = self._entry(name, consent)
        async with entry.reading:  # not while its scale is looked for
            _still_there(entry)
            if len(entry.pending) >= _MOST_WAITING:
                raise RefusedError(HTTPStatus.TOO_MANY_REQUESTS, "Too much at once for this room; wait for the last.")
            call = _Call(lambda: work(entry.desk), asyncio.get_running_loop().create_future())
            self._seated(entry).offer(call)
            entry.pending.add(call.done)
        try:
            result: Result = await call.done
        finally:
            entry.pending.discard(call.done)
        return result

    async def look(self, name: str, consent: str, work: Callable[[Desk], Result]) -> Result:
        """The same for what takes long and draws nothing, on the thread for that. Raises as `call` does."""
        entry = self._entry(name, consent)
        async with entry.reading:
            while entry.pending:
                await asyncio.sleep(0.005)
            _still_there(entry)
            entry.looking = True
            try:
                result = await self._read(lambda: work(entry.desk))
            finally:
                entry.looking = False
                if entry.gone:
                    entry.desk.close()
        _still_there(entry)
        self._seated(entry).offer(_Call(entry.desk.warm, asyncio.get_running_loop().create_future()))
        return result

    def close_room(self, name: str, consent: str) -> None:
        """Let a room go. Raises RoomMissingError."""
        self._entry(name, consent)
        self._drop(name)

    def forget(self, consent: str) -> None:
        """Let every room of a consent go."""
        for name in [name for name, entry in self._entries.items() if entry.consent == consent]:
            self._drop(name)

    def sweep(self) -> int:
        """Let rooms go that nobody has used for half an hour; how many."""
        now_s = time.monotonic()
        old = [name for name, entry in self._entries.items() if now_s - entry.used_s > IDLE_S]
        for name in old:
            self._drop(name)
        return len(old)

    def close(self) -> None:
        """Let every room go and stop the thread; the pool is its owner's business."""
        for name in tuple(self._entries):
            self._drop(name)
        self._reader.shutdown(wait=False, cancel_futures=True)

    def _entry(self, name: str, consent: str) -> _Entry:
        entry = self._entries.get(name)
        if entry is None or not secrets.compare_digest(entry.consent, consent):
            raise RoomMissingError(_MISSING)
        entry.used_s = time.monotonic()
        entry.desk.expires_s = int(time.time()) + IDLE_S
        return entry

    def _make_room(self, consent: str) -> None:
        own = [name for name, entry in self._entries.items() if entry.consent == consent]
        for name in own[: max(0, len(own) + 1 - MOST_EACH)]:
            self._drop(name)
        self.sweep()
        if len(self._entries) >= MOST_ROOMS:
            raise RefusedError(_BUSY, "Many rooms are being furnished right now; try again in a few minutes.")

    async def _read(self, work: Callable[[], Result]) -> Result:
        if self._reading >= _MOST_READING:
            raise RefusedError(_BUSY, "Many pictures are being looked at right now; try again in a moment.")
        self._reading += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._reader, work)
        finally:
            self._reading -= 1

    def _seated(self, entry: _Entry) -> Seat[_Call, None]:
        """The room's seat, taken now if it rests; kept for a while, because its thread holds what was drawn last."""
        if entry.rest is not None:
            entry.rest.cancel()
        if entry.seat is None:
            entry.seat = self._pool.open(_work, _ignore, partial(_end, entry), keep=2 * _MOST_WAITING)
        entry.rest = asyncio.get_running_loop().call_later(_SEAT_S, self._unseat, entry)
        return entry.seat

    def _unseat(self, entry: _Entry) -> None:
        if entry.pending:
            entry.rest = asyncio.get_running_loop().call_later(_SEAT_S, self._unseat, entry)
            return
        if entry.seat is not None:
            entry.seat.close()
        entry.seat = entry.rest = None

    def _drop(self, name: str) -> None:
        """Whoever waits is told at once; the picture goes after what still works on it, on that thread."""
        entry = self._entries.pop(name)
        entry.gone = True
        if entry.rest is not None:
            entry.rest.cancel()
        for done in entry.pending:
            if not done.done():
                done.set_exception(RoomMissingError(_MISSING))
        if entry.seat is not None:
            entry.seat.close()  # which ends in `_end`
        else:
            _end(entry)


def _still_there(entry: _Entry) -> None:
    """Raises RoomMissingError for a room that went while somebody waited for it."""
    if entry.gone:
        raise RoomMissingError(_MISSING)


def _end(entry: _Entry) -> None:
    """Let the picture of a room go that is gone; a search for its scale that still runs does it when it ends."""
    if entry.gone and not entry.looking:
        entry.desk.close()


def _work(calls: Sequence[_Call]) -> None:
    for call in calls:
        try:
            result, error = call.run(), None
        except Exception as raised:  # whoever waits is told, whatever it is
            result, error = None, raised
        with suppress(RuntimeError):  # the loop is gone when the server stops
            call.done.get_loop().call_soon_threadsafe(_finish, call.done, result, error)


def _finish(done: asyncio.Future[Any], result: Any, error: Exception | None) -> None:
    if done.done():  # the caller may have left
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)


def _ignore(_: Done[None]) -> None:
    """Each call has told its own caller."""
