"""Closed loops of the lips' outline: normals, smooth offsets, and fine curves with two sharp corners."""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

Loop = NDArray[np.float64]
"""(n, 2) points of a closed loop, region pixels."""

RING = 40
"""Points of a lip loop in the dense mesh; 0 and 20 are the corners, the upper lip comes first."""

FINE = 4
"""Points drawn for one of the mesh's."""

ACROSS = (-np.arange(RING)) % RING
"""Index of the point on the other lip, (40,); corners are their own."""


def outward(loop: NDArray[np.floating]) -> Loop:
    """(n, 2) unit normals of a closed loop (n, 2), pointing out of it."""
    along = np.empty((len(loop), 2))
    np.subtract(loop[2:], loop[:-2], out=along[1:-1])
    along[0], along[-1] = loop[1] - loop[-1], loop[0] - loop[-2]
    length = np.maximum(np.sqrt(along[:, 0] ** 2 + along[:, 1] ** 2), 1e-9)
    turning = loop[:, 0] @ along[:, 1] - loop[:, 1] @ along[:, 0]  # four times the signed area
    normal = along[:, ::-1] * (np.array([1.0, -1.0]) if turning >= 0 else np.array([-1.0, 1.0]))
    normal /= length[:, None]
    return np.asarray(normal, np.float64)


def smooth_offsets(place: NDArray[np.floating], noise: NDArray[np.floating], *, spread: float, reach: float) -> Loop:
    """(40,) posterior mean of a smooth closed curve of offsets, seen at `place` with variances `noise`.

    Args:
        spread: Deviation of the offsets before anything is seen.
        reach: How far along the loop offsets resemble each other, in points.

    Source: Gaussian process regression (Rasmussen and Williams 2006, eq. 2.11), in the covariance's own basis.
    """
    basis = _basis(spread, reach)
    weighted = basis / noise[:, None]
    weight = np.linalg.solve(basis.T @ weighted + _identity(basis.shape[1]), place @ weighted)
    return np.asarray(basis @ weight, np.float64)


@functools.cache
def fine_from_ring() -> NDArray[np.float64]:
    """(160, 40) Catmull–Rom interpolation of a loop that keeps its two corners sharp."""
    half = RING // 2
    rows = np.zeros((RING * FINE, RING))
    for start in (0, half):
        for span in range(half):
            for step in range(FINE):
                row = rows[(start + span) * FINE + step]
                for point, weight in zip(range(span - 1, span + 3), _catmull_rom(step / FINE), strict=True):
                    # Before and behind the corners the arc goes on mirrored through them.
                    inside = min(max(point, 0), half)
                    mirrored = 2 * inside - point
                    if mirrored == point:
                        row[(start + point) % RING] += weight
                    else:
                        row[(start + inside) % RING] += 2 * weight
                        row[(start + mirrored) % RING] -= weight
    return rows


def _catmull_rom(t: float) -> tuple[float, float, float, float]:
    return (
        0.5 * (-t + 2 * t**2 - t**3),
        0.5 * (2 - 5 * t**2 + 3 * t**3),
        0.5 * (t + 4 * t**2 - 3 * t**3),
        0.5 * (t**3 - t**2),
    )


@functools.cache
def _basis(spread: float, reach: float) -> NDArray[np.float64]:
    """(40, m) factor of the covariance spread² · exp(−(distance along the loop / reach)² / 2)."""
    apart = np.abs(np.arange(RING)[:, None] - np.arange(RING))
    value, vector = np.linalg.eigh(np.exp(-0.5 * (np.minimum(apart, RING - apart) / reach) ** 2))
    kept = value > 1e-3 * value.max()
    return np.asarray(spread * vector[:, kept] * np.sqrt(value[kept]))


@functools.cache
def _identity(size: int) -> NDArray[np.float64]:
    return np.eye(size)
