"""Earrings: hoops, a pearl drop, a stud, a tassel. The post is 0.9 mm wire, the usual 18 to 20 gauge."""

from __future__ import annotations

import numpy as np

from tools.products import gems, materials
from tools.products.curve import spline
from tools.products.draft import Draft
from tools.products.lathe import ball, disk, lathe
from tools.products.mesh import Mesh, placed, turn
from tools.products.sweep import sweep, tube

HOOP_MM = 30.0


def hoops() -> Draft:
    """A gold hoop, 30 mm outside, tube 2.6 mm growing to 3.4 mm below."""
    draft = _draft("hoop-earrings", "TRY-HOP-30", "Gold hoops")
    draft.description = "Polished gold hoop, 30 mm, click closure."
    gold = materials.metal("gold", 0.1)
    t = np.linspace(0.0, 2 * np.pi, 73)[:-1] + np.pi / 2.0
    width = 2.6 + 0.8 * (1 - np.sin(t)) / 2.0
    radius = HOOP_MM / 2.0 - width / 2.0
    # the lower half is the thicker one, so its middle line lies further in and the outside stays a circle
    path = np.stack([radius * np.cos(t), radius * np.sin(t), np.zeros_like(t)], axis=1)
    gap = 7
    body = tube(path[gap:-gap], width[gap:-gap], 14, rounding=0.5)
    post = tube(
        spline([path[-gap - 1], path[-3] * [1, 1.0, 1], path[0], path[3], path[gap + 1]], 18), 0.95, 8, rounding=0.2
    )
    shift = [0.0, -(HOOP_MM / 2.0 - width[0] / 2.0), 0.0]
    draft.add("hoop", body.moved(shift), gold, crease_deg=80)
    draft.add("post", post.moved(shift), gold, crease_deg=80)
    for index in (gap, -gap - 1):
        at = path[index]
        collar = disk(float(width[index]) + 0.35, 1.1, 0.25, 16).moved([0, 0, -0.55])
        along = np.array([-at[1], at[0], 0.0])
        draft.add("collar", collar.turned(placed(at + shift, z=along)), gold, crease_deg=50)
    draft.variants["Gold"] = {}
    draft.variants["Silver"] = {"gold": materials.metal("silver", 0.1)}
    draft.variants["Rose gold"] = {"gold": materials.metal("rose gold", 0.1)}
    return draft


def pearl_drop() -> Draft:
    """A 9 mm pearl under a short gold chain and a small stone, 24 mm long."""
    draft = _draft("pearl-drop", "TRY-PRL-09", "Pearl drop")
    draft.description = "Freshwater pearl on a gold drop."
    gold = materials.metal("gold", 0.12)
    _post(draft, gold)
    draft.add("cup", disk(4.4, 1.2, 0.4, 20).moved([0, 0, 1.0]), gold, crease_deg=50)
    gems.set_stone(draft, gems.brilliant(3.4)[0].moved([0, 0, 2.5]), gems.fire(3.4).moved([0, 0, 2.5]))
    link = np.stack([1.1 * np.cos(_round(14)), 1.7 * np.sin(_round(14)), 0 * _round(14)], axis=1)
    for i in range(3):
        turned = link if i % 2 else link @ turn([0, 1, 0], 90.0).T
        draft.add("link", tube(turned + [0, -3.4 - 2.6 * i, 1.6], 0.55, 6, closed=True), gold, crease_deg=80)
    top = -3.4 - 2.6 * 3 + 0.3
    draft.add("cap", lathe([[0.5, 0.6], [1.3, 0.3], [2.2, -0.9], [2.4, -1.6], [1.9, -1.4]], 18).turned(
        placed([0, top, 1.6], z=[0, 1, 0])), gold, crease_deg=50)  # fmt: skip
    pearl = ball(9.0, 9).scaled([1.0, 1.04, 1.0]).moved([0, top - 5.2, 1.6])
    draft.add("pearl", pearl, materials.pearl(), crease_deg=80)
    return draft


def stud() -> Draft:
    """A 6 mm round brilliant (0.8 carat) in four claws of white gold."""
    draft = _draft("crystal-stud", "TRY-STD-06", "Brilliant stud")
    draft.description = "Round brilliant, 6 mm, four claws."
    white = materials.metal("platinum", 0.1)
    _post(draft, white)
    gems.solitaire(draft, 6.0, white, claws=4)
    return draft


def tassel() -> Draft:
    """A chandelier of three tiers: gold plate, stones, and swinging bars, 62 mm long."""
    draft = _draft("tassel", "TRY-TSL-62", "Long tassel")
    draft.description = "Fine gold chains hung from a crescent set with crystals, 62 mm."
    gold = materials.metal("gold", 0.13)
    _post(draft, gold)
    draft.add("cup", disk(5.2, 1.2, 0.4, 20).moved([0, 0, 0.9]), gold, crease_deg=50)
    gems.set_stone(draft, gems.brilliant(4.2)[0].moved([0, 0, 2.5]), gems.fire(4.2).moved([0, 0, 2.5]))
    loop = (
        np.stack([1.3 * np.cos(_round(14)), 1.6 * np.sin(_round(14)), 0 * _round(14)], axis=1) @ turn([0, 1, 0], 90.0).T
    )
    draft.add("link", tube(loop + [0, -3.6, 1.5], 0.6, 6, closed=True), gold, crease_deg=80)
    arc = np.deg2rad(np.linspace(-155.0, -25.0, 27))
    crescent = np.stack([11.0 * np.cos(arc), 11.0 * np.sin(arc) - 1.0, 0 * arc + 1.5], axis=1)
    draft.add(
        "crescent", tube(crescent, 1.0 + 1.6 * np.sin((arc + np.pi) * 1.0) ** 2, 10, rounding=0.5), gold, crease_deg=80
    )
    for sign in (-1.0, 1.0):
        line = spline([[0, -5.2, 1.5], [sign * 4.5, -5.0, 1.6], crescent[0 if sign < 0 else -1]], 12)
        draft.add("hanger", tube(line, 0.7, 6, rounding=0.2), gold, crease_deg=80)
    small, glint = gems.brilliant(2.0, simple=True)[0], gems.fire(2.0, simple=True)
    strands = []
    for i, angle in enumerate(np.linspace(-150.0, -30.0, 9)):
        at = np.array([11.0 * np.cos(np.deg2rad(angle)), 11.0 * np.sin(np.deg2rad(angle)) - 1.0, 1.5])
        gems.set_stone(draft, small.moved(at + [0, 0, 1.25]), glint.moved(at + [0, 0, 1.25]))
        length = 34.0 + 9.0 * np.sin(np.pi * i / 8)
        wave = np.linspace(0.0, 1.0, 12)
        # a fine rope chain: beads so small that only their glitter shows
        line = np.stack([at[0] + 0 * wave, at[1] - 1.0 - wave * length, at[2] + 0.15 * np.sin(9 * wave + i)], axis=1)
        strands.append(tube(line, 0.6, 5))
        beads = at[1] - 1.0 - np.linspace(0.06, 0.94, 9) * length
        strands += [ball(1.25, 2).moved([at[0], y, at[2]]) for y in beads]
        strands.append(ball(2.1, 3).scaled([1, 1.5, 1]).moved([at[0], at[1] - 1.6 - length, at[2]]))
    draft.add("strands", Mesh.merged(strands), gold, crease_deg=80)
    return draft


def _draft(name: str, sku: str, title: str) -> Draft:
    draft = Draft(name, sku, title, "earring")
    draft.anchor("hook", [0.0, 0.0, 0.0])
    return draft


def _post(draft: Draft, body: materials.Material) -> None:
    """The pin through the lobe and the butterfly behind it; a lobe is about 4 mm thick."""
    pin = sweep(np.array([[0, 0, 1.2], [0, 0, -4.0], [0, 0, -9.0]]), _ring(0.9), rounding=0.3)
    draft.add("post", pin, body, crease_deg=60)
    draft.add("back", disk(5.0, 1.4, 0.5, 16).moved([0, 0, -6.2]), body, crease_deg=50)


def _ring(diameter: float) -> np.ndarray:
    from tools.products.curve import ellipse

    return ellipse(diameter, diameter, 10)


def _round(count: int) -> np.ndarray:
    return np.arange(count) * (2 * np.pi / count)
