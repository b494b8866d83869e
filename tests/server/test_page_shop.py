"""A shop's own pages, those in examples/: the mirror as a component and in a frame, in a real browser."""

from __future__ import annotations

import http.server
import importlib.util
import threading
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
if importlib.util.find_spec("playwright") is None:
    pytest.skip("playwright is not installed: pip install playwright", allow_module_level=True)

from tests.server import browser as web
from tryon.server import Settings

pytestmark = [
    pytest.mark.skipif(web.CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.skipif(not web.PAGE.is_file(), reason="the page is not built: make web"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # uvicorn's use of websockets is not ours
]
_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_WAIT_MS = 120_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory, models_ready):
    """The shop's address, its pages speaking to a mirror's server of their own."""
    folder = tmp_path_factory.mktemp("shop")

    class Pages(http.server.BaseHTTPRequestHandler):
        server_of_mirror = ""

        def do_GET(self):
            text = (
                (_EXAMPLES / Path(self.path).name).read_text().replace("http://localhost:8000", self.server_of_mirror)
            )
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as pages:
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{pages.server_port}"
        settings = Settings(
            database=f"sqlite:///{folder / 'tryon.db'}", secret="s" * 40, threads=1, rate=0.0, origins=(address,)
        )
        with web.serving(settings) as server:
            Pages.server_of_mirror = server
            yield address, server
        pages.shutdown()


@pytest.fixture
def page(shop, tmp_path):
    from playwright.sync_api import sync_playwright

    camera = web.camera_file(tmp_path / "face.mjpeg", web.portrait())
    with sync_playwright() as playwright, web.chromium(playwright, camera) as browser:
        context = browser.new_context(viewport={"width": 1000, "height": 900}, locale="en-US")
        for origin in shop:
            context.grant_permissions(["camera"], origin=origin)
        page = context.new_page()
        page.set_default_timeout(_WAIT_MS)
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        yield page


def strangers(page, shop):
    """Requests to anybody but the shop and its mirror."""
    known = (*shop, *(each.replace("http", "ws") for each in shop), "blob:", "data:")
    return [url for url in page.asked if not url.startswith(known)]


def test_the_component_tells_the_shop_and_hears_it(page, shop):
    page.goto(f"{shop[0]}/shop_component.html")
    page.get_by_text("Agree in the mirror").wait_for()
    page.locator("try-on-mirror button.main").click()
    page.locator("#said", has_text="wearing it").wait_for()
    page.locator("#said", has_text="Round tortoiseshell").wait_for()  # how it sits, from the status
    page.locator("button[data-product=round-gold]").click()
    page.locator("#said", has_text="Round gold").wait_for()
    with page.expect_download() as saving:
        page.locator("#photo").click()
    assert saving.value.path().read_bytes().startswith(b"\x89PNG")
    assert strangers(page, shop) == []


def test_the_frame_tells_the_shop_and_hears_it(page, shop):
    page.goto(f"{shop[0]}/shop_iframe.html")
    inside = page.frame_locator("iframe")
    inside.locator("try-on-mirror button.main").click()
    page.locator("#said", has_text="The mirror is open.").or_(page.locator("#said", has_text=".")).first.wait_for()
    inside.locator(".shutter").wait_for()
    page.locator("[data-look=berry-night]").click()
    frame = page.frames[1]
    look = "document.querySelector('mirror-page').shadowRoot.querySelector('try-on-mirror').look"
    for _ in range(400):
        if frame.evaluate(look) == "berry-night":
            break
        page.wait_for_timeout(100)
    assert frame.evaluate(look) == "berry-night"
    assert strangers(page, shop) == []


def test_a_page_of_a_site_that_is_not_listed_cannot_open_the_mirror(page, shop):
    page.goto(f"{shop[0].replace('127.0.0.1', 'localhost')}/shop_component.html")
    page.locator("try-on-mirror", has_text="does not answer").wait_for()
