"""The node tree of a file: which nodes the scene holds and where each stands in model space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.container import Container
from tryon.gltf.fields import Fields, broken

Pose = Mapping[int, Mapping[str, NDArray[np.float64]]]  # node → "translation", "rotation", "scale" or "weights"


@dataclass(frozen=True, slots=True, eq=False)
class Nodes:
    """All nodes, those of the scene in drawing order, and every parent."""

    fields: tuple[Fields, ...]
    drawn: tuple[int, ...]
    parents: Mapping[int, int]

    def model_from_node(self, pose: Pose) -> dict[int, NDArray[np.float64]]:
        """(4, 4) transforms of all nodes that the tree reaches, with the pose's values in place of the file's."""
        placed: dict[int, NDArray[np.float64]] = {}
        for index in range(len(self.fields)):
            chain, node = [], index
            while node not in placed:
                chain.append(node)
                if node not in self.parents:
                    break
                node = self.parents[node]
            for node in reversed(chain):
                local = parent_from_node(self.fields[node], pose.get(node, {}))
                parent = self.parents.get(node)
                placed[node] = placed[parent] @ local if parent is not None else local
        return placed


def read_nodes(container: Container, most: int) -> Nodes:
    """The tree, checked: no cycle, one parent each, at most so many nodes.

    Source: glTF 2.0 specification, 3.5.
    """
    root = container.root
    fields = root.children("nodes", most=most)
    parents: dict[int, int] = {}
    for index, node in enumerate(fields):
        for child in node.indices("children", fields):
            if child in parents:
                raise broken(fields[child].where, "one parent", f"two, nodes {parents[child]} and {index}")
            parents[child] = index
    _refuse_cycles(fields, parents)
    scenes = root.children("scenes", most=most)
    scene = root.index("scene", scenes)
    if scenes:
        roots = scenes[scene or 0].indices("nodes", fields)
    else:  # legal: a library of parts; its parentless nodes are what there is to draw
        roots = tuple(index for index in range(len(fields)) if index not in parents)
    return Nodes(fields, _in_order(fields, roots), parents)


def _refuse_cycles(fields: tuple[Fields, ...], parents: Mapping[int, int]) -> None:
    safe: set[int] = set()
    for index in range(len(fields)):
        trail: list[int] = []
        seen: set[int] = set()
        node: int | None = index
        while node is not None and node not in safe:
            if node in seen:
                raise broken(fields[node].where, "a tree of nodes", "a node that is its own ancestor")
            trail.append(node)
            seen.add(node)
            node = parents.get(node)
        safe.update(trail)


def _in_order(fields: tuple[Fields, ...], roots: tuple[int, ...]) -> tuple[int, ...]:
    found: dict[int, None] = {}
    waiting = list(reversed(roots))
    while waiting:
        node = waiting.pop()
        if node not in found:
            found[node] = None
            waiting.extend(reversed(fields[node].indices("children", fields)))
    return tuple(found)


def parent_from_node(fields: Fields, pose: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
    """(4, 4) float64 local transform: move @ turn @ scale, or the matrix the file gives."""
    if "matrix" in fields and not pose.keys() - {"weights"}:
        values = fields.numbers("matrix", (0.0,) * 16)
        local = np.array(values, np.float64).reshape(4, 4).T
        if not np.allclose(local[3], (0.0, 0.0, 0.0, 1.0)):
            raise broken(f"{fields.where}.matrix", "a last row of 0 0 0 1", "a perspective")
        return local
    local = np.eye(4)
    scale = pose.get("scale", np.array(fields.numbers("scale", (1.0, 1.0, 1.0))))
    turn = pose.get("rotation", np.array(fields.numbers("rotation", (0.0, 0.0, 0.0, 1.0))))
    local[:3, :3] = rotation_matrix(turn, fields.where) * scale
    local[:3, 3] = pose.get("translation", np.array(fields.numbers("translation", (0.0, 0.0, 0.0))))
    return local


def rotation_matrix(quaternion: NDArray[np.float64], where: str) -> NDArray[np.float64]:
    """(3, 3) rotation of an (x, y, z, w) quaternion of any length but zero."""
    length = float(np.linalg.norm(quaternion))
    if length < 1e-12:
        raise broken(f"{where}.rotation", "a unit quaternion", "one of length zero")
    x, y, z, w = quaternion / length
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
