"""A pair of glasses taken apart: front, what touches the nose, temples and where they bend over the ears."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.types import Model, Product

# Shares of half the frame's width between which only lenses, rims and hinges lie: pads are nearer, temples further.
_RIM_FROM, _RIM_TO = 0.30, 0.75
_OUTER = 0.5
_DEEPEST_FRONT_M, _HINGE_M = -0.040, 0.003
_NOSE_X_M, _NOSE_Z_M = 0.022, -0.035  # around the bridge, and how far behind the lenses pads reach
_CELL_M = 0.0008  # contact points nearer together than this are one
_TIP_M = 0.038  # from bend to end of a temple whose bend is not named
_SLICE_M = 0.004
# Without anchors: the middle of a lens is this share of half the width outward.
_LENS_X = 0.47


@dataclass(frozen=True, slots=True, eq=False)
class FrameParts:
    """What placing needs to know of a pair of glasses; metres, product space.

    nose_m, front_m: (N, 3) points near the bridge, and all others in front of the hinges; mirrored to be symmetric.
    hinge_z_m: Where the temples begin. half_width_m: Half the front's width.
    bend_m: (3,) where the left temple bends over the ear, on its lower edge. inner_x_m: The temples' inner side there.
    inside_m: (K, 2) inner side of the temple along its way: z, x. lens_m: (2, 3) lens centres, right, left.
    """

    nose_m: NDArray[np.float64]
    front_m: NDArray[np.float64]
    hinge_z_m: float
    half_width_m: float
    bend_m: NDArray[np.float64]
    inner_x_m: float
    inside_m: NDArray[np.float64]
    lens_m: NDArray[np.float64]

    @classmethod
    def of(cls, product: Product, model: Model) -> FrameParts:
        """Measure a model that is already in product space."""
        points = np.concatenate([p.positions_m[np.unique(p.triangles)] for p in model.primitives]).astype(np.float64)
        points[:, 0] = np.abs(points[:, 0])  # real frames are symmetric; a scan's small faults are averaged away
        half_width_m = float(points[points[:, 2] > _DEEPEST_FRONT_M, 0].max(initial=1e-3))
        hinge_z_m = hinge_of(points, half_width_m)
        before = points[points[:, 2] > hinge_z_m]
        at_nose = (points[:, 0] < _NOSE_X_M) & (points[:, 2] > _NOSE_Z_M)
        temple = points[(points[:, 2] <= hinge_z_m) & (points[:, 0] > _OUTER * half_width_m)]
        bend = _bend(product, temple, hinge_z_m)
        near = temple[np.abs(temple[:, 2] - bend[2]) < _SLICE_M]
        inner_x_m = float(near[:, 0].min()) if len(near) else half_width_m
        left = product.anchors.get("lens_left")
        lens = np.array(left if left else (_LENS_X * half_width_m, 0.0, 0.0), np.float64)
        return cls(
            nose_m=_both(_thinned(points[at_nose])),
            front_m=_both(_thinned(before[before[:, 0] >= _NOSE_X_M])),
            hinge_z_m=hinge_z_m,
            half_width_m=half_width_m,
            bend_m=bend,
            inner_x_m=inner_x_m,
            inside_m=_inside(temple, hinge_z_m, float(bend[2])),
            lens_m=np.stack([lens * [-1.0, 1.0, 1.0], lens]),
        )


def hinge_of(points: NDArray[np.float64], half_width_m: float) -> float:
    """z just behind the deepest point of lenses and rims; (N, 3) points with |x| in place of x."""
    share = points[:, 0] / half_width_m
    rims = points[(share > _RIM_FROM) & (share < _RIM_TO) & (points[:, 2] > _DEEPEST_FRONT_M)]
    return float(rims[:, 2].min(initial=0.0)) - _HINGE_M


def _bend(product: Product, temple: NDArray[np.float64], hinge_z_m: float) -> NDArray[np.float64]:
    """(3,) the left temple's bend: the product's anchor, or where temples usually bend."""
    anchor = product.anchors.get("ear_left")
    if anchor is not None:
        return np.array(anchor, np.float64)
    if not len(temple):
        return np.array([0.070, 0.0, hinge_z_m - 0.095])
    z_m = min(float(temple[:, 2].min()) + _TIP_M, hinge_z_m - 0.02)
    near = temple[np.abs(temple[:, 2] - z_m) < _SLICE_M]
    if not len(near):
        near = temple
    return np.array([float(np.median(near[:, 0])), float(near[:, 1].min()), z_m])


def _inside(temple: NDArray[np.float64], hinge_z_m: float, bend_z_m: float) -> NDArray[np.float64]:
    """(K, 2) z and smallest |x| of the temple, slice by slice from the hinge to the bend."""
    slices = []
    for z_m in np.arange(hinge_z_m - _SLICE_M, bend_z_m, -2.0 * _SLICE_M):
        near = temple[np.abs(temple[:, 2] - z_m) < _SLICE_M]
        if len(near):
            slices.append((float(z_m), float(near[:, 0].min())))
    return np.array(slices).reshape(-1, 2)


def _thinned(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """One point for each small cell: the rearmost, which touches first."""
    if not len(points):
        return points
    order = np.argsort(points[:, 2], kind="stable")
    _, first = np.unique(np.round(points[order] / _CELL_M).astype(np.int64)[:, :2], axis=0, return_index=True)
    thinned: NDArray[np.float64] = points[order][first]
    return thinned


def _both(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([points, points * [-1.0, 1.0, 1.0]])
