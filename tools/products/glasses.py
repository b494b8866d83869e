"""Seven pairs of glasses. Sizes are of common stock frames as printed on temples (lens□bridge temple, ISO 8624)."""

from __future__ import annotations

import numpy as np

from tools.products import materials, outline, textures, wire
from tools.products.acetate import Rim, front_slab
from tools.products.draft import Draft
from tools.products.lathe import disk
from tools.products.mesh import Array, Mesh, placed
from tools.products.shell import Front, lens
from tools.products.temples import Temple, hinge
from tryon.types.model import Material


def round_tortoise() -> Draft:
    """A panto in Havana acetate with clear lenses, 48□21-145."""
    draft = Draft("round-tortoise", "TRY-PAN-48", "Round tortoiseshell", "glasses")
    draft.description = "Panto frame in polished Havana acetate, clear antireflex lenses."
    front = _front(draft, 48, 21, 145, 42.5, base_curve=4.0, wrap_deg=5.0)
    havana = materials.acetate("havana", "#ffffff", draft.picture(textures.tortoise()))
    rim = Rim(widths=(3.8, 4.0, 3.6, 3.4), bridge=(13.4, 6.6), end=(6.5, 11.5, 7.5), lift=0.8)
    clear = materials.glass("clear lens", "#ffffff", coated=True)
    _acetate(draft, front, outline.shaped("panto", 48, 42.5), rim, havana, clear, temple=(145, 6.8), label="48□21-145")
    draft.variants["Havana"] = {}
    draft.variants["Black"] = {"havana": materials.acetate("black", "#0b0b0c")}
    draft.variants["Crystal"] = {"havana": materials.acetate("champagne", "#d8b998", roughness=0.15)}
    return draft


def square_black() -> Draft:
    """Squared sunglasses in black acetate with gray-green lenses, 52□20-145."""
    draft = Draft("square-black", "TRY-SQR-52", "Square black", "glasses")
    draft.description = "Squared sunglasses in polished black acetate, gray-green lenses (15 % visible light)."
    front = _front(draft, 52, 20, 145, 41.0, base_curve=5.0, wrap_deg=6.0)
    black = materials.acetate("black", "#08080a")
    rim = Rim(widths=(4.6, 5.4, 4.2, 4.2), bridge=(15.5, 7.2), end=(8.0, 15.0, 9.0), lift=2.6)
    green = materials.glass("gray-green lens", "#64695a")
    _acetate(draft, front, outline.shaped("square", 52, 41), rim, black, green, temple=(145, 8.4), label="52□20-145")
    havana = materials.acetate("havana", "#ffffff", draft.picture(textures.tortoise()))
    draft.variants["Black"] = {}
    draft.variants["Havana"] = {"black": havana}
    draft.variants["Bottle green"] = {"black": materials.acetate("bottle green", "#0d2b1e")}
    return draft


def cat_eye() -> Draft:
    """Upswept sunglasses in wine-red acetate with gradient lenses, 54□17-140."""
    draft = Draft("cat-eye", "TRY-CAT-54", "Cat-eye", "glasses")
    draft.description = "Cat-eye sunglasses in wine-red acetate, gray gradient lenses."
    front = _front(draft, 54, 17, 140, 42.0, base_curve=5.0, wrap_deg=6.0)
    wine = materials.acetate("wine acetate", "#4a0713")
    rim = Rim(widths=(4.2, 4.8, 4.0, 3.4), bridge=(11.5, 4.6), end=(5.5, 17.5, 8.0), lift=4.0)
    fade = draft.picture(textures.gradient("#5b5558", "#e6dcd8"), repeat=False)
    smoke = materials.glass("gradient lens", picture=fade)
    _acetate(draft, front, outline.shaped("cat", 54, 42), rim, wine, smoke, temple=(140, 7.2), label="54□17-140")
    return draft


def mirror_sport() -> Draft:
    """Matte black sunglasses with blue mirror lenses, 55□18-140."""
    draft = Draft("mirror-blue", "TRY-MIR-55", "Blue mirror", "glasses")
    draft.description = "Soft-touch matte black frame with blue flash-mirror lenses."
    front = _front(draft, 55, 18, 140, 42.0, base_curve=6.0, wrap_deg=7.0)
    matte = materials.plastic("soft-touch black", "#0f0f11", 0.52)
    rim = Rim(widths=(4.2, 4.6, 4.0, 3.6), bridge=(13.5, 5.6), end=(6.5, 11.5, 8.0), lift=1.2, thickness=4.2)
    coat = materials.mirror("blue mirror", draft.picture(textures.gradient("#2b62ff", "#62e0f2"), repeat=False))
    _acetate(draft, front, outline.shaped("soft", 55, 42), rim, matte, coat, temple=(140, 7.6), label="55□18-140")
    return draft


def aviator() -> Draft:
    """Teardrop sunglasses in gold wire with a double bridge and brown gradient lenses, 58□14-140."""
    draft = Draft("aviator", "TRY-AVI-58", "Aviator", "glasses")
    draft.description = "Thin gold metal, double bridge, brown gradient lenses."
    front = _front(draft, 58, 14, 140, 49.5, base_curve=6.0, wrap_deg=7.0)
    gold = materials.metal("gold", 0.2)
    drop = outline.shaped("aviator", 58, 49.5)
    fade = draft.picture(textures.gradient("#4a3524", "#e8d3b4", start=0.15), repeat=False)
    _wire(draft, front, drop, gold, materials.glass("brown gradient lens", picture=fade), temple=140, end_y=13.0,
          label="58□14-140", tips=materials.acetate("tips", "#20130c"))  # fmt: skip
    half = front.center - 29.0
    brow = [
        [-half - 8, 22.6, 0.3],
        [-half - 2, 21.6, 0.9],
        [0, 21.0, 1.6],
        [half + 2, 21.6, 0.9],
        [half + 8, 22.6, 0.3],
    ]
    draft.add("brow bar", wire.bar(front, brow, wide=1.7, high=1.5, count=20), gold, crease_deg=60)
    edge = front.center + _side_at(drop, 9.8, nasal=True) - 0.6
    low = [[-edge, 9.8, 0.0], [-edge + 2.4, 11.2, 0.7], [0, 12.0, 1.3], [edge - 2.4, 11.2, 0.7], [edge, 9.8, 0.0]]
    draft.add("bridge", wire.bar(front, low, wide=1.8, high=1.6, count=20), gold, crease_deg=60)
    draft.anchor("bridge", front([[0.0, 12.0, 0.4]]))
    draft.variants["Gold"] = {}
    draft.variants["Gunmetal"] = {"gold": materials.metal("gunmetal", 0.2)}
    draft.variants["Silver"] = {"gold": materials.metal("silver", 0.12)}
    return draft


def round_gold() -> Draft:
    """Round optical glasses in gold wire, 47□21-145."""
    draft = Draft("round-gold", "TRY-RND-47", "Round gold", "glasses")
    draft.description = "Round frame in polished gold wire, clear antireflex lenses."
    front = _front(draft, 47, 21, 145, 45.0, base_curve=4.0, wrap_deg=4.0)
    gold = materials.metal("gold", 0.2)
    ring = outline.superellipse(47, 45, 2.05)
    clear = materials.glass("clear lens", "#ffffff", coated=True)
    _wire(draft, front, ring, gold, clear, temple=145, end_y=6.0, label="47□21-145",
          tips=materials.acetate("tips", "#2a1508"), rim=(1.5, 2.1))  # fmt: skip
    half = front.center + _side_at(ring, 2.6, nasal=True) - 0.7
    arch = [
        [-half, 2.6, 0.0], [-half + 1.8, 5.4, 0.5], [-half + 5, 8.0, 1.6], [0, 9.0, 2.2],
        [half - 5, 8.0, 1.6], [half - 1.8, 5.4, 0.5], [half, 2.6, 0.0],
    ]  # fmt: skip
    draft.add("bridge", wire.bar(front, arch, wide=1.8, high=1.6, count=26), gold, crease_deg=60)
    draft.anchor("bridge", front([[0.0, 9.0, 1.3]]))
    draft.variants["Gold"] = {}
    draft.variants["Rose gold"] = {"gold": materials.metal("rose gold", 0.12)}
    return draft


def rimless() -> Draft:
    """Drilled clear lenses on titanium wire, 53□18-140."""
    draft = Draft("rimless", "TRY-RML-53", "Rimless", "glasses")
    draft.description = "Clear drilled lenses held by brushed titanium."
    front = _front(draft, 53, 18, 140, 35.0, base_curve=4.0, wrap_deg=5.0)
    titan = materials.metal("titanium", 0.24)
    shape = outline.shaped("slim", 53, 35)
    clear = materials.glass("clear lens", "#fcfffd", coated=True)
    draft.pair("lens", lens(shape, front), clear)
    draft.pair("edge", wire.rim(shape, front, width=0.25, depth=1.9, count=48), materials.ground_glass(), crease_deg=60)
    nasal, temporal = front.center - 22.4, front.center + 22.6
    for x, y in ((nasal, 5.0), (nasal + 2.6, 5.2), (temporal, 6.5), (temporal - 2.8, 6.6)):
        ahead = front([[x, y, 0.9]])[0]
        draft.pair("screw", wire.screw(ahead, front.normal(x, y), head=1.9, length=0.9), titan, crease_deg=50)
        behind = front([[x, y, -0.9]])[0]
        draft.pair("nut", wire.screw(behind, -front.normal(x, y), head=1.9, length=1.0), titan, crease_deg=50)
    arch = [
        [-nasal - 2.6, 5.2, -1.5], [-nasal + 1.0, 4.8, -1.7], [-nasal + 5.2, 7.2, 0.4], [0, 8.4, 1.4],
        [nasal - 5.2, 7.2, 0.4], [nasal - 1.0, 4.8, -1.7], [nasal + 2.6, 5.2, -1.5],
    ]  # fmt: skip
    draft.add("bridge", wire.bar(front, arch, wide=1.3, high=1.3, count=30), titan, crease_deg=60)
    draft.anchor("bridge", front([[0.0, 8.4, 0.8]]))
    start = front([[temporal - 3.0, 6.6, -1.6]])[0]
    edge = front([[temporal + 7.2, 6.6, -5.0]])[0]
    _metal_sides(draft, titan, start, edge, 140, "53□18-140", materials.plastic("tips", "#3b3d40", 0.5))
    _nose_pads(draft, titan, rim_at=front([[nasal, 1.0, -1.4]])[0], half_gap=7.6, y=-4.0)
    return draft


def _front(
    draft: Draft, width: int, bridge: int, temple: int, height: float, *, base_curve: float, wrap_deg: float
) -> Front:
    """The curved front of a draft, whose lens anchors and fit it also states; 9° of tilt, as opticians aim for."""
    draft.fit_mm = {"lens_width": width, "bridge": bridge, "temple": temple, "lens_height": height}
    front = Front(
        lens_width=width, bridge=bridge, base_curve=base_curve, wrap_deg=wrap_deg, tilt_deg=9.0, thickness=2.0
    )
    draft.anchor("lens", [front.center, 0.0, 0.0], both=True)
    return front


def _acetate(
    draft: Draft, front: Front, shape: Array, rim: Rim, body: Material, glass: Material, *,
    temple: tuple[float, float], label: str,
) -> None:  # fmt: skip
    length, high = temple
    draft.add("front", front_slab(shape, front, rim), body, crease_deg=42)
    draft.pair("lens", lens(outline.grown(shape, 0.4), front), glass)
    beyond, end_y, _ = rim.end
    end_y += rim.lift
    x_end = front.center + front.lens_width / 2.0 + beyond
    corner = front([[x_end - 2.6, end_y, -rim.thickness / 2.0]])[0]
    start = corner + [0.35, 0.0, 1.6]
    side = Temple.bent(start, length + 1.6)
    stations = [0, 14, 45, length - 48, length - 25, length]
    bar = side.solid(
        stations, [3.9, 3.8, 3.5, 3.2, 3.0, 2.8], [high, high * 0.95, high * 0.68, 5.2, 6.6, 6.4], rounding=1.2
    )
    draft.pair("temple", bar, body, crease_deg=42)
    draft.anchor("ear", side.ear(2.7), both=True)
    steel = materials.metal("steel", 0.2)
    draft.pair("hinge", hinge(corner + [-2.6, 0.0, -1.2]), steel, crease_deg=50)
    for dy in (-1.5, 1.5):
        at = [x_end - 3.4, end_y + dy, rim.thickness / 2.0 - 0.12]
        pin = disk(1.5, 0.32, 0.14, 12).turned(placed(front([at])[0], z=front.normal(at[0], at[1])))
        draft.pair("rivet", pin, steel, crease_deg=60)
        point = side.part(9.0, 10.0).points[0] + [1.72, dy, 0.0]
        draft.pair("temple rivet", disk(1.5, 0.4, 0.14, 12).turned(placed(point, z=[1, 0, 0])), steel, crease_deg=60)
    _print(draft, side, label, 28.0, 60.0, 1.84, "#c9b27a")
    nose = front([[front.center - front.lens_width / 2.0 - 2.0, -3.0, -rim.thickness / 2.0 - rim.pad]])[0]
    draft.anchor("pad", nose, both=True)
    draft.anchor("bridge", front([[0.0, sum(rim.bridge) / 2.0 - 1.0, -rim.thickness / 2.0]]))


def _wire(
    draft: Draft, front: Front, shape: Array, body: Material, glass: Material, *, temple: float, end_y: float,
    label: str, tips: Material, rim: tuple[float, float] = (1.3, 2.3),
) -> None:  # fmt: skip
    draft.pair("rim", wire.rim(shape, front, width=rim[0], depth=rim[1]), body, crease_deg=60)
    draft.pair("lens", lens(shape, front), glass)
    x_rim = front.center + _side_at(shape, end_y)
    start = front([[x_rim + 0.4, end_y, 0.2]])[0]
    edge = front([[x_rim + 5.6, end_y, -3.6]])[0]
    _metal_sides(draft, body, start, edge, temple, label, tips)
    lock = front([[x_rim + 1.6, end_y - 2.6, -0.9]])[0]
    draft.pair("lock", disk(1.9, 2.4, 0.25, 12).turned(placed(lock, z=[0, 1, 0])), body, crease_deg=50)
    x_nose = front.center + _side_at(shape, -1.0, nasal=True)
    half_gap = max(7.0, front.center - front.lens_width / 2.0 - 1.2)
    _nose_pads(draft, body, rim_at=front([[x_nose - 0.9, -1.0, -1.0]])[0], half_gap=half_gap, y=-5.0)


def _side_at(shape: Array, y: float, *, nasal: bool = False) -> float:
    """x of an outline's temporal or nasal side at a height."""
    side = shape[shape[:, 0] < 0] if nasal else shape[shape[:, 0] > 0]
    side = side[np.argsort(side[:, 1])]
    return float(np.interp(y, side[:, 1], side[:, 0]))


def _metal_sides(
    draft: Draft, body: Material, start: Array, edge: Array, temple: float, label: str, tips: Material
) -> None:
    draft.pair("end piece", wire.end_piece(start, edge), body, crease_deg=60)
    draft.pair(
        "hinge", hinge(edge + [-1.2, 0, -0.8], height=3.6, diameter=1.8, leaf=5.0, inset=0.9), body, crease_deg=50
    )
    side = Temple.bent(edge + [0, 0, -0.6], temple)
    bend = temple - 45.0
    rod = side.part(0.0, temple - 38.0)
    bar = rod.solid([0, 8, 50, bend], [1.3, 1.2, 1.1, 1.1], [3.0, 2.6, 1.9, 1.5], rounding=0.5, tip=0.3)
    draft.pair("temple", bar, body, crease_deg=60)
    sleeve = side.part(temple - 68.0, temple)
    tip = sleeve.solid(
        [temple - 68, temple - 60, bend, temple - 10, temple], [2.0, 2.6, 2.7, 2.6, 2.4], [2.6, 3.4, 4.2, 5.8, 5.2],
        round_ring=True, tip=1.8,
    )  # fmt: skip
    draft.pair("tip", tip, tips, crease_deg=60)
    draft.anchor("ear", side.ear(2.1), both=True)
    _print(draft, side, label, temple - 58.0, temple - 34.0, 1.34, "#d8cfb4", half_height=1.1)


def _nose_pads(draft: Draft, body: Material, *, rim_at: Array, half_gap: float, y: float) -> None:
    contact, facing = np.array([half_gap, y, -5.2]), wire.pad_facing()
    draft.pair("pad", wire.pad(contact, facing), materials.silicone(), crease_deg=80)
    draft.pair("pad arm", wire.pad_arm(rim_at, contact, facing), body, crease_deg=60)
    draft.anchor("pad", contact, both=True)


def _print(
    draft: Draft, side: Temple, label: str, start: float, end: float, half_thickness: float, ink: str,
    *, half_height: float = 1.8,
) -> None:  # fmt: skip
    """The size in foil on the inner side of the left temple, the way frames carry it."""
    picture = draft.picture(textures.lettering(label, 256, 32, ink=ink, scale=0.7), repeat=False)
    strip: Mesh = side.label(start, end, half_thickness, half_height)
    draft.add("size", strip, materials.printed("foil", picture), solid=False)
