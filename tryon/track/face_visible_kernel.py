"""Which way each point of the face mesh faces, compiled."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Cosine between a point's normal and the way to the camera where it starts and where it ends to be hidden.
_HIDDEN, _SEEN = -0.15, 0.1


@njit(cache=True, nogil=True)
def facing(
    points_px: NDArray[np.float32],
    triangles: NDArray[np.int32],
    mesh_points: int,
    right_rim: NDArray[np.int64],
    left_rim: NDArray[np.int64],
    visible: NDArray[np.float32],
) -> None:
    """Write 0 (turned away) to 1 (turned to the camera) per point: the mesh's, then the five of each iris.

    An iris is as visible as its rim. Normals are the area-weighted mean of the triangles'; depth is in pixels like x
    and y, so the view is along z.
    """
    normals = np.zeros((mesh_points, 3), np.float32)
    for t in range(len(triangles)):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy = points_px[b, 0] - points_px[a, 0], points_px[b, 1] - points_px[a, 1]
        uz = points_px[b, 2] - points_px[a, 2]
        vx, vy = points_px[c, 0] - points_px[a, 0], points_px[c, 1] - points_px[a, 1]
        vz = points_px[c, 2] - points_px[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for at in (a, b, c):
            normals[at, 0] += nx
            normals[at, 1] += ny
            normals[at, 2] += nz
    for at in range(mesh_points):
        x, y, z = normals[at, 0], normals[at, 1], normals[at, 2]
        length = math.sqrt(x * x + y * y + z * z)
        toward = -z / length if length > 0.0 else 1.0
        share = min(1.0, max(0.0, (toward - _HIDDEN) / (_SEEN - _HIDDEN)))
        visible[at] = share * share * (3.0 - 2.0 * share)
    right, left = np.float32(0.0), np.float32(0.0)
    for n in range(len(right_rim)):
        right += visible[right_rim[n]] / len(right_rim)
        left += visible[left_rim[n]] / len(right_rim)
    visible[mesh_points : mesh_points + 5] = right
    visible[mesh_points + 5 :] = left
