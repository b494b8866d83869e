"""A whole call over WebRTC with aiortc on the other end, and offers that are none."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from fractions import Fraction

import numpy as np
import pytest

pytest.importorskip("aiortc")
import httpx
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import VideoStreamTrack
from aiortc.rtp import RtpPacket
from av import VideoFrame
from hypothesis import given
from hypothesis import strategies as st
from skimage.data import astronaut

from tryon.server import create_app
from tryon.server.webrtc import check_offer, ice_server
from tryon.server.webrtc_media import PromptBuffer, ShortQueue, WornTrack
from tryon.server.wire import WireError

FACE = np.ascontiguousarray(astronaut()[0:320, 80:400])


class Face(VideoStreamTrack):
    """A face at 30 frames a second."""

    async def recv(self):
        pts, base = await self.next_timestamp()
        frame = VideoFrame.from_ndarray(FACE, format="rgb24")
        frame.pts, frame.time_base = pts, base
        return frame


async def offered(peer):
    peer.addTransceiver(Face(), direction="sendrecv")
    await peer.setLocalDescription(await peer.createOffer())
    return peer.localDescription.sdp


async def call(client, headers, peer):
    offer = await offered(peer)
    answer = await client.post("/api/mirror/offer", json={"sdp": offer}, headers=headers)
    assert answer.status_code == 200, answer.text
    await peer.setRemoteDescription(RTCSessionDescription(answer.json()["sdp"], "answer"))


@pytest.fixture
def app(settings):
    app = create_app(settings)
    yield app
    app.state.pool.close()
    app.state.store.close()


@pytest.fixture
def host(app):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")


def test_a_face_comes_back_painted_controls_hold_and_nothing_is_left_when_it_ends(app, host, models_ready):
    async def scenario():
        agreed = await host.post("/api/consent", json={"language": "en"})
        headers = {"X-Tryon-Consent": agreed.json()["token"]}
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        channel = peer.createDataChannel("mirror")
        said, tracks = [], []
        channel.on("message", lambda text: said.append(json.loads(text)))
        channel.on("open", lambda: channel.send(json.dumps({"type": "control", "look": "red-carpet"})))
        peer.on("track", tracks.append)
        await call(host, headers, peer)
        worn = None
        deadline_s = time.monotonic() + 60.0
        while time.monotonic() < deadline_s:
            worn = (await asyncio.wait_for(tracks[0].recv(), 60)).to_ndarray(format="rgb24")
            if any(each["type"] == "status" and each["faces"] for each in said):
                break
        await host.post("/api/consent/withdraw", json={"token": headers["X-Tryon-Consent"]})
        for _ in range(600):
            if not app.state.calls.count and not app.state.pool.seats:
                break
            await asyncio.sleep(0.1)
        await peer.close()
        return worn, said

    worn, said = asyncio.run(scenario())
    assert worn.shape == FACE.shape
    assert 2.0 < np.abs(worn.astype(int) - FACE).mean() < 40.0
    assert {"ready", "status"} <= {each["type"] for each in said}
    assert app.state.calls.count == 0
    assert app.state.pool.seats == 0


def test_without_consent_nothing_is_opened(app, host):
    async def scenario():
        return await host.post("/api/mirror/offer", json={"sdp": "v=0"}, headers={"X-Tryon-Consent": "made-up"})

    assert asyncio.run(scenario()).status_code == 403
    assert getattr(app.state, "calls", None) is None


@pytest.mark.parametrize("sdp", ["", "v=0", "x" * 500, "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "m=\r\nm=video"])
def test_what_is_no_offer_of_one_video_is_refused_with_its_reason(sdp):
    with pytest.raises(WireError, match="Expected"):
        check_offer(sdp)


_VIDEO = "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"


@given(st.text(max_size=300) | st.text(max_size=300).map(_VIDEO.__add__))
def test_any_text_is_an_offer_of_one_video_or_is_refused(sdp):
    with contextlib.suppress(WireError):
        check_offer(sdp)


def test_a_frame_is_complete_at_its_marker_and_not_at_the_next_frame():
    buffer = PromptBuffer(capacity=16, is_video=True)

    def packet(number, marker, data):
        made = RtpPacket(marker=marker, sequence_number=number, timestamp=7)
        made._data = data
        return made

    assert buffer.add(packet(1, 0, b"a"))[1] is None
    assert buffer.add(packet(2, 1, b"b"))[1].data == b"ab"


def test_padding_between_frames_is_no_frame():
    buffer = PromptBuffer(capacity=16, is_video=True)
    given = []
    for number, (marker, timestamp, data) in enumerate([(1, 1, b"a"), (0, 1, b""), (0, 1, b""), (1, 2, b"b")]):
        made = RtpPacket(marker=marker, sequence_number=number, timestamp=timestamp)
        made._data = data
        given.append(buffer.add(made)[1])
    assert [frame and frame.data for frame in given] == [b"a", None, None, b"b"]


def test_packets_out_of_order_wait_for_the_missing_one():
    buffer = PromptBuffer(capacity=16, is_video=True)
    made = {}
    for number, marker in ((0, 1), (1, 0), (2, 0), (3, 1)):
        made[number] = RtpPacket(marker=marker, sequence_number=number, timestamp=min(number, 1))
        made[number]._data = bytes([number])
    buffer.add(made[0])
    assert buffer.add(made[1])[1] is None
    assert buffer.add(made[3])[1] is None
    assert buffer.add(made[2])[1].data == b"\1\2\3"


def test_frames_that_wait_for_a_slow_decoder_are_few_and_begin_again_at_a_key_frame():
    lost = threading.Event()
    waiting = ShortQueue(lost)
    for _ in range(100):
        waiting.put(("h264", JitterFrame(b"\0\0\0\1\x41p", 0)))
        assert waiting.qsize() <= 8
    assert lost.is_set()
    assert waiting.qsize() == 0
    waiting.put(("h264", JitterFrame(b"\0\0\0\1\x67k", 0)))
    waiting.put(("h264", JitterFrame(b"\0\0\0\1\x41p", 0)))
    waiting.put(None)
    assert waiting.qsize() == 3


def test_the_worn_track_gives_the_newest_only():
    async def scenario():
        track = WornTrack()
        for level in (10, 200):
            track.show(np.full((16, 16, 3), level, np.uint8))
        frame = await track.recv()
        waits = asyncio.ensure_future(track.recv())
        await asyncio.sleep(0)
        pending = not waits.done()
        waits.cancel()
        return frame, pending

    frame, pending = asyncio.run(scenario())
    assert frame.to_ndarray(format="rgb24")[0, 0, 0] == 200
    assert frame.time_base == Fraction(1, 90_000)
    assert pending


def test_a_turn_server_brings_its_user_and_password():
    server = ice_server("turn:turn.example:3478|anna|secret")
    assert (server.urls, server.username, server.credential) == ("turn:turn.example:3478", "anna", "secret")


def test_a_stopping_server_hangs_up_and_says_why(app, host, models_ready):
    async def scenario():
        agreed = await host.post("/api/consent", json={"language": "en"})
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        channel = peer.createDataChannel("mirror")
        said, told = [], asyncio.Event()

        @channel.on("message")
        def hear(text):
            said.append(json.loads(text))
            if said[-1].get("code") == "leaving":
                told.set()

        opened = asyncio.Event()
        channel.on("open", opened.set)
        await call(host, {"X-Tryon-Consent": agreed.json()["token"]}, peer)
        await asyncio.wait_for(opened.wait(), 60)
        mirrors = (await host.get("/metrics")).text
        await app.state.lifetime.leave()
        await asyncio.wait_for(told.wait(), 60)
        for _ in range(600):
            if not app.state.calls.count:
                break
            await asyncio.sleep(0.1)
        late = await host.post(
            "/api/mirror/offer", json={"sdp": "v=0"}, headers={"X-Tryon-Consent": agreed.json()["token"]}
        )
        await peer.close()
        return mirrors, (await host.get("/metrics")).text, late

    mirrors, after, late = asyncio.run(scenario())
    assert "\ntryon_mirrors 1.0" in mirrors
    assert "\ntryon_mirrors 0.0" in after
    assert app.state.calls.count == 0
    assert late.status_code == 503
