"""Where the head is in camera space, and the face as a metric mesh there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.track.face_pose_kernel import fit_head
from tryon.types import Camera, Pose

_ROUNDS = 3


class HeadPoser:
    """Fits the canonical face to tracked points.

    The canonical face has an adult's average size; a face that is really larger comes out as nearer.
    """

    def __init__(self, focal_px: float | None = None) -> None:
        """Load the canonical face; without a focal length the assumed camera's is taken."""
        self._focal_px = focal_px
        with np.load(models.path("face_geometry")) as geometry:
            self._model_m = geometry["vertices_cm"].astype(np.float64) / 100.0
            self._index = geometry["procrustes_index"].astype(np.int64)
            self._weights = geometry["procrustes_weight"].astype(np.float64)

    def pose(
        self, points_px: NDArray[np.float32], *, width: int, height: int
    ) -> tuple[Pose, NDArray[np.float32]] | None:
        """Pose of the head and (468, 3) metric mesh in camera space; None when the points are no face at all.

        The mesh projects exactly onto the points under the same camera, whose axis goes through the picture's middle.
        The turn is against that axis: a face at the picture's edge that looks at the camera is turned toward it.
        """
        camera_from_face = np.empty((4, 4))
        mesh_m = np.empty((len(self._model_m), 3), np.float32)
        focal_px = self._focal_px or Camera.assumed(width, height).focal_y_px
        found = fit_head(
            points_px,
            self._model_m,
            self._index,
            self._weights,
            np.array([(width - 1) / 2.0, (height - 1) / 2.0, focal_px]),
            _ROUNDS,
            camera_from_face,
            mesh_m,
        )
        return (Pose(camera_from_face), mesh_m) if found else None
