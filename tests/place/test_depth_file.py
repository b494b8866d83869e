"""Depth files: every format gives back the depth written, and every broken one a sentence."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from tryon.errors import InputError, SourceMissingError
from tryon.place import depth_file
from tryon.place.depth_file import read_depth

DEPTH_M = np.linspace(0.5, 4.0, 48, dtype=np.float32).reshape(6, 8)
MILLIMETERS = np.rint(DEPTH_M * 1000.0).astype(np.uint16)


def pfm(values: np.ndarray, scale: float = -1.0) -> bytes:
    head = f"Pf\n{values.shape[1]} {values.shape[0]}\n{scale}\n".encode()
    return head + values[::-1].astype("<f4" if scale < 0 else ">f4").tobytes()


def npy(values: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.save(out, values)
    return out.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def png(values: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".png", values)[1])


@pytest.mark.parametrize(
    "content",
    [
        png(MILLIMETERS),
        b"P5\n# a comment\n8 6\n65535\n" + MILLIMETERS.astype(">u2").tobytes(),
        npy(DEPTH_M),
        npy(np.asfortranarray(DEPTH_M.astype(np.float64))),
        npy(MILLIMETERS),
        npy(DEPTH_M[..., None]),
        npz(depth=DEPTH_M, other=np.zeros(3)),
        npz(whatever=DEPTH_M),
        pfm(DEPTH_M),
        pfm(DEPTH_M, 1.0),
    ],
    ids=[
        "png",
        "pgm",
        "npy",
        "npy by column",
        "npy of integers",
        "npy with one channel",
        "npz",
        "npz of one",
        "pfm",
        "pfm big",
    ],
)
def test_every_format_gives_back_the_depth(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "depth.bin"
    path.write_bytes(content)
    read = read_depth(path)
    assert read.depth_m.dtype == np.float32
    assert np.abs(read.depth_m - DEPTH_M).max() <= 0.0006


def test_the_unit_is_said_when_it_is_guessed(tmp_path: Path) -> None:
    path = tmp_path / "depth.png"
    path.write_bytes(png(MILLIMETERS))
    assert "millimeters" in read_depth(path).remarks[0]
    path.write_bytes(png(np.rint(DEPTH_M * 5000.0).astype(np.uint16)))
    guessed = read_depth(path)
    assert "5000" in guessed.remarks[0]
    assert guessed.depth_m == pytest.approx(DEPTH_M, abs=0.001)
    stated = read_depth(f"{path}@5000")
    assert stated.remarks == ()
    assert stated.depth_m == pytest.approx(DEPTH_M, abs=0.001)


def test_every_kind_of_hole_is_nan(tmp_path: Path) -> None:
    floats = DEPTH_M.copy()
    floats[0, :5] = [0.0, -1.0, np.nan, np.inf, -np.inf]
    (tmp_path / "d.npy").write_bytes(npy(floats))
    assert np.isnan(read_depth(tmp_path / "d.npy").depth_m).sum() == 5
    whole = MILLIMETERS.copy()
    whole[0, :2] = [0, 65535]
    (tmp_path / "d.png").write_bytes(png(whole))
    assert np.isnan(read_depth(tmp_path / "d.png").depth_m).sum() == 2


def _bomb() -> bytes:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f8", "fortran_order": False, "shape": (60_000, 60_000)})
    return head.getvalue()


def _zip(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _huge_png() -> bytes:
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 16, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + head + b"\0\0\0\0"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xd8\xff not depth", "something else"),
        (b"", "something else"),
        (png((DEPTH_M * 50).astype(np.uint8)), "looking at"),
        (png(MILLIMETERS)[:60], "damaged"),
        (_huge_png(), "megapixels"),
        (b"P5\n8 6\n255\n" + bytes(48), "16 bits"),
        (b"P5\n99999 99999\n65535\n", "megapixels"),
        (pfm(DEPTH_M)[:-4], "damaged"),
        (b"Pf\n99999 99999\n-1\n", "megapixels"),
        (npy(DEPTH_M)[:-8], "damaged"),
        (_bomb(), "megapixels"),
        (npy(np.array([[{}]], dtype=object)), "numbers"),
        (npy(np.zeros((4, 4, 4), np.float32)), "depth alone"),
        (npz(a=DEPTH_M, b=DEPTH_M), "one array"),
        (_zip("depth.npy", _bomb()), "megapixels"),
        (_zip("readme.txt", b"hello"), "one array"),
        (npy(np.zeros((6, 8), np.float32)), "holes only"),
        (png(np.zeros((6, 8), np.uint16)), "holes only"),
        (npy(DEPTH_M * 1000.0), "millimeters"),
        (png(np.rint(DEPTH_M).astype(np.uint16)), "too near"),
    ],
)
def test_what_is_no_depth_gets_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "depth.bin"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words) as caught:
        read_depth(path)
    assert str(caught.value).count("\n") == 0
    assert str(caught.value).endswith(".")


def test_a_wrong_stated_unit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "depth.npy"
    path.write_bytes(npy(DEPTH_M))
    with pytest.raises(InputError, match="say the unit"):
        read_depth(f"{path}@1000")
    with pytest.raises(InputError, match="units a meter"):
        read_depth(f"{path}@0")


def test_a_missing_file_and_one_too_large_are_told_before_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SourceMissingError, match="nothing"):
        read_depth(tmp_path / "none.png")
    path = tmp_path / "depth.npy"
    path.write_bytes(npy(DEPTH_M))
    monkeypatch.setattr(depth_file, "MAX_BYTES", 64)
    with pytest.raises(InputError, match="at most"):
        read_depth(path)


def test_a_name_with_an_at_sign_is_still_a_name(tmp_path: Path) -> None:
    path = tmp_path / "depth@2.npy"
    path.write_bytes(npy(DEPTH_M))
    assert read_depth(path).depth_m == pytest.approx(DEPTH_M)


def test_random_damage_never_raises_anything_else(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    path = tmp_path / "depth.bin"
    writers: list[Callable[[], bytes]] = [lambda: png(MILLIMETERS), lambda: npy(DEPTH_M), lambda: npz(depth=DEPTH_M)]
    for index in range(60):
        content = bytearray(writers[index % 3]())
        for _ in range(4):
            content[int(rng.integers(8, len(content)))] = int(rng.integers(256))
        path.write_bytes(bytes(content))
        try:
            read_depth(path)
        except InputError:
            continue
