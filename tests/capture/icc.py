"""Builds small ICC profiles from their numbers, so that no profile file is needed and the truth is known.

Source: ICC.1:2010 sections 7 (header, tag table), 10.5 (curve), 10.8 (lut16), 10.31 (XYZ).
"""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

# Linear RGB to XYZ, adapted to D50 by Bradford. Source: Lindbloom's tables of RGB working spaces.
SRGB_D50 = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
ADOBE_RGB_D50 = np.array(
    [[0.6097559, 0.2052401, 0.1492240], [0.3111242, 0.6256560, 0.0632197], [0.0194811, 0.0608902, 0.7448387]]
)
ADOBE_GAMMA = 563 / 256


def matrix_profile(xyz_from_rgb: NDArray[np.float64], gamma: float) -> bytes:
    """An RGB display profile with three primaries (columns) and one gamma."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    tags = {name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), xyz_from_rgb.T, strict=True)}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve) | {b"wtpt": _xyz(xyz_from_rgb.sum(axis=1))}
    return _profile(b"RGB ", b"XYZ ", b"mntr", tags)


def grey_profile(gamma: float) -> bytes:
    """A grey profile with one gamma."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    return _profile(b"GRAY", b"XYZ ", b"mntr", {b"kTRC": curve, b"wtpt": _xyz(np.array([0.9642, 1.0, 0.8249]))})


def cmyk_profile(lab_of_full_ink: dict[str, tuple[float, float, float]]) -> bytes:
    """A print profile: one full ink alone ("C", "M", "Y", "K") has the given Lab, paper is white, mixes are black."""
    inks = "CMYK"
    grid = np.zeros((2, 2, 2, 2, 3))
    grid[0, 0, 0, 0] = (100.0, 0.0, 0.0)
    for ink, lab in lab_of_full_ink.items():
        place = tuple(int(name == ink) for name in inks)
        grid[place] = lab
    # Lab in a lut16 of a version 2 profile: 100 is 0xFF00, a and b are offset by 128 (ICC.1:2001 annex A).
    encoded = np.stack([grid[..., 0] * 652.8, (grid[..., 1] + 128) * 256, (grid[..., 2] + 128) * 256], axis=-1)
    lut = b"mft2" + bytes(4) + struct.pack(">4B", 4, 3, 2, 0) + _fixed(np.eye(3).ravel()) + struct.pack(">2H", 2, 2)
    lut += struct.pack(">2H", 0, 65535) * 4
    lut += np.rint(encoded).astype(">u2").tobytes()
    lut += struct.pack(">2H", 0, 65535) * 3
    return _profile(b"CMYK", b"Lab ", b"prtr", {b"A2B0": lut, b"wtpt": _xyz(np.array([0.9642, 1.0, 0.8249]))})


def srgb_from_linear(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """8-bit sRGB of linear light, by IEC 61966-2-1."""
    linear = np.clip(linear, 0.0, 1.0)
    return 255.0 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _profile(space: bytes, connection: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = tags | {b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"test\0" + bytes(78), b"cprt": _text("none")}
    table, body, offset = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">2I", offset + len(body), len(data))
        body += data
    size = offset + len(body)
    header = struct.pack(">I4x", size) + b"\x02\x40\0\0" + kind + space + connection + bytes(12) + b"acsp" + bytes(28)
    header += _fixed(np.array([0.9642, 1.0, 0.8249]))
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _xyz(value: NDArray[np.float64]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(value)


def _text(words: str) -> bytes:
    return b"text" + bytes(4) + words.encode() + b"\0"


def _fixed(values: NDArray[np.float64]) -> bytes:
    return np.rint(np.asarray(values) * 65536).astype(">i4").tobytes()
