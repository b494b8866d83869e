"""Where the wrist and each finger are, as frames that products for hands fit: +Y along, +Z out of the back.

Proportions are parts of the length of the hand. Source: means of women and men over the hand length of 187 mm:
wrist circumference 165 mm at 1.42 times as wide as thick (ANSUR II, Gordon et al. 2014); ring sizes 54 and 62
(ISO 8653) of European women's and men's ring fingers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.wear.hand import WRIST, Hand

WRIST_WIDTH, WRIST_THICKNESS = 0.326, 0.230
FINGERS = {
    "thumb": (1, 2, 3, 4),
    "index": (5, 6, 7, 8),
    "middle": (9, 10, 11, 12),
    "ring": (13, 14, 15, 16),
    "little": (17, 18, 19, 20),
}
# Diameter where a ring sits.
FINGER_DIAMETER = {"thumb": 0.116, "index": 0.103, "middle": 0.104, "ring": 0.0985, "little": 0.084}
# From the knuckle, of the way to the next joint: just beyond the web between the fingers.
_RING_AT = 0.60


def wrist_frame(hand: Hand) -> NDArray[np.float64]:
    """(4, 4) camera_from_wrist: origin in the middle of the wrist, +Y toward the hand, +Z out of its back."""
    return _frame(hand.points_m[WRIST], hand.forearm, hand.back)


def finger_frame(hand: Hand, finger: str) -> NDArray[np.float64]:
    """(4, 4) camera_from_finger: origin where a ring sits, +Y toward the tip, +Z out of the finger's back."""
    joints = FINGERS[finger]
    base, joint = (joints[1], joints[2]) if finger == "thumb" else (joints[0], joints[1])
    along = hand.points_m[joint] - hand.points_m[base]
    middle = hand.points_m[base] + _RING_AT * along
    if finger == "thumb":
        # Its nail looks sideways: away from the other fingers, half out of the back.
        aside = hand.points_m[5] - hand.points_m[17]
        return _frame(middle, along, hand.back + aside / max(float(np.linalg.norm(aside)), 1e-9))
    # A finger bends about the line across the knuckles, so that line stays its own X.
    across = np.cross(hand.points_m[9] - hand.points_m[WRIST], hand.back)
    return _frame(middle, along, np.cross(across, along))


def _frame(origin: NDArray[np.float64], along: NDArray[np.float64], out: NDArray[np.float64]) -> NDArray[np.float64]:
    y = along / max(float(np.linalg.norm(along)), 1e-12)
    z = out - (out @ y) * y
    z = z / max(float(np.linalg.norm(z)), 1e-12)
    frame = np.eye(4)
    frame[:3, :3] = np.stack([np.cross(y, z), y, z], axis=1)
    frame[:3, 3] = origin
    return frame
