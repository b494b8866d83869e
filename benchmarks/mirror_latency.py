"""Glass to glass: a real page in headless Chromium, a real face on its camera, every transport in one table.

A code drawn into a corner of every camera frame is read twice in the page: on the camera's own <video> when it first
shows there, and on the mirror's canvas when the worn picture first shows there. The difference is what a shopper would
feel. Both are read in the page's drawing turns (60 a second), so single values come in steps of about 16.7 ms.

    .venv/bin/python benchmarks/mirror_latency.py --video /work/shared/data/video/liveportrait_src_s18.mp4
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _mirror_server import MirrorServer
from _report import report
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

_PORT = 8141
_SIZES = {"480p": (640, 480), "720p": (1280, 720)}
_BITS = 9
_CELLS = _BITS + 3  # a white and a black cell to know the levels by, and the parity
_FRAMES = 240
_STEP = 0.025  # a cell's side as a share of the picture's width
_WATCH = """({cells, step, seconds}) => new Promise((done) => {
  const mirror = document.querySelector('try-on-mirror');
  const video = mirror.camera.element, canvas = mirror.renderRoot.querySelector('canvas.main');
  const strip = document.createElement('canvas'); strip.width = cells; strip.height = 1;
  const context = strip.getContext('2d', {willReadFrequently: true, alpha: false});
  const read = (source, width) => {
    const side = width * step;  // the middle of each cell, away from its edges
    context.drawImage(source, 0, side * 0.35, cells * side, side * 0.3, 0, 0, cells, 1);
    const data = context.getImageData(0, 0, cells, 1).data;
    const level = [...Array(cells).keys()].map((at) => data[at * 4 + 1]);
    if (level[0] < level[1] + 80) return -1;
    const bits = level.slice(2).map((each) => +(each > (level[0] + level[1]) / 2));
    if (bits.reduce((sum, bit) => sum + bit, 0) % 2) return -1;
    return bits.slice(0, -1).reduce((code, bit) => code * 2 + bit, 0);
  };
  const taken = new Map(), latency = [], numbers = [], status = [];
  let camera = 0, shown = 0, lastTaken = -1, lastShown = -1, misread = 0;
  const started = performance.now();
  mirror.addEventListener('tryon-numbers', (event) => numbers.push(event.detail));
  mirror.addEventListener('tryon-status', (event) => status.push(event.detail));
  const watch = (now) => {
    const code = video.videoWidth ? read(video, video.videoWidth) : -1;
    if (code >= 0 && code !== lastTaken) { taken.set(code, now); lastTaken = code; camera++; }
    const out = canvas.width > 16 ? read(canvas, canvas.width) : -1;
    if (out < 0) misread++;
    else if (out !== lastShown) {
      lastShown = out; shown++;
      if (taken.has(out)) { latency.push(now - taken.get(out)); taken.delete(out); }
    }
    if (now - started < seconds * 1000) requestAnimationFrame(watch);
    else done({latency, numbers, status, misread, seconds: (now - started) / 1000, camera, shown});
  };
  requestAnimationFrame(watch);
})"""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--video", type=Path, required=True)
    parser.add_argument("--look", default="rose", help="rose has eight layers")
    parser.add_argument("--transports", nargs="+", default=["jpeg", "h264", "webrtc"])
    parser.add_argument("--sizes", nargs="+", choices=_SIZES, default=list(_SIZES))
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--warm", type=float, default=8.0)
    options = parser.parse_args()
    samples, figures = {}, {}
    with tempfile.TemporaryDirectory() as folder, MirrorServer(Path(folder), _PORT) as server:
        for size in options.sizes:
            camera = make_camera(options.video, _SIZES[size], Path(folder) / f"{size}.y4m")
            for transport in options.transports:
                label = f"{transport} {size}"
                print(f"{label} …", file=sys.stderr)
                seen = measure(server.url, camera, _SIZES[size], transport, options)
                if seen is None or not seen["latency"]:
                    figures[label] = "not spoken by this browser or server"
                    continue
                samples[label] = seen["latency"]
                figures[label] = summary(seen)
        figures["load average"] = os.getloadavg()[0]
    report(
        "mirror_latency",
        input=f"{options.video.name}, look {options.look}, {options.seconds:.0f} s a row, headless Chromium, loopback",
        warm_up=f"{options.warm:.0f} s",
        samples_ms=samples,
        figures=figures,
    )


def summary(seen: dict[str, Any]) -> dict[str, float]:
    """The row of one transport."""
    p50, p95 = np.percentile(seen["latency"], (50, 95))
    steps = [each["step_ms"] for each in seen["status"]]
    return {
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "fps": round(seen["shown"] / seen["seconds"], 1),
        "camera_fps": round(seen["camera"] / seen["seconds"], 1),
        "server_step_ms": round(float(np.median(steps)), 1) if steps else float("nan"),
        "width": seen["status"][-1]["width"] if seen["status"] else 0,
    }


def make_camera(video: Path, size: tuple[int, int], place: Path) -> Path:
    """A Y4M film at 30 frames a second, cropped to the size's shape, with a code in each frame."""
    width, height = size
    reader = cv2.VideoCapture(str(video))
    with place.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F30:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(_FRAMES):
            good, pixels = reader.read()
            if not good:
                reader.set(cv2.CAP_PROP_POS_FRAMES, 0)
                good, pixels = reader.read()
            if not good:
                sys.exit(f"{video}: expected a film, could not read a frame")
            tall, wide = pixels.shape[:2]
            across = min(wide, tall * width // height)
            down = min(tall, wide * height // width)
            left, top = (wide - across) // 2, (tall - down) // 2
            frame = cv2.resize(pixels[top : top + down, left : left + across], size, interpolation=cv2.INTER_AREA)
            draw_code(frame, number)
            file.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420).tobytes())
    return place


def draw_code(pixels: NDArray[np.uint8], number: int) -> None:
    """White, black, the number's bits, and a bit that makes the count of white ones even."""
    side = round(pixels.shape[1] * _STEP)
    bits = [(number >> (_BITS - 1 - bit)) & 1 for bit in range(_BITS)]
    for cell, bit in enumerate([1, 0, *bits, sum(bits) % 2]):
        pixels[:side, cell * side : (cell + 1) * side] = 235 * bit + 10


def measure(
    url: str, camera: Path, size: tuple[int, int], transport: str, options: argparse.Namespace
) -> dict[str, Any] | None:
    """What one page saw, or None when the transport did not open."""
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    ]
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        width, height = size
        page = browser.new_page(viewport={"width": width, "height": height}, permissions=["camera"])
        page.on("pageerror", lambda error: print("page:", error, file=sys.stderr))
        page.goto(f"{url}/")
        if not _open(page, options.look, transport, width):
            browser.close()
            return None
        page.wait_for_timeout(options.warm * 1000)
        wanted = {"cells": _CELLS, "step": _STEP, "seconds": options.seconds}
        seen: dict[str, Any] = page.evaluate(_WATCH, wanted)
        used = page.evaluate("document.querySelector('try-on-mirror').codec")
        browser.close()
    return seen if used == transport else None


def _open(page: Page, look: str, transport: str, width: int) -> bool:
    page.evaluate(
        """([look, transport, width]) => {
          document.body.replaceChildren();  // the component alone, over the whole window
          const mirror = document.createElement('try-on-mirror');
          mirror.style.cssText = 'position: fixed; inset: 0';
          mirror.look = look; mirror.setAttribute('transport', transport); mirror.setAttribute('wished', width);
          document.body.append(mirror);
        }""",
        [look, transport, width],
    )
    page.locator("try-on-mirror button.main").first.click()
    for _ in range(240):
        if page.evaluate("document.querySelector('try-on-mirror').isOpen"):
            return True
        page.wait_for_timeout(250)
    return False


if __name__ == "__main__":
    main()
