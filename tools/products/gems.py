"""Cut stones with their true facets, and the claws that hold them."""

from __future__ import annotations

import numpy as np
from scipy.spatial import ConvexHull

from tools.products import materials
from tools.products.curve import spline
from tools.products.draft import Draft
from tools.products.lathe import ring
from tools.products.mesh import Array, Mesh
from tools.products.sweep import tube
from tryon.types.model import Material


def brilliant(diameter: float, *, simple: bool = False) -> tuple[Mesh, float]:
    """(stone with its table toward +Z and girdle at 0, how deep it reaches below): Tolkowsky's round brilliant.

    Table 53 %, crown 34.5° (16.2 %), pavilion 40.75° (43.1 %) of the girdle's diameter (Tolkowsky 1919): 57 facets.
    simple: Eight-fold crown and pavilion only, for stones under 2.5 mm.
    """
    r = diameter / 2.0
    table, crown, depth = 0.53 * r, 0.162 * diameter, 0.431 * diameter
    girdle = 0.02 * diameter
    eighth = np.arange(8) * np.pi / 4.0

    def circle(radius: float, z: float, turned: float, count: int = 8) -> Array:
        angle = np.arange(count) * 2 * np.pi / count + turned
        return np.stack([radius * np.cos(angle), radius * np.sin(angle), np.full(count, z)], axis=1)

    del eighth
    rings = [circle(table, crown, 0.0)]
    if simple:
        rings += [circle(r, 0.0, np.pi / 8), circle(r, -girdle, np.pi / 8)]
    else:
        # the bezel's corner lies where main and star facets meet: between table and girdle, an eighth turned
        rings += [circle(0.735 * r, crown * 0.62, np.pi / 8), circle(r, 0.0, 0.0, 16), circle(r, -girdle, 0.0, 16)]
        rings += [circle(0.22 * r, -girdle - 0.79 * depth, np.pi / 8)]
    tip = np.array([[0.0, 0.0, -girdle - depth]])
    points = np.concatenate([*rings, tip])
    hull = ConvexHull(points)
    triangles = hull.simplices.astype(np.int64)
    # a hull's triangles are unordered: turn each so that it faces out
    corners = points[triangles]
    facing = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    inward = np.einsum("ij,ij->i", facing, hull.equations[:, :3]) < 0
    triangles[inward] = triangles[inward][:, ::-1]
    order = np.lexsort(triangles.T[::-1])
    return Mesh(points, triangles[order], np.zeros((len(points), 2))), girdle + depth


def sparkling(name: str) -> Material:
    """Diamond as a rasterizer can show it: strong mirror facets over a bright, slightly clear body."""
    return materials.gem(name)


def solitaire(draft: Draft, diameter: float, body: Material, *, claws: int, at: Array | None = None) -> None:
    """A stone in a basket of claws over the origin, its culet just above z = 0.6; it faces +Z."""
    stone, below = brilliant(diameter)
    origin = np.zeros(3) if at is None else at
    girdle = below + 0.6
    draft.add("stone", stone.moved(origin + [0, 0, girdle]), sparkling("diamond"), crease_deg=5)
    r = diameter / 2.0
    for i in range(claws):
        angle = (i + 0.5) * 2 * np.pi / claws
        out = np.array([np.cos(angle), np.sin(angle), 0.0])
        line = [out * r * 0.30 + [0, 0, 0.2], out * r * 0.72 + [0, 0, girdle * 0.5], out * (r + 0.28) + [0, 0, girdle - 0.2]]
        line += [out * (r + 0.18) + [0, 0, girdle + 0.35], out * r * 0.80 + [0, 0, girdle + 0.095 * diameter]]
        path = spline(np.array(line), 14) + origin
        draft.add("claw", tube(path, np.linspace(0.85, 0.75, 14), 8, rounding=0.3), body, crease_deg=80)
    for share in (0.28, 0.62):
        wide = 2.0 * r * (0.30 + 0.70 * share)
        gallery = ring(wide + 0.7, wide - 0.5, 0.6, 0.15, 32).moved(origin + [0, 0, girdle * share])
        draft.add("gallery", gallery, body, crease_deg=50)
