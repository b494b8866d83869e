"""How a file's unit, axes and origin are undone."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ProductError

AXES = ("+x", "-x", "+y", "-y", "+z", "-z")
UNITS_M = {"m": 1.0, "dm": 0.1, "cm": 0.01, "mm": 0.001, "in": 0.0254, "ft": 0.3048}


def axis_vector(axis: str) -> NDArray[np.float64]:
    """(3,) unit vector of "+x" … "-z"."""
    vector = np.zeros(3)
    vector["xyz".index(axis[1])] = 1.0 if axis[0] == "+" else -1.0
    return vector


@dataclass(frozen=True, slots=True)
class Placement:
    """How a file lies.

    metres_per_unit: Length of one file unit.
    up, front: File axes that become the product's +Y and +Z.
    origin: The product's origin, in file units and axes.
    """

    metres_per_unit: float = 1.0
    up: str = "+y"
    front: str = "+z"
    origin: tuple[float, float, float] = field(default=(0.0, 0.0, 0.0))

    def __post_init__(self) -> None:
        if self.up[1] == self.front[1]:
            raise ProductError(
                f"'up' and 'front' lie along one line ({self.up}, {self.front}); expected two axes at right angles."
            )

    @property
    def product_from_file(self) -> NDArray[np.float64]:
        """(4, 4) rotation, uniform scale and translation that undo it."""
        up, front = axis_vector(self.up), axis_vector(self.front)
        rotation = np.stack([np.cross(up, front), up, front])
        product_from_file = np.eye(4)
        product_from_file[:3, :3] = self.metres_per_unit * rotation
        product_from_file[:3, 3] = -self.metres_per_unit * rotation @ np.asarray(self.origin)
        return product_from_file
