"""Tables: dining 740–750 mm high, coffee 400 mm, desk 740 mm (EN 15372, EN 527-1)."""

from __future__ import annotations

import itertools

import numpy as np

from tools.products import finishes
from tools.products.curve import rounded_rectangle
from tools.products.furniture import Piece
from tools.products.joinery import block, leg
from tools.products.lathe import lathe
from tools.products.mesh import Mesh, grid, turn
from tools.products.sweep import tube
from tryon.types.model import Material, Specular, Transmission


def dining_table() -> Piece:
    """Six seats, 1800 × 900 mm, 750 mm high."""
    piece = Piece("dining-table", "TRY-TBL-18", "Dining table", "table")
    piece.clearance_mm |= {"front": 750, "back": 750}
    piece.description = "Solid boards, tapered legs; 180 × 90 cm, 75 cm high."
    oak, walnut, smoked = finishes.woods(piece, "oak", "walnut", "smoked oak", size=512)
    piece.variants |= {"Oak": {}, "Walnut": {oak.name: walnut}, "Smoked oak": {oak.name: smoked}}
    plank_top(piece, 1800.0, 900.0, 27.0, 750.0, 7, oak)
    for x in (-1.0, 1.0):
        for z in (-1.0, 1.0):
            at = np.array([x * 815.0, 0.0, z * 375.0])
            mesh = leg(at + [0, 724, 0], at + [x * 20, 0, z * 20], 68, 38, rows=5, bevel=7.0)
            piece.add("leg", mesh.textured(1.0, [0.31 * x, 0.27 * z]), oak, tint=0.96 + 0.03 * x * z)
        piece.board(f"end rail {x}", (24, 84, 700), [x * 812, 681, 0], oak, grain="z", bevel=3, cuts=(1, 1, 4))
    for z in (-1.0, 1.0):
        piece.board(f"long rail {z}", (1580, 84, 24), [0, 681, z * 372], oak, bevel=3, cuts=(6, 1, 1))
    piece.settle(1800.0, 750.0, 900.0)
    return piece


def plank_top(
    piece: Piece, width: float, depth: float, thick: float, height: float, planks: int, wood: Material
) -> None:
    """A table top glued of boards; only their grain and tone tell them apart, and a rounded edge all round."""
    random = np.random.default_rng(planks)
    edges = np.cumsum(np.concatenate([[0.0], 1.0 + 0.25 * random.random(planks)]))
    edges = edges / edges[-1] * depth - depth / 2.0
    for k, (a, b) in enumerate(itertools.pairwise(edges)):
        # a hair's joint catches the light between boards
        piece.board(
            f"plank {k}", (width, thick, b - a - 0.4), [0, height - thick / 2.0, (a + b) / 2.0], wood,
            bevel=2.5 if k in (0, planks - 1) else 0.6, cuts=(6, 1, 1),
        )  # fmt: skip


def coffee_table() -> Piece:
    """1100 × 600 mm, 400 mm high: clear glass over a walnut shelf."""
    piece = Piece("coffee-table", "TRY-CTB-11", "Glass coffee table", "table")
    piece.clearance_mm |= {"front": 350, "back": 350}
    piece.description = "Toughened glass 10 mm, walnut frame with a slatted shelf; 110 × 60 cm, 40 cm high."
    walnut, oak, smoked = finishes.woods(piece, "walnut", "oak", "smoked oak", size=384)
    piece.variants |= {"Walnut": {}, "Oak": {walnut.name: oak}, "Smoked oak": {walnut.name: smoked}}
    clear = Material(
        "clear glass", (0.93, 0.97, 0.95, 1.0), metallic=0.0, roughness=0.02, ior=1.52, transmission=Transmission(0.97)
    )
    green = Material("glass edge", (0.30, 0.52, 0.45, 1.0), metallic=0.0, roughness=0.12, specular=Specular(1.0))
    top, rim = _pane(1100.0, 600.0, 10.0, 60.0)
    piece.add("glass", top.moved([0, 390, 0]), clear, crease_deg=30, solid=False)
    piece.add("glass edge", rim.moved([0, 390, 0]), green, crease_deg=30, solid=False)
    for x in (-1.0, 1.0):
        for z in (-1.0, 1.0):
            at = np.array([x * 455.0, 0.0, z * 215.0])
            mesh = leg(at + [0, 388, 0], at + [x * 26, 0, z * 14], 46, 28, round_=True, rows=6, sides=16)
            piece.add("leg", mesh.textured(1.0, [0.3 * x, 0.2 * z]), walnut, tint=0.95)
            pad = lathe([[9, 0.0], [10, 0.5], [10, 2.0]], 16).turned(turn([1, 0, 0], -90.0))
            piece.add("pad", pad.moved([at[0], 388, at[2]]), green)
        piece.board(f"end rail {x}", (24, 40, 400), [x * 457, 350, 0], walnut, grain="z", bevel=5, cuts=(1, 1, 3))
        piece.board(f"low rail {x}", (22, 30, 408), [x * 465, 150, 0], walnut, grain="z", bevel=5, cuts=(1, 1, 3))
    for z in (-1.0, 1.0):
        piece.board(f"long rail {z}", (880, 40, 24), [0, 350, z * 216], walnut, bevel=5, cuts=(5, 1, 1))
    for k in range(7):
        piece.board(f"slat {k}", (960, 14, 42), [0, 166, (k - 3) * 56.0], walnut, bevel=3, cuts=(5, 1, 1))
    piece.settle()
    return piece


def _pane(width: float, depth: float, thick: float, corner: float) -> tuple[Mesh, Mesh]:
    """A glass top lying in x, z, its two faces and its polished edge apart, bottom at height 0."""
    ring = rounded_rectangle(width, depth, corner, 9)
    flat = np.column_stack([ring[:, 0], np.zeros(len(ring)), -ring[:, 1]])
    low, high = flat, flat + [0.0, thick, 0.0]
    inner = 1.0 - 2.0 / np.array([width / 2.0, 1.0, depth / 2.0])
    faces = [
        grid(np.stack([(high - [0, thick, 0]) * inner * k + [0, thick, 0] for k in (1.0, 0.0)]), round_u=True),
        grid(np.stack([low * inner * k for k in (0.0, 1.0)]), round_u=True),
    ]
    rim = np.stack([low * inner, low + [0, 2, 0], high - [0, 2, 0], (high - [0, thick, 0]) * inner + [0, thick, 0]])
    return Mesh.merged(faces), grid(rim, round_u=True)


def desk() -> Piece:
    """1400 × 700 mm, 740 mm high, three drawers on the left."""
    piece = Piece("desk", "TRY-DSK-14", "Desk with drawers", "table")
    piece.clearance_mm |= {"front": 750}
    piece.description = "Wood top, lacquered drawers, steel legs; 140 × 70 cm, 74 cm high."
    oak, walnut = finishes.woods(piece, "oak", "walnut", size=448)
    white, green = finishes.lacquer("white lacquer", "#eceae5", 0.45), finishes.lacquer("sage lacquer", "#8d9a86", 0.45)
    steel = finishes.lacquer("black steel", "#232325", 0.5)
    dark = finishes.lacquer("shadow gap", "#1a1918", 0.9)
    piece.variants |= {"Oak": {}, "Walnut": {oak.name: walnut}, "Oak and sage": {white.name: green}}
    plank_top(piece, 1400.0, 700.0, 25.0, 740.0, 5, oak)
    # carcass: 420 wide, 560 high, hung between floor feet and top
    x, y, wide, tall, deep = -455.0, 400.0, 420.0, 580.0, 600.0
    for side in (-1.0, 1.0):
        piece.add(
            "carcass side",
            block((18, tall, deep), bevel=1.5, cuts=(1, 4, 4)).moved([x + side * (wide / 2 - 9), y, 0]),
            white,
        )
    for level in (-1.0, 1.0):
        piece.add(
            "carcass end", block((wide - 36, 18, deep), bevel=1.5).moved([x, y + level * (tall / 2 - 9), 0]), white
        )
    piece.add("carcass back", block((wide - 36, tall - 36, 12), bevel=1.0).moved([x, y, -deep / 2 + 8]), white)
    piece.add("drawers", block((wide - 40, tall - 40, 20), bevel=1.0).moved([x, y, deep / 2 - 36]), dark)
    heights, top = (150.0, 150.0, 0.0), y + tall / 2 - 20.5
    heights = (130.0, 150.0, tall - 41.0 - 280.0 - 6.0)
    for k, high in enumerate(heights):
        front = block((wide - 42.0, high, 19.0), bevel=1.6, cuts=(3, 2, 1)).moved([x, top - high / 2, deep / 2 - 10.5])
        piece.add(f"drawer {k}", front, white)
        _pull(piece, x, top - 38.0, deep / 2 - 1.0, steel)
        top -= high + 3.0
    for fx in (-1.0, 1.0):
        for fz in (-1.0, 1.0):
            foot = lathe([[19, 0.0], [21, 2.0], [21, 108.0], [20, 110.0]], 20).turned(turn([1, 0, 0], -90.0))
            piece.add("foot", foot.moved([x + fx * 175.0, 0.0, fz * 265.0]), steel)
    for z in (-1.0, 1.0):
        piece.add("leg", block((32, 690, 32), bevel=3.0, cuts=(1, 3, 1)).moved([640, 345, z * 285]), steel)
    piece.add("foot bar", block((32, 32, 540), bevel=3.0).moved([640, 60, 0]), steel)
    piece.add("leg bar", block((32, 26, 602), bevel=3.0).moved([640, 702, 0]), steel)
    piece.add("beam", block((850, 40, 22), bevel=2.0).moved([200, 694, -250]), steel)
    piece.settle(1400.0, 740.0, 700.0)
    return piece


def _pull(piece: Piece, x: float, y: float, z: float, steel: Material) -> None:
    """A bow handle of 128 mm between its screws."""
    line = np.array(
        [[-64, 0, 0], [-64, 0, 14], [-62, 0, 22], [-54, 0, 26], [54, 0, 26], [62, 0, 22], [64, 0, 14], [64, 0, 0]],
        float,
    )
    piece.add("pull", tube(line + [x, y, z], 9.0, 8), steel)
