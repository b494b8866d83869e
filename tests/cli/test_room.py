"""`tryon room`: the page's address, with the picture it begins with."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("fastapi")
from fastapi.testclient import TestClient

from tests.server.room_picture import room_picture
from tryon.cli.main import main
from tryon.server import serving


@pytest.fixture
def served(monkeypatch, tmp_path):
    """Applications that were to be served, instead of serving them."""
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    apps = []
    monkeypatch.setattr(serving, "serve", lambda app, **_: apps.append(app))
    yield apps
    for app in apps:
        app.state.pool.close()
        app.state.store.close()


def test_the_address_opens_the_picture_that_was_given(served, tmp_path, capsys):
    photo = tmp_path / "room.jpg"
    photo.write_bytes(room_picture(320, 240).jpeg)
    assert main(["room", str(photo), "--port", "8123"]) == 0
    ticket = re.search(r"http://127\.0\.0\.1:8123/room#(\S+)", capsys.readouterr().out)[1]
    client = TestClient(served[0])
    answer = client.get(f"/api/room/first/{ticket}")
    assert answer.content == photo.read_bytes()
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    assert client.get("/api/room/first/" + "x" * len(ticket)).status_code == 404


def test_without_a_picture_nothing_is_there_to_open(served, capsys):
    assert main(["room"]) == 0
    assert "/room  (" in capsys.readouterr().out
    assert TestClient(served[0]).get("/api/room/first/x").status_code == 404


def test_what_is_no_picture_is_one_clear_sentence(served, tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("no picture")
    for name in ("notes.txt", "absent.jpg"):
        assert main(["room", str(tmp_path / name)]) == 1
        assert capsys.readouterr().err.startswith("tryon: ")
