"""Color of daylight and of glowing bodies by correlated color temperature."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.color.lab import linear_from_xyz
from tryon.errors import ParameterError


def daylight_xy(temperature_k: ArrayLike) -> NDArray[np.float64]:
    """(..., 2) chromaticity of the CIE daylight of that correlated color temperature, 4000 to 25000 K.

    Source: CIE 15:2018, section 4.1.2.
    """
    t = _checked(temperature_k, low=4000.0, high=25000.0, name="daylight")
    low = 0.244063 + 99.11 / t + 2.9678e6 / t**2 - 4.6070e9 / t**3
    high = 0.237040 + 247.48 / t + 1.9018e6 / t**2 - 2.0064e9 / t**3
    x = np.where(t <= 7000.0, low, high)
    return np.stack([x, -3.0 * x**2 + 2.870 * x - 0.275], axis=-1)


def planckian_xy(temperature_k: ArrayLike) -> NDArray[np.float64]:
    """(..., 2) chromaticity of a black body of that temperature, 1667 to 25000 K.

    Source: cubic splines of Kim et al., US patent 7024034 (2006), within 0.0005 of the integral.
    """
    t = _checked(temperature_k, low=1667.0, high=25000.0, name="Planckian")
    warm = -0.2661239e9 / t**3 - 0.2343589e6 / t**2 + 0.8776956e3 / t + 0.179910
    cool = -3.0258469e9 / t**3 + 2.1070379e6 / t**2 + 0.2226347e3 / t + 0.240390
    x = np.where(t <= 4000.0, warm, cool)
    below_2222 = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    below_4000 = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    above_4000 = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    return np.stack([x, np.where(t <= 2222.0, below_2222, np.where(t <= 4000.0, below_4000, above_4000))], axis=-1)


def linear_from_xy(xy: ArrayLike) -> NDArray[np.float64]:
    """(..., 3) linear sRGB of a light of that chromaticity with luminance 1; a channel may leave 0 to 1."""
    values = np.asarray(xy, dtype=np.float64)
    x, y = values[..., 0], values[..., 1]
    return linear_from_xyz(np.stack([x / y, np.ones_like(x), (1.0 - x - y) / y], axis=-1))


def illuminant_linear(temperature_k: float) -> NDArray[np.float32]:
    """(3,) float32 linear sRGB, luminance 1, of light of that temperature: daylight from 5000 K, else Planckian.

    About white at 6504 K. Channels may exceed 1, and blue is clipped at 0 below about 1900 K.

    Raises:
        ParameterError: Outside 1667 to 25000 K.
    """
    xy = daylight_xy(temperature_k) if temperature_k >= 5000.0 else planckian_xy(temperature_k)
    return np.maximum(linear_from_xy(xy), 0.0).astype(np.float32)


def temperature_from_xy(xy: ArrayLike) -> NDArray[np.float64]:
    """Correlated color temperature in kelvin of chromaticities (..., 2) near the locus, 2856 to 6500 K best.

    Source: McCamy, "Correlated color temperature as an explicit function of chromaticity coordinates",
    Color Research & Application 17 (1992).
    """
    values = np.asarray(xy, dtype=np.float64)
    n = (values[..., 0] - 0.3320) / (0.1858 - values[..., 1])
    return ((449.0 * n + 3525.0) * n + 6823.3) * n + 5520.33


def _checked(temperature_k: ArrayLike, *, low: float, high: float, name: str) -> NDArray[np.float64]:
    t = np.asarray(temperature_k, dtype=np.float64)
    if not bool(np.all((t >= low) & (t <= high))):
        raise ParameterError(f"{name} light: expected {low:g} to {high:g} K, got {temperature_k!r}.")
    return t
