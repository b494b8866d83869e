"""The curved surface that lenses and rims of a pair of glasses lie on, and lenses cut from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tools.products.mesh import Array, Mesh, grid, turn

# A lens of base curve B has a front radius of 530 / B millimetres: the tool index 1.530 that opticians use.
_TOOL_INDEX_MM = 530.0


class Front:
    """Bends flat drawings (x, y, depth) onto a pair of glasses: base curve, face-form wrap, pantoscopic tilt.

    Each side is a sphere of the lens's radius, turned by the wrap about its box centre; across the bridge the slope
    falls off to nothing, so the whole is smooth. The backs of the lens centres end at (±center, 0, 0).
    """

    def __init__(
        self, *, lens_width: float, bridge: float, base_curve: float, wrap_deg: float, tilt_deg: float, thickness: float
    ) -> None:
        self.center = (lens_width + bridge) / 2.0
        self.lens_width, self.thickness = lens_width, thickness
        self.radius = _TOOL_INDEX_MM / base_curve
        self._tilt = turn([1, 0, 0], tilt_deg)
        x = np.linspace(0.0, 110.0, 2201)
        start = bridge / 2.0 + 1.5
        slope = np.tan(np.deg2rad(wrap_deg)) + (x - self.center) / self.radius
        # past the lens the end pieces go on straight
        slope = np.minimum(slope, np.interp(self.center + lens_width / 2.0, x, slope))
        slope = np.where(
            x < start, np.interp(start, x, slope) * np.sin(np.minimum(x / start, 1.0) * np.pi / 2.0), slope
        )
        kernel = np.hanning(61)
        smooth = np.convolve(
            np.concatenate([-slope[30:0:-1], slope, np.full(30, slope[-1])]), kernel / kernel.sum(), "valid"
        )
        self._x, self._slope = x, smooth
        self._z = -np.concatenate([[0.0], np.cumsum((smooth[1:] + smooth[:-1]) / 2.0 * (x[1] - x[0]))])
        self._origin = np.zeros(3)
        self._origin = self(np.array([[self.center, 0.0, -thickness / 2.0]]))[0] * [0.0, 1.0, 1.0]

    def __call__(self, drawn: ArrayLike) -> Array:
        """(N, 3) product space of (N, 3) x, y and depth in front of the lenses' middle surface."""
        flat = np.asarray(drawn, np.float64).reshape(-1, 3)
        x, y, depth = flat.T
        dz_dx = -np.sign(x) * np.interp(np.abs(x), self._x, self._slope)
        surface = np.stack([x, y, np.interp(np.abs(x), self._x, self._z) - y**2 / (2.0 * self.radius)], axis=1)
        normal = np.stack([-dz_dx, y / self.radius, np.ones_like(x)], axis=1)
        normal /= np.linalg.norm(normal, axis=1, keepdims=True)
        return (surface + depth[:, None] * normal) @ self._tilt.T - self._origin

    def normal(self, x: float, y: float) -> Array:
        """(3,) which way the front faces there."""
        ends = self([[x, y, 0.0], [x, y, 1.0]])
        return np.asarray(ends[1] - ends[0])


def lens(outline: Array, front: Front, *, steps: int = 2, bevel: float = 0.25) -> Mesh:
    """A lens with both faces and its edge; `outline` (N, 2) about the box centre. u to temporal, v downward, 0 to 1."""
    shares = np.linspace(0.0, 1.0, steps + 1)
    half = front.thickness / 2.0
    inset = 1.0 - bevel / (front.lens_width / 2.0)
    rows = [(share * inset, half) for share in shares]
    rows += [(1.0, half - bevel), (1.0, bevel - half)]
    rows += [(share * inset, -half) for share in shares[::-1]]
    drawn = np.stack(
        [
            np.concatenate([outline * share + [front.center, 0.0], np.full((len(outline), 1), depth)], axis=1)
            for share, depth in rows
        ]
    )
    low, high = outline.min(axis=0), outline.max(axis=0)
    uv = (drawn[..., :2] - [front.center, 0.0] - low) / (high - low)
    uv[..., 1] = 1.0 - uv[..., 1]
    closed = np.concatenate([drawn, drawn[:, :1]], axis=1)
    points = front(closed.reshape(-1, 3)).reshape(closed.shape)
    return grid(points, uv=np.concatenate([uv, uv[:, :1]], axis=1)).outward()


def slab(sheet: Array, thickness: float, *, uv: Array | None = None) -> Mesh:
    """A closed solid from a sheet (R, C, 3) that is thickened to both sides along its normals."""
    along_u = np.gradient(sheet, axis=1)
    along_v = np.gradient(sheet, axis=0)
    normal = np.cross(along_u, along_v)
    normal /= np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-12)
    top, bottom = sheet + normal * thickness / 2.0, sheet - normal * thickness / 2.0
    front_face, back_face = grid(top, uv=uv), grid(bottom, uv=uv).flipped()
    edge = np.concatenate([_border(top)[:, None], _border(bottom)[:, None]], axis=1)  # (E, 2, 3): a band round the edge
    band_uv = None
    if uv is not None:
        ring = _border(uv)
        # the edge takes the cloth from just beyond the sheet, or its pattern would smear into stripes
        along = np.gradient(ring, axis=0)
        per_mm = np.linalg.norm(along, axis=1).mean() / np.linalg.norm(np.diff(_border(top), axis=0), axis=1).mean()
        beyond = np.stack([along[:, 1], -along[:, 0]], axis=1)
        beyond *= thickness * per_mm / np.maximum(np.linalg.norm(beyond, axis=1, keepdims=True), 1e-12)
        band_uv = np.stack([ring, ring + beyond], axis=1)
    band = grid(edge, uv=band_uv)
    return Mesh.merged([front_face, back_face, band]).outward()


def _border(sheet: Array) -> Array:
    """The sheet's edge once round, its first point repeated, so that a band on it faces outward."""
    return np.concatenate([sheet[0, :-1], sheet[:-1, -1], sheet[-1, :0:-1], sheet[::-1, 0]])
