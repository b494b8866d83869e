"""Where the face can be seen: not under hair, a hand, glasses or another thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tryon.effects.canvas import Canvas

# Face skin's probability at which paint begins to show and at which it is whole. A soft edge would leave a film of
# paint on hands and thin it on skin: on 48 pasted hands 0.9 % of the paint lies on the hand with the bare
# probability, 0.5 % with this step, and less of the clean face is lost (benchmarks/region_iou.py).
_HIDDEN, _SEEN = 0.2, 0.85
# The hand as thick bones: what joins the 21 points (MediaPipe hands), and a finger's width as a share of the span of
# the knuckles; four fingers and their gaps make it up.
_BONES = (
    (0, 1), (1, 2), (2, 3), (3, 4), (5, 6), (6, 7), (7, 8), (9, 10), (10, 11), (11, 12),
    (13, 14), (14, 15), (15, 16), (17, 18), (18, 19), (19, 20),
)  # fmt: skip
_PALM = (0, 1, 5, 9, 13, 17)
_FINGER_WIDTH = 0.27
_LEAST_SPAN = 0.45  # of the palm's length, for hands seen from the side
_WRIST = 0.6  # of the palm's length: how far the arm is drawn, as wide as the palm


def visibility(canvas: Canvas) -> NDArray[np.float32]:
    """(h, w) float32, 1 where the face's own skin shows, 0 where something covers it; 1 all over when unknown.

    Lips, eyes, brows and beard count as face skin in the parts mask; hair, the frames of glasses, masks and hands do
    not, and a thing the network does not know, such as a microphone, is background. Hands that a hands tracker found
    are left out as well.
    """
    size = (canvas.height, canvas.width)
    visible = canvas.workspace.array("visible", size)
    parts = canvas.tracks.parts
    if parts is None:
        visible.fill(1.0)
    else:
        warped = cv2.warpAffine(
            parts.plane("face_skin"),
            canvas_from_mask(canvas, parts.mask_from_image),
            (canvas.width, canvas.height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=255.0,  # beyond the mask nothing is known
        )
        cv2.LUT(warped, _STEP, dst=visible)
    for hand in canvas.tracks.hands:
        _cover(visible, hand.points_px[:, :2] - np.array([canvas.x0, canvas.y0], np.float32))
    return visible


def canvas_from_mask(canvas: Canvas, mask_from_image: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3) affine from a mask's pixels to the region's."""
    full = np.vstack([mask_from_image, [0.0, 0.0, 1.0]])
    image_from_mask = np.linalg.inv(full)[:2]
    image_from_mask[:, 2] -= (canvas.x0, canvas.y0)
    return image_from_mask


def _cover(visible: NDArray[np.float32], points: NDArray[np.float32]) -> None:
    """Take a hand's silhouette, (21, 2) region points, out of visible (h, w), in place."""
    height, width = visible.shape
    palm = float(np.hypot(*(points[9] - points[0])))
    span = max(float(np.hypot(*(points[5] - points[17]))), _LEAST_SPAN * palm)
    arm = points[0] + _WRIST * (points[0] - points[9])
    outline = np.concatenate([points, arm[None]])
    if not np.isfinite(outline).all():
        return
    low, high = outline.min(0) - span, outline.max(0) + span
    x0, y0 = max(0, int(low[0])), max(0, int(low[1]))
    x1, y1 = min(width, int(high[0]) + 1), min(height, int(high[1]) + 1)
    if x1 <= x0 or y1 <= y0:
        return
    hand = np.zeros((y1 - y0, x1 - x0), np.uint8)
    fixed = np.clip(np.rint((outline - (x0, y0)) * 16.0), -(2**20), 2**20).astype(np.int32)
    finger_px = max(1, round(_FINGER_WIDTH * span))
    for start, end in _BONES:
        cv2.line(hand, fixed[start].tolist(), fixed[end].tolist(), 255, finger_px, cv2.LINE_AA, 4)
    cv2.fillPoly(hand, [fixed[list(_PALM)]], 255, cv2.LINE_AA, 4)
    cv2.line(hand, fixed[0].tolist(), fixed[21].tolist(), 255, max(1, round(0.6 * span)), cv2.LINE_AA, 4)
    part = visible[y0:y1, x0:x1]
    np.minimum(part, 1.0 - hand.astype(np.float32) / 255.0, out=part)


def _step() -> NDArray[np.float32]:
    """(256,) how visible skin of that probability is."""
    t = np.clip((np.arange(256) / 255.0 - _HIDDEN) / (_SEEN - _HIDDEN), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


_STEP = _step()
