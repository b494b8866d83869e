"""Pieces on one plane that keep out of each other and of the walls."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.place.solid import Solid

_TOUCHING_M = 1e-4
_LEAST_OVERLAP_M = 0.01  # in height: things that just touch do not push
_LOW_M = 0.03  # what is lower, a rug, is stepped on, not pushed
_PUSHES = 24
_RINGS, _RING_M, _ON_RING = 10, 0.25, 12


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """A piece at (x, z) of the plane's own frame.

    yaw_rad: Turn about the plane's normal, counterclockwise from its tip. low_m: Height of its foot over the plane.
    """

    solid: Solid
    at_m: tuple[float, float]
    yaw_rad: float = 0.0
    low_m: float = 0.0

    def outline(self, outline_m: NDArray[np.float64]) -> NDArray[np.float64]:
        """An outline of the piece on the plane."""
        cosine, sine = math.cos(self.yaw_rad), math.sin(self.yaw_rad)
        return np.asarray(outline_m @ np.array([[cosine, -sine], [sine, cosine]]) + np.array(self.at_m))

    @property
    def reach_m(self) -> float:
        """Radius of the circle round its middle that holds it."""
        return float(np.linalg.norm(self.solid.outline_m, axis=1).max())


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """Where a wall meets the plane: pieces stay on the side that `inward` points to.

    foot_m, inward: (2,) a point and a unit vector in the plane's (x, z).
    span_m: From where to where along the wall, counted from the foot, it is known to be; None: all along.
    """

    foot_m: NDArray[np.float64]
    inward: NDArray[np.float64]
    span_m: tuple[float, float] | None = None

    @property
    def along(self) -> NDArray[np.float64]:
        """(2,) unit vector along the wall."""
        return np.array([self.inward[1], -self.inward[0]])

    def depth(self, outline: NDArray[np.float64]) -> float:
        """How far an outline reaches into the wall; 0 or less when it does not."""
        beside = outline - self.foot_m
        if self.span_m is not None:
            along = beside @ self.along
            if along.max() <= self.span_m[0] or along.min() >= self.span_m[1]:
                return 0.0
        return float(-(beside @ self.inward).min())


def settle(moving: Standing, others: Sequence[Standing], walls: Sequence[Wall] = ()) -> Standing | None:
    """The piece at the nearest free place, or None when there is none within 2.5 m.

    Pushed out along the shortest way, again and again; where that ends nowhere, from places in rings round it.

    Source: separating axes between convex outlines (Gottschalk 1996), band by band of height.
    """
    for start in _starts(moving.at_m):
        found = _pushed(replace(moving, at_m=start), others, walls)
        if found is not None:
            return found
    return None


def overlap(a: Standing, b: Standing) -> NDArray[np.float64] | None:
    """(2,) shortest move of `a` that frees it from `b`; None when they do not overlap."""
    apart_m = math.dist(a.at_m, b.at_m)
    if apart_m >= a.reach_m + b.reach_m or min(a.solid.size_m[1], b.solid.size_m[1]) < _LOW_M:
        return None
    if _separating(a.outline(a.solid.outline_m), b.outline(b.solid.outline_m)) is None:
        return None
    deepest: NDArray[np.float64] | None = None
    theirs = [(band, [b.outline(outline) for outline in band.outlines_m]) for band in b.solid.bands]
    for first in a.solid.bands:
        own = [a.outline(outline) for outline in first.outlines_m]
        for second, others in theirs:
            low = max(first.low_m + a.low_m, second.low_m + b.low_m)
            if min(first.high_m + a.low_m, second.high_m + b.low_m) - low < _LEAST_OVERLAP_M:
                continue
            for one in own:
                for other in others:
                    move = _separating(one, other)
                    if move is not None and (deepest is None or move @ move > deepest @ deepest):
                        deepest = move
    return deepest


def _pushed(moving: Standing, others: Sequence[Standing], walls: Sequence[Wall]) -> Standing | None:
    for _ in range(_PUSHES):
        moves = [move for other in others if (move := overlap(moving, other)) is not None]
        outline = moving.outline(moving.solid.outline_m)
        moves += [wall.inward * depth for wall in walls if (depth := wall.depth(outline)) > 0.0]
        moves = [move for move in moves if float(move @ move) > _TOUCHING_M**2]
        if not moves:
            return moving
        move = max(moves, key=lambda each: float(each @ each))
        # A hair more than needed, or rounding would push for ever.
        at = np.array(moving.at_m) + move * (1.0 + _TOUCHING_M / math.sqrt(float(move @ move)))
        moving = replace(moving, at_m=(float(at[0]), float(at[1])))
    return None


def _separating(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """(2,) shortest move of one convex outline off another; None when an axis parts them."""
    if (a.max(axis=0) <= b.min(axis=0)).any() or (b.max(axis=0) <= a.min(axis=0)).any():
        return None
    edges = np.concatenate([a[1:] - a[:-1], a[:1] - a[-1:], b[1:] - b[:-1], b[:1] - b[-1:]])
    lengths = np.hypot(edges[:, 0], edges[:, 1])
    kept = lengths > 1e-9
    axes = np.stack([-edges[kept, 1], edges[kept, 0]], axis=1) / lengths[kept, None]
    if not len(axes):
        return None
    on_a, on_b = a @ axes.T, b @ axes.T
    back = on_a.max(axis=0) - on_b.min(axis=0)  # how far to move against the axis
    ahead = on_b.max(axis=0) - on_a.min(axis=0)
    depth = np.minimum(back, ahead)
    least = int(depth.argmin())
    if depth[least] <= _TOUCHING_M:
        return None
    return np.asarray(axes[least] * (ahead[least] if ahead[least] < back[least] else -back[least]))


def _starts(at_m: tuple[float, float]) -> Iterator[tuple[float, float]]:
    yield at_m
    for ring in range(1, _RINGS + 1):
        for step in range(_ON_RING):
            angle = 2.0 * math.pi * (step + 0.5 * (ring % 2)) / _ON_RING
            yield at_m[0] + ring * _RING_M * math.cos(angle), at_m[1] + ring * _RING_M * math.sin(angle)
