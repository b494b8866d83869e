"""The mirror comes back by itself: a cut wire, a silent one, a server that restarts, a page that was hidden."""

from __future__ import annotations

import importlib.util
import time
from urllib.parse import urlsplit

import pytest

pytest.importorskip("fastapi")
if importlib.util.find_spec("playwright") is None:
    pytest.skip("playwright is not installed: pip install playwright", allow_module_level=True)

from tests.server import browser as web
from tests.server.relay import Relay
from tryon.server import Settings

pytestmark = [
    pytest.mark.skipif(web.CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.skipif(not web.PAGE.is_file(), reason="the page is not built: make web"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # uvicorn's use of websockets is not ours
]
_MIRROR = "document.querySelector('mirror-page').shadowRoot.querySelector('try-on-mirror')"
_WAIT_MS = 120_000
# Counts worn pictures as they are drawn, and what the server said it was.
_COUNT = (
    "() => { window.drawn = 0; window.looks = [];"
    f"const context = {_MIRROR}.shadowRoot.querySelector('canvas.main').getContext('2d');"
    "const draw = context.drawImage.bind(context);"
    "context.drawImage = (...all) => { draw(...all); window.drawn++; }; }"
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory, models_ready):
    folder = tmp_path_factory.mktemp("server")
    return Settings(database=f"sqlite:///{folder / 'tryon.db'}", secret="s" * 40, threads=1, rate=0.0)


@pytest.fixture(scope="module")
def context(tmp_path_factory):
    from playwright.sync_api import sync_playwright

    camera = web.camera_file(tmp_path_factory.mktemp("camera") / "face.mjpeg", web.portrait())
    with sync_playwright() as playwright, web.chromium(playwright, camera) as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US", permissions=["camera"])
        context.set_default_timeout(_WAIT_MS)
        yield context


def opened(context, address):
    page = context.new_page()
    page.goto(address)
    page.locator("try-on-mirror button.main").click()
    page.locator(".shutter").wait_for()
    page.evaluate(_COUNT)
    return page


def goes_on(page, pictures=3):
    """Worn pictures come again."""
    before, deadline_s = page.evaluate("window.drawn"), time.monotonic() + _WAIT_MS / 1e3
    while page.evaluate("window.drawn") < before + pictures:
        assert time.monotonic() < deadline_s, "no picture came back"
        page.wait_for_timeout(200)


def test_a_wire_that_is_cut_or_falls_silent_is_told_and_mended(context, settings):
    with web.serving(settings) as server:
        relay = Relay(urlsplit(server).port)
        page = opened(context, relay.address)
        guide = page.locator("try-on-mirror .guide", has_text="Reconnecting")

        relay.down = True
        relay.cut()
        guide.wait_for()
        relay.down = False
        goes_on(page)
        guide.wait_for(state="detached")

        relay.silence()  # as after a change of network: no side is told
        goes_on(page, pictures=30)
        page.close()
        relay.close()


def test_a_server_that_restarts_is_met_again_with_the_same_consent_and_look(context, settings):
    with web.serving(settings) as server:
        page = opened(context, server)
        page.locator("[data-look='smoky']").click()
        goes_on(page)
    with web.serving(settings, urlsplit(server).port):
        goes_on(page)
        assert page.evaluate(_MIRROR + ".look") == "smoky"
        assert page.evaluate(_MIRROR + ".isOpen")
        page.close()


def test_a_hidden_page_sends_nothing_and_two_tabs_go_on_beside_each_other(context, settings):
    with web.serving(settings) as server:
        first, second = opened(context, server), opened(context, server)
        goes_on(first)
        goes_on(second)
        hide = "(hidden) => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
        hide += "document.dispatchEvent(new Event('visibilitychange')); }"
        first.evaluate(hide, True)
        first.wait_for_timeout(2000)  # what was on its way arrives
        before = first.evaluate("window.drawn")
        goes_on(second, pictures=10)
        assert first.evaluate("window.drawn") - before <= 2
        first.evaluate(hide, False)
        goes_on(first)
        for page in (first, second):
            page.close()
