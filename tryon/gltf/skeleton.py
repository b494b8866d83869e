"""Skins: how the joints of a posed file move each vertex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.accessors import Accessors
from tryon.gltf.fields import Fields, broken
from tryon.gltf.meshes import Stored


@dataclass(frozen=True, slots=True, eq=False)
class VertexTransforms:
    """Transforms of single vertices, blended only when asked for: 128 bytes each would add up.

    joints: (J, 4, 4) model from bind pose. chosen, weights: (N, K) joint and its share, shares adding up to 1.
    """

    joints: NDArray[np.float64]
    chosen: NDArray[np.uint32]
    weights: NDArray[np.float32]

    def blended(self, start: int, stop: int) -> NDArray[np.float64]:
        """(stop − start, 4, 4) transforms (glTF 2.0, 3.7.3.3)."""
        chosen, weights = self.chosen[start:stop], self.weights[start:stop]
        result = np.zeros((len(chosen), 4, 4))
        for column in range(chosen.shape[1]):
            result += weights[:, column, None, None] * self.joints[chosen[:, column]]
        return result


class Skeleton:
    """All skins of a file in one pose; the joints of each are placed once."""

    def __init__(
        self,
        skins: Sequence[Fields],
        accessors: Accessors,
        nodes: Sequence[Fields],
        model_from_node: Mapping[int, NDArray[np.float64]],
    ) -> None:
        self._skins = skins
        self._accessors = accessors
        self._nodes = nodes
        self._model_from_node = model_from_node
        self._placed: dict[int, NDArray[np.float64]] = {}

    def transforms(self, index: int, stored: Stored) -> VertexTransforms | None:
        """How the joints of one skin move a primitive; None where it has no weights."""
        if index not in self._placed:
            self._placed[index] = self._place(self._skins[index])
        joints = self._placed[index]
        if stored.joints is None or stored.weights is None:
            return None
        where = f"{stored.fields.where}.attributes"
        if not np.isfinite(stored.weights).all():
            raise broken(f"{where}.WEIGHTS_0", "finite weights", "NaN or infinity")
        highest = int(stored.joints[stored.weights > 0].max(initial=0))
        if highest >= len(joints):
            raise broken(f"{where}.JOINTS_0", f"joints below {len(joints)}", highest)
        total = stored.weights.sum(axis=1, keepdims=True)
        weightless = total < 1e-6  # such vertices follow their first joint
        shares = np.where(weightless, np.eye(1, stored.weights.shape[1]), stored.weights)
        weights = (shares / np.where(weightless, 1.0, total)).astype(np.float32)
        return VertexTransforms(joints, np.minimum(stored.joints, len(joints) - 1).astype(np.uint32), weights)

    def _place(self, skin: Fields) -> NDArray[np.float64]:
        joints = skin.indices("joints", self._nodes)
        if not joints:
            raise broken(f"{skin.where}.joints", "at least one joint", "none")
        placed = np.stack([self._model_from_node[joint] for joint in joints])
        index = skin.index("inverseBindMatrices", self._accessors.fields)
        if index is None:
            return placed
        inverse = self._accessors.finite(index, 16)
        if len(inverse) < len(joints):
            raise broken(f"{skin.where}.inverseBindMatrices", f"{len(joints)} matrices", len(inverse))
        return placed @ inverse[: len(joints)].reshape(-1, 4, 4).transpose(0, 2, 1)
