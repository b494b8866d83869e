"""The canonical face mesh as NumPy arrays, from MediaPipe's geometry metadata."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ModelError

# Field numbers of MediaPipe's face_geometry messages (geometry_pipeline_metadata.proto, mesh_3d.proto).
_CANONICAL_MESH, _PROCRUSTES_BASIS = 1, 2
_VERTEX_TYPE, _VERTEX_BUFFER, _INDEX_BUFFER = 1, 3, 4
_LANDMARK, _WEIGHT = 1, 2
_VERTEX_POSITION_AND_UV = 0
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def geometry_to_npz(content: bytes) -> bytes:
    """An NPZ file with `vertices_cm` (468, 3) float32, `triangles` (n, 3) int32, `uv` (468, 2) float32,
    `procrustes_index` (k,) int32 and `procrustes_weight` (k,) float32.

    Vertices: x right, y up, z toward the camera. uv: 0 to 1, u right and v down, so v = 0 is above the forehead.

    Raises:
        ModelError: The bytes are not that message.
    """
    try:
        arrays = _arrays(content)
    except (IndexError, ValueError, KeyError) as error:
        raise ModelError(f"The face geometry is damaged ({error}); pull it again or pass another file.") from error
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _arrays(content: bytes) -> dict[str, NDArray[np.float32] | NDArray[np.int32]]:
    mesh: bytes | None = None
    indices: list[int] = []
    weights: list[np.float32] = []
    for field, value in _fields(content):
        if field == _CANONICAL_MESH and isinstance(value, bytes):
            mesh = value
        elif field == _PROCRUSTES_BASIS and isinstance(value, bytes):
            basis = dict(_fields(value))
            landmark, weight = basis.get(_LANDMARK, 0), basis[_WEIGHT]
            indices.append(int(landmark) if isinstance(landmark, int) else -1)
            weights.append(np.frombuffer(weight, "<f4")[0] if isinstance(weight, bytes) else np.float32(weight))
    if mesh is None or not indices:
        raise ModelError("The face geometry holds no canonical mesh; pull it again or pass another file.")
    vertices, triangles = _mesh(mesh)
    return {
        "vertices_cm": vertices[:, :3].copy(),
        "triangles": triangles,
        "uv": vertices[:, 3:].copy(),
        "procrustes_index": np.array(indices, np.int32),
        "procrustes_weight": np.array(weights, np.float32),
    }


def _mesh(message: bytes) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    """Rows of x, y, z, u, v, and rows of three vertex indices."""
    vertices: list[bytes] = []
    indices: list[int] = []
    for field, value in _fields(message):
        if field == _VERTEX_TYPE and value != _VERTEX_POSITION_AND_UV:
            raise ModelError(f"The face geometry has vertex type {value!r}; only position with texture is read.")
        if field == _VERTEX_BUFFER and isinstance(value, bytes):  # packed, or one float32 a field
            vertices.append(value)
        elif field == _INDEX_BUFFER:
            indices += [value] if isinstance(value, int) else list(_varints(value))
    rows = np.frombuffer(b"".join(vertices), "<f4").reshape(-1, 5).astype(np.float32)
    triangles = np.array(indices, np.int32).reshape(-1, 3)
    if triangles.max() >= len(rows):
        raise ModelError("The face geometry's triangles name missing vertices; pull it again or pass another file.")
    return rows, triangles


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field number and value of each field: an integer for a varint, else the raw bytes.

    Source: Protocol Buffers encoding specification, wire types 0, 1, 2 and 5.
    """
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        kind = tag & 7
        if kind == _VARINT:
            value, position = _varint(message, position)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            length, position = _varint(message, position)
        elif kind in (_FIXED32, _FIXED64):
            length = 4 if kind == _FIXED32 else 8
        else:
            raise ValueError(f"wire type {kind}")
        if position + length > len(message):
            raise ValueError("a field runs past the end")
        yield tag >> 3, message[position : position + length]
        position += length


def _varints(packed: bytes) -> Iterator[int]:
    position = 0
    while position < len(packed):
        value, position = _varint(packed, position)
        yield value


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
