"""Where the hair is, refined to its strands."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.effects.canvas import Canvas
from tryon.effects.visibility import canvas_from_mask

STEP = 4
"""Side in pixels of the squares for which the mask's dependence on brightness is worked out."""
_RADIUS = 3  # of the window, in squares: strands stand out from what is 12 px around them at 720p
_SAME = 0.0025  # variance of brightness (0 to 1) below which the mask is only smoothed; about 13 of 255


@dataclass(frozen=True, slots=True, eq=False)
class HairMask:
    """Coverage by hair as a straight line of each pixel's brightness, square by square.

    x0, y0: Region pixel of the first square's corner.
    gain, offset: (h, w) float32; coverage = gain · brightness + offset, brightness being the gamma-coded grey, 0 to 1.
    soft: (h, w) float32 the tracker's own mask, 0 to 1, and `near` the most of it in this and the squares around.
    local: (h, w) float32 mean brightness of the surroundings.
    """

    x0: int
    y0: int
    gain: NDArray[np.float32]
    offset: NDArray[np.float32]
    soft: NDArray[np.float32]
    near: NDArray[np.float32]
    local: NDArray[np.float32]


def hair_mask(canvas: Canvas) -> HairMask | None:
    """The hair that belongs to the canvas's face; None without a parts mask, or where it shows no hair.

    Source: He and Sun, "Fast Guided Filter", arXiv 1505.00996: the filter's line fitted on a small picture and
    applied to the large one.
    """
    parts = canvas.tracks.parts
    if parts is None:
        return None
    size = (-(-canvas.width // STEP), -(-canvas.height // STEP))
    soft = _small_mask(canvas, parts.plane("hair"), canvas_from_mask(canvas, parts.mask_from_image), size)
    rows, columns = np.flatnonzero(soft.any(1)), np.flatnonzero(soft.any(0))
    if rows.size == 0:
        return None
    top, bottom = max(0, int(rows[0]) - _RADIUS), min(size[1], int(rows[-1]) + 1 + _RADIUS)
    left, right = max(0, int(columns[0]) - _RADIUS), min(size[0], int(columns[-1]) + 1 + _RADIUS)
    mask = soft[top:bottom, left:right].astype(np.float32) * np.float32(1.0 / 255.0)
    x0, y0 = left * STEP, top * STEP
    area = canvas.source[y0 : bottom * STEP, x0 : right * STEP]
    small = cv2.resize(area, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32) * np.float32(1.0 / 255.0)
    if len(canvas.tracks.faces) > 1:
        mask *= _own_share(canvas, x0, y0, mask.shape)
    gain, offset, local = _lines(mask, grey)
    near = np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.float32)
    return HairMask(x0, y0, gain, offset, mask, near, local)


def _small_mask(
    canvas: Canvas, plane: NDArray[np.uint8], region_from_mask: NDArray[np.float64], size: tuple[int, int]
) -> NDArray[np.uint8]:
    squares_from_region = np.array([[1 / STEP, 0, 0.5 / STEP - 0.5], [0, 1 / STEP, 0.5 / STEP - 0.5], [0, 0, 1]])
    matrix = squares_from_region @ np.vstack([region_from_mask, [0.0, 0.0, 1.0]])
    warped = cv2.warpAffine(plane, matrix[:2], size, flags=cv2.INTER_LINEAR)
    return np.asarray(np.where(warped > 7, warped, 0), np.uint8)


def _lines(
    mask: NDArray[np.float32], grey: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    window = (2 * _RADIUS + 1, 2 * _RADIUS + 1)

    def mean(picture: NDArray[np.floating]) -> NDArray[np.float32]:
        return np.asarray(cv2.blur(picture, window, borderType=cv2.BORDER_REPLICATE), np.float32)

    mean_mask, mean_grey = mean(mask), mean(grey)
    covariance = mean(mask * grey) - mean_mask * mean_grey
    variance = mean(grey * grey) - mean_grey * mean_grey
    gain = covariance / (variance + np.float32(_SAME))
    return mean(gain), mean(mean_mask - gain * mean_grey), mean_grey


def _own_share(canvas: Canvas, x0: int, y0: int, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """1 nearer to this face than to any other, in units of each face's own size."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32) * STEP
    x, y = x + (canvas.x0 + x0), y + (canvas.y0 + y0)

    def distance(points: NDArray[np.float32]) -> NDArray[np.float32]:
        low, high = points[:468, :2].min(0), points[:468, :2].max(0)
        center, reach = (low + high) / 2, max(float((high - low).max()), 1.0)
        return np.asarray(np.hypot(x - center[0], y - center[1]) / reach, np.float32)

    own = distance(canvas.face.landmarks.points_px)
    nearest = np.full_like(own, 1e9)
    for face in canvas.tracks.faces:
        if face is not canvas.face:
            nearest = np.minimum(nearest, distance(face.landmarks.points_px))
    return np.asarray(np.clip(0.5 + 6.0 * (nearest - own), 0.0, 1.0), np.float32)
