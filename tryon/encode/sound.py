"""The sound of one file, carried into another alongside its pictures."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from tryon.errors import EncodeError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer, OutputContainer
    from av.packet import Packet

    SoundPacket: TypeAlias = Packet[AudioStream]

_log = logging.getLogger(__name__)

# What players expect inside each container; anything else is re-encoded as AAC. Matroska takes everything.
_COPIED = {
    "mp4": {"aac", "mp3", "ac3", "eac3", "opus", "alac"},
    "mov": {"aac", "mp3", "ac3", "eac3", "alac", "pcm_s16le", "pcm_s16be", "pcm_s24le"},
}
_AAC_RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
_AAC_FRAME = 1024  # samples; ISO/IEC 14496-3
_PRIMING_S = 0.1  # an encoder's run-in stands before zero; an edit list hides it
_OPTIONS = {
    "format_whitelist": "mov,matroska,avi,flv,mpegts,mpeg,asf,ogg,mp3,aac,wav,flac",
    "protocol_whitelist": "file",
}


class SoundTrack:
    """First sound track of `source` as a new track of `container`; none is a normal result, as for an animation.

    Times are counted from the first picture of `source`, as frames of a video source count theirs, so sound and
    picture stay together. Sound is written in step with the pictures, so that no player has to seek.

    Raises:
        EncodeError: `source` is not there.
    """

    def __init__(self, source: Path, container: OutputContainer) -> None:
        self._out: Any = container
        self._source = source
        self._in = _opened(source)
        self._track: Any = None
        self._waiting: SoundPacket | None = None
        if self._in is not None and self._in.streams.audio:
            track = self._in.streams.audio[0]
            self._start_s, self._picture_end_s = _picture_span_s(self._in)
            demuxed = self._demuxed(self._in, track)
            self._packets = self._copied(track, demuxed) if _fits(track, container) else self._recoded(track, demuxed)
            self._waiting = next(self._packets, None)

    def write_until(self, time_s: float) -> None:
        """Write the sound up to a moment of the pictures.

        Raises:
            OSError: The disk is full.
        """
        while self._waiting is not None and _time_s(self._waiting) <= time_s:
            try:
                self._out.mux(self._waiting)
            except OSError as error:
                raise EncodeError(
                    f"The sound cannot be written ({error.strerror or error}); is the disk full?"
                ) from error
            self._waiting = next(self._packets, None)

    def finish(self, *, end_s: float) -> None:
        """Write the rest: all of it when the pictures were written to their end, else up to `end_s`."""
        if self._waiting is not None:
            whole = self._picture_end_s is None or end_s > self._picture_end_s - 0.2
            self.write_until(float("inf") if whole else end_s)
        self.close()

    def close(self) -> None:
        """Let go of the source."""
        self._waiting = None
        if self._in is not None:
            self._in.close()

    def _copied(self, track: AudioStream, demuxed: Iterator[SoundPacket]) -> Iterator[SoundPacket]:
        self._track = self._out.add_stream_from_template(track)
        for packet in demuxed:
            shift = round(self._start_s / packet.time_base)
            if packet.dts is None or packet.pts is None or (packet.pts - shift) * packet.time_base < -_PRIMING_S:
                continue
            packet.pts -= shift
            packet.dts -= shift
            packet.stream = self._track
            yield packet

    def _recoded(self, track: AudioStream, demuxed: Iterator[SoundPacket]) -> Iterator[SoundPacket]:
        from av.audio.resampler import AudioResampler

        rate_hz = track.rate if track.rate in _AAC_RATES_HZ else 48_000
        layout = "mono" if track.channels == 1 else "stereo"
        self._track = self._out.add_stream("aac", rate=rate_hz, layout=layout)
        self._track.bit_rate = 96_000 if layout == "mono" else 192_000
        resampler = AudioResampler(format="fltp", layout=layout, rate=rate_hz, frame_size=_AAC_FRAME)
        for packet in demuxed:
            for decoded in self._decoded(packet):
                for part in resampler.resample(decoded):
                    yield from self._encoded(part)
        for part in resampler.resample(None):
            yield from self._encoded(part)
        yield from self._track.encode(None)

    def _encoded(self, part: Any) -> Iterator[SoundPacket]:
        shift = round(self._start_s / part.time_base)
        if part.pts is None or part.pts - shift >= 0:
            part.pts = None if part.pts is None else part.pts - shift
            yield from self._track.encode(part)

    def _demuxed(self, container: InputContainer, track: AudioStream) -> Iterator[SoundPacket]:
        import av

        try:
            yield from container.demux(track)
        except (av.FFmpegError, OSError) as error:
            _log.warning("'%s': the sound ends early, the file is damaged: %s", self._source, error)

    def _decoded(self, packet: Any) -> list[Any]:
        import av

        try:
            return list(packet.decode())
        except (av.InvalidDataError, av.UndefinedError) as error:
            _log.warning("'%s': a damaged piece of sound is skipped: %s", self._source, error)
            return []


def _opened(source: Path) -> InputContainer | None:
    import av

    if not source.is_file():
        raise EncodeError(f"'{source}': expected a file with sound, found none; leave the sound out.")
    try:
        return av.open(f"file:{source}", mode="r", options=_OPTIONS)
    except (av.FFmpegError, OSError, ValueError) as error:
        # An animated picture comes here too: it has no sound to lose.
        _log.info("'%s' holds no sound that can be read: %s", source, error)
        return None


def _fits(track: AudioStream, container: OutputContainer) -> bool:
    known = _COPIED.get(container.format.name)
    return known is None or track.codec_context.codec.canonical_name in known


def _picture_span_s(container: InputContainer) -> tuple[float, float | None]:
    """Time of the first picture, and how long the pictures last where the file says it."""
    if not container.streams.video:
        return 0.0, None
    track = container.streams.video[0]
    base = float(track.time_base) if track.time_base else 0.0
    start_s = (track.start_time or 0) * base
    return start_s, track.duration * base if track.duration else None


def _time_s(packet: SoundPacket) -> float:
    return float(packet.pts * packet.time_base) if packet.pts is not None and packet.time_base else 0.0
