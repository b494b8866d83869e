"""The list of what is drawn: one mesh in one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.render.upload import Mesh, Uploads
from tryon.types.scene import Item

_LOW_OR_HIGH = np.array([[index >> 2 & 1, index >> 1 & 1, index & 1] for index in range(8)])
_AXES = np.arange(3)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """One mesh of one item, placed.

    camera_from_model: (4, 4) float64. scale: Metres in camera space of one model metre. mirrored: The placing mirrors.
    corners_m: (8, 3) float64 corners of the mesh's bounds in camera space.
    """

    item: Item
    mesh: Mesh
    camera_from_model: NDArray[np.float64]
    scale: float
    mirrored: bool
    corners_m: NDArray[np.float64]

    @property
    def away_m(self) -> float:
        """Distance of the middle along the camera's axis, by which batches are sorted."""
        return float(-self.corners_m[:, 2].mean())


def batches_of(items: Iterable[Item], uploads: Uploads) -> list[Batch]:
    """Every mesh of every item, uploaded where it was not yet, nearest first.

    Raises:
        ParameterError: A placing that is not finite or flattens the model.
    """
    found: list[Batch] = []
    for item in items:
        placing = np.asarray(item.camera_from_model, np.float64)
        volume = float(np.linalg.det(placing[:3, :3])) if np.isfinite(placing).all() else 0.0
        if volume == 0.0:
            raise ParameterError(f"camera_from_model of '{item.model.name}': expected a finite, invertible placing.")
        for mesh in uploads.get(item.model).meshes:
            corners = _corners(mesh.bounds_m) @ placing[:3, :3].T + placing[:3, 3]
            found.append(Batch(item, mesh, placing, abs(volume) ** (1.0 / 3.0), volume < 0.0, corners))
    return sorted(found, key=lambda batch: batch.away_m)


def _corners(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(bounds[_LOW_OR_HIGH, _AXES])
