"""The 1€ filter over many points at once: still things stand still, fast things are not held back."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_LEAST_STEP_S, _USUAL_STEP_S, _LONGEST_STEP_S = 1e-3, 1.0 / 30.0, 0.5


class OneEuro:
    """Smooths (N, D) points over time, each point at a rate set by its own speed.

    Args:
        min_cutoff_hz: Cutoff for a point at rest; lower is steadier.
        speed_gain: Cutoff gained per unit of speed, the unit being object sizes a second; higher lags less.
        speed_cutoff_hz: Cutoff of the speed estimate itself.

    Source: Casiez, Roussel, Vogel, "1€ Filter" (CHI 2012), equations 4 to 7; speed measured in object sizes, so that
    near and far objects are smoothed alike.
    """

    def __init__(self, *, min_cutoff_hz: float, speed_gain: float, speed_cutoff_hz: float = 1.0) -> None:
        self._min_cutoff_hz = min_cutoff_hz
        self._speed_gain = speed_gain
        self._speed_cutoff_hz = speed_cutoff_hz
        self._time_s = 0.0
        self._points: NDArray[np.float32] | None = None
        self._speeds: NDArray[np.float32] | None = None

    def smooth(self, points: NDArray[np.float32], time_s: float, *, size: float) -> NDArray[np.float32]:
        """The points as they most likely are; the first call gives them as they are.

        Args:
            size: The object's size in the points' unit, above 0.
        """
        if self._points is None or self._speeds is None:
            self._points, self._speeds, self._time_s = points, np.zeros_like(points), time_s
            return points
        step_s = time_s - self._time_s
        # A host that numbers frames but does not time them runs at the usual rate.
        step_s = min(max(step_s, _LEAST_STEP_S), _LONGEST_STEP_S) if step_s > 0.0 else _USUAL_STEP_S
        measured = (points - self._points) / np.float32(step_s * size)
        self._speeds = self._speeds + _share(self._speed_cutoff_hz, step_s) * (measured - self._speeds)
        speed = np.linalg.norm(self._speeds, axis=1, keepdims=True)
        cutoff_hz = self._min_cutoff_hz + self._speed_gain * speed
        share = 1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff_hz * step_s))
        self._points = (self._points + share * (points - self._points)).astype(np.float32)
        self._time_s = time_s
        return self._points


def _share(cutoff_hz: float, step_s: float) -> np.float32:
    return np.float32(1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff_hz * step_s)))
