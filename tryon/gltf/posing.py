"""Stored primitives brought into model space: morph targets, skin, node transform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.meshes import Stored
from tryon.gltf.skeleton import VertexTransforms
from tryon.gltf.surface import unit


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """Vertices of one primitive in model space; normals and tangents only where the file has them."""

    positions: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    normals: NDArray[np.float32] | None
    tangents: NDArray[np.float32] | None


_AT_ONCE = 65_536  # vertices of a skin that are moved in one go


def pose(stored: Stored, weights: Sequence[float], transforms: NDArray[np.float64] | VertexTransforms) -> Posed:
    """The primitive morphed, then moved by one (4, 4) transform for all vertices, or by one for each.

    Normals go by the cofactor matrix, so uneven scale keeps them upright; where the transform mirrors, triangles are
    turned round and tangents change side, so that outside stays outside.
    Source: glTF 2.0 specification, 3.7.2.2 and 3.7.4.
    """
    vertices = _morphed(stored, weights)
    if isinstance(transforms, VertexTransforms):
        starts = range(0, len(stored.positions), _AT_ONCE)
        parts = [_moved(vertices, transforms.blended(at, at + _AT_ONCE), slice(at, at + _AT_ONCE)) for at in starts]
        positions = np.concatenate([part[0] for part in parts])
        normals, tangents = _joined([part[1] for part in parts]), _joined([part[2] for part in parts])
        mirrored = sum(part[3] * len(part[0]) for part in parts) > 0.5 * len(positions)
    else:
        positions, normals, tangents, share = _moved(vertices, transforms, slice(None))
        mirrored = share > 0.5
    triangles = np.ascontiguousarray(stored.triangles[:, ::-1]) if mirrored else stored.triangles
    return Posed(positions, triangles, normals, tangents)


def _moved(
    vertices: tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None],
    transforms: NDArray[np.float64],
    chosen: slice,
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None, NDArray[np.float32] | None, float]:
    """Positions, normals and tangents of the chosen vertices, and the share of the transforms that mirrors."""
    positions = vertices[0][chosen]
    normals, tangents = (None if values is None else values[chosen] for values in vertices[1:])
    linear, offset = transforms[..., :3, :3], transforms[..., :3, 3]
    with np.errstate(over="ignore", invalid="ignore"):  # infinity is refused where primitives are put together
        moved = (_apply(linear, positions) + offset).astype(np.float32)
        side = np.where(np.linalg.det(linear) < 0, -1.0, 1.0)
    if normals is not None:
        normals = unit(_apply(_cofactors(linear), normals) * side[..., None])
    if tangents is not None:
        along = unit(_apply(linear, tangents[:, :3]), (1.0, 0.0, 0.0))
        hand = np.where(tangents[:, 3] < 0, -1.0, 1.0) * side
        tangents = np.concatenate([along, hand[:, None]], axis=1).astype(np.float32)
    return moved, normals, tangents, float((side < 0).mean())


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
