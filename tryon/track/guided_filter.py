"""Edge-preserving smoothing of masks along the picture they belong to."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def guided_filter(
    guide: NDArray[np.float32], plane: NDArray[np.float32], radius_px: int, edge: float
) -> NDArray[np.float32]:
    """(h, w) float32: the plane, smoothed where the guide is flat and following the guide where it has edges.

    Args:
        guide: (h, w) float32 luminance, 0 to 1.
        plane: (h, w) float32.
        radius_px: Half width of the square window.
        edge: Guide variance above which an edge is kept.

    Source: He, Sun, Tang, "Guided Image Filtering" (ECCV 2010), equations 5, 6 and 8.
    """
    return guided_upsample(guide, plane, guide, radius_px, edge)


def guided_upsample(
    guide: NDArray[np.float32],
    plane: NDArray[np.float32],
    full_guide: NDArray[np.float32],
    radius_px: int,
    edge: float,
) -> NDArray[np.float32]:
    """(H, W) float32: the plane at the size of `full_guide`, with that picture's edges.

    The linear model is fitted at the plane's own size, so the cost at full size is one resize and one blend.

    Source: He, Sun, "Fast Guided Filter" (arXiv:1505.00996).
    """
    mean_guide, mean_plane = _mean(guide, radius_px), _mean(plane, radius_px)
    variance = _mean(guide * guide, radius_px) - mean_guide * mean_guide
    covariance = _mean(guide * plane, radius_px) - mean_guide * mean_plane
    # Rounding leaves a flat window a variance of about −1e-7, far below any edge.
    slope = np.asarray(covariance / (variance + np.float32(edge)), np.float32)
    offset = _mean(mean_plane - slope * mean_guide, radius_px)
    slope = _mean(slope, radius_px)
    if full_guide.shape != guide.shape:
        slope, offset = _resized(slope, full_guide.shape), _resized(offset, full_guide.shape)
    return slope * full_guide + offset


def luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(h, w) float32 luma of sRGB pixels, 0 to 1; only a guide, so the coding stays as it is."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.float32) * np.float32(1.0 / 255.0)


def _resized(plane: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.asarray(cv2.resize(plane, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)


def _mean(plane: NDArray[np.float32], radius_px: int) -> NDArray[np.float32]:
    side = 2 * radius_px + 1
    return np.asarray(cv2.blur(plane, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)
