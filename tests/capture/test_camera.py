from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.capture import camera, open_source


class FakeCapture:
    """Stands for cv2.VideoCapture: three blue pictures (BGR), then nothing."""

    def __init__(self, *_: int, opens: bool = True, pictures: int = 3) -> None:
        self.opens, self.left, self.settings = opens, pictures, {}

    def isOpened(self) -> bool:  # noqa: N802  # cv2's own name
        return self.opens

    def set(self, key: int, value: float) -> bool:
        self.settings[key] = value
        return True

    def get(self, key: int) -> float:
        return {cv2.CAP_PROP_FPS: 30.0}.get(key, 0.0)

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.left -= 1
        return (True, np.full((36, 64, 3), (200, 0, 0), np.uint8)) if self.left >= 0 else (False, None)

    def release(self) -> None:
        self.opens = False


@pytest.fixture
def plugged_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeCapture], FakeCapture]:
    """Puts a fake camera at /dev/video0."""
    (tmp_path / "video0").touch()
    monkeypatch.setattr(camera, "_DEVICES", tmp_path)

    def plug(capture: FakeCapture) -> FakeCapture:
        monkeypatch.setattr(cv2, "VideoCapture", lambda *_: capture)
        return capture

    return plug


def test_an_absent_camera_names_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "_DEVICES", tmp_path)
    with pytest.raises(RuntimeError, match=r"camera:0: .*found none; plug one in, or give a picture or video file\.$"):
        open_source("camera:0")
    (tmp_path / "video2").touch()
    with pytest.raises(RuntimeError, match=r"found none; use camera:2\.$"):
        open_source("camera:0")


def test_a_denied_camera_says_how_to_allow_it(
    plugged_in: Callable[[FakeCapture], FakeCapture], monkeypatch: pytest.MonkeyPatch
) -> None:
    plugged_in(FakeCapture())
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(RuntimeError, match=r"this user may not open .*video0; run: sudo usermod"):
        open_source("camera:0")


def test_a_busy_camera_is_told(plugged_in: Callable[[FakeCapture], FakeCapture]) -> None:
    plugged_in(FakeCapture(opens=False))
    with pytest.raises(RuntimeError, match="does not open; close the program that is using it"):
        open_source("camera:0")
    plugged_in(FakeCapture(pictures=0))
    with pytest.raises(RuntimeError, match="expected pictures, got none"):
        open_source("camera:0")


def test_a_name_that_is_no_camera_number_is_told() -> None:
    with pytest.raises(ValueError, match="camera:front: expected a number such as camera:0"):
        open_source("camera:front")


def test_camera_frames_are_rgb_and_their_times_rise(plugged_in: Callable[[FakeCapture], FakeCapture]) -> None:
    capture = plugged_in(FakeCapture())
    with open_source("camera:/dev/video0", size=(640, 360), fps=25.0) as source:
        frames = iter(source)
        first, second = next(frames), next(frames)
        assert (source.size, source.fps, source.is_still, source.frame_count) == ((64, 36), 30.0, False, None)
        with pytest.raises(RuntimeError, match="was the camera unplugged"):
            next(frames)
    assert first.pixels[0, 0].tolist() == [0, 0, 200]
    assert first.time_s == 0.0 <= second.time_s
    assert (first.index, second.index) == (0, 1)
    assert capture.settings[cv2.CAP_PROP_FRAME_WIDTH] == 640
    assert capture.settings[cv2.CAP_PROP_FPS] == 25.0
    assert not capture.isOpened()


def test_a_wish_out_of_range_is_told() -> None:
    with pytest.raises(ValueError, match="Expected a positive size"):
        open_source("camera:0", fps=0.0)
