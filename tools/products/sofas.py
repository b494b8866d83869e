"""A three-seat sofa and a lounge chair. Measures: seat height 400–450, seat depth 550–600 mm, as sofas are sold."""

from __future__ import annotations

import numpy as np

from tools.products import finishes
from tools.products.curve import eased, rounded_rectangle, spline
from tools.products.furniture import Piece
from tools.products.joinery import leg
from tools.products.mesh import Array, Mesh, turn
from tools.products.sweep import sweep
from tools.products.upholstery import CLOTH_MM, cushion, pillow, piping
from tryon.types.model import Material


def sofa() -> Piece:
    """Three seats, 2120 mm wide, 900 deep, 820 high, seat at 440 mm."""
    piece = Piece("sofa", "TRY-SOF-03", "Three-seat sofa", "sofa")
    piece.clearance_mm |= {"front": 350}
    piece.description = "Hopsack upholstery, loose cushions, oak legs; seat height 44 cm."
    colors = {"stone": "#b7ada0", "petrol": "#3d6470", "ochre": "#c28f45", "charcoal": "#55565a"}
    cloth, *others = finishes.cloths(piece, "weave", colors)
    oak = finishes.woods(piece, "oak", size=160)[0]
    piece.variants["Stone"] = {}
    piece.variants |= {other.name.capitalize(): {cloth.name: other} for other in others}
    width, arm = 2120.0, 165.0
    inside = width - 2.0 * arm
    base = cushion((inside + 40.0, 150.0, 820.0), crown=0.0, soft=14.0, cells=(8, 1, 4), name="base", folds=0.0)
    piece.add("base", base.moved([0.0, 220.0, 10.0]), cloth)
    back = cushion((inside + 20.0, 560.0, 150.0), crown=6.0, soft=45.0, cells=(8, 4, 1), name="back", folds=1.0)
    piece.add("back", back.turned(turn([1, 0, 0], -6.0)).moved([0.0, 440.0, -345.0]), cloth)
    side = cushion((arm, 440.0, 880.0), crown=9.0, soft=42.0, cells=(2, 4, 7), name="arm", folds=1.5)
    piece.pair("arm", side.moved([width / 2.0 - arm / 2.0, 360.0, 0.0]), cloth, crease_deg=50)
    for k in (-1, 0, 1):
        _seat(piece, k, inside / 3.0, cloth)
    for x in (-1.0, 1.0):
        for z in (-1.0, 1.0):
            at = np.array([x * (width / 2.0 - 95.0), 0.0, z * 360.0])
            piece.add(
                "leg", leg(at + [0, 160, 0], at + [x * 14, 0, z * 10], 46, 28, round_=True, sides=12, rows=2), oak
            )
    piece.settle(2120.0, 820.0, 900.0)
    return piece


def _seat(piece: Piece, k: int, wide: float, cloth: Material) -> None:
    seat = cushion((wide - 6.0, 150.0, 690.0), crown=26.0, soft=34.0, cells=(7, 2, 6), name=f"seat {k}", folds=3.5)
    piece.add(f"seat {k}", seat.moved([k * wide, 370.0, 92.0]), cloth)
    welt = piping(wide - 14.0, 682.0, 32.0, 0.0, bulge=0.0, thick=8.0)
    piece.add("welt", welt.moved([k * wide, 437.0, 92.0]), cloth)
    lean = turn([0, 1, 0], k * -1.5) @ turn([1, 0, 0], -13.0)
    rest = pillow(wide + 14.0, 470.0, 210.0, cells=12, name=f"rest {k}", folds=5.0)
    piece.add(f"rest {k}", rest.turned(lean).moved([k * wide, 610.0, -190.0]), cloth, crease_deg=75)


def armchair() -> Piece:
    """A tub chair, 760 mm wide, 760 deep, 750 high, seat at 430 mm."""
    piece = Piece("armchair", "TRY-ARM-01", "Tub armchair", "chair")
    piece.clearance_mm |= {"front": 350}
    piece.description = "Bouclé over a curved shell, walnut legs; seat height 43 cm."
    cloth, *others = finishes.cloths(piece, "boucle", {"ivory": "#e9e2d5", "moss": "#7a8062", "rust": "#a9593a"})
    walnut = finishes.woods(piece, "walnut", size=160)[0]
    leather = finishes.hides(piece, {"cognac leather": "#9a5a2f"})[0]
    piece.variants["Ivory"] = {}
    piece.variants |= {other.name.capitalize(): {cloth.name: other} for other in others}
    piece.variants["Cognac leather"] = {cloth.name: leather}
    piece.add("shell", _shell(), cloth, crease_deg=60)
    seat = _rounded_seat(600.0, 620.0, 150.0)
    piece.add("seat", seat.moved([0.0, 352.0, 66.0]), cloth, crease_deg=60)
    plinth = _rounded_seat(606.0, 628.0, 94.0, crown=0.0)
    piece.add("plinth", plinth.moved([0.0, 240.0, 62.0]), cloth, crease_deg=60)
    for x in (-1.0, 1.0):
        for z, inward in ((1.0, 250.0), (-1.0, 215.0)):
            at = np.array([x * 245.0, 0.0, z * inward])
            piece.add("leg", leg(at + [0, 200, 0], at + [x * 22, 0, z * 22], 44, 24, round_=True, rows=2), walnut)
    piece.settle(760.0, 750.0, 760.0)
    return piece


def _shell() -> Mesh:
    """Arms and back in one: a stuffed wall bent round the seat, higher behind."""
    u_shape = np.array([
        [310, 0, 335], [326, 0, 180], [330, 0, 20], [305, 0, -160], [200, 0, -292], [0, 0, -335],
        [-200, 0, -292], [-305, 0, -160], [-330, 0, 20], [-326, 0, 180], [-310, 0, 335],
    ], float)  # fmt: skip
    path = spline(u_shape, 46)
    s = np.abs(np.linspace(-1.0, 1.0, len(path)))
    top = eased(s, [0.0, 0.3, 0.62, 0.85, 1.0], [750.0, 735.0, 630.0, 590.0, 578.0])
    low = 195.0
    rings, middle = [], []
    for height in top:
        tall = height - low
        one = rounded_rectangle(96.0, tall, 46.0, 5)
        # stuffing is thickest a third below the rim
        y = one[:, 1] / tall
        one[:, 0] *= 1.0 + 0.12 * np.exp(-(((y - 0.25) / 0.25) ** 2)) - 0.18 * (y < -0.2) * (-y - 0.2)
        rings.append(_denser(one, tall))
        middle.append(low + tall / 2.0)
    path = path + np.array([0.0, 1.0, 0.0]) * np.array(middle)[:, None]
    body = sweep(path, np.array(rings), up=[0, 1, 0], tile_mm=CLOTH_MM, rounding=40.0, steps=3)
    return _planar_ends(body.textured([8.0, 1.0]), columns=len(rings[0]) + 1, rows=4).outward()


def _planar_ends(body: Mesh, *, columns: int, rows: int) -> Mesh:
    """The cloth of a sweep's two ends laid flat from the front, where it would run together to a point."""
    count = len(body.points)
    row = np.arange(count) // columns
    at_end = (row < rows) | (row >= row[-1] + 1 - rows)
    ends = at_end[body.triangles].any(axis=1)
    wall = Mesh(body.points, body.triangles[~ends], body.uv)
    return Mesh.merged([wall, Mesh(body.points, body.triangles[ends], body.points[:, :2] / CLOTH_MM)])


def _denser(ring: Array, tall: float) -> Array:
    """The straight walls of a ring in four, so that shading can change along them."""
    result = []
    for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        parts = 4 if np.linalg.norm(b - a) > 0.3 * tall else 1
        result += [a + (b - a) * k / parts for k in range(parts)]
    return np.array(result)


def _rounded_seat(width: float, depth: float, height: float, *, crown: float = 24.0) -> Mesh:
    """A cushion with a round back and a straight front, about its middle height."""
    body = cushion((width, height, depth), crown=crown, soft=36.0, cells=(8, 1, 8), name="tub seat", folds=2.0)

    def rounded(points: Array) -> Array:
        x, y, z = points.T
        behind = np.clip(-z / (depth / 2.0), 0.0, 1.0)
        return np.stack([x * np.sqrt(1.0 - 0.62 * behind**2.2), y, z * (1.0 - 0.06 * (x / width * 2) ** 2 * behind)], 1)

    return body.bent(rounded)
