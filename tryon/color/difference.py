"""How far apart two colors look."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_CHROMA_25_7 = 25.0**7


def delta_e2000(lab_a: ArrayLike, lab_b: ArrayLike) -> NDArray[np.float64]:
    """CIEDE2000 difference of Lab arrays of shape (..., 3), broadcast together; parametric factors 1.

    About 1 is just visible side by side; 2 is small.

    Source: CIE 142-2001 (ISO/CIE 11664-6); hue conventions of Sharma, Wu and Dalal, "The CIEDE2000
    color-difference formula: implementation notes", Color Research & Application 30 (2005).
    """
    first, second = np.broadcast_arrays(np.asarray(lab_a, dtype=np.float64), np.asarray(lab_b, dtype=np.float64))
    chroma_mean = (np.hypot(first[..., 1], first[..., 2]) + np.hypot(second[..., 1], second[..., 2])) / 2.0
    stretch = 1.5 - 0.5 * _compressed(chroma_mean)
    chroma_a, hue_a = _chroma_hue(first, stretch)
    chroma_b, hue_b = _chroma_hue(second, stretch)

    lightness_step = second[..., 0] - first[..., 0]
    chroma_step = chroma_b - chroma_a
    colorful = chroma_a * chroma_b > 0.0
    turn = np.where(colorful, (hue_b - hue_a + np.pi) % (2.0 * np.pi) - np.pi, 0.0)
    # Exactly opposite hues: +180°, not −180°, when hue_b > hue_a.
    turn = np.where((turn == -np.pi) & (hue_b > hue_a), np.pi, turn)
    hue_step = 2.0 * np.sqrt(chroma_a * chroma_b) * np.sin(turn / 2.0)

    lightness = (first[..., 0] + second[..., 0]) / 2.0
    chroma = (chroma_a + chroma_b) / 2.0
    hue = _hue_mean(hue_a, hue_b, colorful)
    tilt = (
        1.0
        - 0.17 * np.cos(hue - np.radians(30.0))
        + 0.24 * np.cos(2.0 * hue)
        + 0.32 * np.cos(3.0 * hue + np.radians(6.0))
        - 0.20 * np.cos(4.0 * hue - np.radians(63.0))
    )
    weight_lightness = 1.0 + 0.015 * (lightness - 50.0) ** 2 / np.sqrt(20.0 + (lightness - 50.0) ** 2)
    weight_chroma = 1.0 + 0.045 * chroma
    weight_hue = 1.0 + 0.015 * chroma * tilt
    rotation = np.radians(30.0) * np.exp(-(((np.degrees(hue) - 275.0) / 25.0) ** 2))
    cross = -np.sin(2.0 * rotation) * 2.0 * _compressed(chroma)

    l_term, c_term, h_term = lightness_step / weight_lightness, chroma_step / weight_chroma, hue_step / weight_hue
    squared = l_term**2 + c_term**2 + h_term**2 + cross * c_term * h_term
    return np.asarray(np.sqrt(np.maximum(squared, 0.0)))


def _compressed(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    seventh = chroma**7
    return np.sqrt(seventh / (seventh + _CHROMA_25_7))


def _chroma_hue(
    lab: NDArray[np.float64], stretch: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a = lab[..., 1] * stretch
    return np.hypot(a, lab[..., 2]), np.arctan2(lab[..., 2], a) % (2.0 * np.pi)


def _hue_mean(
    hue_a: NDArray[np.float64], hue_b: NDArray[np.float64], colorful: NDArray[np.bool_]
) -> NDArray[np.float64]:
    total = hue_a + hue_b
    wrapped = np.where(total < 2.0 * np.pi, total / 2.0 + np.pi, total / 2.0 - np.pi)
    mean = np.where(np.abs(hue_a - hue_b) <= np.pi, total / 2.0, wrapped)
    return np.where(colorful, mean, total)
