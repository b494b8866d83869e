"""Where the four straight sides of a thing lie, to a few hundredths of a pixel, though a foot hides part of them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.edges_side import REACH_PX, Side, find_side

_BIAS_PX = 0.04  # what sharpening and JPEG may shift a single side by


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Four sides found in a picture.

    corners_px: (4, 2) where the sides meet, clockwise as seen: side k runs from corner k to k + 1.
    sigma_px: (4,) standard deviation of each corner, either axis.
    support: (4,) share of each side that was seen as an edge on one straight line.
    bend_px: (4,) how far the middle of each side stands off the straight line through its ends.
    contrast: (4,) step across each side in linear light, 0 to 1; positive where the inside is brighter.
    spread_sigma_px: How far off all sides together may be, outward or inward, for light spreads.
    """

    corners_px: NDArray[np.float64]
    sigma_px: NDArray[np.float64]
    support: NDArray[np.float64]
    bend_px: NDArray[np.float64]
    contrast: NDArray[np.float64]
    spread_sigma_px: float


def trace_outline(
    pixels: NDArray[np.uint8],
    corners_px: NDArray[np.float64],
    *,
    corner_share: float = 0.04,
    reach_px: float = 6.0,
    most_samples: int = 240,
) -> Outline | None:
    """The outline that lies on the picture's edges near rough corners; None where a side has none.

    Args:
        pixels: (H, W, 3) sRGB.
        corners_px: (4, 2) clockwise as seen, off by up to `reach_px`.
        corner_share: Of each side's length at either end that is left out: corners are round, curled or worn.
        most_samples: Along a side; fewer are quicker.

    Source: our own: per profile across a side the steepest step in linear light, for blur and pixels mix light there;
    Tukey's biweight line through them; corners where lines meet. benchmarks/place_truth.py has its accuracy.
    """
    corners = np.asarray(corners_px, np.float64)
    level = max(0, int(np.ceil(np.log2(max(reach_px, 1.0) / REACH_PX))))
    found: Outline | None = None
    while True:
        scale = 2.0**level
        image = pixels if level == 0 else _shrunk(pixels, corners, scale)
        offset = np.zeros(2) if level == 0 else _box(pixels, corners)[:2].astype(np.float64)
        local = (corners - offset + 0.5) / scale - 0.5
        sides = [find_side(image, local[k], local[(k + 1) % 4], corner_share, most_samples) for k in range(4)]
        if any(side is None for side in sides):
            return None
        found = _outline([side for side in sides if side is not None], local)
        if found is None:
            return None
        corners = (found.corners_px + 0.5) * scale - 0.5 + offset
        if level == 0:
            return found
        level -= 1


def _box(pixels: NDArray[np.uint8], corners: NDArray[np.float64]) -> NDArray[np.int64]:
    """Left, top, right, bottom of the outline with room about it, even so that halving keeps the grid."""
    low = np.maximum(np.floor(corners.min(0)) - 64, 0)
    high = np.minimum(np.ceil(corners.max(0)) + 65, [pixels.shape[1], pixels.shape[0]])
    return np.concatenate([low // 2 * 2, high]).astype(np.int64)


def _shrunk(pixels: NDArray[np.uint8], corners: NDArray[np.float64], scale: float) -> NDArray[np.uint8]:
    left, top, right, bottom = _box(pixels, corners)
    width, height = int((right - left) / scale), int((bottom - top) / scale)
    crop = pixels[top : top + int(height * scale), left : left + int(width * scale)]
    return cv2.resize(crop, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _outline(sides: list[Side], near: NDArray[np.float64]) -> Outline | None:
    """Corners where neighboring sides meet; None where they hardly do or end up elsewhere."""
    corners, sigmas = np.empty((4, 2)), np.empty(4)
    for index in range(4):
        one, other = sides[index - 1], sides[index]
        normals = np.stack([one.normal, other.normal])
        sine = abs(float(np.linalg.det(normals)))
        if sine < 0.15:
            return None
        corners[index] = np.linalg.solve(normals, [float(one.normal @ one.middle), float(other.normal @ other.middle)])
        errors = [
            np.hypot(side.shift_sigma, side.turn_sigma * float(np.linalg.norm(corners[index] - side.middle)))
            for side in (one, other)
        ]
        sigmas[index] = float(np.sqrt((errors[0] ** 2 + errors[1] ** 2 + 2.0 * _BIAS_PX**2) / 2.0)) / sine
    shortest = float(np.linalg.norm(np.roll(near, -1, 0) - near, axis=1).min())
    if np.abs(corners - near).max() > max(3.0 * REACH_PX, 0.25 * shortest):
        return None
    return Outline(
        corners,
        sigmas,
        np.array([side.support for side in sides]),
        np.array([side.bend_px for side in sides]),
        np.array([side.contrast for side in sides]),
        float(np.median([side.spread_sigma_px for side in sides])),
    )
