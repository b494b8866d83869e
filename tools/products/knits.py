"""Knitted things for the head: a beanie and a headband."""

from __future__ import annotations

import numpy as np

from tools.products import materials, textures
from tools.products.crown import Opening, hat, rows, smooth, surface
from tools.products.curve import rounded_rectangle
from tools.products.draft import Draft
from tools.products.mesh import Array, Mesh
from tools.products.sweep import sweep
from tryon.types.model import Material


def beanie() -> Draft:
    """A chunky knitted beanie with a turned-up cuff, to fit 54 to 60 cm."""
    opening = Opening.of_size(57)
    draft = hat("beanie", "TRY-BNE-57", "Knitted beanie", "hat", opening)
    draft.description = "Chunky merino rib, turned-up cuff."
    bumps, shade = textures.knit(256, 4, rib=2)
    wool = materials.cloth(
        "merino", "#b48c66", normal=draft.picture(bumps), picture=draft.picture(shade), sheen="#5a4a3c", roughness=0.95,
        fuzz=0.6,
    )  # fmt: skip
    draft.variants["Camel"] = {}
    draft.variants["Navy"] = {"merino": _recolored(wool, "navy merino", "#1d2740", "#2f3950")}
    draft.variants["Oatmeal"] = {"merino": _recolored(wool, "oatmeal merino", "#cdbfa6", "#4a463e")}
    outer = [
        (1.0, 4.5, 52),
        (1.0, 6.0, 85),
        (0.95, 5.0, 112),
        (0.8, 4.0, 138),
        (0.52, 2.0, 156),
        (0.2, 0, 164),
        (0.0, 0, 161),
    ]
    inner = [
        (0.0, 0, 156),
        (0.2, 0, 159),
        (0.5, 0.0, 151),
        (0.77, 1, 133),
        (0.93, 1, 106),
        (1.0, 0.5, 60),
        (1.0, 0.3, 4),
    ]
    fold = [(1.0, 0.3, 4), (1.0, 2.0, -0.8), (1.0, 7.5, 0.0), (1.0, 9.5, 6)]
    cuff = [
        (1.0, 9.5, 6),
        (1.0, 10.2, 30),
        (1.0, 9.8, 54),
        (1.0, 8.8, 60),
        (1.0, 6.5, 60.5),
        (1.0, 4.6, 56),
        (1.0, 4.5, 52),
    ]
    sides = 72

    def slouch(points: Array) -> Array:
        x, y, z = points.T
        up = smooth(60.0, 160.0, y)
        angle = np.arctan2(z, x)
        ripple = 0.9 * np.sin(5 * angle + 0.7) * smooth(20, 60, y) + 0.7 * np.sin(3 * angle + y / 17.0)
        gather = 2.2 * np.sin(18 * angle) * smooth(140, 160, y) * np.hypot(x, z) / 60.0
        out = 1.0 + (ripple + gather) / np.maximum(np.hypot(x, z), 12.0)
        lean = 3.0 * up * z / np.maximum(np.hypot(x, z), 12.0)
        return np.stack([x * out, y - lean, z * out - 14.0 * up], axis=1)

    pieces = [(inner, 16), (fold, 5), (cuff, 14), (outer, 24)]
    sheets = [surface(opening, rows(stations, count), sides, uv_mm=26.0) for stations, count in pieces]
    draft.add("body", Mesh.merged(sheets).bent(slouch).outward(), wool, crease_deg=80)
    return draft


def headband() -> Draft:
    """A wide knitted ear-warmer with a twist in front, to fit 54 to 59 cm."""
    opening = Opening.of_size(56)
    draft = hat("headband", "TRY-HBD-56", "Twisted headband", "headband", opening)
    draft.description = "Soft ribbed knit, twisted in front."
    bumps, shade = textures.knit(256, 6, rib=2)
    wool = materials.cloth(
        "rose knit", "#b98a86", normal=draft.picture(bumps, scale=0.8), picture=draft.picture(shade), sheen="#5a4848",
        roughness=0.95, fuzz=0.55,
    )  # fmt: skip
    count = 96
    angle = np.arange(count) * (2 * np.pi / count) - np.pi / 2.0
    oval = opening.ring(np.array(1.0), np.array(0.0), count)
    off = np.mod(angle + np.pi, 2 * np.pi) - np.pi - np.pi / 2.0
    near = np.exp(-((off / 0.16) ** 2))
    for strand in (1.0, -1.0):
        # two bands, one above the other at the sides, swap places in front (one passes over) and again behind
        cross = smooth(-0.30, 0.30, off) * 2.0 - 1.0
        behind = smooth(2.45, 3.1, np.abs(off))
        lift = 13.0 * strand * np.where(np.abs(off) < 1.5, cross, np.sign(off)) * (1.0 - behind)
        high = 33.0 - 8.0 * near + 23.0 * behind
        thick = 4.6 + 4.4 * near + 0.4 * strand * behind
        out = thick / 2.0 + (3.8 + 3.6 * strand) * near
        normal = np.stack([oval[:, 0] / opening.width**2, oval[:, 1] / opening.depth**2], axis=1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        path = np.stack([oval[:, 0] + normal[:, 0] * out, lift, oval[:, 1] + normal[:, 1] * out], axis=1)
        rings = np.stack([rounded_rectangle(t, h, 2.2, 4) for t, h in zip(thick, high, strict=True)])
        band = sweep(path, rings, closed=True, up=[0, 1, 0], tile_mm=30.0).textured([3.0, 1.0])
        draft.add("band", band, wool, crease_deg=80)
    return draft


def _recolored(wool: Material, name: str, color: str, sheen: str) -> Material:
    return materials.cloth(
        name, color, normal=wool.normal_texture, picture=wool.base_color_texture, sheen=sheen, roughness=0.95, fuzz=0.6
    )
