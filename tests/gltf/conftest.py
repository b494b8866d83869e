"""A one-quad glTF that tests take apart, and its GLB packing."""

from __future__ import annotations

import copy
import json
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Json = dict[str, Any]  # JSON as it comes
POSITIONS = np.array([[0, 0, 0], [2, 0, 0], [2, 1, 0], [0, 1, 0]], "<f4")
NORMALS = np.tile(np.array([0, 0, 1], "<f4"), (4, 1))
UV = np.array([[0, 1], [1, 1], [1, 0], [0, 0]], "<f4")  # the picture upright: v runs down
INDICES = np.array([0, 1, 2, 0, 2, 3], "<u2")


class Quad:
    """A quad of 2 × 1 facing +Z: its JSON, which tests change, and its bytes."""

    def __init__(self) -> None:
        self.binary = bytearray()
        self.root: Json = {
            "asset": {"version": "2.0"},
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}],
            "meshes": [{"primitives": [{"attributes": {}, "indices": 3, "material": 0}]}],
            "materials": [{}],
            "accessors": [],
            "bufferViews": [],
            "buffers": [{}],
        }
        names = {"POSITION": POSITIONS, "NORMAL": NORMALS, "TEXCOORD_0": UV}
        self.primitive["attributes"] = {name: self.accessor(values) for name, values in names.items()}
        self.accessor(INDICES)

    @property
    def primitive(self) -> Json:
        return self.root["meshes"][0]["primitives"][0]

    @property
    def node(self) -> Json:
        return self.root["nodes"][0]

    @property
    def material(self) -> Json:
        return self.root["materials"][0]

    def view(self, data: bytes, **more: object) -> int:
        self.binary += b"\0" * (-len(self.binary) % 4)
        fields = {"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(data)} | more
        self.root["bufferViews"].append(fields)
        self.binary += data
        return len(self.root["bufferViews"]) - 1

    def accessor(self, values: np.ndarray, **more: object) -> int:
        codes = {"i1": 5120, "u1": 5121, "i2": 5122, "u2": 5123, "u4": 5125, "f4": 5126}
        width = 1 if values.ndim == 1 else int(np.prod(values.shape[1:]))
        kind = {1: "SCALAR", 16: "MAT4"}.get(width, f"VEC{width}")
        code = codes[f"{values.dtype.kind}{values.dtype.itemsize}"]
        fields = {"bufferView": self.view(values.tobytes()), "componentType": code, "count": len(values), "type": kind}
        self.root["accessors"].append(fields | more)
        return len(self.root["accessors"]) - 1

    def texture(self, png: bytes) -> int:
        images = self.root.setdefault("images", [])
        images.append({"bufferView": self.view(png), "mimeType": "image/png"})
        self.root.setdefault("textures", []).append({"source": len(images) - 1})
        return len(self.root["textures"]) - 1

    def glb(self) -> bytes:
        root = copy.deepcopy(self.root)
        if root.get("buffers"):
            root["buffers"][0].setdefault("byteLength", len(self.binary))
        return glb(root, bytes(self.binary))


def glb(root: Json, binary: bytes) -> bytes:
    text = json.dumps(root).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    head = struct.pack("<4sIIII", b"glTF", 2, 28 + len(text) + len(binary), len(text), 0x4E4F534A)
    return head + text + struct.pack("<II", len(binary), 0x004E4942) + binary


@pytest.fixture
def quad() -> Quad:
    return Quad()


@pytest.fixture(scope="session")
def make_png() -> Callable[[np.ndarray], bytes]:
    def encode(pixels: np.ndarray) -> bytes:
        import io

        from PIL import Image

        stream = io.BytesIO()
        Image.fromarray(pixels).save(stream, "PNG")
        return stream.getvalue()

    return encode
