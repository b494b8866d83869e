"""Where color lies on the lips: coverage drawn from the fitted outline, off the teeth, soft at the edge."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.effects import paint, raster
from tryon.effects.canvas import Box, Canvas, Patch
from tryon.effects.lip_contour import LipContour
from tryon.effects.lip_ring import outward
from tryon.effects.masks import Mask, landmarks_texels, mask_from
from tryon.effects.mouth_kernels import keep_off_teeth
from tryon.effects.topology import TEXTURE_SIZE, topology

_EDGE = 0.007  # deviation of the edge's softness in lip widths: a careful hand's, measured on worn lipstick
_SHARPEST_PX = 0.55  # a camera's own blur; a harder edge looks cut out
_FULLEST = 0.06  # greatest growth in lip heights: more leaves the vermilion's own roll
_COARSE_PX = 160
_PARTED_PX = 1.0  # mouths open less show no teeth


def lip_coverage(canvas: Canvas, *, fullness: float = 0.0, beyond_px: float = 0.0) -> Patch | None:
    """Box and coverage of the lips; None when they lie outside the picture.

    Args:
        fullness: −1 to 1; moves the outer edge in or out by up to 6 % of the lips' height, least at the corners.
        beyond_px: Moves the whole outer edge outward.
    """
    lips = canvas.lips
    outer = grown(lips, fullness, beyond_px)
    sigma = max(_SHARPEST_PX, _EDGE * lips.width_px)
    box = canvas.box(outer, margin_px=3.0 * sigma + 1.0)
    if box[2] <= box[0] or box[3] <= box[1]:
        return None
    opening = filled(lips.inner, box)
    coverage = np.asarray(cv2.GaussianBlur(filled(outer, box), (0, 0), sigma), np.float32)
    coverage *= 1.0 - opening  # soft toward the skin, as sharp as pixels allow toward the teeth
    near = _near_opening(lips, opening)
    lightness, redness = redder_than_teeth(lips)
    keep_off_teeth(canvas.source, canvas.u, canvas.mouth, near, box, lightness, redness, coverage)
    return box, coverage


def lip_depth(canvas: Canvas, box: Box) -> NDArray[np.float32]:
    """(h, w) float32 over a box: −1 at the upper lip's border, 0 where the lips meet, 1 at the lower lip's border."""
    mask = _depth()
    depth = np.empty((box[3] - box[1], box[2] - box[0]), np.float32)
    paint.sample_mask(canvas.u, canvas.v, mask.texture, mask.origin_x, mask.origin_y, TEXTURE_SIZE, box, depth)
    depth *= 2.0
    depth -= 1.0
    depth[canvas.u[box[1] : box[3], box[0] : box[2]] < 0.0] = 0.0  # within the mesh's own opening
    return depth


def redder_than_teeth(lips: LipContour) -> tuple[float, float]:
    """Lightness of the lips, and the smaller of lips' and skin's redness, red–green over lightness."""
    redness = min(color[1] / max(color[0], 1.0) for color in (lips.lip, lips.skin))
    return float(lips.lip[0]), float(redness)


def filled(loop: NDArray[np.float32], box: Box) -> NDArray[np.float32]:
    """(h, w) float32 share of each pixel of a box that lies inside a closed loop (n, 2) of region pixels."""
    coverage = np.zeros((box[3] - box[1], box[2] - box[0]), np.float32)
    if box[2] - box[0] < _COARSE_PX:
        loop = loop[::2]  # half the points still lie within 0.05 px of the curve, at half the time
    raster.fill_polygon(np.ascontiguousarray(loop, np.float32), box[0], box[1], coverage)
    return coverage


def height_px(lips: LipContour) -> float:
    """Height of both lips at the middle, without the opening between them."""
    quarter = len(lips.outer) // 4
    top, bottom = lips.outer[quarter], lips.outer[3 * quarter]
    gap = lips.inner[quarter] - lips.inner[3 * quarter]
    return max(0.0, float(np.hypot(*(bottom - top))) - float(np.hypot(*gap)))


def grown(lips: LipContour, fullness: float, beyond_px: float = 0.0) -> NDArray[np.float32]:
    """The outer loop moved as `lip_coverage` says."""
    if fullness == 0.0 and beyond_px == 0.0:
        return lips.outer
    count = len(lips.outer)
    share = np.abs(np.sin(np.arange(count) * (2.0 * np.pi / count))) ** 0.6
    distance_px = share * (fullness * _FULLEST * height_px(lips)) + beyond_px
    return np.asarray(lips.outer + outward(lips.outer) * distance_px[:, None], np.float32)


def _near_opening(lips: LipContour, opening: NDArray[np.float32]) -> NDArray[np.float32]:
    """(h, w) 1 in the opening and beside it, 0 a pixel or 1.5 % of the lips' width away."""
    if lips.opening_px < _PARTED_PX or lips.lip[0] == 0.0:
        return np.zeros_like(opening)
    size = 2 * max(1, round(0.015 * lips.width_px)) + 1
    near = cv2.blur(opening, (size, size))
    np.multiply(near, 4.0, out=near)
    return np.asarray(np.minimum(near, 1.0, out=near), np.float32)


@functools.cache
def _depth() -> Mask:
    # In the texture the mouth is shut: its opening is a line, so the outer loop's inside is all lip.
    shape = topology()
    outline, line = landmarks_texels(shape.lips_outer), landmarks_texels(shape.mouth[: len(shape.mouth) // 2 + 1])
    inside = np.zeros((TEXTURE_SIZE, TEXTURE_SIZE), np.uint8)
    cv2.fillPoly(inside, [np.rint(outline * 16).astype(np.int32)], 1, shift=4)
    apart = np.ones_like(inside)
    cv2.polylines(apart, [np.rint(line * 16).astype(np.int32)], False, 0, 1, shift=4)
    to_border = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
    to_meeting = cv2.distanceTransform(apart, cv2.DIST_L2, 5)
    depth = to_meeting / np.maximum(to_meeting + to_border, 1e-3)
    depth[inside == 0] = 1.0
    middle = np.interp(np.arange(TEXTURE_SIZE), line[:, 0], line[:, 1])
    side = np.where(np.arange(TEXTURE_SIZE)[:, None] < middle, -1.0, 1.0)
    return mask_from(0.5 + 0.5 * side * depth)
