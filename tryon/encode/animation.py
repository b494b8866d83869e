"""Frames as an animated WebP, which keeps alpha and plays by itself on a web page."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tryon.atomic import PendingFile
from tryon.encode.writer import WRITERS, Delivery, Writer, check_frame
from tryon.errors import EncodeError, MissingExtraError, ParameterError
from tryon.types import Frame

_TICKS_PER_S = 1000  # WebP times are whole milliseconds


@WRITERS.register("animation")
class AnimationWriter(Writer):
    """Animated WebP that loops for ever, each frame at its own time; frames with alpha keep it.

    Raises:
        EncodeError: The file cannot be written there, or this FFmpeg has no WebP encoder.
    """

    suffixes: ClassVar[tuple[str, ...]] = (".webp",)

    def __init__(self, path: Path, *, size: tuple[int, int], fps: float = 30.0, quality: int = 88) -> None:
        try:
            import av
        except ImportError as error:
            raise MissingExtraError("av", extra="vision") from error
        if "libwebp_anim" not in av.codecs_available:
            raise EncodeError("WebP: expected an FFmpeg with libwebp, this PyAV has none; install PyAV from PyPI.")
        self.size = size
        self._fps = fps
        self._last_ticks = -1
        self._open = True
        self._pending = PendingFile(path)
        try:
            self._container = av.open(f"file:{self._pending.path}", mode="w", format="webp", options={"loop": "0"})
            rate = Fraction(fps).limit_denominator(1001)
            stream: Any = self._container.add_stream("libwebp_anim", rate=rate)  # typed by codec name in the stub
            stream.width, stream.height = size
            stream.pix_fmt = "bgra"
            stream.time_base = stream.codec_context.time_base = Fraction(1, _TICKS_PER_S)
            stream.options = {"quality": str(quality), "compression_level": "4"}
            self._stream = stream
        except BaseException:
            self.abort()
            raise

    @classmethod
    def open(cls, path: Path, delivery: Delivery) -> Writer:
        """A writer for `path`; sound is left out, WebP holds none."""
        return cls(path, size=delivery.size, fps=delivery.fps)

    def write(self, frame: Frame) -> None:
        """Add one frame at its own time.

        Raises:
            ParameterError: The frame has another size than was said, or the writer is closed.
            EncodeError: The disk is full, or the encoder fails.
        """
        import av

        if not self._open:
            raise ParameterError(f"'{self._pending.target}': expected an open writer, it was closed; open a new one.")
        check_frame(frame, self.size)
        alpha = frame.alpha if frame.alpha is not None else np.full(frame.pixels.shape[:2], 255, np.uint8)
        picture = av.VideoFrame.from_ndarray(np.dstack([frame.pixels[..., ::-1], alpha]), format="bgra")
        ticks = round(frame.time_s * _TICKS_PER_S)
        if ticks <= self._last_ticks:
            ticks = self._last_ticks + max(1, round(_TICKS_PER_S / self._fps))
        picture.pts = self._last_ticks = ticks
        picture.time_base = Fraction(1, _TICKS_PER_S)
        try:
            self._container.mux(self._stream.encode(picture))
        except OSError as error:
            self.abort()
            raise EncodeError(f"'{self._pending.target}': cannot be written ({error}); is the disk full?") from error

    def close(self) -> None:
        """Finish the file and put it in place.

        Raises:
            EncodeError: No frame was written, or the file cannot be finished.
        """
        if not self._open:
            return
        if self._last_ticks < 0:
            self.abort()
            raise EncodeError(f"'{self._pending.target}': expected at least one frame, got none; nothing is written.")
        try:
            self._container.mux(self._stream.encode(None))
            self._container.close()
        except OSError as error:
            self.abort()
            raise EncodeError(f"'{self._pending.target}': cannot be finished ({error}); is the disk full?") from error
        self._open = False
        self._pending.commit()

    def abort(self) -> None:
        """Remove what was written so far."""
        if not self._open:
            return
        self._open = False
        container = getattr(self, "_container", None)
        try:
            if container is not None:
                container.close()
        finally:
            self._pending.discard()
