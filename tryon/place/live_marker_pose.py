"""A pose that stands still while the camera does and follows at once when it moves."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tryon.place.flat_fit import Estimate

# Cutoff at rest, cutoff gained per sigma a second, cutoff of the speed, and the speed that noise alone shows, in
# standard deviations: chosen on benchmarks/marker_live.py so that a still picture stands and a moving one does not lag.
_REST_HZ, _GAIN, _SPEED_HZ, _NOISE = 0.8, 0.15, 1.5, 1.5
_LEAST_STEP_S, _USUAL_STEP_S, _LONGEST_STEP_S = 1e-3, 1.0 / 30.0, 0.5


class SteadyPose:
    """The 1€ filter on the six numbers of a pose, each in units of its own doubt, so that one setting serves all.

    Source: Casiez, Roussel, Vogel, "1€ Filter" (CHI 2012), over the tangent space of the last pose. Whitening makes a
    tilt that is poorly seen move as little as a shift that is well seen, and tells how fast noise alone seems to move,
    which does not raise the cutoff.
    """

    def __init__(self) -> None:
        self._pose: Estimate | None = None
        self._speed = np.zeros(6)
        self._time_s = 0.0

    def reset(self) -> None:
        """Forget the last pose."""
        self._pose, self._speed = None, np.zeros(6)

    def step(self, seen: Estimate, information: NDArray[np.float64], time_s: float) -> Estimate:
        """The steadied pose, given what this frame alone says and its (7, 7) normal matrix."""
        if self._pose is None:
            self._pose, self._time_s = seen, time_s
            return seen
        step_s = time_s - self._time_s
        step_s = min(max(step_s, _LEAST_STEP_S), _LONGEST_STEP_S) if step_s > 0.0 else _USUAL_STEP_S
        self._time_s = time_s
        change = between(self._pose, seen)
        # Whitened by the doubt with the focal length held: rows and columns of tilt, tilt, distance, turn, shift.
        own = information[np.ix_(_POSE, _POSE)]
        root = np.linalg.cholesky(own + 1e-9 * np.trace(own) * np.eye(6)).T
        white = root @ change
        share = _share(_SPEED_HZ, step_s)
        self._speed = self._speed + share * (white / step_s - self._speed)
        noise = _NOISE * math.sqrt(share / (2.0 - share)) / step_s
        cutoff_hz = _REST_HZ + _GAIN * max(float(np.linalg.norm(self._speed)) / math.sqrt(6.0) - noise, 0.0)
        step = np.zeros(7)
        step[_POSE] = _share(cutoff_hz, step_s) * change
        self._pose = self._pose.moved(step)
        return self._pose


_POSE = np.array([0, 1, 2, 4, 5, 6])


def between(base: Estimate, other: Estimate) -> NDArray[np.float64]:
    """(6,) tilt, tilt, relative distance, turn and shift that move one pose onto another: inverse of `moved`."""
    normal = other.rotation[:, 2]
    tilt = base.rotation[:, :2].T @ np.cross(base.rotation[:, 2], normal)
    # The other's axes in the plane, seen from those that the tilt carries the base's into.
    carried = base.moved(np.array([*tilt, *np.zeros(5)])).rotation
    angle = math.atan2(float(other.rotation[:, 0] @ carried[:, 1]), float(other.rotation[:, 0] @ carried[:, 0]))
    turn, shift = float(other.placings[0, 0]), other.placings[0, 1:]
    cosine, sine = math.cos(angle), math.sin(angle)
    moved = np.array([cosine * shift[0] - sine * shift[1], sine * shift[0] + cosine * shift[1]])
    return np.array(
        [
            *tilt,
            math.log(other.distance_m / base.distance_m),
            math.remainder(turn + angle - float(base.placings[0, 0]), 2.0 * math.pi),
            *(moved - base.placings[0, 1:]),
        ]
    )


def _share(cutoff_hz: float, step_s: float) -> float:
    return 1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff_hz * step_s))
