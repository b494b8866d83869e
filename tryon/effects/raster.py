"""Compiled loops that turn the dense mesh into per-pixel maps.

They run on one face's region, release the GIL, and allocate nothing but what they return.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Single precision throughout: one double in an expression makes numba widen all of it.
_TINY, _WHOLE = np.float32(1e-6), np.float32(1.000001)
_NOWHERE, _FAR = np.float32(-1.0), np.float32(1e30)
_NONE, _ONE = np.float32(0.0), np.float32(1.0)
# A straight face has folds at the lips and nostrils of up to this share, none of which hides anything.
_FOLDED = np.float32(0.004)


@njit(cache=True, nogil=True, fastmath=True)
def refine(
    start: NDArray[np.int32],
    index: NDArray[np.int32],
    weight: NDArray[np.float32],
    control: NDArray[np.float32],
    dense: NDArray[np.float32],
) -> None:
    """Fill dense (n, 3) with the subdivision of control (c, 3), CSR rows as in `Subdivision`."""
    for i in range(start.shape[0] - 1):
        x = np.float32(0.0)
        y = np.float32(0.0)
        z = np.float32(0.0)
        for k in range(start[i], start[i + 1]):
            w = weight[k]
            j = index[k]
            x += w * control[j, 0]
            y += w * control[j, 1]
            z += w * control[j, 2]
        dense[i, 0] = x
        dense[i, 1] = y
        dense[i, 2] = z


@njit(cache=True, nogil=True, fastmath=True)
def extent(points: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """Least x, least y, greatest x, greatest y of (n, 2 or more) points; NumPy takes ten times as long for it."""
    left, top, right, bottom = points[0, 0], points[0, 1], points[0, 0], points[0, 1]
    for i in range(1, points.shape[0]):
        left, right = min(left, points[i, 0]), max(right, points[i, 0])
        top, bottom = min(top, points[i, 1]), max(bottom, points[i, 1])
    return left, top, right, bottom


@njit(cache=True, nogil=True, fastmath=True)
def extent_of(points: NDArray[np.float32], indices: NDArray[np.int32]) -> tuple[float, float, float, float]:
    """`extent` of some of the points."""
    first = indices[0]
    left, top, right, bottom = points[first, 0], points[first, 1], points[first, 0], points[first, 1]
    for i in indices:
        left, right = min(left, points[i, 0]), max(right, points[i, 0])
        top, bottom = min(top, points[i, 1]), max(bottom, points[i, 1])
    return left, top, right, bottom


@njit(cache=True, nogil=True, fastmath=True)
def rasterize(
    points: NDArray[np.float32],
    uv: NDArray[np.float32],
    triangles: NDArray[np.int32],
    u_map: NDArray[np.float32],
    v_map: NDArray[np.float32],
    depth: NDArray[np.float32],
) -> None:
    """Fill u_map, v_map (h, w) with the nearest surface's texture position; u is −1 where there is no face.

    points (n, 3) are in the maps' own pixels.

    Triangles that face away are skipped: in y-down pixels a triangle of the canonical mesh that faces the camera
    has negative signed area. Depth grows away from the camera and is linear in the picture (weak perspective); it is
    compared only when some part of the face turns away, since otherwise no two triangles overlap.
    """
    height, width = u_map.shape
    folded = _turned_away(points, triangles) > _FOLDED
    for row in range(height):
        for column in range(width):
            u_map[row, column] = _NOWHERE
            if folded:
                depth[row, column] = _FAR
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay = points[a, 0], points[a, 1]
        bx, by = points[b, 0], points[b, 1]
        cx, cy = points[c, 0], points[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area >= -_TINY:
            continue
        left = max(0, int(np.ceil(min(ax, bx, cx))))
        right = min(width - 1, int(np.floor(max(ax, bx, cx))))
        top = max(0, int(np.ceil(min(ay, by, cy))))
        bottom = min(height - 1, int(np.floor(max(ay, by, cy))))
        if left > right or top > bottom:
            continue
        inverse = np.float32(1.0) / area
        # Barycentric weights of b and c are affine in the pixel: step them instead of working them out anew.
        wb_dx = (cy - ay) * inverse
        wb_dy = -(cx - ax) * inverse
        wc_dx = -(by - ay) * inverse
        wc_dy = (bx - ax) * inverse
        across, down = np.float32(left) - ax, np.float32(top) - ay
        wb_row = across * wb_dx + down * wb_dy
        wc_row = across * wc_dx + down * wc_dy
        ua, va, za = uv[a, 0], uv[a, 1], points[a, 2]
        ub, vb, zb = uv[b, 0] - ua, uv[b, 1] - va, points[b, 2] - za
        uc, vc, zc = uv[c, 0] - ua, uv[c, 1] - va, points[c, 2] - za
        # Each weight bounds the columns of a row on one side: w0 + k · dw ≥ 0.
        wa_row, wa_dx, wa_dy = _WHOLE - wb_row - wc_row, -wb_dx - wc_dx, -wb_dy - wc_dy
        inverse_a, inverse_b, inverse_c = _inverse(wa_dx), _inverse(wb_dx), _inverse(wc_dx)
        u_dx, v_dx, z_dx = wb_dx * ub + wc_dx * uc, wb_dx * vb + wc_dx * vc, wb_dx * zb + wc_dx * zc
        steps = right - left
        for row in range(top, bottom + 1):
            first, last = 0, steps
            first, last = _narrow(wa_row, wa_dx, inverse_a, first, last)
            first, last = _narrow(wb_row + _TINY, wb_dx, inverse_b, first, last)
            first, last = _narrow(wc_row + _TINY, wc_dx, inverse_c, first, last)
            if first <= last:
                us, vs = u_map[row, left + first : left + last + 1], v_map[row, left + first : left + last + 1]
                wb_first, wc_first = wb_row + np.float32(first) * wb_dx, wc_row + np.float32(first) * wc_dx
                u_first, v_first = ua + wb_first * ub + wc_first * uc, va + wb_first * vb + wc_first * vc
                if not folded:
                    for k in range(us.shape[0]):
                        us[k] = u_first + np.float32(k) * u_dx
                        vs[k] = v_first + np.float32(k) * v_dx
                else:
                    zs = depth[row, left + first : left + last + 1]
                    z_first = za + wb_first * zb + wc_first * zc
                    for k in range(us.shape[0]):
                        z = z_first + np.float32(k) * z_dx
                        if z < zs[k]:
                            zs[k] = z
                            us[k] = u_first + np.float32(k) * u_dx
                            vs[k] = v_first + np.float32(k) * v_dx
            wa_row += wa_dy
            wb_row += wb_dy
            wc_row += wc_dy


@njit(cache=True, nogil=True, fastmath=True)
def _turned_away(points: NDArray[np.float32], triangles: NDArray[np.int32]) -> np.float32:
    """Share of the projected surface that faces away from the camera, 0 to 1."""
    away = np.float32(0.0)
    toward = _TINY
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay = points[a, 0], points[a, 1]
        area = (points[b, 0] - ax) * (points[c, 1] - ay) - (points[b, 1] - ay) * (points[c, 0] - ax)
        if area > 0:
            away += area
        else:
            toward -= area
    return away / (away + toward)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _inverse(step: np.float32) -> np.float32:
    return _ONE / step if abs(step) > _TINY else _NONE


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _narrow(weight: np.float32, step: np.float32, inverse: np.float32, first: int, last: int) -> tuple[int, int]:
    """The part of first … last where weight + k · step ≥ 0."""
    if inverse == _NONE:
        return (first, last) if weight >= _NONE else (0, -1)
    at = -weight * inverse
    if step > _NONE:
        return max(first, int(np.ceil(at))), last
    return first, min(last, int(np.floor(at)))


@njit(cache=True, nogil=True, fastmath=True)
def fill_polygon(points: NDArray[np.float32], x0: int, y0: int, coverage: NDArray[np.float32]) -> None:
    """Raise coverage (h, w) to the share of each pixel inside a closed polygon (n, 2 or more), even–odd.

    Exact across columns and four sub-scanlines a row, so an edge is smooth at sub-pixel precision.
    """
    height, width = coverage.shape
    n = points.shape[0]
    low = np.float32(1e30)
    high = np.float32(-1e30)
    for i in range(n):
        low = min(low, points[i, 1])
        high = max(high, points[i, 1])
    top = max(0, int(np.floor(low - y0 + 0.5)))
    bottom = min(height - 1, int(np.ceil(high - y0 + 0.5)))
    crossing = np.empty(n, np.float32)
    for row in range(top, bottom + 1):
        for sub in range(4):
            y = np.float32(y0 + row - 0.375 + 0.25 * sub)
            count = 0
            for i in range(n):
                j = i + 1 if i + 1 < n else 0
                yi, yj = points[i, 1], points[j, 1]
                if (yi <= y) != (yj <= y):
                    x = points[i, 0] + (y - yi) / (yj - yi) * (points[j, 0] - points[i, 0]) - x0 + 0.5
                    k = count
                    while k > 0 and crossing[k - 1] > x:
                        crossing[k] = crossing[k - 1]
                        k -= 1
                    crossing[k] = x
                    count += 1
            for k in range(0, count - 1, 2):
                start = max(np.float32(0.0), crossing[k])
                stop = min(np.float32(width), crossing[k + 1])
                if stop <= start:
                    continue
                first = int(start)
                last = min(width - 1, int(stop))
                for column in range(first, last + 1):
                    share = min(stop, np.float32(column + 1)) - max(start, np.float32(column))
                    if share > 0:
                        coverage[row, column] = min(np.float32(1.0), coverage[row, column] + 0.25 * share)
