"""Moving furniture in the room page of a real Chromium: from the pointer's event to the picture on the canvas.

The page follows a finger over the real server on loopback: each move's newest place is sent, the part of the picture
that changed comes back as JPEG and is painted. What counts is the time from the pointer event whose place was sent to
the moment it is on the canvas; the screen shows it at its next refresh.
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _mirror_server import MirrorServer
from _report import report
from playwright.sync_api import Page, sync_playwright

from tests.server import browser as web
from tests.server.room_picture import RoomPicture, room_picture

_PORT = 8797
_SIZE = (2400, 1800)
_MOVES = 160
_EVERY_MS = 16
_PIECES = {"one sofa": ("sofa",), "sofa, rug, table, lamp": ("rug", "coffee-table", "floor-lamp", "sofa")}
_PAGE = "document.querySelector('room-page').furnisher"


def main() -> None:
    """Drag a sofa about, alone and among other furniture."""
    made = room_picture(*_SIZE)
    samples: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "room.jpg"
        photo.write_bytes(made.jpeg)
        with (
            MirrorServer(Path(folder), _PORT) as server,
            sync_playwright() as playwright,
            web.chromium(playwright, None) as browser,
        ):
            for label, products in _PIECES.items():
                page = browser.new_page(viewport={"width": 1366, "height": 860})
                page.set_default_timeout(120_000)
                page.goto(f"{server.url}/room")
                _furnish(page, made, photo, products)
                samples[label] = _dragged(page)
                page.close()
    report(
        "room_page",
        input=f"a made room of {_SIZE[0]}×{_SIZE[1]}, shown at 1280×960; {_MOVES} pointer moves, one each "
        f"{_EVERY_MS} ms, in headless Chromium on loopback",
        warm_up="one drag over the same path",
        samples_ms=samples,
        goal_ms=100,
    )


def _furnish(page: Page, made: RoomPicture, photo: Path, products: tuple[str, ...]) -> None:
    page.locator("room-start button.main:not([disabled])").click()
    with page.expect_file_chooser() as chooser:
        page.locator("room-start .drop button.main").click()
    chooser.value.set_files(photo)
    page.locator("room-mark, [role='tablist']").first.wait_for()
    if page.locator("room-mark").count():
        page.locator("[data-mark='hand']").click()
        page.evaluate(f"document.querySelector('room-page').pointing.points = {made.corners}")
        page.locator("[data-mark='use']").click()
    for product in products:
        page.locator(f"aside room-shelf [data-product='{product}']:not([disabled])").click()
        page.locator(f"room-stage [data-piece^='{product}']").wait_for()
    page.wait_for_timeout(3000)


def _dragged(page: Page) -> list[float]:
    """Milliseconds of each move that was painted, in the second of two equal drags."""
    box = page.locator("room-stage .board").bounding_box()
    assert box is not None
    for _ in range(2):
        page.evaluate(f"{_PAGE}.drawnMs.length = 0")
        piece = page.evaluate(f"{_PAGE}.room.pieces.at(-1)")
        x, y = (sum(point[axis] for point in piece["outline"]) / len(piece["outline"]) for axis in (0, 1))
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.mouse.down()
        for step in range(_MOVES):
            turn = 2.0 * math.pi * step / _MOVES
            across, down = x + 0.12 * math.sin(turn), y + 0.05 * (1.0 - math.cos(turn))
            page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
            page.wait_for_timeout(_EVERY_MS)
        page.mouse.up()
        page.wait_for_timeout(1500)
    return [float(value) for value in page.evaluate(f"{_PAGE}.drawnMs")]


if __name__ == "__main__":
    main()
