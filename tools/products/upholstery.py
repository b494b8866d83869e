"""Stuffed things: box cushions with a crown, pinched pillows, piping, soft folds."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import ArrayLike

from tools.products.curve import evenly, rounded_rectangle
from tools.products.joinery import block
from tools.products.mesh import Array, Mesh, grid
from tools.products.sweep import tube

# One tile of upholstery cloth.
CLOTH_MM = 240.0


def cushion(
    size: ArrayLike, *, crown: float = 18.0, soft: float = 40.0, cells: tuple[int, int, int] = (8, 2, 7),
    name: str = "", folds: float = 2.5, both: bool = False,
) -> Mesh:  # fmt: skip
    """A box cushion about the origin; its top (and bottom if `both`) swells by `crown` beyond the size's height.

    soft: Radius of its edges. folds: How uneven the filling lies, millimetres.
    """
    half = np.asarray(size, np.float64) / 2.0
    mesh = block(size, bevel=soft, cuts=cells, steps=2, tile_mm=(CLOTH_MM, CLOTH_MM))

    def swell(points: Array) -> Array:
        x, y, z = (points / half).T
        dome = np.clip(1.0 - np.abs(x) ** 2.4, 0.0, 1.0) * np.clip(1.0 - np.abs(z) ** 2.4, 0.0, 1.0)
        top = crown * np.sqrt(dome) * np.clip(y, 0.0 if not both else -1.0, 1.0)
        # the sides belly out a little under the load of the filling
        belly = 0.35 * crown * np.clip(1.0 - y * y, 0.0, 1.0)
        out = points + np.stack(
            [belly * x * np.abs(x) ** 3 * (1 - z * z), top, belly * z * np.abs(z) ** 3 * (1 - x * x)], 1
        )
        uneven = folds * ripple(name, points, 260.0) * np.sqrt(dome)
        out[:, 1] += uneven * np.clip(y, 0.0, 1.0)
        return np.asarray(out)

    return mesh.bent(swell)


def pillow(
    width: float, height: float, thickness: float, *, cells: int = 14, name: str = "", folds: float = 5.0
) -> Mesh:
    """A pillow in the x, y plane, pinched at its seam, its corners drawn out."""
    t = np.sin(np.linspace(-1.0, 1.0, cells + 1) * np.pi / 2.0)
    u, v = np.meshgrid(t, t)
    # between corners the seam is drawn in, as filling takes up the cloth
    blunt = 1.0 - 0.045 * np.abs(u * v) ** 6
    x = u * width / 2.0 * (1.0 - 0.04 * (1.0 - v**2) ** 0.8 * np.abs(u) ** 3) * blunt
    y = v * height / 2.0 * (1.0 - 0.04 * (1.0 - u**2) ** 0.8 * np.abs(v) ** 3) * blunt
    puff = np.clip((1.0 - u**2) * (1.0 - v**2), 0.0, 1.0) ** 0.38
    sheets = []
    for side in (1.0, -1.0):
        at = np.stack([x, y, np.zeros_like(x)], axis=2).reshape(-1, 3)
        uneven = folds * ripple(f"{name} {side}", at, 150.0).reshape(x.shape) * puff
        # creases fan out from the corners
        angle = np.arctan2(np.abs(v) - 1.05, np.abs(u) - 1.05)
        near = np.exp(-(((np.abs(u) - 1.0) ** 2 + (np.abs(v) - 1.0) ** 2) / 0.18))
        uneven += 0.5 * folds * near * np.sin(angle * 14.0) * puff
        z = side * (thickness / 2.0 * puff + uneven)
        uv = np.stack([x, y], axis=2) / CLOTH_MM
        sheet = grid(np.stack([x, y, z], axis=2), uv=uv)
        sheets.append(sheet if side > 0 else sheet.flipped())
    return Mesh.merged(sheets)


def piping(width: float, depth: float, corner: float, height: float, *, bulge: float = 0.0, thick: float = 7.0) -> Mesh:
    """A welt round a cushion's edge in the x, z plane at `height`; bulge: how far its sides swell."""
    ring = evenly(rounded_rectangle(width, depth, corner, 6), 36, closed=True)
    x, z = ring[:, 0], ring[:, 1]
    swell = bulge * (1.0 - np.clip(np.abs(2.0 * x / width), 0, 1) ** 2) * np.clip(np.abs(2.0 * z / depth), 0, 1) ** 4
    z = z + np.sign(z) * swell
    path = np.stack([x, np.full_like(x, height), z], axis=1)
    body = tube(path, thick, 4, closed=True)
    return body.textured([0.1, 2.0 * (width + depth) / CLOTH_MM])


def ripple(name: str, points: Array, wave_mm: float) -> Array:
    """(N,) smooth unevenness of deviation about 1: a few plane waves, by name."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    total = np.zeros(len(points))
    for k in range(7):
        direction = random.standard_normal(3)
        direction /= np.linalg.norm(direction)
        total += np.sin(points @ direction * (2.0 * np.pi / (wave_mm * (0.7 + 0.25 * k))) + 6.28 * random.random())
    return np.asarray(total / np.sqrt(3.5))
