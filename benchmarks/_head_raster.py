"""A small software rasterizer for rendered heads: which triangle a pixel sees, where on its texture, how far away.

Written for the benchmarks alone, so that what they measure is drawn by something else than what they check.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def rasterize(
    corners_m: NDArray[np.float64],
    corners_uv: NDArray[np.float64],
    kinds: NDArray[np.int64],
    intrinsics: NDArray[np.float64],
    depth_m: NDArray[np.float32],
    uv: NDArray[np.float32],
    kind: NDArray[np.uint8],
) -> None:
    """Draw (T, 3, 3) triangles of camera space into `depth_m` (inf where empty), `uv` (h, w, 3) and `kind` (h, w).

    intrinsics: focal x and y, center x and y, in pixels of the maps. uv is interpolated with perspective.
    """
    height, width = depth_m.shape
    focal_x, focal_y, center_x, center_y = intrinsics
    for t in range(len(corners_m)):
        x, y, inverse = np.empty(3), np.empty(3), np.empty(3)
        behind = False
        for k in range(3):
            away = -corners_m[t, k, 2]
            if away < 0.02:
                behind = True
                break
            inverse[k] = 1.0 / away
            x[k] = center_x + focal_x * corners_m[t, k, 0] * inverse[k]
            y[k] = center_y - focal_y * corners_m[t, k, 1] * inverse[k]
        if behind:
            continue
        area = (x[1] - x[0]) * (y[2] - y[0]) - (x[2] - x[0]) * (y[1] - y[0])
        if abs(area) < 1e-9:
            continue
        left, right = max(0, int(np.ceil(x.min()))), min(width - 1, int(np.floor(x.max())))
        top, bottom = max(0, int(np.ceil(y.min()))), min(height - 1, int(np.floor(y.max())))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                a = ((x[1] - column) * (y[2] - row) - (x[2] - column) * (y[1] - row)) / area
                b = ((x[2] - column) * (y[0] - row) - (x[0] - column) * (y[2] - row)) / area
                c = 1.0 - a - b
                if a < 0.0 or b < 0.0 or c < 0.0:
                    continue
                weight = a * inverse[0] + b * inverse[1] + c * inverse[2]
                away = 1.0 / weight
                if away >= depth_m[row, column]:
                    continue
                depth_m[row, column] = away
                kind[row, column] = kinds[t]
                for i in range(3):
                    uv[row, column, i] = away * (
                        a * inverse[0] * corners_uv[t, 0, i]
                        + b * inverse[1] * corners_uv[t, 1, i]
                        + c * inverse[2] * corners_uv[t, 2, i]
                    )
