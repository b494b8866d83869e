"""A server tried out for a moment: what answers, and what does not."""

from __future__ import annotations

import pytest

pytest.importorskip("fastapi")
from tryon.server import create_app, trial
from tryon.server.routes import pages
from tryon.server.trial import TrialError, try_out

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # uvicorn's use of websockets is not ours


def test_a_server_with_its_page_passes_and_stops(settings, tmp_path, monkeypatch):
    (tmp_path / "index.html").write_text("<mirror-page></mirror-page>")
    monkeypatch.setattr(pages, "_folder", lambda: tmp_path)
    app = create_app(settings)
    try_out(app)
    assert app.state.lifetime.leaving


def test_a_server_without_its_page_is_told_what_to_run(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(pages, "_folder", lambda: tmp_path)
    with pytest.raises(TrialError, match="make web"):
        try_out(create_app(settings))


def test_a_server_that_does_not_start_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(trial, "_START_S", 0.2)
    app = create_app(settings)

    class Stuck:
        started = False
        should_exit = False

        def run(self):
            while not self.should_exit:
                trial.time.sleep(0.01)

    monkeypatch.setattr(trial, "make_server", lambda *_, **__: Stuck())
    with pytest.raises(TrialError, match="to start"):
        try_out(app)
