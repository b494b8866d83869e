"""A bookshelf with books, a sideboard, a nightstand: boards 18–25 mm, doors and drawers 3 mm apart."""

from __future__ import annotations

import numpy as np

from tools.products import finishes, materials
from tools.products.furniture import Piece
from tools.products.joinery import block, leg
from tools.products.lathe import lathe
from tools.products.mesh import turn
from tools.products.textures import linear_rgb
from tryon.types.model import Material

_GAP = 3.0
_SPINES = (
    "#8c3b2e", "#27455a", "#d9cdb4", "#3f5b48", "#c48a3a", "#2a2a2c", "#7a8f99", "#a8532f", "#e4ded0", "#5a3c4e",
    "#b8b09c", "#31506e", "#6f7a4c", "#c9b08a",
)  # fmt: skip


def bookshelf() -> Piece:
    """800 mm wide, 320 deep, 1800 high, five shelves; octavo and quarto books."""
    piece = Piece("bookshelf", "TRY-SHF-18", "Bookshelf", "shelf")
    piece.clearance_mm |= {"front": 300}
    piece.description = "Open shelf with back panel, 80 × 32 cm, 180 cm high; books and vase included in the picture."
    oak, walnut, white = finishes.woods(piece, "oak", "walnut", "ash", size=320)
    white = finishes.painted(piece, "white ash", "#efece6", like=white)
    piece.variants |= {"Oak": {}, "Walnut": {oak.name: walnut}, "White": {oak.name: white}}
    width, deep, tall, thick = 800.0, 320.0, 1800.0, 22.0
    for x in (-1.0, 1.0):
        piece.board(
            f"side {x}", (thick, tall, deep), [x * (width - thick) / 2, tall / 2, 0], oak, grain="y", cuts=(1, 11, 3)
        )
    inside = width - 2 * thick
    levels = np.array([60.0, 420.0, 760.0, 1090.0, 1410.0, tall - thick])
    for k, y in enumerate(levels):
        piece.board(f"shelf {k}", (inside, thick, deep - 14), [0, y + thick / 2, 3], oak, cuts=(5, 1, 3))
    piece.board(
        "back", (inside, tall - 60, 8), [0, tall / 2 + 30, -deep / 2 + 10], oak, grain="y", bevel=1, cuts=(5, 12, 1)
    )
    piece.board("plinth", (inside, 56, 16), [0, 30, deep / 2 - 40], oak, cuts=(4, 1, 1))
    paper = finishes.lacquer("book cloth", "#ffffff", 0.75)
    rows = ((0, -370.0, 90.0), (1, -370.0, 330.0), (2, -60.0, 368.0), (3, -368.0, 60.0), (4, -368.0, -110.0))
    for k, start, end in rows:
        _books(piece, start, end, levels[k] + thick, levels[k + 1] - levels[k] - thick, paper, k)
    _stack(piece, [225.0, levels[0] + thick, 10.0], paper)
    vase = [
        [30, 0],
        [52, 8],
        [70, 50],
        [74, 90],
        [60, 140],
        [34, 172],
        [28, 190],
        [33, 204],
        [30, 206],
        [24, 190],
        [20, 150],
    ]
    glazed = finishes.lacquer("glazed clay", "#c9b9a2", 0.35)
    pot = lathe(np.array(vase, float), 24).turned(turn([1, 0, 0], -90.0))
    piece.add("vase", pot.moved([-215.0, levels[2] + thick, 0.0]), glazed)
    bowl = lathe(np.array([[30, 0], [34, 3], [80, 36], [104, 74], [101, 75], [76, 42], [28, 10]], float), 24)
    piece.add("bowl", bowl.turned(turn([1, 0, 0], -90.0)).moved([150.0, levels[4] + thick, 5.0]), glazed)
    piece.settle()
    return piece


def _books(piece: Piece, start: float, end: float, floor: float, room: float, paper: Material, row: int) -> None:
    """Books side by side from `start`, the last one leaning."""
    random = np.random.default_rng(100 + row)
    x = start
    while True:
        thick, tall = random.uniform(22, 50), min(random.choice([198, 216, 234, 250, 276]), room - 22)
        if x + thick > end - 88.0:
            break
        deep = tall * random.uniform(0.68, 0.74)
        at = [x + thick / 2, floor + tall / 2, 148.0 - 26.0 - deep / 2 - random.uniform(0, 9)]
        spine = linear_rgb(_SPINES[random.integers(len(_SPINES))])
        piece.add("book", block((thick - 0.8, tall, deep), bevel=min(2.5, thick / 5)).moved(at), paper, tint=spine)
        x += thick
    tall = min(240.0, room - 40.0)
    lean = turn([0, 0, 1], 13.0)
    book = block((26.0, tall, 165.0), bevel=2.5).turned(lean)
    low = book.points[:, 1].min()
    left = book.points[:, 0].min()
    piece.add("book", book.moved([x - left + 1.0, floor - low, 30.0]), paper, tint=linear_rgb(_SPINES[row]))


def _stack(piece: Piece, at: list[float], paper: Material) -> None:
    """Three large books lying down."""
    y = at[1]
    for k, (size, yaw) in enumerate((((280, 34, 215), 2.0), ((262, 26, 205), -4.0), ((230, 30, 180), 7.0))):
        body = block(np.array(size, float), bevel=2.5).turned(turn([0, 1, 0], yaw))
        piece.add("book", body.moved([at[0], y + size[1] / 2, at[2]]), paper, tint=linear_rgb(_SPINES[3 * k + 2]))
        y += size[1]


def sideboard() -> Piece:
    """1600 mm wide, 450 deep, 750 high: two doors, four drawers between."""
    piece = Piece("sideboard", "TRY-SDB-16", "Sideboard", "cabinet")
    piece.clearance_mm |= {"front": 500}
    piece.description = "Two doors and three drawers on a wooden stand; 160 × 45 cm, 75 cm high."
    walnut, oak, smoked = finishes.woods(piece, "walnut", "oak", "smoked oak", size=448)
    brass, dark = materials.metal("gold", 0.3), finishes.lacquer("shadow gap", "#15110e", 0.9)
    piece.variants |= {"Walnut": {}, "Oak": {walnut.name: oak}, "Smoked oak": {walnut.name: smoked}}
    _cabinet(piece, 1600.0, 560.0, 190.0, 430.0, walnut, dark)
    left, floor, tall = -800.0 + 22 + _GAP, 190.0 + 22 + _GAP, 560.0 - 44 - 2 * _GAP
    door, middle = 500.0, 1600.0 - 44 - 4 * _GAP - 1000.0
    front = 215.0 - 10.0
    for k, x in enumerate((left + door / 2, -left - door / 2)):
        piece.board(
            f"door {k}",
            (door, tall, 20),
            [x, floor + tall / 2, front - 2],
            walnut,
            grain="y",
            bevel=1.6,
            cuts=(4, 4, 1),
        )
        _knob(piece, [x + (door / 2 - 40) * (1 - 2 * k), floor + tall / 2, front + 8], brass)
    high = (tall - 2 * _GAP) / 3.0
    for k in range(3):
        y = floor + high / 2 + k * (high + _GAP)
        piece.board(f"drawer {k}", (middle, high, 20), [0, y, front - 2], walnut, bevel=1.6, cuts=(4, 2, 1))
        for x in (-1.0, 1.0):
            _knob(piece, [x * middle * 0.27, y, front + 8], brass)
    _stand(piece, 1600.0, 430.0, 190.0, walnut)
    piece.settle(1600.0, 750.0, 450.0)
    return piece


def nightstand() -> Piece:
    """450 mm wide, 400 deep, 550 high: one drawer over an open shelf."""
    piece = Piece("nightstand", "TRY-NST-45", "Nightstand", "cabinet")
    piece.clearance_mm |= {"front": 350}
    piece.description = "One drawer, one open shelf; 45 × 40 cm, 55 cm high."
    oak, walnut, smoked = finishes.woods(piece, "oak", "walnut", "smoked oak", size=384)
    brass = materials.metal("gold", 0.3)
    piece.variants |= {"Oak": {}, "Walnut": {oak.name: walnut}, "Smoked oak": {oak.name: smoked}}
    low, tall, deep = 170.0, 380.0, 381.0
    for x in (-1.0, 1.0):
        piece.board(f"side {x}", (20, tall, deep), [x * 215.0, low + tall / 2, 0], oak, grain="y", cuts=(1, 6, 4))
    for k, y in enumerate((low + 10, low + 205, low + tall - 10)):
        piece.board(
            f"level {k}", (410, 20, deep - (0 if k != 1 else 12)), [0, y, 0 if k != 1 else -4], oak, cuts=(6, 1, 5)
        )
    piece.board("back", (410, tall - 40, 8), [0, low + tall / 2, -deep / 2 + 8], oak, cuts=(5, 6, 1))
    high = tall - 215.0 - 20.0 - 2 * _GAP
    y = low + 215.0 + _GAP + high / 2
    piece.board("drawer", (410 - 2 * _GAP, high, 18), [0, y, deep / 2 - 12], oak, bevel=1.6, cuts=(4, 2, 1))
    _knob(piece, [0, y, deep / 2 - 3.5], brass)
    _stand(piece, 450.0, 381.0, low, oak)
    piece.settle(450.0, 550.0, 400.0)
    return piece


def _cabinet(piece: Piece, width: float, tall: float, low: float, deep: float, wood: Material, dark: Material) -> None:
    """A box open in front, 22 mm boards, a dark inside behind the gaps."""
    thick = 22.0
    for x in (-1.0, 1.0):
        piece.board(
            f"side {x}",
            (thick, tall - 2 * thick, deep),
            [x * (width - thick) / 2, low + tall / 2, 0],
            wood,
            grain="y",
            cuts=(1, 4, 4),
        )
    for k, y in enumerate((low + thick / 2, low + tall - thick / 2)):
        piece.board(f"level {k}", (width, thick, deep), [0, y, 0], wood, cuts=(10, 1, 4))
    piece.add(
        "inside", block((width - 2 * thick, tall - 2 * thick, deep - 40), bevel=1).moved([0, low + tall / 2, -10]), dark
    )


def _knob(piece: Piece, at: list[float], brass: Material) -> None:
    """A turned knob 24 mm across."""
    profile = np.array([[6, -1], [5.2, 8], [7, 12], [11.4, 15], [12, 18.5], [11, 21], [7, 22.5]], float)
    piece.add("knob", lathe(profile, 18).moved(at), brass)


def _stand(piece: Piece, width: float, deep: float, low: float, wood: Material) -> None:
    """Four splayed legs and two rails under a box."""
    inset = min(110.0, width * 0.14)
    for x in (-1.0, 1.0):
        for z in (-1.0, 1.0):
            at = np.array([x * (width / 2 - inset), 0.0, z * (deep / 2 - 70)])
            mesh = leg(at + [0, low, 0], at + [x * 30, 0, z * 22], 42, 24, round_=True, rows=3)
            piece.add("leg", mesh.textured(1.0, [0.2 * x, 0.3 * z]), wood, tint=0.95)
        piece.board(
            f"stand {x}", (34, 30, deep - 150), [x * (width / 2 - inset), low - 15, 0], wood, grain="z", bevel=4
        )
