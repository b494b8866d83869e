"""How far the skin reaches out at each point of the face, as a height field over the frontal plane."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.wear.skin_field_kernel import raise_to, sample

_STEP_M = 0.001
_NO_SKIN_M = -1.0  # far behind every head


class SkinField:
    """z of the outermost skin over (x, y), metres, in the frame the vertices are given in.

    Between grid points it is linear; where there is no face it lies a meter behind it.
    """

    def __init__(
        self, vertices_m: NDArray[np.float64], triangles: NDArray[np.uint32], *, step_m: float = _STEP_M
    ) -> None:
        """Rasterize (N, 3) vertices and (M, 3) triangles."""
        self._step_m = step_m
        self._low_m = vertices_m[:, :2].min(axis=0)
        size = np.ceil((vertices_m[:, :2].max(axis=0) - self._low_m) / step_m).astype(int) + 2
        self._z_m = np.full((size[1], size[0]), _NO_SKIN_M)
        flat = (vertices_m[:, :2] - self._low_m) / step_m
        raise_to(self._z_m, flat, np.ascontiguousarray(vertices_m[:, 2]), triangles)

    def z_m(self, x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """Bilinear z at places of any one shape; a meter behind where a neighbor has no skin."""
        x = (x_m - self._low_m[0]) / self._step_m
        y = (y_m - self._low_m[1]) / self._step_m
        found = np.empty(x.size)
        sample(self._z_m, x.ravel(), y.ravel(), _NO_SKIN_M, found)
        return found.reshape(x.shape)
