"""Necklaces: a fine chain with a pendant and a pearl strand. Lengths are the trade's: 45 cm is a princess."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from tools.products import gems, materials
from tools.products.curve import evenly, length
from tools.products.draft import Draft
from tools.products.lathe import ball, disk, ring
from tools.products.mesh import Array, Mesh, turn
from tools.products.sweep import frames, tube

# A neck is about 105 to 120 mm wide at its root (34 to 38 cm round); a princess length lies a little off it.
_WIDTH, _DEPTH = 136.0, 118.0


def chain_pendant() -> Draft:
    """A 45 cm cable chain of 2.9 mm links with a 15 mm disc pendant set with a brilliant."""
    draft = _draft("chain-pendant", "TRY-PND-45", "Disc pendant", 450.0)
    draft.description = "Fine gold cable chain, disc pendant with a brilliant."
    gold = materials.metal("gold", 0.11)
    count = 224
    at = evenly(_drape(450.0, 2000, point=1.0), count, closed=True)
    tangent, _, up = frames(at, closed=True)
    t = np.arange(8) * (2 * np.pi / 8)
    flat = np.stack([1.42 * np.cos(t), 0.85 * np.sin(t), np.zeros(8)], axis=1)
    links = []
    for i in range(count):
        # neighbors stand across each other, each a little loose
        quarter = turn([1, 0, 0], 45.0 + 90.0 * (i % 2))
        frame = np.column_stack([tangent[i], up[i], np.cross(tangent[i], up[i])])
        links.append(tube(flat, 0.46, 3, closed=True).turned(frame @ quarter).moved(at[i]))
    draft.add("chain", Mesh.merged(links), gold, crease_deg=100)
    low = at[np.argmin(at[:, 1])]
    bail = np.stack([np.zeros(14), 2.3 * np.cos(_turn(14)), 1.5 * np.sin(_turn(14))], axis=1)
    draft.add("bail", tube(bail + low + [0, -1.6, 0.0], 0.8, 8, closed=True), gold, crease_deg=80)
    middle = low + [0.0, -11.0, 0.6]
    draft.add("disc", disk(15.0, 1.3, 0.25, 48).moved([0, 0, -0.65]).moved(middle), gold, crease_deg=50)
    rim = ring(15.4, 13.6, 1.9, 0.35, 48).moved([0, 0, -0.95]).moved(middle)
    draft.add("rim", rim, gold, crease_deg=50)
    top = middle + [0, 0, 1.9]
    gems.set_stone(draft, gems.brilliant(3.6)[0].moved(top), gems.fire(3.6).moved(top))
    draft.add("setting", ring(4.4, 3.1, 1.4, 0.3, 32).moved(middle + [0, 0, 0.55]), gold, crease_deg=50)
    rays = []
    for k in range(8):
        long, at_y = (3.6, 4.7) if k % 2 == 0 else (2.2, 4.0)
        rays.append(ball(1.0, 3).scaled([0.7, long, 0.5]).moved([0, at_y, 0.7]).turned(turn([0, 0, 1], 45.0 * k)))
    draft.add("rays", Mesh.merged(rays).moved(middle), gold, crease_deg=80)
    draft.variants |= {"Gold": {}, "Silver": {"gold": materials.metal("silver", 0.11)}}
    return draft


def pearl_strand() -> Draft:
    """A 45 cm strand of 8 mm pearls with a gold clasp."""
    draft = _draft("pearl-strand", "TRY-PRL-45", "Pearl strand", 450.0)
    draft.description = "Round white pearls, 8 mm, knotted on silk."
    count = 55
    at = evenly(_drape(450.0, 2000, point=0.0), count, closed=True)
    clasp = int(np.argmin(at[:, 2]))
    pearls = []
    for i in range(count):
        if i != clasp:
            # each turned another way: nacre, not a stamped part
            own = turn([1, 0, 0], 37.0 * i) @ turn([0, 0, 1], 71.0 * i)
            pearls.append(ball(8.0, 5).turned(own).moved(at[i]))
    draft.add("pearls", Mesh.merged(pearls), materials.pearl(), crease_deg=100)
    draft.add("clasp", ball(7.0, 5).moved(at[clasp]), materials.metal("gold", 0.15), crease_deg=100)
    silk = materials.plastic("silk", "#e9e2d6", 0.7)
    draft.add("silk", tube(at, 0.9, 5, closed=True), silk, crease_deg=100)
    return draft


def _draft(name: str, sku: str, title: str, long: float) -> Draft:
    draft = Draft(name, sku, title, "necklace")
    draft.fit_mm = {"inner_width": _WIDTH, "inner_depth": _DEPTH, "length": long}
    return draft


def _drape(long: float, count: int, *, point: float) -> Array:
    """(count, 3) loop of that length: high on the nape, resting on the shoulders' slope, low in front.

    point: 0 a round curve, 1 drawn to a point by a pendant.
    """
    t = np.arange(count) * (2 * np.pi / count)
    forward = (1.0 + np.cos(t)) / 2.0

    def shaped(drop: float) -> Array:
        low = -drop * forward ** (1.5 + 0.6 * point)
        x = np.sin(t) * (1.0 - 0.12 * point * forward**2)
        return np.stack([_WIDTH / 2 * x, low, _DEPTH / 2 * np.cos(t)], axis=1)

    drop = brentq(lambda value: length(shaped(value), closed=True) - long, 1.0, 250.0)
    line = shaped(float(drop))
    return line - [0.0, (line[:, 1].min() + line[:, 1].max()) / 2.0, 0.0]


def _turn(count: int) -> Array:
    return np.arange(count) * (2 * np.pi / count)
