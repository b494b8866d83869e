"""Source of a picture file: one frame, or all of an animation (GIF, APNG, WebP, AVIF)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tryon.capture.picture import decode, is_picture, opened
from tryon.capture.source import SOURCES, Source, Wish
from tryon.types import Frame

# A phone's JPEG with a depth or gain map, and a TIFF with a thumbnail, also hold "frames"; those are no animation.
_ANIMATED = ("GIF", "PNG", "WEBP", "AVIF", "HEIF")
_SHORTEST_S = 0.011
_USUAL_S = 0.1


@SOURCES.register("image")
class ImageSource(Source):
    """The picture at a path. An animation is a video: `is_still` is False and frames carry their times.

    Delays of 10 ms and less last 100 ms, as in every browser.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with opened(path) as image:
            count = int(getattr(image, "n_frames", 1)) if image.format in _ANIMATED else 1
            first = decode(image, path)  # tells a damaged file here, and the size after rotation
        self.size = (first.width, first.height)
        self.frame_count = count
        self.is_still = count == 1
        self._first = first

    @classmethod
    def claims(cls, head: bytes) -> bool:
        """Whether the file begins like a picture."""
        return is_picture(head)

    @classmethod
    def open(cls, name: str, wish: Wish) -> Source:
        """The picture at path `name`."""
        return cls(Path(name))

    def __iter__(self) -> Iterator[Frame]:
        if self.is_still:
            yield self._first
            return
        time_s = 0.0
        with opened(self._path) as image:
            for index in range(self.frame_count or 1):
                image.seek(index)
                yield decode(image, self._path, time_s=time_s, index=index)
                time_s += _delay_s(image.info.get("duration"))


def _delay_s(duration_ms: object) -> float:
    delay_s = float(duration_ms) / 1000.0 if isinstance(duration_ms, int | float) else 0.0
    return delay_s if delay_s >= _SHORTEST_S else _USUAL_S
