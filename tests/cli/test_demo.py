"""`tryon demo --serve` and the mirror's address."""

from __future__ import annotations

import socket
import urllib.request

import pytest

pytest.importorskip("fastapi")
from tryon.cli import serve
from tryon.cli.main import main

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # uvicorn's use of websockets is not ours


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    """A database and files of the test's own; weights stay where they are."""
    monkeypatch.setenv("TRYON_DATABASE", f"sqlite:///{tmp_path / 'tryon.db'}")
    monkeypatch.setenv("TRYON_FILES", str(tmp_path / "files"))
    monkeypatch.setenv("TRYON_SECRET", "s" * 40)


def test_a_demo_that_is_checked_writes_its_picture_and_finds_the_page(tmp_path, monkeypatch, capsys, models_ready):
    (tmp_path / "index.html").write_text("<mirror-page></mirror-page>")
    monkeypatch.setattr("tryon.server.routes.pages._folder", lambda: tmp_path)
    out = tmp_path / "demo.png"
    assert main(["demo", "--serve", "--check", "-o", str(out)]) == 0
    assert out.is_file()
    assert "The mirror page and /api/ready answer." in capsys.readouterr().out


def test_a_demo_that_serves_says_the_address_in_one_line(monkeypatch, capsys):
    served = {}

    def listened(app, *, host, port):
        served.update(host=host, port=port)

    monkeypatch.setattr("tryon.server.serving.serve", listened)
    assert serve.listen("127.0.0.1", 8123) == 0
    assert capsys.readouterr().out == "The mirror: http://127.0.0.1:8123/  (opens with the webcam; Ctrl-C ends it)\n"
    assert served == {"host": "127.0.0.1", "port": 8123}


@pytest.mark.parametrize(("host", "shown"), [("0.0.0.0", "localhost"), ("::1", "[::1]"), ("shop.local", "shop.local")])
def test_the_address_is_one_that_a_browser_opens(host, shown, monkeypatch, capsys):
    monkeypatch.setattr("tryon.server.serving.serve", lambda app, **_: None)
    serve.listen(host, 80)
    url = capsys.readouterr().out.split()[2]
    assert urllib.request.Request(url).host == f"{shown}:80"


def test_a_taken_port_gives_way_to_the_next_free_one():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < serve.free_port(port) < port + 10
