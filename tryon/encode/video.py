"""Frames as H.264 video, each at its own time, with the sound of the source."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from tryon.atomic import PendingFile
from tryon.encode.sound import SoundTrack
from tryon.encode.writer import WRITERS, Delivery, Writer, check_frame
from tryon.errors import EncodeError, MissingExtraError, ParameterError
from tryon.types import Frame

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_log = logging.getLogger(__name__)

# Divides every usual rate exactly: 24, 25, 30, 50, 60 and their 1000/1001 relatives. Source: MPEG-2 systems clock.
_TICKS_PER_S = 90_000
_CONTAINERS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}
_BT709, _LIMITED = 1, 1  # ITU-T H.273 tables 2 to 4; FFmpeg's own number for limited range


@WRITERS.register("video")
class VideoWriter(Writer):
    """H.264 in MP4, MOV or MKV: 4:2:0, BT.709 limited range and tagged so, index in front for the web.

    A frame is shown at its `time_s`; one that is not later than the one before follows it by 1/fps. 4:2:0 needs
    even sides: an odd one gets its last column or row twice, `size` tells. Nothing but the finished file ever
    stands at `path`.

    Args:
        size: (width, height) of the frames that will come.
        audio_from: File whose first sound track is kept; it is copied where the container allows, else AAC.

    Raises:
        ParameterError: Unknown suffix, or a value out of range.
        EncodeError: The file cannot be written there, or `audio_from` is not there.
    """

    suffixes: ClassVar[tuple[str, ...]] = tuple(_CONTAINERS)

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        size: tuple[int, int],
        fps: float = 30.0,
        audio_from: str | os.PathLike[str] | None = None,
        crf: int = 18,
        preset: str = "veryfast",
    ) -> None:
        target = Path(path)
        if target.suffix.lower() not in _CONTAINERS:
            known = ", ".join(_CONTAINERS)
            raise ParameterError(f"'{target}': expected a name that ends in one of {known}; rename the output.")
        source = Path(audio_from) if audio_from is not None else None
        self._delivery = Delivery(size, fps, source, crf, preset)
        self.size = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        if self.size != size:
            _log.info("H.264 needs even sides: %d×%d is written as %d×%d.", *size, *self.size)
        self._last_ticks = -1
        self._first_s: float | None = None
        self._open = True
        self._pending = PendingFile(target)
        try:
            self._container = _container(self._pending.path, _CONTAINERS[target.suffix.lower()])
            self._to_yuv = _YuvConverter(self.size)
            self._stream = _h264_track(self._container, self._delivery, self.size)
            self._sound = SoundTrack(source, self._container) if source is not None else None
        except BaseException:
            self.abort()
            raise

    @classmethod
    def open(cls, path: Path, delivery: Delivery) -> Writer:
        """A writer for `path` as `delivery` says."""
        return cls(
            path,
            size=delivery.size,
            fps=delivery.fps,
            audio_from=delivery.audio_from,
            crf=delivery.crf,
            preset=delivery.preset,
        )

    def write(self, frame: Frame) -> None:
        """Add one frame at its own time.

        Raises:
            ParameterError: The frame has another size than was said, or the writer is closed.
            EncodeError: The disk is full, or the encoder fails.
        """
        if not self._open:
            raise ParameterError(f"'{self._pending.target}': expected an open writer, it was closed; open a new one.")
        check_frame(frame, self._delivery.size)
        picture = self._to_yuv(frame)
        picture.pts = self._next_ticks(frame.time_s)
        picture.time_base = Fraction(1, _TICKS_PER_S)
        self._last_ticks = picture.pts
        with self._or_abort():
            self._container.mux(self._stream.encode(picture))
            if self._sound is not None:
                self._sound.write_until(picture.pts / _TICKS_PER_S)

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
        with self._or_abort():
            self._container.mux(self._stream.encode(None))
            if self._sound is not None:
                self._sound.finish(end_s=self._last_ticks / _TICKS_PER_S + 1.0 / self._delivery.fps)
            self._container.close()
        self._open = False
        self._pending.commit()

    def abort(self) -> None:
        """Remove what was written so far."""
        if not self._open:
            return
        self._open = False
        sound = getattr(self, "_sound", None)
        if sound is not None:
            sound.close()
        container = getattr(self, "_container", None)
        try:
            if container is not None:
                container.close()
        except OSError as error:
            _log.debug("The unfinished '%s' did not close cleanly: %s", self._pending.target, error)
        self._pending.discard()

    def _next_ticks(self, time_s: float) -> int:
        self._first_s = time_s if self._first_s is None else self._first_s
        ticks = round((time_s - self._first_s) * _TICKS_PER_S)
        return ticks if ticks > self._last_ticks else self._last_ticks + round(_TICKS_PER_S / self._delivery.fps)

    @contextmanager
    def _or_abort(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.abort()
            reason = error.strerror or error
            raise EncodeError(f"'{self._pending.target}': cannot be written ({reason}); is the disk full?") from error


def _container(path: Path, kind: str) -> OutputContainer:
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("av", extra="vision") from error
    options = {"movflags": "+faststart"} if kind in ("mp4", "mov") else {}
    return av.open(f"file:{path}", mode="w", format=kind, options=options)


def _h264_track(container: OutputContainer, delivery: Delivery, size: tuple[int, int]) -> VideoStream:
    import av

    if "libx264" not in av.codecs_available:
        raise EncodeError("H.264: expected an FFmpeg with libx264, this PyAV has none; install PyAV from PyPI.")
    options = {"crf": str(delivery.crf), "preset": delivery.preset}
    rate = Fraction(delivery.fps).limit_denominator(1001)
    stream: Any = container.add_stream("libx264", rate=rate, options=options)  # typed by codec name in the stub
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.time_base = Fraction(1, _TICKS_PER_S)
    context = stream.codec_context
    context.time_base = Fraction(1, _TICKS_PER_S)
    context.color_range = _LIMITED
    context.colorspace = context.color_primaries = context.color_trc = _BT709
    track: VideoStream = stream
    return track


class _YuvConverter:
    """Frames as 4:2:0 BT.709 limited range of one size; keeps FFmpeg's scaler between them."""

    def __init__(self, size: tuple[int, int]) -> None:
        from av.video.reformatter import VideoReformatter

        self._size = size
        self._scaler = VideoReformatter()

    def __call__(self, frame: Frame) -> VideoFrame:
        """The frame's pixels, an odd last column or row doubled."""
        import av
        from av.video.reformatter import ColorRange, Colorspace, Interpolation

        right, below = self._size[0] - frame.width, self._size[1] - frame.height
        pixels = frame.pixels
        if right or below:
            pixels = np.pad(pixels, ((0, below), (0, right), (0, 0)), mode="edge")
        yuv = self._scaler.reformat(
            av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24"),
            format="yuv420p",
            dst_colorspace=int(Colorspace.ITU709),
            dst_color_range=int(ColorRange.MPEG),
            # Without these, swscale truncates and takes every second pixel's chroma only.
            interpolation=int(Interpolation.BILINEAR | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP),
        )
        yuv.colorspace = yuv.color_primaries = yuv.color_trc = _BT709
        yuv.color_range = _LIMITED
        return yuv
