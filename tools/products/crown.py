"""The body of a hat: a thick shell of revolution over an oval head opening, bent into its shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tools.products.curve import evenly, spline
from tools.products.draft import Draft
from tools.products.mesh import Array, Mesh, grid

Bend = Callable[[Array], Array]


@dataclass(frozen=True, slots=True)
class Opening:
    """The oval a head goes through, inside the sweatband: width from ear to ear, depth front to back, millimetres."""

    width: float
    depth: float

    @classmethod
    def of_size(cls, circumference_cm: float, index: float = 0.82) -> Opening:
        """A hat size: head circumference, and the width for a depth of 1 (hatters' regular oval is near 0.82)."""
        a, b = 1.0, index
        per_depth = np.pi * (3 * (a + b) - np.sqrt((3 * a + b) * (a + 3 * b))) / 2.0  # Ramanujan's ellipse
        depth = circumference_cm * 10.0 / per_depth
        return cls(depth * index, depth)

    @property
    def girth(self) -> float:
        """Circumference in millimetres."""
        a, b = self.depth / 2.0, self.width / 2.0
        return float(np.pi * (3 * (a + b) - np.sqrt((3 * a + b) * (a + 3 * b))))

    def ring(self, share: float | Array, beyond: float | Array, sides: int) -> Array:
        """(..., sides, 2) x, z of the oval times `share` and then moved out by `beyond`; it starts at the back (−z)."""
        t = np.arange(sides) * (2.0 * np.pi / sides) - np.pi / 2.0
        # counterclockwise from above is toward +x from the back, so that u reads left to right from outside
        oval = np.stack([self.width / 2.0 * np.cos(t), self.depth / 2.0 * np.sin(t)], axis=1)
        normal = oval / np.array([self.width, self.depth]) ** 2
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        share, beyond = np.asarray(share, np.float64)[..., None, None], np.asarray(beyond, np.float64)[..., None, None]
        return np.asarray(oval * share + normal * beyond)


def surface(
    opening: Opening, profile: Array, sides: int, *, uv_mm: float, planar: bool = False, whole: bool = True
) -> Mesh:
    """A sheet round the opening; profile (P, 3) rows of share of the oval, millimetres beyond it, height.

    uv_mm: Size of a texture tile. planar: Laid on from above; otherwise rolled on, a whole number of tiles round.
    """
    ring = opening.ring(profile[:, 0], profile[:, 1], sides)
    points = np.stack([ring[..., 0], np.broadcast_to(profile[:, 2:3], ring.shape[:2]), ring[..., 1]], axis=2)
    points = np.concatenate([points, points[:, :1]], axis=1)
    if planar:
        uv = points[..., [0, 2]] / uv_mm
    else:
        tiles = round(opening.girth / uv_mm) if whole else opening.girth / uv_mm
        size = opening.depth / 4.0 + opening.width / 4.0
        drop = np.stack([profile[:, 0] * size + profile[:, 1], profile[:, 2]], axis=1)
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(drop, axis=0), axis=1))])
        u = np.linspace(0.0, tiles, sides + 1)
        uv = np.stack(np.broadcast_arrays(u[None], -along[:, None] / uv_mm), axis=2)
    return grid(points, uv=uv)


def rows(stations: list[tuple[float, float, float]], count: int) -> Array:
    """(count, 3) profile rows evenly along a curve through stations (share, beyond, height)."""
    scale = np.array([90.0, 1.0, 1.0])
    return spline(np.array(stations) * scale, count) / scale


def straight(stations: list[tuple[float, float, float]], count: int) -> Array:
    """(count, 3) profile rows evenly along a polyline."""
    scale = np.array([90.0, 1.0, 1.0])
    return evenly(np.array(stations) * scale, count) / scale


def smooth(low: float, high: float, value: Array) -> Array:
    """0 below `low` to 1 above `high`."""
    share = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def hat(name: str, sku: str, title: str, kind: str, opening: Opening) -> Draft:
    """A draft of something worn on the head, its opening stated."""
    draft = Draft(name, sku, title, kind)
    draft.fit_mm = {"inner_width": round(opening.width, 1), "inner_depth": round(opening.depth, 1)}
    return draft
