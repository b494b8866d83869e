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

    def circle(radius: float, z: float, turned: float, count: int = 8) -> Array:
        angle = np.arange(count) * 2 * np.pi / count + turned
        return np.stack([radius * np.cos(angle), radius * np.sin(angle), np.full(count, z)], axis=1)

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


def fire(diameter: float, *, simple: bool = False) -> Mesh:
    """What a brilliant's pavilion gives back, as a cup of mirrors under its crown (girdle at 0, facing +Z).

    Light that enters a brilliant is mirrored twice below and leaves upward again; a rasterizer follows no such path,
    so mirrors that already look upward stand in for both bounces: eight mains nearly level, sixteen halves steeper.
    """
    r = diameter / 2.0
    counts = (6, 12) if simple else (8, 16, 16)
    reach = (0.5, 0.96) if simple else (0.30, 0.66, 0.97)
    # no two neighbors share a tilt: a stone scintillates because next facets show other lights
    depths = ((0.26, 0.12), (0.03, 0.14, 0.08)) if simple else ((0.30, 0.17), (0.10, 0.24, 0.15), (0.0, 0.11, 0.05))
    points, triangles = [np.array([[0.0, 0.0, -0.16 * r]])], []
    inner, before = np.array([0]), 0
    for count, radius, cycle in zip(counts, reach, depths, strict=True):
        k = np.arange(count)
        angle = 2 * np.pi * (k + 0.37 * before) / count
        height = -r * np.array([cycle[i % len(cycle)] for i in k])
        points.append(np.stack([radius * r * np.cos(angle), radius * r * np.sin(angle), height], axis=1))
        outer = sum(len(each) for each in points[:-1]) + k
        share = len(inner)
        for i in k:
            j = (i + 1) % count
            a, b = inner[i * share // count], inner[((i + 1) * share // count) % share]
            triangles.append([a, outer[i], outer[j]])
            if a != b:
                triangles.append([a, outer[j], b])
        inner, before = outer, before + 1
    return Mesh(np.concatenate(points), np.array(triangles), np.zeros((sum(map(len, points)), 2)))


def set_stone(draft: Draft, stone: Mesh, mirrors: Mesh, name: str = "brilliant") -> None:
    """Add a placed stone and its fire; all stones of a product share their materials."""
    known = {part.material.name: part.material for part in draft.parts}
    clear, glints = f"{name}", f"{name} fire"
    draft.add("stone", stone, known.get(clear) or materials.gem(clear), crease_deg=5)
    draft.add("fire", mirrors, known.get(glints) or materials.glints(glints), crease_deg=5, solid=False)


def solitaire(draft: Draft, diameter: float, body: Material, *, claws: int, at: Array | None = None) -> None:
    """A stone in a basket of claws over the origin, its culet just above z = 0.6; it faces +Z."""
    stone, below = brilliant(diameter)
    origin = np.zeros(3) if at is None else at
    girdle = below + 0.6
    at_girdle = origin + [0, 0, girdle]
    set_stone(draft, stone.moved(at_girdle), fire(diameter).moved(at_girdle))
    r = diameter / 2.0
    for i in range(claws):
        angle = (i + 0.5) * 2 * np.pi / claws
        out = np.array([np.cos(angle), np.sin(angle), 0.0])
        line = [
            out * r * 0.30 + [0, 0, 0.2],
            out * r * 0.72 + [0, 0, girdle * 0.5],
            out * (r + 0.28) + [0, 0, girdle - 0.2],
        ]
        line += [out * (r + 0.18) + [0, 0, girdle + 0.35], out * r * 0.80 + [0, 0, girdle + 0.095 * diameter]]
        path = spline(np.array(line), 14) + origin
        draft.add("claw", tube(path, np.linspace(0.85, 0.75, 14), 8, rounding=0.3), body, crease_deg=80)
    for share in (0.28, 0.62):
        wide = 2.0 * r * (0.30 + 0.70 * share)
        gallery = ring(wide + 0.7, wide - 0.5, 0.6, 0.15, 32).moved(origin + [0, 0, girdle * share])
        draft.add("gallery", gallery, body, crease_deg=50)
