"""A tracked head's turn, freed from the network's leaning toward the frontal view.

A face network has seen more faces from the front than from the side, and draws every face a little that way: the turn
that its points tell is 0.93 of the true one. Rendered heads of known yaw give 0.92 (eight people) and 0.93 (six others,
held out), benchmarks/wear_fit.py; AFLW2000-3D's fitted poses up to 46° give 0.92.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_TRUE_OVER_TRACKED = 1.07
_FADES_RAD = (math.radians(45.0), math.radians(75.0))  # beyond what was measured the addition stays as it is


def true_turn(turn: NDArray[np.float64], place_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) camera_from_head rotation with the yaw against the line of sight made true; roll and pitch stay.

    Args:
        turn: (3, 3) as tracked. place_m: (3,) the head in camera space; only its direction counts.
    """
    distance = float(np.linalg.norm(place_m))
    if not distance > 0.0:
        return turn
    toward = -place_m / distance
    up = np.array([0.0, 1.0, 0.0]) - toward[1] * toward
    up /= max(float(np.linalg.norm(up)), 1e-9)
    forward = turn[:, 2]
    yaw_rad = math.atan2(float(forward @ np.cross(up, toward)), float(forward @ toward))
    full, none = _FADES_RAD
    least_rad = min(abs(yaw_rad), full)
    share = min(max((none - abs(yaw_rad)) / (none - full), 0.0), 1.0)
    added_rad = math.copysign((_TRUE_OVER_TRACKED - 1.0) * least_rad * share, yaw_rad)
    return _about(up, added_rad) @ turn


def _about(axis: NDArray[np.float64], angle_rad: float) -> NDArray[np.float64]:
    """(3, 3) turn about a unit axis. Source: Rodrigues' formula."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turned: NDArray[np.float64] = (
        np.eye(3) + math.sin(angle_rad) * cross + (1.0 - math.cos(angle_rad)) * (cross @ cross)
    )
    return turned
