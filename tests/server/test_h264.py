"""H.264 packets: what comes back is the picture, and nothing leans on what is missing."""

from __future__ import annotations

import contextlib
import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("av")
import av
from skimage.data import astronaut

from tryon.server.h264 import H264Decoder, H264Encoder, rgb
from tryon.server.wire import BT709, FULL_RANGE, KEY_FRAME, KeyFrameNeededError, Kind, Packet, WireError


def pictures(count):
    whole = astronaut()
    return [np.ascontiguousarray(whole[:240, shift : 320 + shift]) for shift in range(count)]


def request(sequence, **changes):
    return dataclasses.replace(Packet(Kind.H264, b"?", sequence, sequence * 33_333, 320, 240), **changes)


def stream(count, at=()):
    encoder = H264Encoder()
    return [encoder.encode(pixels, request(n), key=n in at) for n, pixels in enumerate(pictures(count))]


def test_each_picture_comes_out_before_the_next_goes_in_and_looks_the_same():
    decoder = H264Decoder()
    for pixels, packet in zip(pictures(10), stream(10), strict=True):
        assert np.abs(rgb(decoder.decode(packet)).astype(int) - pixels).mean() < 5.0


def test_the_first_picture_is_a_key_frame_and_further_ones_when_asked():
    assert [packet.flags for packet in stream(6, at=(4,))] == [KEY_FRAME, 0, 0, 0, KEY_FRAME, 0]


def test_after_a_gap_nothing_is_decoded_until_a_key_frame():
    packets = stream(8, at=(6,))
    decoder = H264Decoder()
    decoder.decode(packets[0])
    for packet in packets[2:6]:
        with pytest.raises(KeyFrameNeededError):
            decoder.decode(packet)
    assert decoder.decode(packets[6]).width == 320
    assert decoder.decode(packets[7]).width == 320


def test_a_stream_that_begins_in_the_middle_asks_for_a_key_frame():
    with pytest.raises(KeyFrameNeededError):
        H264Decoder().decode(stream(2)[1])


def test_the_size_may_change_at_a_key_frame():
    encoder, decoder = H264Encoder(), H264Decoder()
    decoder.decode(encoder.encode(pictures(1)[0], request(0)))
    small = np.ascontiguousarray(pictures(1)[0][:160, :160])
    packet = encoder.encode(small, request(1))
    assert packet.flags == KEY_FRAME
    assert decoder.decode(packet).width == 160


def test_a_picture_of_another_size_than_announced_is_refused():
    packet = dataclasses.replace(stream(1)[0], width=640)
    with pytest.raises(WireError, match="640×240 as announced, got 320×240"):
        H264Decoder().decode(packet)


def test_a_huge_picture_in_a_small_packet_is_not_allocated():
    huge = H264Encoder().encode(np.zeros((2400, 2400, 3), np.uint8), request(0))
    with pytest.raises(KeyFrameNeededError):
        H264Decoder().decode(dataclasses.replace(huge, width=1920, height=1920))


@given(st.binary(min_size=1, max_size=400), st.sampled_from([0, KEY_FRAME]))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_a_picture_or_a_wire_error(data, flags):
    with contextlib.suppress(WireError):
        H264Decoder().decode(request(0, payload=b"\0\0\0\1" + data, flags=flags))


def test_damage_in_mid_stream_asks_for_a_key_frame_or_shows_damage_but_never_raises_otherwise():
    packets = stream(3, at=(2,))
    decoder = H264Decoder()
    decoder.decode(packets[0])
    with contextlib.suppress(WireError):
        decoder.decode(dataclasses.replace(packets[1], payload=packets[1].payload[:7]))
    assert decoder.decode(packets[2]).width == 320


@pytest.mark.parametrize("flags", [0, BT709, FULL_RANGE, BT709 | FULL_RANGE])
def test_the_colors_come_back_by_whatever_rule_the_camera_made_them(flags):
    wanted = np.full((64, 64, 3), (200, 60, 90), np.uint8)
    # The rule itself: ITU-R BT.601-7 and BT.709-6, luma weights; studio range is 16 to 235 and 16 to 240.
    red, blue = (0.2126, 0.0722) if flags & BT709 else (0.299, 0.114)
    r, g, b = np.array([200, 60, 90]) / 255
    luma = red * r + (1 - red - blue) * g + blue * b
    chroma = np.array([(b - luma) / (1 - blue), (r - luma) / (1 - red)]) / 2
    full = bool(flags & FULL_RANGE)
    codes = [luma * (255 if full else 219) + (0 if full else 16), *(chroma * (255 if full else 224) + 128)]
    frame = av.VideoFrame(64, 64, "yuv420p")
    for plane, code in zip(frame.planes, codes, strict=True):
        plane.update(bytes([round(code)]) * plane.buffer_size)
    assert np.abs(rgb(frame, bt709=bool(flags & BT709), full_range=full).astype(int) - wanted).max() <= 3
