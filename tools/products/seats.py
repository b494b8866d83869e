"""A dining chair and a bar stool. Seat heights: 450 mm for a 750 mm table, 650 mm for a 900 mm counter (EN 15372)."""

from __future__ import annotations

import numpy as np

from tools.products import finishes, materials
from tools.products.curve import spline
from tools.products.furniture import Piece
from tools.products.joinery import GRAIN_MM, bent, leg
from tools.products.lathe import lathe
from tools.products.mesh import Mesh, turn
from tools.products.sweep import tube
from tools.products.upholstery import CLOTH_MM, cushion


def dining_chair() -> Piece:
    """490 mm wide, 520 deep, 800 high, seat at 450 mm."""
    piece = Piece("dining-chair", "TRY-CHR-01", "Dining chair", "chair")
    piece.clearance_mm |= {"back": 300}
    piece.description = "Solid wood, bent back rail, upholstered seat; seat height 45 cm."
    oak, walnut, black = finishes.woods(piece, "oak", "walnut", "ash", size=288)
    black = finishes.painted(piece, "black ash", "#2b2927", like=black)
    gray, sand = finishes.cloths(piece, "weave", {"graphite": "#6d6c6b", "sand": "#c4b59c"})
    piece.variants["Oak"] = {}
    piece.variants["Walnut"] = {oak.name: walnut, gray.name: sand}
    piece.variants["Black"] = {oak.name: black}
    for x in (-1.0, 1.0):
        front = np.array([x * 205.0, 0.0, 205.0])
        piece.add("front leg", leg(front + [0, 432, 0], front + [x * 14, 0, 14], 38, 25, round_=True, rows=3), oak)
        line = spline(
            [
                [x * 210, 0, -252],
                [x * 196, 230, -208],
                [x * 190, 440, -190],
                [x * 194, 640, -214],
                [x * 205, 742, -236],
            ],
            16,
        )
        piece.add("back leg", _upright(line), oak)
        piece.board(f"side rail {x}", (22, 52, 372), [x * 196, 402, 8], oak, grain="z", bevel=4.0)
    piece.board("front rail", (372, 52, 22), [0, 402, 199], oak, bevel=4.0)
    piece.board("back rail", (352, 52, 22), [0, 402, -186], oak, bevel=4.0)
    t = np.linspace(-1.0, 1.0, 22)
    arc = np.stack([t * 236.0, 742.0 + 6.0 * (1 - t * t), -266.0 + 66.0 * t * t], axis=1)
    rail = bent(arc, 116.0 - 34.0 * np.abs(t) ** 3, 20.0, up=[0, 1, -0.16], round_mm=8.0)
    piece.add("back", rail, oak, crease_deg=60)
    piece.add("seat", _seat_pad(), gray)
    piece.settle(490.0, 800.0, 520.0)
    return piece


def _upright(line: np.ndarray) -> Mesh:
    share = np.linspace(0.0, 1.0, len(line))
    thick = 25.0 + 13.0 * np.sin(np.pi * np.clip(share * 1.05, 0, 1)) ** 1.2
    flat = line.copy()
    body = tube(flat, thick, 12, rounding=0.0)
    # the foot stands flat on the floor, not square to the leg
    points = body.points.copy()
    foot = points[:, 1] < 14.0
    points[foot, 1] = 0.0
    uv = body.uv[:, ::-1] * [float(np.linalg.norm(line[-1] - line[0])) / GRAIN_MM[0], 110.0 / GRAIN_MM[1]]
    return Mesh(points, body.triangles, uv)


def _seat_pad() -> Mesh:
    """A thin upholstered seat, wider in front, a little dished."""
    body = cushion((452.0, 42.0, 440.0), crown=9.0, soft=17.0, cells=(7, 1, 7), name="pad", folds=0.6)

    def shaped(points: np.ndarray) -> np.ndarray:
        x, y, z = points.T
        forward = z / 220.0
        front = np.clip(forward, 0, 1)
        return np.stack(
            [x * (1.0 + 0.045 * forward), y - 7.0 * front**3, z * (1.0 - 0.05 * (x / 226.0) ** 2 * (forward > 0))], 1
        )

    return body.bent(shaped).moved([0.0, 429.0, 8.0])


def bar_stool() -> Piece:
    """370 mm across, seat at 650 mm, for a kitchen counter of 900 mm."""
    piece = Piece("bar-stool", "TRY-STL-65", "Counter stool", "chair")
    piece.description = "Powder-coated steel, leather seat, foot rail; seat height 65 cm."
    cognac, black = finishes.hides(piece, {"cognac leather": "#9c5f34", "black leather": "#2c2a29"})
    steel = finishes.lacquer("black steel", "#1d1d1f", 0.5)
    brass = materials.metal("gold", 0.32)
    piece.variants["Cognac"] = {}
    piece.variants["Black"] = {cognac.name: black}
    piece.variants["Black and brass"] = {cognac.name: black, steel.name: brass}
    profile = [
        [150, 602], [166, 604], [176, 612], [180, 626], [177, 641], [168, 650], [150, 655], [120, 653], [80, 648],
        [40, 645.5], [12, 645],
    ]  # fmt: skip
    seat = lathe(np.array(profile, float), 40).turned(turn([1, 0, 0], -90.0))
    flat = Mesh(seat.points, seat.triangles, seat.points[:, [0, 2]] / CLOTH_MM)
    piece.add("seat", flat, cognac, crease_deg=60)
    ring = np.column_stack([np.zeros(40), np.zeros(40)])
    t = np.arange(40) * (2.0 * np.pi / 40)
    ring = np.stack([178.5 * np.cos(t), np.full(40, 627.0), 178.5 * np.sin(t)], axis=1)
    piece.add("welt", tube(ring, 7.0, 5, closed=True).textured([0.05, 4.0]), cognac)
    under = lathe([[130, 588], [150, 590], [152, 596], [150, 602]], 32).turned(turn([1, 0, 0], -90.0))
    piece.add("pan", under, steel)
    for x in (-1.0, 1.0):
        for z in (-1.0, 1.0):
            low, high = np.array([x * 150.0, 6.0, z * 150.0]), np.array([x * 88.0, 590.0, z * 88.0])
            line = low + (high - low) * np.linspace(0.0, 1.0, 6)[:, None]
            piece.add("leg", tube(line, 20.0, 12), steel)
            foot = lathe([[11.5, 0.0], [13.0, 1.5], [13.0, 12.0], [11.5, 14.0]], 16).turned(turn([1, 0, 0], -90.0))
            piece.add("glide", foot.moved(low * [1, 0, 1]), steel)
    share = (270.0 - 6.0) / 584.0
    reach = (150.0 + (88.0 - 150.0) * share) * np.sqrt(2.0)
    circle = np.stack([reach * np.cos(t), np.full(40, 270.0), reach * np.sin(t)], axis=1)
    piece.add("foot rail", tube(circle, 16.0, 10, closed=True), steel)
    piece.settle(370.0, 650.0, 370.0)
    return piece
