"""Source of a video file: every frame with its own time, upright, in sRGB."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tryon.capture.orientation import Orientation, orientation_of
from tryon.capture.source import SOURCES, Source, Wish
from tryon.errors import InputError, MissingExtraError
from tryon.types import Frame

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    from tryon.capture.video_color import RgbConverter

_log = logging.getLogger(__name__)

MAX_SIDE_PX = 16_384  # the largest side any H.264, HEVC or AV1 level allows

# FFmpeg also "opens" playlists, which name further files and hosts; only plain containers, only from disk.
_CONTAINERS = "mov,matroska,avi,flv,mpegts,mpeg,asf,ogg"
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}

_SIGNATURES = (
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"OggS",
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"0&\xb2u\x8ef\xcf\x11",  # ASF
)
_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")  # what an MP4 or MOV may begin with
_PICTURE_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")


@SOURCES.register("video")
class VideoSource(Source):
    """The video at a path. Iterating decodes it from the start; nothing stays open in between.

    Times are the container's own, counted from the first frame, so a variable frame rate is kept. Pixels that
    are not square are made square. A frame that does not decode is skipped with a warning in the log.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _opened(path) as (container, stream):
            first = next(_decoded(container, stream, path), None)
            if first is None:
                raise InputError(f"'{path}': expected a video, got one without any frame; record or export it again.")
            self._orientation = _orientation(first)
            self._stored_size = _square_pixels(first, stream)
            width, height = self._stored_size
            self.size = (height, width) if self._orientation.swaps_sides else (width, height)
            rate = stream.average_rate or stream.guessed_rate
            self.fps = float(rate) if rate else None
            self.frame_count = stream.frames or None

    @classmethod
    def claims(cls, head: bytes) -> bool:
        """Whether the file begins like a video container."""
        if head[4:8] == b"ftyp":
            return head[8:12] not in _PICTURE_BRANDS
        transport = len(head) > 376 and head[0] == head[188] == head[376] == 0x47
        avi = head[:4] == b"RIFF" and head[8:11] == b"AVI"
        return head.startswith(_SIGNATURES) or head[4:8] in _BOXES or transport or avi

    @classmethod
    def open(cls, name: str, wish: Wish) -> Source:
        """The video at path `name`.

        Raises:
            InputError: Damaged, without a picture track, without a frame, or too large.
        """
        return cls(Path(name))

    def __iter__(self) -> Iterator[Frame]:
        from tryon.capture.video_color import RgbConverter

        with _opened(self._path) as (container, stream):
            converter = RgbConverter(self._stored_size)
            start_s: float | None = None
            last_s = 0.0
            for index, decoded in enumerate(_decoded(container, stream, self._path)):
                now_s = decoded.time if decoded.pts is not None else None
                if now_s is None:
                    now_s = (start_s or 0.0) + (last_s + 1.0 / (self.fps or 25.0) if index else 0.0)
                start_s = now_s if start_s is None else start_s
                last_s = max(last_s, now_s - start_s)
                yield self._frame(decoded, converter, last_s, index)

    def _frame(self, decoded: VideoFrame, converter: RgbConverter, time_s: float, index: int) -> Frame:
        pixels = self._orientation.applied(converter.pixels(decoded))
        if pixels.shape[2] == 3:
            return Frame(pixels=pixels, time_s=time_s, index=index)
        color, alpha = np.ascontiguousarray(pixels[..., :3]), np.ascontiguousarray(pixels[..., 3])
        return Frame(pixels=color, time_s=time_s, index=index, alpha=alpha)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    try:
        import av
    except ImportError as error:
        raise MissingExtraError("av", extra="vision") from error
    try:
        container = av.open(f"file:{path}", mode="r", options=_OPTIONS)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise _damaged(path, getattr(error, "strerror", None) or error) from error
    with container:
        if not container.streams:  # an MP4 cut before its index opens, and holds nothing
            raise _damaged(path, "no tracks")
        stream = _picture_track(container, path)
        stream.thread_type = "AUTO"
        yield container, stream


def _damaged(path: Path, reason: object) -> InputError:
    return InputError(
        f"'{path}': expected a whole video, got an empty, damaged or truncated one ({reason});"
        " copy or download it again."
    )


def _picture_track(container: InputContainer, path: Path) -> VideoStream:
    from av.stream import Disposition

    # A song's cover is stored as a video track of one picture.
    tracks = [track for track in container.streams.video if not track.disposition & Disposition.attached_pic]
    if not tracks:
        got = "sound only" if container.streams.audio else "no picture track"
        raise InputError(f"'{path}': expected a video with pictures, got {got}; give another file.")
    track = tracks[0]
    if track.codec_context is None:
        raise InputError(f"'{path}': expected a known video codec, got an unknown one; convert it to H.264 first.")
    if max(track.width, track.height) > MAX_SIDE_PX:
        got = f"{track.width}×{track.height}"
        raise InputError(f"'{path}': expected at most {MAX_SIDE_PX} px a side, got {got}; scale the video down first.")
    return track


def _decoded(container: InputContainer, stream: VideoStream, path: Path) -> Iterator[VideoFrame]:
    import av

    try:
        for packet in container.demux(stream):
            try:
                yield from packet.decode()
            except (av.InvalidDataError, av.UndefinedError) as error:
                _log.warning("'%s': a damaged video frame is skipped: %s", path, error)
    except (av.FFmpegError, OSError) as error:
        _log.warning("'%s': reading ends early, the file is damaged or truncated: %s", path, error)


def _orientation(first: VideoFrame) -> Orientation:
    side_data: Any = first.side_data  # its stub lists a few keys only
    try:
        return orientation_of(bytes(side_data["DISPLAYMATRIX"]))
    except KeyError:
        return Orientation()
    except ValueError:  # PyAV before 19 stumbles over kinds of side data it does not know, as Dolby Vision brings
        return Orientation(first.rotation // 90 % 4)


def _square_pixels(first: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """(width, height) as stored, widened so that one pixel is as wide as high."""
    ratio = float(stream.sample_aspect_ratio or 1)
    width = round(first.width * ratio) if 0.1 < ratio < 10.0 else first.width
    return (min(width, MAX_SIDE_PX), first.height)
