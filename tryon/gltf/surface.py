"""Normals and tangents that a file leaves out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def unit(vectors: NDArray[np.floating], fallback: tuple[float, float, float] = (0.0, 0.0, 1.0)) -> NDArray[np.float32]:
    """Vectors of length one; those without length or with NaN become the fallback."""
    with np.errstate(invalid="ignore", over="ignore"):
        length = np.linalg.norm(vectors.astype(np.float64), axis=1)
    good = np.isfinite(length) & (length > 1e-30)
    safe = np.where(good, length, 1.0)[:, None]
    return np.where(good[:, None], vectors / safe, np.array(fallback)).astype(np.float32)


def face_normals(positions: NDArray[np.float32], triangles: NDArray[np.uint32]) -> NDArray[np.float32]:
    """(M, 3) unit normal of each triangle, counterclockwise seen from outside."""
    corners = positions.astype(np.float64)[triangles]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return unit(normals)  # float64 until here keeps slivers from vanishing


def tangents(
    positions: NDArray[np.float32],
    normals: NDArray[np.float32],
    uv: NDArray[np.float64],
    triangles: NDArray[np.uint32],
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.uint32]]:
    """Tangents (K, 4) from texture coordinates, vertices split where mirrored halves of a texture meet.

    Returns (tangents, source, triangles): vertex k of the result is vertex source[k] of the input.
    Source: tangent = (Δv₂ e₁ − Δv₁ e₂) / det per corner, weighted by the corner's angle and made orthogonal to the
    normal, as in MikkTSpace (Mikkelsen 2008), but per indexed vertex; w says on which side the bitangent lies.
    """
    corners, texels = positions.astype(np.float64)[triangles], uv[triangles]
    edge1, edge2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    uv1, uv2 = texels[:, 1] - texels[:, 0], texels[:, 2] - texels[:, 0]
    area = uv1[:, 0] * uv2[:, 1] - uv2[:, 0] * uv1[:, 1]
    along = (uv2[:, 1, None] * edge1 - uv1[:, 1, None] * edge2) * np.sign(area)[:, None]
    along = unit(along, (0.0, 0.0, 0.0)).astype(np.float64)
    mirrored = area > 0  # v runs down in glTF: a texture that is not mirrored has negative area seen from outside
    source, split = _split(len(positions), triangles, mirrored)
    summed = np.zeros((len(source), 3))
    for corner, angle in enumerate(_angles(corners)):
        np.add.at(summed, split[:, corner], along * angle[:, None])
    normal = normals[source].astype(np.float64)
    summed -= normal * (summed * normal).sum(axis=1, keepdims=True)
    flat = np.linalg.norm(summed, axis=1) < 1e-12
    summed[flat] = _any_perpendicular(normal[flat])
    sign = np.ones(len(source))
    sign[split[mirrored].ravel()] = -1.0
    result = np.concatenate([unit(summed), sign[:, None]], axis=1).astype(np.float32)
    return result, source, split


def _split(
    count: int, triangles: NDArray[np.uint32], mirrored: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """Vertices used by mirrored and other triangles alike get a second copy at the end for the mirrored ones."""
    used = np.zeros((2, count), bool)
    for side in (0, 1):
        used[side, triangles[mirrored == bool(side)].ravel()] = True
    both = np.flatnonzero(used[0] & used[1])
    source = np.concatenate([np.arange(count), both])
    copy_of = np.arange(count)
    copy_of[both] = count + np.arange(len(both))
    split = triangles.copy()
    split[mirrored] = copy_of[triangles[mirrored]]
    return source, split


def _angles(corners: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    angles = []
    for i in range(3):
        a = unit(corners[:, (i + 1) % 3] - corners[:, i], (0.0, 0.0, 0.0))
        b = unit(corners[:, (i + 2) % 3] - corners[:, i], (0.0, 0.0, 0.0))
        angles.append(np.arccos(np.clip((a * b).sum(axis=1), -1.0, 1.0)).astype(np.float64))
    return tuple(angles)


def _any_perpendicular(normals: NDArray[np.float64]) -> NDArray[np.float64]:
    axis = np.eye(3)[np.abs(normals).argmin(axis=1)] if len(normals) else np.zeros((0, 3))
    return np.cross(axis, normals)
