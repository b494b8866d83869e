"""Two watches. Drawn with 12 o'clock at +Y and 3 at +X; at the end turned so that 3 points to the hand (+Y)."""

from __future__ import annotations

import numpy as np

from tools.products import dials, materials
from tools.products.curve import rounded_rectangle
from tools.products.draft import Draft, Part
from tools.products.lathe import disk, lathe
from tools.products.mesh import placed, turn
from tools.products.sweep import sweep
from tools.products.watch_bands import WRIST_HEIGHT, WRIST_WIDTH, bracelet, strap
from tools.products.watch_cases import crown, hand, knurled, lugs, printed
from tryon.types.model import Material


def diver() -> Draft:
    """A steel diver: case 40 mm, 47 mm from lug to lug, 12.4 mm thick, bracelet 20 mm, on a 17 cm wrist."""
    draft = _draft("diver-watch", "TRY-DIV-40", "Steel diver", 20.0)
    draft.description = "Stainless steel, 40 mm, turning bezel, blue sunburst dial, three-link bracelet."
    steel = materials.metal("steel", 0.13)
    satin = materials.metal("steel", 0.32, brushed=0.7)
    back = WRIST_HEIGHT / 2.0
    base, top = back, back + 7.6
    case = [
        [16.5, base],
        [17.6, base + 0.6],
        [19.4, base + 2.0],
        [19.9, base + 3.2],
        [19.9, top - 1.0],
        [19.2, top],
        [15.0, top],
    ]
    draft.add("case", lathe(case, 60), steel, crease_deg=28)
    lugs(draft, satin, base, out=23.6, across=12.1, wide=3.3, top=top - 0.6)
    # coin edge: 60 teeth, one a minute
    bezel = [[15.4, top], [19.3, top], [19.9, top + 0.5], [19.9, top + 2.1], [19.3, top + 2.55], [15.4, top + 2.9]]
    teeth = lathe(bezel, 120, closed=True)
    draft.add("bezel", teeth.bent(knurled(19.2, 0.35, 60)), steel, crease_deg=32)
    face = dials.diver()
    picture = draft.picture(face.pixels(), repeat=False)
    insert = Material("bezel insert", base_color_texture=picture, metallic=0.0, roughness=0.14, ior=1.7)
    draft.add(
        "insert",
        printed(
            lathe([[15.5, top + 2.4], [18.9, top + 2.4], [18.9, top + 2.72], [15.5, top + 3.12]], 60, closed=True), face
        ),
        insert,
        crease_deg=40,
    )
    dial_at = top + 0.5
    paint = Material("dial", base_color_texture=picture, metallic=0.55, roughness=0.34)
    draft.add("dial", printed(disk(31.2, 0.5, 0.0, 72).moved([0, 0, dial_at - 0.5]), face), paint, crease_deg=40)
    lume = materials.plastic("lume", "#e9efe3", 0.55)
    _diver_indices(draft, steel, lume, dial_at)
    hand(draft, steel, 8.6, 1.7, dial_at + 0.9, 10.15 / 12.0 * 360.0, lume)
    hand(draft, steel, 13.4, 1.3, dial_at + 1.25, 9.0 / 60.0 * 360.0, lume)
    hand(
        draft,
        materials.plastic("orange", "#d9481c", 0.4),
        14.0,
        0.42,
        dial_at + 1.6,
        36.0 / 60.0 * 360.0,
        None,
        tail=4.0,
    )
    draft.add("cap", disk(1.9, 0.6, 0.2, 16).moved([0, 0, dial_at + 1.55]), steel, crease_deg=50)
    crystal = lathe([[15.5, top + 1.9], [15.5, top + 2.9], [15.0, top + 3.3], [8.0, top + 3.42]], 64)
    draft.add("crystal", crystal, materials.glass("sapphire", ior=1.77, coated=True), crease_deg=30)
    crown(draft, steel, 19.6, base + 4.2, 6.6, 3.6, teeth=30)
    bracelet(draft, satin, steel, base + 1.8, lug_y=20.2)
    return _on_wrist(draft)


def dress() -> Draft:
    """A dress watch: rose gold case 38 mm, 45 mm from lug to lug, 8 mm thick, 20 to 16 mm calf strap."""
    draft = _draft("dress-watch", "TRY-DRS-38", "Leather dress watch", 20.0)
    draft.description = "Rose gold case, 38 mm, silvered dial with small seconds, stitched calf strap."
    gold = materials.metal("rose gold", 0.11)
    back = WRIST_HEIGHT / 2.0
    base, top = back, back + 5.6
    case = [
        [15.5, base],
        [17.4, base + 0.7],
        [18.6, base + 2.0],
        [18.9, base + 3.2],
        [18.5, top - 0.9],
        [17.8, top - 0.4],
    ]
    case += [[17.9, top + 0.2], [17.2, top + 0.9], [16.6, top + 0.7], [16.6, top]]
    draft.add("case", lathe(case, 84), gold, crease_deg=35)
    lugs(draft, gold, base, out=22.4, across=11.6, wide=2.5, top=top - 1.4)
    face = dials.dress()
    silvered = Material(
        "silvered dial", base_color_texture=draft.picture(face.pixels(), repeat=False), metallic=0.35, roughness=0.36
    )
    dial_at = top + 0.1
    draft.add("dial", printed(disk(33.4, 0.4, 0.0, 72).moved([0, 0, dial_at - 0.4]), face), silvered, crease_deg=40)
    for hour in range(12):
        if hour == 6:
            continue
        angle = np.deg2rad(30.0 * hour)
        out = np.array([np.sin(angle), np.cos(angle), 0.0])
        long = 3.6 if hour % 3 == 0 else 2.8
        bar = np.stack([out * 14.6, out * (14.6 - long)]) + [0, 0, dial_at + 0.2]
        draft.add("index", sweep(bar, rounded_rectangle(0.75, 0.4, 0.12, 2), up=[0, 0, 1]), gold, crease_deg=40)
    hand(draft, gold, 8.8, 1.15, dial_at + 0.65, 10.15 / 12.0 * 360.0, None, leaf=True, tail=2.2)
    hand(draft, gold, 13.4, 0.95, dial_at + 0.95, 9.0 / 60.0 * 360.0, None, leaf=True, tail=2.6)
    hand(draft, gold, 3.2, 0.28, dial_at + 0.3, 30.0 / 60.0 * 360.0, None, at=(0.0, -7.6), tail=0.8)
    draft.add("cap", disk(1.5, 0.6, 0.2, 16).moved([0, 0, dial_at + 0.85]), gold, crease_deg=50)
    crystal = lathe(
        [[16.6, top + 0.4], [16.6, top + 0.8], [15.4, top + 1.5], [10.0, top + 1.95], [5.0, top + 2.15]], 64
    )
    draft.add("crystal", crystal, materials.glass("crystal", ior=1.52, coated=True), crease_deg=40)
    crown(draft, gold, 18.5, base + 3.0, 5.0, 3.0, teeth=24)
    strap(draft, gold, base + 1.9, lug_y=19.2)
    return _on_wrist(draft)


def _draft(name: str, sku: str, title: str, band: float) -> Draft:
    draft = Draft(name, sku, title, "watch")
    draft.fit_mm = {"inner_width": WRIST_WIDTH, "inner_height": WRIST_HEIGHT, "band_width": band}
    return draft


def _on_wrist(draft: Draft) -> Draft:
    """Turned so that three o'clock points to the hand: the wearer reads it with the arm before the chest."""
    quarter = turn([0, 0, 1], 90.0)
    draft.parts = [Part(p.name, p.mesh.turned(quarter), p.material, p.crease_deg, p.solid) for p in draft.parts]
    return draft


def _diver_indices(draft: Draft, steel: Material, lume: Material, at: float) -> None:
    for hour in range(12):
        angle = np.deg2rad(30.0 * hour)
        out = np.array([np.sin(angle), np.cos(angle), 0.0])
        here = placed(out * 12.0 + [0, 0, at], z=[0, 0, 1], x=np.cross(out, [0, 0, 1]))
        if hour % 3:
            draft.add("index", disk(2.5, 0.42, 0.12, 20).turned(here), steel, crease_deg=40)
            draft.add("lume", disk(1.9, 0.5, 0.0, 16).turned(here), lume, crease_deg=40)
        else:
            bar = np.stack([out * 10.4, out * 13.3])
            frame = sweep(bar + [0, 0, at + 0.2], rounded_rectangle(1.9, 0.45, 0.12, 2), up=[0, 0, 1])
            draft.add("index", frame, steel, crease_deg=40)
            inlay = np.stack([out * 10.65, out * 13.05])
            fill = sweep(inlay + [0, 0, at + 0.38], rounded_rectangle(1.4, 0.2, 0.05, 2), up=[0, 0, 1])
            draft.add("lume", fill, lume, crease_deg=40)
