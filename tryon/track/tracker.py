"""What every tracker promises, and how one is found by name."""

from __future__ import annotations

import abc
import inspect
import time
from collections.abc import Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self

from tryon.errors import ParameterError
from tryon.registry import Registry
from tryon.types import Frame, Tracks

_NOTHING_TIMED: Mapping[str, float] = MappingProxyType({})


class Tracker(abc.ABC):
    """Turns frames into what was found in them; keeps state between the frames of one source.

    A frame with index 0 starts a new source, so a still (whose index is 0) never sees an older picture's state.
    One tracker belongs to one source and one thread at a time.

    stage_ms: Milliseconds of each stage of the last `track`, by name.
    """

    stage_ms: Mapping[str, float] = _NOTHING_TIMED

    @staticmethod
    def load(task: str, *, device: str = "auto", **options: Any) -> Tracker:
        """A tracker by task: "face", "body", "hands", "person", "parts" or a registered third-party one.

        Args:
            device: "auto", "cpu" or "cuda".
            options: The tracker's own options, as named in its class; each checked there.

        Raises:
            UnknownNameError: No tracker of that name.
            ParameterError: An option the tracker does not have, or a value it does not take.
        """
        kind = TRACKERS.get(task)
        known = _options_of(kind)
        for name in options:
            if name not in known:
                listed = ", ".join(sorted(known)) or "none"
                raise ParameterError(f"The '{task}' tracker has no option '{name}'; its options: {listed}.")
        if "device" in known:
            options["device"] = device
        return kind(**options)

    @abc.abstractmethod
    def track(self, frame: Frame) -> Tracks:
        """What is in a still, or in the next frame of a video; nothing in view is an empty result."""

    def reset(self) -> None:  # noqa: B027  # a tracker without state has nothing to forget
        """Forget everything seen so far."""

    def close(self) -> None:  # noqa: B027  # a tracker that holds nothing has nothing to release
        """Release what the tracker holds; calling it twice does no harm."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Stages:
    """Stopwatch over the named stages of one call.

    `mark("mesh")` books the time since the last mark under "mesh"; a stage marked twice adds up.
    """

    __slots__ = ("_last_s", "ms")

    def __init__(self) -> None:
        self.ms: dict[str, float] = {}
        self._last_s = time.perf_counter()

    def mark(self, stage: str) -> None:
        """Book the time since the last mark under `stage`."""
        now_s = time.perf_counter()
        self.ms[stage] = self.ms.get(stage, 0.0) + (now_s - self._last_s) * 1e3
        self._last_s = now_s


def _options_of(kind: type[Tracker]) -> set[str]:
    return set(inspect.signature(kind).parameters)


TRACKERS: Registry[type[Tracker]] = Registry("tryon.track", "tracker")
