"""Where neck and shoulders are, from the face alone or with the body's points: steadier than the head above them.

The head turns on the neck; what lies around the neck stays with the shoulders. The middle of the neck's root is found
from the joint the head turns about, so it hardly moves when the head turns or nods. How the shoulders are turned is
told by the body tracker where there is one, and guessed otherwise: in the long run people face where they look.

Source: ANSUR (as in `skull`): chin to the notch between the collarbones 89 mm, vertex to the seventh cervical vertebra
240 mm, both upright and set against the canonical face.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.types import BodyLandmarks, Camera, Head, Tracks

_PIVOT_M = (0.0, -0.055, -0.052)
"""Middle of the cervical spine in the canonical face: about it heads turn, tilt and nod on the whole."""

_ROOT_M = (0.0, -0.090, -0.008)  # from there to the middle of the neck's root, in the torso's axes
_FOLLOWS = 0.45  # share of the head's turn that its shoulders follow in the long run
_FOLLOWS_ROLL = 0.25
_TURN_S, _SHIFT_S = 2.0, 0.3
_FORGET_S = 1.0
_SHOULDERS = (11, 12)  # left and right in BodyLandmarks
_VISIBLE = 0.6


@dataclass(slots=True)
class _State:
    yaw_rad: float
    roll_rad: float
    time_s: float


class TorsoMemory:
    """Follows each person's shoulders."""

    def __init__(self) -> None:
        self._states: dict[int, _State] = {}

    def reset(self) -> None:
        """Forget everybody."""
        self._states.clear()

    def pose(self, head: Head, tracks: Tracks, camera: Camera, time_s: float) -> NDArray[np.float64]:
        """(4, 4) camera_from_torso: origin in the middle of the neck's root, +Y up the spine, +Z out of the chest."""
        yaw_rad, roll_rad = _from_head(head)
        quick = False
        body = _body_of(head, tracks, camera)
        if body is not None:
            yaw_rad, roll_rad = _from_shoulders(body)
            quick = True
        state = self._states.get(head.face.id)
        passed_s = time_s - state.time_s if state else 0.0
        if state is None or not 0.0 <= passed_s <= _FORGET_S:
            state = self._states[head.face.id] = _State(yaw_rad, roll_rad, time_s)
        else:
            share = 1.0 - math.exp(-passed_s / (_SHIFT_S if quick else _TURN_S))
            state.yaw_rad += share * (yaw_rad - state.yaw_rad)
            state.roll_rad += share * (roll_rad - state.roll_rad)
            state.time_s = time_s
        pose = np.eye(4)
        pose[:3, :3] = _turn(state.yaw_rad, state.roll_rad)
        pivot_m = head.camera_from_head[:3, :3] @ (np.array(_PIVOT_M) * head.scale) + head.camera_from_head[:3, 3]
        pose[:3, 3] = pivot_m + pose[:3, :3] @ (np.array(_ROOT_M) * head.scale)
        return pose


def _from_head(head: Head) -> tuple[float, float]:
    """Yaw and roll the shoulders would have in the long run under this head."""
    turn = head.camera_from_head[:3, :3]
    yaw_rad = math.atan2(turn[0, 2], turn[2, 2])
    roll_rad = math.atan2(turn[1, 0], turn[1, 1])
    return _FOLLOWS * max(-1.2, min(1.2, yaw_rad)), _FOLLOWS_ROLL * max(-0.8, min(0.8, roll_rad))


def _from_shoulders(body: BodyLandmarks) -> tuple[float, float]:
    """Yaw and roll of the line from the right shoulder to the left."""
    x, y, z = (body.points_m[_SHOULDERS[0]] - body.points_m[_SHOULDERS[1]]).astype(float).tolist()
    return math.atan2(-z, max(x, 1e-3)), max(-0.5, min(0.5, math.atan2(y, max(math.hypot(x, z), 1e-3))))


def _body_of(head: Head, tracks: Tracks, camera: Camera) -> BodyLandmarks | None:
    """The tracked body under this head, if both its shoulders are seen and its nose is this face's."""
    reach_px = 0.12 * head.scale * camera.focal_x_px / max(-float(head.camera_from_head[2, 3]), 1e-3)
    nose_px = camera.project(head.mesh_m[1])[0]
    for body in tracks.bodies:
        near = float(np.linalg.norm(body.points_px[0, :2] - nose_px)) < reach_px
        if near and float(body.visible[list(_SHOULDERS)].min()) > _VISIBLE:
            return body
    return None


def _turn(yaw_rad: float, roll_rad: float) -> NDArray[np.float64]:
    cy, sy, cr, sr = math.cos(yaw_rad), math.sin(yaw_rad), math.cos(roll_rad), math.sin(roll_rad)
    yaw = np.array([[cy, 0.0, sy], [0.0, 1.0, 0.0], [-sy, 0.0, cy]])
    turn: NDArray[np.float64] = yaw @ np.array([[cr, -sr, 0.0], [sr, cr, 0.0], [0.0, 0.0, 1.0]])
    return turn
