"""The skull behind a tracked face: its shape in proportions of an average adult, stretched to fit one face.

Two halves of a superellipsoid, the upper for the cranium, the lower for its base, in the axes of the canonical face.
Lengths are those of the canonical face's world, in which the face is 153 mm wide in front of the ears.

Source: proportions from ANSUR (Gordon et al. 1989, NATICK/TR-89/044), mean of women and men: head breadth 148 mm,
length 192 mm, circumference 557 mm, tragion to top of head 128 mm, tragion to back of head 102 mm; set against the
canonical face by the tragion, the glabella and the hairline, with 3 mm of flattened hair on top of the scalp.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.types import Head, Measure

CENTER_M = (0.0, 0.045, -0.046)
HALF_BREADTH_M, ABOVE_M, BELOW_M, HALF_LENGTH_M = 0.0775, 0.092, 0.085, 0.099
ROUNDNESS = 2.4
"""Exponent: 2 is an ellipsoid, more is boxier; this one fits the forehead of the canonical face to 4 mm."""

_FACE_SIDES = (234, 454)
FACE_WIDTH_M = 0.15319
"""Between the two points of the canonical face in front of the ears."""

_CIRCUMFERENCE_M = 0.557
# Spread of head circumference among adults of one sex is 2.8 %; half of it goes with the face's width.
_CIRCUMFERENCE_SPREAD = 0.024
_FACE_M, _GOES_WITH_WIDTH = 0.143, 0.4  # breadth of an adult's face as tracked; exponent
# Half of what a face is wider than the average goes into the length and height of its skull.
_SHARED = 0.5
_MOST_WEIGHT = 90.0  # frames of weight after which older ones fade, three seconds


@dataclass(frozen=True, slots=True, eq=False)
class Skull:
    """One head's skull, in head space (metres).

    center_m: (3,) middle of the superellipsoid. stretch: (3,) by how much the average one has grown along each axis.
    circumference: Around the brow and the back of the head, where hats are measured.
    """

    center_m: NDArray[np.float64]
    stretch: NDArray[np.float64]
    circumference: Measure

    @classmethod
    def of(cls, head: Head) -> Skull:
        """The skull that goes with a face; as wide as the face is seen, the rest half with it."""
        right_m, left_m = in_head(head, head.mesh_m[list(_FACE_SIDES)])
        seen = float(left_m[0] - right_m[0]) / (FACE_WIDTH_M * head.scale)
        wide = min(max(seen, 0.85), 1.25)
        shared = 1.0 + _SHARED * (wide - 1.0)
        stretch = head.scale * np.array([wide, shared, shared])
        center_m = np.array(CENTER_M) * head.scale + [0.5 * float(left_m[0] + right_m[0]), 0.0, 0.0]
        return cls(center_m, stretch, _around(wide, head.scale))

    @property
    def breadth_m(self) -> float:
        """From side to side."""
        return 2.0 * HALF_BREADTH_M * float(self.stretch[0])

    @property
    def length_m(self) -> float:
        """From forehead to the back of the head."""
        return 2.0 * HALF_LENGTH_M * float(self.stretch[2])


def in_head(head: Head, points_m: NDArray[np.floating]) -> NDArray[np.float64]:
    """(N, 3) points of camera space in head space."""
    points: NDArray[np.float64] = (points_m - head.camera_from_head[:3, 3]) @ head.camera_from_head[:3, :3]
    return points


def reach_m(directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) distance from the average skull's middle to its surface along (N, 3) unit vectors."""
    half_m = np.empty_like(directions)
    half_m[:, 0], half_m[:, 2] = HALF_BREADTH_M, HALF_LENGTH_M
    half_m[:, 1] = np.where(directions[:, 1] >= 0.0, ABOVE_M, BELOW_M)
    total = (np.abs(directions / half_m) ** ROUNDNESS).sum(axis=1)
    reach: NDArray[np.float64] = total ** (-1.0 / ROUNDNESS)
    return reach


class SkullMemory:
    """One person's skull as learned from all frames so far, frontal ones counting more: a turn narrows the mesh."""

    def __init__(self) -> None:
        self._sums = np.zeros(6)
        self._weight = 0.0

    def learn(self, head: Head) -> Skull:
        """Take one frame into the mean, and say what the mean is now."""
        seen = Skull.of(head)
        place_m = head.camera_from_head[:3, 3]
        sight = -place_m / max(float(np.linalg.norm(place_m)), 1e-9)
        frontal = max(float(head.camera_from_head[:3, 2] @ sight), 0.0)
        weight = max(frontal**12, 0.01)
        values = np.concatenate([seen.center_m, seen.stretch]) / head.scale
        fade = min(1.0, _MOST_WEIGHT / max(self._weight + weight, 1e-9))
        self._sums = (self._sums + weight * values) * fade
        self._weight = (self._weight + weight) * fade
        mean = self._sums / self._weight * head.scale
        around = _around(float(mean[3]) / head.scale, head.scale)
        return Skull(mean[:3], mean[3:], around)


def _around(wide: float, scale: float) -> Measure:
    """Head circumference that goes with how wide the face is.

    Heads differ less than faces: 2.8 % within a sex against 5 %, and go together with r = 0.5; from one to ten years a
    head grows by an eighth, a face by a quarter. What a face seems larger beyond that is the camera's doing.
    """
    width_m = FACE_WIDTH_M * scale * min(max(wide, 0.94), 1.06)
    around_m = _CIRCUMFERENCE_M * (width_m / _FACE_M) ** _GOES_WITH_WIDTH
    reach_m = 1.96 * _CIRCUMFERENCE_SPREAD * around_m
    return Measure(around_m, around_m - reach_m, around_m + reach_m, "face proportions")
