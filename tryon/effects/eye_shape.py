"""An eye as it lies in the picture: its lid edges, its size and which way up, out and forward are."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from tryon.effects import eye_curves
from tryon.effects.canvas import Canvas
from tryon.effects.topology import topology

Side = Literal["right", "left"]
SIDES: Final[tuple[Side, Side]] = ("right", "left")

EDGE_POINTS = 49
"""Points along each lid edge."""

SOCKETS: Final = (223, 222, 224, 28, 56, 30, 29, 225, 443, 442, 444, 258, 286, 260, 259, 445)
"""Skin between crease and brow; the light on it is the light on all that is painted round the eyes."""

# Per side: inner corner, outer corner, skin toward the temple at lid height, the brow's tail.
_CORNERS: Final[dict[Side, tuple[int, int, int, int]]] = {"right": (133, 33, 124, 70), "left": (362, 263, 353, 300)}
# The face's frame: outer eye corners for x, forehead and chin for y; all lie on bone, so a blink does not turn it.
_RIGHT_CORNER, _LEFT_CORNER, _FOREHEAD, _CHIN = 33, 263, 10, 152
# An eye seen this much from the side (picture width over true width) is not painted, and fully from the second on.
_EDGE_ON, _IN_VIEW = 0.30, 0.50
# Lid gap over eye width of an eye that is fully open; the median over the open-eyed stills of the test data is 0.33.
_OPEN = 0.30


@dataclass(frozen=True, slots=True, eq=False)
class EyeShape:
    """One eye in region pixels.

    side: The person's own.
    upper, lower: (EDGE_POINTS, 2) float32 lid edges from the inner corner to the outer, evenly spaced.
    upper_normal, lower_normal: (EDGE_POINTS, 2) float32 unit normals, away from the eyeball.
    width_px: Distance of the corners as it would be seen from straight ahead: the unit of every size at this eye.
    opening: 0 (closed) to 1 (fully open).
    in_view: 1 for an eye seen from ahead, falling to 0 as the head's turn hides it.
    out, up, forward: (2,) float32 picture of the face's unit vectors: toward the temple, up, and out of the face.
    temple, brow_tail: (2,) float32 skin points that show which way the skin runs from the outer corner.
    """

    side: Side
    upper: NDArray[np.float32]
    lower: NDArray[np.float32]
    upper_normal: NDArray[np.float32]
    lower_normal: NDArray[np.float32]
    width_px: float
    opening: float
    in_view: float
    out: NDArray[np.float32]
    up: NDArray[np.float32]
    forward: NDArray[np.float32]
    temple: NDArray[np.float32]
    brow_tail: NDArray[np.float32]

    @property
    def outer_corner(self) -> NDArray[np.float32]:
        """(2,) float32."""
        return np.asarray(self.upper[-1], np.float32)


def eye_shapes(canvas: Canvas) -> list[EyeShape]:
    """The face's right and left eye, without one that the head's turn hides."""
    points = canvas.points_px
    axes = np.empty((3, 2), np.float32)
    eye_curves.face_axes(points[_RIGHT_CORNER], points[_LEFT_CORNER], points[_FOREHEAD], points[_CHIN], axes)
    shapes = (_eye_shape(canvas, side, axes) for side in SIDES)
    return [shape for shape in shapes if shape.in_view > 0.0 and shape.width_px >= 3.0]


def _eye_shape(canvas: Canvas, side: Side, axes: NDArray[np.float32]) -> EyeShape:
    points = canvas.points_px
    inner, outer, temple, tail = _CORNERS[side]
    upper_rows, lower_rows = edge_rows(side)
    edges = np.empty((4, EDGE_POINTS, 2), np.float32)
    gap = eye_curves.trace_lids(canvas.dense_px, upper_rows, lower_rows, axes[1], edges)
    across = points[outer] - points[inner]
    seen, width = float(np.hypot(across[0], across[1])), float(np.sqrt(across @ across))
    in_view = float(np.clip((seen / max(width, 1e-3) - _EDGE_ON) / (_IN_VIEW - _EDGE_ON), 0.0, 1.0))
    return EyeShape(
        side=side,
        upper=edges[0],
        lower=edges[1],
        upper_normal=edges[2],
        lower_normal=edges[3],
        width_px=width,
        opening=float(np.clip(gap / max(width, 1e-3) / _OPEN, 0.0, 1.0)),
        in_view=in_view,
        out=-axes[0] if side == "right" else axes[0],
        up=axes[1],
        forward=axes[2],
        temple=points[temple, :2],
        brow_tail=points[tail, :2],
    )


@functools.cache
def edge_rows(side: Side) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Dense points of the upper and lower lid edge, both from the inner corner to the outer."""
    shape = topology()
    loop = shape.right_eye if side == "right" else shape.left_eye
    half = len(loop) // 2  # the loop runs along the lower lid to the inner corner and back along the upper lid
    upper = np.concatenate([loop[half:], loop[:1]])
    lower = loop[half::-1]
    return np.ascontiguousarray(upper), np.ascontiguousarray(lower)
