"""Mesh primitives as stored: attributes, morph targets and triangles, checked but not yet posed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.accessors import Accessors
from tryon.gltf.buffers import Buffers
from tryon.gltf.fields import Fields, broken
from tryon.gltf.limits import Limits
from tryon.gltf.notes import Notes

_MODES = {0: "points", 1: "lines", 2: "lines", 3: "lines", 4: "triangles", 5: "strip", 6: "fan"}


@dataclass(frozen=True, slots=True, eq=False)
class Stored:
    """One primitive in its mesh's space.

    uv: TEXCOORD_n by n. targets: One mapping a morph target, of POSITION, NORMAL and TANGENT offsets (N, 3).
    joints, weights: (N, 4 * sets), or None.
    """

    fields: Fields
    positions: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    normals: NDArray[np.float32] | None
    tangents: NDArray[np.float32] | None
    uv: Mapping[int, NDArray[np.float32]]
    colors: NDArray[np.float32] | None
    joints: NDArray[np.uint32] | None
    weights: NDArray[np.float32] | None
    targets: tuple[Mapping[str, NDArray[np.float32]], ...]


class Meshes:
    """All meshes of one file; each primitive is read when first drawn, and kept."""

    def __init__(self, root: Fields, buffers: Buffers, accessors: Accessors, limits: Limits) -> None:
        self.fields = root.children("meshes", most=limits.objects)
        self._buffers = buffers
        self._accessors = accessors
        self._limits = limits
        self._stored: dict[int, tuple[Stored, ...]] = {}
        self.notes = Notes()

    def stored(self, index: int) -> tuple[Stored, ...]:
        """The primitives of one mesh that are made of triangles."""
        if index not in self._stored:
            primitives = self.fields[index].children("primitives", most=self._limits.objects)
            found = (self._read(fields) for fields in primitives)
            self._stored[index] = tuple(stored for stored in found if stored is not None)
        return self._stored[index]

    def _read(self, fields: Fields) -> Stored | None:
        mode = fields.whole("mode", 4)
        if mode not in _MODES:
            raise broken(f"{fields.where}.mode", "a number from 0 to 6", mode)
        if _MODES[mode] in ("points", "lines"):
            self.notes.add(f"{fields.where} is made of {_MODES[mode]} and was left out.")
            return None
        attributes = fields.child("attributes")
        if attributes is None or "POSITION" not in attributes:
            self.notes.add(f"{fields.where} has no positions and was left out.")
            return None
        packed = fields.extension("KHR_draco_mesh_compression")
        source = _Source(fields, attributes, self._buffers, self._accessors, packed)
        self._refuse_too_many(source.index_count(), fields.where)
        positions = source.floats("POSITION", (3,))
        triangles = _triangles(_MODES[mode], source.indices(len(positions)))
        if not len(triangles):
            self.notes.add(f"{fields.where} holds no triangle and was left out.")
            return None
        return self._assembled(fields, source, _finite_positions(positions, triangles, fields.where), triangles)

    def _assembled(
        self, fields: Fields, source: _Source, positions: NDArray[np.float32], triangles: NDArray[np.uint32]
    ) -> Stored:
        count = len(positions)
        normals = self._clean(source, "NORMAL", (3,), count)
        tangents = self._clean(source, "TANGENT", (4,), count) if normals is not None else None
        sets = (n for n in range(16) if f"TEXCOORD_{n}" in source)
        uv = {n: found for n in sets if (found := self._clean(source, f"TEXCOORD_{n}", (2,), count)) is not None}
        colors = self._clean(source, "COLOR_0", (3, 4), count)
        if colors is not None and colors.shape[1] == 3:
            colors = np.concatenate([colors, np.ones((count, 1), np.float32)], axis=1)
        joints, weights = source.skin(count)
        targets = tuple(
            _target(target, self._accessors, count) for target in fields.children("targets", most=self._limits.objects)
        )
        return Stored(fields, positions, triangles, normals, tangents, uv, colors, joints, weights, targets)

    def _clean(self, source: _Source, name: str, widths: tuple[int, ...], count: int) -> NDArray[np.float32] | None:
        """An attribute, or None with a note when it holds NaN or infinity."""
        if name not in source:
            return None
        values = source.floats(name, widths)
        if len(values) != count:
            raise broken(f"{source.where}.attributes.{name}", f"{count} values, one a vertex", len(values))
        if not np.isfinite(values).all():
            self.notes.add(f"{source.where}.attributes.{name} holds NaN or infinity and was left out.")
            return None
        return values

    def _refuse_too_many(self, indices: int, where: str) -> None:
        if indices // 3 > self._limits.triangles:
            most = f"at most {self._limits.triangles} triangles"
            raise broken(where, most, indices // 3, step="simplify the model")


class _Source:
    """Attributes of one primitive, from its accessors or from Draco data."""

    def __init__(
        self, fields: Fields, attributes: Fields, buffers: Buffers, accessors: Accessors, packed: Fields | None
    ) -> None:
        self.where = fields.where
        self._fields = fields
        self._attributes = attributes
        self._accessors = accessors
        self._packed = packed
        self._buffers = buffers
        self._indices: NDArray[np.uint32] | None = None
        self._unpacked: Mapping[str, NDArray[np.generic]] = {}
        if packed is not None:
            self._unpack(packed)

    def _unpack(self, packed: Fields) -> None:
        from tryon.gltf.draco import unpack

        unpacked = unpack(packed, self._fields, self._buffers, self._accessors)
        self._indices, self._unpacked = unpacked.indices[:, 0], unpacked.attributes

    def __contains__(self, name: str) -> bool:
        return name in self._attributes

    def index_count(self) -> int:
        """Indices, or vertices where there are none."""
        if self._indices is not None:
            return len(self._indices)
        index = self._fields.index("indices", self._accessors.fields)
        index = self._index("POSITION") if index is None else index
        return self._accessors.count(index)

    def _index(self, name: str) -> int:
        index = self._attributes.index(name, self._accessors.fields)
        if index is None:
            raise broken(f"{self._attributes.where}.{name}", "the index of an accessor", "nothing")
        return index

    def floats(self, name: str, widths: tuple[int, ...]) -> NDArray[np.float32]:
        if name not in self._unpacked:
            return self._accessors.floats(self._index(name), widths)
        values = self._unpacked[name]
        if values.shape[1] not in widths:
            raise broken(f"{self._attributes.where}.{name}", f"{widths} components", values.shape[1])
        return values.astype(np.float32)

    def _whole(self, name: str) -> NDArray[np.uint32]:
        if name in self._unpacked:
            return self._unpacked[name].astype(np.uint32)
        return self._accessors.whole(self._index(name), 4)

    def indices(self, vertices: int) -> NDArray[np.uint32]:
        if self._indices is None:
            index = self._fields.index("indices", self._accessors.fields)
            if index is None:
                return np.arange(vertices, dtype=np.uint32)
            self._indices = self._accessors.whole(index, 1)[:, 0]
        highest = int(self._indices.max(initial=0))
        if highest >= vertices:
            raise broken(f"{self.where}.indices", f"vertex indices below {vertices}", highest)
        return self._indices

    def skin(self, count: int) -> tuple[NDArray[np.uint32] | None, NDArray[np.float32] | None]:
        joints, weights = [], []
        for n in range(4):
            if f"JOINTS_{n}" in self and f"WEIGHTS_{n}" in self:
                joints.append(self._whole(f"JOINTS_{n}"))
                weights.append(self.floats(f"WEIGHTS_{n}", (4,)))
        if not joints:
            return None, None
        lengths = {len(values) for values in (*joints, *weights)}
        if lengths != {count} or any(values.shape[1] != 4 for values in joints):
            raise broken(f"{self.where}.attributes", f"4 joints and weights for each of {count} vertices", "others")
        return np.concatenate(joints, axis=1), np.concatenate(weights, axis=1)


def _finite_positions(positions: NDArray[np.float32], triangles: NDArray[np.uint32], where: str) -> NDArray[np.float32]:
    bad = np.asarray(~np.isfinite(positions).all(axis=1))
    if not bad.any():
        return positions
    used = int(np.count_nonzero(bad[np.unique(triangles)]))
    if used:
        got = f"{used} vertices with NaN or infinity"
        raise broken(f"{where}.attributes.POSITION", "finite positions", got, step="clean the mesh and export again")
    positions = positions.copy()
    positions[bad] = 0.0
    return positions


def _triangles(mode: str, indices: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """(M, 3) counterclockwise triangles of a list, strip or fan (glTF 2.0, 3.7.2.1)."""
    if mode == "triangles":
        return np.ascontiguousarray(indices[: len(indices) // 3 * 3].reshape(-1, 3))
    count = max(len(indices) - 2, 0)
    first = np.arange(count)
    if mode == "strip":
        order = np.stack([first, first + 1 + first % 2, first + 2 - first % 2], axis=1)
    else:
        order = np.stack([first + 1, first + 2, np.zeros_like(first)], axis=1)
    triangles = indices[order].astype(np.uint32).reshape(-1, 3)
    a, b, c = triangles.T
    whole: NDArray[np.uint32] = triangles[(a != b) & (b != c) & (c != a)]
    return whole  # strips are stitched with triangles of no area


def _target(fields: Fields, accessors: Accessors, count: int) -> Mapping[str, NDArray[np.float32]]:
    offsets = {}
    for name in ("POSITION", "NORMAL", "TANGENT"):
        index = fields.index(name, accessors.fields)
        if index is None:
            continue
        values = accessors.floats(index, (3,))
        if len(values) != count or not np.isfinite(values).all():
            raise broken(f"{fields.where}.{name}", f"{count} finite offsets, one a vertex", "others")
        offsets[name] = values
    return offsets
