"""How grainy and how sharp a photo is, so that what is drawn into it is no cleaner."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.types import Finish, Frame

_SIDE = 1600  # of the middle part that is measured at full resolution
_BLOCK = 8
_DRAWN_PX = 0.55  # standard deviation of the blur that drawn edges have already
_AGAIN_PX = 1.0
_MOST_BLUR_PX, _MOST_GRAIN = 2.5, 12.0
_SHARE = 0.8  # of the grain measured: a little less is never seen, a little more is


def photo_finish(frame: Frame) -> Finish:
    """Grain and blur of a photo at its own resolution.

    Source: noise by Immerkær (1996) on the flattest blocks; sharpness by blurring once more and comparing the slopes
    of the strongest edges (Zhuo and Sim 2011).
    """
    part = _middle(frame.pixels)
    gray = np.asarray(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), np.float32)
    return Finish(grain=_grain(gray), blur_px=_blur(gray))


def _middle(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    top, left = max((height - _SIDE) // 2, 0), max((width - _SIDE) // 2, 0)
    return np.ascontiguousarray(pixels[top : top + _SIDE, left : left + _SIDE])


def _grain(gray: NDArray[np.float32]) -> float:
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32) / 6.0
    response = np.asarray(cv2.filter2D(gray, -1, kernel), np.float32)
    height, width = (side // _BLOCK * _BLOCK for side in gray.shape)
    if min(height, width) < 4 * _BLOCK:
        return 0.0
    blocks = response[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    levels = gray[:height, :width].reshape(blocks.shape).mean(axis=(1, 3))
    spread = np.sqrt((blocks**2).mean(axis=(1, 3)))[(levels > 25) & (levels < 235)]
    if len(spread) < 30:
        return 0.0
    return float(np.clip(_SHARE * np.percentile(spread, 25.0), 0.0, _MOST_GRAIN))


def _blur(gray: NDArray[np.float32]) -> float:
    smooth = np.asarray(cv2.GaussianBlur(gray, (0, 0), _AGAIN_PX), np.float32)
    first, again = _slope(gray), _slope(smooth)
    strong = first >= max(float(np.percentile(first, 98.0)), 25.0)
    if int(strong.sum()) < 100:
        return 0.0
    ratio = float(np.percentile(first[strong] / np.maximum(again[strong], 1e-3), 75.0))  # the sharper of the edges
    sigma = _AGAIN_PX / math.sqrt(max(ratio**2 - 1.0, 1e-2))
    return float(np.clip(math.sqrt(max(sigma**2 - _DRAWN_PX**2, 0.0)), 0.0, _MOST_BLUR_PX))


def _slope(gray: NDArray[np.float32]) -> NDArray[np.float32]:
    across = np.asarray(cv2.Sobel(gray, cv2.CV_32F, 1, 0), np.float32)
    down = np.asarray(cv2.Sobel(gray, cv2.CV_32F, 0, 1), np.float32)
    return np.hypot(across, down)
