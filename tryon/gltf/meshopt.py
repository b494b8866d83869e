"""Buffer views packed by meshopt, unpacked: EXT_meshopt_compression and KHR_meshopt_compression."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError
from tryon.gltf.fields import Fields, broken, shown

_MODES = ("ATTRIBUTES", "TRIANGLES", "INDICES")
_FILTERS = ("NONE", "OCTAHEDRAL", "QUATERNION", "EXPONENTIAL", "COLOR")


def size_bytes(fields: Fields) -> int:
    """Bytes that the view has when unpacked."""
    return fields.whole("count", high=2**31) * fields.whole("byteStride", low=1, high=256)


def decode(fields: Fields, packed: memoryview) -> NDArray[np.uint8]:
    """Bytes of the view, unpacked and with its filter undone.

    Source: EXT_meshopt_compression, "Compressed data format"; the entropy codec is meshoptimizer's own.
    """
    mode, kind = fields.text("mode"), fields.text("filter", "NONE")
    count, stride = fields.whole("count", high=2**31), fields.whole("byteStride", low=1, high=256)
    if mode not in _MODES or kind not in _FILTERS:
        known = f"a mode of {', '.join(_MODES)} and a filter of {', '.join(_FILTERS)}"
        raise broken(fields.where, known, f"{shown(mode)} and {shown(kind)}")
    if mode == "ATTRIBUTES":
        if stride % 4 or not count:
            raise broken(fields.where, "a byteStride that is a multiple of 4", stride)
        values = _call(fields, "meshopt_decodeVertexBuffer", packed, count, stride)
        return _unfiltered(fields, values.reshape(count, stride), kind)
    if stride not in (2, 4) or (mode == "TRIANGLES" and count % 3):
        raise broken(fields.where, "whole triangles of 2- or 4-byte indices", f"{count} indices of {stride} bytes")
    name = "meshopt_decodeIndexBuffer" if mode == "TRIANGLES" else "meshopt_decodeIndexSequence"
    return _call(fields, name, packed, count, stride)


def _call(fields: Fields, name: str, packed: memoryview, count: int, stride: int) -> NDArray[np.uint8]:
    try:
        from meshoptimizer._loader import lib  # the package's wrappers leave out index sequences and 16-bit indices
    except ImportError:
        raise MissingExtraError("meshoptimizer", extra="render") from None
    unpack = getattr(lib, name)
    unpack.restype = ctypes.c_int
    unpack.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
    values = np.zeros(count * stride, np.uint8)
    data = bytes(packed)
    result = unpack(values.ctypes.data, count, stride, data, len(data))
    if result != 0:
        raise broken(fields.where, "data packed by meshopt", f"data it cannot unpack (code {result})")
    return values


def _unfiltered(fields: Fields, values: NDArray[np.uint8], kind: str) -> NDArray[np.uint8]:
    stride = values.shape[1]
    allowed = {"OCTAHEDRAL": (4, 8), "QUATERNION": (8,), "COLOR": (4, 8)}.get(kind, (stride,))
    if stride not in allowed:
        raise broken(fields.where, f"a byteStride of {allowed} for filter {kind}", stride)
    if kind == "OCTAHEDRAL":
        return _octahedral(values)
    if kind == "QUATERNION":
        return _quaternion(values)
    if kind == "EXPONENTIAL":
        return _exponential(values)
    return _color(values) if kind == "COLOR" else values.reshape(-1)


def _octahedral(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Unit vectors from octahedral x, y and the encoded length 1; the fourth component stays."""
    dtype = np.dtype("i1") if values.shape[1] == 4 else np.dtype("<i2")
    stored = values.view(dtype)
    x, y, one = (stored[:, i].astype(np.float32) for i in range(3))
    one = np.maximum(one, 1.0)
    x, y = x / one, y / one
    z = 1.0 - np.abs(x) - np.abs(y)
    fold = np.minimum(z, 0.0)
    x, y = x + np.where(x < 0.0, -fold, fold), y + np.where(y < 0.0, -fold, fold)
    scale = np.float32(np.iinfo(dtype).max) / np.sqrt(x * x + y * y + z * z)
    unfolded = np.stack([x * scale, y * scale, z * scale], axis=1)
    stored = stored.copy()
    stored[:, :3] = _rounded(unfolded)
    return stored.view(np.uint8).reshape(-1)


def _quaternion(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Unit quaternions from their three smaller components; the fourth value holds scale and which is largest."""
    stored = values.view("<i2")
    one = (stored[:, 3] | 3).astype(np.float32)
    small = stored[:, :3].astype(np.float32) / (one[:, None] * np.float32(np.sqrt(2.0)))
    largest = np.sqrt(np.maximum(1.0 - (small * small).sum(axis=1), 0.0))
    which = (stored[:, 3] & 3).astype(np.int64)
    result = np.empty_like(stored)
    rows = np.arange(len(stored))
    for i in range(3):
        result[rows, (which + 1 + i) % 4] = _rounded(small[:, i] * 32767.0)
    result[rows, which] = _rounded(largest * 32767.0)
    return result.view(np.uint8).reshape(-1)


def _exponential(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Floats from a signed 8-bit exponent above a signed 24-bit mantissa."""
    stored = values.view("<i4")
    mantissa = (stored << 8) >> 8
    floats: NDArray[np.float32] = np.ldexp(mantissa.astype(np.float32), stored >> 24).astype("<f4")
    return floats.view(np.uint8).reshape(-1)


def _color(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGBA from YCoCg; alpha's highest set bit says how many bits are in use."""
    wide = np.dtype("u1") if values.shape[1] == 4 else np.dtype("<u2")
    stored = values.view(wide).astype(np.int64)
    signed = values.view("i1" if wide.itemsize == 1 else "<i2").astype(np.int64)
    luma, orange, green, alpha = stored[:, 0], signed[:, 1], signed[:, 2], stored[:, 3]
    bits = np.frexp(np.maximum(alpha, 1).astype(np.float64))[1]
    most = (1 << bits) - 1
    red, blue = luma + orange - green, luma - orange - green
    full = ((alpha << 1) & most) | (alpha & 1)
    colors = np.stack([red, luma + green, blue, full], axis=1) * (np.iinfo(wide).max / np.maximum(most, 1))[:, None]
    rounded: NDArray[np.unsignedinteger] = np.clip(np.floor(colors + 0.5), 0, np.iinfo(wide).max).astype(wide)
    return rounded.view(np.uint8).reshape(-1)


def _rounded(values: NDArray[np.floating]) -> NDArray[np.floating]:
    rounded: NDArray[np.floating] = np.trunc(values + np.copysign(np.float32(0.5), values))
    return rounded
