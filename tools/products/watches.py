"""Two watches. Drawn with 12 o'clock at +Y and 3 at +X; at the end turned so that 3 points to the hand (+Y)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tools.products import dials, materials, textures
from tools.products.curve import eased, evenly, rounded_rectangle
from tools.products.dials import Face
from tools.products.draft import Draft, Part
from tools.products.lathe import disk, lathe
from tools.products.mesh import Array, Mesh, placed, turn
from tools.products.shell import slab
from tools.products.stitching import dashes, stitch_strip
from tools.products.sweep import frames, sweep
from tryon.types.model import Material

# A medium man's wrist, 17.5 cm round (ISO 7250 gives 15 to 19 cm): an oval a little flatter than round.
_WRIST_WIDTH, _WRIST_HEIGHT = 59.0, 49.0


def diver() -> Draft:
    """A steel diver: case 40 mm, 47 mm from lug to lug, 12.4 mm thick, bracelet 20 mm, on a 17.5 cm wrist."""
    draft = _draft("diver-watch", "TRY-DIV-40", "Steel diver", 20.0)
    draft.description = "Stainless steel, 40 mm, turning bezel, blue sunburst dial, three-link bracelet."
    steel = materials.metal("steel", 0.13)
    satin = materials.metal("steel", 0.32, brushed=0.7)
    back = _WRIST_HEIGHT / 2.0
    base, top = back, back + 7.6
    case = [[16.5, base], [17.6, base + 0.6], [19.4, base + 2.0], [19.9, base + 3.2], [19.9, top - 1.0], [19.2, top], [15.0, top]]
    draft.add("case", lathe(case, 60), steel, crease_deg=28)
    _lugs(draft, satin, steel, base, out=23.6, across=12.1, wide=3.3, top=top - 0.6)
    # coin edge: 60 teeth, one a minute
    bezel = [[15.4, top], [19.3, top], [19.9, top + 0.5], [19.9, top + 2.1], [19.3, top + 2.55], [15.4, top + 2.9]]
    teeth = lathe(bezel, 120, closed=True)
    draft.add("bezel", teeth.bent(_knurled(19.2, 0.35, 60)), steel, crease_deg=32)
    face = dials.diver()
    picture = draft.picture(face.pixels(), repeat=False)
    insert = Material("bezel insert", base_color_texture=picture, metallic=0.0, roughness=0.14, ior=1.7)
    draft.add("insert", _printed(lathe([[15.5, top + 2.4], [18.9, top + 2.4], [18.9, top + 2.72], [15.5, top + 3.12]], 60, closed=True), face), insert, crease_deg=40)
    dial_at = top + 0.5
    paint = Material("dial", base_color_texture=picture, metallic=0.55, roughness=0.34)
    draft.add("dial", _printed(disk(31.2, 0.5, 0.0, 72).moved([0, 0, dial_at - 0.5]), face), paint, crease_deg=40)
    lume = materials.plastic("lume", "#e9efe3", 0.55)
    _diver_indices(draft, steel, lume, dial_at)
    _hand(draft, steel, 8.6, 1.7, dial_at + 0.9, 10.15 / 12.0 * 360.0, lume)
    _hand(draft, steel, 13.4, 1.3, dial_at + 1.25, 9.0 / 60.0 * 360.0, lume)
    _hand(draft, materials.plastic("orange", "#d9481c", 0.4), 14.0, 0.42, dial_at + 1.6, 36.0 / 60.0 * 360.0, None, tail=4.0)
    draft.add("cap", disk(1.9, 0.6, 0.2, 16).moved([0, 0, dial_at + 1.55]), steel, crease_deg=50)
    crystal = lathe([[15.5, top + 1.9], [15.5, top + 2.9], [15.0, top + 3.3], [8.0, top + 3.42]], 64)
    draft.add("crystal", crystal, materials.glass("sapphire", ior=1.77, coated=True), crease_deg=30)
    _crown(draft, steel, 19.6, base + 4.2, 6.6, 3.6, teeth=30)
    _bracelet(draft, satin, steel, base + 1.8, lug_y=20.2)
    return _on_wrist(draft)


def dress() -> Draft:
    """A dress watch: rose gold case 38 mm, 45 mm from lug to lug, 8 mm thick, 20 to 16 mm calf strap."""
    draft = _draft("dress-watch", "TRY-DRS-38", "Leather dress watch", 20.0)
    draft.description = "Rose gold case, 38 mm, silvered dial with small seconds, stitched calf strap."
    gold = materials.metal("rose gold", 0.11)
    back = _WRIST_HEIGHT / 2.0
    base, top = back, back + 5.6
    case = [[15.5, base], [17.4, base + 0.7], [18.6, base + 2.0], [18.9, base + 3.2], [18.5, top - 0.9], [17.8, top - 0.4]]
    case += [[17.9, top + 0.2], [17.2, top + 0.9], [16.6, top + 0.7], [16.6, top]]
    draft.add("case", lathe(case, 84), gold, crease_deg=35)
    _lugs(draft, gold, gold, base, out=22.4, across=11.6, wide=2.5, top=top - 1.4)
    face = dials.dress()
    silvered = Material(
        "silvered dial", base_color_texture=draft.picture(face.pixels(), repeat=False), metallic=0.35, roughness=0.36
    )
    dial_at = top + 0.1
    draft.add("dial", _printed(disk(33.4, 0.4, 0.0, 72).moved([0, 0, dial_at - 0.4]), face), silvered, crease_deg=40)
    for hour in range(12):
        if hour == 6:
            continue
        angle = np.deg2rad(30.0 * hour)
        out = np.array([np.sin(angle), np.cos(angle), 0.0])
        long = 3.6 if hour % 3 == 0 else 2.8
        bar = np.stack([out * 14.6, out * (14.6 - long)]) + [0, 0, dial_at + 0.2]
        draft.add("index", sweep(bar, rounded_rectangle(0.75, 0.4, 0.12, 2), up=[0, 0, 1]), gold, crease_deg=40)
    _hand(draft, gold, 8.8, 1.15, dial_at + 0.65, 10.15 / 12.0 * 360.0, None, leaf=True, tail=2.2)
    _hand(draft, gold, 13.4, 0.95, dial_at + 0.95, 9.0 / 60.0 * 360.0, None, leaf=True, tail=2.6)
    _hand(draft, gold, 3.2, 0.28, dial_at + 0.3, 30.0 / 60.0 * 360.0, None, at=(0.0, -7.6), tail=0.8)
    draft.add("cap", disk(1.5, 0.6, 0.2, 16).moved([0, 0, dial_at + 0.85]), gold, crease_deg=50)
    crystal = lathe([[16.6, top + 0.4], [16.6, top + 0.8], [15.4, top + 1.5], [10.0, top + 1.95], [5.0, top + 2.15]], 64)
    draft.add("crystal", crystal, materials.glass("crystal", ior=1.52, coated=True), crease_deg=40)
    _crown(draft, gold, 18.5, base + 3.0, 5.0, 3.0, teeth=24)
    _strap(draft, gold, base + 1.9, lug_y=19.2)
    return _on_wrist(draft)


def _draft(name: str, sku: str, title: str, band: float) -> Draft:
    draft = Draft(name, sku, title, "watch")
    draft.fit_mm = {"inner_width": _WRIST_WIDTH, "inner_height": _WRIST_HEIGHT, "band_width": band}
    return draft


def _on_wrist(draft: Draft) -> Draft:
    """Turned so that three o'clock points to the hand: the wearer reads it with the arm before the chest."""
    quarter = turn([0, 0, 1], 90.0)
    draft.parts = [Part(p.name, p.mesh.turned(quarter), p.material, p.crease_deg, p.solid) for p in draft.parts]
    return draft


def _printed(mesh: Mesh, face: Face) -> Mesh:
    return replace(mesh, uv=face.uv(mesh.points))


def _knurled(beyond: float, depth: float, teeth: int) -> object:
    def bend(points: Array) -> Array:
        radius, angle = np.hypot(points[:, 0], points[:, 1]), np.arctan2(points[:, 1], points[:, 0])
        inward = np.where((radius > beyond) & (np.round(angle * teeth / np.pi) % 2 == 1), depth, 0.0)
        share = (radius - inward) / np.maximum(radius, 1e-9)
        return points * np.stack([share, share, np.ones_like(share)], axis=1)

    return bend


def _lugs(draft: Draft, body: Material, polish: Material, base: float, *, out: float, across: float, wide: float, top: float) -> None:
    del polish
    for sx in (-1.0, 1.0):
        for sy in (-1.0, 1.0):
            share = np.linspace(0.0, 1.0, 9)
            y = 9.0 + (out - 9.0) * share
            # down along the wrist: the tip ends level with the case's back
            low = base + 2.6 - 4.2 * share**2
            high = top - (top - base - 1.9) * share**2.0 - 0.2
            x = across + 0.2 * (1 - share)
            path = np.stack([sx * x, sy * y, (low + high) / 2.0], axis=1)
            broad = wide * (1.0 + 0.8 * (1.0 - share) ** 2)
            rings = np.stack(
                [rounded_rectangle(w, h - b, 0.7, 3) for w, b, h in zip(broad, low, high, strict=True)]
            )
            lug = sweep(path, rings, up=[0, 0, 1], rounding=0.9, steps=2)
            draft.add("lug", lug, body, crease_deg=40)


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


def _hand(
    draft: Draft, body: Material, long: float, wide: float, height: float, clockwise_deg: float, lume: Material | None, *,
    tail: float = 1.5, leaf: bool = False, at: tuple[float, float] = (0.0, 0.0),
) -> None:  # fmt: skip
    y = np.linspace(-tail, long, 13)
    share = np.clip(y / long, 0.0, 1.0)
    half = wide / 2.0 * (np.sin(np.pi * (0.12 + 0.86 * share)) if leaf else np.minimum(1.0, (1.04 - share) * 8.0))
    half = np.where(y < 0, wide * 0.3, np.maximum(half, 0.05))
    across = np.array([-1.0, 0.0, 1.0])
    roof = 0.12 if leaf else 0.0
    sheet = np.stack(np.broadcast_arrays(across * half[:, None], y[:, None], height + roof * (1 - np.abs(across))), axis=2)
    rotation = turn([0, 0, 1], -clockwise_deg)
    shift = [at[0], at[1], 0.0]
    draft.add("hand", slab(sheet, 0.16).turned(rotation).moved(shift), body, crease_deg=25)
    if lume is not None:
        part = (share > 0.3) & (share < 0.93)
        inlay = sheet[part] * [0.62, 1.0, 1.0] + [0, 0, 0.1]
        draft.add("lume", slab(inlay, 0.08).turned(rotation), lume, crease_deg=25)


def _crown(draft: Draft, body: Material, x: float, z: float, diameter: float, long: float, *, teeth: int) -> None:
    r = diameter / 2.0
    profile = [[r * 0.7, -0.8], [r * 0.7, 0.4], [r, 0.8], [r, long - 0.5], [r - 0.4, long], [r * 0.5, long + 0.15]]
    knob = lathe(profile, 2 * teeth).bent(_knurled(r - 0.1, 0.28, teeth))  # type: ignore[arg-type]  # a Bend
    draft.add("crown", knob.turned(placed([x, 0.0, z], z=[1, 0, 0])), body, crease_deg=32)


def _round_wrist(lug_y: float, lug_z: float, beyond: float, count: int) -> Array:
    """(count, 3) middle line of a strap from the 12 o'clock lugs (+Y) under the wrist to the 6 o'clock lugs."""
    half_width, half_height = _WRIST_WIDTH / 2.0 + beyond, _WRIST_HEIGHT / 2.0 + beyond
    t = np.linspace(0.0, 2 * np.pi, 2000)
    oval = np.stack([np.zeros_like(t), half_width * np.sin(t), half_height * np.cos(t)], axis=1)
    below = oval[(oval[:, 2] < lug_z - 7.0) | ((np.abs(oval[:, 1]) > lug_y + 5.5) & (oval[:, 2] < lug_z - 3.5))]
    ends = np.array([[0.0, lug_y, lug_z], [0.0, -lug_y, lug_z]])
    from tools.products.curve import spline

    through = np.concatenate([ends[:1], below[:: max(1, len(below) // 40)], ends[1:]])
    return spline(through, count)


def _bracelet(draft: Draft, satin: Material, polish: Material, lug_z: float, *, lug_y: float) -> None:
    """Three-link bracelet, 20 mm at the lugs tapering to 16 mm, with a folding clasp under the wrist."""
    path = _round_wrist(lug_y, lug_z, 1.7, 800)
    rows = 21
    at = evenly(path, 2 * rows + 1)[1::2]
    pitch = float(np.linalg.norm(np.diff(evenly(path, rows + 1), axis=0), axis=1).mean())
    tangent, side, up = frames(at, up=np.stack([0 * at[:, 0], at[:, 1], at[:, 2]], axis=1))
    middle = (rows - 1) / 2.0
    for i in range(rows):
        wide = 20.0 - 4.0 * (1.0 - abs(i - middle) / middle) - 0.4
        if abs(i - middle) <= 1:
            continue
        edges = ((-0.5, -0.21, satin), (-0.19, 0.19, polish), (0.21, 0.5, satin))
        for k, (a, b, body) in enumerate(edges):
            # the middle links bridge the gaps between the outer ones
            half = pitch * (0.47 if k != 1 else 0.40)
            center = at[i] + side[i] * wide * (a + b) / 2.0
            bar = np.stack([center - tangent[i] * half, center + tangent[i] * half])
            link = sweep(bar, rounded_rectangle(wide * (b - a), 3.0, 0.55, 2), up=up[i], rounding=0.3, steps=1)
            draft.add("link", link, body, crease_deg=35)
    inner = evenly(path, 2 * rows + 1)
    clasp = inner[2 * int(middle) - 2 : 2 * int(middle) + 5]
    clasp_up = np.stack([0 * clasp[:, 0], clasp[:, 1], clasp[:, 2]], axis=1)
    draft.add("clasp", sweep(clasp, rounded_rectangle(16.6, 4.2, 0.9, 3), up=clasp_up, rounding=0.4, steps=1), satin, crease_deg=35)


def _strap(draft: Draft, body: Material, lug_z: float, *, lug_y: float) -> None:
    """A calf strap in two parts, 20 to 16 mm, padded at the lugs, stitched along its edges, pin buckle beneath."""
    grain, tone = textures.leather()
    calf = materials.leather("calf", "#6b3a1d", normal=draft.picture(grain, scale=0.6), picture=draft.picture(tone))
    thread = materials.printed("thread", draft.picture(dashes("#d8b98e")))
    draft.variants |= {"Cognac": {}, "Black": {"calf": materials.leather("black calf", "#141213", normal=calf.normal_texture)}}
    whole = _round_wrist(lug_y, lug_z, 1.5, 1200)
    long_part = whole[: int(0.66 * len(whole))]
    short_part = whole[: int(0.50 * len(whole)) : -1]
    for name, line, lift in (("strap 12", long_part, 0.0), ("strap 6", short_part, 0.0)):
        path = evenly(line, 42)
        outward = path / np.linalg.norm(path, axis=1, keepdims=True)
        share = np.linspace(0.0, 1.0, len(path))
        if name == "strap 12":
            lift_by = eased(share, [0, 0.66, 0.76, 1.0], [0.0, 0.0, 2.4, 2.6])
            path = path + outward * lift_by[:, None]
        del lift
        wide = eased(share, [0, 0.75, 1.0], [19.6, 16.4, 16.0])
        thick = eased(share, [0, 0.08, 0.45, 1.0], [3.2, 3.6, 2.4, 2.0])
        rings = np.stack([_padded(w, t) for w, t in zip(wide, thick, strict=True)])
        strap = sweep(path, rings, up=outward, tile_mm=14.0, rounding=2.4 if name == "strap 12" else 0.6, steps=2)
        draft.add(name, strap.textured([3.0, 1.0]), calf, crease_deg=60)
        _, side, up = frames(path, up=outward)
        for sign in (-1.0, 1.0):
            seam = path + side * (sign * (wide / 2.0 - 1.5))[:, None] + up * (thick * 0.36 + 0.1)[:, None]
            draft.add("stitches", stitch_strip(seam[1:-1], up[1:-1], 0.75, 2.9), thread, solid=False)
    short = evenly(short_part, 42)
    _buckle(draft, body, short[-1], short[-2] - short[-1])
    outward = short / np.linalg.norm(short, axis=1, keepdims=True)
    _, side, up = frames(short, up=outward)
    for index in (-7, -13):
        keeper = evenly(rounded_rectangle(18.4, 6.6, 1.4, 4), 32, closed=True)
        path = short[index] + side[index] * keeper[:, :1] + up[index] * (keeper[:, 1:] + 2.1)
        hoop = sweep(path, rounded_rectangle(1.2, 4.6, 0.5, 3), closed=True, up=np.cross(side[index], up[index]), tile_mm=14.0)
        draft.add("keeper", hoop, calf, crease_deg=60)


def _padded(wide: float, thick: float) -> Array:
    """A strap's cross-section: flat below, swelling above, skived to soft edges."""
    x = np.linspace(-1.0, 1.0, 9)
    swell = thick / 2.0 * (1.0 - 0.55 * np.abs(x) ** 4)
    top = np.stack([x * wide / 2.0, swell], axis=1)
    bottom = np.stack([x[::-1] * wide / 2.0 * 0.985, np.full(9, -thick / 2.0)], axis=1)
    return np.concatenate([bottom[:, :], top[:, :]])[:, :]


def _buckle(draft: Draft, body: Material, at: Array, back: Array) -> None:
    out = at / np.linalg.norm(at)
    along = -back / np.linalg.norm(back)
    along = along - out * (along @ out)
    along /= np.linalg.norm(along)
    across = np.cross(out, along)
    frame = np.column_stack([across, along, out])
    loop = np.concatenate([rounded_rectangle(19.0, 11.0, 2.6, 4), np.empty((0, 2))])
    wire = evenly(loop, 40, closed=True)
    bent = np.column_stack([wire, 1.9 + 1.2 * np.cos(wire[:, 0] / 9.5 * np.pi / 2.0)])
    draft.add("buckle", sweep(bent @ frame.T + at + along * 1.0, rounded_rectangle(1.9, 1.7, 0.6, 3), closed=True), body, crease_deg=50)
    pin = np.stack([np.zeros(9), np.linspace(-4.0, 7.0, 9), 3.6 + 0.5 * np.sin(np.linspace(0, np.pi, 9))], axis=1)
    draft.add("pin", sweep(pin @ frame.T + at + along * 1.0, rounded_rectangle(1.5, 1.2, 0.5, 3), up=out, rounding=0.4), body, crease_deg=50)
