"""Stored primitives brought into model space: morph targets, skin, node transform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.accessors import Accessors
from tryon.gltf.fields import Fields, broken
from tryon.gltf.meshes import Stored
from tryon.gltf.surface import unit


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """Vertices of one primitive in model space; normals and tangents only where the file has them."""

    positions: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    normals: NDArray[np.float32] | None
    tangents: NDArray[np.float32] | None


def pose(stored: Stored, weights: Sequence[float], transforms: NDArray[np.float64]) -> Posed:
    """The primitive morphed, then moved by one (4, 4) transform for all vertices or (N, 4, 4), one each.

    Normals go by the cofactor matrix, so uneven scale keeps them upright; where the transform mirrors, triangles are
    turned round and tangents change side, so that outside stays outside.
    Source: glTF 2.0 specification, 3.7.2.2 and 3.7.4.
    """
    positions, normals, tangents = _morphed(stored, weights)
    linear, offset = transforms[..., :3, :3], transforms[..., :3, 3]
    with np.errstate(over="ignore", invalid="ignore"):  # infinity is refused where primitives are put together
        moved = (_apply(linear, positions) + offset).astype(np.float32)
    triangles = stored.triangles
    side = np.sign(np.linalg.det(linear))
    if np.ndim(side) == 0 and side < 0:
        triangles = np.ascontiguousarray(triangles[:, ::-1])
    if normals is not None:
        outward = np.where(side < 0, -1.0, 1.0)[..., None]
        normals = unit(_apply(_cofactors(linear), normals) * outward)
    if tangents is not None:
        along = unit(_apply(linear, tangents[:, :3]), (1.0, 0.0, 0.0))
        hand = np.where(tangents[:, 3] < 0, -1.0, 1.0) * np.where(side < 0, -1.0, 1.0)
        tangents = np.concatenate([along, hand[:, None]], axis=1).astype(np.float32)
    return Posed(moved, triangles, normals, tangents)


def pose_copies(
    stored: Stored, weights: Sequence[float], transforms: Sequence[NDArray[np.float64]]
) -> tuple[Stored, Posed]:
    """One primitive placed several times as a single one, its attributes repeated to match."""
    copies = [pose(stored, weights, transform) for transform in transforms]
    if len(copies) == 1:
        return stored, copies[0]
    count = len(stored.positions)
    posed = Posed(
        np.concatenate([copy.positions for copy in copies]),
        np.concatenate([copy.triangles + np.uint32(i * count) for i, copy in enumerate(copies)]),
        _joined([copy.normals for copy in copies]),
        _joined([copy.tangents for copy in copies]),
    )
    uv = {number: np.tile(values, (len(copies), 1)) for number, values in stored.uv.items()}
    colors = None if stored.colors is None else np.tile(stored.colors, (len(copies), 1))
    return replace(stored, positions=posed.positions, uv=uv, colors=colors), posed


def _joined(parts: Sequence[NDArray[np.float32] | None]) -> NDArray[np.float32] | None:
    present = [part for part in parts if part is not None]
    return np.concatenate(present) if present else None


def _morphed(
    stored: Stored, weights: Sequence[float]
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None]:
    positions, normals, tangents = stored.positions, stored.normals, stored.tangents
    for weight, target in zip(weights, stored.targets, strict=False):
        if weight == 0.0:
            continue
        if "POSITION" in target:
            positions = positions + np.float32(weight) * target["POSITION"]
        if normals is not None and "NORMAL" in target:
            normals = normals + np.float32(weight) * target["NORMAL"]
        if tangents is not None and "TANGENT" in target:
            tangents = tangents.copy()
            tangents[:, :3] += np.float32(weight) * target["TANGENT"]
    return positions, normals, tangents


def _apply(linear: NDArray[np.float64], vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    moved: NDArray[np.float64]
    if linear.ndim == 2:
        moved = vectors.astype(np.float64) @ linear.T
    else:
        moved = np.einsum("nij,nj->ni", linear, vectors.astype(np.float64))
    return moved


def _cofactors(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cofactor matrices: det(A) A⁻ᵀ, defined even where A has no inverse."""
    a, b, c = linear[..., 0, :], linear[..., 1, :], linear[..., 2, :]
    return np.stack([np.cross(b, c), np.cross(c, a), np.cross(a, b)], axis=-2)


def skin_transforms(
    skin: Fields,
    stored: Stored,
    accessors: Accessors,
    model_from_node: dict[int, NDArray[np.float64]],
    nodes: Sequence[Fields],
) -> NDArray[np.float64] | None:
    """(N, 4, 4) transform of each vertex by its joints, or None where the primitive has no weights."""
    joints = skin.indices("joints", nodes)
    if not joints or stored.joints is None or stored.weights is None:
        return None
    if int(stored.joints[stored.weights > 0].max(initial=0)) >= len(joints):
        raise broken(
            f"{stored.fields.where}.attributes.JOINTS_0", f"joints below {len(joints)}", int(stored.joints.max())
        )
    placed = np.stack([model_from_node[joint] for joint in joints])
    index = skin.index("inverseBindMatrices", accessors.fields)
    if index is not None:
        inverse = accessors.finite(index, 16)
        if len(inverse) < len(joints):
            raise broken(f"{skin.where}.inverseBindMatrices", f"{len(joints)} matrices", len(inverse))
        placed = placed @ inverse[: len(joints)].reshape(-1, 4, 4).transpose(0, 2, 1)
    weights = np.where(np.isfinite(stored.weights), stored.weights, 0.0).astype(np.float64)
    total = weights.sum(axis=1, keepdims=True)
    weights = np.where(total > 1e-9, weights / np.where(total > 1e-9, total, 1.0), np.eye(1, weights.shape[1]))
    chosen = np.minimum(stored.joints, len(joints) - 1)
    blended = np.zeros((len(weights), 4, 4))
    for column in range(weights.shape[1]):
        blended += weights[:, column, None, None] * placed[chosen[:, column]]
    return blended
