"""Masks painted once in the face's UV texture and used for every frame.

A mask is drawn in texels of a 1024 × 1024 square by the functions here, from landmarks' texture positions, and
holds only its bounding box. Each of its separate patches knows the dense mesh points around it, so a frame's work
is bounded by where the patch lies in the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.effects.topology import TEXTURE_SIZE, topology

Texels = NDArray[np.float32]
"""(n, 2) positions in texels, x right, y down, centres at integers."""

_BLOCK = 16  # patches are told apart at this pitch, so that specks of one pattern stay together


@dataclass(frozen=True, slots=True, eq=False)
class Mask:
    """Where a layer goes, in face UV.

    texture: (h, w) uint8, 0 to 255; origin_x, origin_y: its corner in the full texture, in texels.
    patches: For each separate patch, the dense mesh points that bound it.
    """

    texture: NDArray[np.uint8]
    origin_x: int
    origin_y: int
    patches: tuple[NDArray[np.int32], ...]


def mask_from(picture: NDArray[np.floating]) -> Mask:
    """The mask of a full (1024, 1024) float picture, 0 to 1."""
    texture = (np.clip(picture, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)
    rows, columns = np.flatnonzero(texture.any(1)), np.flatnonzero(texture.any(0))
    if rows.size == 0:
        return Mask(np.zeros((2, 2), np.uint8), 0, 0, ())
    top, bottom = max(0, rows[0] - 1), min(TEXTURE_SIZE, rows[-1] + 2)
    left, right = max(0, columns[0] - 1), min(TEXTURE_SIZE, columns[-1] + 2)
    cropped = np.ascontiguousarray(texture[top:bottom, left:right])
    return Mask(cropped, int(left), int(top), _patches(texture))


def landmarks_texels(indices: Sequence[int] | NDArray[np.int32]) -> Texels:
    """Texel positions of landmarks (below 468) or of any dense points."""
    return np.asarray(topology().uv[np.asarray(indices)] * TEXTURE_SIZE - 0.5, np.float32)


def polygon(outline: Texels, *, feather: float = 1.0) -> NDArray[np.float32]:
    """(1024, 1024) float32 picture of a closed polygon whose edge falls off over about ±feather texels."""
    picture = np.zeros((TEXTURE_SIZE, TEXTURE_SIZE), np.uint8)
    cv2.fillPoly(picture, [_fixed(outline)], 255, lineType=cv2.LINE_AA, shift=4)
    return blur(picture.astype(np.float32) / np.float32(255.0), feather)


def stroke(
    path: Texels, width: float | Sequence[float] | NDArray[np.floating], *, feather: float = 1.0
) -> NDArray[np.float32]:
    """(1024, 1024) float32 picture of an open path; width in texels, one or per path point (it is interpolated)."""
    widths = np.broadcast_to(np.asarray(width, np.float32), (len(path),))
    fine, fine_width = _resample(path, widths)
    before, after = np.roll(fine, 1, 0), np.roll(fine, -1, 0)
    before[0], after[-1] = fine[0], fine[-1]
    tangent = after - before
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1) / np.maximum(np.linalg.norm(tangent, axis=1), 1e-6)[:, None]
    half = normal * (fine_width / 2)[:, None]
    return polygon(np.concatenate([fine + half, (fine - half)[::-1]]), feather=feather)


def ellipse(
    center: Texels, axes: tuple[float, float], *, angle_rad: float = 0.0, softness: float = 0.5
) -> NDArray[np.float32]:
    """(1024, 1024) float32 soft spot: 1 inside (1 − softness) of the half axes, 0 outside them, smooth between."""
    y, x = np.mgrid[:TEXTURE_SIZE, :TEXTURE_SIZE].astype(np.float32)
    dx, dy = x - center[0], y - center[1]
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    radius = np.hypot((dx * c + dy * s) / axes[0], (dy * c - dx * s) / axes[1])
    return smoothstep(1.0, 1.0 - softness, radius)


def smoothstep(low: float, high: float, value: NDArray[np.floating]) -> NDArray[np.float32]:
    """0 at low, 1 at high, smooth between (low may exceed high)."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def blur(picture: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Gaussian blur by sigma texels; sigma under 0.3 leaves the picture as it is."""
    if sigma < 0.3:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.float32)


def grow(picture: NDArray[np.float32], texels: float) -> NDArray[np.float32]:
    """The picture's half-level outline moved outward (or inward when negative) by that many texels, edge 1 wide."""
    inside = (picture > 0.5).astype(np.uint8)
    distance = cv2.distanceTransform(inside, cv2.DIST_L2, 5) - cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5)
    return smoothstep(-texels - 1.0, -texels + 1.0, distance)


def _fixed(points: Texels) -> NDArray[np.int32]:
    return np.asarray(np.rint(points * 16.0), np.int32).reshape(-1, 1, 2)


def _resample(path: Texels, widths: NDArray[np.float32]) -> tuple[Texels, NDArray[np.float32]]:
    """A Catmull–Rom curve through the path, eight points a span."""
    padded = np.concatenate([[2 * path[0] - path[1]], path, [2 * path[-1] - path[-2]]])
    t = np.linspace(0, 1, 8, endpoint=False, dtype=np.float32)[:, None]
    spans = [
        0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        for p0, p1, p2, p3 in zip(padded, padded[1:], padded[2:], padded[3:], strict=False)
    ]
    at = (np.arange(len(path) - 1)[:, None] + t.T).ravel()
    fine = np.concatenate([*spans, path[-1:]]).astype(np.float32)
    fine_width = np.interp([*at, len(path) - 1], np.arange(len(path)), widths).astype(np.float32)
    return fine, fine_width


def _patches(texture: NDArray[np.uint8]) -> tuple[NDArray[np.int32], ...]:
    blocks = texture.reshape(TEXTURE_SIZE // _BLOCK, _BLOCK, -1, _BLOCK).any((1, 3)).view(np.uint8)
    count, label = cv2.connectedComponents(np.asarray(blocks, np.uint8), connectivity=8)
    uv = topology().uv
    triangles = topology().triangles
    corners = uv[triangles] * (TEXTURE_SIZE / _BLOCK)
    low, high = corners.min(1), corners.max(1)
    patches: list[NDArray[np.int32]] = []
    for k in range(1, count):
        rows, columns = np.nonzero(label == k)
        left, right, top, bottom = columns.min(), columns.max() + 1, rows.min(), rows.max() + 1
        near = (low[:, 0] < right) & (high[:, 0] > left) & (low[:, 1] < bottom) & (high[:, 1] > top)
        points = np.unique(triangles[near])
        if points.size:
            patches.append(points.astype(np.int32))
    return tuple(patches)
