"""The person mask at the picture's own size, its edge on the picture's edge."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.track.guided_filter import guided_upsample, luminance
from tryon.types import Frame, PersonMask

# Longer side at which the edge is fitted; and the filter's window and edge variance there.
_FIT_PX, _RADIUS_PX, _EDGE = 384, 5, 4e-4
# The fit leaves a haze over flat parts; alphas this near to 0 or 1 are taken for them.
_HAZE = 0.06


def person_alpha(frame: Frame, mask: PersonMask, *, refined: bool = True) -> NDArray[np.uint8]:
    """(H, W) uint8 alpha of the person at the picture's size.

    Args:
        refined: Pull the mask's edge onto the picture's edges with a guided filter; else it is only enlarged.
    """
    height, width = frame.height, frame.width
    if not refined:
        return _enlarged(mask.alpha, mask.mask_from_image, width, height)
    scale = min(1.0, _FIT_PX / max(width, height))
    columns, rows = max(1, round(width * scale)), max(1, round(height * scale))
    image_from_small = np.array(
        (
            (width / columns, 0.0, 0.5 * width / columns - 0.5),
            (0.0, height / rows, 0.5 * height / rows - 0.5),
            (0, 0, 1),
        )
    )
    coarse = _enlarged(mask.alpha, mask.mask_from_image @ image_from_small, columns, rows)
    full_guide = luminance(frame.pixels)
    guide = np.asarray(cv2.resize(full_guide, (columns, rows), interpolation=cv2.INTER_AREA), np.float32)
    alpha = guided_upsample(guide, coarse.astype(np.float32) / np.float32(255.0), full_guide, _RADIUS_PX, _EDGE)
    alpha = (alpha - np.float32(_HAZE)) / np.float32(1.0 - 2.0 * _HAZE)
    return np.round(np.clip(alpha, 0.0, 1.0) * np.float32(255.0)).astype(np.uint8)


def _enlarged(
    alpha: NDArray[np.uint8], mask_from_target: NDArray[np.float64], columns: int, rows: int
) -> NDArray[np.uint8]:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(
        cv2.warpAffine(alpha, mask_from_target, (columns, rows), flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8
    )
