"""Where a piece stands, hangs or lies: its pose from a point of a plane and a turn, touching and never sunk."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.types import Plane


def camera_from_product(
    plane: Plane,
    bounds_m: ArrayLike,
    at_m: tuple[float, float],
    *,
    yaw_rad: float = 0.0,
    lift_m: float = 0.0,
    up: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """(4, 4) pose of a piece whose extreme points touch the plane; its size is never changed.

    On a floor or table the lowest point of the mesh touches, on a ceiling the highest, on a wall the hindmost, wherever
    the file put its origin. The middle of the footprint lies at `at_m`. At yaw 0 the front (+Z) looks toward the
    camera's side; on a wall it looks out of the wall.

    Args:
        bounds_m: (2, 3) low and high corner in product space (+Y up, +Z front).
        at_m: (x, z) in the plane's own frame, see `Plane.camera_from_plane`.
        yaw_rad: Turn about the plane's normal, counterclockwise as the normal's tip sees it.
        lift_m: Height over the plane along its normal, for what stands on something else.
        up: (3,) what is up for a wall; the picture's own up when nobody knows.
    """
    low, high = np.asarray(bounds_m, np.float64)
    middle = (low + high) / 2.0
    frame = plane.camera_from_plane
    normal = plane.normal
    if plane.kind == "wall":
        upward = _flat(np.array([0.0, 1.0, 0.0]) if up is None else np.asarray(up, np.float64), normal)
        front, touching = normal, np.array([middle[0], middle[1], low[2]])
    elif plane.kind == "ceiling":
        upward, front = -normal, _flat(np.array([0.0, 0.0, 1.0]), normal)
        touching = np.array([middle[0], high[1], middle[2]])
    else:
        upward, front = normal, frame[:3, 2]
        touching = np.array([middle[0], low[1], middle[2]])
    axes = np.stack([np.cross(upward, front), upward, front], axis=1)
    pose = np.eye(4)
    pose[:3, :3] = turn_about(normal, yaw_rad) @ axes
    point = frame[:3, 3] + at_m[0] * frame[:3, 0] + at_m[1] * frame[:3, 2] + lift_m * normal
    pose[:3, 3] = point - pose[:3, :3] @ touching
    return pose


def turn_about(axis: NDArray[np.float64], angle_rad: float) -> NDArray[np.float64]:
    """(3, 3) rotation about a unit vector, counterclockwise as its tip sees it (Rodrigues' formula)."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.eye(3) + math.sin(angle_rad) * cross + (1.0 - math.cos(angle_rad)) * (cross @ cross))


def _flat(vector: NDArray[np.float64], normal: NDArray[np.float64]) -> NDArray[np.float64]:
    """The unit vector along the plane that is nearest to `vector`."""
    along = vector - float(vector @ normal) * normal
    length = float(np.linalg.norm(along))
    if length < 1e-6:  # straight into the plane: any direction along it will do
        return _flat(np.array([1.0, 0.0, 0.0]) if abs(normal[0]) < 0.9 else np.array([0.0, 0.0, 1.0]), normal)
    return np.asarray(along / length)
