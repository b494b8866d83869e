"""Smooth curves through a few points, in two or three dimensions, and rings that cut across a sweep."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline, PchipInterpolator

from tools.products.mesh import Array


def spline(points: ArrayLike, count: int, *, closed: bool = False) -> Array:
    """(count, D) points evenly spaced along a cubic spline through `points`; a closed one does not repeat its start."""
    through = np.asarray(points, np.float64)
    if closed:
        through = np.concatenate([through, through[:1]])
    # centripetal spacing keeps a spline from looping where points crowd (Lee 1989)
    knots = np.concatenate([[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(through, axis=0), axis=1)))])
    fine = CubicSpline(knots, through, bc_type="periodic" if closed else "natural")(
        np.linspace(0.0, knots[-1], 40 * len(through))
    )
    return evenly(fine[:-1] if closed else fine, count, closed=closed)


def evenly(points: Array, count: int, *, closed: bool = False) -> Array:
    """(count, D) points evenly spaced along a polyline."""
    line = np.concatenate([points, points[:1]]) if closed else points
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    wanted = np.linspace(0.0, along[-1], count, endpoint=not closed)
    return np.stack([np.interp(wanted, along, line[:, axis]) for axis in range(line.shape[1])], axis=1)


def length(points: Array, *, closed: bool = False) -> float:
    """Length of a polyline."""
    line = np.concatenate([points, points[:1]]) if closed else points
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


def eased(at: ArrayLike, stations: ArrayLike, values: ArrayLike) -> Array:
    """Values between stations without overshoot (monotone cubic), held at both ends."""
    x = np.asarray(stations, np.float64)
    return np.asarray(PchipInterpolator(x, values)(np.clip(at, x[0], x[-1])))


def ellipse(width: float, height: float, count: int) -> Array:
    """(count, 2) ring, counterclockwise."""
    t = np.arange(count) * (2.0 * np.pi / count)
    return np.stack([width / 2.0 * np.cos(t), height / 2.0 * np.sin(t)], axis=1)


def rounded_rectangle(width: float, height: float, radius: float, corner: int = 3) -> Array:
    """(4·corner, 2) ring with quarter-circle corners, counterclockwise, starting at the right's lower corner."""
    radius = min(radius, width / 2.0 - 1e-4, height / 2.0 - 1e-4)
    quarter = np.linspace(0.0, np.pi / 2.0, corner)
    rings = []
    for turn_rad, (sx, sy) in zip(
        (-np.pi / 2.0, 0.0, np.pi / 2.0, np.pi), ((1, -1), (1, 1), (-1, 1), (-1, -1)), strict=True
    ):
        middle = np.array([sx * (width / 2.0 - radius), sy * (height / 2.0 - radius)])
        rings.append(middle + radius * np.stack([np.cos(quarter + turn_rad), np.sin(quarter + turn_rad)], axis=1))
    return np.concatenate(rings)
