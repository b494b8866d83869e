"""Which face points the camera sees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.track.face_points import LEFT_EYE_RIM, MESH_POINTS, POINTS, RIGHT_EYE_RIM
from tryon.track.face_visible_kernel import facing


class FaceVisibility:
    """Tells the far side of a turned head. What hands and hair cover is for the parts mask to say."""

    def __init__(self) -> None:
        with np.load(models.path("face_geometry")) as geometry:
            self._triangles = np.ascontiguousarray(geometry["triangles"], dtype=np.int32)

    def see(self, points_px: NDArray[np.float32]) -> NDArray[np.float32]:
        """(478,) float32, 0 (hidden) to 1."""
        visible = np.empty(POINTS, np.float32)
        facing(points_px, self._triangles, MESH_POINTS, RIGHT_EYE_RIM, LEFT_EYE_RIM, visible)
        return visible
