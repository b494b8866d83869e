"""A brow as it lies in the picture, and the shape it is to have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.effects.brow_hairs import SAMPLES, trace_brow
from tryon.effects.canvas import Canvas
from tryon.geometry import face_mesh as fm

# Upper and lower edge from the head to the tail.
_EDGES: Final = tuple(
    (np.array(outline[4::-1], np.int32), np.array(outline[5:], np.int32)) for outline in (fm.RIGHT_BROW, fm.LEFT_BROW)
)
_SHORTEST_PX = 4.0
_ALONG: Final = np.linspace(0.0, 1.0, SAMPLES)
# Half height along the brow, from head to tail, as shares of the greatest: full to the arch, then tapering.
_TAPER: Final = np.interp(_ALONG, [0.0, 0.12, 0.35, 0.60, 0.85, 1.0], [0.72, 0.95, 1.0, 0.86, 0.44, 0.12])
_PEAK: Final = np.exp(-(((_ALONG - 0.66) / 0.22) ** 2))
_ROUND: Final = 1.1 * np.sin(np.pi * _ALONG) ** 1.2
_ANGLE: Final = np.convolve(
    np.pad(np.interp(_ALONG, [0.0, 0.60, 0.70, 1.0], [0.0, 1.10, 1.12, 0.0]), 3, mode="edge"),
    np.full(7, 1 / 7),
    "valid",
)
_BEND: Final = np.sin(np.pi * _ALONG) ** 1.5 - 0.5
_FARTHEST: Final = 0.5
_EDGE_ON, _IN_VIEW = 0.30, 0.50


@dataclass(frozen=True, slots=True, eq=False)
class BrowShape:
    """The landmarks' outline of one brow.

    place: (6,) float32: head x, y; the vector that takes an offset from it to 0 (head) … 1 (tail); the unit vector up.
    center, half: (SAMPLES,) float32 along the brow: the outline's middle above the line from head to tail, and half
        its height, in pixels.
    corners: (10, 2) the landmarks. in_view: 1, falling to 0 as the head's turn hides it.
    """

    place: NDArray[np.float32]
    center: NDArray[np.float32]
    half: NDArray[np.float32]
    corners: NDArray[np.float32]
    in_view: float


def brow_shapes(canvas: Canvas) -> list[BrowShape]:
    """The face's right and left brow, without one that the head's turn hides."""
    shapes = [_brow_shape(canvas, *edges) for edges in _EDGES]
    return [shape for shape in shapes if shape is not None]


def _brow_shape(canvas: Canvas, over: NDArray[np.int32], under: NDArray[np.int32]) -> BrowShape | None:
    place = np.empty(6, np.float32)
    center, half = np.empty(SAMPLES, np.float32), np.empty(SAMPLES, np.float32)
    share = trace_brow(canvas.points_px, over, under, place, center, half)
    in_view = min(1.0, max(0.0, (share - _EDGE_ON) / (_IN_VIEW - _EDGE_ON)))
    if in_view <= 0.0 or float(np.hypot(place[2], place[3])) > 1.0 / _SHORTEST_PX:
        return None
    return BrowShape(place, center, half, canvas.points_px[np.concatenate([over, under]), :2], in_view)


def wanted_shape(
    shape: BrowShape, style: str, *, curvature: float, thickness: float, own_half: float
) -> NDArray[np.float32]:
    """(2, SAMPLES) float32 middle and half height of the wanted brow, relative to the hairs' own line.

    In half heights of the outline, from head to tail. own_half: The hairs' half height in the same unit.
    """
    height = (own_half * (1.0 + 0.45 * thickness)) * _TAPER
    if style == "natural" and curvature == 0.0:
        return np.stack([np.zeros_like(height), height]).astype(np.float32)
    own = shape.center / float(shape.half.mean())
    arch = max(0.5, float(own.max()))
    match style:
        case "straight":
            line = 0.45 * own
        case "arched":
            line = own + 0.30 * arch * _PEAK
        case "rounded":
            line = 0.25 * own + 0.75 * arch * _ROUND
        case "soft_angled":
            line = 0.30 * own + 0.75 * arch * _ANGLE
        case _:
            line = own
    moved = line - own
    moved = moved - moved.mean() + 0.55 * curvature * _BEND
    # Pencil and concealer move a brow by half its own height at most; more would show two brows.
    return np.stack([np.clip(moved, -_FARTHEST * own_half, _FARTHEST * own_half), height]).astype(np.float32)
