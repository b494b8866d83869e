"""Temples: apart from the front, so that hair hides them alone, and sprung to the head's width as real ones are."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.types import Model, Primitive
from tryon.wear.frame_parts import FrameParts
from tryon.wear.skin_field import SkinField

_OUTER = 0.5  # share of half the width beyond which a point behind the hinge belongs to a temple
_CLEAR_M = 0.0018  # between temple and skin, whose width is known to about that
# A frame far too narrow is spread as far as it takes; the report says that it does not fit.
_MOST_SPRUNG_M, _MOST_BOWED_M, _MOST_BENT_M = 0.030, 0.014, 0.010


@dataclass(frozen=True, slots=True)
class Flex:
    """How far temples are bent about their hinges, metres at the ear; all zero: as made.

    out_m: Outward. bow_m: Outward halfway, on top of that. up_m: Upward, as an optician bends them.
    """

    out_m: float = 0.0
    bow_m: float = 0.0
    up_m: float = 0.0

    def differs(self, other: Flex, *, by_m: float) -> bool:
        """Whether any part is off by more than that."""
        pairs = ((self.out_m, other.out_m), (self.bow_m, other.bow_m), (self.up_m, other.up_m))
        return max(abs(a - b) for a, b in pairs) > by_m


def flex_to(
    parts: FrameParts,
    side_skin: SkinField,
    midline_from_product: NDArray[np.float64],
    *,
    ear_m: NDArray[np.float64],
) -> Flex:
    """How the temples must bend to lie along this head and rest on its ears.

    Args:
        side_skin: |x| of the head over (z, y), see `sideways`.
        ear_m: (3,) left ear's root, x on the skin.
    """
    out_m = float(ear_m[0]) + _CLEAR_M - parts.inner_x_m
    out_m = min(max(out_m, -_MOST_SPRUNG_M), _MOST_SPRUNG_M)
    bend = midline_from_product[:3, :3] @ parts.bend_m + midline_from_product[:3, 3]
    up_m = min(max(float(ear_m[1] - bend[1]), -_MOST_BENT_M), _MOST_BENT_M)
    bow_m = 0.0
    if len(parts.inside_m):
        z, inner = parts.inside_m.T
        along = _along(parts, z)
        y = np.full_like(z, parts.bend_m[1]) * along + up_m * along
        place = np.column_stack([inner, y, z]) @ midline_from_product[:3, :3].T + midline_from_product[:3, 3]
        lacking = side_skin.z_m(place[:, 2], place[:, 1]) + _CLEAR_M - (inner + out_m * along)
        belly = 4.0 * along * (1.0 - along)
        useful = belly > 0.3
        if useful.any():
            bow_m = float(np.clip((lacking[useful] / belly[useful]).max(), 0.0, _MOST_BOWED_M))
    return Flex(out_m, bow_m, up_m)


def sideways(vertices_m: NDArray[np.float64], triangles: NDArray[np.uint32]) -> SkinField:
    """|x| of a symmetric head's left side as a field over (z, y)."""
    left = vertices_m[triangles].mean(axis=1)[:, 0] > 0.0
    return SkinField(vertices_m[:, [2, 1, 0]], triangles[left], step_m=0.002)


def front_and_temples(model: Model, parts: FrameParts, flex: Flex) -> tuple[Model, Model | None, Model | None]:
    """The front, the right and the left temple, bent; None for a temple the model does not have apart."""
    pieces: list[list[Primitive]] = [[], [], []]
    for primitive in model.primitives:
        bent = _bent(primitive, parts, flex)
        middle = primitive.positions_m[primitive.triangles].mean(axis=1)
        behind = (middle[:, 2] < parts.hinge_z_m) & (np.abs(middle[:, 0]) > _OUTER * parts.half_width_m)
        piece = np.where(behind, np.where(middle[:, 0] < 0.0, 1, 2), 0)
        for index in range(3):
            chosen = primitive.triangles[piece == index]
            if len(chosen):
                pieces[index].append(with_triangles(bent, chosen))
    front = replace(model, primitives=tuple(pieces[0]))
    right, left = (replace(model, primitives=tuple(piece)) if piece else None for piece in pieces[1:])
    return front, right, left


def _along(parts: FrameParts, z_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """0 at the hinge, 1 at the bend and beyond it as far as the tip goes."""
    along: NDArray[np.float64] = np.maximum(parts.hinge_z_m - z_m, 0.0) / max(parts.hinge_z_m - parts.bend_m[2], 0.02)
    return along


def _bent(primitive: Primitive, parts: FrameParts, flex: Flex) -> Primitive:
    """The primitive with its temples bent; the angle is so small that normals stay."""
    if flex == Flex():
        return primitive
    points = primitive.positions_m.astype(np.float64)
    outer = np.abs(points[:, 0]) > _OUTER * parts.half_width_m
    along = np.where(outer, _along(parts, points[:, 2]), 0.0)
    belly = 4.0 * along * np.maximum(1.0 - along, 0.0)
    out = np.minimum(along, 1.0)  # behind the ear tips follow the head again
    points[:, 0] += np.sign(points[:, 0]) * (flex.out_m * out + flex.bow_m * belly)
    points[:, 1] += flex.up_m * along
    return replace(primitive, positions_m=points.astype(np.float32))


def with_triangles(primitive: Primitive, triangles: NDArray[np.uint32]) -> Primitive:
    """The primitive with only these of its triangles and the vertices they use."""
    used, index = np.unique(triangles, return_inverse=True)
    return replace(
        primitive,
        positions_m=primitive.positions_m[used],
        normals=primitive.normals[used],
        triangles=index.reshape(triangles.shape).astype(np.uint32),
        tangents=None if primitive.tangents is None else primitive.tangents[used],
        uv=tuple(uv[used] for uv in primitive.uv),
        colors=None if primitive.colors is None else primitive.colors[used],
    )
