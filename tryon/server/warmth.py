"""Models that stay open between shoppers."""

from __future__ import annotations

import logging
import threading
from types import TracebackType
from typing import Self

from tryon.errors import TryOnError
from tryon.filters import Look
from tryon.server.mirror import Mirror
from tryon.server.pictures import codec

_LOG = logging.getLogger(__name__)
_JOIN_S = 30.0


class Warmth:
    """A mirror that nobody looks into, open as long as the block lasts.

    Mirrors share their models, which are freed with the last mirror; without this one every first shopper waits for
    them again: 0.8 s on a busy machine, 10 ms with it (`benchmarks/mirror_switch.py` holds it, as `serve` does).
    """

    def __init__(self) -> None:
        self._mirror: Mirror | None = None
        self._thread = threading.Thread(target=self._open, name="tryon-warmth", daemon=True)

    def __enter__(self) -> Self:
        """Begin to open it; nobody waits for it."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self._thread.join(_JOIN_S)
        if self._mirror is not None:
            self._mirror.close()

    def _open(self) -> None:
        try:
            mirror = Mirror(Look.load(Look.names()[0]), codec("jpeg"))
            mirror.open()
        except TryOnError as error:  # the first shopper is told why; the server's other routes work without models
            _LOG.warning("the models could not be opened ahead: %s", error)
            return
        self._mirror = mirror
