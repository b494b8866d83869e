"""Clients that mean harm, on a real port: the others do not notice, and nothing of them stays."""

from __future__ import annotations

import contextlib
import json
import os
import socket as sockets
import threading
import time

import httpx2
import numpy as np
import pytest
import simplejpeg
from skimage.data import astronaut
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect

from tryon.server import create_app
from tryon.server import socket as mirror_socket
from tryon.server.wire import Kind, Packet

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # uvicorn's use of websockets is not ours
_CROWD = 8  # benchmarks/mirror_load.py has the full fifty of each


@pytest.fixture
def address(settings, serve, models_ready, monkeypatch):
    monkeypatch.setattr(mirror_socket, "HELLO_S", 90.0)  # a busy machine is no hostile one
    with serve(create_app(settings)) as (_, address):
        yield address


def mirror(address):
    return connect(
        f"{address.replace('http', 'ws')}/api/mirror", proxy=None, max_size=None, open_timeout=90, close_timeout=1
    )


def hello(address):
    token = httpx2.post(f"{address}/api/consent", json={}, trust_env=False, timeout=90).json()["token"]
    return json.dumps({"type": "hello", "consent": token})


def frame(number):
    pixels = np.ascontiguousarray(astronaut()[0:300, 80:380])
    payload = simplejpeg.encode_jpeg(pixels, quality=90)
    return Packet(Kind.JPEG, payload, number, 1_000_000 + number * 33_000, 300, 300).to_bytes()


def picture_of(socket):
    while not isinstance(message := socket.recv(90), bytes):
        pass
    return message


def ended(socket):
    """How the server ended it: the last text and the code."""
    texts = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            texts.append(socket.recv(90))
    return (json.loads(texts[-1]) if texts else None), socket.close_code


def number_of(address, name):
    text = httpx2.get(f"{address}/metrics", trust_env=False, timeout=90).text
    return float(text.split(f"\n{name} ")[1].split()[0])


def test_a_hundred_megabytes_are_cut_off_at_once(address):
    with mirror(address) as socket:
        socket.send(hello(address))
        socket.recv(90)
        socket.socket.sendall(b"\x82\xff" + (100_000_000).to_bytes(8, "big") + bytes(4))
        taken = 0
        with contextlib.suppress(OSError):
            while taken < 100_000_000:
                taken += socket.socket.send(bytes(65_536))
    assert taken < 20_000_000  # what fits into the kernel's buffers, and not a byte into ours
    wait_until_empty(address)


def test_binary_where_a_hello_belongs_is_refused(address):
    with mirror(address) as socket:
        socket.send(frame(0))
        problem, code = ended(socket)
    assert (problem["code"], code) == ("hello", 4400)


def test_text_where_pictures_belong_ends_after_a_few(address):
    with mirror(address) as socket:
        socket.send(hello(address))
        with contextlib.suppress(ConnectionClosed):
            for _ in range(40):
                socket.send("not a message")
        problem, _ = ended(socket)
    assert problem["type"] == "problem"


def test_a_frame_that_breaks_off_in_the_middle_leaves_nothing(address):
    with mirror(address) as socket:
        socket.send(hello(address))
        socket.recv(90)
        # A masked binary frame that announces 60 kB and brings 1 kB, then silence.
        socket.socket.sendall(b"\x82\xfe\xea\x60" + os.urandom(4) + os.urandom(1000))
        socket.socket.shutdown(sockets.SHUT_RDWR)
    wait_until_empty(address)


def wait_until_empty(address):
    deadline_s = time.monotonic() + 90.0
    while number_of(address, "tryon_mirrors") and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert number_of(address, "tryon_mirrors") == 0


def stall(address, stack):
    """Open sockets that say hello and then neither send nor read, and some that do not even say hello."""
    for number in range(_CROWD):
        socket = stack.enter_context(contextlib.closing(mirror(address)))
        if number % 2:
            socket.send(hello(address))


def rage(address, stop):
    with contextlib.suppress(ConnectionClosed, InvalidHandshake, OSError, httpx2.HTTPError):
        while not stop.is_set():
            with mirror(address) as socket:
                socket.send(hello(address))
                for _ in range(30):
                    socket.send(os.urandom(2000))
                    time.sleep(0.01)


def test_a_shopper_goes_on_among_stalled_and_raging_clients(address):
    stop = threading.Event()
    with contextlib.ExitStack() as stack, mirror(address) as socket:
        socket.send(hello(address))
        socket.send(frame(0))
        picture_of(socket)
        stall(address, stack)
        raging = [threading.Thread(target=rage, args=(address, stop), daemon=True) for _ in range(_CROWD)]
        for thread in raging:
            thread.start()
        try:
            for number in range(1, 9):
                socket.send(frame(number))
                assert Packet.parse(picture_of(socket)).sequence == number
        finally:
            stop.set()
            for thread in raging:
                thread.join(90.0)
    wait_until_empty(address)
