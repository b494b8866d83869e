"""Linear sRGB, CIE XYZ, CIE Lab and LCh: conversions with stated white points.

All take and give arrays of shape (..., 3). XYZ has Y = 1 for the white; Lab has L from 0 to 100.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.color.adaptation import adaptation_matrix

White: TypeAlias = Literal["D50", "D65"]

# Chromaticities of the sRGB primaries and white: ITU-R BT.709-6, table 1 item 1.3 and 1.4.
_PRIMARIES_XY = np.array([[0.640, 0.330], [0.300, 0.600], [0.150, 0.060]])
_WHITE_XY = np.array([0.3127, 0.3290])

# The ICC profile connection space, ICC.1:2022, section 6.3.4.3.
_D50_XYZ = np.array([0.9642, 1.0, 0.8249])

_EPSILON = 216.0 / 24389.0  # CIE 15:2018, exact rational forms of 0.008856 and 903.3
_KAPPA = 24389.0 / 27.0


def _xyz_from_xy(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    x, y = xy[..., 0], xy[..., 1]
    return np.stack([x / y, np.ones_like(x), (1.0 - x - y) / y], axis=-1)


def _rgb_to_xyz_matrix() -> NDArray[np.float64]:
    columns = _xyz_from_xy(_PRIMARIES_XY).T
    return columns * np.linalg.solve(columns, _xyz_from_xy(_WHITE_XY))


XYZ_FROM_RGB: NDArray[np.float64] = _rgb_to_xyz_matrix()
"""(3, 3): XYZ (D65) of linear sRGB, derived from the primaries so that white is exact."""

RGB_FROM_XYZ: NDArray[np.float64] = np.linalg.inv(XYZ_FROM_RGB).astype(np.float64)

WHITE_XYZ: dict[White, NDArray[np.float64]] = {"D50": _D50_XYZ, "D65": _xyz_from_xy(_WHITE_XY)}
"""XYZ of the two reference whites, Y = 1."""

_LAB_WHITE_FROM_RGB: dict[White, NDArray[np.float64]] = {
    "D65": XYZ_FROM_RGB,
    "D50": adaptation_matrix(WHITE_XYZ["D65"], WHITE_XYZ["D50"]) @ XYZ_FROM_RGB,
}
_RGB_FROM_LAB_WHITE: dict[White, NDArray[np.float64]] = {
    white: np.linalg.inv(matrix).astype(np.float64) for white, matrix in _LAB_WHITE_FROM_RGB.items()
}


def xyz_from_linear(linear: ArrayLike) -> NDArray[np.float64]:
    """XYZ under D65 of linear sRGB."""
    return np.asarray(linear, dtype=np.float64) @ XYZ_FROM_RGB.T


def linear_from_xyz(xyz: ArrayLike) -> NDArray[np.float64]:
    """Linear sRGB of XYZ under D65; values outside 0 to 1 are out of gamut and are kept."""
    return np.asarray(xyz, dtype=np.float64) @ RGB_FROM_XYZ.T


def lab_from_xyz(xyz: ArrayLike, *, white: White = "D65") -> NDArray[np.float64]:
    """CIE 1976 L*a*b* of XYZ relative to that white. Source: CIE 15:2018, section 8.2.1."""
    ratio = np.asarray(xyz, dtype=np.float64) / WHITE_XYZ[white]
    f = np.where(ratio > _EPSILON, np.cbrt(ratio), (_KAPPA * ratio + 16.0) / 116.0)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)], axis=-1)


def xyz_from_lab(lab: ArrayLike, *, white: White = "D65") -> NDArray[np.float64]:
    """XYZ relative to that white of CIE 1976 L*a*b*. Source: CIE 15:2018, section 8.2.1."""
    values = np.asarray(lab, dtype=np.float64)
    y = (values[..., 0] + 16.0) / 116.0
    f = np.stack([y + values[..., 1] / 500.0, y, y - values[..., 2] / 200.0], axis=-1)
    return np.where(f**3 > _EPSILON, f**3, (116.0 * f - 16.0) / _KAPPA) * WHITE_XYZ[white]


def lab_from_linear(linear: ArrayLike, *, white: White = "D65") -> NDArray[np.float64]:
    """CIE Lab of linear sRGB; for D50 the color is adapted with Bradford first, as ICC profiles do."""
    return lab_from_xyz(np.asarray(linear, dtype=np.float64) @ _LAB_WHITE_FROM_RGB[white].T, white=white)


def linear_from_lab(lab: ArrayLike, *, white: White = "D65") -> NDArray[np.float64]:
    """Linear sRGB of CIE Lab; values outside 0 to 1 are out of gamut and are kept."""
    return xyz_from_lab(lab, white=white) @ _RGB_FROM_LAB_WHITE[white].T


def lch_from_lab(lab: ArrayLike) -> NDArray[np.float64]:
    """Lightness, chroma and hue in radians from 0 to 2π of Lab."""
    values = np.asarray(lab, dtype=np.float64)
    a, b = values[..., 1], values[..., 2]
    return np.stack([values[..., 0], np.hypot(a, b), np.arctan2(b, a) % (2.0 * np.pi)], axis=-1)


def lab_from_lch(lch: ArrayLike) -> NDArray[np.float64]:
    """Lab of lightness, chroma and hue in radians."""
    values = np.asarray(lch, dtype=np.float64)
    chroma, hue = values[..., 1], values[..., 2]
    return np.stack([values[..., 0], chroma * np.cos(hue), chroma * np.sin(hue)], axis=-1)
