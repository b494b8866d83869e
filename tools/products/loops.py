"""Things that go round a finger or wrist: rings and bracelets. Loop axis Y, face toward +Z."""

from __future__ import annotations

import numpy as np

from tools.products import gems, materials, textures
from tools.products.curve import ellipse, evenly
from tools.products.draft import Draft
from tools.products.lathe import ball, disk
from tools.products.mesh import Array, Mesh, grid, placed, turn
from tools.products.sweep import frames, sweep, tube


def inner_diameter(iso_size: float) -> float:
    """Millimetres inside a ring of that ISO 8653 size, which is its inner circumference in millimetres."""
    return iso_size / np.pi


def plain_band() -> Draft:
    """A court-shaped wedding band, ISO size 60 (19.1 mm inside), 4.5 mm wide."""
    draft = _ring_draft("plain-band", "TRY-BND-60", "Plain band", 60, 4.5)
    draft.description = "Polished gold band, court profile, 4.5 mm."
    gold = materials.metal("gold", 0.09)
    draft.add("band", _hoop(inner_diameter(60), _court(1.8, 4.5, 9), 88), gold, crease_deg=50)
    _engrave(draft, inner_diameter(60), "750  TRYON  60", 22.0, 1.3)
    draft.variants |= {"Gold": {}, "Platinum": {"gold": materials.metal("platinum", 0.1)}}
    draft.variants["Rose gold"] = {"gold": materials.metal("rose gold", 0.09)}
    return draft


def solitaire() -> Draft:
    """A 1 carat (6.5 mm) round brilliant in six claws on a fine band, ISO size 54 (17.2 mm inside)."""
    draft = _ring_draft("solitaire", "TRY-SOL-54", "Solitaire", 54, 2.0)
    draft.description = "Round brilliant of 1 carat, six claws, platinum."
    white = materials.metal("platinum", 0.09)
    inside = inner_diameter(54)
    draft.add("band", _hoop(inside, _court(1.6, 2.0, 8), 84), white, crease_deg=50)
    _engrave(draft, inside, "PT950  54", 12.0, 0.9)
    gems.solitaire(draft, 6.5, white, claws=6, at=np.array([0.0, 0.0, inside / 2.0 + 0.9]))
    return draft


def bangle() -> Draft:
    """A hinged oval bangle, 58 × 49 mm inside (171 mm round), with a line of stones in front."""
    draft = Draft("bangle", "TRY-BGL-17", "Crystal bangle", "bracelet")
    draft.description = "Polished rose gold bangle set with crystals."
    draft.fit_mm = {"inner_width": 58.0, "inner_height": 49.0, "band_width": 5.0}
    rose = materials.metal("rose gold", 0.1)
    thick, high = 2.6, 5.0
    oval = _oval(58.0 + thick, 49.0 + thick, 96)
    out = _outward(oval)
    draft.add("bangle", sweep(oval, _court(thick, high, 9), closed=True, up=[0, 1, 0]), rose, crease_deg=50)
    stone, glint = gems.brilliant(2.6, simple=True)[0], gems.fire(2.6, simple=True)
    front = np.flatnonzero(oval[:, 2] > 0.0)
    line = evenly((oval + out * (thick / 2.0 + 0.15))[front][np.argsort(oval[front, 0])], 121)
    facing = evenly(out[front][np.argsort(oval[front, 0])], 121)
    for i in range(24, 97, 4):
        along = facing[i] / np.linalg.norm(facing[i])
        turned = placed(line[i] + along * 0.2, z=along, x=[0, 1, 0])
        gems.set_stone(draft, stone.turned(turned), glint.turned(turned))
        for dy in (-1.15, 1.15):
            between = (line[i] + line[i + 2] - line[i]) + along * 0.1 + [0.0, dy, 0.0]
            draft.add("bead", ball(0.8, 2).moved(between), rose, crease_deg=80)
    side = oval[np.argmax(oval[:, 0])]
    hinge_pin = disk(2.4, high + 0.4, 0.3, 16).moved([0, 0, -(high + 0.4) / 2.0])
    for sign in (-1.0, 1.0):
        draft.add("hinge", hinge_pin.turned(placed(side * [sign, 1, 1], z=[0, 1, 0])), rose, crease_deg=50)
    return draft


def curb_chain() -> Draft:
    """A silver curb bracelet of 6 mm links, 58 × 47 mm round the wrist, 190 mm long."""
    draft = Draft("chain-bracelet", "TRY-CRB-19", "Curb bracelet", "bracelet")
    draft.description = "Solid silver curb links, 6 mm."
    draft.fit_mm = {"inner_width": 58.0, "inner_height": 47.0, "band_width": 6.4}
    silver = materials.metal("silver", 0.12)
    wire = 1.7
    path = _oval(58.0 + 3.4, 47.0 + 3.4, 400)
    count = 42
    at = evenly(path, count, closed=True)
    tangent, _, _ = frames(at, closed=True, up=[0, 1, 0])
    out = _outward(at)
    t = np.arange(12) * (2 * np.pi / 12)
    flat = np.stack([3.55 * np.cos(t), 2.35 * np.sin(t), np.zeros(12)], axis=1)
    # twisted so that all links lie flat in one line: what makes a curb chain
    twist = np.deg2rad(33.0)
    for i in range(count):
        link = tube(flat, wire, 7, closed=True)
        frame = np.column_stack([tangent[i], np.cross(out[i], tangent[i]), out[i]])
        tipped = turn([1, 0, 0], np.rad2deg(twist)) @ turn([0, 1, 0], 12.0)
        draft.add("link", link.turned(frame @ tipped).moved(at[i]), silver, crease_deg=80)
    draft.variants |= {"Silver": {}, "Gold": {"silver": materials.metal("gold", 0.12)}}
    return draft


def _ring_draft(name: str, sku: str, title: str, size: float, width: float) -> Draft:
    draft = Draft(name, sku, title, "ring")
    draft.fit_mm = {"inner_diameter": round(inner_diameter(size), 2), "band_width": width}
    return draft


def _hoop(inside: float, ring: Array, sides: int) -> Mesh:
    """A band whose inside touches a circle; `ring` is (side, up) with the finger toward −side or +side alike."""
    return sweep(
        _oval(inside + np.ptp(ring[:, 0]), inside + np.ptp(ring[:, 0]), sides), ring, closed=True, up=[0, 1, 0]
    )


def _engrave(draft: Draft, inside: float, words: str, long: float, high: float) -> None:
    """The hallmark and size inside a ring, opposite its face."""
    picture = draft.picture(textures.lettering(words, 256, 16, ink="#2a2118", scale=0.8), repeat=False)
    angle = np.pi + np.linspace(0.5, -0.5, 17) * long / (inside / 2.0)
    radius = inside / 2.0 - 0.015
    ends = [
        np.stack([radius * np.sin(angle), np.full(17, y), radius * np.cos(angle)], axis=1)
        for y in (high / 2, -high / 2)
    ]
    strip = grid(np.stack(ends))
    corner = strip.points[strip.triangles[0]]
    inward = np.cross(corner[1] - corner[0], corner[2] - corner[0]) @ corner[0] < 0
    draft.add("hallmark", strip if inward else strip.flipped(), materials.printed("engraving", picture), solid=False)


def _court(thick: float, wide: float, arc: int) -> Array:
    """A comfort-fit cross-section: both faces arched, edges soft; (side, up), centred in its box."""
    ring = ellipse(2.0, 2.0, 2 * arc)
    shaped = np.sign(ring) * np.abs(ring) ** np.array([0.62, 0.8])
    return np.asarray(shaped * [thick / 2.0, wide / 2.0])


def _oval(width: float, height: float, count: int) -> Array:
    """(count, 3) ellipse in the XZ plane, evenly spaced, starting at +Z."""
    t = np.arange(8 * count) * (2 * np.pi / (8 * count))
    return evenly(np.stack([width / 2 * np.sin(t), 0 * t, height / 2 * np.cos(t)], axis=1), count, closed=True)


def _outward(loop: Array) -> Array:
    along = np.roll(loop, -1, axis=0) - np.roll(loop, 1, axis=0)
    out = np.stack([-along[:, 2], 0 * along[:, 0], along[:, 0]], axis=1)
    out *= np.sign(np.einsum("ij,ij->i", out, loop))[:, None]
    return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True))
