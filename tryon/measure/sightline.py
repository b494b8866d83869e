"""A tracked face turned as it is seen, not as its crop was."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def along_sight(
    mesh_m: NDArray[np.float32], camera_from_head: NDArray[np.float64], pupils_middle_m: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(468, 3) mesh and (3, 3) turn of the head with depths read along the line of sight to the face.

    A face tracker sees a crop and says how a face is turned and how deep its points lie against the line of sight
    through the crop's middle; the mesh that comes from it holds these depths against the camera's axis. The two differ
    by the angle between them: 5° for a face whose eyes are on the axis 40 cm away, 20° at the edge of a phone's
    picture. Each point stays on its own pixel's ray, and the pupils' middle where it is.

    Source: our derivation; checked on rendered heads in tests/measure/test_sightline.py.
    """
    mesh = mesh_m.astype(np.float64)
    slopes = mesh[:, :2] / -mesh[:, 2:]
    middle = 0.5 * (slopes.min(0) + slopes.max(0))
    sight = np.array([middle[0], middle[1], -1.0])
    sight /= np.linalg.norm(sight)
    deep = -mesh[:, 2] + pupils_middle_m[2]  # beyond the pupils' middle, as the tracker saw it
    rays = np.concatenate([slopes, -np.ones((len(mesh), 1))], 1)
    reach = (pupils_middle_m @ sight + deep) / (rays @ sight)
    axis = np.cross([0.0, 0.0, -1.0], sight)
    sine = float(np.linalg.norm(axis))
    turn = np.eye(3)
    if sine > 1e-9:
        turn = cv2.Rodrigues(axis / sine * np.arcsin(min(1.0, sine)))[0]
    return rays * reach[:, None], turn @ camera_from_head[:3, :3]
