"""Compiled loops of the shadow maps: triangles seen from the light, and their blurred pyramid."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True, fastmath=False)
def place(
    points: NDArray[np.float32], turn: NDArray[np.float32], move: NDArray[np.float32], placed: NDArray[np.float32]
) -> tuple[float, float, float, float, float, float]:
    """Write (N, 3) points turned, then moved; returns their lowest corner and their highest."""
    x0 = y0 = z0 = np.float32(np.inf)
    x1 = y1 = z1 = np.float32(-np.inf)
    for n in range(points.shape[0]):
        a, b, c = points[n, 0], points[n, 1], points[n, 2]
        x = turn[0, 0] * a + turn[0, 1] * b + turn[0, 2] * c + move[0]
        y = turn[1, 0] * a + turn[1, 1] * b + turn[1, 2] * c + move[1]
        z = turn[2, 0] * a + turn[2, 1] * b + turn[2, 2] * c + move[2]
        placed[n, 0], placed[n, 1], placed[n, 2] = x, y, z
        x0, y0, z0 = min(x0, x), min(y0, y), min(z0, z)
        x1, y1, z1 = max(x1, x), max(y1, y), max(z1, z)
    return float(x0), float(y0), float(z0), float(x1), float(y1), float(z1)


@njit(cache=True, nogil=True, fastmath=False)
def to_texels(points: NDArray[np.float32], first_x: float, first_y: float, texel_m: float) -> None:
    """Turn x and y of (N, 3) points from metres into texels, in place."""
    x0, y0, inverse = np.float32(first_x), np.float32(first_y), np.float32(1.0 / texel_m)
    for n in range(points.shape[0]):
        points[n, 0] = (points[n, 0] - x0) * inverse
        points[n, 1] = (points[n, 1] - y0) * inverse


@njit(cache=True, nogil=True, fastmath=False)
def rasterize(
    corners: NDArray[np.float32],
    triangles: NDArray[np.uint32],
    passes: NDArray[np.float32],
    texels: NDArray[np.float32],
) -> None:
    """Draw triangles as the light sees them.

    Args:
        corners: (N, 3) x and y in texels, centers at integers, and depth along the light in metres.
        passes: (M, 3) share of light that goes through each triangle, RGB; 0 is opaque.
        texels: (h, w, 4), changed: share passed on so far and the depth of the first triangle; see `clear`.
    """
    height, width = texels.shape[:2]
    for m in range(triangles.shape[0]):
        ax, ay, az = corners[triangles[m, 0], 0], corners[triangles[m, 0], 1], corners[triangles[m, 0], 2]
        bx, by, bz = corners[triangles[m, 1], 0], corners[triangles[m, 1], 1], corners[triangles[m, 1], 2]
        cx, cy, cz = corners[triangles[m, 2], 0], corners[triangles[m, 2], 1], corners[triangles[m, 2], 2]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area == 0.0:
            continue
        if area < 0.0:
            bx, by, bz, cx, cy, cz = cx, cy, cz, bx, by, bz
            area = -area
        top = max(0, int(np.ceil(min(ay, by, cy))))
        bottom = min(height - 1, int(np.floor(max(ay, by, cy))))
        left = max(0, int(np.ceil(min(ax, bx, cx))))
        right = min(width - 1, int(np.floor(max(ax, bx, cx))))
        if top > bottom or left > right:
            continue
        red, green, blue = passes[m, 0], passes[m, 1], passes[m, 2]
        inverse = np.float32(1.0) / area
        for y in range(top, bottom + 1):
            for x in range(left, right + 1):
                u = (bx - x) * (cy - y) - (by - y) * (cx - x)
                v = (cx - x) * (ay - y) - (cy - y) * (ax - x)
                w = area - u - v
                if u >= 0.0 and v >= 0.0 and w > 0.0:
                    depth = (u * az + v * bz + w * cz) * inverse
                    texels[y, x, 0] *= red
                    texels[y, x, 1] *= green
                    texels[y, x, 2] *= blue
                    if depth < texels[y, x, 3]:
                        texels[y, x, 3] = depth


@njit(cache=True, nogil=True, fastmath=False)
def clear(texels: NDArray[np.float32], left: int, top: int, right: int, bottom: int) -> None:
    """Write (1, 1, 1, infinity) inside a box: all light passes, nothing stands anywhere; 0 round it."""
    texels[:] = 0.0
    for y in range(top, bottom):
        for x in range(left, right):
            texels[y, x, 0] = 1.0
            texels[y, x, 1] = 1.0
            texels[y, x, 2] = 1.0
            texels[y, x, 3] = np.inf


@njit(cache=True, nogil=True, fastmath=False)
def to_moments(texels: NDArray[np.float32], near_m: float, left: int, top: int, right: int, bottom: int) -> None:
    """Turn (share passed, depth) inside a box into what may be blurred.

    That is the share kept, RGB, and its mean × depth behind `near_m`; 0 where nothing stands.
    """
    near = np.float32(near_m)
    third = np.float32(1.0 / 3.0)
    one = np.float32(1.0)
    for y in range(top, bottom):
        for x in range(left, right):
            depth = texels[y, x, 3]
            if depth == np.inf:
                texels[y, x, 0] = 0.0
                texels[y, x, 1] = 0.0
                texels[y, x, 2] = 0.0
                texels[y, x, 3] = 0.0
            else:
                r, g, b = one - texels[y, x, 0], one - texels[y, x, 1], one - texels[y, x, 2]
                texels[y, x, 0] = r
                texels[y, x, 1] = g
                texels[y, x, 2] = b
                texels[y, x, 3] = (r + g + b) * third * (depth - near)


@njit(cache=True, nogil=True, fastmath={"contract"})
def halve(fine: NDArray[np.float32], rows: NDArray[np.float32], coarse: NDArray[np.float32]) -> None:
    """Write the half-size picture under a binomial kernel centered between texels (1 5 10 10 5 1).

    Args:
        fine: (2h, 2w, 4). rows: (h, 2w, 4), overwritten. coarse: (h, w, 4), overwritten. Outside counts as empty;
            the outermost texels of `fine` must be.
    """
    height, width = coarse.shape[:2]
    far, middle, near = np.float32(1 / 32), np.float32(5 / 32), np.float32(10 / 32)
    for y in range(height):
        a, b = fine[max(2 * y - 2, 0)], fine[max(2 * y - 1, 0)]
        c, d = fine[2 * y], fine[2 * y + 1]
        e, f = fine[min(2 * y + 2, 2 * height - 1)], fine[min(2 * y + 3, 2 * height - 1)]
        for x in range(2 * width):
            for k in range(4):
                rows[y, x, k] = far * (a[x, k] + f[x, k]) + middle * (b[x, k] + e[x, k]) + near * (c[x, k] + d[x, k])
    for y in range(height):
        for x in range(width):
            p, q = max(2 * x - 2, 0), max(2 * x - 1, 0)
            r, s = min(2 * x + 2, 2 * width - 1), min(2 * x + 3, 2 * width - 1)
            for k in range(4):
                coarse[y, x, k] = (
                    far * (rows[y, p, k] + rows[y, s, k])
                    + middle * (rows[y, q, k] + rows[y, r, k])
                    + near * (rows[y, 2 * x, k] + rows[y, 2 * x + 1, k])
                )


@njit(cache=True, nogil=True, fastmath=False)
def vertex_normals(vertices: NDArray[np.float32], triangles: NDArray[np.uint32], normals: NDArray[np.float32]) -> None:
    """Write unit normals (N, 3) of an open or closed mesh: the mean of its triangles', weighted by area."""
    normals[:] = 0.0
    for m in range(triangles.shape[0]):
        a, b, c = triangles[m, 0], triangles[m, 1], triangles[m, 2]
        ux, uy, uz = vertices[b, 0] - vertices[a, 0], vertices[b, 1] - vertices[a, 1], vertices[b, 2] - vertices[a, 2]
        vx, vy, vz = vertices[c, 0] - vertices[a, 0], vertices[c, 1] - vertices[a, 1], vertices[c, 2] - vertices[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for corner in (a, b, c):
            normals[corner, 0] += nx
            normals[corner, 1] += ny
            normals[corner, 2] += nz
    for n in range(normals.shape[0]):
        length = np.sqrt(normals[n, 0] ** 2 + normals[n, 1] ** 2 + normals[n, 2] ** 2)
        if length > 0.0:
            normals[n] /= length
