"""Many callers, one network: single items go in from any thread, batches run, futures come out."""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError, ShapeError, TryOnError

Results: TypeAlias = tuple[NDArray[np.float32], ...]


class Runs(Protocol):
    """What a batcher drives: anything like `InferenceSession`."""

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one item."""

    def run(self, batch: NDArray[np.float32], *, outputs: Sequence[str] | None = None) -> Results:
        """Outputs of a batch."""


class Batcher:
    """Gathers items into batches while the network is busy, so that a GPU serves many sessions at once.

    An item that finds the network idle runs at once, or after `max_wait_s` in the hope of company. On a CPU batches
    gain nothing: there `max_batch=1` with one worker a core keeps every core busy. An asyncio caller awaits
    `asyncio.wrap_future(batcher.submit(item))`.

    Args:
        max_batch: Most items in one run.
        max_wait_s: Longest an item waits for others when the batch is not full.
        max_pending: Items that may queue before `submit` blocks, so that a slow network cannot fill memory.
        workers: Threads that run batches.
    """

    def __init__(
        self,
        session: Runs,
        *,
        outputs: Sequence[str] | None = None,
        max_batch: int = 8,
        max_wait_s: float = 0.0,
        max_pending: int = 256,
        workers: int = 1,
    ) -> None:
        if min(max_batch, max_pending, workers) < 1 or max_wait_s < 0:
            raise ParameterError("max_batch, max_pending and workers must be at least 1 and max_wait_s at least 0.")
        self._shape = session.input_shape
        self._queue = _Queue(max_batch, max_wait_s, max_pending)
        # The threads hold the queue and the session, never the batcher, so that a forgotten batcher is collected.
        self._threads = [
            threading.Thread(target=_work, args=(self._queue, session, outputs), name="tryon-batcher", daemon=True)
            for _ in range(workers)
        ]
        for thread in self._threads:
            thread.start()
        self._finalizer = weakref.finalize(self, self._queue.close)

    def submit(self, item: NDArray[np.float32]) -> Future[Results]:
        """The item's outputs, without the batch axis, once its batch has run.

        The item must not change until then. An error of the run is the future's exception.

        Raises:
            ShapeError: Not one float32 item of the network's input shape.
            TryOnError: The batcher is closed.
        """
        if item.shape != self._shape or item.dtype != np.float32:
            raise ShapeError("item", expected=f"{self._shape} float32", got=f"{item.shape} {item.dtype}")
        future: Future[Results] = Future()
        self._queue.put(item, future)
        return future

    def close(self) -> None:
        """Run what is queued, then stop the threads; a second call does nothing."""
        self._finalizer()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> Batcher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Queue:
    """Pending items, handed out in batches."""

    def __init__(self, max_batch: int, max_wait_s: float, max_pending: int) -> None:
        self._max_batch = max_batch
        self._max_wait_s = max_wait_s
        self._max_pending = max_pending
        self._items: deque[tuple[NDArray[np.float32], Future[Results]]] = deque()
        self._changed = threading.Condition()
        self._closed = False

    def put(self, item: NDArray[np.float32], future: Future[Results]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._items) < self._max_pending)
            if self._closed:
                raise TryOnError("This batcher is closed; open another one.")
            self._items.append((item, future))
            self._changed.notify_all()

    def take(self) -> list[tuple[NDArray[np.float32], Future[Results]]]:
        """The next batch, without what was cancelled meanwhile; empty when closed and drained."""
        with self._changed:
            while True:
                self._changed.wait_for(lambda: self._closed or self._items)
                if not self._items:
                    return []
                self._gather()
                count = min(self._max_batch, len(self._items))
                batch = [self._items.popleft() for _ in range(count)]
                self._changed.notify_all()
                live = [(item, future) for item, future in batch if future.set_running_or_notify_cancel()]
                if live:
                    return live

    def _gather(self) -> None:
        """Wait for a full batch, until the time is up."""
        deadline_s = time.monotonic() + self._max_wait_s
        while 0 < len(self._items) < self._max_batch and not self._closed:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                return
            self._changed.wait(left_s)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()


def _work(queue: _Queue, session: Runs, outputs: Sequence[str] | None) -> None:
    while batch := queue.take():
        futures = [future for _, future in batch]
        try:
            items = [item for item, _ in batch]
            results = session.run(items[0][None] if len(items) == 1 else np.stack(items), outputs=outputs)
        except BaseException as error:  # it belongs to the callers, whatever it is
            for future in futures:
                future.set_exception(error)
            continue
        for index, future in enumerate(futures):
            future.set_result(tuple(result[index] for result in results))
