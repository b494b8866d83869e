from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tryon.capture import open_source

COLORS = [(200, 30, 30), (30, 200, 30), (30, 30, 200)]


def animation(path: Path, durations_ms: list[int]) -> Path:
    frames = [Image.new("RGB", (20, 10), color) for color in COLORS]
    options = {"lossless": True} if path.suffix == ".webp" else {}
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations_ms, loop=0, **options)
    return path


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_an_animation_is_a_video_with_its_own_times(tmp_path: Path, suffix: str) -> None:
    source = open_source(animation(tmp_path / f"a.{suffix}", [40, 500, 100]))
    frames = list(source)
    assert (source.is_still, source.frame_count, source.size) == (False, 3, (20, 10))
    assert [frame.time_s for frame in frames] == pytest.approx([0.0, 0.04, 0.54])
    assert [frame.index for frame in frames] == [0, 1, 2]
    for frame, color in zip(frames, COLORS, strict=True):
        assert np.abs(frame.pixels - np.array(color)).max() < 8


def test_a_delay_of_nothing_lasts_as_long_as_in_a_browser(tmp_path: Path) -> None:
    source = open_source(animation(tmp_path / "a.gif", [10, 20, 10]))
    assert [frame.time_s for frame in source] == pytest.approx([0.0, 0.1, 0.12])


def test_a_gif_of_one_frame_is_a_still(tmp_path: Path) -> None:
    Image.new("RGB", (20, 10), (9, 8, 7)).save(tmp_path / "one.gif")
    source = open_source(tmp_path / "one.gif")
    assert (source.is_still, source.frame_count) == (True, 1)
    assert len(list(source)) == 1


def test_a_tiff_of_several_pages_is_its_first(tmp_path: Path) -> None:
    pages = [Image.new("RGB", (20, 10), color) for color in COLORS]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    source = open_source(tmp_path / "a.tif")
    assert source.is_still
    assert next(iter(source)).pixels[5, 5].tolist() == list(COLORS[0])


def test_a_still_can_be_read_twice_and_closed_twice(tmp_path: Path) -> None:
    Image.new("RGB", (20, 10)).save(tmp_path / "a.png")
    with open_source(str(tmp_path / "a.png")) as source:
        assert len(list(source)) == len(list(source)) == 1
    source.close()
