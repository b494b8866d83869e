"""Glass to glass: a real page in headless Chromium, a real face on its camera, every transport in one table.

A code is drawn into a corner of every camera frame. It is read in the page when the frame comes (the time is the
camera's own, `captureTime`), and again on the mirror's canvas in the drawing turn (60 a second) that first shows it
worn; the difference is what a shopper would feel. Beside it stands how far the worn picture is behind the same page's
bare view of the camera, which shares the browser's way to the screen. Transports take turns, so that a change of the
machine's load meets them all.

    .venv/bin/python benchmarks/mirror_latency.py          # about four minutes

Goals: best transport p50 ≤ 35 ms and p95 ≤ 50 ms at 480p with 30 frames a second held, p95 ≤ 90 ms at 720p.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _mirror_film import name_of, pictures
from _mirror_server import MirrorServer
from _report import report
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, sync_playwright

_PORT = 8141
_SIZES = {"480p": (640, 480), "720p": (1280, 720)}
_BITS = 9
_CELLS = _BITS + 3  # a white and a black cell to know the levels by, and the parity
_FRAMES = 120
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
  const taken = new Map(), latency = [], behind = [], numbers = [], status = [];
  let camera = 0, shown = 0, lastShown = -1, misread = 0, dirty = false;
  const started = performance.now(), ends = started + seconds * 1000;
  mirror.addEventListener('tryon-numbers', (event) => numbers.push(event.detail));
  mirror.addEventListener('tryon-status', (event) => status.push(event.detail));
  const came = (now, {captureTime}) => {
    const code = read(video, video.videoWidth);
    if (code >= 0) { taken.set(code, {captured: captureTime ?? now, seen: performance.now()}); camera++; }
    if (performance.now() < ends) video.requestVideoFrameCallback(came);
  };
  video.requestVideoFrameCallback(came);
  const surface = canvas.getContext('2d'), draw = surface.drawImage.bind(surface);
  surface.drawImage = (...all) => { draw(...all); dirty = true; };
  const watch = () => {
    const now = performance.now();
    if (dirty) {
      dirty = false;
      const code = canvas.width > 16 ? read(canvas, canvas.width) : -1;
      if (code < 0) misread++;
      else if (code !== lastShown) {
        lastShown = code; shown++;
        const from = taken.get(code);
        if (from) { latency.push(now - from.captured); behind.push(now - from.seen); taken.delete(code); }
      }
    }
    if (now < ends) requestAnimationFrame(watch);
    else done({latency, behind, numbers, status, misread, seconds: (now - started) / 1000, camera, shown});
  };
  requestAnimationFrame(watch);
})"""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--video", type=Path, help="a film of a face")
    parser.add_argument("--look", default="rose", help="rose has eight layers")
    parser.add_argument("--transports", nargs="+", default=["jpeg", "h264", "webrtc"])
    parser.add_argument("--sizes", nargs="+", choices=_SIZES, default=list(_SIZES))
    parser.add_argument("--rounds", type=int, default=3, help="turns of each transport at each size")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each turn")
    parser.add_argument("--warm", type=float, default=4.0)
    options = parser.parse_args()
    turns: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with (
        tempfile.TemporaryDirectory() as folder,
        MirrorServer(Path(folder), _PORT) as server,
        sync_playwright() as player,
    ):
        for size in options.sizes:
            camera = make_camera(options.video, _SIZES[size], Path(folder) / f"{size}.y4m")
            browser = _browser(player, camera)
            for _ in range(options.rounds):
                for transport in options.transports:
                    if seen := measure(browser, server, size, transport, options):
                        turns[f"{transport} {size}"].append(seen)
            browser.close()
            camera.unlink()
    report(
        "mirror_latency",
        input=f"{name_of(options.video)}, look {options.look}, {options.rounds} turns of {options.seconds:g} s each, "
        "headless Chromium, loopback",
        warm_up=f"{options.warm:g} s in each turn",
        samples_ms={label: _all(found, "latency") for label, found in turns.items()},
        figures={label: summary(found) for label, found in turns.items()},
        load_average=os.getloadavg()[0],
        goals={"480p": "p50 35, p95 50 ms, 30 fps", "720p": "p95 90 ms"},
    )


def _all(turns: list[dict[str, Any]], name: str) -> list[float]:
    return [value for turn in turns for value in turn[name]]


def summary(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """The row of one transport at one size."""
    p50, p95 = np.percentile(_all(turns, "latency"), (50, 95))
    behind50, behind95 = np.percentile(_all(turns, "behind"), (50, 95))
    seconds = sum(turn["seconds"] for turn in turns)
    steps = [status["step_ms"] for turn in turns for status in turn["status"]]
    return {
        "p50_ms": round(float(p50), 1),
        "p95_ms": round(float(p95), 1),
        "behind_own_view_p50_ms": round(float(behind50), 1),
        "behind_own_view_p95_ms": round(float(behind95), 1),
        "fps": round(sum(turn["shown"] for turn in turns) / seconds, 1),
        "camera_fps": round(sum(turn["camera"] for turn in turns) / seconds, 1),
        "server_step_ms": round(float(np.median(steps)), 1) if steps else None,
        "server_cores": round(sum(turn["server_s"] for turn in turns) / seconds, 2),
        "misread": sum(turn["misread"] for turn in turns),
        "widths": sorted({status["width"] for turn in turns for status in turn["status"]}),
    }


def make_camera(film: Path | None, size: tuple[int, int], place: Path) -> Path:
    """A Y4M film at 30 frames a second with a code in each frame."""
    width, height = size
    with place.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F30:1 Ip A1:1 C420jpeg\n".encode())
        for number, frame in enumerate(pictures(film, size, _FRAMES)):
            draw_code(frame, number)
            file.write(b"FRAME\n" + cv2.cvtColor(frame, cv2.COLOR_BGR2YUV_I420).tobytes())
    return place


def draw_code(pixels: NDArray[np.uint8], number: int) -> None:
    """White, black, the number's bits, and a bit that makes the count of white ones even."""
    side = round(pixels.shape[1] * _STEP)
    bits = [(number >> (_BITS - 1 - bit)) & 1 for bit in range(_BITS)]
    for cell, bit in enumerate([1, 0, *bits, sum(bits) % 2]):
        pixels[:side, cell * side : (cell + 1) * side] = 235 * bit + 10


def _browser(player: Any, camera: Path) -> Browser:  # Playwright's own type is private
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    ]
    browser: Browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
    return browser


def measure(
    browser: Browser, server: MirrorServer, size: str, transport: str, options: argparse.Namespace
) -> dict[str, Any] | None:
    """What one page saw, or None when the transport did not open."""
    width, height = _SIZES[size]
    context = browser.new_context(viewport={"width": width, "height": height}, permissions=["camera"])
    page = context.new_page()
    page.on("pageerror", lambda error: print("page:", error, file=sys.stderr))
    page.goto(f"{server.url}/")
    try:
        if not _open(page, options.look, transport, width):
            print(f"{transport} {size}: the mirror did not open", file=sys.stderr)
            return None
        page.wait_for_timeout(options.warm * 1000)
        begun_s = server.cpu_s
        seen: dict[str, Any] = page.evaluate(_WATCH, {"cells": _CELLS, "step": _STEP, "seconds": options.seconds})
        seen["server_s"] = server.cpu_s - begun_s
        used = page.evaluate("document.querySelector('try-on-mirror').codec")
    finally:
        context.close()
    if used != transport or not seen["latency"]:
        print(f"{transport} {size}: not spoken by this browser or server", file=sys.stderr)
        return None
    print(f"{transport} {size}: p50 {np.median(seen['latency']):.0f} ms", file=sys.stderr)
    return seen


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
