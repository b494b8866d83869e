"""Face paint: where a texture lands, and what is refused."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.color import FaceLight, parse_color
from tryon.effects import EFFECTS, Workspace
from tryon.effects.canvas import Canvas
from tryon.effects.face_paint import FacePaint
from tryon.effects.face_texture import texture_file, texture_from_bytes
from tryon.effects.topology import topology, uv_from_texture
from tryon.errors import LookError

NAMED = ("butterfly", "festival", "tiger")


def _png(picture: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".png", picture)[1])


def _canvas(make_face, **face) -> Canvas:
    frame, tracks = make_face(face_px=400, width=600, height=600, **face)
    light = FaceLight(np.array([0.9, 0.8, 0.7], np.float32), np.array([0.5, 0.35, 0.29], np.float32), 1.0)
    return Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=Workspace(), light=lambda _: light)


def test_a_dot_in_the_canonical_uv_square_lands_on_its_landmark(make_face):
    for index in (50, 280, 151, 199):
        picture = np.zeros((512, 512, 4), np.uint8)
        u, v = uv_from_texture(topology().uv[index])
        cv2.circle(picture, (round(u * 512 - 0.5), round(v * 512 - 0.5)), 8, (0, 0, 255, 255), -1)
        canvas = _canvas(make_face)
        FacePaint(texture=texture_from_bytes(_png(picture), name="dot")).paint(canvas, 1.0)
        rows, columns = np.nonzero(canvas.touched)
        np.testing.assert_allclose([columns.mean(), rows.mean()], canvas.points_px[index, :2], atol=1.5)


def test_paint_takes_the_light_and_keeps_the_relief(make_face):
    swatch = parse_color("#2f7fc0")
    codes = (0xC0, 0x7F, 0x2F, 255)
    canvas = _canvas(make_face)
    before = canvas.linear.copy()
    texture = texture_from_bytes(_png(np.full((256, 256, 4), codes, np.uint8)), name="blue")
    FacePaint(texture=texture, coverage=1.0).paint(canvas, 1.0)
    x, y = canvas.points_px[50, :2].astype(int)
    patch = np.s_[y - 15 : y + 15, x - 15 : x + 15]
    wanted = swatch * canvas.light.rgb
    after = canvas.linear[patch].mean((0, 1))
    np.testing.assert_allclose(after / after.sum(), wanted / wanted.sum(), rtol=0.02)
    np.testing.assert_allclose(after, wanted, rtol=0.15)
    relief = np.corrcoef(canvas.linear[patch][..., 1].ravel(), before[patch][..., 1].ravel())[0, 1]
    assert relief > 0.95


@pytest.mark.parametrize("name", NAMED)
def test_the_shipped_textures_are_small_and_can_be_worn(name, make_face):
    folder = Path(__file__).parents[2] / "assets" / "looks" / "textures"
    assert (folder / f"{name}.png").stat().st_size < 200_000
    canvas = _canvas(make_face)
    EFFECTS.get("face_paint").parse({"texture": name}).paint(canvas, 1.0)
    assert canvas.touched.sum() > 2000
    assert not canvas.touched[canvas.eyes > 0.99].any()


@pytest.mark.parametrize(
    "name", ["../../rose", "/etc/passwd", "a/b", "..", "tiger.png", "TIGER", "x" * 65, "a\x00b", ""]
)
def test_a_look_can_name_a_texture_and_nothing_else(name):
    with pytest.raises(LookError) as caught:
        EFFECTS.get("face_paint").parse({"texture": name})
    assert "\n" not in str(caught.value)


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(LookError, match="butterfly, festival, tiger"):
        EFFECTS.get("face_paint").parse({"texture": "zebra"})


def _header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a PNG"),
        (b"GIF89a" + bytes(100), "not a PNG"),
        (b"\x89PNG\r\n\x1a\n", "not a PNG"),
        (_header(60000, 60000) + bytes(50), "60000 × 60000"),
        (_header(4, 4) + bytes(50), "4 × 4"),
        (_header(512, 512), "damaged|decoded"),
        (bytes(8 * 2**20 + 1), "8 MB"),
    ],
)
def test_bytes_that_are_no_usable_png_are_refused_in_one_sentence(content, said):
    with pytest.raises(LookError, match=said) as caught:
        texture_from_bytes(content, name="bad.png")
    assert "\n" not in str(caught.value)
    assert "bad.png" in str(caught.value)


def test_a_clear_picture_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(LookError, match="transparent"):
        texture_from_bytes(_png(np.zeros((64, 64, 4), np.uint8)), name="clear")
    with pytest.raises(LookError, match="cannot be read"):
        texture_file(tmp_path / "none.png")


@pytest.mark.parametrize("shape", [(64, 64), (64, 96, 3), (40, 64, 4)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_gray_color_and_alpha_in_8_and_16_bits_are_read(shape, dtype, tmp_path, make_face):
    picture = np.full(shape, np.iinfo(dtype).max * 3 // 4, dtype)
    path = tmp_path / "paint.png"
    path.write_bytes(_png(picture))
    canvas = _canvas(make_face)
    FacePaint(texture=path).paint(canvas, 1.0)
    assert canvas.touched.any()


def test_the_same_bytes_are_decoded_once():
    content = _png(np.full((64, 64, 4), 200, np.uint8))
    assert texture_from_bytes(content, name="one") is texture_from_bytes(bytes(bytearray(content)), name="two")


def test_a_far_face_is_painted_from_a_smaller_level():
    texture = texture_from_bytes(_png(np.full((1024, 1024, 4), 200, np.uint8)), name="large")
    assert [texture.level(ratio).shape[0] for ratio in (0.3, 1.0, 2.1, 4.0, 1e9)] == [1024, 1024, 512, 256, 32]
