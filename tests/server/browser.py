"""A real Chromium whose camera plays a face, and a real server for it."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tryon.resources import content
from tryon.server import Settings, create_app
from tryon.server.serving import make_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGE = content("server") / "web" / "dist" / "index.html"
AXE = content("server") / "web" / "node_modules" / "axe-core" / "axe.min.js"
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)
_FRAMES = 30


def camera_file(path: Path, pixels: np.ndarray) -> Path:
    """A motion JPEG of a picture that sways a little; Chromium's fake camera plays it over and over."""
    with path.open("wb") as file:
        for index in range(_FRAMES):
            shift = np.float32([[1, 0, 10 * np.sin(2 * np.pi * index / _FRAMES)], [0, 1, 0]])
            moved = cv2.warpAffine(pixels, shift, pixels.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
            file.write(cv2.imencode(".jpg", moved[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
    return path


def portrait() -> np.ndarray:
    """(720, 1280, 3) uint8: scikit-image's astronaut, as a webcam would see her."""
    from skimage.data import astronaut

    return np.ascontiguousarray(cv2.resize(astronaut()[0:320, 40:466], (1280, 960))[120:840])


@contextlib.contextmanager
def serving(settings: Settings, port: int = 0) -> Iterator[str]:
    """The address of a server that runs on a thread until the block ends."""
    server = make_server(create_app(settings), host="127.0.0.1", port=port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline_s = time.monotonic() + 120.0
    while not server.started and thread.is_alive() and time.monotonic() < deadline_s:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(60.0)


@contextlib.contextmanager
def chromium(playwright: Any, camera: Path | None) -> Iterator[Any]:
    """Playwright's browser; without a camera file it has no camera."""
    flags = _FLAGS[:3] if camera is None else (*_FLAGS, f"--use-file-for-fake-video-capture={camera}")
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(flags))
    try:
        yield browser
    finally:
        browser.close()
