"""Toward the brightest window or lamp that a photo of a room shows."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.color import linear_from_codes
from tryon.types import Frame, Plane

_SIDE = 320
_BRIGHT, _TIMES = 0.8, 5.0  # linear luminance of a window, and how many times the picture's median it is
_SMALLEST = 0.0012  # share of the picture
_LOWEST = 0.55  # sine: light of a window falls steeper than the line to its middle, for the sky is above


def window_toward(frame: Frame, floor: Plane) -> NDArray[np.float64] | None:
    """(3,) unit vector in the plane's frame; None when nothing in view is bright enough and above the floor.

    Several windows give the mean of their directions by area.
    """
    scale = min(1.0, _SIDE / max(frame.width, frame.height))
    small = cv2.resize(frame.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    luminance = linear_from_codes(np.asarray(small, np.uint8)) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    level = max(_BRIGHT, min(_TIMES * float(np.median(luminance)), 0.97))
    if level >= 0.97 and float(np.median(luminance)) > 0.4:
        return None  # a bright room: nothing tells a window from a white wall
    count, _, stats, middles = cv2.connectedComponentsWithStats(np.asarray(luminance >= level, np.uint8))
    total = np.zeros(3)
    for blob in range(1, count):
        area = int(stats[blob, cv2.CC_STAT_AREA])
        if area < _SMALLEST * luminance.size:
            continue
        x, y = middles[blob] / scale
        ray = np.array(
            [
                (x - floor.camera.center_x_px) / floor.camera.focal_x_px,
                -(y - floor.camera.center_y_px) / floor.camera.focal_y_px,
                -1.0,
            ]
        )
        toward = floor.camera_from_plane[:3, :3].T @ (ray / np.linalg.norm(ray))
        cut = int(stats[blob, cv2.CC_STAT_TOP]) <= 2
        if toward[1] > (-0.45 if cut else -0.08):  # glints on the floor lie lower
            total += area * toward
    length = float(np.linalg.norm(total))
    if length == 0.0:
        return None
    toward = total / length
    toward[1] = max(float(toward[1]), _LOWEST)
    return np.asarray(toward / np.linalg.norm(toward))
