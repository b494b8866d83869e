"""A damped pendulum under a moving hook: how a thing that hangs swings when its wearer moves.

For small angles the deflection from the plumb line, as a vector in the horizontal plane, obeys
θ'' + 2ζω·θ' + ω²·θ = −a / L with ω² = g / L and the hook's acceleration a. Between two frames the hook moves
straight, so the only push is the step in its velocity at the frame, and what follows has a closed form: the swing is
exact at any frame rate and cannot blow up.

Source: our derivation; the closed form is the free response of a linear oscillator. The friction of a hook is dry:
below `_REST_RAD` it holds the thing still, so that tracking noise does not make it tremble.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

GRAVITY_M_S2 = 9.81
DAMPING = 0.14  # of critical: an earring set swinging by a nod is still after about a second
_REST_RAD = 0.014
_MOST_RAD = 1.0
_FORGET_S = 0.5  # a hook unseen for longer starts at rest


@dataclass(slots=True)
class Pendulum:
    """One hanging thing.

    length_m: Of the simple pendulum that swings as fast: moment of inertia over mass times arm.
    swing_rad: (2,) deflection toward camera +X and +Z. rate_rad_s: (2,) its speed.
    """

    length_m: float
    damping: float = DAMPING
    swing_rad: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    rate_rad_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    _hook_m: NDArray[np.float64] | None = None
    _speed_m_s: NDArray[np.float64] | None = None
    _time_s: float = 0.0

    @property
    def pulse_rad_s(self) -> float:
        """Angular frequency without damping."""
        return math.sqrt(GRAVITY_M_S2 / self.length_m)

    def follow(self, hook_m: NDArray[np.float64], time_s: float) -> NDArray[np.float64]:
        """(2,) deflection at this frame, radians toward +X and +Z; the first frame of a hook hangs plumb.

        Args:
            hook_m: (3,) where it hangs, camera space, +Y up.
        """
        before_m, passed_s = self._hook_m, time_s - self._time_s
        self._hook_m, self._time_s = hook_m[[0, 2]].copy(), time_s
        if before_m is None or not 0.0 < passed_s <= _FORGET_S:
            self._stop()
            return self.swing_rad
        speed_m_s = (self._hook_m - before_m) / passed_s
        if self._speed_m_s is not None:
            self._push((self._speed_m_s - speed_m_s) / self.length_m)
        self._speed_m_s = speed_m_s
        self._advance(passed_s)
        return self.swing_rad

    def _stop(self) -> None:
        self.swing_rad, self.rate_rad_s, self._speed_m_s = np.zeros(2), np.zeros(2), None

    def _push(self, rate_step_rad_s: NDArray[np.float64]) -> None:
        """A step of the hook's speed; one too weak for the friction of a thing at rest does nothing."""
        weak = _REST_RAD * self.pulse_rad_s
        if float(np.linalg.norm(rate_step_rad_s)) >= weak or self.swing_rad.any() or self.rate_rad_s.any():
            self.rate_rad_s = self.rate_rad_s + rate_step_rad_s

    def _advance(self, passed_s: float) -> None:
        pulse = self.pulse_rad_s
        decay, turned = self.damping * pulse, pulse * math.sqrt(1.0 - self.damping**2)
        shrink = math.exp(-decay * passed_s)
        cosine, sine = math.cos(turned * passed_s), math.sin(turned * passed_s) / turned
        swing, rate = self.swing_rad, self.rate_rad_s
        self.swing_rad = shrink * (swing * cosine + (rate + decay * swing) * sine)
        self.rate_rad_s = shrink * (rate * cosine - (decay * rate + pulse * pulse * swing) * sine)
        wide = float(np.linalg.norm(self.swing_rad))
        if wide > _MOST_RAD:  # far beyond small angles: hold it there instead of letting it loop
            self.swing_rad, self.rate_rad_s = self.swing_rad * (_MOST_RAD / wide), np.zeros(2)
        elif math.hypot(wide, float(np.linalg.norm(self.rate_rad_s)) / pulse) < _REST_RAD:
            self.swing_rad, self.rate_rad_s = np.zeros(2), np.zeros(2)


def pendulum_length_m(points_m: NDArray[np.floating], weights: NDArray[np.floating]) -> float:
    """Length of the simple pendulum that swings like a body of point masses hung at the origin, down −Y.

    Args:
        points_m: (N, 3). weights: (N,) mass shares.
    """
    total = max(float(weights.sum()), 1e-12)
    arm_m = max(-float((points_m[:, 1] * weights).sum()) / total, 1e-3)
    inertia_m2 = float(((points_m[:, 0] ** 2 + points_m[:, 1] ** 2) * weights).sum()) / total
    return max(inertia_m2 / arm_m, 2e-3)
