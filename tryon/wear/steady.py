"""A pose that stands still when the head does, and keeps up when it moves.

A tracked pose is not equally sure in all its parts. Where the head is in the picture is known to a tenth of a pixel;
how it is turned to a tenth of a degree; how far it is only as well as its size in the picture, some half a
millimetre. So the three are steadied apart, each against its own noise: the place of a point on the face (not of
the head's origin, which lies behind it and moves with every doubt about the turn) across the line of sight, the
turn about that point, and the distance. Since the place is kept as a direction, slower distances never move the
product over the face in the picture.

Each part follows the measurement by a share of the difference that grows with how far the difference stands out of
the noise, and with how long it has pointed one way. Slow drifts are averaged, real motion passes in the same frame.

Source: our derivation, of the family of Casiez et al., 1€ filter (CHI 2012); measured in benchmarks/wear_jitter.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

_FRAME_S, _LEAST_S, _FORGET_S = 1.0 / 30.0, 1e-3, 0.5
BRIDGE_OF_NOSE_M = (0.0, 0.030, 0.055)
"""Between the eyes on the skin, in the canonical face."""


@dataclass(frozen=True, slots=True)
class PoseNoise:
    """Doubt about one measured pose at rest: a part that any camera has, and a part that pixels make.

    Across and turns: about the standard deviation of tracked resting heads, as benchmarks/wear_jitter.py measures it.
    Distance: three times that, since its error also wanders for seconds, and nobody sees a millimeter of distance.
    """

    across_m: float = 0.09e-3
    across_px: float = 0.08
    depth_m: float = 1.0e-3
    depth_px: float = 0.50
    turn_rad: tuple[float, float, float] = (math.radians(0.10), math.radians(0.06), math.radians(0.06))  # x, y, z


class PoseSteadier:
    """Steadies the poses of several things of one kind, each by its key."""

    def __init__(self, *, pivot_m: tuple[float, float, float] = BRIDGE_OF_NOSE_M, noise: PoseNoise | None = None):
        """Choose the point that is seen best, in the object's own space, and the noise to expect."""
        self._pivot_m = np.array(pivot_m, np.float64)
        self._noise = noise or PoseNoise()
        self._states: dict[int, _State] = {}

    def reset(self) -> None:
        """Forget every pose seen so far."""
        self._states.clear()

    def steady(
        self, camera_from_object: NDArray[np.float64], time_s: float, key: int = 0, *, focal_px: float
    ) -> NDArray[np.float64]:
        """(4, 4) pose as it most likely is; the first of a key, or after half a second unseen, comes back as it is.

        Args:
            time_s: Of the frame; a clock that stands still is taken for 30 frames a second.
            key: Which of the things this is: a person's or a hand's id.
            focal_px: The camera's focal length: tells how many millimetres a pixel's noise is at this distance.
        """
        turn = camera_from_object[:3, :3]
        place_m = turn @ self._pivot_m + camera_from_object[:3, 3]
        away_m = -float(place_m[2])
        state = self._states.get(key)
        passed_s = time_s - state.time_s if state else 0.0
        if state is None or away_m <= 0.0 or not -1e-6 <= passed_s <= _FORGET_S:
            self._states[key] = _State(time_s, turn.copy(), place_m[:2] / away_m, away_m)
            return camera_from_object.copy()
        frames = max(passed_s, _LEAST_S) / _FRAME_S if passed_s > 0.0 else 1.0
        noise, px_m = self._noise, away_m / focal_px
        state.time_s = time_s
        across_m = math.hypot(noise.across_m, noise.across_px * px_m)
        state.bearing += state.across.part((place_m[:2] / away_m - state.bearing) * (away_m / across_m), frames) * (
            across_m / away_m
        )
        depth_m = math.hypot(noise.depth_m, noise.depth_px * px_m)
        state.away_m += float(state.depth.part(np.array([(away_m - state.away_m) / depth_m]), frames)[0]) * depth_m
        turn_rad = np.array(noise.turn_rad)
        step_rad = state.turned.part(_vector_of(state.turn.T @ turn) / turn_rad, frames) * turn_rad
        state.turn = state.turn @ _rotation_of(step_rad)
        return self._pose(state)

    def _pose(self, state: _State) -> NDArray[np.float64]:
        pose = np.eye(4)
        pose[:3, :3] = state.turn
        place_m = np.array([*(state.bearing * state.away_m), -state.away_m])
        pose[:3, 3] = place_m - state.turn @ self._pivot_m
        return pose


_CLOSED = 0.06  # share of pure noise that passes: 0.06 leaves its standard deviation at 0.18 of what it was
_OPEN_AT = 3.2  # standard deviations at which half of a difference passes at once
_TREND_AT = 1.3  # of the running mean difference, whose own standard deviation under noise is 0.33
_TREND = 0.2  # share of a new difference in the running mean


@dataclass(slots=True, eq=False)
class _Follower:
    """How much of a difference, counted in standard deviations, to believe."""

    trend: NDArray[np.float64] | None = None

    def part(self, difference: NDArray[np.float64], frames: float) -> NDArray[np.float64]:
        if self.trend is None:
            self.trend = np.zeros_like(difference)
        self.trend += (1.0 - (1.0 - _TREND) ** frames) * (difference - self.trend)
        root = math.sqrt(len(difference))
        now = float(np.linalg.norm(difference)) / (_OPEN_AT * root)
        lasting = float(np.linalg.norm(self.trend)) / (_TREND_AT * root)
        stands_out = max(now**4, min(lasting**4, 1.0))
        share = _CLOSED + (1.0 - _CLOSED) * stands_out / (1.0 + stands_out)
        step: NDArray[np.float64] = (1.0 - (1.0 - share) ** frames) * difference
        return step


@dataclass(slots=True, eq=False)
class _State:
    """turn: (3, 3). bearing: (2,) x and y of the pivot per metre of distance. away_m: Distance of the pivot."""

    time_s: float
    turn: NDArray[np.float64]
    bearing: NDArray[np.float64]
    away_m: float
    across: _Follower = field(default_factory=_Follower)
    depth: _Follower = field(default_factory=_Follower)
    turned: _Follower = field(default_factory=_Follower)


def _vector_of(rotation: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) axis times angle of a rotation of less than half a turn."""
    axis = np.array([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]])
    sine = 0.5 * float(np.linalg.norm(axis))
    angle_rad = math.atan2(sine, 0.5 * (float(np.trace(rotation)) - 1.0))
    return axis * (0.5 if sine < 1e-12 else angle_rad / (2.0 * sine))


def _rotation_of(vector_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) rotation by axis times angle. Source: Rodrigues' formula."""
    angle_rad = float(np.linalg.norm(vector_rad))
    if angle_rad < 1e-12:
        return np.eye(3)
    x, y, z = vector_rad / angle_rad
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    rotation: NDArray[np.float64] = (
        np.eye(3) + math.sin(angle_rad) * cross + (1.0 - math.cos(angle_rad)) * (cross @ cross)
    )
    return rotation
