"""Views packed by meshopt, against the encoder of meshoptimizer; and Draco, against what was put in."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tryon.errors import ModelFileError
from tryon.gltf import Limits, read
from tryon.gltf.fields import Fields
from tryon.gltf.meshopt import decode

from .conftest import INDICES, NORMALS, POSITIONS, Quad

_lib: Any = pytest.importorskip("meshoptimizer._loader").lib  # ctypes functions have no static types


def _packed(name: str, values: np.ndarray, count: int, size: int) -> bytes:
    encode: Callable[..., int] = getattr(_lib, f"meshopt_encode{name}")
    encode.restype = ctypes.c_size_t
    target = np.zeros(values.nbytes * 3 + 1024, np.uint8)
    pointer, length = ctypes.c_void_p, ctypes.c_size_t
    if name == "VertexBuffer":
        encode.argtypes = [pointer, length, pointer, length, length]
        used = encode(target.ctypes.data, target.nbytes, values.ctypes.data, count, size)
    else:
        encode.argtypes = [pointer, length, pointer, length]
        used = encode(target.ctypes.data, target.nbytes, values.ctypes.data, count)
    assert used
    return target[:used].tobytes()


def _fields(mode: str, count: int, stride: int, kind: str = "NONE") -> Fields:
    return Fields({"mode": mode, "count": count, "byteStride": stride, "filter": kind}, "view")


def _filtered(kind: str, values: np.ndarray) -> np.ndarray:
    """What meshoptimizer's own filter makes of the bytes."""
    undo = getattr(_lib, f"meshopt_decodeFilter{kind}")
    undo.restype, undo.argtypes = None, [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t]
    result = np.ascontiguousarray(values).copy()
    undo(result.ctypes.data, len(result), result.shape[1])
    return result


def test_attributes_come_back_bit_by_bit() -> None:
    rng = np.random.default_rng(1)
    for stride in (4, 8, 12, 16, 32):
        smooth = np.cumsum(rng.integers(-3, 4, (1000, stride // 4)), axis=0).astype(np.float32)
        packed = _packed("VertexBuffer", smooth, 1000, stride)
        got = decode(_fields("ATTRIBUTES", 1000, stride), memoryview(packed))
        assert got.tobytes() == smooth.tobytes()


@pytest.mark.parametrize("stride", [2, 4])
def test_triangles_and_index_sequences_come_back(stride: int) -> None:
    rng = np.random.default_rng(2)
    indices = (
        (np.arange(300)[:, None] + rng.permuted(np.tile(np.arange(3), (300, 1)), axis=1)).astype(np.uint32).ravel()
    )
    packed = _packed("IndexSequence", indices, len(indices), 4)
    got = decode(_fields("INDICES", len(indices), stride), memoryview(packed)).view(f"<u{stride}")
    assert (got == indices).all()
    packed = _packed("IndexBuffer", indices, len(indices), 4)
    got = decode(_fields("TRIANGLES", len(indices), stride), memoryview(packed)).view(f"<u{stride}")
    turned = {tuple(np.roll(triangle, -int(triangle.argmin()))) for triangle in indices.reshape(-1, 3)}
    assert {tuple(np.roll(triangle, -int(triangle.argmin()))) for triangle in got.reshape(-1, 3)} == turned


@pytest.mark.parametrize(
    ("name", "kind", "stride"),
    [("OCTAHEDRAL", "Oct", 4), ("OCTAHEDRAL", "Oct", 8), ("QUATERNION", "Quat", 8), ("EXPONENTIAL", "Exp", 12)],
)
def test_filters_agree_with_meshoptimizer(name: str, kind: str, stride: int) -> None:
    rng = np.random.default_rng(3)
    if kind == "Oct":  # x, y within the length that the third component holds
        dtype, most = ("i1", 127) if stride == 4 else ("<i2", 32767)
        stored = rng.integers(-most, most + 1, (500, 4)).astype(dtype)
        stored[:, 2] = most
    elif kind == "Quat":
        stored = rng.integers(-1900, 1900, (500, 4)).astype("<i2")
        stored[:, 3] = (2047 << 2) | rng.integers(0, 4, 500)
    else:
        stored = ((rng.integers(-20, 10, (500, 3)) << 24) | rng.integers(0, 1 << 24, (500, 3))).astype("<i4")
    raw = stored.view(np.uint8).reshape(500, stride)
    packed = _packed("VertexBuffer", np.ascontiguousarray(raw), 500, stride)
    got = decode(_fields("ATTRIBUTES", 500, stride, name), memoryview(packed)).view(stored.dtype).reshape(stored.shape)
    expected = _filtered(kind, raw).view(stored.dtype).reshape(stored.shape)
    if kind == "Exp":
        assert (got.view("<f4") == expected.view("<f4")).all()
    else:
        assert np.abs(got.astype(int) - expected.astype(int)).max() <= 1  # the last bit depends on rounding


def test_a_packed_view_stands_in_for_a_plain_one(quad: Quad) -> None:
    packed = _packed("VertexBuffer", POSITIONS, 4, 12)
    inner = quad.root["bufferViews"][quad.view(packed)]
    extension = {**inner, "byteStride": 12, "mode": "ATTRIBUTES", "count": 4}
    quad.root["bufferViews"][-1] = {"buffer": 0, "byteLength": 48, "extensions": {"EXT_meshopt_compression": extension}}
    accessor = quad.root["accessors"][quad.primitive["attributes"]["POSITION"]]
    accessor["bufferView"] = len(quad.root["bufferViews"]) - 1
    assert (read(quad.glb()).primitives[0].positions_m == POSITIONS).all()
    extension["count"] = 2**30
    with pytest.raises(ModelFileError, match="at most 512 MB of geometry"):
        read(quad.glb())
    extension |= {"count": 4, "mode": "TRIANGLES"}
    with pytest.raises(ModelFileError, match="expected whole triangles"):
        read(quad.glb())
    extension |= {"mode": "ATTRIBUTES", "byteLength": 5}
    with pytest.raises(ModelFileError, match=r"data packed by meshopt, got data it cannot unpack"):
        read(quad.glb())


def test_draco_primitives_hold_what_was_packed(quad: Quad) -> None:
    draco = pytest.importorskip("DracoPy")
    packed = draco.encode(POSITIONS, faces=INDICES.reshape(-1, 3), normals=NORMALS.astype(float), quantization_bits=16)
    view = quad.view(packed)
    ids = {int(entry["attribute_type"]): int(entry["unique_id"]) for entry in draco.decode(packed).attributes}
    extension = {"bufferView": view, "attributes": {"POSITION": ids[0], "NORMAL": ids[1]}}
    quad.primitive["extensions"] = {"KHR_draco_mesh_compression": extension}
    for index in (*quad.primitive["attributes"].values(), quad.primitive["indices"]):
        quad.root["accessors"][index].pop("bufferView", None)  # as Draco files are: nothing beside the packed data
    del quad.primitive["attributes"]["TEXCOORD_0"]
    (primitive,) = read(quad.glb()).primitives
    corners = {tuple(corner) for corner in np.round(primitive.positions_m, 3).tolist()}
    assert corners == {tuple(corner) for corner in POSITIONS.tolist()}
    assert len(primitive.triangles) == 2
    quad.root["bufferViews"][view]["byteLength"] = len(packed) // 2
    with pytest.raises(ModelFileError, match="expected Draco data, got data its decoder refuses"):
        read(quad.glb())
    quad.root["bufferViews"][view]["byteLength"] = len(packed)
    with pytest.raises(ModelFileError, match="at most 1 triangles, got 2"):
        read(quad.glb(), limits=Limits(triangles=1))
