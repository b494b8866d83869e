"""Uploaded pictures: read when they are whole, written anew without metadata, refused before they are decoded."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tryon.errors import InputError
from tryon.server.uploads import MEDIA_TYPES, read_upload


def picture(kind, size=(64, 48), **options):
    rows = np.linspace(0, 255, size[0] * size[1] * 3).reshape(size[1], size[0], 3).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(rows).save(file, kind.upper(), **options)
    return file.getvalue()


def claims(width, height):
    """A PNG that says it is that large and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    parts = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("kind", MEDIA_TYPES)
def test_each_kind_comes_back_as_itself(kind):
    data = picture(kind)
    again = read_upload(read_upload(data).to_bytes())
    assert again.kind == kind
    assert np.abs(again.frame.pixels.astype(int) - read_upload(data).frame.pixels).mean() < 2.0


def test_a_png_keeps_every_pixel():
    data = picture("png")
    assert np.array_equal(read_upload(read_upload(data).to_bytes()).frame.pixels, read_upload(data).frame.pixels)


def test_where_it_was_taken_stays_behind():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "SECRETMAKER", 6
    exif.get_ifd(0x8825)[1] = "N"
    written = read_upload(picture("jpeg", (64, 48), exif=exif))
    assert (written.frame.width, written.frame.height) == (48, 64)  # turned upright, as the EXIF said
    data = written.to_bytes()
    assert b"SECRETMAKER" not in data
    assert b"Exif" not in data


@pytest.mark.parametrize("size", [(30_000, 30_000), (12_001, 2), (2, 30_000), (8_000, 8_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_over_the_caps_is_refused_before_it_is_decoded(size):
    with pytest.raises(InputError):
        read_upload(claims(*size))


def test_thirty_thousand_pixels_a_side_are_refused_with_the_reason():
    with pytest.raises(InputError, match="40 megapixels"):
        read_upload(claims(30_000, 30_000))


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xd8\xff", picture("jpeg")[:300], picture("gif"), picture("bmp"), b"<svg xmlns=''/>", b"%PDF-1.4"],
)
def test_what_is_no_whole_picture_of_these_kinds_is_refused(data):
    with pytest.raises(InputError):
        read_upload(data)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_picture_is_read_or_refused(data):
    whole = bytearray(picture(data.draw(st.sampled_from(sorted(MEDIA_TYPES)))))
    for at, value in data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=8)):
        whole[at] = value
    with contextlib.suppress(InputError):
        read_upload(bytes(whole))
