"""Which face points the camera sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.geometry.face_mesh import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from tryon.track.face_points import MESH_POINTS, POINTS
from tryon.track.face_visible_kernel import facing


class FaceVisibility:
    """Tells the far side of a turned head, and what the smoother holds because something covers it."""

    def __init__(self) -> None:
        with np.load(models.path("face_geometry")) as geometry:
            self._triangles = np.ascontiguousarray(geometry["triangles"], dtype=np.int32)

    def see(self, points_px: NDArray[np.float32], covered: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """(478,) float32, 0 (hidden) to 1.

        Args:
            covered: (478,) float32, 1 where something is known to lie over the face.
        """
        visible = np.empty(POINTS, np.float32)
        facing(points_px, self._triangles, visible[:MESH_POINTS])
        visible[list(RIGHT_IRIS)] = visible[list(RIGHT_EYE)].mean()
        visible[list(LEFT_IRIS)] = visible[list(LEFT_EYE)].mean()
        if covered is not None:
            visible *= 1.0 - covered
        return visible
