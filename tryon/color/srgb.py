"""sRGB code values to linear light and back, by formula and by table."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_SLOPE = 12.92
_OFFSET = 0.055
_GAMMA = 2.4


def linear_from_srgb(srgb: ArrayLike) -> NDArray[np.float64]:
    """Linear light of sRGB values, both 0 to 1, any shape; odd about zero outside that range.

    Source: IEC 61966-2-1:1999 with amendment 1, section 5.2.
    """
    values = np.asarray(srgb, dtype=np.float64)
    size = np.abs(values)
    linear = np.where(size <= 0.04045, size / _SLOPE, ((size + _OFFSET) / (1.0 + _OFFSET)) ** _GAMMA)
    return np.copysign(linear, values)


def srgb_from_linear(linear: ArrayLike) -> NDArray[np.float64]:
    """sRGB values of linear light, both 0 to 1, any shape; odd about zero outside that range.

    Source: IEC 61966-2-1:1999 with amendment 1, section 5.2.
    """
    values = np.asarray(linear, dtype=np.float64)
    size = np.abs(values)
    srgb = np.where(size <= 0.0031308, size * _SLOPE, (1.0 + _OFFSET) * size ** (1.0 / _GAMMA) - _OFFSET)
    return np.copysign(srgb, values)


SRGB_TO_LINEAR: NDArray[np.float32] = linear_from_srgb(np.arange(256) / 255.0).astype(np.float32)
"""(256,) float32: linear light of each 8-bit code."""

LINEAR_TO_SRGB: NDArray[np.uint8] = np.rint(srgb_from_linear(np.arange(65536) / 65535.0) * 255.0).astype(np.uint8)
"""(65536,) uint8: 8-bit code of linear light × 65535 rounded; every code survives the round trip."""

for _table in (SRGB_TO_LINEAR, LINEAR_TO_SRGB):
    _table.setflags(write=False)


def linear_from_codes(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Linear light, float32 0 to 1, of 8-bit sRGB pixels of any shape."""
    return SRGB_TO_LINEAR[pixels]


def codes_from_linear(linear: ArrayLike) -> NDArray[np.uint8]:
    """8-bit sRGB codes of linear light of any shape; values outside 0 to 1 are clipped."""
    index = np.clip(np.asarray(linear, dtype=np.float32), 0.0, 1.0) * np.float32(65535.0) + np.float32(0.5)
    return LINEAR_TO_SRGB[index.astype(np.uint16)]
