"""A head's turn from where its points are seen alone.

The depths of a tracked face are a network's guess and lean its pose by up to seven degrees when the head is turned.
A symmetric shape seen in perspective needs no such guess: the pose is where its points project best onto the tracked
ones, forehead, eyes, nose and cheeks alone, since mouth and jaw move. On rendered heads this takes the error of the
yaw from 3.1° to 2.0° (root mean square over ±30°, benchmarks/wear_fit.py).

Source: Gauss-Newton over rotation and translation with Huber weights (Zhang, Parameter estimation techniques, 1997).
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from tryon.geometry.face_mesh import LEFT_BROW, LIPS_INNER, LIPS_OUTER, RIGHT_BROW
from tryon.types import Camera, Head
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
    pose = _fitted(model, seen_px[steady], camera, start, limit_px, turning=True)
    around = list(_AROUND_NOSE)
    middle_m = shape_m[around].mean(axis=0)
    # How far the head is stays what its size says; a few points round the nose are no measure of it.
    place_m, wanted_m = (one[:3, :3] @ middle_m + one[:3, 3] for one in (pose, start))
    pose[:3, 3] += place_m * (wanted_m[2] / place_m[2] - 1.0)
    pose = _fitted(shape_m[around], seen_px[around], camera, pose, limit_px, turning=False)
    moved = np.linalg.norm(pose[:3, :3] - start[:3, :3]) / np.sqrt(2.0)
    shifted = np.linalg.norm(pose[:3, 3] - start[:3, 3]) / max(float(-start[2, 3]), 1e-6)
    return pose if moved < _BOUND and shifted < _BOUND and np.isfinite(pose).all() else start


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


def _fitted(
    model_m: NDArray[np.float64],
    seen_px: NDArray[np.float64],
    camera: Camera,
    start: NDArray[np.float64],
    limit_px: float,
    *,
    turning: bool,
) -> NDArray[np.float64]:
    """The pose whose projection of (N, 3) points is nearest to (N, 2) pixels; without `turning` only x and y move."""
    pose = start.copy()
    for _ in range(_ROUNDS):
        turned = model_m @ pose[:3, :3].T
        x, y, z = (turned + pose[:3, 3]).T
        away = -z
        off = seen_px - camera.project(np.stack([x, y, z], axis=1))
        far = np.linalg.norm(off, axis=1)
        weight = np.sqrt(np.minimum(1.0, limit_px / np.maximum(far, 1e-9)))
        none = np.zeros_like(away)
        # d(pixel)/d(point): x right, y down, the camera looks down −Z.
        by_u = np.stack([camera.focal_x_px / away, none, camera.focal_x_px * x / away**2], axis=1)
        by_v = np.stack([none, -camera.focal_y_px / away, -camera.focal_y_px * y / away**2], axis=1)
        rows = np.stack([by_u, by_v], axis=1)
        # d(ω × p) · g = ω · (p × g)
        rows = np.concatenate([np.cross(turned[:, None], rows), rows], axis=2) if turning else rows[:, :, :2]
        system = (rows * weight[:, None, None]).reshape(-1, rows.shape[2])
        step = np.linalg.lstsq(system.T @ system, system.T @ (off * weight[:, None]).ravel(), rcond=None)[0]
        if turning:
            pose[:3, :3] = _small_turn(step[:3]) @ pose[:3, :3]
            pose[:3, 3] += step[3:]
        else:
            pose[:2, 3] += step
    return pose


def _small_turn(vector_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rotation by axis times angle. Source: Cayley transform, exact rotation, equal to second order."""
    x, y, z = 0.5 * vector_rad
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turn: NDArray[np.float64] = np.linalg.solve(np.eye(3) - cross, np.eye(3) + cross)
    return turn
