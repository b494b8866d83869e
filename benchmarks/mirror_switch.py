"""Page to first worn frame, and a choice to the next frame that wears it, in real Chromium.

A server of its own process, Chromium with a fake camera that plays a face (scikit-image's astronaut, swaying) at 30
frames a second. First frame: from the start of navigation until the first worn picture is drawn, the consent button
clicked as soon as it can be; the server has served one mirror before. Switch of a look: from the click until the first
drawn picture whose lips are closer to the new look's than to the old one's; of a product that was on before: until the
eyes are closer to glasses than to none; both read from the canvas itself. JavaScript: what the page loads, gzip.

    .venv/bin/python benchmarks/mirror_switch.py          # about two minutes

Goals: a choice shows within 50 ms (p95), the first frame within 2.5 s, at most 200 kB of JavaScript.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from _mirror_server import MirrorServer
from _report import report
from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.server import browser as web
from tryon import Frame, Tracker

_PORT = 8143
_LOOKS = ("red-carpet", "chrome")
_GLASSES = "square-black"
_LIPS, _EYES = (14, 17, 87, 317), (33, 133, 159, 145)  # landmarks that a part of the picture is cut around
_MIRROR = "document.querySelector('mirror-page').shadowRoot.querySelector('try-on-mirror')"
# Runs before the page: notes when the first worn picture is drawn, and agrees as soon as the button can be pressed.
_FIRST = """
document.addEventListener('tryon-open', () => (window.firstMs ??= performance.now()));
const agree = setInterval(() => {
  const button = document.querySelector('mirror-page')?.shadowRoot?.querySelector('try-on-mirror')?.shadowRoot
    ?.querySelector('button.main:not([disabled])');
  if (button) { clearInterval(agree); button.click(); }
}, 5);
"""
# A part's mean color, and a call after each picture is drawn on the mirror's canvas.
_WATCH = """
() => {
  const canvas = MIRROR.shadowRoot.querySelector('canvas.main');
  const context = canvas.getContext('2d');
  const draw = context.drawImage.bind(context);
  window.mean = ([x, y, width, height]) => {
    const box = [x * canvas.width, y * canvas.height, width * canvas.width, height * canvas.height].map(Math.round);
    const data = context.getImageData(...box).data;
    const sum = [0, 0, 0];
    for (let at = 0; at < data.length; at++) if (at % 4 < 3) sum[at % 4] += data[at];
    return sum.map(each => each / (data.length / 4));
  };
  context.drawImage = (...all) => { draw(...all); window.drawn?.(); };
}
""".replace("MIRROR", _MIRROR)
_SWITCH = """
([panel, button, box, from, to]) => new Promise(done => {
  const far = (a, b) => Math.hypot(...a.map((each, at) => each - b[at]));
  const begun = performance.now();
  let pictures = 0;
  window.drawn = () => {
    pictures++;
    const color = window.mean(box);
    if (far(color, to) < far(color, from)) { window.drawn = undefined; done([performance.now() - begun, pictures]); }
  };
  document.querySelector('mirror-page').shadowRoot.querySelector(panel).shadowRoot.querySelector(button).click();
})
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--times", type=int, default=40, help="switches measured, of each kind")
    parser.add_argument("--loads", type=int, default=5, help="page loads measured")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        camera = web.camera_file(folder / "face.mjpeg", web.portrait())
        with (
            MirrorServer(folder, _PORT) as server,
            sync_playwright() as playwright,
            web.chromium(playwright, camera) as browser,
        ):
            _load(browser, server.url)
            first_ms = [_load(browser, server.url) for _ in range(asked.loads)]
            page = _opened(browser, server.url)
            looks = _switches(page, "try-on-looks", [f"[data-look={look}]" for look in _LOOKS], _LIPS, asked.times)
            page.locator("#tab-wear").click()
            glasses = f"[data-product={_GLASSES}]"
            products = _switches(page, "try-on-wear", [glasses, glasses], _EYES, asked.times)
    pictures = sorted(count for _, count in looks)
    report(
        "mirror_switch",
        input="fake camera 1280x720 at 30 frames a second, astronaut, sent at 640x480 or less",
        warm_up="one mirror served before; each choice made once before",
        samples_ms={
            "page to first worn frame": first_ms,
            "look to the first frame with it": [ms for ms, _ in looks],
            "product to the first frame with it": [ms for ms, _ in products],
        },
        figures={"pictures until a look shows, median": pictures[len(pictures) // 2], "javascript_gzip_kB": _weight()},
        load_average=os.getloadavg()[0],
    )


def _opened(browser: Browser, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["camera"])
    context.add_init_script(_FIRST)
    page = context.new_page()
    page.goto(address)
    page.locator(".shutter").wait_for(timeout=90_000)
    return page


def _load(browser: Browser, address: str) -> float:
    page = _opened(browser, address)
    taken_ms = float(page.evaluate("window.firstMs"))
    page.context.close()
    return taken_ms


def _switches(
    page: Page, panel: str, buttons: list[str], landmarks: tuple[int, ...], times: int
) -> list[tuple[float, int]]:
    """Milliseconds and pictures from a click to its effect, the two buttons in turn."""
    page.evaluate(_WATCH)
    box = _box(page, landmarks)
    colors = []
    for button in buttons:
        page.locator(f"{panel} {button}").click()
        page.wait_for_timeout(2500)
        colors.append(page.evaluate("box => window.mean(box)", box))
    found = []
    for index in range(times):
        now = index % 2
        wanted = [panel, buttons[now], box, colors[1 - now], colors[now]]
        taken_ms, count = page.evaluate(_SWITCH, wanted)
        found.append((float(taken_ms), int(count)))
        page.wait_for_timeout(400 + 13 * (index % 7))
    return found


def _box(page: Page, landmarks: tuple[int, ...]) -> list[float]:
    """The part around some landmarks as shares of the picture, found in the page's own photo."""
    data = page.evaluate(
        f"{_MIRROR}.photo().then(blob => blob.bytes()).then(bytes => bytes.reduce("
        "(text, byte) => text + String.fromCharCode(byte), '')).then(btoa)"
    )
    decoded: Any = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    pixels = np.ascontiguousarray(decoded[..., ::-1])
    with Tracker.load("face", max_faces=1) as tracker:
        points = tracker.track(Frame(pixels)).faces[0].landmarks.points_px[list(landmarks), :2]
    height, width = pixels.shape[:2]
    low, high = points.min(axis=0) / (width, height), points.max(axis=0) / (width, height)
    return [float(share) for share in (*low, *(high - low))]


def _weight() -> float:
    """Gzip kB of the scripts that the page loads."""
    folder = web.PAGE.parent
    names = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', web.PAGE.read_text())
    return round(sum(len(gzip.compress((folder / name).read_bytes())) for name in names) / 1000, 1)


if __name__ == "__main__":
    main()
