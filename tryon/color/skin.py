"""Colors that human skin has."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.color.lab import lab_from_linear, linear_from_lab

# Diffuse linear sRGB reflectance of facial skin, evenly spaced from the lightest (ITA 62°, L* 68 as a
# spectrophotometer sees it) to the deepest measured (ITA −75°, L* 30): medians by individual typology angle of
# the facial readings of the International Skin Spectra Archive (2,113 people; Lu et al., Scientific Data 12:487,
# 2025, doi 10.1038/s41597-025-04857-5, CC BY 4.0), less the surface's 0.028. Figures rounded to three digits.
_BY_MELANIN = np.array(
    [
        [0.498, 0.322, 0.271],
        [0.468, 0.286, 0.215],
        [0.429, 0.246, 0.170],
        [0.376, 0.204, 0.128],
        [0.322, 0.163, 0.093],
        [0.274, 0.132, 0.068],
        [0.213, 0.098, 0.048],
        [0.166, 0.073, 0.035],
        [0.128, 0.054, 0.028],
        [0.092, 0.040, 0.024],
        [0.061, 0.028, 0.019],
    ]
)

_LOG_ALBEDO = np.log(_BY_MELANIN)

SPREAD_LAB = (0.0, 3.0, 3.0)
"""Standard deviation in L*, a*, b* of people with the same melanin: a* is haemoglobin, b* undertone. Same source."""


def skin_albedo(melanin: ArrayLike, *, redness: float = 0.0, yellowness: float = 0.0) -> NDArray[np.float64]:
    """Diffuse linear sRGB reflectance (..., 3) of facial skin.

    Args:
        melanin: 0 (the lightest skin measured) to 1 (the deepest), any shape (...); a tenth beyond is extrapolated.
        redness, yellowness: Shift in CIE a* and b*, about ±3 for two people in three.
    """
    position = np.clip(np.asarray(melanin, dtype=np.float64), -0.1, 1.1) * (len(_BY_MELANIN) - 1)
    segment = np.clip(np.floor(position), 0, len(_BY_MELANIN) - 2).astype(np.intp)
    share = (position - segment)[..., None]
    albedo = np.exp((1.0 - share) * _LOG_ALBEDO[segment] + share * _LOG_ALBEDO[segment + 1])
    if redness or yellowness:
        albedo = linear_from_lab(lab_from_linear(albedo) + np.array([0.0, redness, yellowness]))
    return np.asarray(np.clip(albedo, 1e-3, 1.0))


def spread_log(melanin: float) -> NDArray[np.float64]:
    """(3, 3) covariance of log linear RGB among people with the same melanin; see `SPREAD_LAB`."""
    step = 0.5
    columns = []
    for redness, yellowness, deviation in ((step, 0.0, SPREAD_LAB[1]), (0.0, step, SPREAD_LAB[2])):
        up = np.log(skin_albedo(melanin, redness=redness, yellowness=yellowness))
        down = np.log(skin_albedo(melanin, redness=-redness, yellowness=-yellowness))
        columns.append((up - down) / (2.0 * step) * deviation)
    basis = np.stack(columns, axis=1)
    return np.asarray(basis @ basis.T)
