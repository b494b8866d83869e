"""Packets and messages: round trips, and anything at all from a stranger."""

from __future__ import annotations

import contextlib
import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tryon.server.wire import HEADER, Kind, Packet, WireError, parse_text


@given(
    st.sampled_from(list(Kind)),
    st.binary(min_size=1, max_size=200),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**64 - 1),
    st.integers(16, 1920),
    st.integers(16, 1920),
)
def test_a_packet_survives_the_wire(kind, payload, sequence, captured_us, width, height):
    packet = Packet(kind, payload, sequence, captured_us, width, height)
    assert Packet.parse(packet.to_bytes()) == packet


@given(st.binary(max_size=300))
def test_any_bytes_are_a_packet_or_a_wire_error(data):
    with contextlib.suppress(WireError):
        Packet.parse(data)


@given(st.binary(max_size=HEADER.size + 50))
def test_a_true_header_with_any_rest_is_a_packet_or_a_wire_error(rest):
    with contextlib.suppress(WireError):
        Packet.parse(b"tm\x01" + rest)


@given(st.text(max_size=300) | st.just('{"type":"control","wear":[{"product":"a"}]}'))
def test_any_text_is_a_message_or_a_wire_error(text):
    with contextlib.suppress(WireError):
        parse_text(text)


def test_a_hundred_megabytes_are_refused_by_size():
    with pytest.raises(WireError, match="at most 2048 kB"):
        Packet.parse(b"tm" + bytes(100_000_000))


def test_a_picture_of_thirty_thousand_pixels_is_refused_before_it_is_decoded():
    data = HEADER.pack(b"tm", 1, 0, 0, 0, 30_000, 30_000, 0) + b"x"
    with pytest.raises(WireError, match="30000×30000"):
        Packet.parse(data)


def test_the_clients_types_are_the_servers():
    place = Path(__file__).parents[2] / "tools" / "make_wire.py"
    spec = importlib.util.spec_from_file_location("make_wire", place)
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    assert maker.PLACE.read_text() == maker.typescript(), "run: python tools/make_wire.py"
