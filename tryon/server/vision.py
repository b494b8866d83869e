"""A fixed pool of threads that runs everybody's sessions: each stream has one place for its newest frame."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from tryon.errors import TryOnError
from tryon.server.wire import KeyFrameNeededError
from tryon.track.parts import parts_worker

In = TypeVar("In")
Out = TypeVar("Out")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done(Generic[Out]):
    """What one frame became.

    packet: The reply, or None when the frame could not be read; then `problem` says why and `code` what to do.
    waited_ms, step_ms: From receipt to the start of work, and the work itself.
    """

    packet: Out | None
    problem: str = ""
    code: str = "frame"
    waited_ms: float = 0.0
    step_ms: float = 0.0


@dataclass(slots=True, eq=False)
class Seat(Generic[In, Out]):
    """One stream in the pool.

    work: Turns the packets that wait, oldest first, into the reply to the newest; always called on the same thread.
    reply: Takes the result, on that thread; must not block.
    end: Called once on that thread after the last work.
    keep: Packets that may wait: one where each stands alone, a few where the next leans on the last.
    dropped: Frames passed over for newer ones before their turn came.
    """

    work: Callable[[Sequence[In]], Out]
    reply: Callable[[Done[Out]], None]
    end: Callable[[], None]
    keep: int = 1
    dropped: int = 0
    closed: bool = False
    _waiting: list[In] = field(default_factory=list, repr=False)
    _received_s: float = 0.0
    _queued: bool = False
    _worker: _Worker | None = field(default=None, repr=False)

    def offer(self, packet: In) -> None:
        """Leave the newest frame; the oldest that waits is dropped where there is no room."""
        assert_worker(self._worker).offer(self, packet)

    def close(self) -> None:
        """End the stream: waiting work is dropped, `end` runs on the seat's thread."""
        assert_worker(self._worker).close(self)


def assert_worker(worker: _Worker | None) -> _Worker:
    """The worker of a seat that a pool gave."""
    if worker is None:
        raise TryOnError("A seat works only after VisionPool.open gave it.")
    return worker


class VisionPool:
    """Threads for vision. A seat stays with one thread, because trackers and GL contexts belong to one."""

    def __init__(self, threads: int) -> None:
        """Start them; they are daemons and wait without cost.

        masks: One more thread, shared by all streams, for masks that may come late.
        opener: One more that opens sessions: a crowd at the door waits its turn, and what the openings leave in the
            allocator is left once, not on as many threads as happened to do it.
        """
        self.masks = parts_worker()
        self.opener = ThreadPoolExecutor(1, "tryon-opener")
        self._workers = tuple(_Worker(f"tryon-vision-{number}") for number in range(max(1, threads)))

    def open(
        self,
        work: Callable[[Sequence[In]], Out],
        reply: Callable[[Done[Out]], None],
        end: Callable[[], None],
        *,
        keep: int = 1,
    ) -> Seat[In, Out]:
        """A seat on the thread with the fewest."""
        worker = min(self._workers, key=lambda each: each.seats)
        seat = Seat(work, reply, end, keep, _worker=worker)
        worker.seats += 1
        return seat

    @property
    def seats(self) -> int:
        """Streams that are open."""
        return sum(worker.seats for worker in self._workers)

    def close(self) -> None:
        """Let running work finish and stop the threads."""
        for worker in self._workers:
            worker.stop()
        for executor in (self.masks, self.opener):
            executor.shutdown(wait=False, cancel_futures=True)


class _Worker:
    """One thread that serves its seats in turn."""

    def __init__(self, name: str) -> None:
        self.seats = 0
        self._turns: deque[Seat[Any, Any]] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def offer(self, seat: Seat[In, Out], packet: In) -> None:
        with self._wake:
            if seat.closed:
                return
            seat.dropped += bool(seat._waiting)
            del seat._waiting[: max(0, len(seat._waiting) + 1 - seat.keep)]
            seat._waiting.append(packet)
            seat._received_s = time.perf_counter()
            self._queue(seat)

    def close(self, seat: Seat[In, Out]) -> None:
        with self._wake:
            if seat.closed:
                return
            seat.closed = True
            seat._waiting.clear()
            self._queue(seat)

    def stop(self) -> None:
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._thread.join(timeout=10.0)

    def _queue(self, seat: Seat[In, Out]) -> None:
        if not seat._queued:
            seat._queued = True
            self._turns.append(seat)
            self._wake.notify()

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._turns and not self._stopping:
                    self._wake.wait()
                if not self._turns:
                    return
                seat = self._turns.popleft()
                seat._queued = False
                waiting, seat._waiting = seat._waiting, []
            if waiting:
                self._serve(seat, waiting, seat._received_s)
            elif seat.closed:
                self.seats -= 1
                with contextlib.suppress(Exception):  # an end that fails must not take the other seats along
                    seat.end()

    def _serve(self, seat: Seat[In, Out], packets: Sequence[In], received_s: float) -> None:
        begun_s = time.perf_counter()
        try:
            reply = seat.work(packets)
        except KeyFrameNeededError as error:
            seat.reply(Done(None, str(error), "keyframe"))
            return
        except TryOnError as error:
            seat.reply(Done(None, str(error)))
            return
        except Exception:
            _LOG.exception("a frame could not be worked on")  # the traceback holds code, never pixels
            seat.reply(Done(None, "This picture could not be worked on; the server's log says why."))
            return
        ended_s = time.perf_counter()
        seat.reply(Done(reply, "", "", (begun_s - received_s) * 1e3, (ended_s - begun_s) * 1e3))
