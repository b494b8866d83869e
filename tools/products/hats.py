"""Blocked hats. Sizes are head circumferences in centimetres as sold (58 is a medium), ovals hatters' regular."""

from __future__ import annotations

import numpy as np

from tools.products import materials, textures
from tools.products.crown import Bend, Opening, hat, rows, smooth, straight, surface
from tools.products.draft import Draft
from tools.products.mesh import Array, Mesh
from tools.products.shell import slab
from tryon.types.model import Material


def panama() -> Draft:
    """A straw fedora, size 58, brim 60 mm, crown 112 mm."""
    draft = hat("panama", "TRY-PAN-58", "Panama", "hat", Opening.of_size(58))
    draft.description = "Hand-woven straw, teardrop crown, black grosgrain band."
    weave, tint = textures.straw()
    straw = materials.cloth(
        "straw", "#ffffff", normal=draft.picture(weave), picture=draft.picture(tint), sheen="#201c12", roughness=0.62
    )
    _felted(draft, Opening.of_size(58), straw, brim=60.0, height=112.0, tile=17.0, thick=1.3, curl=13.0)
    return draft


def wide_brim() -> Draft:
    """A wide-brimmed felt hat, size 58, brim 85 mm, crown 105 mm."""
    draft = hat("felt-wide-brim", "TRY-FLT-58", "Wide-brim felt", "hat", Opening.of_size(58))
    draft.description = "Camel wool felt, flat wide brim, tonal band."
    nap = draft.picture(textures.felt(), scale=0.16)
    felt = materials.cloth("camel felt", "#6e4a2e", normal=nap, sheen="#4a382a", roughness=0.95, fuzz=0.45)
    _felted(draft, Opening.of_size(58), felt, brim=85.0, height=106.0, tile=60.0, thick=2.4, curl=4.0, band="#3a2415")
    draft.variants["Camel"] = {}
    black = materials.cloth("black felt", "#121214", normal=nap, sheen="#303036", roughness=0.95, fuzz=0.45)
    draft.variants["Black"] = {"camel felt": black, "camel felt inside": materials.unlit_side(black)}
    return draft


def _felted(
    draft: Draft, opening: Opening, body: Material, *, brim: float, height: float, tile: float, thick: float,
    curl: float, band: str = "#0c0c0e",
) -> None:  # fmt: skip
    """A blocked hat with a teardrop crown, front pinches, a snapped brim, and a grosgrain band with a bow."""
    bend = _blocked(height, brim, curl)
    t, side = thick, 84
    edge = [(0.92, t, height - 9), (0.86, t, height - 2.0), (0.78, t, height)]
    wall = [(1.0, t, 2.5), (1.0, t - 0.5, 35), (0.97, t, height * 0.72), (0.92, t, height - 9)]
    top = [*edge, (0.5, t * 0.5, height), (0.2, 0.0, height), (0.0, 0.0, height)]
    inner_wall = [(1.0, 0.0, -t), (1.0, -0.5, 35), (0.97, 0.0, height * 0.72), (0.92, 0.0, height - 9 - t / 2)]
    inner_edge = [(0.92, 0.0, height - 9 - t / 2), (0.86, 0.0, height - 2 - t), (0.78, 0.0, height - t)]
    inner_top = [*inner_edge, (0.5, 0.0, height - t), (0.2, 0.0, height - t), (0.0, 0.0, height - t)]
    out = t + brim
    under = [(1.0, 0.0, -t), (1.0, 3.0, -t - 0.2), (1.0, out * 0.5, -t), (1.0, out - t / 2, -t)]
    rim = [(1.0, out - t / 2, -t), (1.0, out, -t / 2), (1.0, out - t / 2, 0.0)]
    upper = [(1.0, out - t / 2, 0.0), (1.0, out * 0.5, 0.0), (1.0, t + 3.0, 0.0), (1.0, t + 0.6, 0.6), (1.0, t, 2.5)]
    lining = [
        surface(opening, straight(inner_top[::-1], 12), side, uv_mm=tile, planar=True),
        surface(opening, straight(inner_wall[::-1], 6), side, uv_mm=tile),
    ]
    sheets = [
        surface(opening, straight(under, 6), side, uv_mm=tile, planar=True),
        surface(opening, straight(rim, 3), side, uv_mm=tile, planar=True),
        surface(opening, straight(upper, 9), side, uv_mm=tile, planar=True),
        surface(opening, straight(wall, 9), side, uv_mm=tile),
        surface(opening, rows(top, 15), side, uv_mm=tile, planar=True),
    ]
    inside, outside = Mesh.merged(lining).bent(bend), Mesh.merged(sheets).bent(bend)
    if Mesh.merged([inside, outside]).volume_mm3() < 0.0:
        inside, outside = inside.flipped(), outside.flipped()
    draft.add("lining", inside, materials.unlit_side(body), crease_deg=75, solid=False)
    draft.add("body", outside, body, crease_deg=75, solid=False)
    cord = draft.picture(textures.ribbed())
    ribbon = materials.cloth("grosgrain", band, normal=cord, sheen="#26262a", roughness=0.7, fuzz=0.35)
    _band(draft, opening, ribbon, bend, beyond=t + 0.5)
    leather = materials.unlit_side(materials.leather("sweatband", "#5a3d26"))
    strip = [
        (1.0, -0.2, -t + 0.3),
        (1.0, -0.9, 4),
        (1.0, -1.0, 30),
        (1.0, -0.6, 31),
        (1.0, -0.3, 29),
        (1.0, 0.0, 3),
        (1.0, -0.2, -t + 0.3),
    ]
    draft.add(
        "sweatband", surface(opening, np.array(strip), 48, uv_mm=40.0).bent(bend).outward(), leather, crease_deg=50
    )


def _blocked(height: float, brim: float, curl: float) -> Bend:
    """The hand shape of a fedora: crown dented along the middle, pinched in front; brim up behind, down in front."""

    def bend(points: Array) -> Array:
        x, y, z = points.T
        high = smooth(height * 0.35, height, y)
        # two hollows where fingers hold it, left and right of the front
        sides = smooth(15.0, 62.0, z) * np.exp(-(((np.abs(x) - 46.0) / 30.0) ** 2))
        pinch = 1.0 - 0.16 * smooth(height * 0.45, height * 0.95, y) * smooth(0.0, 85.0, z)
        pinch = pinch * (1.0 - 0.26 * sides * smooth(height * 0.30, height * 0.85, y))
        taper = 1.0 - 0.05 * high
        # a teardrop: wide behind, running out to a point in front
        wide = 31.0 - 16.0 * smooth(-40.0, 60.0, z)
        dent = np.exp(-((x / wide) ** 2)) * (1 - smooth(52.0, 82.0, np.abs(z + 4.0)))
        rise = 4.0 * smooth(0.0, 80.0, z) * high - 6.0 * smooth(0.0, 90.0, -z) * high
        top = smooth(height * 0.80, height, y)
        # how far out on the brim, 0 at the opening to 1 at its edge
        far = np.clip((np.hypot(x / 84.0, z / 101.0) - 1.0) / (brim / 92.0), 0.0, 1.2) * (y < 3.0)
        toward = z / np.maximum(np.hypot(x, z), 1e-6)
        wave = curl * (0.75 - 1.75 * np.clip(toward, 0, 1) ** 2 - 0.55 * np.clip(-toward, 0, 1) ** 2)
        return np.stack(
            [x * pinch * taper, y + rise - 27.0 * dent * top + wave * far**1.8, z * (1.0 - 0.03 * high)], axis=1
        )

    return bend


def _band(draft: Draft, opening: Opening, ribbon: Material, bend: Bend, *, beyond: float) -> None:
    high = 38.0
    loop = [
        (1.0, beyond, 2.0), (1.0, beyond + 0.7, 2.2), (1.0, beyond + 0.1, high / 2), (0.998, beyond + 0.5, high),
        (0.998, beyond - 0.4, high), (1.0, beyond - 0.6, high / 2), (1.0, beyond, 2.0),
    ]  # fmt: skip
    mesh = surface(opening, np.array(loop), 84, uv_mm=10.0)
    draft.add("band", mesh.bent(bend).outward(), ribbon, crease_deg=50)
    # a flat bow on the wearer's left: two loops one on another under a knot
    x0 = opening.width / 2.0 + beyond
    for shift, half, lift in ((0.0, 34.0, 1.0), (0.0, 26.0, 2.4)):
        z = np.linspace(-half, half, 17)[None, :]
        y = np.linspace(3.0, high - 2.0, 5)[:, None]
        waist = 1.0 - 0.16 * np.exp(-((z / 7.0) ** 2))
        yy = high / 2 + (y - high / 2) * waist
        curve = (z + shift) ** 2 / (2 * opening.depth**2 / opening.width / 2.0)
        out = x0 + lift + 1.4 * np.sin(np.abs(z) / half * np.pi) - curve
        draft.add(
            "bow", slab(np.stack(np.broadcast_arrays(out, yy, z), axis=2), 0.9,
                        uv=np.stack(np.broadcast_arrays(z / 10.0, yy / 10.0), axis=2)), ribbon, crease_deg=60,
        )  # fmt: skip
    z = np.linspace(-6.0, 6.0, 9)[None, :]
    y = np.linspace(4.5, high - 3.5, 7)[:, None]
    out = x0 + 4.6 - (z / 6.0) ** 4 * 1.6 + 0 * y
    knot = slab(
        np.stack(np.broadcast_arrays(out, y, z), axis=2),
        1.0,
        uv=np.stack(np.broadcast_arrays(y / 10.0, z / 10.0), axis=2),
    )
    draft.add("knot", knot, ribbon, crease_deg=60)
