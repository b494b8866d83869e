"""Brings Lab colors that sRGB cannot show into it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.color.lab import White, linear_from_lab

_STEPS = 30  # halvings: chroma is exact to 200 / 2³⁰
_SLACK = 1.5e-4  # linear; half of the darkest 8-bit step, so that rounded Lab of the gamut's own corners is inside


def fit_gamut(lab: ArrayLike, *, white: White = "D65") -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Linear sRGB (..., 3) of Lab colors inside 0 to 1, and (...) whether each had to move.

    A color outside keeps its lightness and hue and loses just enough chroma. Source: bisection along
    constant L and hue of CIE LCh; neutral is always inside.
    """
    values = np.asarray(lab, dtype=np.float64)
    linear = linear_from_lab(values, white=white)
    moved = _outside(linear)
    if bool(np.any(moved)):
        low = np.zeros(values.shape[:-1])
        high = np.where(moved, 1.0, 0.0)
        for _ in range(_STEPS):
            middle = (low + high) / 2.0
            outside = _outside(_at_chroma(values, middle, white))
            high = np.where(outside, middle, high)
            low = np.where(outside, low, middle)
        linear = np.where(moved[..., None], _at_chroma(values, low, white), linear)
    return np.clip(linear, 0.0, 1.0), moved


def _at_chroma(lab: NDArray[np.float64], share: NDArray[np.float64], white: White) -> NDArray[np.float64]:
    scaled = lab.copy()
    scaled[..., 1:] *= share[..., None]
    return linear_from_lab(scaled, white=white)


def _outside(linear: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(np.any((linear < -_SLACK) | (linear > 1.0 + _SLACK), axis=-1))
