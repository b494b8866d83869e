"""Source of a camera on this machine: `camera:0`, `camera:/dev/video2`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from tryon.capture.source import SOURCES, Source, Wish
from tryon.errors import DeviceError, MissingExtraError, ParameterError
from tryon.types import Frame

_DEVICES = Path("/dev")


@SOURCES.register("camera")
class CameraSource(Source):
    """Frames of a camera, as fast as they are asked for; times count from the first one.

    The driver keeps one frame ready where it can, so a slow reader sees the newest moment.
    """

    live: ClassVar[bool] = True

    def __init__(self, device: int, wish: Wish) -> None:
        self._name = f"camera:{device}"
        self._cv2 = _cv2()
        self._capture = _opened(device, wish)
        grabbed, first = self._capture.read()
        if not grabbed:
            self.close()
            raise DeviceError(f"{self._name}: expected pictures, got none; is another program using the camera?")
        self.size = (int(first.shape[1]), int(first.shape[0]))
        rate = float(self._capture.get(self._cv2.CAP_PROP_FPS))
        self.fps = rate if 0.0 < rate < 1000.0 else None
        self._start_s: float | None = None
        self._index = 0

    @classmethod
    def open(cls, name: str, wish: Wish) -> Source:
        """Camera number `name`, or the one at path /dev/videoN.

        Raises:
            ParameterError: Not a number.
            DeviceError: Absent, busy or denied.
        """
        number = name.removeprefix("/dev/video")
        if not number.isdecimal():
            raise ParameterError(f"camera:{name}: expected a number such as camera:0; list them with: ls /dev/video*.")
        return cls(int(number), wish)

    def __iter__(self) -> Iterator[Frame]:
        while self._capture.isOpened():
            grabbed, bgr = self._capture.read()
            if not grabbed:
                raise DeviceError(f"{self._name}: expected another picture, got none; was the camera unplugged?")
            now_s = time.monotonic()
            self._start_s = now_s if self._start_s is None else self._start_s
            pixels = self._cv2.cvtColor(bgr, self._cv2.COLOR_BGR2RGB)
            yield Frame(pixels=pixels, time_s=now_s - self._start_s, index=self._index)
            self._index += 1

    def close(self) -> None:
        """Switch the camera off."""
        self._capture.release()


def _opened(device: int, wish: Wish) -> Any:  # a cv2.VideoCapture; cv2 is imported on use
    _check_present(device)
    cv = _cv2()
    capture = cv.VideoCapture(device, cv.CAP_V4L2 if sys.platform == "linux" else cv.CAP_ANY)
    if not capture.isOpened():
        capture.release()
        raise DeviceError(f"camera:{device}: it is there but does not open; close the program that is using it.")
    # MJPG first: most USB cameras reach 720p at 30 fps only compressed.
    capture.set(cv.CAP_PROP_FOURCC, cv.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv.CAP_PROP_FRAME_WIDTH, wish.size[0])
    capture.set(cv.CAP_PROP_FRAME_HEIGHT, wish.size[1])
    capture.set(cv.CAP_PROP_FPS, wish.fps)
    capture.set(cv.CAP_PROP_BUFFERSIZE, 1)
    return capture


def _check_present(device: int) -> None:
    """Say why a Linux camera cannot open before OpenCV prints its own lines to the terminal.

    Raises:
        DeviceError: No such device, or this user may not open it.
    """
    if sys.platform != "linux":
        return
    path = _DEVICES / f"video{device}"
    if not path.exists():
        others = sorted(f"camera:{found.name.removeprefix('video')}" for found in _DEVICES.glob("video[0-9]*"))
        advice = f"use {', '.join(others)}" if others else "plug one in, or give a picture or video file"
        raise DeviceError(f"camera:{device}: expected a camera at {path}, found none; {advice}.")
    if not os.access(path, os.R_OK | os.W_OK):
        raise DeviceError(f"camera:{device}: this user may not open {path}; run: sudo usermod -aG video $USER.")


def _cv2() -> ModuleType:
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    module: ModuleType = cv2
    return module
