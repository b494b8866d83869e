"""Where frames come from: one protocol, one registry, one way to open."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

from tryon.capture.file import HEAD_BYTES, checked_file, describe
from tryon.errors import InputError, ParameterError
from tryon.registry import Registry
from tryon.types import Frame


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller would like of a live source; a file has its own size and rate and ignores it.

    size: (width, height) in pixels.
    """

    size: tuple[int, int] = (1280, 720)
    fps: float = 30.0

    def __post_init__(self) -> None:
        if min(self.size) < 1 or not 0.0 < self.fps <= 1000.0:
            raise ParameterError(f"Expected a positive size and 0 < fps ≤ 1000, got {self.size} at {self.fps}.")


class Source(ABC):
    """Frames in order: iterate it inside `with`. A file starts again with each iteration, a camera goes on.

    size: (width, height) of every frame, after rotation.
    fps: Mean frames a second, or None where nothing states it. Times of single frames are `Frame.time_s`.
    frame_count: How many frames a file says it holds, or None when it does not say or never ends.
    is_still: True for one picture without a duration.
    """

    size: tuple[int, int]
    fps: float | None = None
    frame_count: int | None = None
    is_still: bool = False

    #: True for sources named `NAME:rest` ("camera:0"); the others are files recognised by their first bytes.
    live: ClassVar[bool] = False

    @classmethod
    def claims(cls, head: bytes) -> bool:
        """Whether a file that begins with these bytes is of this kind. A suffix proves nothing and is not asked."""
        return False

    @classmethod
    @abstractmethod
    def open(cls, name: str, wish: Wish) -> Source:
        """The opened source: `name` is the path, or the rest of `NAME:rest`."""

    @abstractmethod
    def __iter__(self) -> Iterator[Frame]: ...

    def close(self) -> None:  # noqa: B027  # most files hold nothing open between iterations
        """Let go of the device or file. More than once is fine."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


SOURCES: Registry[type[Source]] = Registry("tryon.capture", "source")


def open_source(spec: str | os.PathLike[str], *, size: tuple[int, int] = (1280, 720), fps: float = 30.0) -> Source:
    """The source a spec names: `camera:0`, the path of a picture, of an animation, or of a video.

    Args:
        size: (width, height) asked of a camera; the nearest one it has is taken. Files ignore it.
        fps: Frames a second asked of a camera.

    Raises:
        SourceMissingError: Nothing of that path.
        InputError: The file is not a picture or video that can be read.
        DeviceError: The camera is absent, busy or denied.
    """
    wish = Wish(size, fps)
    text = os.fspath(spec)
    scheme, colon, rest = text.partition(":")
    if colon and scheme in SOURCES and SOURCES.get(scheme).live:
        return SOURCES.get(scheme).open(rest, wish)
    path = checked_file(text)
    return _kind_of(path).open(str(path), wish)


def _kind_of(path: Path) -> type[Source]:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    for name in SOURCES:
        kind = SOURCES.get(name)
        if kind.claims(head):
            return kind
    raise InputError(
        f"'{path}': expected a picture (JPEG, PNG, WebP, TIFF, GIF, AVIF) or a video (MP4, MOV, MKV, WebM, AVI),"
        f" got {describe(head)}; give another file or convert this one."
    )
