"""A TFLite file as plain records: tensors, operators and their options.

Reads the FlatBuffers layout directly, by field slot. Slots and enumerations are those of the published TFLite
schema (schema version 3, file identifier `TFL3`); only what the converter needs is read.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from flatbuffers import flexbuffers, number_types
from flatbuffers.table import Table
from numpy.typing import NDArray

from tryon.errors import ModelError
from tryon.models.convert.sparse import Dimension, densify

DTYPES: dict[int, type[np.generic]] = {
    0: np.float32,
    1: np.float16,
    2: np.int32,
    3: np.uint8,
    4: np.int64,
    6: np.bool_,
    9: np.int8,
}
OPERATORS = {
    0: "ADD",
    1: "AVERAGE_POOL_2D",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    5: "DEPTH_TO_SPACE",
    6: "DEQUANTIZE",
    9: "FULLY_CONNECTED",
    14: "LOGISTIC",
    17: "MAX_POOL_2D",
    18: "MUL",
    19: "RELU",
    21: "RELU6",
    22: "RESHAPE",
    23: "RESIZE_BILINEAR",
    25: "SOFTMAX",
    34: "PAD",
    39: "TRANSPOSE",
    40: "MEAN",
    41: "SUB",
    42: "DIV",
    43: "SQUEEZE",
    45: "STRIDED_SLICE",
    54: "PRELU",
    59: "NEG",
    67: "TRANSPOSE_CONV",
    74: "SUM",
    75: "SQRT",
    76: "RSQRT",
    92: "SQUARE",
    97: "RESIZE_NEAREST_NEIGHBOR",
    99: "SQUARED_DIFFERENCE",
    117: "HARD_SWISH",
    124: "DENSIFY",
}
_CUSTOM = 32
# Element type of a sparse index vector, by its union tag.
_INDEX_DTYPES: dict[int, type[np.generic]] = {1: np.int32, 2: np.uint16, 3: np.uint8}


class Record:
    """One FlatBuffers table, read by field slot; an absent field reads as its default."""

    def __init__(self, buffer: bytes, position: int) -> None:
        self._buffer = buffer
        self._table = Table(buffer, position)

    @classmethod
    def root(cls, buffer: bytes) -> Record:
        """The outermost table of a file."""
        return cls(buffer, struct.unpack_from("<I", buffer)[0])

    def integer(self, slot: int, default: int = 0) -> int:
        """A 32-bit integer field."""
        return self._number(slot, number_types.Int32Flags, default)

    def byte(self, slot: int, default: int = 0) -> int:
        """An 8-bit field: a small enumeration or a flag."""
        return self._number(slot, number_types.Int8Flags, default)

    def text(self, slot: int) -> str:
        """A string field; empty when absent."""
        offset = self._offset(slot)
        return self._table.String(offset + self._table.Pos).decode("utf-8") if offset else ""

    def vector(self, slot: int, dtype: type[np.generic]) -> NDArray[Any]:
        """A vector of numbers; empty when absent."""
        offset = self._offset(slot)
        if not offset:
            return np.zeros(0, dtype)
        start, length = self._table.Vector(offset), self._table.VectorLen(offset)
        return np.frombuffer(self._buffer, dtype, count=length, offset=start)

    def record(self, slot: int) -> Record | None:
        """A nested table, or None when absent."""
        offset = self._offset(slot)
        return Record(self._buffer, self._table.Indirect(offset + self._table.Pos)) if offset else None

    def records(self, slot: int) -> list[Record]:
        """A vector of tables."""
        offset = self._offset(slot)
        if not offset:
            return []
        start, length = self._table.Vector(offset), self._table.VectorLen(offset)
        return [Record(self._buffer, self._table.Indirect(start + 4 * i)) for i in range(length)]

    def _offset(self, slot: int) -> int:
        return int(self._table.Offset(4 + 2 * slot))

    def _number(self, slot: int, flags: Any, default: int) -> int:  # flags: flatbuffers ships no types
        offset = self._offset(slot)
        return int(self._table.Get(flags, offset + self._table.Pos)) if offset else default


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """One operator: `inputs` and `outputs` are tensor indices, −1 for an omitted optional input.

    options: the operator's own option table, read by slot. custom: FlexBuffers options of a custom operator.
    """

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Record | None
    custom: bytes

    def option(self, slot: int, default: int = 0) -> int:
        """A 32-bit option."""
        return self.options.integer(slot, default) if self.options else default

    def flag(self, slot: int) -> int:
        """An 8-bit option: padding, fused activation or a switch."""
        return self.options.byte(slot) if self.options else 0

    def custom_options(self) -> dict[str, Any]:  # FlexBuffers is untyped; each reader knows its own fields
        """Options of a custom operator."""
        return dict(flexbuffers.Loads(self.custom))


class Tensor:
    """Name, shape and, for a weight, the values of one tensor."""

    def __init__(self, record: Record, data: NDArray[np.uint8]) -> None:
        self.shape = tuple(int(size) for size in record.vector(0, np.int32))
        self.name = record.text(3)
        self._dtype = DTYPES.get(record.byte(1))
        self._sparsity = record.record(6)
        self._data = data

    @cached_property
    def value(self) -> NDArray[Any] | None:
        """Dense values of a weight, half precision widened; None for an activation."""
        if not len(self._data):
            return None
        if self._dtype is None:
            raise ModelError(f"Tensor '{self.name}' has an element type that is not converted; use a float model.")
        flat = np.frombuffer(self._data.tobytes(), self._dtype)
        if self._sparsity is None:
            dense = flat.reshape(self.shape)
        else:
            order = self._sparsity.vector(0, np.int32)
            dimensions = [_dimension(record) for record in self._sparsity.records(2)]
            dense = densify(flat, self.shape, order, self._sparsity.vector(1, np.int32), dimensions)
        return dense.astype(np.float32) if dense.dtype == np.float16 else dense


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The first subgraph of a TFLite file."""

    tensors: tuple[Tensor, ...]
    operators: tuple[Operator, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


def read_model(content: bytes) -> Model:
    """Records of a TFLite file.

    Raises:
        ModelError: The bytes are not a TFLite model.
    """
    if content[4:8] != b"TFL3":
        raise ModelError("Expected a TFLite model (identifier TFL3); pull the file again or pass another one.")
    root = Record.root(content)
    codes = [_operator_name(record) for record in root.records(1)]
    subgraph = root.records(2)[0]
    buffers = [record.vector(0, np.uint8) for record in root.records(4)]
    return Model(
        tuple(Tensor(record, buffers[record.integer(2)]) for record in subgraph.records(0)),
        tuple(_operator(record, codes) for record in subgraph.records(3)),
        _indices(subgraph, 1),
        _indices(subgraph, 2),
    )


def _operator(record: Record, codes: list[str]) -> Operator:
    custom = record.vector(5, np.uint8).tobytes()
    return Operator(codes[record.integer(0)], _indices(record, 1), _indices(record, 2), record.record(4), custom)


def _operator_name(record: Record) -> str:
    # Codes above 127 live in the wider field; older writers fill only the narrow one.
    code = max(record.byte(0), record.integer(3))
    return record.text(1) if code == _CUSTOM else OPERATORS.get(code, f"operator {code}")


def _dimension(record: Record) -> Dimension:
    if record.byte(0) == 0:
        return Dimension(record.integer(1), None, None)
    segments, indices = record.record(3), record.record(5)
    if segments is None or indices is None:
        raise ModelError("A sparse weight lacks its index vectors; pull the file again or pass another one.")
    return Dimension(
        0,
        segments.vector(0, _INDEX_DTYPES[record.byte(2)]).astype(np.int64),
        indices.vector(0, _INDEX_DTYPES[record.byte(4)]).astype(np.int64),
    )


def _indices(record: Record, slot: int) -> tuple[int, ...]:
    return tuple(int(index) for index in record.vector(slot, np.int32))
