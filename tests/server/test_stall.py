"""A real server and a client that sends and never reads: it is let go, and nothing piles up."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import httpx
import numpy as np
import pytest

pytest.importorskip("fastapi")
import simplejpeg
import uvicorn
from skimage.data import astronaut
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tryon.server import create_app
from tryon.server import socket as mirror_socket
from tryon.server.wire import Kind, Packet


@pytest.fixture
def served(settings, monkeypatch):
    monkeypatch.setattr(mirror_socket, "_SEND_S", 0.5)
    app = create_app(settings)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield app, f"127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(60.0)
    listening.close()


def test_a_client_that_never_reads_is_let_go(served, models_ready):
    app, host = served
    token = httpx.post(f"http://{host}/api/consent", json={"language": "en"}, timeout=90).json()["token"]
    pixels = np.ascontiguousarray(astronaut()[0:300, 80:380])
    payload = simplejpeg.encode_jpeg(pixels)
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    small.connect((host.split(":")[0], int(host.split(":")[1])))
    hello = '{"type":"hello","version":1,"consent":"' + token + '"}'
    stop = threading.Event()

    def talk():  # in a thread: once the server has had enough, sending waits for good
        with (
            contextlib.suppress(ConnectionClosed, OSError),
            connect(
                f"ws://{host}/api/mirror", sock=small, max_queue=1, compression=None, open_timeout=90, close_timeout=0.2
            ) as client,
        ):
            client.send(hello)
            number = 0
            while not stop.wait(0.02):
                client.send(Packet(Kind.JPEG, payload, number, number, 300, 300).to_bytes())
                number += 1

    talker = threading.Thread(target=talk, daemon=True)
    talker.start()
    assert within(120.0, lambda: app.state.pool.seats == 1)
    assert within(120.0, lambda: app.state.pool.seats == 0)
    stop.set()
    small.close()
    talker.join(60.0)


def within(seconds, holds):
    """Whether it comes to hold in that time."""
    deadline_s = time.monotonic() + seconds
    while time.monotonic() < deadline_s:
        if holds():
            return True
        time.sleep(0.02)
    return False
