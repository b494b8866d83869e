"""Animated WebP: every frame, its time and its alpha come back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tryon.encode import Delivery, open_writer
from tryon.errors import EncodeError, ParameterError
from tryon.types import Frame


def frame(index: int, fps: float) -> Frame:
    pixels = np.full((40, 60, 3), 20 * index, np.uint8)
    alpha = np.full((40, 60), 255, np.uint8)
    alpha[:, :20] = np.linspace(0, 240, 20)  # a soft edge, as drawn things have
    return Frame(pixels, time_s=index / fps, index=index, alpha=alpha)


def test_frames_times_and_alpha_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    with open_writer(path, Delivery((60, 40), fps=10.0)) as writer:
        for index in range(5):
            writer.write(frame(index, 10.0))
    film = Image.open(path)
    assert film.n_frames == 5
    assert film.info["loop"] == 0
    for index in range(5):
        film.seek(index)
        film.load()
        picture = np.asarray(film.convert("RGBA"))
        assert picture[0, 0, 3] == 0
        assert picture[0, 40, 3] == 255
        assert abs(int(picture[20, 40, 0]) - 20 * index) <= 4
        if index < 4:
            assert film.info["duration"] == 100


def test_nothing_stays_behind_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    small = Frame(np.zeros((10, 10, 3), np.uint8))
    with pytest.raises(ParameterError, match="60×40"), open_writer(path, Delivery((60, 40))) as writer:
        writer.write(small)
    with pytest.raises(EncodeError, match="at least one frame"), open_writer(path, Delivery((60, 40))):
        pass
    assert list(tmp_path.iterdir()) == []
