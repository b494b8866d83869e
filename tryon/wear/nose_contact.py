"""Where a pair of glasses comes to rest: on the nose by contact, on the ears by its temples.

At each height the front is moved toward the face until frame or pads first touch skin. That leaves one freedom, up
or down the nose, which real wearers settle: the eyes near the middle of the lenses, the lenses a thumb's breadth
off the eyes, both pads on the skin. The height that is least wrong on all three counts is taken, so a bridge too
narrow for a nose sits higher and further out, and a wide one lower, as in the shop. The tilt then brings the bend
of the temples down onto the ears.

Source: our derivation; vertex distance 12 to 14 mm and pantoscopic tilt up to 12° as in opticians' practice
(ISO 13666 defines both). Checked in tests/wear/test_nose_contact.py and benchmarks/wear_fit.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.wear.frame_parts import FrameParts
from tryon.wear.skin_field import SkinField

_HEIGHTS_M = np.arange(-0.014, 0.0121, 0.0005)  # of the lens centre against the pupil
_DROP_M, _DROP_SPREAD_M = 0.0007, 0.0018  # lens centre below the pupil
_CORNEA_M = 0.003  # ahead of the pupil: the anterior chamber of an adult
_VERTEX_M, _VERTEX_SPREAD_M = 0.013, 0.003  # back of the lens to the cornea
_FLOAT_SPREAD_M = 0.002  # pads off the skin
_YIELD_M = 0.0003  # skin gives way under pads
_CHEEK_YIELD_M = 0.0008
# A tracked nose is known to a millimetre. A rim that stands off it by that much is not seen; one that cuts it is.
_STAND_OFF_M = 0.0010
_MOST_PUSHED_M = 0.004  # by cheeks and brows; beyond that the frame is said to touch them
_NEAREST_M, _FURTHEST_M = 0.006, 0.026  # vertex distances between which any pair is kept
_LEAST_TILT_RAD, _MOST_TILT_RAD = math.radians(-2.0), math.radians(12.0)
_ROUNDS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """Where glasses rest, in the frame of the face's midline; metres and radians.

    y_m, z_m: The product's origin, z with a millimetre of clearance that the other lengths leave out.
    tilt_rad: Turn about X, lower rims toward the cheeks positive.
    vertex_m: Back of the lens to the cornea. drop_m: Lens centre below the pupil. floating_m: Pads off the skin.
    bend_m: (3,) the left temple's bend, before the temple is bent. touching_m: Depth of cheeks or brows in the frame.
    """

    y_m: float
    z_m: float
    tilt_rad: float
    vertex_m: float
    drop_m: float
    floating_m: float
    bend_m: NDArray[np.float64]
    touching_m: float

    @property
    def midline_from_product(self) -> NDArray[np.float64]:
        """(4, 4) rigid."""
        matrix = np.eye(4)
        matrix[:3, :3] = tilted(self.tilt_rad)
        matrix[1:3, 3] = self.y_m, self.z_m
        return matrix


def tilted(tilt_rad: float) -> NDArray[np.float64]:
    """(3, 3) turn about +X."""
    c, s = math.cos(tilt_rad), math.sin(tilt_rad)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def rest(
    parts: FrameParts, skin: SkinField, *, pupil_m: NDArray[np.float64], ear_m: NDArray[np.float64], pads: float | None
) -> Seat:
    """The seat of glasses on a symmetric face.

    Args:
        pupil_m: (3,) left pupil. ear_m: (3,) left ear's root, where a temple rests.
        pads: |x| of the pads in product space, or None when the frame's bridge itself touches.
    """
    tilt_rad = 0.0
    for _ in range(_ROUNDS):
        seat = _at_tilt(parts, skin, tilt_rad, pupil_m, pads)
        arm = parts.bend_m
        reach = math.hypot(arm[1], arm[2])
        # y of the bend: y + arm_y cos − arm_z sin = ear_y, solved for the tilt.
        rise = (float(ear_m[1]) - seat.y_m) / max(reach, 1e-6)
        wanted = math.asin(min(1.0, max(-1.0, rise))) - math.atan2(arm[1], -arm[2])
        tilt_rad = min(max(wanted, _LEAST_TILT_RAD), _MOST_TILT_RAD)
    return _at_tilt(parts, skin, tilt_rad, pupil_m, pads)


def _at_tilt(
    parts: FrameParts, skin: SkinField, tilt_rad: float, pupil_m: NDArray[np.float64], pads: float | None
) -> Seat:
    """The best height at one tilt."""
    turn = tilted(tilt_rad)
    lens = turn @ parts.lens_m[1]
    heights_m = float(pupil_m[1]) + _HEIGHTS_M - lens[1]
    nose = parts.nose_m @ turn.T
    by_nose, gaps = _pushed(nose, skin, heights_m, _YIELD_M)
    by_front, _ = _pushed(parts.front_m @ turn.T, skin, heights_m, _CHEEK_YIELD_M)
    z_m = np.maximum(by_nose, np.minimum(by_front, by_nose + _MOST_PUSHED_M))
    eye_z_m = float(pupil_m[2]) + _CORNEA_M - float(lens[2])
    z_m = np.clip(z_m, eye_z_m + _NEAREST_M, eye_z_m + _FURTHEST_M)
    floating_m = np.zeros_like(z_m)
    at_pads = np.abs(np.abs(nose[:, 0]) - pads) < 0.004 if pads is not None else np.zeros(len(nose), bool)
    if at_pads.any():
        floating_m = np.clip(z_m - gaps[:, at_pads].max(axis=1), 0.0, 0.02)
    vertex_m = z_m - eye_z_m
    drop_m = -_HEIGHTS_M
    wrong = (
        ((drop_m - _DROP_M) / _DROP_SPREAD_M) ** 2
        + ((vertex_m - _VERTEX_M) / _VERTEX_SPREAD_M) ** 2
        + (floating_m / _FLOAT_SPREAD_M) ** 2
    )
    best, y_m = _lowest(wrong, heights_m)
    z_best = float(np.interp(y_m, heights_m, z_m))
    place = np.array([0.0, y_m, z_best])
    return Seat(
        y_m=y_m,
        z_m=z_best + _STAND_OFF_M,
        tilt_rad=tilt_rad,
        vertex_m=z_best - eye_z_m,
        drop_m=float(pupil_m[1]) - y_m - float(lens[1]),
        floating_m=float(floating_m[best]),
        bend_m=turn @ parts.bend_m + place + [0.0, 0.0, _STAND_OFF_M],
        touching_m=max(0.0, float(by_front[best]) - z_best),
    )


def _pushed(
    points: NDArray[np.float64], skin: SkinField, heights_m: NDArray[np.float64], yield_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """z at which points first touch at each height, (H,), and each point's own, (H, N); the first is −1 off the face.

    points: (N, 3) turned as they are worn, around the product's origin.
    """
    if not len(points):
        none = np.full((len(heights_m), 1), -1.0)
        return none[:, 0], none
    y = heights_m[:, None] + points[None, :, 1]
    own = skin.z_m(np.broadcast_to(points[None, :, 0], y.shape), y) - points[None, :, 2] - yield_m
    return own.max(axis=1), own


def _lowest(wrong: NDArray[np.float64], heights_m: NDArray[np.float64]) -> tuple[int, float]:
    """Index of the least wrong height, and the height between the steps, by a parabola through its neighbors."""
    best = int(wrong.argmin())
    if not 0 < best < len(wrong) - 1:
        return best, float(heights_m[best])
    before, here, after = wrong[best - 1 : best + 2].tolist()
    bend = before - 2.0 * here + after
    aside = 0.5 * (before - after) / bend if bend > 1e-12 else 0.0
    return best, float(heights_m[best] + aside * (heights_m[1] - heights_m[0]))
