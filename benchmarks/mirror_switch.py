"""Figure 3 of the mirror: page to first worn frame, and look to the next frame that wears it, in real Chromium.

A server on this machine, Chromium with a fake camera that plays a face (scikit-image's astronaut, swaying) at 30 frames
a second. First frame: from the start of navigation until the first worn picture is drawn, the consent button clicked as
soon as it can be; the server has served one mirror before. Switch: from the click on a look until the first drawn
picture whose lips are closer to the new look's than to the old one's, read from the canvas itself. JavaScript: what
the page loads, gzip.

    .venv/bin/python benchmarks/mirror_switch.py [--times 40] [--loads 5]
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import sys
import tempfile
from pathlib import Path

from _report import report
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tests.server import browser as web
from tryon.server import Settings
from tryon.server.warmth import Warmth

_LOOKS = ("red-carpet", "chrome")
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
# Reads the lips' mean color after each picture is drawn on the mirror's canvas.
_WATCH = """
([x, y, width, height]) => {
  const canvas = MIRROR.shadowRoot.querySelector('canvas.main');
  const context = canvas.getContext('2d');
  const draw = context.drawImage.bind(context);
  window.lips = () => {
    const box = [x * canvas.width, y * canvas.height, width * canvas.width, height * canvas.height].map(Math.round);
    const data = context.getImageData(...box).data;
    const sum = [0, 0, 0];
    for (let at = 0; at < data.length; at++) if (at % 4 < 3) sum[at % 4] += data[at];
    return sum.map(each => each / (data.length / 4));
  };
  context.drawImage = (...arguments_) => { draw(...arguments_); window.drawn?.(); };
}
""".replace("MIRROR", _MIRROR)
_SWITCH = """
([look, from, to]) => new Promise(done => {
  const far = (a, b) => Math.hypot(...a.map((each, at) => each - b[at]));
  const begun = performance.now();
  let pictures = 0;
  window.drawn = () => {
    pictures++;
    const color = window.lips();
    if (far(color, to) < far(color, from)) { window.drawn = undefined; done([performance.now() - begun, pictures]); }
  };
  document.querySelector('mirror-page').shadowRoot.querySelector('try-on-looks').shadowRoot
    .querySelector(`[data-look="${look}"]`).click();
})
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=40, help="switches measured")
    parser.add_argument("--loads", type=int, default=5, help="page loads measured")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    settings = Settings(database=f"sqlite:///{folder / 'tryon.db'}", secret="s" * 40)
    camera = web.camera_file(folder / "face.mjpeg", web.portrait())
    with (
        Warmth(),
        web.serving(settings) as address,
        sync_playwright() as playwright,
        web.chromium(playwright, camera) as browser,
    ):
        _load(browser, address)
        first_ms = [_load(browser, address) for _ in range(asked.loads)]
        switch_ms, pictures = _switches(browser, address, asked.times)
    report(
        "mirror_switch",
        input="fake camera 1280x720 at 30 frames a second, astronaut, sent at 640x480 or less",
        warm_up="one mirror served before; two switches",
        samples_ms={"page to first worn frame": first_ms, "click to the first frame with the look": switch_ms},
        figures={
            "pictures until it shows, median": sorted(pictures)[len(pictures) // 2],
            "javascript_gzip_kB": _weight(),
        },
        load_average=os.getloadavg()[0],
    )


def _load(browser: object, address: str) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["camera"])  # type: ignore[attr-defined]
    context.add_init_script(_FIRST)
    page = context.new_page()
    page.goto(address)
    page.locator(".shutter").wait_for(timeout=90_000)
    taken_ms = float(page.evaluate("window.firstMs"))
    context.close()
    return taken_ms


def _switches(browser: object, address: str, times: int) -> tuple[list[float], list[int]]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["camera"])  # type: ignore[attr-defined]
    context.add_init_script(_FIRST)
    page = context.new_page()
    page.goto(address)
    page.locator(".shutter").wait_for(timeout=90_000)
    page.evaluate(_WATCH, _lips_box(page))
    colors = []
    for look in _LOOKS:
        page.locator(f"[data-look={look}]").click()
        page.wait_for_timeout(2500)
        colors.append(page.evaluate("window.lips()"))
    samples, pictures = [], []
    for index in range(times):
        now = index % 2
        taken_ms, count = page.evaluate(_SWITCH, [_LOOKS[now], colors[1 - now], colors[now]])
        samples.append(float(taken_ms))
        pictures.append(int(count))
        page.wait_for_timeout(400 + 13 * (index % 7))
    context.close()
    return samples, pictures


def _lips_box(page: object) -> list[float]:
    """The lower lip as shares of the picture, found in the page's own photo."""
    import base64

    import cv2
    import numpy as np

    from tryon import Frame, Tracker

    data = page.evaluate(  # type: ignore[attr-defined]
        f"{_MIRROR}.photo().then(blob => blob.bytes()).then(bytes => bytes.reduce("
        "(text, byte) => text + String.fromCharCode(byte), '')).then(btoa)"
    )
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    with Tracker.load("face", max_faces=1) as tracker:
        points = tracker.track(Frame(np.ascontiguousarray(pixels))).faces[0].landmarks.points_px
    height, width = pixels.shape[:2]
    low, high = points[[14, 17, 87, 317], :2].min(axis=0), points[[14, 17, 87, 317], :2].max(axis=0)
    shares = (low[0] / width, low[1] / height, (high[0] - low[0]) / width, (high[1] - low[1]) / height)
    return [float(share) for share in shares]


def _weight() -> float:
    """Gzip kB of the scripts that the page loads."""
    folder = web.PAGE.parent
    names = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', web.PAGE.read_text())
    return round(sum(len(gzip.compress((folder / name).read_bytes())) for name in names) / 1000, 1)


if __name__ == "__main__":
    main()
