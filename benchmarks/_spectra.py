"""Spectral simulation for the color contract: observer, lights, camera, and smooth reflectances of given color.

Everything is sampled every 5 nm from 380 to 780 nm. No table of a product's own exists here: reflectances are the
smoothest ones of the stated color, which real pigments and skin resemble.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.color import RGB_FROM_XYZ, WHITE_XYZ, adaptation_matrix, daylight_xy

WAVELENGTHS_NM = np.arange(380.0, 781.0, 5.0)

# CIE daylight components S0, S1, S2 every 10 nm from 380 to 780 nm: CIE 15:2018, table T.2.
_DAYLIGHT = np.array(
    [
        [63.4, 65.8, 94.8, 104.8, 105.9, 96.8, 113.9, 125.6, 125.5, 121.3, 121.3, 113.5, 113.1, 110.8, 106.5, 108.8,
         105.3, 104.4, 100.0, 96.0, 95.1, 89.1, 90.5, 90.3, 88.4, 84.0, 85.1, 81.9, 82.6, 84.9, 81.3, 71.9, 74.3, 76.4,
         63.3, 71.7, 77.0, 65.2, 47.7, 68.6, 65.0],
        [38.5, 35.0, 43.4, 46.3, 43.9, 37.1, 36.7, 35.9, 32.6, 27.9, 24.3, 20.1, 16.2, 13.2, 8.6, 6.1, 4.2, 1.9, 0.0,
         -1.6, -3.5, -3.5, -5.8, -7.2, -8.6, -9.5, -10.9, -10.7, -12.0, -14.0, -13.6, -12.0, -13.3, -12.9, -10.6, -11.6,
         -12.2, -10.2, -7.8, -11.2, -10.4],
        [3.0, 1.2, -1.1, -0.5, -0.7, -1.2, -2.6, -2.9, -2.8, -2.6, -2.6, -1.8, -1.5, -1.3, -1.2, -1.0, -0.5, -0.3, 0.0,
         0.2, 0.5, 2.1, 3.2, 4.1, 4.7, 5.1, 6.7, 7.3, 8.6, 9.8, 10.2, 8.3, 9.6, 8.5, 7.0, 7.6, 8.0, 6.7, 5.2, 7.4, 6.8],
    ]
)  # fmt: skip

# FL11, the three-band lamp TL84 is one of, every 5 nm: CIE 15:2018, table T.6.
_FL11 = np.array(
    [
        0.91, 0.63, 0.46, 0.37, 1.29, 12.68, 1.59, 1.79, 2.46, 3.33, 4.49, 33.94, 12.13, 6.95, 7.19, 7.12, 6.72, 6.13,
        5.46, 4.79, 5.66, 14.29, 14.96, 8.97, 4.72, 2.33, 1.47, 1.1, 0.89, 0.83, 1.18, 4.9, 39.59, 72.84, 32.61, 7.52,
        2.83, 1.96, 1.67, 4.43, 11.28, 14.76, 12.73, 9.74, 7.33, 9.72, 55.27, 42.58, 13.18, 13.16, 12.26, 5.11, 2.07,
        2.34, 3.58, 3.01, 2.48, 2.14, 1.54, 1.33, 1.46, 1.94, 2.0, 1.2, 1.35, 4.1, 5.58, 2.51, 0.57, 0.27, 0.23, 0.21,
        0.24, 0.24, 0.2, 0.24, 0.32, 0.26, 0.16, 0.12, 0.09,
    ]
)  # fmt: skip


def observer() -> NDArray[np.float64]:
    """(3, 81) CIE 1931 color matching functions, by the multi-lobe fit of Wyman, Sloan, Shirley, JCGT 2(2), 2013."""

    def lobe(peak: float, below: float, above: float) -> NDArray[np.float64]:
        scaled = (WAVELENGTHS_NM - peak) * np.where(peak <= WAVELENGTHS_NM, above, below)
        return np.asarray(np.exp(-0.5 * scaled**2))

    x = 0.362 * lobe(442.0, 0.0624, 0.0374) + 1.056 * lobe(599.8, 0.0264, 0.0323) - 0.065 * lobe(501.1, 0.0490, 0.0382)
    y = 0.821 * lobe(568.8, 0.0213, 0.0247) + 0.286 * lobe(530.9, 0.0613, 0.0322)
    z = 1.217 * lobe(437.0, 0.0845, 0.0278) + 0.681 * lobe(459.0, 0.0385, 0.0725)
    return np.stack([x, y, z])


OBSERVER = observer()


def daylight(temperature_k: float) -> NDArray[np.float64]:
    """(81,) relative power of CIE daylight: CIE 15:2018, section 4.1.2."""
    x, y = daylight_xy(temperature_k)
    scale = 0.0241 + 0.2562 * x - 0.7341 * y
    first = (-1.3515 - 1.7703 * x + 5.9114 * y) / scale
    second = (0.0300 - 31.4424 * x + 30.0717 * y) / scale
    power = _DAYLIGHT[0] + first * _DAYLIGHT[1] + second * _DAYLIGHT[2]
    return np.interp(WAVELENGTHS_NM, np.arange(380.0, 781.0, 10.0), power)


def incandescent(temperature_k: float) -> NDArray[np.float64]:
    """(81,) relative power of a black body by Planck's law; 2856 K is illuminant A."""
    return np.asarray((WAVELENGTHS_NM / 560.0) ** -5 / np.expm1(1.4388e7 / (WAVELENGTHS_NM * temperature_k)))


@dataclass(frozen=True)
class Light:
    """A light by name, its spectrum (81,), and how far the camera's white balance takes its color out (0 to 1)."""

    name: str
    power: NDArray[np.float64]
    balance: float


LIGHTS: tuple[Light, ...] = (
    Light("D65", daylight(6504.0), 1.0),
    Light("A 2856 K", incandescent(2856.0), 0.85),
    Light("FL11 (TL84)", _FL11, 0.85),
    Light("shade 9000 K", daylight(9000.0), 0.85),
)


class Camera:
    """Linear sRGB of reflectances under one light, after a von Kries (Bradford) white balance of stated degree.

    A perfect white diffuser shows `white` (3,), of luminance 1 before exposure.
    """

    def __init__(self, light: Light) -> None:
        weights = OBSERVER * light.power
        weights /= weights[1].sum()
        white = weights.sum(axis=1)
        # The fitted observer's own D65 stands for the sRGB white, so that a balanced white is exactly gray.
        reference = OBSERVER @ LIGHTS[0].power
        target = reference / reference[1]
        balance = adaptation_matrix(white, target, degree=light.balance)
        to_srgb = RGB_FROM_XYZ @ adaptation_matrix(target, WHITE_XYZ["D65"])
        self._rgb_from_power = to_srgb @ balance @ weights
        self.white = self._rgb_from_power.sum(axis=1)

    def see(self, reflectance: NDArray[np.float64]) -> NDArray[np.float64]:
        """(..., 3) linear sRGB of reflectances (..., 81)."""
        return np.asarray(reflectance @ self._rgb_from_power.T)


_STANDARD: Camera | None = None


def reflectance(
    linear: Sequence[float] | NDArray[np.floating], *, feature: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """(81,) smoothest reflectance between 0 and 1 whose color under D65 is this linear sRGB.

    Args:
        feature: (81,) bands to carry, added in the logit domain before the color is matched again.

    Source: least slope squared of a hyperbolic tangent (S. A. Burns, "Numerical methods for smoothest reflectance
    reconstruction", Color Research & Application 45, 2020), solved by Newton with Lagrange multipliers.
    """
    global _STANDARD
    if _STANDARD is None:
        _STANDARD = Camera(LIGHTS[0])
    camera = _STANDARD._rgb_from_power
    target = np.clip(np.asarray(linear, dtype=np.float64), 0.004, 0.95)
    count = len(WAVELENGTHS_NM)
    slope = np.diff(np.eye(count), axis=0)
    stiff = 2.0 * slope.T @ slope
    base = np.zeros(count) if feature is None else feature
    z, multiplier = np.zeros(count), np.zeros(3)
    for _ in range(60):
        shape = np.tanh(z + base)
        bent = 1.0 - shape**2
        residual = camera @ ((shape + 1.0) / 2.0) - target
        jacobian = camera * (bent / 2.0)
        gradient = stiff @ z + jacobian.T @ multiplier
        hessian = stiff + np.diag((camera.T @ multiplier) * (-shape * bent))
        system = np.block([[hessian, jacobian.T], [jacobian, np.zeros((3, 3))]])
        step = np.linalg.solve(system, -np.concatenate([gradient, residual]))
        scale = min(1.0, 2.0 / max(float(np.abs(step[:count]).max()), 1e-9))
        z += scale * step[:count]
        multiplier += scale * step[count:]
        if np.abs(residual).max() < 1e-9 and np.abs(step[:count]).max() < 1e-9:
            return np.asarray((np.tanh(z + base) + 1.0) / 2.0)
    raise ArithmeticError(f"No smooth reflectance of color {np.round(target, 4)} was found.")


def hemoglobin_bands(depth: float) -> NDArray[np.float64]:
    """(81,) the W that oxyhemoglobin cuts into skin at 542 and 577 nm and the Soret band at 415 nm (Prahl's tables)."""
    bands = ((415.0, 14.0, 1.0), (542.0, 10.0, 0.55), (577.0, 8.0, 0.6))
    return -depth * sum(height * np.exp(-0.5 * ((WAVELENGTHS_NM - at) / width) ** 2) for at, width, height in bands)
