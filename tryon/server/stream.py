"""What the shopper is told to send: lower size and rate under load, back up when there is room."""

from __future__ import annotations

from collections import deque

# Widths and rates from best to least; a mirror below the last would help nobody.
LEVELS = ((1280, 30), (960, 30), (640, 30), (640, 20), (480, 15), (320, 10))
_WINDOW = 30
_PATIENCE_UP_S = 6.0
_PATIENCE_DOWN_S = 1.0
_WARM_UP = 10  # the first frames open models and fill caches; they say nothing about load


class Pace:
    """Chooses a level from how long frames wait and take.

    One frame's work must fit between two frames with some room, otherwise lag would grow; latest-wins only hides it.
    """

    def __init__(self, *, width: int = 640) -> None:
        """Start at the level of the wished width."""
        self._best = next((number for number, level in enumerate(LEVELS) if level[0] <= width), len(LEVELS) - 1)
        self.level = self._best
        self._busy_ms: deque[float] = deque(maxlen=_WINDOW)
        self._changed_s = 0.0
        self._counted = 0

    @property
    def width(self) -> int:
        """Picture width to send."""
        return LEVELS[self.level][0]

    @property
    def fps(self) -> int:
        """Frames a second to send."""
        return LEVELS[self.level][1]

    @property
    def notice(self) -> str:
        """Why the picture is smaller or slower than wished; empty at the wished level."""
        if self.level == self._best:
            return ""
        return "The server cannot keep up just now, so your picture is a little smaller or slower."

    def add(self, waited_ms: float, step_ms: float, now_s: float) -> bool:
        """Count one frame; true when the level changed."""
        self._counted += 1
        if self._counted <= _WARM_UP:
            return False
        self._busy_ms.append(waited_ms + step_ms)
        if len(self._busy_ms) < _WINDOW // 2:
            return False
        busy = sorted(self._busy_ms)[int(0.9 * len(self._busy_ms))]
        since_s = now_s - self._changed_s
        if busy > 1e3 / self.fps and self.level < len(LEVELS) - 1 and since_s > _PATIENCE_DOWN_S:
            return self._go(self.level + 1, now_s)
        if self.level > self._best and since_s > _PATIENCE_UP_S and busy < 0.4e3 / LEVELS[self.level - 1][1]:
            return self._go(self.level - 1, now_s)
        return False

    def _go(self, level: int, now_s: float) -> bool:
        self.level, self._changed_s = level, now_s
        self._busy_ms.clear()
        return True
