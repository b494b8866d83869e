"""A head's turn from where its points are seen alone.

The depths of a tracked face are a network's guess and lean its pose by up to seven degrees when the head is turned.
A symmetric shape seen in perspective needs no such guess: the pose is where its points project best onto the tracked
ones, forehead, eyes, nose and cheeks alone, since mouth and jaw move. The points themselves lean toward the frontal
view; `true_turn` takes that back. What is left on rendered heads: benchmarks/wear_fit.py.

Source: Gauss-Newton over rotation and translation with Huber weights (Zhang, Parameter estimation techniques, 1997).
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from tryon.geometry.face_mesh import LEFT_BROW, LIPS_INNER, LIPS_OUTER, RIGHT_BROW
from tryon.geometry.true_turn import true_turn
from tryon.types import Camera, Head
from tryon.wear.alignment_kernel import fit
from tryon.wear.face_shape import canonical_face

_LOWEST_M = -0.020  # in the canonical face: below lie mouth and jaw
_ROUNDS = 4
_HUBER = 0.012  # of the distance between the outer eye corners
_CORNERS = (33, 263)
_AROUND_NOSE = (33, 133, 263, 362, 168, 6, 197, 195, 122, 351, 196, 419, 188, 412, 193, 417)  # what glasses rest near
_BOUND = 0.35  # radians and head sizes a fit may move; beyond it the fit has failed


def aligned(
    head: Head, camera: Camera, shape_m: NDArray[np.float64], start: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(4, 4) rigid camera_from_shape near `start`: the turn from all steady points, the place from eyes and nose.

    shape_m: (468, 3) symmetric, true size. A fit that runs away gives `start` back.
    """
    canonical = canonical_face().vertices_m * _growth(shape_m)
    steady = steady_points()
    seen_px = head.face.landmarks.points_px[:468, :2].astype(np.float64)
    limit_px = _HUBER * float(np.linalg.norm(seen_px[_CORNERS[0]] - seen_px[_CORNERS[1]]))
    # Half the average face: one person's depths are the same guess again, and the average is nobody's.
    model = 0.5 * (shape_m[steady] + canonical[steady] + (shape_m - canonical)[list(_AROUND_NOSE)].mean(axis=0))
    lens = np.array([camera.focal_x_px, camera.focal_y_px, camera.center_x_px, camera.center_y_px])
    pose = start.copy()
    if not fit(model, seen_px[steady], lens, limit_px, _ROUNDS, True, pose):
        return start
    pose[:3, :3] = true_turn(pose[:3, :3], pose[:3, 3])
    around = list(_AROUND_NOSE)
    middle_m = nose_middle_m(shape_m)
    # How far the head is stays what its size says; a few points round the nose are no measure of it.
    place_m, wanted_m = (one[:3, :3] @ middle_m + one[:3, 3] for one in (pose, start))
    pose[:3, 3] += place_m * (wanted_m[2] / place_m[2] - 1.0)
    if not fit(shape_m[around], seen_px[around], lens, limit_px, _ROUNDS, False, pose):
        return start
    moved = np.linalg.norm(pose[:3, :3] - start[:3, :3]) / np.sqrt(2.0)
    shifted = np.linalg.norm(pose[:3, 3] - start[:3, 3]) / max(float(-start[2, 3]), 1e-6)
    return pose if moved < _BOUND and shifted < _BOUND and np.isfinite(pose).all() else start


def nose_middle_m(shape_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) the point of a (468, 3) shape that `aligned` puts where it is seen."""
    middle_m: NDArray[np.float64] = shape_m[list(_AROUND_NOSE)].mean(axis=0)
    return middle_m


@functools.cache
def steady_points() -> NDArray[np.int64]:
    """Indices of mesh points that expressions move little."""
    moving = {*LIPS_OUTER, *LIPS_INNER, *LEFT_BROW, *RIGHT_BROW}
    high = canonical_face().vertices_m[:, 1] > _LOWEST_M
    return np.array([index for index in range(468) if high[index] and index not in moving])


def _growth(shape_m: NDArray[np.float64]) -> float:
    """Size of a shape over the canonical one, by the outer eye corners."""
    right, left = _CORNERS
    own = shape_m[left, 0] - shape_m[right, 0]
    average = canonical_face().vertices_m[left, 0] - canonical_face().vertices_m[right, 0]
    return float(own / average)
