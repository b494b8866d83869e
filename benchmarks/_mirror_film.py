"""A real face to show to the mirror: a film, or scikit-image's astronaut swaying where there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

FILM = Path(__file__).resolve().parents[2] / "shared" / "data" / "video" / "liveportrait_src_s18.mp4"


def name_of(film: Path | None) -> str:
    """What was shown, in words."""
    chosen = film or FILM
    return chosen.name if film or chosen.is_file() else "scikit-image's astronaut, swaying"


def pictures(film: Path | None, size: tuple[int, int], count: int) -> Iterator[NDArray[np.uint8]]:
    """`count` pictures (H, W, 3) uint8 BGR, the film's middle cropped to the size's shape, over and over.

    Args:
        film: A video; `FILM` when None, the astronaut where that is missing.
    """
    frames = _read(film or FILM) if film or FILM.is_file() else _astronaut()
    kept: list[NDArray[np.uint8]] = []
    for number in range(count):
        pixels = next(frames, None)
        if pixels is None and not kept:
            sys.exit(f"{film or FILM}: expected a film, could not read a frame")
        if pixels is not None:
            kept.append(_cropped(pixels, size))
        yield kept[number % len(kept)].copy()


def _read(film: Path) -> Iterator[NDArray[np.uint8]]:
    reader = cv2.VideoCapture(str(film))
    while True:
        good, pixels = reader.read()
        if not good:
            return
        yield np.asarray(pixels, np.uint8)


def _astronaut() -> Iterator[NDArray[np.uint8]]:
    from skimage.data import astronaut

    whole = cv2.resize(np.ascontiguousarray(astronaut()[0:320, 40:466, ::-1]), (1280, 960))
    for index in range(60):
        shift = np.array([[1, 0, 10 * np.sin(2 * np.pi * index / 60)], [0, 1, 0]], np.float32)
        yield np.asarray(cv2.warpAffine(whole, shift, (1280, 960), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _cropped(pixels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    width, height = size
    tall, wide = pixels.shape[:2]
    across, down = min(wide, tall * width // height), min(tall, wide * height // width)
    left, top = (wide - across) // 2, (tall - down) // 2
    part = pixels[top : top + down, left : left + across]
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8)
