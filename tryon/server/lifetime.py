"""When the server stops: it says so first, to load balancers and to everybody connected."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_DRAIN_S = 0.5  # load balancers ask /api/ready about this often, sockets need less to say goodbye


class Lifetime:
    """Whether the server goes on, and who must be told when it does not. Belongs to the event loop."""

    def __init__(self) -> None:
        self.leaving = False
        self._told: set[Callable[[], None]] = set()

    @contextmanager
    def member(self, leave: Callable[[], None]) -> Iterator[None]:
        """Call `leave` when the server stops while the block runs."""
        self._told.add(leave)
        try:
            if self.leaving:
                leave()
            yield
        finally:
            self._told.discard(leave)

    async def leave(self) -> None:
        """Turn new shoppers away and tell those connected; returns when they are gone, or after half a second."""
        self.leaving = True
        for leave in tuple(self._told):
            leave()
        for _ in range(10):
            if not self._told:
                break
            await asyncio.sleep(_DRAIN_S / 10)
