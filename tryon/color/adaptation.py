"""What a color becomes when the white it is seen under changes."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Method: TypeAlias = Literal["bradford", "cat16"]

# Sharpened cone responses. Bradford: ICC.1:2022, annex E.1. CAT16: Li et al., "Comprehensive color solutions:
# CAM16, CAT16, and CAM16-UCS", Color Research & Application 42 (2017), equation 7.
_CONES: dict[Method, NDArray[np.float64]] = {
    "bradford": np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]),
    "cat16": np.array(
        [[0.401288, 0.650173, -0.051461], [-0.250268, 1.204414, 0.045854], [-0.002079, 0.048952, 0.953127]]
    ),
}


def adaptation_matrix(
    from_white_xyz: ArrayLike, to_white_xyz: ArrayLike, *, method: Method = "bradford", degree: float = 1.0
) -> NDArray[np.float64]:
    """(3, 3) matrix that turns XYZ seen under one white into XYZ that looks alike under another.

    Args:
        from_white_xyz, to_white_xyz: (3,) XYZ of the whites; only their chromaticity counts (Y is normalised).
        degree: 1 adapts fully, 0 not at all; between them the von Kries gains are mixed linearly.

    Source: von Kries scaling in the cones of `method`; partial adaptation as in CAT16, equation 8.
    """
    cones = _CONES[method]
    source, target = (np.asarray(white, dtype=np.float64) for white in (from_white_xyz, to_white_xyz))
    gains = (cones @ (target / target[1])) / (cones @ (source / source[1]))
    partial = degree * gains + (1.0 - degree)
    return np.asarray(np.linalg.solve(cones, partial[:, None] * cones))


def adapt(
    xyz: ArrayLike,
    from_white_xyz: ArrayLike,
    to_white_xyz: ArrayLike,
    *,
    method: Method = "bradford",
    degree: float = 1.0,
) -> NDArray[np.float64]:
    """(..., 3) XYZ as it would look under another white; see `adaptation_matrix`."""
    matrix = adaptation_matrix(from_white_xyz, to_white_xyz, method=method, degree=degree)
    return np.asarray(xyz, dtype=np.float64) @ matrix.T
