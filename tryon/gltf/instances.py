"""EXT_mesh_gpu_instancing: one mesh at many places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.accessors import Accessors
from tryon.gltf.fields import Fields, broken
from tryon.gltf.nodes import rotation_matrix


class Instances:
    """Where the copies of one node's mesh stand, in the node's space; a single one in place when not instanced."""

    def __init__(self, node: Fields, accessors: Accessors) -> None:
        extension = node.extension("EXT_mesh_gpu_instancing")
        attributes = extension.child("attributes") if extension is not None else None
        self._where = node.where
        self._values: dict[str, NDArray[np.float64]] = {}
        self.count = 1
        if attributes is None:
            return
        for name, width in (("TRANSLATION", 3), ("ROTATION", 4), ("SCALE", 3)):
            index = attributes.index(name, accessors.fields)
            if index is not None:
                self._values[name] = accessors.finite(index, width)
        counts = {len(values) for values in self._values.values()}
        if len(counts) != 1:
            raise broken(attributes.where, "as many translations as rotations and scales", sorted(counts) or "none")
        self.count = counts.pop()

    def node_from_copy(self) -> Sequence[NDArray[np.float64]]:
        """(4, 4) transform of each copy."""
        transforms = [np.eye(4) for _ in range(self.count)]
        for i, transform in enumerate(transforms):
            if "ROTATION" in self._values:
                transform[:3, :3] = rotation_matrix(self._values["ROTATION"][i], self._where)
            if "SCALE" in self._values:
                transform[:3, :3] *= self._values["SCALE"][i]
            if "TRANSLATION" in self._values:
                transform[:3, 3] = self._values["TRANSLATION"][i]
        return transforms
