"""A cloud seen along one axis: filled cells, and the holes that light falls through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """Background that surface surrounds.

    low, high: (2,) its bounding box in the cloud's units. center: (2,) of its area. area: In square units.
    inscribed_center, inscribed_radius: Largest circle in it.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    center: NDArray[np.float64]
    area: float
    inscribed_center: NDArray[np.float64]
    inscribed_radius: float


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """filled: (H, W) bool; row, column = (point − low) / cell, rows along the second coordinate."""

    filled: NDArray[np.bool_]
    low: NDArray[np.float64]
    cell: float

    @classmethod
    def of(cls, points: NDArray[np.float64], *, cells: int = 320) -> Self:
        """(N, 2) points; the larger extent is `cells` cells long, with two empty ones all round."""
        low, high = points.min(axis=0), points.max(axis=0)
        cell = float((high - low).max()) / cells or 1.0
        size = np.ceil((high - low) / cell).astype(int) + 5
        filled = np.zeros((size[1], size[0]), np.uint8)
        at = ((points - low) / cell).astype(int) + 2
        filled[at[:, 1], at[:, 0]] = 1
        # Random points leave pinholes; closing does not move edges.
        filled = cv2.morphologyEx(filled, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
        return cls(filled.astype(bool), low - 2.0 * cell, cell)

    def holes(self) -> list[Hole]:
        """Holes of at least a thousandth of the picture, largest first."""
        count, labels, stats, centers = cv2.connectedComponentsWithStats(
            (~self.filled).astype(np.uint8), connectivity=4
        )
        outside = set(np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])).tolist())
        found = []
        for index in range(1, count):
            left, top, width, height, area = stats[index].tolist()
            if index in outside or area < self.filled.size / 1000:
                continue
            mask = (labels[top - 1 : top + height + 1, left - 1 : left + width + 1] == index).astype(np.uint8)
            if not mask.any() or (self.filled[top : top + height, left : left + width] == 1).all():
                continue
            distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
            row, column = np.unravel_index(int(np.argmax(distance)), distance.shape)
            found.append(
                Hole(
                    self._at(left, top),
                    self._at(left + width, top + height),
                    self._at(centers[index][0] + 0.5, centers[index][1] + 0.5),
                    area * self.cell**2,
                    self._at(left - 1 + column + 0.5, top - 1 + row + 0.5),
                    float(distance[row, column]) * self.cell,
                )
            )
        return sorted(found, key=lambda hole: -hole.area)

    def _at(self, column: float, row: float) -> NDArray[np.float64]:
        return self.low + self.cell * np.array([column, row], np.float64)
