"""A double bed: mattress 1600 × 2000 mm, duvet 2000 × 2000, pillows 500 × 700, the sizes bedding is sold in."""

from __future__ import annotations

import numpy as np

from tools.products import finishes
from tools.products.furniture import Piece
from tools.products.joinery import leg
from tools.products.mesh import Array, Mesh, turn
from tools.products.shell import slab
from tools.products.upholstery import CLOTH_MM, cushion, pillow, ripple

_TOP, _HALF, _FOOT = 500.0, 812.0, 1015.0


def bed() -> Piece:
    """Frame 1680 mm wide, 2120 long, headboard 1015 high, mattress top at 490 mm; the duvet hangs over it."""
    piece = Piece("double-bed", "TRY-BED-16", "Double bed", "bed")
    piece.clearance_mm |= {"front": 600, "left": 600, "right": 600}
    piece.description = (
        "Wooden frame for a mattress of 160 × 200 cm, frame 168 × 212 cm, 184 × 216 cm with its bedding."
    )
    oak, walnut = finishes.woods(piece, "oak", "walnut", size=256)
    white, clay, mist = finishes.cloths(
        piece, "linen", {"white linen": "#f1eee8", "clay linen": "#b98a70", "mist linen": "#8fa1a8"}
    )
    piece.variants |= {"Oak": {}, "Walnut": {oak.name: walnut, clay.name: mist}}
    for x in (-1.0, 1.0):
        piece.board(f"side {x}", (30, 170, 2040), [x * 825, 275, 0], oak, grain="z", bevel=5, cuts=(1, 1, 6))
        for z in (-1.0, 1.0):
            at = np.array([x * 770.0, 0.0, z * 930.0])
            piece.add("leg", leg(at + [0, 200, 0], at, 62, 42, round_=True, rows=2), oak)
    piece.board("foot", (1680, 170, 30), [0, 275, 1035], oak, bevel=5, cuts=(6, 1, 1))
    for k in range(3):
        piece.board(f"headboard {k}", (1680, 246, 32), [0, 394 + k * 249.0, -1036], oak, bevel=5, cuts=(6, 2, 1))
    for x in (-1.0, 1.0):
        piece.board(f"post {x}", (60, 1010, 36), [x * 640, 505, -1064], oak, grain="y", bevel=4, cuts=(1, 4, 1))
    mattress = cushion((1600, 230, 2000), crown=6, soft=50, cells=(4, 1, 4), name="mattress", folds=1.0)
    piece.add("mattress", mattress.moved([0, 375, 0]), white)
    piece.add("duvet", _duvet(-470.0, 1.0, "duvet", 36, 24), white, crease_deg=80)
    piece.add("turned back", _duvet(-480.0, 0.0, "fold", 30, 6), white, crease_deg=80)
    piece.add("throw", _throw(), clay, crease_deg=80)
    for x in (-1.0, 1.0):
        for k, (z, y, tip) in enumerate(((-905.0, 655.0, -28.0), (-780.0, 630.0, -42.0))):
            one = pillow(710.0, 480.0, 185.0, cells=10, name=f"pillow {x} {k}", folds=7.0)
            placed = one.turned(turn([0, 1, 0], x * 3.0) @ turn([1, 0, 0], tip))
            piece.add("pillow", placed.moved([x * 390.0, y, z]), white if k == 0 else clay, crease_deg=75)
    piece.settle()
    return piece


def _duvet(start: float, share: float, name: str, across: int, along: int) -> Mesh:
    """A duvet from z = start to the foot (share 1), or its upper edge turned back (share 0)."""
    s = np.linspace(-1060.0, 1060.0, across)
    t = np.linspace(start, _FOOT + 95.0, along) if share else np.linspace(start, start + 290.0, along)
    grid_s, grid_t = np.meshgrid(s, t)
    lift = 22.0 if share else 56.0
    puff = 17.0 if share else 10.0
    sheet = _draped(grid_s, grid_t, lift, puff, name)
    uv = np.stack([grid_s, grid_t], axis=2) / CLOTH_MM
    return slab(sheet, 30.0 if share else 24.0, uv=uv)


def _throw() -> Mesh:
    """A blanket laid across the foot of the bed."""
    grid_s, grid_t = np.meshgrid(np.linspace(-1110.0, 1110.0, 32), np.linspace(470.0, 840.0, 7))
    sheet = _draped(grid_s, grid_t + 14.0 * np.sin(grid_s / 310.0), 47.0, 17.0, "duvet")
    return slab(sheet, 9.0, uv=np.stack([grid_s, grid_t], axis=2) / CLOTH_MM * 0.6)


def _draped(s: Array, t: Array, lift: float, puff: float, name: str) -> Array:
    """(R, C, 3) cloth on the mattress: flat on top, over the edges it falls in soft folds."""
    side, over_x = _edge(s, _HALF)
    end, over_z = _edge(t, _FOOT - 15.0)
    fall = np.hypot(over_x, over_z)
    at = np.stack([s, 0 * s, t], axis=2).reshape(-1, 3)
    wave = ripple(name, at, 420.0).reshape(s.shape) * puff * 0.55
    fine = ripple(f"{name} fine", at, 190.0).reshape(s.shape) * puff * 0.22
    inset = np.clip((_HALF - np.abs(s)) / 260.0, 0.0, 1.0) * np.clip((_FOOT - t) / 260.0, 0.0, 1.0)
    y = _TOP + lift + puff * np.sqrt(inset) + (wave + fine) * np.clip(inset + 0.25, 0, 1) - fall
    hang = np.clip(fall / 220.0, 0.0, 1.0)
    folds_z, folds_x = np.sin(t / 63.0 + 1.3 * np.sin(t / 210.0)), np.sin(s / 66.0 + 1.1 * np.sin(s / 190.0))
    x = side + np.sign(s) * np.where(over_x > 0, lift + 14.0 + hang * (12.0 + 13.0 * folds_z), 0.0) * _ramp(over_x)
    z = end + np.where(over_z > 0, lift + 14.0 + hang * (10.0 + 12.0 * folds_x), 0.0) * _ramp(over_z)
    return np.stack([x, y, z], axis=2)


def _edge(s: Array, half: float) -> tuple[Array, Array]:
    """(position, drop) of cloth that bends down over an edge with a radius of 70 mm."""
    radius = 70.0
    flat = half - radius
    turned = np.clip((np.abs(s) - flat) / radius, 0.0, np.pi / 2.0)
    below = np.maximum(np.abs(s) - flat - radius * np.pi / 2.0, 0.0)
    bends = (s > 0) | (half == _HALF)
    position = np.where(np.abs(s) > flat, np.sign(s) * (flat + radius * np.sin(turned)), s)
    drop = np.where(np.abs(s) > flat, radius * (1.0 - np.cos(turned)) + below, 0.0)
    return np.where(bends, position, s), np.where(bends, drop, 0.0)


def _ramp(drop: Array) -> Array:
    return np.asarray(np.clip(drop / 60.0, 0.0, 1.0))
