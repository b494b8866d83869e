"""Fewer triangles where nobody can see the difference."""

from __future__ import annotations

import ctypes

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError

_FEW = 64  # triangles; below this there is nothing to save
_NORMAL_RAD = 0.12  # a normal may turn by this much where the place may move by the whole error


def simplified(
    positions_m: NDArray[np.float32],
    triangles: NDArray[np.uint32],
    *,
    error_m: float,
    normals: NDArray[np.float32] | None = None,
    uv: NDArray[np.float32] | None = None,
) -> NDArray[np.uint32]:
    """(K, 3) triangles over the same vertices, at most about `error_m` away from the given surface.

    Args:
        normals: (N, 3); given, shading changes little too.
        uv: (N, 2); given, a texture slides by no more than the error.

    Raises:
        MissingExtraError: meshoptimizer is not installed.

    Source: quadric error metrics with attributes (Garland and Heckbert 1997; Hoppe 1999), as in meshoptimizer.
    """
    if len(triangles) <= _FEW:
        return triangles
    points = np.ascontiguousarray(positions_m, np.float32)
    attributes, weights = _attributes(points, triangles, normals, uv, error_m)
    return _simplify(points, np.ascontiguousarray(triangles, np.uint32), attributes, weights, error_m)


def _simplify(
    points: NDArray[np.float32],
    triangles: NDArray[np.uint32],
    attributes: NDArray[np.float32],
    weights: NDArray[np.float32],
    error_m: float,
) -> NDArray[np.uint32]:
    try:
        from meshoptimizer import SIMPLIFY_ERROR_ABSOLUTE
        from meshoptimizer._loader import lib  # the package's own wrapper passes the error as the wrong C type
    except ImportError:
        raise MissingExtraError("meshoptimizer", extra="render") from None
    kept = np.empty_like(triangles)
    count = lib.meshopt_simplifyWithAttributes(
        kept.ctypes.data_as(ctypes.c_void_p),
        triangles.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_size_t(triangles.size),
        points.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_size_t(len(points)),
        ctypes.c_size_t(points.strides[0]),
        attributes.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_size_t(attributes.strides[0]),
        weights.ctypes.data_as(ctypes.c_void_p),
        ctypes.c_size_t(len(weights)),
        None,
        ctypes.c_size_t(0),
        ctypes.c_float(error_m),
        ctypes.c_uint(SIMPLIFY_ERROR_ABSOLUTE),
        None,
    )
    return np.ascontiguousarray(kept.reshape(-1, 3)[: count // 3])


def _attributes(
    points: NDArray[np.float32],
    triangles: NDArray[np.uint32],
    normals: NDArray[np.float32] | None,
    uv: NDArray[np.float32] | None,
    error_m: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(N, k) attributes and (k,) weights that turn their changes into metres."""
    columns, weights = [], []
    if normals is not None:
        columns.append(normals)
        weights += [error_m / _NORMAL_RAD] * 3
    if uv is not None:
        columns.append(uv)
        weights += [_metres_per_uv(points, triangles, uv)] * 2
    if not columns:
        return np.zeros((len(points), 1), np.float32), np.zeros(0, np.float32)
    return np.ascontiguousarray(np.concatenate(columns, axis=1), np.float32), np.array(weights, np.float32)


def _metres_per_uv(points: NDArray[np.float32], triangles: NDArray[np.uint32], uv: NDArray[np.float32]) -> float:
    a, b, c = (points[triangles[:, i]].astype(np.float64) for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    a, b, c = (uv[triangles[:, i]].astype(np.float64) for i in range(3))
    across, along = b - a, c - a
    uv_area = np.abs(across[:, 0] * along[:, 1] - across[:, 1] * along[:, 0]).sum()
    return float(np.sqrt(area / uv_area)) if uv_area > 0.0 else 0.0
