"""How much lower or higher a person's lobes hang than an average face's, read from where the skin of the ear ends.

Ears differ by more than a centimetre in how low they reach, which no point of the face tells. In the parts mask an ear
beside a face is skin that ends downward at the lobe.

Source: our derivation; benchmarks/ear_lobes.py measures it on hand-labelled ears.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.types import Camera, Head, PartsMask
from tryon.wear.head_proxy import ear_points
from tryon.wear.lobe_kernel import read_skin

_FROM_M, _TO_M, _STEP_M = 0.014, -0.030, 0.001  # heights beside the expected lobe that are looked at
_OUT_M = (0.002, 0.004)  # and how far outward of it
_SKIN = 0.45
_WORN_OR_SKIN = np.array([PartsMask.CLASSES.index(name) for name in ("face_skin", "body_skin", "other")])
_PIERCED_M = 0.006  # lobes are pierced this far above their lower edge
_MOST_M = 0.014
_BESIDE_M = (0.010, -0.010)  # how far outward and inward of a lobe the edge of its skin is looked for
_INSIDE_M, _MOST_INWARD_M = 0.003, 0.008  # a hook goes through this far inside that edge
_FRONTAL_RAD = math.radians(25.0)  # from the side the neck lies under the lobe, and skin does not end there
_SETTLE_S, _STEP_S = 1.5, 0.1
# (3 × n, 3) three lines beside a lobe, from outward to inward, 2 mm apart in height; head axes of the left ear.
_OUT = np.arange(_BESIDE_M[0], _BESIDE_M[1], -_STEP_M)
_BESIDE = np.stack([np.tile(_OUT, 3), np.repeat([-0.002, 0.0, 0.002], len(_OUT)), np.zeros(3 * len(_OUT))], axis=1)


def lobe_shift_m(head: Head, camera: Camera, parts: PartsMask) -> float | None:
    """By how many metres both lobes are higher than expected, in head axes; None where no ear shows its end."""
    turn = head.camera_from_head[:3, :3]
    sight = -head.camera_from_head[:3, 3] / max(float(np.linalg.norm(head.camera_from_head[:3, 3])), 1e-9)
    if math.acos(min(1.0, max(-1.0, float(turn[:, 2] @ sight)))) > _FRONTAL_RAD:
        return None
    ears = ear_points(head)
    found = [
        shift
        for side, lobe_m in ((1.0, ears.lobe_left), (-1.0, ears.lobe_right))
        if (shift := _end_of_skin(lobe_m, side, turn, head.scale, camera, parts)) is not None
    ]
    if not found:
        return None
    mean_m = sum(found) / len(found) + _PIERCED_M * head.scale
    return min(max(mean_m, -_MOST_M * head.scale), _MOST_M * head.scale)


def lobe_inward_m(
    head: Head, lobe_m: NDArray[np.float64], side: float, camera: Camera, parts: PartsMask
) -> float | None:
    """By how many metres a lobe must move inward to lie on skin, 0 to 8 mm; None where no skin's edge is near.

    Args:
        lobe_m: (3,) the expected lobe, camera space. side: 1 for the left ear, −1 for the right.
    """
    turn, scale = head.camera_from_head[:3, :3], head.scale
    lines_m = _BESIDE * (side * scale, scale, scale)
    skin = _skin(parts, camera.project(lobe_m + lines_m @ turn.T))
    if skin is None:
        return None
    there = np.flatnonzero(skin.reshape(3, -1).max(axis=0) >= _SKIN)
    if not len(there) or there[0] == 0:
        return None
    inside_m = _INSIDE_M * scale - float(_OUT[there[0]]) * scale
    return min(max(inside_m, 0.0), _MOST_INWARD_M * scale)


def _end_of_skin(
    lobe_m: NDArray[np.float64],
    side: float,
    turn: NDArray[np.float64],
    scale: float,
    camera: Camera,
    parts: PartsMask,
) -> float | None:
    """Height over the expected lobe at which the ear's skin ends, going down; the lower of two lines."""
    heights = np.arange(_FROM_M, _TO_M, -_STEP_M) * scale
    ends = []
    for out_m in _OUT_M:
        along_m = np.stack([np.full_like(heights, side * out_m * scale), heights, 0.0 * heights], axis=1)
        skin = _skin(parts, camera.project(lobe_m + along_m @ turn.T))
        if skin is None or float(skin[:5].min()) < 0.6:
            continue
        bare = np.flatnonzero(skin < _SKIN)
        if len(bare):
            ends.append(float(heights[bare[0]]))
    return min(ends) if ends else None


def _skin(parts: PartsMask, points_px: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """(N,) probability of skin or of something worn there, between mask pixels; None where the mask does not reach."""
    skin = np.empty(len(points_px))
    return skin if read_skin(parts.probability, _WORN_OR_SKIN, parts.mask_from_image, points_px, skin) else None


@dataclass(slots=True)
class LobeMemory:
    """One person's shift, settling over frames."""

    shift_m: float | None = None
    time_s: float = 0.0

    def learn(self, seen_m: float | None, time_s: float) -> float:
        """The shift by now; 0 until an ear was seen."""
        if self.shift_m is None:  # only in a person's first frame may it jump
            self.shift_m = seen_m or 0.0
        elif seen_m is not None:
            passed_s = min(max(time_s - self.time_s, 0.0), _STEP_S)
            self.shift_m += (1.0 - math.exp(-passed_s / _SETTLE_S)) * (seen_m - self.shift_m)
        self.time_s = time_s
        return self.shift_m
