"""A model as evenly spread points, which is what fitting looks at: it does not depend on how the mesh was cut."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ProductError
from tryon.types import Material, Model

_CLEAR_NAMES = ("lens", "glass", "lense", "verre", "transparent")
_COUNT = 160_000


@dataclass(frozen=True, slots=True, eq=False)
class Cloud:
    """Points on the surface, as many per area everywhere.

    points: (N, 3) float64 in the file's or any later units.
    normals: (N, 3) unit, of the triangles; either side.
    clear: (N,) bool, on a material that light passes through, or that is called a lens.
    label: (N,) int, index in `names`.
    names: Node, mesh and material name of each primitive, lower case.
    """

    points: NDArray[np.float64]
    normals: NDArray[np.float64]
    clear: NDArray[np.bool_]
    label: NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def of(cls, model: Model, *, count: int = _COUNT) -> Self:
        """The model's surface, the same points every time.

        Raises:
            ProductError: The model has no surface.
        """
        corners = [part.positions_m[part.triangles].astype(np.float64) for part in model.primitives]
        triangles = np.concatenate(corners) if corners else np.zeros((0, 3, 3))
        edges = triangles[:, 1:] - triangles[:, :1]
        normals = np.cross(edges[:, 0], edges[:, 1])
        areas = 0.5 * np.linalg.norm(normals, axis=1)
        if not areas.sum() > 0.0:
            raise ProductError(f"{model.name or 'model'}: expected a surface to fit, all triangles are empty.")
        rng = np.random.default_rng(0)
        # Stratified along the cumulated area, so that small parts get their share and not a lucky draw.
        picks = (np.arange(count) + rng.random(count)) / count
        chosen = np.minimum(np.searchsorted(np.cumsum(areas) / areas.sum(), picks), len(areas) - 1)
        u, v = np.sqrt(rng.random(count)), rng.random(count)
        weights = np.stack([1.0 - u, u * (1.0 - v), u * v], axis=1)
        part_of = np.repeat(np.arange(len(corners)), [len(part) for part in corners])[chosen]
        names = tuple(
            f"{part.node} {part.mesh} {model.materials[part.material].name}".lower() for part in model.primitives
        )
        clear = np.array([_is_clear(model.materials[part.material]) for part in model.primitives])
        points = np.einsum("nk,nkd->nd", weights, triangles[chosen])
        return cls(points, normals[chosen] / (2.0 * areas[chosen, None]), clear[part_of], part_of, names)

    def turned(self, rotation: NDArray[np.float64]) -> Self:
        """The cloud under a (3, 3) matrix."""
        return replace(self, points=self.points @ rotation.T, normals=self.normals @ rotation.T)

    def where(self, keep: NDArray[np.bool_]) -> Self:
        """Only some of the points."""
        return type(self)(self.points[keep], self.normals[keep], self.clear[keep], self.label[keep], self.names)

    def named(self, *words: str) -> NDArray[np.bool_]:
        """(N,) points of parts whose names hold one of the words."""
        hits = np.array([any(word in name for word in words) for name in self.names], bool)
        return hits[self.label]

    @property
    def bounds(self) -> NDArray[np.float64]:
        """(2, 3) lowest and highest corner."""
        return np.stack([self.points.min(axis=0), self.points.max(axis=0)])


def _is_clear(material: Material) -> bool:
    passes = material.transmission is not None and material.transmission.factor > 0.2
    blends = material.alpha_mode == "blend" and material.base_color[3] < 0.95
    return passes or blends or any(word in material.name.lower() for word in _CLEAR_NAMES)


def mirror_overlap(points: NDArray[np.float64], axis: int, middle: float) -> float:
    """Share of the points, 0 to 1, that find surface where they are mirrored across the plane `axis` = `middle`.

    Cells a fortieth of the largest extent wide, and their neighbours, count as surface.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    cell = float((high - low).max()) / 40.0
    filled = np.zeros((48, 48, 48), bool)
    filled[tuple(((points - low) / cell).astype(int).T + 3)] = True
    for direction in range(3):
        filled |= np.roll(filled, 1, direction) | np.roll(filled, -1, direction)
    mirrored = points[:: max(1, len(points) // 20_000)].copy()
    mirrored[:, axis] = 2.0 * middle - mirrored[:, axis]
    cells = np.floor((mirrored - low) / cell).astype(int) + 3
    inside = np.all((cells >= 0) & (cells < 48), axis=1)
    return float(filled[tuple(cells[inside].T)].sum() / len(mirrored))
