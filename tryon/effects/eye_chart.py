"""Where a point of the face texture lies at its eye, in the terms a makeup artist uses."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.effects import raster
from tryon.effects.eye_shape import Side, edge_rows
from tryon.effects.masks import landmarks_texels, smoothstep
from tryon.effects.topology import MESH_POINTS, topology
from tryon.geometry import face_mesh as fm

# Beyond the outer corner upper and lower lid part along a wing's line; beyond the inner one along the tear duct's dip.
_WING_SLOPE, _DUCT_SLOPE = 0.30, 0.25
_MARGIN = 0.75  # eye widths around the eye that the chart covers
_FARTHEST = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class EyeChart:
    """Fields over a rectangle of the face texture round one eye; each is (h, w) float32.

    x0, y0: The rectangle's corner in texels.
    along: 0 at the inner corner, 1 at the outer.
    height: Eye widths above the line through both corners.
    rise: Rings of the mesh from the lash lines: 0 on them, 1 in the crease, 2 at the edge of the socket, 3 right
        below the brow. It runs all round the eye, so shapes in it close round the corners as lids do, and it is
        refined as the mesh is, so they stay smooth when the lid moves.
    upper: 1 above the eye's opening, 0 below, softer with the distance from the corners.
    """

    x0: int
    y0: int
    along: NDArray[np.float32]
    height: NDArray[np.float32]
    rise: NDArray[np.float32]
    upper: NDArray[np.float32]


@functools.cache
def eye_charts() -> tuple[EyeChart, EyeChart]:
    """The charts of the right eye and of the left."""
    return _chart("right"), _chart("left")


def _chart(side: Side) -> EyeChart:
    upper, lower = (landmarks_texels(rows).astype(np.float64) for rows in edge_rows(side))
    inner, outer = upper[0], upper[-1]
    width = float(np.hypot(*(outer - inner)))
    axis = (outer - inner) / width
    upward = np.array([-axis[1], axis[0]]) if side == "right" else np.array([axis[1], -axis[0]])
    x0, y0 = np.floor(np.minimum(inner, outer) - _MARGIN * width).astype(int)
    x1, y1 = np.ceil(np.maximum(inner, outer) + _MARGIN * width).astype(int)
    offset = np.stack(np.meshgrid(np.arange(x0, x1), np.arange(y0, y1)), -1) - inner
    along, height = offset @ axis / width, offset @ upward / width
    middle = (upper + lower) / 2 - inner
    border = np.interp(along, middle @ axis / width, middle @ upward / width)
    past, before = np.maximum(0.0, along - 1.0), np.maximum(0.0, -along)
    border += _WING_SLOPE * past - _DUCT_SLOPE * before
    above = smoothstep(-1.0, 1.0, (height - border) / (0.02 + 0.35 * (past + before)))
    rise = _rise(side, int(x0), int(y0), along.shape)
    return EyeChart(int(x0), int(y0), along.astype(np.float32), height.astype(np.float32), rise, above)


def _rise(side: Side, x0: int, y0: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    mesh = topology()
    rings = _rings(fm.RIGHT_EYE if side == "right" else fm.LEFT_EYE)
    values = mesh.dense(np.stack([rings, rings], 1))
    places = np.zeros((len(mesh.uv), 3), np.float32)
    places[:, :2] = landmarks_texels(np.arange(len(mesh.uv), dtype=np.int32)) - np.array([x0, y0], np.float32)
    rise, unused, depth = (np.empty(shape, np.float32) for _ in range(3))
    raster.rasterize(places, values, mesh.triangles, rise, unused, depth)
    # −1 marks what no triangle covers; smooth subdivision may dip a little under 0 beside the contour.
    return np.where(rise > -0.9, np.maximum(rise, 0.0), np.float32(_FARTHEST))


def _rings(loop: tuple[int, ...]) -> NDArray[np.float64]:
    """(468,) steps along mesh edges from each landmark to the eye's contour."""
    steps = np.full(MESH_POINTS, _FARTHEST)
    steps[list(loop)] = 0.0
    edges = np.array(list(topology().subdivision.edge_of))
    edges = edges[(edges < MESH_POINTS).all(1)]
    for _ in range(int(_FARTHEST)):
        for a, b in (edges.T, edges.T[::-1]):
            np.minimum.at(steps, a, steps[b] + 1.0)
    return steps
