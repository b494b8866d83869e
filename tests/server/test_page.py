"""The mirror's page in a real browser: consent, looks, strength, line, photo, reload, withdrawal, by their pixels."""

from __future__ import annotations

import base64
import importlib.util
import json
import re
import time

import cv2
import numpy as np
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("skimage")
if importlib.util.find_spec("playwright") is None:
    pytest.skip("playwright is not installed: pip install playwright", allow_module_level=True)

from tests.server import browser as web
from tryon.server import Settings
from tryon.track import Tracker

pytestmark = [
    pytest.mark.skipif(web.CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"),
    pytest.mark.skipif(not web.PAGE.is_file(), reason="the page is not built: make web"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # uvicorn's use of websockets is not ours
]
# ΔE of the lips' mean color between two pictures of the same look: the server lowers the size under load.
_SAME = 10.0
_WAIT_MS = 120_000  # the first picture may have to compile kernels


@pytest.fixture(scope="module")
def address(tmp_path_factory, models_ready):
    folder = tmp_path_factory.mktemp("server")
    settings = Settings(database=f"sqlite:///{folder / 'tryon.db'}", secret="s" * 40, threads=1)
    with web.serving(settings) as address:
        yield address


@pytest.fixture(scope="module")
def playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright, tmp_path_factory):
    with web.chromium(
        playwright, web.camera_file(tmp_path_factory.mktemp("camera") / "face.mjpeg", web.portrait())
    ) as browser:
        yield browser


@pytest.fixture
def page(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US", permissions=["camera"])
    page = context.new_page()
    page.set_default_timeout(_WAIT_MS)
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda line: page.faults.append(line.text) if line.type == "error" else None)
    page.requests_made = []
    page.on("request", lambda request: page.requests_made.append(request.url))
    page.goto(address)
    yield page
    context.close()


@pytest.fixture(scope="module")
def tracker():
    with Tracker.load("face", max_faces=1, blendshapes=False) as tracker:
        yield tracker


def agree(page):
    page.locator("try-on-mirror button.main").click()
    page.locator(".shutter").wait_for()


def shown(page):
    """(H, W, 3) uint8 RGB: what the mirror shows now, not mirrored."""
    data = page.evaluate(
        "document.querySelector('mirror-page').shadowRoot.querySelector('try-on-mirror').photo().then(blob =>"
        " new Promise(done => { const reader = new FileReader(); reader.onload = () => done(reader.result);"
        " reader.readAsDataURL(blob); }))"
    )
    return decoded(base64.b64decode(data.partition(",")[2]))


def decoded(data):
    return np.ascontiguousarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1])


def lips(pixels, tracker):
    """Mean CIE Lab of the lower lip's red, found by the tracker in the returned picture itself."""
    from tryon import Frame

    faces = tracker.track(Frame(pixels)).faces
    assert len(faces) == 1
    points = faces[0].landmarks.points_px
    lower = np.rint(
        points[[61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 324, 318, 402, 317, 14, 87, 178, 88, 95], :2]
    )
    mask = cv2.fillPoly(np.zeros(pixels.shape[:2], np.uint8), [lower.astype(np.int32)], 1).astype(bool)
    lab = cv2.cvtColor(pixels.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    return lab[mask].mean(axis=0)


def lips_settle(page, tracker, accept):
    """The lips' color once `accept` holds, at most two minutes later; pictures travel meanwhile."""
    deadline_s = time.monotonic() + 120.0
    while time.monotonic() < deadline_s:
        color = lips(shown(page), tracker)
        if accept(color):
            return color
        page.wait_for_timeout(250)
    pytest.fail(f"the lips stayed at {color}")


def near(wanted):
    return lambda color: np.linalg.norm(color - wanted) < _SAME


def far_from(unwanted):
    return lambda color: np.linalg.norm(color - unwanted) > 2 * _SAME


@pytest.fixture(scope="module")
def own(tracker):
    """The lips' color in the camera's own picture."""
    return lips(web.portrait(), tracker)


def lab_of(text):
    rgb = np.float32([[[int(text[at : at + 2], 16) / 255 for at in (1, 3, 5)]]])
    return cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)[0, 0]


def test_a_shopper_goes_through_the_whole_mirror(page, address, tracker, own):
    # Nothing is sent before consent: no socket, no camera.
    page.locator("try-on-mirror button.main:not([disabled])").wait_for()
    assert page.evaluate(_MIRROR + ".camera.isOpen") is False
    agree(page)

    # The bare face, then a look: the lips move toward the look's own lipstick.
    page.locator("[data-look='']").click()
    bare = lips_settle(page, tracker, near(own))
    page.locator("[data-look='red-carpet']").click()
    red = lips_settle(page, tracker, far_from(bare))
    wanted = lab_of(next(each for each in _layers(page, "red-carpet") if each["effect"] == "lipstick")["color"])
    assert np.linalg.norm(red - wanted) < 0.75 * np.linalg.norm(bare - wanted)

    # Another shade of the lipstick alone.
    page.locator("#tab-adjust").click()
    page.locator("try-on-adjust .chip", has_text="Lipstick").click()
    page.locator("try-on-adjust .shade").nth(2).click()
    lips_settle(page, tracker, lambda color: np.linalg.norm(color - red) > 12)
    page.get_by_text("As it was").click()
    lips_settle(page, tracker, near(red))

    # Strength of the whole look down to nothing.
    page.locator("try-on-adjust .chip").first.click()
    slider = page.locator("try-on-adjust input")
    slider.fill("0")
    lips_settle(page, tracker, near(bare))
    slider.fill("100")
    lips_settle(page, tracker, near(red))

    # The line, moved by keyboard until the whole face is bare, and back.
    page.locator("[data-tool=toolSplit]").click()
    line = page.get_by_role("slider", name="Line between before and after")
    line.press("Home")
    lips_settle(page, tracker, near(bare))
    line.press("End")
    lips_settle(page, tracker, near(red))
    page.locator("[data-tool=toolSplit]").click()

    # A photo that can be saved; Escape closes it and gives the focus back.
    page.locator(".shutter").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save").click()
    photo = decoded(saving.value.path().read_bytes())
    assert np.linalg.norm(lips(photo, tracker) - red) < _SAME
    # Kept on the server for a week, seen by its link, deleted with a proof.
    page.locator("try-on-keep select").select_option(str(7 * 24))
    page.get_by_role("button", name="Keep", exact=True).click()
    link = page.locator("try-on-keep a").get_attribute("href")
    assert page.request.get(link).headers["content-type"] == "image/png"
    page.get_by_role("button", name="Delete it now").click()
    page.get_by_role("button", name="Download the proof").wait_for()
    assert page.request.get(link).status == 404
    page.keyboard.press("Escape")
    page.locator("img.kept").wait_for(state="detached")
    assert page.evaluate("document.querySelector('mirror-page').shadowRoot.activeElement.className") == "shutter"

    # A reload in the same tab goes on with the same look and asks nothing.
    page.reload()
    page.locator(".shutter").wait_for()
    lips_settle(page, tracker, near(red))

    # The receipt, and withdrawal: camera off, pixels gone, the token refused from then on.
    page.locator("[data-tool=toolMore]").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Download the receipt").click()
    receipt = json.loads(saving.value.path().read_text())
    assert "camera picture" in receipt["text"]
    page.locator("[data-tool=withdraw]").click()
    page.get_by_text("Consent withdrawn").wait_for()
    assert page.evaluate(_MIRROR + ".camera.isOpen") is False
    assert page.evaluate(_MIRROR + ".shadowRoot.querySelector('canvas').width") == 1
    assert _hello_answer(page, address, receipt["token"])["code"] == "consent"

    assert page.faults == []
    foreign = [url for url in page.requests_made if not re.match(rf"({address}|blob:|data:)", url)]
    assert foreign == []


def test_looks_side_by_side_differ_and_one_tap_wears_one(page, tracker):
    agree(page)
    page.locator("[data-tool=compare]").click()
    page.locator("[data-look='red-carpet']").click()
    page.locator("[data-look='smoky']").click()
    drawn = (
        "[...document.querySelector('mirror-page').shadowRoot.querySelector('try-on-mirror').shadowRoot"
        ".querySelectorAll('figure canvas')]"
    )
    deadline_s = time.monotonic() + 120.0
    colors = []
    while time.monotonic() < deadline_s:  # the page's policy forbids wait_for_function, which evaluates text
        page.wait_for_timeout(250)
        sizes = page.evaluate(f"{drawn}.map(canvas => Math.min(canvas.width, canvas.height))")
        if len(sizes) < 3 or min(sizes) <= 150:
            continue
        tiles = page.evaluate(f"{drawn}.map(canvas => canvas.toDataURL('image/png').split(',')[1])")
        colors = [lips(decoded(base64.b64decode(tile)), tracker) for tile in tiles]
        if all(np.linalg.norm(colors[one] - colors[other]) > 5 for one, other in ((0, 1), (0, 2), (1, 2))):
            break
    else:
        pytest.fail(f"the looks stayed at {colors}")
    page.locator("figure button").nth(1).click()
    lips_settle(page, tracker, near(colors[1]))
    assert page.faults == []


def test_a_picture_of_ones_own_wears_the_look(page, address, tracker, own, tmp_path):
    picture = tmp_path / "me.png"
    cv2.imwrite(str(picture), web.portrait()[..., ::-1])
    page.goto(f"{address}/photo")
    page.locator("try-on-mirror button.main:not([disabled])").click()
    page.locator("input[type=file]").set_input_files(picture)
    page.locator(".shutter").wait_for()
    page.locator("[data-look='']").click()
    bare = lips_settle(page, tracker, near(own))
    page.locator("[data-look='red-carpet']").click()
    lips_settle(page, tracker, far_from(bare))
    assert page.faults == []


def test_a_video_of_ones_own_wears_the_look_and_can_be_paused(page, address, tracker, own, tmp_path):
    from tryon import Frame
    from tryon.encode import VideoWriter

    film = tmp_path / "me.mp4"
    small = cv2.resize(web.portrait(), (640, 360), interpolation=cv2.INTER_AREA)
    with VideoWriter(film, size=(640, 360)) as writer:
        for index in range(20):
            writer.write(Frame(np.ascontiguousarray(np.roll(small, index % 4, axis=1)), index / 20, index))
    page.goto(f"{address}/photo")
    page.locator("try-on-mirror button.main:not([disabled])").click()
    page.locator("input[type=file]").set_input_files(film)
    page.locator("[data-tool=play]").wait_for()
    page.locator("[data-look='']").click()
    bare = lips_settle(page, tracker, near(own))
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.locator("[data-look='red-carpet']").click()  # holds on a video that stands still, too
    lips_settle(page, tracker, far_from(bare))
    # Another file, now a picture: nothing is left to play.
    picture = tmp_path / "me.png"
    cv2.imwrite(str(picture), web.portrait()[..., ::-1])
    page.locator("input[type=file]").set_input_files(picture)
    page.locator("[data-tool=play]").wait_for(state="detached")
    lips_settle(page, tracker, far_from(bare))
    assert page.faults == []


def test_a_clip_is_recorded_and_saved(page, tmp_path):
    agree(page)
    page.locator("[data-tool=toolClip]").click()
    page.wait_for_timeout(1500)  # of film
    page.locator("[data-tool=toolStop]").click()
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save").click()
    import av

    with av.open(str(saving.value.path())) as film:
        pictures = [frame.to_ndarray(format="rgb24") for frame in film.decode(video=0)]
    assert len(pictures) >= 2
    assert pictures[-1].std() > 10  # something is to be seen
    assert page.faults == []


def test_the_line_follows_the_finger_and_a_lost_camera_is_told(page):
    agree(page)
    page.locator("[data-tool=toolSplit]").click()
    knob = page.locator("try-on-line .knob").bounding_box()
    page.mouse.move(knob["x"] + 20, knob["y"] + 20)
    page.mouse.down()
    page.mouse.move(100, knob["y"], steps=4)
    page.mouse.up()
    line = page.locator("try-on-line .line").bounding_box()
    assert abs(line["x"] + line["width"] / 2 - 100) < 3

    # A camera that is unplugged ends its track; the button brings it back.
    page.evaluate(_MIRROR + ".camera.element.srcObject.getVideoTracks()[0].dispatchEvent(new Event('ended'))")
    page.get_by_text("The camera is gone").wait_for()
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("The camera is gone").wait_for(state="detached")
    assert page.faults == []


def test_a_black_picture_is_told(address, playwright, tmp_path):
    black = web.camera_file(tmp_path / "black.mjpeg", np.zeros((480, 640, 3), np.uint8))
    with web.chromium(playwright, black) as browser:
        page = browser.new_context(permissions=["camera"]).new_page()
        page.set_default_timeout(_WAIT_MS)
        page.goto(address)
        agree(page)
        page.locator("try-on-mirror .guide", has_text="The picture is black").wait_for()


def test_numbers_are_shown_when_asked_for_and_the_tabs_obey_the_arrows(page):
    agree(page)
    assert page.locator(".numbers").count() == 0
    page.locator("[data-tool=toolMore]").click()
    page.get_by_label("Show numbers").check()
    page.keyboard.press("Escape")
    page.locator(".numbers", has_text="camera to screen").wait_for()
    page.locator("#tab-looks").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#tab-adjust[aria-selected=true]").wait_for()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.locator("#tab-wear[aria-selected=true]").wait_for()
    assert page.faults == []


def test_a_camera_that_is_denied_is_told_and_opens_once_it_is_allowed(page):
    page.evaluate(
        "() => { const { mediaDevices } = navigator; window.allowed = mediaDevices.getUserMedia.bind(mediaDevices);"
        "mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )
    page.locator("try-on-mirror button.main").click()
    page.get_by_text("The camera was not allowed").wait_for()
    page.evaluate("() => { navigator.mediaDevices.getUserMedia = window.allowed; }")
    page.get_by_role("button", name="Try again").click()
    page.locator(".shutter").wait_for()
    assert page.faults == []


def test_a_camera_that_is_turned_goes_on_in_its_new_shape(page):
    agree(page)
    page.evaluate(  # a phone that is turned gives frames of exchanged sides in the same track
        _MIRROR + ".camera.element.srcObject.getVideoTracks()[0].applyConstraints({width: 360, height: 640})"
    )
    page.set_viewport_size({"width": 844, "height": 390})
    deadline_s = time.monotonic() + 120.0
    while time.monotonic() < deadline_s:
        pixels = shown(page)
        if pixels.shape[1] > pixels.shape[0]:
            break
        page.wait_for_timeout(250)
    assert pixels.shape[1] > pixels.shape[0]
    assert page.faults == []


def test_without_a_camera_the_page_says_so(address, playwright):
    with web.chromium(playwright, None) as browser:
        page = browser.new_context(locale="zh-CN").new_page()
        page.goto(address)
        page.locator("try-on-mirror button.main:not([disabled])").click()
        page.get_by_text("摄像头").first.wait_for()
        alert = page.locator("try-on-mirror [role=alert]")
        alert.wait_for()
        assert alert.inner_text().startswith(("未找到摄像头", "未获准使用摄像头"))


@pytest.mark.skipif(not web.AXE.is_file(), reason="axe-core is not installed: make web")
@pytest.mark.parametrize("contrast", ["normal", "high"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_axe_finds_nothing_on_any_page(browser, address, locale, contrast):
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale=locale,
        permissions=["camera"],
        reduced_motion="reduce",  # axe would see colors on their way
    )
    context.add_init_script(f"localStorage.setItem('tryon-contrast', '{contrast}')")
    page = context.new_page()
    page.set_default_timeout(_WAIT_MS)
    found = {}
    page.goto(address)
    page.locator("try-on-mirror button.main:not([disabled])").wait_for()
    found["consent"] = _axe(page)
    agree(page)
    found["looks"] = _axe(page)
    page.locator("#tab-adjust").click()
    page.locator("[data-tool=toolSplit]").click()
    page.locator("try-on-mirror .line").wait_for()
    found["adjust"] = _axe(page)
    page.locator("#tab-wear").click()
    page.locator("[data-product]").first.wait_for()
    found["wear"] = _axe(page)
    page.locator("[data-tool=compare]").click()
    found["compare"] = _axe(page)
    page.locator("[data-tool=toolMore]").click()
    found["more"] = _axe(page)
    page.keyboard.press("Escape")
    page.goto(f"{address}/photo")
    page.locator(".drop button").wait_for()
    found["photo"] = _axe(page)
    page.goto(f"{address}/embed?look=rose")
    page.locator(".shutter").wait_for()
    found["embed"] = _axe(page)
    context.close()
    assert {place: rules for place, rules in found.items() if rules} == {}


def _axe(page):
    page.evaluate(web.AXE.read_text())
    page.wait_for_function(
        "document.getAnimations().every(one => one.playState !== 'running' || one.effect.getTiming().iterations > 1)"
    )
    return page.evaluate(
        "axe.run().then(result => result.violations.map(rule => rule.id + ' ' + rule.nodes[0].target.flat().join(' ')))"
    )


_MIRROR = "document.querySelector('mirror-page').shadowRoot.querySelector('try-on-mirror')"


def _layers(page, look):
    return page.evaluate(f"fetch('/api/looks/{look}').then(answer => answer.json())")["layers"]


def _hello_answer(page, address, token):
    return page.evaluate(
        "([url, token]) => new Promise(done => { const socket = new WebSocket(url);"
        " socket.onopen = () => socket.send(JSON.stringify({type: 'hello', version: 1, consent: token}));"
        " socket.onmessage = event => done(JSON.parse(event.data)); })",
        [address.replace("http", "ws") + "/api/mirror", token],
    )
