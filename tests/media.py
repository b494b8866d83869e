"""Small videos and sounds whose every frame is known, written with PyAV itself and not with `tryon.encode`."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

#: ITU-T H.273 code points: (matrix, full range?).
BT709_LIMITED, BT601_LIMITED, BT709_FULL = (1, False), (6, False), (1, True)


def write_video(
    path: Path,
    pictures: Sequence[NDArray[np.uint8]],
    *,
    times_s: Sequence[float] | None = None,
    color: tuple[int, bool] = BT709_LIMITED,
    tagged: bool = True,
    sound_s: float = 0.0,
    sound_codec: str = "aac",
    sound_rate_hz: int = 44_100,
    first_pts_s: float = 0.0,
) -> Path:
    """H.264 (4:4:4, nearly lossless) of (H, W, 3) RGB pictures, converted by the formulas of H.273 in NumPy."""
    times = times_s if times_s is not None else [index / 25 for index in range(len(pictures))]
    with av.open(path, "w") as container:
        height, width = pictures[0].shape[:2]
        stream = container.add_stream("libx264", rate=25, options={"crf": "1", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv444p"
        stream.time_base = stream.codec_context.time_base = Fraction(1, 90_000)
        matrix, is_full = color
        if tagged:
            stream.codec_context.colorspace = matrix
            stream.codec_context.color_range = 2 if is_full else 1
            stream.codec_context.color_primaries = stream.codec_context.color_trc = 1
        if sound_s:
            sound = container.add_stream(sound_codec, rate=sound_rate_hz, layout="mono")
        for picture, time_s in zip(pictures, times, strict=True):
            frame = av.VideoFrame.from_ndarray(yuv444(picture, matrix=matrix, is_full=is_full), format="yuv444p")
            frame.pts = round((time_s + first_pts_s) * 90_000)
            frame.time_base = Fraction(1, 90_000)
            if tagged:
                frame.colorspace, frame.color_range = matrix, 2 if is_full else 1
                frame.color_primaries = frame.color_trc = 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound_s:
            _add_tone(container, sound, sound_s)
    return path


def write_sound(path: Path, *, codec: str, length_s: float = 0.5) -> Path:
    """A tone and nothing else."""
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=44_100, layout="mono")
        _add_tone(container, stream, length_s)
    return path


def yuv444(rgb: NDArray[np.uint8], *, matrix: int, is_full: bool) -> NDArray[np.uint8]:
    """(3, H, W) planes by ITU-T H.273 section 8.3: E'Y, E'PB, E'PR, then 8-bit quantisation."""
    red, green, blue = np.moveaxis(rgb / 255.0, -1, 0)
    weight_red, weight_blue = (0.2126, 0.0722) if matrix == 1 else (0.299, 0.114)
    luma = weight_red * red + (1 - weight_red - weight_blue) * green + weight_blue * blue
    chroma_blue = (blue - luma) / (2 * (1 - weight_blue))
    chroma_red = (red - luma) / (2 * (1 - weight_red))
    if is_full:
        planes = [255 * luma, 128 + 255 * chroma_blue, 128 + 255 * chroma_red]
    else:
        planes = [16 + 219 * luma, 128 + 224 * chroma_blue, 128 + 224 * chroma_red]
    return np.clip(np.rint(np.stack(planes)), 0, 255).astype(np.uint8)


def set_display_matrix(path: Path, a: int, b: int, c: int, d: int) -> None:
    """Turn an MP4's pictures: the four numbers of the track header's matrix (ISO/IEC 14496-12 section 8.3.2)."""
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4 + 40  # version 0: the matrix follows 40 bytes of times, ids and layer
    one = 1 << 16
    data[start : start + 36] = struct.pack(">9i", a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30)
    path.write_bytes(bytes(data))


def ramp(level: int, *, width: int = 64, height: int = 48) -> NDArray[np.uint8]:
    """One plain picture, a different grey for each level."""
    return np.full((height, width, 3), level, np.uint8)


def _add_tone(container: av.container.OutputContainer, stream: object, length_s: float) -> None:
    rate_hz = stream.rate  # type: ignore[attr-defined]  # add_stream's type depends on the codec's name
    samples = (8000 * np.sin(2 * np.pi * 440 * np.arange(int(rate_hz * length_s)) / rate_hz)).astype(np.int16)
    size = 960 if rate_hz == 48_000 else 1024
    for start in range(0, len(samples) - size + 1, size):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + size], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate_hz, start, Fraction(1, rate_hz)
        container.mux(stream.encode(frame))  # type: ignore[attr-defined]
    container.mux(stream.encode(None))  # type: ignore[attr-defined]
