"""One person's own face at rest: what is learned from all frames so far, so that products do not wander with smiles.

A tracked mesh breathes with every expression and is seen well from the front only. What a product rests on (nose,
temples, ears) is bone, so its shape is the mean over frames, frontal ones counting more, made symmetric about the
person's own midline. The midline is fitted as well: a tracked pose may be turned by two degrees against the nose.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.geometry.face_mesh import LEFT_IRIS, RIGHT_IRIS
from tryon.types import Camera, Head
from tryon.wear.head_proxy import ear_points

_MOST = 90.0  # frames of weight after which older ones fade, three seconds
_FRONTAL_RAD = math.radians(22.0)
_LEAST_WEIGHT = 0.02
# Pairs (right, left) and single points that mark the midline: inner and outer eye corners, nose flanks, temples.
_PAIRS: Final = ((133, 362), (33, 263), (122, 351), (196, 419), (188, 412), (217, 437), (127, 356), (162, 389))
_MIDDLE: Final = (168, 6, 197, 195, 8, 9)
_PAIR_WEIGHT, _FAR_WEIGHT, _MIDDLE_WEIGHT = 1.0, 0.25, 1.0
_RIGHT_CORNERS, _LEFT_CORNERS = (33, 133), (263, 362)
# The pupil stands this far out of the line between the eye's corners: 16 to 17 mm from the outer orbital rim to the
# cornea (Migliori and Gladstone 1984), less 3 mm of anterior chamber and what the outer corner lies before the rim.
_PUPIL_AHEAD_M = 0.0045


@dataclass(frozen=True, slots=True, eq=False)
class Canonical:
    """The canonical face: vertices_m (468, 3); triangles (898, 3) uint32; mirror (468,), each point's counterpart."""

    vertices_m: NDArray[np.float64]
    triangles: NDArray[np.uint32]
    mirror: NDArray[np.int64]


@functools.cache
def canonical_face() -> Canonical:
    """The average adult's face mesh, metres: +X the person's left, +Y up, +Z out of the face."""
    with np.load(models.path("face_geometry")) as stored:
        vertices_m = stored["vertices_cm"].astype(np.float64) / 100.0
        triangles = stored["triangles"].astype(np.uint32)
    other = vertices_m * [-1.0, 1.0, 1.0]
    distance = np.linalg.norm(vertices_m[:, None] - other[None], axis=2)
    return Canonical(vertices_m, triangles, distance.argmin(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A face at rest in its midline's frame: symmetric about x = 0, true size, origin near the head's.

    vertices_m: (468, 3). pupils_m: (2, 3), right and left eye's, symmetric, as they looked into the camera.
    head_from_midline: (4, 4) rigid, into the tracked head's frame; a small turn and shift.
    """

    vertices_m: NDArray[np.float64]
    pupils_m: NDArray[np.float64]
    ears_m: NDArray[np.float64]
    head_from_midline: NDArray[np.float64]


class FaceShape:
    """Learns one person's shape frame by frame."""

    def __init__(self) -> None:
        self._mean_m: NDArray[np.float64] | None = None
        self._weight = 0.0

    def learn(self, head: Head, camera: Camera) -> None:
        """Take one more frame into the mean."""
        turn, place = head.camera_from_head[:3, :3], head.camera_from_head[:3, 3]
        ears = ear_points(head)
        camera_m = np.concatenate([head.mesh_m, _pupils(head, camera), [ears.rest_right, ears.rest_left]])
        seen_m = (camera_m - place) @ turn
        # Turned away from the line of sight, not from the picture's axis: a face at the border is seen from aside.
        sight = -place / max(float(np.linalg.norm(place)), 1e-9)
        away_rad = math.acos(min(1.0, max(-1.0, float(turn[:, 2] @ sight))))
        weight = max(math.exp(-((away_rad / _FRONTAL_RAD) ** 2)), _LEAST_WEIGHT)
        if self._mean_m is None:
            self._mean_m, self._weight = seen_m, weight
            return
        self._weight = min(self._weight + weight, _MOST)
        self._mean_m += (weight / self._weight) * (seen_m - self._mean_m)

    def shape(self) -> Shape:
        """The shape learned so far; `learn` came first."""
        if self._mean_m is None:
            raise RuntimeError("FaceShape.shape was called before any frame was learned.")
        mean_m = self._mean_m
        head_from_midline = _midline(mean_m)
        own_m = (mean_m - head_from_midline[:3, 3]) @ head_from_midline[:3, :3]
        mirror = np.concatenate([canonical_face().mirror, [469, 468, 471, 470]])
        symmetric_m = 0.5 * (own_m + own_m[mirror] * [-1.0, 1.0, 1.0])
        return Shape(symmetric_m[:468], symmetric_m[468:470], symmetric_m[470:], head_from_midline)


def _pupils(head: Head, camera: Camera) -> NDArray[np.float64]:
    """(2, 3) camera space: the irises' centers on the rays of their pixels, as far ahead of the corners as eyes are."""
    points = head.face.landmarks.points_px
    ahead_m = _PUPIL_AHEAD_M * head.scale * head.camera_from_head[:3, 2]
    pupils = []
    for iris, corners in ((RIGHT_IRIS[0], _RIGHT_CORNERS), (LEFT_IRIS[0], _LEFT_CORNERS)):
        away_m = -float(head.mesh_m[list(corners), 2].mean() + ahead_m[2])
        x = (float(points[iris, 0]) - camera.center_x_px) / camera.focal_x_px
        y = (camera.center_y_px - float(points[iris, 1])) / camera.focal_y_px
        pupils.append((x * away_m, y * away_m, -away_m))
    return np.array(pupils)


def _midline(mean_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(4, 4) head_from_midline: the plane through the middles of paired points, weighted least squares.

    The plane x = a + b·y + c·z; its normal becomes the X axis, and axes stay as near the head's as they can.
    """
    right, left = (list(side) for side in zip(*_PAIRS, strict=True))
    middles = np.concatenate([0.5 * (mean_m[right] + mean_m[left]), mean_m[list(_MIDDLE)]])
    weights = np.array([_PAIR_WEIGHT] * (len(right) - 2) + [_FAR_WEIGHT] * 2 + [_MIDDLE_WEIGHT] * len(_MIDDLE))
    roots = np.sqrt(weights)
    system = np.column_stack([np.ones(len(middles)), middles[:, 1], middles[:, 2]])
    shift_m, by_y, by_z = np.linalg.lstsq(system * roots[:, None], middles[:, 0] * roots, rcond=None)[0]
    x = np.array([1.0, -by_y, -by_z])
    x /= np.linalg.norm(x)
    z = np.array([0.0, 0.0, 1.0]) - x[2] * x
    z /= np.linalg.norm(z)
    matrix = np.eye(4)
    matrix[:3, :3] = np.column_stack([x, np.cross(z, x), z])
    matrix[0, 3] = shift_m
    return matrix
