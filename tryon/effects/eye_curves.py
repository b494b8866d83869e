"""Compiled loops that trace lid edges and draw what grows on them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

_HALF = np.float32(0.5)


@njit(cache=True, nogil=True, fastmath=True)
def face_axes(
    right_corner: NDArray[np.float32],
    left_corner: NDArray[np.float32],
    forehead: NDArray[np.float32],
    chin: NDArray[np.float32],
    axes: NDArray[np.float32],
) -> None:
    """Fill axes (3, 2) with the picture (x right, y down) of the face's unit vectors: left, up, and forward.

    Points are (3,), x right, y down, z away from the camera, under weak perspective, so that the picture of a
    vector is its first two components.
    """
    x = left_corner - right_corner
    x /= np.sqrt((x * x).sum())
    y = forehead - chin
    y -= (y * x).sum() * x
    y /= np.sqrt((y * y).sum())
    axes[0, 0], axes[0, 1] = x[0], x[1]
    axes[1, 0], axes[1, 1] = y[0], y[1]
    # x × y with z away from the camera points out of the face (toward the camera when it looks there).
    axes[2, 0] = x[1] * y[2] - x[2] * y[1]
    axes[2, 1] = x[2] * y[0] - x[0] * y[2]


@njit(cache=True, nogil=True, fastmath=True)
def trace_lids(
    dense: NDArray[np.float32],
    upper: NDArray[np.int32],
    lower: NDArray[np.int32],
    up: NDArray[np.float32],
    edges: NDArray[np.float32],
) -> float:
    """Fill edges (4, n, 2): upper edge, lower edge, upper normals, lower normals; returns the widest lid gap.

    Edges are Catmull–Rom curves through the dense points, evenly spaced in the curve's own parameter, which the
    mesh spaces nearly evenly. Normals of the upper edge point to the side of `up`, those of the lower against it.
    """
    n = edges.shape[1]
    for lid in range(2):
        rows = upper if lid == 0 else lower
        m = rows.shape[0]
        for i in range(n):
            at = np.float32(i * (m - 1)) / np.float32(n - 1)
            k = min(m - 2, int(at))
            t = at - np.float32(k)
            p0 = dense[rows[max(0, k - 1)]]
            p1 = dense[rows[k]]
            p2 = dense[rows[k + 1]]
            p3 = dense[rows[min(m - 1, k + 2)]]
            for c in range(2):
                edges[lid, i, c] = _HALF * (
                    np.float32(2.0) * p1[c]
                    + (p2[c] - p0[c]) * t
                    + (np.float32(2.0) * p0[c] - np.float32(5.0) * p1[c] + np.float32(4.0) * p2[c] - p3[c]) * t * t
                    + (np.float32(3.0) * p1[c] - p0[c] - np.float32(3.0) * p2[c] + p3[c]) * t * t * t
                )
    for lid in range(2):
        for i in range(n):
            a = edges[lid, max(0, i - 2)]
            b = edges[lid, min(n - 1, i + 2)]
            nx, ny = -(b[1] - a[1]), b[0] - a[0]
            length = max(np.float32(1e-6), np.sqrt(nx * nx + ny * ny))
            sign = np.float32(1.0) if (nx * up[0] + ny * up[1] > 0) == (lid == 0) else np.float32(-1.0)
            edges[2 + lid, i, 0] = sign * nx / length
            edges[2 + lid, i, 1] = sign * ny / length
    gap = np.float32(0.0)
    for i in range(n):
        dx = edges[0, i, 0] - edges[1, i, 0]
        dy = edges[0, i, 1] - edges[1, i, 1]
        gap = max(gap, dx * up[0] + dy * up[1])
    return float(gap)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _darken(coverage: NDArray[np.float32], row: int, column: int, share: np.float32) -> None:
    if 0 <= row < coverage.shape[0] and 0 <= column < coverage.shape[1] and share > 0:
        before = coverage[row, column]
        coverage[row, column] = before + min(np.float32(1.0), share) * (np.float32(1.0) - before)


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _span(
    coverage: NDArray[np.float32], major: int, center: np.float32, width: np.float32, opacity: np.float32, steep: bool
) -> None:
    """Add the exact share of each pixel that a strand of this width covers where it crosses one row (or column)."""
    low = center - width * _HALF
    high = center + width * _HALF
    first = int(np.floor(low + _HALF))
    last = int(np.floor(high + _HALF))
    for minor in range(first, last + 1):
        share = opacity * (min(high, np.float32(minor) + _HALF) - max(low, np.float32(minor) - _HALF))
        if steep:
            _darken(coverage, major, minor, share)
        else:
            _darken(coverage, minor, major, share)


@njit(cache=True, nogil=True, fastmath=True)
def draw_strand(
    coverage: NDArray[np.float32], path: NDArray[np.float32], width_px: np.float32, opacity: np.float32
) -> None:
    """Draw one strand over coverage (h, w), tapering to nothing from width_px at the root.

    path: (k, 2) from root to tip in coverage pixels, centres at integers. Each row (or column, where the strand
    runs flat) is crossed once, so a strand thinner than a pixel keeps its true share and many make a soft fringe.
    """
    k = path.shape[0]
    for i in range(k - 1):
        ax, ay, bx, by = path[i, 0], path[i, 1], path[i + 1, 0], path[i + 1, 1]
        dx, dy = bx - ax, by - ay
        length = np.sqrt(dx * dx + dy * dy)
        if length < 1e-4:
            continue
        steep = abs(dy) >= abs(dx)
        start, stop = (ay, by) if steep else (ax, bx)
        run = dy if steep else dx
        base, slope = (ax, dx / run) if steep else (ay, dy / run)
        stretch = length / abs(run)  # a slanted strand is wider along the row than across itself
        low, high = int(np.ceil(min(start, stop))), int(np.ceil(max(start, stop)))
        for major in range(low, high):
            t = (np.float32(major) - start) / run
            along = (np.float32(i) + t) / np.float32(k - 1)
            taper = np.float32(1.0) - along * along
            _span(
                coverage, major, base + slope * (np.float32(major) - start), width_px * taper * stretch, opacity, steep
            )


@njit(cache=True, nogil=True, fastmath=True)
def band(
    coverage: NDArray[np.float32], x0: int, y0: int, edge: NDArray[np.float32], width_px: float, opacity: float
) -> None:
    """Draw a line along an edge (n, 2) over coverage, whose corner is region pixel (x0, y0); thin at both ends."""
    n = edge.shape[0]
    for i in range(n - 1):
        ax, ay = edge[i, 0] - np.float32(x0), edge[i, 1] - np.float32(y0)
        bx, by = edge[i + 1, 0] - np.float32(x0), edge[i + 1, 1] - np.float32(y0)
        dx, dy = bx - ax, by - ay
        length = np.sqrt(dx * dx + dy * dy)
        if length < 1e-4:
            continue
        along = (np.float32(i) + _HALF) / np.float32(n - 1)
        width = np.float32(width_px) * min(np.float32(1.0), np.float32(5.0) * min(along, np.float32(1.0) - along))
        steep = abs(dy) >= abs(dx)
        start, stop = (ay, by) if steep else (ax, bx)
        run = dy if steep else dx
        base, slope = (ax, dx / run) if steep else (ay, dy / run)
        for major in range(int(np.ceil(min(start, stop))), int(np.ceil(max(start, stop)))):
            center = base + slope * (np.float32(major) - start)
            _span(coverage, major, center, width * length / abs(run), np.float32(opacity), steep)


@njit(cache=True, nogil=True, fastmath=True)
def keep_off(
    coverage: NDArray[np.float32],
    eyes: NDArray[np.float32],
    u_map: NDArray[np.float32],
    x0: int,
    y0: int,
    opening: float,
    in_view: float,
) -> None:
    """Scale coverage by in_view, and to nothing on the eyeball (as far as the eye is open) and beyond the face."""
    for row in range(coverage.shape[0]):
        for column in range(coverage.shape[1]):
            if coverage[row, column] > 0:
                bare = np.float32(1.0) - np.float32(opening) * eyes[row + y0, column + x0]
                seen = np.float32(in_view) if u_map[row + y0, column + x0] >= 0 else np.float32(0.0)
                coverage[row, column] *= bare * seen
