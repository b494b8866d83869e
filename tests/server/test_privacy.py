"""The promises, proved: no network, nothing of a face on disk or in the logs, no third party in any page."""

from __future__ import annotations

import base64
import contextlib
import io
import ipaddress
import json
import logging
import re
import socket as sockets
import tempfile
from pathlib import Path

import httpx2
import numpy as np
import pytest
import simplejpeg
from skimage.data import astronaut
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tryon.resources import content, home
from tryon.server import create_app, logs
from tryon.server.wire import Kind, Packet
from tryon.track import Tracker
from tryon.types import Frame

_NAMESPACES = ("http://www.w3.org/",)


def traces(pixels, jpegs):
    """What would betray the picture: runs of its coded bytes, of its rows, of its landmarks; raw and as text."""
    found = [jpeg[at : at + 24] for jpeg in jpegs for at in range(700, len(jpeg) - 24, 997)]
    found += [pixels[row, 100:124].tobytes() for row in range(40, pixels.shape[0], 37)]
    face = Tracker.load("face").track(Frame(pixels)).faces[0]
    points = face.landmarks.points_px
    found += [
        points[number].astype(kind).tobytes() for number in range(0, 478, 25) for kind in (np.float32, np.float64)
    ]
    texts = [repr(float(points[number, 0]))[:9].encode() for number in range(0, 478, 25)]
    return [*found, *(form(each) for each in found for form in (base64.b64encode, lambda b: b.hex().encode())), *texts]


def hits(data, wanted):
    return [each for each in wanted if each in data]


@pytest.fixture
def no_network(monkeypatch):
    """Loopback alone may be reached; everything else that was tried is listed and refused."""
    tried = []

    def guarded(connect):
        def only_loopback(self, address):
            if self.family in (sockets.AF_INET, sockets.AF_INET6) and not ipaddress.ip_address(address[0]).is_loopback:
                tried.append(address)
                raise PermissionError("the network is denied")
            return connect(self, address)

        return only_loopback

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(sockets.socket, name, guarded(getattr(sockets.socket, name)))
    lookup = sockets.getaddrinfo

    def only_numbers(host, *rest, **options):
        if host not in (None, "localhost", "127.0.0.1", "::1", b"127.0.0.1"):
            tried.append(host)
            raise PermissionError("the network is denied")
        return lookup(host, *rest, **options)

    monkeypatch.setattr(sockets, "getaddrinfo", only_numbers)
    return tried


@pytest.fixture
def loud(monkeypatch):
    """Logs as `tryon serve --log` configures them, our own at their loudest."""
    names = ("", "tryon", *logs._QUIET)
    before = {name: (logging.getLogger(name).level, list(logging.getLogger(name).handlers)) for name in names}
    stream = io.StringIO()
    with monkeypatch.context() as place:
        place.setattr(logs.sys, "stderr", stream)
        logs.configure()
    logging.getLogger("tryon").setLevel(logging.DEBUG)
    yield stream.getvalue
    for name, (level, handlers) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).handlers[:] = handlers


def changed(folder, since_ns):
    """Files written since; other tests' processes may take theirs away meanwhile."""
    found = []
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime_ns >= since_ns:
                found.append(path)
    return found


def content_of(path):
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_after_a_visit_nothing_of_the_face_is_left(
    settings, serve, models_ready, no_network, loud, capfd, tmp_path, monkeypatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    pixels = np.ascontiguousarray(astronaut()[0:300, 80:380])
    sent = simplejpeg.encode_jpeg(pixels, quality=90)
    received = []
    begun_ns = (tmp_path / "begun").write_text("") or (tmp_path / "begun").stat().st_mtime_ns
    with serve(create_app(settings)) as (_, address):
        token = httpx2.post(f"{address}/api/consent", json={}, trust_env=False, timeout=90).json()["token"]
        with connect(f"{address.replace('http', 'ws')}/api/mirror", proxy=None, open_timeout=90) as socket:
            socket.send(json.dumps({"type": "hello", "consent": token}))
            for number in range(6):
                socket.send(Packet(Kind.JPEG, sent, number, 1_000_000 + number * 33_000, 300, 300).to_bytes())
                while not isinstance(message := socket.recv(90), bytes):
                    pass
                received.append(Packet.parse(message).payload)
            socket.send(Packet(Kind.JPEG, sent[: len(sent) // 2], 6, 2_000_000, 300, 300).to_bytes())  # an error's log
            assert httpx2.post(
                f"{address}/api/consent/withdraw", json={"token": token}, trust_env=False, timeout=90
            ).is_success
            with contextlib.suppress(ConnectionClosed):
                for number in range(7, 2000):
                    socket.send(Packet(Kind.JPEG, sent, number, 3_000_000 + number * 33_000, 300, 300).to_bytes())
                    socket.recv(90)
            assert socket.close_code == 4403
    wanted = traces(pixels, [sent, *received])
    written = changed(tmp_path, begun_ns)
    assert any(path.name.startswith("tryon.db") for path in written)
    for path in [*written, *changed(home(), begun_ns)]:
        assert hits(content_of(path), wanted) == [], path
    assert '"event": "request"' in loud()  # the logs were on
    told = loud() + "".join(capfd.readouterr())
    assert hits(told.encode(), wanted) == []
    assert "127.0.0.1" not in told
    assert token not in told
    assert no_network == []
    planted = tmp_path / "planted"
    planted.write_bytes(b"x" * 1000 + sent)
    assert hits(planted.read_bytes(), wanted)  # the scan does find what is there


def test_no_page_names_a_third_party():
    folder = content("server") / "web" / "dist"
    if not (folder / "index.html").is_file():
        pytest.skip("the page is not built: make web")
    files = [path for path in folder.rglob("*") if path.suffix in (".html", ".js", ".css", ".json", ".svg")]
    assert files
    for path in files:
        text = path.read_text()
        named = re.findall(r"(?:https?|wss?)://[A-Za-z0-9][^\s\"'`)<>\\]*", text)
        assert [url for url in named if not url.startswith(_NAMESPACES)] == [], path
        assert re.findall(r"(?:src|href)=[\"']?//", text) == [], path


def test_the_environment_cannot_switch_telemetry_on(settings, monkeypatch):
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    configured = getattr(create_app(settings), "_telemetry", {})  # FastAPI 0.165 and newer
    assert not any(configured.values())


def test_the_database_has_no_column_for_a_person():
    from tryon.server.tables import Base

    columns = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    assert not {name for name in columns if re.search(r"addr|ip$|^ip|mail|phone|agent|landmark|face|pixel|frame", name)}


def test_the_place_of_secrets_is_this_users_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    from tryon.server import Settings

    first = Settings.from_environment()
    assert first == Settings.from_environment()
    assert (Path(tmp_path) / "server" / "secret").stat().st_mode & 0o077 == 0
    assert first.secret not in repr(first)
