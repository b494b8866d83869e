"""Accessors of a glTF file as arrays: bounds checked, sparse values put in, normalized integers made floats."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.buffers import Buffers
from tryon.gltf.fields import Fields, broken

COMPONENTS: Mapping[int, str] = {5120: "i1", 5121: "u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
WIDTHS: Mapping[str, int] = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}


def normalized(values: NDArray[np.generic]) -> NDArray[np.float32]:
    """Whole numbers as floats from −1 or 0 to 1 (glTF 2.0, 3.6.2.2)."""
    bits = 8 * values.dtype.itemsize - (values.dtype.kind == "i")
    scaled: NDArray[np.float32] = values.astype(np.float32) / np.float32(2**bits - 1)
    return np.maximum(scaled, np.float32(-1.0))


class Accessors:
    """All accessors of one file; each is read once and kept.

    Source: glTF 2.0 specification, 3.6.2; normalized integers by the formulas of 3.6.2.2.
    """

    def __init__(self, root: Fields, buffers: Buffers, *, most: int) -> None:
        self._buffers = buffers
        self.fields = root.children("accessors", most=most)
        self._read: dict[int, NDArray[np.generic]] = {}

    def count(self, index: int) -> int:
        """How many elements an accessor says it has."""
        return self.fields[index].whole("count", low=1)

    def floats(self, index: int, widths: tuple[int, ...]) -> NDArray[np.float32]:
        """(N, K) float32 values, K one of the allowed widths."""
        fields = self.fields[index]
        values = self._array(index)
        if values.shape[1] not in widths:
            wanted = " or ".join(str(width) for width in widths)
            raise broken(fields.where, f"{wanted} components", values.shape[1])
        if values.dtype.kind == "f":
            return values.astype(np.float32, copy=False)
        if not fields.flag("normalized"):
            return values.astype(np.float32)
        return normalized(values)

    def finite(self, index: int, width: int) -> NDArray[np.float64]:
        """(N, width) float64 values; NaN and infinity are refused."""
        values = self.floats(index, (width,))
        if not np.isfinite(values).all():
            raise broken(self.fields[index].where, "finite numbers", "NaN or infinity")
        return values.astype(np.float64)

    def whole(self, index: int, width: int) -> NDArray[np.uint32]:
        """(N, width) unsigned whole numbers, such as triangle indices and joints."""
        fields = self.fields[index]
        values = self._array(index)
        if values.dtype.kind != "u" or values.shape[1] != width:
            raise broken(
                fields.where, f"{width} unsigned whole numbers per element", f"{values.shape[1]} {values.dtype}"
            )
        return values.astype(np.uint32, copy=False)

    def _array(self, index: int) -> NDArray[np.generic]:
        if index not in self._read:
            self._read[index] = self._load(self.fields[index])
        return self._read[index]

    def _load(self, fields: Fields) -> NDArray[np.generic]:
        dtype = np.dtype(fields.choice("componentType", COMPONENTS, 0))
        kind = fields.text("type")
        if kind not in WIDTHS:
            raise broken(f"{fields.where}.type", f"one of {', '.join(WIDTHS)}", kind[:16] or "nothing")
        if kind in ("MAT2", "MAT3") and dtype.itemsize < 4:
            raise broken(fields.where, "a matrix of 32-bit floats", f"{kind} of {dtype}")
        count, width = fields.whole("count", low=1), WIDTHS[kind]
        self._buffers.reserve(count * width * max(dtype.itemsize, 4), fields.where)
        view = fields.index("bufferView", self._buffers.views)
        sparse = fields.child("sparse")
        if view is None:
            if sparse is None:
                raise broken(fields.where, "a bufferView or sparse values", "neither, so nothing is stored")
            values = np.zeros((count, width), dtype)
        else:
            values = self._strided(fields, view, fields.whole("byteOffset", 0), count, width, dtype)
        return values if sparse is None else self._with_sparse(values.copy(), sparse)

    def _strided(
        self, fields: Fields, view: int, offset: int, count: int, width: int, dtype: np.dtype[np.generic]
    ) -> NDArray[np.generic]:
        data = self._buffers.view(view)
        size = width * dtype.itemsize
        stride = self._buffers.stride(view) or size
        if stride < size:
            raise broken(fields.where, f"elements of {size} bytes", f"a byteStride of {stride}")
        end = offset + stride * (count - 1) + size
        if end > len(data):
            raise broken(fields.where, f"{count} elements inside bufferView {view} ({len(data)} bytes)", f"{end} bytes")
        strides = (stride, dtype.itemsize)
        values = np.ndarray((count, width), dtype, buffer=data, offset=offset, strides=strides)
        return np.ascontiguousarray(values)

    def _with_sparse(self, values: NDArray[np.generic], sparse: Fields) -> NDArray[np.generic]:
        count = sparse.whole("count", low=1, high=len(values))
        where, what = sparse.child("indices"), sparse.child("values")
        if where is None or what is None:
            raise broken(sparse.where, "indices and values", "one of them missing")
        dtype = np.dtype(where.choice("componentType", COMPONENTS, 0))
        view = where.index("bufferView", self._buffers.views)
        value_view = what.index("bufferView", self._buffers.views)
        if view is None or value_view is None or dtype.kind != "u":
            raise broken(sparse.where, "buffer views with unsigned indices", "something else")
        places = self._strided(where, view, where.whole("byteOffset", 0), count, 1, dtype)[:, 0].astype(np.int64)
        if places.max() >= len(values) or (np.diff(places) <= 0).any():
            raise broken(where.where, f"rising indices below {len(values)}", f"{places.max()} at most, or out of order")
        offset = what.whole("byteOffset", 0)
        values[places] = self._strided(what, value_view, offset, count, values.shape[1], values.dtype)
        return values
