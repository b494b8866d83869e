"""Hats and a headband. Sizes are head circumferences in centimetres as sold (58 is a medium), ovals hatters' regular."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tools.products import materials, textures
from tools.products.crown import Opening, rows, smooth, straight, surface
from tools.products.curve import rounded_rectangle
from tools.products.draft import Draft
from tools.products.lathe import ball, ring
from tools.products.mesh import Array, Mesh, placed
from tools.products.shell import slab
from tools.products.stitching import dashes, stitch_strip
from tools.products.sweep import sweep

Bend = Callable[[Array], Array]


def panama() -> Draft:
    """A straw fedora, size 58, brim 60 mm, crown 112 mm."""
    draft = _draft("panama", "TRY-PAN-58", "Panama", "hat", Opening.of_size(58))
    draft.description = "Hand-woven straw, teardrop crown, black grosgrain band."
    weave, tint = textures.straw()
    straw = materials.cloth(
        "straw", "#ffffff", normal=draft.picture(weave), picture=draft.picture(tint), sheen="#201c12", roughness=0.62
    )
    _felted(draft, Opening.of_size(58), straw, brim=60.0, height=112.0, tile=17.0, thick=1.3, curl=13.0)
    return draft


def wide_brim() -> Draft:
    """A wide-brimmed felt hat, size 58, brim 85 mm, crown 105 mm."""
    draft = _draft("felt-wide-brim", "TRY-FLT-58", "Wide-brim felt", "hat", Opening.of_size(58))
    draft.description = "Camel wool felt, flat wide brim, tonal band."
    nap = draft.picture(textures.felt(), scale=0.8)
    felt = materials.cloth("camel felt", "#6e4a2e", normal=nap, sheen="#4a382a", roughness=0.95, fuzz=0.45)
    _felted(draft, Opening.of_size(58), felt, brim=85.0, height=106.0, tile=60.0, thick=2.4, curl=4.0, band="#3a2415")
    draft.variants["Camel"] = {}
    draft.variants["Black"] = {
        "camel felt": materials.cloth("black felt", "#121214", normal=nap, sheen="#303036", roughness=0.95, fuzz=0.45)
    }
    return draft


def beanie() -> Draft:
    """A chunky knitted beanie with a turned-up cuff, to fit 54 to 60 cm."""
    opening = Opening.of_size(57)
    draft = _draft("beanie", "TRY-BNE-57", "Knitted beanie", "hat", opening)
    draft.description = "Chunky merino rib, turned-up cuff."
    bumps, shade = textures.knit(256, 4, rib=2)
    wool = materials.cloth(
        "merino", "#b48c66", normal=draft.picture(bumps), picture=draft.picture(shade), sheen="#5a4a3c", roughness=0.95,
        fuzz=0.6,
    )  # fmt: skip
    draft.variants["Camel"] = {}
    draft.variants["Navy"] = {"merino": _recolored(wool, "navy merino", "#1d2740", "#2f3950")}
    draft.variants["Oatmeal"] = {"merino": _recolored(wool, "oatmeal merino", "#cdbfa6", "#4a463e")}
    outer = [(1.0, 4.5, 52), (1.0, 6.0, 85), (0.95, 5.0, 112), (0.8, 4.0, 138), (0.52, 2.0, 156), (0.2, 0, 164), (0.0, 0, 161)]
    inner = [(0.0, 0, 156), (0.2, 0, 159), (0.5, 0.0, 151), (0.77, 1, 133), (0.93, 1, 106), (1.0, 0.5, 60), (1.0, 0.3, 4)]
    fold = [(1.0, 0.3, 4), (1.0, 2.0, -0.8), (1.0, 7.5, 0.0), (1.0, 9.5, 6)]
    cuff = [(1.0, 9.5, 6), (1.0, 10.2, 30), (1.0, 9.8, 54), (1.0, 8.8, 60), (1.0, 6.5, 60.5), (1.0, 4.6, 56), (1.0, 4.5, 52)]
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


def cap() -> Draft:
    """A six-panel fitted baseball cap, size 58 (7¼), 70 mm curved visor."""
    opening = Opening.of_size(58)
    draft = _draft("baseball-cap", "TRY-CAP-58", "Baseball cap", "hat", opening)
    draft.description = "Six panels of washed cotton twill, curved visor with eight rows of stitches."
    bumps, shade = textures.twill()
    use, picture = draft.picture(bumps), draft.picture(shade)
    twill = materials.cloth("navy twill", "#22304f", normal=use, picture=picture, sheen="#20283a", roughness=0.92)
    thread = materials.printed("thread", draft.picture(dashes("#5d6d8f")))
    draft.variants["Navy"] = {}
    draft.variants["Red"] = {"navy twill": materials.cloth("red twill", "#8f1d22", normal=use, picture=picture)}
    draft.variants["Stone"] = {"navy twill": materials.cloth("stone twill", "#b5a88f", normal=use, picture=picture)}
    outer = [
        (1.0, 3.2, 0), (1.0, 4.0, 28), (0.98, 4.0, 52), (0.90, 4, 77), (0.75, 3.5, 96), (0.5, 3, 109), (0.22, 2, 115),
        (0.0, 0, 116.5),
    ]  # fmt: skip
    inner = [(share, max(beyond - 2.6, 0.0), height - 1.8) for share, beyond, height in outer[::-1]]
    inner[-1] = (1.0, 0.4, 0.0)
    edge = [(1.0, 0.4, 0.0), (1.0, 1.8, -1.0), (1.0, 3.2, 0.0)]
    sheets = [surface(opening, rows(s, n), 72, uv_mm=34.0) for s, n in ((inner, 10), (edge, 3), (outer, 20))]
    draft.add("crown", Mesh.merged(sheets).bent(_structured).outward(), twill, crease_deg=60)
    _visor(draft, opening, twill, thread)
    for seam in range(6):
        angle = np.deg2rad(30.0 + 60.0 * seam)
        line = rows([*outer[:-1], (0.06, 0.5, 116.3)], 26)
        for apart in (-2.6, 2.6):
            draft.add("seam", _meridian(opening, line, angle, apart), thread, solid=False)
    top = _structured(np.array([[0.0, 116.5, 0.0]]))[0]
    button = ball(15.0, 4).bent(lambda p: p * [1.0, 0.42, 1.0]).moved(top + [0, 0.6, 0]).textured(0.8)
    draft.add("button", button, twill, crease_deg=80)
    for panel in range(6):
        angle = np.deg2rad(60.0 * panel)
        at, out = _on_crown(opening, rows(outer, 80), angle, 91.0)
        draft.add("eyelet", ring(7.5, 3.2, 1.0, 0.4, 14).turned(placed(at - out * 0.35, z=out)), twill, crease_deg=60)
    return draft


def headband() -> Draft:
    """A wide knitted ear-warmer with a twist in front, to fit 54 to 59 cm."""
    opening = Opening.of_size(56)
    draft = _draft("headband", "TRY-HBD-56", "Twisted headband", "headband", opening)
    draft.description = "Soft ribbed knit, twisted in front."
    bumps, shade = textures.knit(256, 6, rib=3)
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
        lift = 18.5 * strand * np.where(np.abs(off) < 1.5, cross, np.sign(off)) * (1.0 - behind)
        high = 44.0 - 14.0 * near + 34.0 * behind
        thick = 4.6 + 4.4 * near + 0.4 * strand * behind
        out = thick / 2.0 + (3.8 + 3.6 * strand) * near
        normal = np.stack([oval[:, 0] / opening.width**2, oval[:, 1] / opening.depth**2], axis=1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        path = np.stack([oval[:, 0] + normal[:, 0] * out, lift, oval[:, 1] + normal[:, 1] * out], axis=1)
        rings = np.stack([rounded_rectangle(t, h, 2.2, 4) for t, h in zip(thick, high, strict=True)])
        band = sweep(path, rings, closed=True, up=[0, 1, 0], tile_mm=30.0).textured([3.0, 1.0])
        draft.add("band", band, wool, crease_deg=80)
    return draft


def _draft(name: str, sku: str, title: str, kind: str, opening: Opening) -> Draft:
    draft = Draft(name, sku, title, kind)
    draft.fit_mm = {"inner_width": round(opening.width, 1), "inner_depth": round(opening.depth, 1)}
    return draft


def _recolored(wool: materials.Material, name: str, color: str, sheen: str) -> materials.Material:
    return materials.cloth(
        name, color, normal=wool.normal_texture, picture=wool.base_color_texture, sheen=sheen, roughness=0.95, fuzz=0.6
    )


def _felted(
    draft: Draft, opening: Opening, body: materials.Material, *, brim: float, height: float, tile: float, thick: float,
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
    sheets = [
        surface(opening, straight(inner_top[::-1], 12), side, uv_mm=tile, planar=True),
        surface(opening, straight(inner_wall[::-1], 6), side, uv_mm=tile),
        surface(opening, straight(under, 6), side, uv_mm=tile, planar=True),
        surface(opening, straight(rim, 3), side, uv_mm=tile, planar=True),
        surface(opening, straight(upper, 9), side, uv_mm=tile, planar=True),
        surface(opening, straight(wall, 9), side, uv_mm=tile),
        surface(opening, rows(top, 15), side, uv_mm=tile, planar=True),
    ]
    draft.add("body", Mesh.merged(sheets).bent(bend).outward(), body, crease_deg=75)
    cord = draft.picture(textures.ribbed())
    ribbon = materials.cloth("grosgrain", band, normal=cord, sheen="#26262a", roughness=0.7, fuzz=0.35)
    _band(draft, opening, ribbon, bend, beyond=t + 0.5)
    leather = materials.leather("sweatband", "#5a3d26")
    strip = [(1.0, -0.2, -t + 0.3), (1.0, -0.9, 4), (1.0, -1.0, 30), (1.0, -0.6, 31), (1.0, -0.3, 29), (1.0, 0.0, 3), (1.0, -0.2, -t + 0.3)]
    draft.add("sweatband", surface(opening, np.array(strip), 48, uv_mm=40.0).bent(bend).outward(), leather, crease_deg=50)


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
        return np.stack([x * pinch * taper, y + rise - 27.0 * dent * top + wave * far**1.8, z * (1.0 - 0.03 * high)], axis=1)

    return bend


def _band(draft: Draft, opening: Opening, ribbon: materials.Material, bend: Bend, *, beyond: float) -> None:
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
    knot = slab(np.stack(np.broadcast_arrays(out, y, z), axis=2), 1.0, uv=np.stack(np.broadcast_arrays(y / 10.0, z / 10.0), axis=2))
    draft.add("knot", knot, ribbon, crease_deg=60)


def _structured(points: Array) -> Array:
    """A cap's crown: the front panels stand up, the back falls, the front's edge arches over the visor."""
    x, y, z = points.T
    front = smooth(10.0, 95.0, z)
    up = smooth(0.0, 95.0, y)
    arch = 12.0 * np.exp(-((x / 52.0) ** 2)) * front * (1.0 - smooth(0.0, 60.0, y))
    stand = z + 5.0 * front * up * (1.0 - smooth(90.0, 117.0, y))
    return np.stack([x, y + arch + 2.0 * front * up - 6.0 * smooth(0, 90, -z) * up * smooth(0.0, 60.0, y), stand], axis=1)


def _visor(draft: Draft, opening: Opening, twill: materials.Material, thread: materials.Material) -> None:
    across, out = np.linspace(-1.0, 1.0, 33), np.linspace(0.0, 1.0, 9)

    def at(s: Array, t: Array, lift: float = 0.0) -> Array:
        angle = s * np.deg2rad(66.0)
        inner = np.stack([(opening.width / 2 + 2.0) * np.sin(angle), (opening.depth / 2 + 2.0) * np.cos(angle)], axis=-1)
        reach = 72.0 * np.clip(1.0 - np.abs(s) ** 3.2, 0.0, 1.0) ** 0.62
        x = inner[..., 0] * (1.0 - 0.03 * t)
        z = inner[..., 1] + t * reach
        t = t * reach / 72.0  # the drop fades with the reach, so that the corners run out under the crown
        base = _structured(np.stack([inner[..., 0].ravel(), np.zeros(inner[..., 0].size), inner[..., 1].ravel()], axis=1))[:, 1]
        y = base.reshape(x.shape) * (1 + 0.25 * t) - 16.0 * (x / 78.0) ** 2 * t - 9.0 * t * t + lift
        return np.stack([x, y, z], axis=-1)

    s, t = np.meshgrid(across, out)
    sheet = at(s, t)
    visor = slab(sheet, 3.4, uv=sheet[..., [0, 2]] / 34.0)
    draft.add("visor", visor, twill, crease_deg=50)
    line = np.linspace(-0.97, 0.97, 40)
    for row in range(8):
        depth = np.full_like(line, 0.10 + 0.115 * row)
        path = at(line, depth, 1.78)
        draft.add("visor stitches", stitch_strip(path, [0, 1, 0], 1.1, 3.4), thread, solid=False)


def _meridian(opening: Opening, line: Array, angle: float, apart: float) -> Mesh:
    """A line of stitches up the crown beside a seam."""
    t = angle
    oval = np.array([opening.width / 2 * np.cos(t), opening.depth / 2 * np.sin(t)])
    normal = oval / np.array([opening.width, opening.depth]) ** 2
    normal /= np.linalg.norm(normal)
    flat = line[:, :1] * oval + (line[:, 1:2] + 0.3) * normal
    beside = np.array([-normal[1], normal[0]]) * apart
    path = _structured(np.column_stack([flat[:, 0] + beside[0], line[:, 2] + 0.25, flat[:, 1] + beside[1]]))
    middle = np.array([0.0, 30.0, 0.0])
    return stitch_strip(path, path - middle, 1.1, 3.4)


def _on_crown(opening: Opening, line: Array, angle: float, height: float) -> tuple[Array, Array]:
    row = line[np.argmin(np.abs(line[:, 2] - height))]
    oval = np.array([opening.width / 2 * np.cos(angle), opening.depth / 2 * np.sin(angle)])
    flat = row[0] * oval * (1.0 + row[1] / 92.0)
    at = _structured(np.array([[flat[0], row[2], flat[1]]]))[0]
    out = np.array([flat[0] / opening.width**2, (row[2] - 20) / 230.0**2, flat[1] / opening.depth**2])
    return at, out / np.linalg.norm(out)
