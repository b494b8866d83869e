"""The room's page in a real browser: consent, a picture, furniture by its pixels, lengths, languages, accessibility."""

from __future__ import annotations

import importlib.util
import re

import cv2
import numpy as np
import pytest

pytest.importorskip("fastapi")
if importlib.util.find_spec("playwright") is None:
    pytest.skip("playwright is not installed: pip install playwright", allow_module_level=True)

from tests.server import browser as web
from tests.server.room_picture import room_picture
from tryon.server import Settings

PAGE = web.PAGE.with_name("room.html")
pytestmark = [
    pytest.mark.skipif(web.CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.skipif(not PAGE.is_file(), reason="the page is not built: make web"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # uvicorn's use of websockets is not ours
    pytest.mark.usefixtures("gl_ready"),
]
_WAIT_MS = 90_000  # the first picture may have to compile kernels
_ROOM = "document.querySelector('room-page').furnisher.room"


@pytest.fixture(scope="module")
def made():
    return room_picture(1200, 900)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    settings = Settings(
        database=f"sqlite:///{folder / 'tryon.db'}", secret="s" * 40, threads=1, files=str(folder / "files"), rate=0.0
    )
    with web.serving(settings) as address:
        yield address


@pytest.fixture(scope="module")
def playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright, tmp_path_factory, made):
    film = web.camera_file(tmp_path_factory.mktemp("camera") / "room.mjpeg", made.pixels)
    with web.chromium(playwright, film) as browser:
        yield browser


@pytest.fixture
def open_page(browser, address, made, tmp_path):
    """A page of that language and size; with a room whose sheet is marked by hand when asked."""
    contexts = []

    def opened(language="en", *, width=390, height=844, room=True, contrast="normal", query=""):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN" if language == "zh" else "en-US",
            reduced_motion="reduce",  # axe would see colors on their way
            permissions=["camera", "clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        context.add_init_script(f"localStorage.setItem('tryon-contrast', '{contrast}')")
        page = context.new_page()
        page.set_default_timeout(_WAIT_MS)
        page.faults, page.requests_made = [], []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda line: page.faults.append(line.text) if line.type == "error" else None)
        page.on("request", lambda request: page.requests_made.append(request.url))
        page.goto(f"{address}/room{query}")
        if room:
            furnish(page, made, tmp_path)
        return page

    yield opened
    for context in contexts:
        context.close()


def furnish(page, made, folder):
    page.locator("room-start button.main:not([disabled])").click()
    photo = folder / "room.jpg"
    photo.write_bytes(made.jpeg)
    with page.expect_file_chooser() as chooser:
        page.locator("room-start .drop button.main").click()
    chooser.value.set_files(photo)
    page.locator("room-stage").wait_for()
    page.locator("room-mark, [role='tablist']").first.wait_for()
    if page.locator("room-mark").count():
        mark(page, made.corners)
    page.locator("[data-tool='measure']").wait_for()


def mark(page, corners):
    """Drag the four points onto the sheet's corners, as a finger would."""
    page.locator("[data-mark='hand']").click()
    for index, corner in enumerate(corners):
        drag(page, page.evaluate(f"document.querySelector('room-page').pointing.points[{index}]"), corner)
    page.locator("[data-mark='use']").click()


def board(page):
    box = page.locator("room-stage .board").bounding_box()
    return box["x"], box["y"], box["width"], box["height"]


def drag(page, start, end):
    x, y, width, height = board(page)
    page.mouse.move(x + start[0] * width, y + start[1] * height)
    page.mouse.down()
    page.mouse.move(x + end[0] * width, y + end[1] * height, steps=5)
    page.mouse.up()


def shown(page):
    """(H, W, 3) float RGB of the picture on the page."""
    data = page.evaluate(
        "new Promise(done => document.querySelector('room-page').shadowRoot.querySelector('room-stage').shadowRoot"
        ".querySelector('canvas.picture').toBlob(blob => blob.arrayBuffer().then(raw => done([...new Uint8Array(raw)]"
        ")), 'image/png'))"
    )
    return cv2.imdecode(np.array(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(float)


def settled(page, accept):
    """The picture once `accept` holds of it, a minute later at most."""
    for _ in range(240):
        pixels = shown(page)
        if accept(pixels):
            return pixels
        page.wait_for_timeout(250)
    return pytest.fail("the picture did not change as expected")


def until(page, expression):
    """Wait for it by asking again: the page's policy forbids what Playwright's own waiting does."""
    for _ in range(240):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(250)
    pytest.fail(f"never came true: {expression}")


def piece(page, index=-1):
    pieces = page.evaluate(f"{_ROOM}.pieces")
    return pieces[index] if pieces else None


def around(pixels, outline, margin=0.0):
    height, width = pixels.shape[:2]
    (x0, y0), (x1, y1) = np.min(outline, axis=0) - margin, np.max(outline, axis=0) + margin
    return pixels[max(0, int(y0 * height)) : int(y1 * height), max(0, int(x0 * width)) : int(x1 * width)]


def test_a_shopper_furnishes_a_room(open_page, made, address):
    page = open_page()
    bare = settled(page, lambda pixels: pixels.std() > 5)
    assert np.abs(bare - made.pixels).mean() < 4.0

    # A stool appears where the page says that it is.
    page.locator("room-shelf [data-product='bar-stool']").click()
    page.locator("room-stage .knob").wait_for()
    stool = piece(page)
    there = settled(page, lambda pixels: np.abs(around(pixels - bare, stool["outline"])).mean() > 8)

    # A finger drags it: its pixels move along, and where it was the floor is again.
    middle = np.mean(stool["outline"], axis=0)
    drag(page, middle, middle + np.array([0.2, 0.03]))
    until(page, f"{_ROOM}.pieces[0].at[0] > {stool['at'][0] + 0.15}")
    moved = piece(page)
    after = settled(page, lambda pixels: np.abs(around(pixels - bare, stool["outline"])).mean() < 4)
    assert np.abs(around(after - bare, moved["outline"])).mean() > 8
    assert np.abs(after - there).mean() > 0.3

    # The keyboard moves and turns it too.
    page.locator("room-stage .piece").focus()
    page.keyboard.press("ArrowLeft")
    until(page, f"{_ROOM}.pieces[0].at[0] < {moved['at'][0]}")
    page.keyboard.press(",")
    until(page, f"Math.abs({_ROOM}.pieces[0].yaw_deg) > 4")

    # A length along the floor, with its interval.
    page.locator("[data-tool='measure']").click()
    page.locator("room-stage .label").wait_for()
    for index, x_m in ((0, -0.5), (1, 0.5)):
        drag(
            page,
            page.evaluate(f"document.querySelector('room-page').pointing.points[{index}]"),
            made.share_of(x_m, -1.9),
        )
    told = "document.querySelector('room-page').pointing.length"
    until(page, f"Math.abs({told}.value_mm - 1000) < 40")
    assert re.fullmatch(r"\d+(\.\d+)? ± \d+(\.\d+)? cm", page.locator("room-stage .label").inner_text())
    page.locator("[data-tool='done']").click()

    # Before and after: the left half is bare again.
    page.locator("[data-tool='split']").click()
    page.locator("try-on-line .line").focus()
    page.keyboard.press("End")
    settled(page, lambda pixels: np.abs(pixels - bare).mean() < 0.5)
    page.locator("[data-tool='split']").click()

    # Saved, kept for a day with a link, and deleted with a proof.
    page.locator(".shutter").click()
    with page.expect_download() as download:
        page.locator("try-on-sheet button.main").click()
    saved = cv2.imread(str(download.value.path()))
    assert saved.shape == (900, 1200, 3)
    page.locator("try-on-keep button", has_text=re.compile("^ *Keep *$")).click()
    link = page.locator("try-on-keep a").get_attribute("href")
    assert page.request.get(link).status == 200
    page.locator("try-on-keep button", has_text="Delete it now").click()
    page.get_by_text("Deleted.").wait_for()
    assert page.request.get(link).status == 404
    page.keyboard.press("Escape")

    # Taken out.
    page.locator("room-stage .piece").focus()
    page.keyboard.press("Delete")
    until(page, f"{_ROOM}.pieces.length === 0")
    settled(page, lambda pixels: np.abs(pixels - bare).mean() < 0.5)
    assert [fault for fault in page.faults if "404" not in fault] == []
    assert all(url.startswith((address, "blob:", "data:")) for url in page.requests_made)
    assert not any("GLTFLoader" in url for url in page.requests_made)  # three.js comes only when asked


def test_a_shops_link_puts_its_product_in(open_page):
    page = open_page(query="?product=bar-stool")
    until(page, f"{_ROOM}.pieces[0]?.product === 'bar-stool'")


def test_withdrawing_takes_the_room_away(open_page):
    page = open_page()
    name = page.evaluate(f"{_ROOM}.id")
    page.locator("[data-tool='more']").click()
    page.get_by_text("Withdraw consent").click()
    page.get_by_text("Consent withdrawn.").wait_for()
    assert page.evaluate(f"fetch('/api/rooms/{name}').then(answer => answer.status)") in (403, 404)


def test_the_camera_takes_the_picture_where_there_is_no_file(open_page):
    page = open_page(room=False)
    page.locator("room-start button.main:not([disabled])").click()
    page.locator("room-start button", has_text="Use the camera").click()
    until(
        page,
        "document.querySelector('room-page').shadowRoot.querySelector('room-start').shadowRoot.querySelector('video')"
        "?.videoWidth > 0",
    )
    page.locator("room-start .shutter").click()
    page.locator("room-stage").wait_for()
    assert page.evaluate(f"{_ROOM}.width") > 100


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("contrast", ["normal", "high"])
def test_axe_finds_nothing_on_any_screen(open_page, language, contrast):
    if not web.AXE.is_file():
        pytest.skip("axe-core is not installed: make web")
    page = open_page(language, room=False, contrast=contrast)
    page.locator("room-start button.main:not([disabled])").wait_for()
    audit(page)
    page.close()
    page = open_page(language, contrast=contrast)
    page.locator("room-shelf [data-product='rug']").click()
    page.locator("room-stage .knob").wait_for()
    audit(page)
    for tab in ("piece", "room"):
        page.locator(f"#tab-{tab}").click()
        audit(page)
    page.locator("[data-tool='more']").click()
    page.locator("try-on-sheet dialog").wait_for()
    audit(page)
    page.keyboard.press("Escape")
    page.locator("[data-tool='measure']").click()
    page.locator("room-stage .label").wait_for()
    audit(page)


def audit(page):
    page.evaluate(web.AXE.read_text())
    found = page.evaluate(
        "axe.run().then(result => result.violations.map(rule => rule.id + ' ' + rule.nodes[0].target.flat().join(' ')"
        " + ' ' + rule.nodes[0].failureSummary))"
    )
    assert found == []


def test_every_word_is_in_the_shoppers_language(open_page):
    page = open_page("zh")
    text = page.evaluate(
        "(function read(node) { return [...node.childNodes].map(each => each.nodeType === 3 ? each.data :"
        " each.localName === 'style' ? '' : read(each.shadowRoot ?? each)).join(' ');"
        " })(document.querySelector('room-page').shadowRoot)"
    )
    assert re.search("[一-鿿]", text)
    assert not re.search("[A-Za-z]{5,}", re.sub("Letter|Delete", "", text)), text


def test_a_phone_is_offered_the_same_product_at_its_true_size(open_page, address):
    page = open_page()
    page.locator("room-shelf [data-product='sofa']").click()
    page.locator("room-stage .knob").wait_for()
    page.locator("#tab-piece").click()
    page.locator("room-piece button", has_text="See it with your phone").click()
    page.locator("[data-ar='view']").click()
    page.locator("room-ar canvas").wait_for()
    assert any("model.glb" in url for url in page.requests_made)
    assert all(url.startswith((address, "blob:", "data:")) for url in page.requests_made)
    assert page.faults == []


_IWER = PAGE.parents[1] / "node_modules" / "iwer" / "build" / "iwer.min.js"
# A headset over a floor, so that a product can be put down 2 m ahead.
_HEADSET = """
  class Ground {
    constructor() { this.environmentCanvas = document.createElement("canvas"); }
    render() {}
    computeHitTestResults() { return [new Float32Array([1,0,0,0, 0,1,0,0, 0,0,1,0, 0.3,-1.4,-2,1])]; }
  }
  globalThis.device = new IWER.XRDevice(IWER.metaQuest3);
  device.installRuntime();
  device.installSEM(Ground);
  addEventListener("ar-session", (event) => (globalThis.session = event.detail));
"""


@pytest.mark.skipif(not _IWER.is_file(), reason="iwer is not installed: make web")
def test_webxr_puts_the_product_down_at_its_true_size(playwright, address, made, tmp_path):
    # The browser's own WebXR would not let itself be emulated.
    browser = playwright.chromium.launch(
        executable_path=web.CHROMIUM, args=["--no-sandbox", "--disable-features=WebXR", "--use-gl=swiftshader"]
    )
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    context.add_init_script(_IWER.read_text() + _HEADSET)
    page = context.new_page()
    page.set_default_timeout(_WAIT_MS)
    page.goto(f"{address}/room")
    furnish(page, made, tmp_path)
    page.locator("room-shelf [data-product='sofa']").click()
    page.locator("room-stage .knob").wait_for()
    page.locator("#tab-piece").click()
    page.locator("room-piece button", has_text="See it with your phone").click()
    page.locator("[data-ar='webxr']").click()
    until(page, "globalThis.session?.product.children.length === 1")
    page.wait_for_timeout(500)  # some frames, so that the ring lies on the floor
    for value in (1, 0):
        page.evaluate(f"device.controllers.right.updateButtonValue('trigger', {value})")
        page.wait_for_timeout(300)
    until(page, "session.product.visible")
    seen = page.evaluate("[session.product.position.toArray(), session.product.scale.toArray()]")
    assert seen[0] == pytest.approx([0.3, -3.0, -2.0], abs=1e-6)  # from eyes 1.6 m up, where the session began
    assert seen[1] == [1, 1, 1]
    size = page.evaluate(
        "(() => { const low = [9, 9, 9], high = [-9, -9, -9]; session.product.traverse(each => {"
        " if (!each.isMesh) return; each.geometry.computeBoundingBox(); const box = each.geometry.boundingBox;"
        " ['x', 'y', 'z'].forEach((axis, at) => { low[at] = Math.min(low[at], box.min[axis]);"
        " high[at] = Math.max(high[at], box.max[axis]); }); });"
        " return high.map((value, at) => value - low[at]); })()"
    )
    assert size == pytest.approx([2.12, 0.82, 0.90], abs=0.001)
    browser.close()
