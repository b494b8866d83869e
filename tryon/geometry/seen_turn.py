"""How a face is turned as seen, wherever in the picture it is."""

from __future__ import annotations

import math

from tryon.types import Pose


def seen_turn_rad(pose: Pose) -> tuple[float, float]:
    """Yaw and pitch by which a face looks past the camera; a pose's own are against the camera's axis."""
    yaw_rad, pitch_rad, _ = pose.yaw_pitch_roll_rad
    x, y, z = (float(value) for value in pose.camera_from_object[:3, 3])
    return yaw_rad - math.atan2(-x, -z), pitch_rad - math.atan2(y, math.hypot(x, z))
