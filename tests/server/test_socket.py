"""The mirror's socket with a real face, and with clients that misbehave."""

from __future__ import annotations

import contextlib
import json
import time

import numpy as np
import pytest
import simplejpeg
from skimage.data import astronaut
from starlette.websockets import WebSocketDisconnect

from tryon.server.wire import Kind, Packet


def picture():
    return np.ascontiguousarray(astronaut()[0:300, 80:380])


def packet(pixels, sequence=0, **changes):
    payload = simplejpeg.encode_jpeg(pixels, quality=90)
    values = {"width": pixels.shape[1], "height": pixels.shape[0], "captured_us": 1_000_000 + sequence * 33_333}
    return Packet(Kind.JPEG, payload, sequence, **{**values, **changes}).to_bytes()


@contextlib.contextmanager
def mirror(client):
    """A socket that leaves and waits until the server has noticed: the test client cancels whatever still runs."""
    with client.websocket_connect("/api/mirror") as socket:
        yield socket
        socket.close()
        deadline_s = time.monotonic() + 5.0
        while client.app.state.pool.seats and time.monotonic() < deadline_s:
            time.sleep(0.01)
    assert client.app.state.pool.seats == 0


def agree(client):
    return client.post("/api/consent", json={"language": "en"}).json()["token"]


def enter(socket, token):
    socket.send_json({"type": "hello", "version": 1, "consent": token})
    return socket.receive_json()


def frame_of(socket):
    """The next picture; texts between are skipped."""
    while True:
        message = socket.receive()
        if message.get("bytes"):
            return message["bytes"]


def test_a_face_comes_back_with_its_lips_painted(client, models_ready):
    bare = picture()
    with mirror(client) as socket:
        assert enter(socket, agree(client))["type"] == "ready"
        socket.send_json({"type": "control", "look": "red-carpet"})
        socket.send_bytes(packet(bare))
        data = frame_of(socket)
    reply = Packet.parse(data)
    worn = simplejpeg.decode_jpeg(reply.payload)
    assert (reply.sequence, reply.captured_us) == (0, 1_000_000)
    assert worn.shape == bare.shape
    assert np.abs(worn.astype(int) - bare).max() > 40


def test_without_consent_the_socket_closes(client):
    with mirror(client) as socket:
        assert enter(socket, "made-up")["code"] == "consent"
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
    assert closed.value.code == 4403


def test_a_withdrawn_consent_opens_nothing(client):
    token = agree(client)
    assert client.post("/api/consent/withdraw", json={"token": token}).json()["withdrawn_s"] > 0
    with mirror(client) as socket:
        assert "withdrawn" in enter(socket, token)["detail"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"tm",
        b"x" * 200,
        packet(picture())[:4000],
        packet(picture(), width=640),
        Packet(Kind.JPEG, b"\xff\xd8" + b"0" * 500, 0, 0, 64, 64).to_bytes(),
        Packet(Kind.H264, b"0" * 500, 0, 0, 64, 64).to_bytes(),
    ],
)
def test_a_bad_picture_is_refused_with_its_reason_and_the_stream_goes_on(client, models_ready, data):
    with mirror(client) as socket:
        enter(socket, agree(client))
        socket.send_bytes(data)
        problem = socket.receive_json()
        assert problem["type"] == "problem"
        assert problem["detail"].endswith((".", "page."))
        socket.send_bytes(packet(picture(), 1))
        assert Packet.parse(frame_of(socket)).sequence == 1


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"type":"control","intensity":7}', '{"type":"control","look":"../x"}']
)
def test_a_bad_text_is_refused_with_its_reason(client, text):
    with mirror(client) as socket:
        enter(socket, agree(client))
        socket.send_text(text)
        assert socket.receive_json()["type"] == "problem"


def test_the_receipt_says_what_was_agreed(client):
    receipt = client.post("/api/consent", json={"language": "zh"}).json()
    assert receipt["text"] == client.get("/api/consent?language=zh").json()["text"]
    assert json.dumps(receipt)
