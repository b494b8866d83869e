"""Where a sequence of frames goes: one protocol, one registry, one way to open."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from tryon.errors import ParameterError
from tryon.registry import Registry
from tryon.types import Frame

PRESETS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is to be written.

    size: (width, height) of the frames that will come.
    fps: Nominal rate; frames carry their own times, it only spaces those that do not.
    audio_from: File whose first sound track is kept, or None.
    crf: x264 constant quality, 0 (lossless) to 51; 18 is visually lossless.
    preset: x264 effort, one of `PRESETS`; slower gives smaller files of the same quality.
    """

    size: tuple[int, int]
    fps: float = 30.0
    audio_from: Path | None = None
    crf: int = 18
    preset: str = "veryfast"

    def __post_init__(self) -> None:
        if min(self.size) < 1 or max(self.size) > 16_384:
            raise ParameterError(f"size: expected 1 to 16384 px a side, got {self.size}.")
        if not 0.0 < self.fps <= 1000.0:
            raise ParameterError(f"fps: expected more than 0 and at most 1000, got {self.fps}.")
        if not 0 <= self.crf <= 51:
            raise ParameterError(f"crf: expected 0 to 51, got {self.crf}.")
        if self.preset not in PRESETS:
            raise ParameterError(f"preset: expected one of {', '.join(PRESETS)}, got '{self.preset}'.")


class Writer(ABC):
    """Takes frames in order. Inside `with`, the file appears on success; any error leaves nothing behind.

    size: (width, height) that is written, where the format cannot hold the one that was asked for.
    """

    size: tuple[int, int]

    #: Lower-case suffixes this writer serves, with the dot.
    suffixes: ClassVar[tuple[str, ...]] = ()

    @classmethod
    @abstractmethod
    def open(cls, path: Path, delivery: Delivery) -> Writer:
        """A writer ready for its first frame."""

    @abstractmethod
    def write(self, frame: Frame) -> None:
        """Add one frame at its own time.

        Raises:
            ParameterError: The frame has another size than was said.
            EncodeError: It cannot be written.
        """

    @abstractmethod
    def close(self) -> None:
        """Finish the file and put it in place. After `close` or `abort` this does nothing."""

    @abstractmethod
    def abort(self) -> None:
        """Remove what was written so far. After `close` or `abort` this does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abort()


WRITERS: Registry[type[Writer]] = Registry("tryon.encode", "writer")


def open_writer(path: str | os.PathLike[str], delivery: Delivery) -> Writer:
    """The writer for a path's suffix: `.mp4 .m4v .mov .mkv`.

    Raises:
        ParameterError: No writer for that suffix.
        EncodeError: The file cannot be written there.
    """
    target = Path(path)
    kinds = [WRITERS.get(name) for name in WRITERS]
    for kind in kinds:
        if target.suffix.lower() in kind.suffixes:
            return kind.open(target, delivery)
    known = ", ".join(sorted(suffix for kind in kinds for suffix in kind.suffixes))
    raise ParameterError(f"'{target}': expected a name that ends in one of {known}; rename the output.")


def check_frame(frame: Frame, size: tuple[int, int]) -> None:
    """Refuse a frame of another size than the writer was opened for.

    Raises:
        ParameterError: The sizes differ.
    """
    if (frame.width, frame.height) != size:
        got = f"{frame.width}×{frame.height}"
        raise ParameterError(f"frame {frame.index}: expected {size[0]}×{size[1]} as at the start, got {got}.")
