"""Sentences about what was odd but usable."""

from __future__ import annotations

from collections.abc import Iterator

_MOST = 100  # a hostile file could have a hundred thousand


class Notes:
    """Each sentence once, in the order they came; after a hundred only their count."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}
        self._more = 0

    def add(self, sentence: str) -> None:
        """Keep a sentence."""
        if len(self._said) < _MOST:
            self._said[sentence] = None
        elif sentence not in self._said:
            self._more += 1

    def __iter__(self) -> Iterator[str]:
        yield from self._said
        if self._more:
            yield f"{self._more} more notes were left out."
