"""Cloth over a lower face: bent from the average face it was cut for to its wearer's, and kept off the skin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon.types import Model
from tryon.wear.face_shape import canonical_face
from tryon.wear.skin_field import SkinField

NOSE_TIP = 1
_REACH_M = 0.020  # over which cloth follows a point of the face
_HOLD = 0.05  # keeps cloth far from all points where it was cut
_AXIS_Z_M = -0.010  # of the upright axis cloth is pushed away from, in the head
_ARC_M = 0.07  # meters along the field's first axis for a radian about that axis
_CLEAR_M = 0.0035  # cloth off the skin, more than the tracked surface is off by between its points
_CELL_M = 0.004  # all layers of cloth within one are pushed alike, so that none pierces another
_MOST_PUSHED_M = 0.030
_BEHIND_M = -0.045  # ear loops further back are not pushed: there is no face


def draped(model: Model, face_m: NDArray[np.float64]) -> Model:
    """The model in head axes with its origin at the tip of the nose, bent to lie on (468, 3) head-space points."""
    canonical = canonical_face()
    average = canonical.vertices_m - canonical.vertices_m[NOSE_TIP]
    growth = np.ptp(face_m[:, 0]) / np.ptp(canonical.vertices_m[:, 0])
    own = face_m - face_m[NOSE_TIP]
    followed = np.flatnonzero(canonical.vertices_m[:, 1] < 0.035)[::2]
    shift = own[followed] - average[followed]
    skin = _around(face_m, canonical.triangles)
    reach_m = _REACH_M * max(float(growth), 0.5)
    layers = [primitive.positions_m.astype(np.float64) for primitive in model.primitives]
    points = np.concatenate(layers)
    bent = points + _followed(points, average[followed], shift, reach_m)
    bent = _off_skin(bent + face_m[NOSE_TIP], skin) - face_m[NOSE_TIP]
    ends = np.cumsum([len(layer) for layer in layers])[:-1]
    primitives = (
        replace(primitive, positions_m=layer.astype(np.float32))
        for primitive, layer in zip(model.primitives, np.split(bent, ends), strict=True)
    )
    return replace(model, primitives=tuple(primitives))


def _followed(
    points: NDArray[np.float64], average: NDArray[np.float64], shift: NDArray[np.float64], reach_m: float
) -> NDArray[np.float64]:
    """(N, 3) by how much cloth goes along with the face's points near it: a normalized Gaussian mean."""
    squared = (points**2).sum(axis=1)[:, None] - 2.0 * points @ average.T + (average**2).sum(axis=1)[None]
    weight = np.exp(-0.5 * squared / reach_m**2)
    total = weight.sum(axis=1, keepdims=True)
    # Past the last points the nearest still lead, so that ear loops move with the cheeks they hang on.
    far = total[:, 0] < 1e-3
    weight[far] = np.exp(-0.5 * (squared[far] - squared[far].min(axis=1, keepdims=True)) / reach_m**2)
    total = weight.sum(axis=1, keepdims=True)
    moved: NDArray[np.float64] = weight @ shift / (total + _HOLD)
    return moved


def _around(face_m: NDArray[np.float64], triangles: NDArray[np.uint32]) -> SkinField:
    """Distance of the skin from the upright axis, over the arc about it and the height."""
    return SkinField(_cylindrical(face_m), triangles, step_m=0.0015)


def _cylindrical(points_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3) arc, height, distance from the axis."""
    x, ahead = points_m[:, 0], points_m[:, 2] - _AXIS_Z_M
    return np.stack([_ARC_M * np.arctan2(x, ahead), points_m[:, 1], np.hypot(x, ahead)], axis=1)


def _off_skin(points_m: NDArray[np.float64], skin: SkinField) -> NDArray[np.float64]:
    """The points pushed outward until none is nearer to the skin than a cloth's thickness."""
    place = _cylindrical(points_m)
    reach_m = skin.z_m(place[:, 0], place[:, 1])
    felt = (reach_m > 0.0) & (points_m[:, 2] > _BEHIND_M)
    lacking = np.where(felt, np.clip(reach_m + _CLEAR_M - place[:, 2], 0.0, _MOST_PUSHED_M), 0.0)
    grown = 1.0 + _smoothed(place[:, :2], lacking) / np.maximum(place[:, 2], 1e-3)
    pushed = points_m.copy()
    pushed[:, 0] *= grown
    pushed[:, 2] = _AXIS_Z_M + (points_m[:, 2] - _AXIS_Z_M) * grown
    return pushed


def _smoothed(place_m: NDArray[np.float64], lacking_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) push of each point: the most of its cell and the cells around it, blended between cells."""
    low = place_m.min(axis=0) - 2.0 * _CELL_M
    at = (place_m - low) / _CELL_M
    size = np.ceil(at.max(axis=0)).astype(int) + 3
    cells = np.zeros(size)
    nearest = np.rint(at).astype(int)
    np.maximum.at(cells, (nearest[:, 0], nearest[:, 1]), lacking_m)
    wide = np.pad(cells, 1)
    around = np.max([wide[i : i + size[0], j : j + size[1]] for i in range(3) for j in range(3)], axis=0)
    corner = at.astype(int)
    u, v = (at - corner).T
    x, y = corner.T
    low_y = around[x, y] * (1 - u) + around[x + 1, y] * u
    high_y = around[x, y + 1] * (1 - u) + around[x + 1, y + 1] * u
    push: NDArray[np.float64] = low_y * (1 - v) + high_y * v
    return push
