"""How far a face's tracked nose lies beside its eyes: irises are found to 0.4 mm, the bridge of a nose to 1 mm.

Where the irises are says where the eyes are only when their gaze is known. People look at the camera (the screen
beside it) or straight ahead, and the two lie 5 mm apart on a head that is turned by 30°: far more than the doubt about
the nose. So both are tried, and a third case, any other gaze, takes over where neither fits. What comes out is the
mean over the three of how far to move aside; height is left to the nose, since lids and gaze move irises up and down.

Source: our derivation, a mixture of three normal distributions; measured in benchmarks/wear_fit.py.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.geometry.face_mesh import LEFT_IRIS, RIGHT_IRIS
from tryon.types import Camera, Head

_ROTATION_M = 0.0105  # pupil to the eye's center of rotation: `tryon.measure.eyes`
# Standard deviations aside: of the tracked nose; of irises, a wandering gaze (3°) included; of any gaze (16°).
_NOSE_M, _IRIS_M, _ANY_M = 0.0010, 0.0006, 0.003
_CAMERA, _AHEAD, _ELSEWHERE = 0.45, 0.35, 0.2  # how often people look there
_IRISES = (RIGHT_IRIS[0], LEFT_IRIS[0])


def aside_m(
    head: Head, camera: Camera, pupils_m: NDArray[np.float64], camera_from_midline: NDArray[np.float64]
) -> float:
    """By how much the pose should move along `across`, so that the eyes are where the irises say; metres.

    pupils_m: (2, 3) right and left pupil looking straight ahead, in the midline's frame.
    """
    turn, place = camera_from_midline[:3, :3], camera_from_midline[:3, 3]
    seen_px = head.face.landmarks.points_px[list(_IRISES), :2].astype(np.float64)
    way = across(camera_from_midline)
    ahead = pupils_m @ turn.T + place
    centers = ahead - _ROTATION_M * turn[:, 2]
    at_camera = centers * (1.0 - _ROTATION_M / np.linalg.norm(centers, axis=1, keepdims=True))
    off_m = np.array([_off_m(seen_px, camera, pupils, way) for pupils in (at_camera, ahead)])
    doubt = _NOSE_M**2 + _IRIS_M**2
    fits = np.array([_CAMERA, _AHEAD]) * np.exp(-0.5 * off_m**2 / doubt) / np.sqrt(doubt)
    least = float(np.abs(off_m).min())
    other = _ELSEWHERE * np.exp(-0.5 * (least / _ANY_M) ** 2) / _ANY_M
    share = fits / max(float(fits.sum() + other), 1e-30)
    return float(share @ off_m) * _NOSE_M**2 / doubt


def across(camera_from_midline: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) unit vector toward the person's left, square to the line of sight."""
    sight = camera_from_midline[:3, 3] / max(float(np.linalg.norm(camera_from_midline[:3, 3])), 1e-9)
    left = camera_from_midline[:3, 0] - (camera_from_midline[:3, 0] @ sight) * sight
    unit: NDArray[np.float64] = left / max(float(np.linalg.norm(left)), 1e-9)
    return unit


def _off_m(
    seen_px: NDArray[np.float64], camera: Camera, pupils: NDArray[np.float64], way: NDArray[np.float64]
) -> float:
    """Mean over both eyes of how far the iris is seen along `way` from where a pupil would be, at its distance."""
    away_m = -pupils[:, 2]
    x = (seen_px[:, 0] - camera.center_x_px) / camera.focal_x_px * away_m
    y = (camera.center_y_px - seen_px[:, 1]) / camera.focal_y_px * away_m
    gap = np.column_stack([x, y]) - pupils[:, :2]
    return float((gap @ way[:2]).mean())
