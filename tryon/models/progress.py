"""How far a pull is: the callback everything here reports to, and a bar for a terminal."""

from __future__ import annotations

import sys
import time
from typing import Protocol, TextIO

_WIDTH = 28
_INTERVAL_S = 0.1


class Progress(Protocol):
    """Called as bytes arrive: what is being fetched, bytes so far, bytes in all."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """`done` of `total` bytes of `what` are here."""


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""


class Bar:
    """A one-line bar on a terminal, on stderr unless told; nothing at all where stderr is not a terminal."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._active = self._stream.isatty()
        self._last_s = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Redraw the bar, at most ten times a second; a new line when done."""
        now_s = time.monotonic()
        finished = done >= total
        if not self._active or (now_s - self._last_s < _INTERVAL_S and not finished):
            return
        self._last_s = now_s
        filled = _WIDTH * min(done, total) // max(total, 1)
        bar = "#" * filled + "." * (_WIDTH - filled)
        end = "\n" if finished else ""
        self._stream.write(f"\r{what[:32]:32} [{bar}] {done / 1e6:6.1f} / {total / 1e6:.1f} MB{end}")
        self._stream.flush()
