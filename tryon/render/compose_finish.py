"""What a camera does to all it sees, done to what is drawn: a little blur, and grain."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.types.scene import Finish

_ITEM = 160  # of the fourth channel, from which an item covers a pixel; see `blend_kernel`
_GRAIN_SIDE = 256
_LEAST_GRAIN, _LEAST_BLUR_PX = 0.4, 0.25


def finish(pixels: NDArray[np.uint8], drawn: NDArray[np.uint8], look: Finish, first: tuple[int, int]) -> None:
    """Give drawn items the photo's blur and grain, in place; the photo itself stays as it is.

    Args:
        pixels: (h, w, 3) sRGB codes of the box. drawn: (h, w, 4), whose fourth channel says what covers a pixel.
        first: x and y of the box in the picture, so that grain stays in place while things move.
    """
    grainy, soft = look.grain >= _LEAST_GRAIN, look.blur_px >= _LEAST_BLUR_PX
    if not (grainy or soft):
        return
    item = np.asarray(drawn[..., 3] >= _ITEM, np.uint8)
    columns, rows = np.flatnonzero(item.any(axis=0)), np.flatnonzero(item.any(axis=1))
    if not len(columns):
        return
    border = 2 + int(3.0 * look.blur_px)
    left, right = max(int(columns[0]) - border, 0), min(int(columns[-1]) + 1 + border, item.shape[1])
    top, bottom = max(int(rows[0]) - border, 0), min(int(rows[-1]) + 1 + border, item.shape[0])
    part, mask = pixels[top:bottom, left:right], item[top:bottom, left:right]
    share = np.asarray(cv2.dilate(mask, np.ones((3, 3), np.uint8)), np.uint8) if soft else mask
    changed = part.astype(np.float32)
    if soft:
        changed = np.asarray(cv2.GaussianBlur(changed, (0, 0), look.blur_px), np.float32)
    if grainy:
        down, along = (first[1] + top) % _GRAIN_SIDE, (first[0] + left) % _GRAIN_SIDE
        tiles = -(-part.shape[0] // _GRAIN_SIDE) + 1, -(-part.shape[1] // _GRAIN_SIDE) + 1
        grain = np.tile(_grain(), (*tiles, 1))[down : down + part.shape[0], along : along + part.shape[1]]
        changed += np.float32(look.grain) * grain
    np.copyto(part, np.clip(changed + 0.5, 0.0, 255.0).astype(np.uint8), where=share[..., None] > 0)


@functools.cache
def _grain() -> NDArray[np.float32]:
    """(256, 256, 3) noise of standard deviation 1, somewhat alike in the channels and in neighbors, as after JPEG."""
    rng = np.random.default_rng(3)
    shared = rng.normal(0.0, 1.0, (_GRAIN_SIDE, _GRAIN_SIDE, 1))
    noise = (0.85 * shared + 0.53 * rng.normal(0.0, 1.0, (_GRAIN_SIDE, _GRAIN_SIDE, 3))).astype(np.float32)
    smooth = np.asarray(cv2.GaussianBlur(noise, (0, 0), 0.55, borderType=cv2.BORDER_REFLECT), np.float32)
    return smooth / np.float32(smooth.std())
