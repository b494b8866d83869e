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

from tryon.server.h264 import H264Decoder, H264Encoder, rgb
from tryon.server.wire import KEY_FRAME, Kind, Packet


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
        deadline_s = time.monotonic() + 60.0
        while client.app.state.pool.seats and time.monotonic() < deadline_s:
            time.sleep(0.01)
    assert client.app.state.pool.seats == 0


def agree(client):
    return client.post("/api/consent", json={"language": "en"}).json()["token"]


def enter(socket, token, **hello):
    socket.send_json({"type": "hello", "version": 1, "consent": token, **hello})
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


def coded(count, start=0):
    """H.264 packets of a face that hardly moves, and their encoder."""
    encoder = H264Encoder()
    return [
        encoder.encode(picture(), Packet(Kind.H264, b"?", at, at * 33_333, 300, 300)).to_bytes()
        for at in range(start, start + count)
    ]


def test_h264_comes_back_as_h264_beginning_with_a_key_frame(client, models_ready):
    with mirror(client) as socket:
        assert enter(socket, agree(client), codec="h264")["codec"] == "h264"
        socket.send_json({"type": "control", "look": "red-carpet"})
        decoder, worn = H264Decoder(), None
        for at, data in enumerate(coded(3)):
            socket.send_bytes(data)
            reply = Packet.parse(frame_of(socket))
            assert (reply.kind, reply.sequence, reply.flags) == (Kind.H264, at, KEY_FRAME if at == 0 else 0)
            worn = rgb(decoder.decode(reply))
    assert np.abs(worn.astype(int) - picture()).max() > 40


def test_after_a_lost_packet_the_server_asks_for_a_key_frame_and_goes_on_with_it(client, models_ready):
    first, _, third = coded(3)
    with mirror(client) as socket:
        enter(socket, agree(client), codec="h264")
        socket.send_bytes(first)
        frame_of(socket)
        socket.send_bytes(third)
        assert problem_of(socket)["code"] == "keyframe"
        socket.send_bytes(coded(1, start=3)[0])
        assert Packet.parse(frame_of(socket)).sequence == 3


def test_a_client_that_lost_a_reply_gets_a_key_frame_when_it_asks(client, models_ready):
    first, second = coded(2)
    with mirror(client) as socket:
        enter(socket, agree(client), codec="h264")
        socket.send_bytes(first)
        frame_of(socket)
        socket.send_json({"type": "control", "key": True})
        socket.send_bytes(second)
        assert Packet.parse(frame_of(socket)).flags == KEY_FRAME


@pytest.mark.parametrize(("codec", "other"), [("jpeg", "H264"), ("h264", "JPEG")])
def test_a_switch_of_codec_in_mid_stream_is_refused_and_the_stream_goes_on(client, models_ready, codec, other):
    data = {"jpeg": packet(picture()), "h264": coded(1)[0]}
    with mirror(client) as socket:
        enter(socket, agree(client), codec=codec)
        socket.send_bytes(data["h264" if codec == "jpeg" else "jpeg"])
        assert "as agreed in the hello" in problem_of(socket)["detail"]
        socket.send_bytes(data[codec])
        assert Packet.parse(frame_of(socket)).kind is Kind[codec.upper()], other


def test_a_product_that_cannot_be_worn_is_said_and_the_picture_goes_on(client, models_ready):
    with mirror(client) as socket:
        enter(socket, agree(client))
        socket.send_json({"type": "control", "wear": [{"product": "no-such-thing"}]})
        assert problem_of(socket)["code"] == "product"
        socket.send_bytes(packet(picture()))
        assert Packet.parse(frame_of(socket)).sequence == 0


def test_a_dropped_socket_leaves_nothing_and_the_next_one_begins_afresh(client, models_ready):
    token = agree(client)
    for _ in range(2):
        with mirror(client) as socket:
            enter(socket, token, codec="h264")
            socket.send_bytes(coded(1)[0])
            assert Packet.parse(frame_of(socket)).flags == KEY_FRAME
    assert client.app.state.pool.seats == 0


def test_a_wider_picture_is_granted_when_wished(client):
    with mirror(client) as socket:
        assert enter(socket, agree(client), width=1280)["width"] == 1280


def problem_of(socket):
    """The next problem; pictures and statuses between are skipped."""
    while True:
        message = socket.receive()
        if message.get("text"):
            said = json.loads(message["text"])
            if said["type"] == "problem":
                return said
