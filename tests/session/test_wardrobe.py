"""Products on a session: stand-ins for what is worn, and once for real."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from skimage.data import astronaut

from tryon import Frame, Look, Session, Tracker
from tryon.errors import ParameterError, TryOnError, UnknownNameError
from tryon.types import Worn


@pytest.fixture(scope="module")
def portrait():
    return Frame(np.ascontiguousarray(astronaut()[0:300, 80:380]))


@pytest.fixture(scope="module")
def tracker(request):
    request.getfixturevalue("models_ready")
    return Tracker.load("face", quality="high")


def worn(tracker, portrait, wear, look="none"):
    session = Session(tracker, Look.load(look), wear=wear, live=False, parts="off")
    return session, session.step(portrait).pixels


def test_glasses_change_the_eyes_and_leave_the_rest(gl_ready, tracker, portrait):
    session, pixels = worn(tracker, portrait, ["square-black"])
    changed = (pixels != portrait.pixels).any(axis=2)
    points = session.last.tracks.faces[0].landmarks.points_px
    for eye in (468, 473):
        x, y = points[eye, :2].astype(int)
        assert changed[y - 3 : y + 4, x - 3 : x + 4].all()
    assert not changed[:40].any()
    assert not changed[-40:].any()
    assert session.wear[0].kind == "glasses"


def test_products_go_over_makeup_and_both_show(gl_ready, tracker, portrait):
    _, products = worn(tracker, portrait, ["hoop-earrings"])
    _, both = worn(tracker, portrait, ["hoop-earrings"], look="red-carpet")
    only_product = (products != portrait.pixels).any(axis=2)
    assert only_product.any()
    assert (both != products).any()
    assert (both[only_product] == products[only_product]).mean() > 0.5


def test_taking_everything_off_gives_the_bare_frame(gl_ready, tracker, portrait):
    session, _ = worn(tracker, portrait, ["square-black"])
    session.wear = []
    assert np.array_equal(session.step(portrait).pixels, portrait.pixels)


def test_a_product_put_on_again_is_the_same_object(gl_ready, tracker, portrait):
    session, first = worn(tracker, portrait, ["square-black"])
    session.wear = ["hoop-earrings"]
    session.step(portrait)
    session.wear = [Worn("square-black")]
    assert np.array_equal(session.step(portrait).pixels, first)


def test_a_known_pupillary_distance_sets_the_size(gl_ready, tracker, portrait):
    areas = []
    for pd_mm in (56.0, 70.0):
        session = Session(tracker, Look.load("none"), wear=["square-black"], pd_mm=pd_mm, live=False, parts="off")
        areas.append((session.step(portrait).pixels != portrait.pixels).any(axis=2).sum())
    assert areas[0] > 1.2 * areas[1]  # a smaller head makes the same glasses larger in the picture


def test_the_fit_is_told_in_millimetres(gl_ready, tracker, portrait):
    session, _ = worn(tracker, portrait, ["square-black"])
    ((product, report),) = session.fit()
    assert product.kind == "glasses"
    assert report.verdict.endswith(".")
    assert "frame_width" in report.lengths_mm


def test_sessions_on_other_threads_draw_the_same(gl_ready, tracker, portrait):
    _, here = worn(tracker, portrait, ["square-black"])
    found = []
    thread = threading.Thread(target=lambda: found.append(worn(tracker, portrait, ["square-black"])[1]))
    thread.start()
    thread.join()
    assert np.array_equal(found[0], here)


def test_an_unknown_product_is_refused_by_name(tracker):
    with pytest.raises(UnknownNameError, match="no-such-thing"):
        Session(tracker, Look.load("none"), wear=["no-such-thing"])


def test_too_many_products_are_refused(tracker):
    with pytest.raises(ParameterError, match="at most 16"):
        Session(tracker, Look.load("none"), wear=["square-black"] * 17)


def test_a_failed_switch_leaves_what_was_on(gl_ready, tracker, portrait):
    session, before = worn(tracker, portrait, ["square-black"])
    with pytest.raises(TryOnError):
        session.wear = ["no-such-thing"]
    assert np.array_equal(session.step(portrait).pixels, before)


def test_warming_up_wears_one_of_every_kind(gl_ready, models_ready):
    from tryon.session import warm_up

    warm_up()


def test_a_bare_file_is_sent_to_fit(tracker, tmp_path):
    from tryon.resources import content

    source = content("assets") / "products" / "aviator" / "aviator.glb"
    (tmp_path / "mine.glb").write_bytes(source.read_bytes())
    with pytest.raises(TryOnError, match=r"tryon fit mine\.glb --kind"):
        Session(tracker, Look.load("none"), wear=[str(tmp_path / "mine.glb")])
