"""Primitives packed by Draco, unpacked: KHR_draco_mesh_compression."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError
from tryon.gltf.accessors import Accessors, normalized
from tryon.gltf.buffers import Buffers
from tryon.gltf.fields import Fields, broken


@dataclass(frozen=True, slots=True, eq=False)
class Unpacked:
    """Indices (M * 3, 1) and attributes by their glTF names, as floats or whole numbers (N, K)."""

    indices: NDArray[np.uint32]
    attributes: Mapping[str, NDArray[np.generic]]


def unpack(fields: Fields, primitive: Fields, buffers: Buffers, accessors: Accessors) -> Unpacked:
    """Triangles and vertices of one Draco primitive; counts must be those that the file states.

    Source: KHR_draco_mesh_compression; the bit stream is read by Google's decoder.
    """
    try:
        import DracoPy
    except ImportError:
        raise MissingExtraError("dracopy", extra="render") from None
    view = fields.index("bufferView", buffers.views)
    if view is None:
        raise broken(fields.where, "a bufferView", "nothing")
    names, sources = fields.child("attributes"), primitive.child("attributes")
    if names is None or sources is None:
        raise broken(fields.where, "attributes", "nothing")
    count = _stated_count(primitive, sources, accessors)
    buffers.reserve(count * 32, fields.where)
    try:
        mesh = DracoPy.decode(bytes(buffers.view(view)))
    except Exception as error:  # DracoPy raises its own, ValueError and RuntimeError alike
        raise broken(fields.where, "Draco data", f"data its decoder refuses ({type(error).__name__})") from None
    faces = getattr(mesh, "faces", None)
    if faces is None or not len(faces):
        raise broken(fields.where, "Draco triangles", "points without triangles")
    attributes: dict[str, NDArray[np.generic]] = {}
    for name in names.data:
        found = mesh.get_attribute_by_unique_id(names.whole(name))
        if found is None:
            raise broken(f"{names.where}.{name}", "an attribute of the Draco data", f"unknown id {names.whole(name)}")
        attributes[name] = _as_stated(np.asarray(found["data"]), name, sources, accessors)
    return Unpacked(np.asarray(faces, np.uint32).reshape(-1, 1), attributes)


def _stated_count(primitive: Fields, sources: Fields, accessors: Accessors) -> int:
    indices = primitive.index("indices", accessors.fields)
    position = sources.index("POSITION", accessors.fields)
    return sum(accessors.count(index) for index in (indices, position) if index is not None)


def _as_stated(values: NDArray[np.generic], name: str, sources: Fields, accessors: Accessors) -> NDArray[np.generic]:
    values = values.reshape(len(values), -1)
    index = sources.index(name, accessors.fields)
    if index is None or values.dtype.kind == "f" or not accessors.fields[index].flag("normalized"):
        return values
    return normalized(values)
