"""What holds a watch to a wrist: a linked bracelet or a stitched strap."""

from __future__ import annotations

import numpy as np

from tools.products import materials, textures
from tools.products.curve import eased, evenly, rounded_rectangle, spline
from tools.products.draft import Draft
from tools.products.mesh import Array
from tools.products.stitching import dashes, stitch_strip
from tools.products.sweep import frames, sweep
from tryon.types.model import Material

# A medium wrist, 17 cm round (ISO 7250 gives 15 to 19 cm for adults): an oval a little flatter than round.
WRIST_WIDTH, WRIST_HEIGHT = 59.0, 49.0


def round_wrist(lug_y: float, lug_z: float, beyond: float, count: int) -> Array:
    """(count, 3) middle line of a strap from the 12 o'clock lugs (+Y) under the wrist to the 6 o'clock lugs."""
    half_width, half_height = WRIST_WIDTH / 2.0 + beyond, WRIST_HEIGHT / 2.0 + beyond
    t = np.linspace(0.0, 2 * np.pi, 2000)
    oval = np.stack([np.zeros_like(t), half_width * np.sin(t), half_height * np.cos(t)], axis=1)
    below = oval[(oval[:, 2] < lug_z - 7.0) | ((np.abs(oval[:, 1]) > lug_y + 5.5) & (oval[:, 2] < lug_z - 3.5))]
    ends = np.array([[0.0, lug_y, lug_z], [0.0, -lug_y, lug_z]])
    through = np.concatenate([ends[:1], below[:: max(1, len(below) // 40)], ends[1:]])
    return spline(through, count)


def bracelet(draft: Draft, satin: Material, polish: Material, lug_z: float, *, lug_y: float) -> None:
    """Three-link bracelet, 20 mm at the lugs tapering to 16 mm, with a folding clasp under the wrist."""
    path = round_wrist(lug_y, lug_z, 1.7, 800)
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
    draft.add(
        "clasp",
        sweep(clasp, rounded_rectangle(16.6, 4.2, 0.9, 3), up=clasp_up, rounding=0.4, steps=1),
        satin,
        crease_deg=35,
    )


def strap(draft: Draft, body: Material, lug_z: float, *, lug_y: float) -> None:
    """A calf strap in two parts, 20 to 16 mm, padded at the lugs, stitched along its edges, pin buckle beneath."""
    grain, tone = textures.leather()
    calf = materials.leather("calf", "#6b3a1d", normal=draft.picture(grain, scale=0.6), picture=draft.picture(tone))
    thread = materials.printed("thread", draft.picture(dashes("#d8b98e")))
    draft.variants |= {
        "Cognac": {},
        "Black": {"calf": materials.leather("black calf", "#141213", normal=calf.normal_texture)},
    }
    whole = round_wrist(lug_y, lug_z, 1.5, 1200)
    long_part, short_part = whole[: int(0.66 * len(whole))], whole[: int(0.50 * len(whole)) : -1]
    # the long part's end lies over the short one, past the buckle and through the keepers
    _strap_part(draft, "strap 12", evenly(long_part, 42), [0.0, 0.0, 2.4, 2.6], calf, thread, tip=2.4)
    short = evenly(short_part, 42)
    _strap_part(draft, "strap 6", short, [0.0, 0.0, 0.0, 0.0], calf, thread, tip=0.6)
    _buckle(draft, body, short[-1], short[-2] - short[-1])
    _, side, up = frames(short, up=_outward(short))
    for index in (-7, -13):
        keeper = evenly(rounded_rectangle(18.4, 6.6, 1.4, 4), 32, closed=True)
        path = short[index] + side[index] * keeper[:, :1] + up[index] * (keeper[:, 1:] + 2.1)
        along = np.cross(side[index], up[index])
        hoop = sweep(path, rounded_rectangle(1.2, 4.6, 0.5, 3), closed=True, up=along, tile_mm=14.0)
        draft.add("keeper", hoop, calf, crease_deg=60)


def _strap_part(
    draft: Draft, name: str, line: Array, lifts: list[float], calf: Material, thread: Material, *, tip: float
) -> None:
    """One half of a strap along a line, lifted off it at 0, 66, 76 and 100 % of its length, and its two seams."""
    outward = _outward(line)
    share = np.linspace(0.0, 1.0, len(line))
    path = line + outward * eased(share, [0, 0.66, 0.76, 1.0], lifts)[:, None]
    wide = eased(share, [0, 0.75, 1.0], [19.6, 16.4, 16.0])
    thick = eased(share, [0, 0.08, 0.45, 1.0], [3.2, 3.6, 2.4, 2.0])
    rings = np.stack([_padded(w, t) for w, t in zip(wide, thick, strict=True)])
    part = sweep(path, rings, up=outward, tile_mm=14.0, rounding=tip, steps=2)
    draft.add(name, part.textured([3.0, 1.0]), calf, crease_deg=60)
    _, side, up = frames(path, up=outward)
    for sign in (-1.0, 1.0):
        seam = path + side * (sign * (wide / 2.0 - 1.5))[:, None] + up * (thick * 0.36 + 0.1)[:, None]
        draft.add("stitches", stitch_strip(seam[1:-1], up[1:-1], 0.75, 2.9), thread, solid=False)


def _outward(line: Array) -> Array:
    return line / np.linalg.norm(line, axis=1, keepdims=True)


def _padded(wide: float, thick: float) -> Array:
    """A strap's cross-section: flat below, swelling above, skived to soft edges."""
    x = np.linspace(-1.0, 1.0, 9)
    swell = thick / 2.0 * (1.0 - 0.55 * np.abs(x) ** 4)
    top = np.stack([x * wide / 2.0, swell], axis=1)
    bottom = np.stack([x[::-1] * wide / 2.0 * 0.985, np.full(9, -thick / 2.0)], axis=1)
    return np.concatenate([bottom, top])


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
    draft.add(
        "buckle",
        sweep(bent @ frame.T + at + along * 1.0, rounded_rectangle(1.9, 1.7, 0.6, 3), closed=True),
        body,
        crease_deg=50,
    )
    pin = np.stack([np.zeros(9), np.linspace(-4.0, 7.0, 9), 3.6 + 0.5 * np.sin(np.linspace(0, np.pi, 9))], axis=1)
    draft.add(
        "pin",
        sweep(pin @ frame.T + at + along * 1.0, rounded_rectangle(1.5, 1.2, 0.5, 3), up=out, rounding=0.4),
        body,
        crease_deg=50,
    )
