"""Parts of a watch's head: lugs, crown, hands, and what is printed on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tools.products.crown import Bend
from tools.products.curve import rounded_rectangle
from tools.products.dials import Face
from tools.products.draft import Draft
from tools.products.lathe import lathe
from tools.products.mesh import Array, Mesh, placed, turn
from tools.products.shell import slab
from tools.products.sweep import sweep
from tryon.types.model import Material


def printed(mesh: Mesh, face: Face) -> Mesh:
    """The mesh, with the face's picture laid on it from above."""
    return replace(mesh, uv=face.uv(mesh.points))


def knurled(beyond: float, depth: float, teeth: int) -> Bend:
    """A bend that cuts teeth into everything further than `beyond` from the Z axis; two columns a tooth."""

    def bend(points: Array) -> Array:
        radius, angle = np.hypot(points[:, 0], points[:, 1]), np.arctan2(points[:, 1], points[:, 0])
        inward = np.where((radius > beyond) & (np.round(angle * teeth / np.pi) % 2 == 1), depth, 0.0)
        share = (radius - inward) / np.maximum(radius, 1e-9)
        return points * np.stack([share, share, np.ones_like(share)], axis=1)

    return bend


def lugs(draft: Draft, body: Material, base: float, *, out: float, across: float, wide: float, top: float) -> None:
    """Four horns that hold the band: `across` from the middle line, tips `out` from the dial's middle."""
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
            rings = np.stack([rounded_rectangle(w, h - b, 0.7, 3) for w, b, h in zip(broad, low, high, strict=True)])
            lug = sweep(path, rings, up=[0, 0, 1], rounding=0.9, steps=2)
            draft.add("lug", lug, body, crease_deg=40)


def hand(
    draft: Draft, body: Material, long: float, wide: float, height: float, clockwise_deg: float, lume: Material | None,
    *, tail: float = 1.5, leaf: bool = False, at: tuple[float, float] = (0.0, 0.0),
) -> None:  # fmt: skip
    """A watch hand, square or leaf-shaped, at its angle from 12; `lume` fills its middle."""
    y = np.linspace(-tail, long, 13)
    share = np.clip(y / long, 0.0, 1.0)
    half = wide / 2.0 * (np.sin(np.pi * (0.12 + 0.86 * share)) if leaf else np.minimum(1.0, (1.04 - share) * 8.0))
    half = np.where(y < 0, wide * 0.3, np.maximum(half, 0.05))
    across = np.array([-1.0, 0.0, 1.0])
    roof = 0.12 if leaf else 0.0
    sheet = np.stack(
        np.broadcast_arrays(across * half[:, None], y[:, None], height + roof * (1 - np.abs(across))), axis=2
    )
    rotation = turn([0, 0, 1], -clockwise_deg)
    shift = [at[0], at[1], 0.0]
    draft.add("hand", slab(sheet, 0.16).turned(rotation).moved(shift), body, crease_deg=25)
    if lume is not None:
        part = (share > 0.3) & (share < 0.93)
        inlay = sheet[part] * [0.62, 1.0, 1.0] + [0, 0, 0.1]
        draft.add("lume", slab(inlay, 0.08).turned(rotation), lume, crease_deg=25)


def crown(draft: Draft, body: Material, x: float, z: float, diameter: float, long: float, *, teeth: int) -> None:
    """The knob at three o'clock."""
    r = diameter / 2.0
    profile = [[r * 0.7, -0.8], [r * 0.7, 0.4], [r, 0.8], [r, long - 0.5], [r - 0.4, long], [r * 0.5, long + 0.15]]
    knob = lathe(profile, 2 * teeth).bent(knurled(r - 0.1, 0.28, teeth))
    draft.add("crown", knob.turned(placed([x, 0.0, z], z=[1, 0, 0])), body, crease_deg=32)
