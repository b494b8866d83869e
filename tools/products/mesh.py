"""Triangle meshes as the product scripts build them: millimetres, counterclockwise seen from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
_WELD_MM = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Mesh:
    """A surface.

    points: (N, 3) millimetres. triangles: (M, 3) int. uv: (N, 2), one texture tile per unit.
    """

    points: Array
    triangles: NDArray[np.int64]
    uv: Array

    @classmethod
    def merged(cls, meshes: Iterable[Self]) -> Self:
        """All of them as one; nothing is welded."""
        parts = list(meshes)
        starts = np.cumsum([0] + [len(part.points) for part in parts])
        return cls(
            np.concatenate([part.points for part in parts]),
            np.concatenate([part.triangles + start for part, start in zip(parts, starts[:-1], strict=True)]),
            np.concatenate([part.uv for part in parts]),
        )

    def moved(self, by: ArrayLike) -> Self:
        """Shifted by (3,) millimetres."""
        return replace(self, points=self.points + np.asarray(by, np.float64))

    def turned(self, rotation: Array) -> Self:
        """Turned about the origin by a (3, 3) rotation, or placed by a (4, 4) rigid transform."""
        shift = rotation[:3, 3] if rotation.shape == (4, 4) else 0.0
        return replace(self, points=self.points @ rotation[:3, :3].T + shift)

    def scaled(self, by: ArrayLike) -> Self:
        """Each axis times its own positive factor."""
        return replace(self, points=self.points * np.asarray(by, np.float64))

    def bent(self, to: Callable[[Array], Array]) -> Self:
        """Every point sent through a function of (N, 3) points."""
        return replace(self, points=to(self.points))

    def mirrored(self) -> Self:
        """The other side's twin: x negated, still facing outward."""
        return replace(self, points=self.points * [-1.0, 1.0, 1.0], triangles=self.triangles[:, ::-1])

    def flipped(self) -> Self:
        """Facing the other way."""
        return replace(self, triangles=self.triangles[:, ::-1])

    def outward(self) -> Self:
        """A closed surface facing outward."""
        return self if self.volume_mm3() >= 0.0 else self.flipped()

    def textured(self, scale: ArrayLike, shift: ArrayLike = (0.0, 0.0)) -> Self:
        """Texture coordinates times `scale` plus `shift`."""
        return replace(self, uv=self.uv * np.asarray(scale, np.float64) + np.asarray(shift, np.float64))

    def volume_mm3(self) -> float:
        """Signed volume of a closed surface."""
        corners = self.points[self.triangles]
        return float(np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum() / 6.0)

    def welded(self) -> NDArray[np.int64]:
        """(N,) number of the place each vertex lies at: vertices of equal number touch."""
        cells = np.round(self.points / _WELD_MM).astype(np.int64)
        return np.unique(cells, axis=0, return_inverse=True)[1].reshape(-1)

    def tidy(self) -> Self:
        """Without triangles that have no area."""
        place = self.welded()[self.triangles]
        whole = (place[:, 0] != place[:, 1]) & (place[:, 1] != place[:, 2]) & (place[:, 2] != place[:, 0])
        return replace(self, triangles=self.triangles[whole])

    def shaded(self, crease_deg: float, *, by_area: bool = False) -> tuple[Array, NDArray[np.int64], Array, Array]:
        """(points, triangles, uv, normals) with vertices split where faces meet more sharply than `crease_deg`.

        A corner's normal is the angle-weighted mean of the faces round it that lie within the crease of its own
        face (Thürmer and Wüthrich 1998), so bevels stay crisp and round things smooth. by_area: Faces also weigh by
        their area, so that the flats beside a rounded edge stay flat.
        """
        corners = self.points[self.triangles]
        face = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        area = np.linalg.norm(face, axis=1, keepdims=True)
        face /= np.maximum(area, 1e-30)
        weight = (_corner_angles(corners) * (area if by_area else 1.0)).reshape(-1)
        place = self.welded()[self.triangles].reshape(-1)
        owner = np.repeat(np.arange(len(face)), 3)
        order = np.argsort(place, kind="stable")
        counts = np.bincount(place)
        starts = np.cumsum(counts) - counts
        first = np.repeat(np.arange(len(order)), counts[place[order]])
        rank = np.arange(len(first)) - np.repeat(
            np.cumsum(counts[place[order]]) - counts[place[order]], counts[place[order]]
        )
        a, b = order[first], order[starts[place[order[first]]] + rank]
        near = np.einsum("ij,ij->i", face[owner[a]], face[owner[b]]) >= np.cos(np.deg2rad(crease_deg)) - 1e-9
        a, b = a[near], b[near]
        normals = np.stack(
            [np.bincount(a, face[owner[b], axis] * weight[b], minlength=len(owner)) for axis in range(3)], axis=1
        )
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-30)
        vertex = self.triangles.reshape(-1)
        keys = np.column_stack([place, np.round(normals * 512), np.round(self.uv[vertex] * 65536)])
        _, chosen, number = np.unique(keys, axis=0, return_index=True, return_inverse=True)
        # numbered as first used, so that neighbors in the file are neighbors on the surface
        by_use = np.argsort(chosen)
        new_number = np.empty(len(chosen), np.int64)
        new_number[by_use] = np.arange(len(chosen))
        kept = chosen[by_use]
        triangles = new_number[number.reshape(-1)].reshape(-1, 3)
        return self.points[vertex[kept]], triangles, self.uv[vertex[kept]], normals[kept]


def grid(points: Array, *, uv: Array | None = None, round_u: bool = False, round_v: bool = False) -> Mesh:
    """A sheet from (R, C, 3) points: u runs along columns, v along rows, both 0 to 1 unless `uv` (R, C, 2) is given.

    round_u: The last column joins the first. round_v: The last row joins the first. It faces ∂u × ∂v.
    """
    if uv is None:
        rows, columns = points.shape[:2]
        u = np.arange(columns) / (columns if round_u else columns - 1)
        v = np.arange(rows) / (rows if round_v else rows - 1)
        uv = np.stack(np.broadcast_arrays(u[None, :], v[:, None]), axis=2)
    if round_u:
        points = np.concatenate([points, points[:, :1]], axis=1)
        uv = np.concatenate([uv, uv[:, -1:] + (uv[:, -1:] - uv[:, -2:-1])], axis=1)
    if round_v:
        points = np.concatenate([points, points[:1]], axis=0)
        uv = np.concatenate([uv, uv[-1:] + (uv[-1:] - uv[-2:-1])], axis=0)
    rows, columns = points.shape[:2]
    number = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = number[:-1, :-1], number[:-1, 1:], number[1:, 1:], number[1:, :-1]
    # each quad is cut along its shorter diagonal: fewer slivers where rows are sheared
    flat = points.reshape(-1, 3)
    shorter = np.linalg.norm(flat[a] - flat[c], axis=-1) <= np.linalg.norm(flat[b] - flat[d], axis=-1) + 1e-6
    first = np.where(shorter[..., None], np.stack([a, b, c], -1), np.stack([a, b, d], -1))
    second = np.where(shorter[..., None], np.stack([a, c, d], -1), np.stack([b, c, d], -1))
    triangles = np.stack([first, second], axis=2).reshape(-1, 3)
    return Mesh(flat.astype(np.float64), triangles, uv.reshape(-1, 2).astype(np.float64)).tidy()


def turn(axis: ArrayLike, angle_deg: float) -> Array:
    """(3, 3) rotation about an axis, counterclockwise when it points at you (Rodrigues)."""
    x, y, z = np.asarray(axis, np.float64) / np.linalg.norm(axis)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    angle = np.deg2rad(angle_deg)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross)


def placed(origin: ArrayLike, *, z: ArrayLike, x: ArrayLike = (1.0, 0.0, 0.0)) -> Array:
    """(4, 4) transform that puts an object's own z axis along `z` and its x axis as near as may be to `x`."""
    forward = np.asarray(z, np.float64) / np.linalg.norm(z)
    side = np.asarray(x, np.float64) - forward * np.dot(forward, x)
    if np.linalg.norm(side) < 1e-6:
        side = np.roll(forward, 1) - forward * np.dot(forward, np.roll(forward, 1))
    side = side / np.linalg.norm(side)
    world = np.eye(4)
    world[:3, 0], world[:3, 1], world[:3, 2], world[:3, 3] = side, np.cross(forward, side), forward, origin
    return world


def _corner_angles(corners: Array) -> Array:
    angles = []
    for i in range(3):
        ab = corners[:, (i + 1) % 3] - corners[:, i]
        ac = corners[:, (i + 2) % 3] - corners[:, i]
        lengths = np.linalg.norm(ab, axis=1) * np.linalg.norm(ac, axis=1)
        cosine = np.einsum("ij,ij->i", ab, ac) / np.maximum(lengths, 1e-30)
        angles.append(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return np.stack(angles, axis=1)
