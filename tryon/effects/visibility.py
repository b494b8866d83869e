"""Where the face can be seen: not under hair, a hand, glasses or another thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tryon.effects.canvas import Canvas


def visibility(canvas: Canvas) -> NDArray[np.float32]:
    """(h, w) float32, 1 where the face's own skin shows, 0 where something covers it; 1 all over without a mask."""
    size = (canvas.height, canvas.width)
    visible = canvas.workspace.array("visible", size)
    parts = canvas.tracks.parts
    if parts is None:
        visible.fill(1.0)
        return visible
    # Lips, eyes, brows and beard count as face skin in the mask; hands are body skin, and a thing the network does not
    # know, such as a microphone, is background. So what is not face skin covers the face. Beyond the mask: unknown.
    warped = cv2.warpAffine(
        parts.plane("face_skin"),
        canvas_from_mask(canvas, parts.mask_from_image),
        (canvas.width, canvas.height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255.0,
    )
    np.multiply(warped, np.float32(1.0 / 255.0), out=visible)
    return visible


def canvas_from_mask(canvas: Canvas, mask_from_image: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3) affine from a mask's pixels to the region's."""
    full = np.vstack([mask_from_image, [0.0, 0.0, 1.0]])
    image_from_mask = np.linalg.inv(full)[:2]
    image_from_mask[:, 2] -= (canvas.x0, canvas.y0)
    return image_from_mask
