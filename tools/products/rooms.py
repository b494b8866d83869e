"""What finishes a room: floor lamp, rug, potted plant, framed print, round mirror."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from tools.products import finishes, grain, materials
from tools.products.curve import ellipse, spline
from tools.products.furniture import Piece
from tools.products.joinery import block, mitered
from tools.products.lathe import ball, lathe
from tools.products.mesh import Array, Mesh, grid, placed, turn
from tools.products.sweep import tube
from tools.products.textures import Pixels, color, linear_rgb, noise
from tryon.types.model import Material, Transmission

_UP = turn([1, 0, 0], -90.0)


def floor_lamp() -> Piece:
    """1550 mm high, shade 420 mm across; E27 bulb of 60 mm."""
    piece = Piece("floor-lamp", "TRY-LMP-155", "Floor lamp", "lamp")
    piece.clearance_mm |= {"top": 100}
    piece.description = "Brushed steel, linen shade; 155 cm high, shade 42 cm. Drawn alight or off."
    linen = finishes.cloths(piece, "linen", {"linen shade": "#ece3d0"})[0]
    lit = replace(linen, name="lit shade", emissive=(0.50, 0.31, 0.15), emissive_texture=linen.base_color_texture)
    steel, brass = materials.metal("steel", 0.34, brushed=0.6), materials.metal("gold", 0.3)
    bulb = Material("bulb", (1.0, 0.97, 0.9, 1.0), metallic=0.0, roughness=0.3, emissive=(9.0, 6.6, 4.2))
    dead = Material("bulb off", (0.9, 0.9, 0.88, 1.0), metallic=0.0, roughness=0.3)
    piece.variants |= {
        "Lit": {},
        "Off": {lit.name: linen, bulb.name: dead},
        "Brass, off": {lit.name: linen, bulb.name: dead, steel.name: brass},
    }
    foot = [
        [132, 0.0],
        [138, 1.5],
        [140, 5.0],
        [140, 17.0],
        [138, 20.5],
        [132, 22.0],
        [40, 23.0],
        [16, 26.0],
        [12.5, 34.0],
    ]
    piece.add("foot", lathe(np.array(foot, float), 56).turned(_UP), steel, crease_deg=40)
    pole = np.array([[0, 30, 0], [0, 500, 0], [0, 1000, 0], [0, 1325, 0]], float)
    piece.add("pole", tube(pole, 18.0, 18), steel)
    piece.add("socket", lathe(np.array([[15, 1322], [20, 1326], [20, 1372], [17, 1378]], float), 24).turned(_UP), steel)
    piece.add("bulb", ball(60.0, 5).moved([0, 1412, 0]), bulb, crease_deg=80)
    wall = [[210.0, 1290.0], [190.0, 1420.0], [170.0, 1550.0], [168.4, 1550.0], [188.4, 1420.0], [208.4, 1290.0]]
    shade = lathe(np.array(wall, float), 64, closed=True).turned(_UP).textured([5.0, 2.4])
    piece.add("shade", shade, lit, crease_deg=40)
    t = np.arange(48) * (2.0 * np.pi / 48)
    for radius, y in ((209.0, 1291.0), (169.2, 1548.5)):
        hem = tube(np.stack([radius * np.cos(t), np.full(48, y), radius * np.sin(t)], axis=1), 4.0, 5, closed=True)
        piece.add("hem", hem.textured([0.05, 5.0]), lit)
    for k in range(3):
        a = 2.0 * np.pi * k / 3.0
        out = np.array([np.cos(a), 0.0, np.sin(a)])
        spoke = np.array([out * 16 + [0, 1350, 0], out * 100 + [0, 1352, 0], out * 199 + [0, 1352, 0]])
        piece.add("spoke", tube(spoke, 4.0, 6), steel)
    piece.settle(420.0, 1550.0, 420.0)
    return piece


def rug() -> Piece:
    """2300 × 1600 mm with its fringes, pile 12 mm."""
    piece = Piece("rug", "TRY-RUG-23", "Wool rug", "rug")
    piece.description = "Wool pile 12 mm with cotton fringe, 230 × 160 cm."
    bumps, _ = grain.pile()
    fine = replace(piece.picture(bumps), uv_from_uv=np.diag([12.0, 12.0 * 1.6 / 2.18, 1.0]))
    pictures = {name: piece.picture(_lattice(ground, line, name), repeat=False) for name, ground, line in (
        ("ivory", "#e5dcc9", "#4a433d"), ("terracotta", "#b0674a", "#ead9bf"),
    )}  # fmt: skip
    ivory, terracotta = (
        materials.cloth(f"{name} wool", "#ffffff", normal=fine, picture=picture, sheen="#5a544c", roughness=0.96)
        for name, picture in pictures.items()
    )
    piece.variants |= {"Ivory": {}, "Terracotta": {ivory.name: terracotta}}
    body = block((2180.0, 12.0, 1600.0), bevel=5.0, cuts=(16, 1, 10), steps=2)
    flat = np.column_stack([body.points[:, 0] / 2180.0 + 0.5, body.points[:, 2] / 1600.0 + 0.5])
    piece.add(
        "pile", Mesh(body.points, body.triangles, np.clip(flat, 0.002, 0.998)).moved([0, 6, 0]), ivory, crease_deg=70
    )
    cotton = materials.cloth("cotton fringe", "#e9e1d0", sheen="#3c3933", roughness=0.95)
    random = np.random.default_rng(8)
    strands = []
    for side in (-1.0, 1.0):
        for z in np.linspace(-790.0, 790.0, 80):
            sway = random.uniform(-7, 7, 2)
            line = np.array(
                [
                    [1084.0, 5.0, z],
                    [1115.0, 3.6, z + sway[0] * 0.5],
                    [1149.0 - random.uniform(0, 5), 3.0, z + sway.sum()],
                ]
            )
            strands.append(tube(line * [side, 1.0, 1.0], np.array([7.0, 6.5, 6.0]), 5))
    piece.add("fringe", Mesh.merged(strands), cotton, crease_deg=100)
    piece.settle(2300.0, 12.0, 1600.0)
    return piece


def plant() -> Piece:
    """A fiddle-leaf fig, 1300 mm with its pot of 320 mm."""
    piece = Piece("potted-plant", "TRY-PLT-13", "Fiddle-leaf fig", "plant", shade=0.6)
    piece.clearance_mm |= {"top": 100}
    piece.description = "Ficus lyrata in a stoneware pot of 32 cm, 130 cm high."
    glaze, dark = finishes.lacquer("stoneware", "#d8d0c4", 0.55), finishes.lacquer("charcoal stoneware", "#3c3b3a", 0.6)
    soil, bark = finishes.lacquer("soil", "#2b2018", 0.98), finishes.lacquer("bark", "#6a5440", 0.9)
    leaf = Material("leaf", (1.0, 1.0, 1.0, 1.0), piece.picture(_leaf(), repeat=False), 0.0, 0.4, double_sided=True)
    piece.variants |= {"Light pot": {}, "Dark pot": {glaze.name: dark}}
    pot = [[108, 0], [114, 3], [150, 150], [158, 268], [160, 290], [157, 296], [150, 297], [146, 290], [142, 250]]
    piece.add("pot", lathe(np.array(pot, float), 48).turned(_UP), glaze, crease_deg=45)
    earth = lathe(np.array([[143.0, 246.0], [140.0, 262.0], [80.0, 268.0], [20.0, 272.0]], float), 32).turned(_UP)
    piece.add("soil", earth, soil, crease_deg=60)
    random = np.random.default_rng(12)
    for k, (lean, high) in enumerate(((70.0, 1130.0), (-120.0, 960.0), (30.0, 800.0))):
        turn_rad = 2.1 * k
        foot = np.array([np.cos(turn_rad) * 28.0, 255.0, np.sin(turn_rad) * 28.0])
        tip = foot + [lean, high - 255.0, 55.0 * np.sin(turn_rad * 2 + 1)]
        stem = spline([foot, foot * 0.6 + tip * 0.4 + [18.0, 0, -14.0], tip], 14)
        piece.add("stem", tube(stem, np.linspace(22.0, 8.0, 14), 9, rounding=3.0), bark, crease_deg=80)
        _crown(piece, stem, leaf, random, 19 - 4 * k)
    low, high_ = piece.bounds_mm
    grow = np.array([0.0, 0.0, 0.0]) + [1.0, 1300.0 / (high_[1] - low[1]), 1.0]
    piece.parts[:] = [replace(part, mesh=part.mesh.scaled(grow)) for part in piece.parts]
    piece.settle()
    return piece


def _crown(piece: Piece, stem: Array, leaf: Material, random: np.random.Generator, count: int) -> None:
    """Leaves up a stem, each turned 137.5° from the last, young ones upright at the tip."""
    for i in range(count):
        share = 0.3 + 0.7 * (i / (count - 1))
        at = np.array([np.interp(share, np.linspace(0, 1, len(stem)), stem[:, axis]) for axis in range(3)])
        angle = np.deg2rad(137.5) * i + random.uniform(-0.25, 0.25)
        rise = np.deg2rad(8.0 + 62.0 * share**3 + random.uniform(-9, 9))
        long = (285.0 - 120.0 * share**4) * random.uniform(0.86, 1.1)
        mesh = _blade(long, 0.64 * long, droop=0.5 - 0.35 * share, cup=0.2 + 0.12 * random.random())
        out = np.array([np.cos(angle) * np.cos(rise), np.sin(rise), np.sin(angle) * np.cos(rise)])
        side = np.cross(out, [0.0, 1.0, 0.0])
        pose = placed(at, z=np.cross(out, side) * -1.0 if np.cross(out, side)[1] < 0 else np.cross(out, side), x=out)
        tone = random.uniform(0.72, 1.0)
        piece.add("leaf", mesh.turned(pose), leaf, crease_deg=80, solid=False, tint=(tone * 0.97, tone, tone * 0.9))


def _blade(long: float, wide: float, *, droop: float, cup: float) -> Mesh:
    """A leaf from its stalk along +x, its face to +z: fiddle-shaped, folded at the midrib, wavy at the edge."""
    s, c = np.linspace(0.0, 1.0, 11), np.linspace(-1.0, 1.0, 7)
    body = np.interp(
        s,
        [0, 0.12, 0.17, 0.3, 0.45, 0.6, 0.75, 0.88, 0.96, 1],
        [0.03, 0.03, 0.3, 0.62, 0.68, 0.86, 1.0, 0.85, 0.5, 0.04],
    )
    across, along = np.meshgrid(c, s)
    half = body[:, None] * wide / 2.0
    y = across * half
    bend = droop * along**2
    z = cup * np.abs(y) - 0.25 * cup * y**2 / wide + 0.02 * long * np.sin(along * 21.0 + across * 2) * across**2
    x = long * np.sin(bend * 1.2) / np.maximum(bend * 1.2, 1e-6) * along
    points = np.stack([x, y, z - long * 0.55 * bend * along], axis=2)
    return grid(points, uv=np.stack([along, across * 0.5 + 0.5], axis=2))


def framed_print() -> Piece:
    """500 × 700 mm outside, a sheet of A2 (420 × 594 mm) behind its mat; hangs on a wall."""
    piece = Piece("wall-picture", "TRY-ART-57", "Framed print", "decor", on_floor=False, shade=0.12)
    piece.description = (
        "Giclée print in a wooden frame behind glass, 50 × 70 cm. Hangs on a wall: its back is at z = 0."
    )
    oak, walnut, black = finishes.woods(piece, "oak", "walnut", "ash", size=224)
    black = finishes.painted(piece, "black ash", "#26241f", like=black)
    piece.variants |= {"Oak": {}, "Walnut": {oak.name: walnut}, "Black": {oak.name: black}}
    section = np.array([[0, 0], [16, 0], [16, 14], [20, 14], [20, 26], [18.5, 28], [1.5, 28], [0, 26.5]], float)
    for k, mesh in enumerate(mitered(500.0, 700.0, section)):
        piece.add(f"frame {k}", mesh, oak, tint=0.93 + 0.02 * k, crease_deg=30)
    card = finishes.lacquer("mat board", "#f4f1ea", 0.9)
    opening = np.array([[12, 14.5], [54.0, 14.5], [52.0, 17.0], [12, 17.0]], float)
    for mesh in mitered(500.0, 700.0, opening):
        piece.add("mat", mesh, card, crease_deg=30)
    sheet = Material("print", (1.0, 1.0, 1.0, 1.0), piece.picture(_print(), repeat=False), 0.0, 0.85)
    corners = np.array([[[-200, 300, 0], [200, 300, 0]], [[-200, -300, 0], [200, -300, 0]]], float)
    piece.add(
        "sheet",
        grid(corners + [0, 0, 14.8], uv=np.array([[[0, 0], [1, 0]], [[0, 1], [1, 1]]], float)).flipped(),
        sheet,
        solid=False,
    )
    piece.add("back board", block((470, 670, 6), bevel=1).moved([0, 0, 6]), card)
    pane = grid(corners * [1.16, 1.115, 1.0] + [0, 0, 19.0]).flipped()
    clear = Material(
        "picture glass", (1.0, 1.0, 1.0, 1.0), metallic=0.0, roughness=0.02, ior=1.3, transmission=Transmission(1.0)
    )
    piece.add("glass", pane, clear, solid=False)
    piece.settle()
    return piece


def mirror() -> Piece:
    """A round mirror, 700 mm across; hangs on a wall."""
    piece = Piece("wall-mirror", "TRY-MIR-70", "Round mirror", "decor", on_floor=False, shade=0.0)
    piece.description = "Round mirror in a slim metal frame, 70 cm. Hangs on a wall: its back is at z = 0."
    brass, black = materials.metal("gold", 0.28, brushed=0.5), finishes.lacquer("black steel", "#1c1c1e", 0.5)
    piece.variants |= {"Brass": {}, "Black": {brass.name: black}}
    rim = [[336, 0], [349, 0], [350, 1], [350, 29], [349, 30], [345, 30], [344, 29], [344, 14], [336, 14]]
    piece.add("frame", lathe(np.array(rim, float), 96, closed=True), brass, crease_deg=40)
    silver = Material("mirror", (0.93, 0.95, 0.94, 1.0), metallic=1.0, roughness=0.015)
    disk = np.column_stack([ellipse(690.0, 690.0, 96), np.full(96, 16.0)])
    rings = np.stack([disk * [k, k, 1.0] for k in (0.0, 1.0)])
    piece.add("glass", grid(rings, round_u=True).flipped(), silver, solid=False)
    piece.add("back", lathe(np.array([[338, 3.0], [338, 12.0]], float), 48), black)
    piece.settle()
    return piece


def _leaf(size: int = 192) -> Pixels:
    """A fig leaf's face: midrib along u, arched veins, paler toward them."""
    at = (np.arange(size) + 0.5) / size
    u, v = np.meshgrid(at, at)
    out = np.abs(v - 0.5) * 2.0
    rib = np.exp(-((out / 0.035) ** 2))
    phase = np.mod((u - 0.20 * out - 0.10 * out**2) * 8.0, 1.0)
    vein = np.exp(-(((phase - 0.5) / 0.06) ** 2)) * np.clip(1.05 - out, 0.0, 1.0)
    net = noise("leaf", size, finest=50, coarsest=8, slope=0.5)
    green, pale = np.array(linear_rgb("#4f7532")), np.array(linear_rgb("#b5c77c"))
    share = np.clip(0.85 * rib + 0.45 * vein, 0.0, 1.0)[..., None]
    blotch = (1.0 + 0.10 * net + 0.18 * (phase - 0.5) * (1 - rib))[..., None]
    return color((green * (1 - share) + pale * share) * blotch)


def _lattice(ground: str, line: str, name: str, width: int = 480, height: int = 352) -> Pixels:
    """A hand-knotted lattice of diamonds with a plain border; knots step the lines, dye lots band the ground."""
    x, y = np.meshgrid((np.arange(width) + 0.5) / width * 2180.0, (np.arange(height) + 0.5) / height * 1600.0)
    random = np.random.default_rng(4)
    wobble = 9.0 * np.sin(y / 171.0 + 1.0) + 6.0 * np.sin(x / 133.0)
    a, b = (x + wobble) / 363.3, (y + 0.6 * wobble) / 400.0
    first, second = np.mod(a + b, 1.0) - 0.5, np.mod(a - b, 1.0) - 0.5
    thick = 0.028 + 0.004 * np.sin(x / 40.0) * np.sin(y / 37.0)
    drawn = (np.abs(first) < thick) | (np.abs(second) < thick)
    small = (np.abs(np.abs(first) - 0.25) < 0.012) & (np.abs(np.abs(second)) < 0.17)
    edge = np.minimum(np.minimum(x, 2180.0 - x), np.minimum(y, 1600.0 - y))
    drawn = ((drawn | small) & (edge > 130.0)) | (np.abs(edge - 100.0) < 11.0)
    soft = cv2.GaussianBlur(drawn.astype(np.float64), (0, 0), 0.9)[..., None]
    band = cv2.GaussianBlur(random.normal(0.0, 1.0, (height, 1)).repeat(width, axis=1), (0, 0), 2.0) * 0.06
    knots = random.normal(0.0, 0.012, (height, width))
    cloud = cv2.resize(noise(f"rug {name}", 256, finest=9, coarsest=1, slope=0.9), (width, height)) * 0.035
    base = np.array(linear_rgb(ground)) * (1 - soft) + np.array(linear_rgb(line)) * soft
    return color(base * (1.0 + band + knots + cloud)[..., None] * 0.95)


def _print(width: int = 400, height: int = 600) -> Pixels:
    """Our own print: a low sun, dunes in warm tones, a dark arch; paper grain and a riso's slight misregister."""
    x, y = np.meshgrid((np.arange(width * 2) + 0.5) / (width * 2), (np.arange(height * 2) + 0.5) / (height * 2) * 1.5)
    sky = np.array(linear_rgb("#efe3cd"))
    picture = np.broadcast_to(sky, (*x.shape, 3)).copy()
    sun = np.hypot(x - 0.60, y - 0.47) < 0.21
    arch = (np.abs(x - 0.29) < 0.15) & (y > 0.62) | (np.hypot(x - 0.29, y - 0.62) < 0.15)
    slit = (np.abs(x - 0.29) < 0.085) & (y > 0.63) | (np.hypot(x - 0.29, y - 0.63) < 0.085)
    layers = [(sun, "#d9763f"), (y > 0.86 + 0.07 * np.sin(x * 5.0 + 0.6), "#d9a866"), (arch, "#24464f"),
              (slit, "#7fa09a"), (y > 1.04 + 0.09 * np.sin(x * 4.2 + 2.6), "#b5573a"),
              (y > 1.22 + 0.06 * np.sin(x * 6.1 + 0.4), "#5c2f31")]  # fmt: skip
    for mask, ink in layers:
        picture[mask] = picture[mask] * 0.12 + 0.88 * np.array(linear_rgb(ink)) * 0.98
    margin = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1.5 - y)) < 0.055
    picture[margin] = np.array(linear_rgb("#f5f0e4"))
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    speck = cv2.resize(noise("riso", 512, finest=200, coarsest=60, slope=0.2), (width, height))
    return color(small * (1.0 + 0.03 * speck)[..., None])
