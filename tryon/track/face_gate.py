"""Whether a face can be worn on, and the one thing the shopper should change."""

from __future__ import annotations

import math
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.geometry.face_mesh import EYE_OUTER_CORNERS, FACE_OVAL, LEFT_EYE, RIGHT_EYE
from tryon.track.crops import to_crop
from tryon.track.face_mesh import Found
from tryon.track.face_mesh_kernel import extent, outline
from tryon.types import FaceQuality

_EYES = np.array((*RIGHT_EYE, *LEFT_EYE, 70, 300), dtype=np.intp)  # with the brows' outer ends
_OVAL = np.array(FACE_OVAL, dtype=np.intp)
_RIGHT_CHEEK = np.array((50, 101, 36, 205, 187, 123, 117, 118), dtype=np.intp)
_LEFT_CHEEK = np.array((280, 330, 266, 425, 411, 352, 346, 347), dtype=np.intp)
_SKIN = np.concatenate((_RIGHT_CHEEK, _LEFT_CHEEK, np.array((10, 151, 9, 67, 297, 109, 338, 4, 195, 197, 18, 199))))

_SMALLEST_PX = 40.0  # between the outer eye corners; below, lips are 10 px tall and lids 2
_LARGEST_SHARE = 0.9  # of the picture's shorter side, for the face's height
_MOST_CUT = 0.06  # of the oval's points beyond the border
_MOST_YAW_RAD = math.radians(40.0)
# The canonical face looks straight ahead at a pitch of about 8°.
_DOWN_RAD, _UP_RAD = math.radians(32.0), math.radians(-20.0)
_LEAST_SHARP, _LEAST_LIGHT = 0.25, 0.3

# Edge strength over contrast around the eyes in the mesh's crop: the test stills have 0.45 to 1.3; blurred by 1 crop
# pixel 0.14 to 0.37, by 2 pixels 0.07 to 0.28.
_BLURRED, _SHARP = 0.12, 0.45
# 95th percentile of skin luma: deep skin in good light still has its highlights. Measured on the same stills.
_DARK, _BRIGHT = 50.0, 110.0
_CLIPPED, _MOST_CLIPPED = 250, 0.25
_ONE_SIDED, _EVEN = 0.4, 0.7  # darker cheek over the brighter one, luma

Look: TypeAlias = tuple[float, float, str]  # sharpness, light, what would make the light better


class FaceGate:
    """Judges faces. Turn and cut are judged by their points, sharpness and light by what the mesh saw of them."""

    def judge(
        self, points_px: NDArray[np.float32], look: Look, *, yaw_rad: float, pitch_rad: float, width: int, height: int
    ) -> FaceQuality:
        """Verdict on one face, given what `look` saw of it now or a moment ago."""
        sharpness, light, light_advice = look
        *_, right_x, right_y, left_x, left_y = extent(points_px, *EYE_OUTER_CORNERS)
        size_px = math.hypot(right_x - left_x, right_y - left_y)
        cut, longest_px = outline(points_px, _OVAL, width - 1.0, height - 1.0)
        tall = longest_px / min(width, height)
        advice = _first(
            (cut > _MOST_CUT and tall > _LARGEST_SHARE, "Move back a little."),
            (cut > _MOST_CUT, "Move your whole face into the picture."),
            (size_px < _SMALLEST_PX, "Move closer."),
            (abs(yaw_rad) > _MOST_YAW_RAD, "Turn to the camera."),
            (pitch_rad > _DOWN_RAD, "Raise your chin a little."),
            (pitch_rad < _UP_RAD, "Lower your chin a little."),
            (light < _LEAST_LIGHT, light_advice),
            (sharpness < _LEAST_SHARP, "Hold still and wipe the lens."),
        )
        return FaceQuality(not advice, advice or "Looks good.", size_px, sharpness, light, yaw_rad, pitch_rad)

    def look(self, found: Found) -> Look:
        """Sharpness and light, 0 to 1, and what would make the light better."""
        gray = cv2.cvtColor(found.crop, cv2.COLOR_RGB2GRAY)
        size = gray.shape[0]
        points = np.clip(np.rint(to_crop(found.points_px, found.square, size)[:, :2]), 0, size - 1).astype(np.intp)
        (left, top), (right, bottom) = points[_EYES].min(axis=0) - 3, points[_EYES].max(axis=0) + 4
        eyes = gray[max(top, 0) : bottom, max(left, 0) : right]
        edges = cv2.Laplacian(eyes, cv2.CV_16S)
        sharp = float(np.std(edges) / (np.std(eyes) + 4.0))
        luma = gray[points[:, 1], points[:, 0]]
        cheeks = float(np.median(luma[_RIGHT_CHEEK])), float(np.median(luma[_LEFT_CHEEK]))
        skin = luma[_SKIN]
        bright = _ramp(float(np.percentile(skin, 95)), _DARK, _BRIGHT)
        unclipped = 1.0 - min(1.0, float(np.mean(skin >= _CLIPPED)) / _MOST_CLIPPED)
        even = _ramp(min(cheeks) / max(*cheeks, 1.0), _ONE_SIDED, _EVEN)
        light = min(bright, unclipped, even)
        advice = _first(
            (bright == light, "Find more light."),
            (unclipped == light, "Step out of the bright light."),
            (True, "Turn to the light."),
        )
        return _ramp(sharp, _BLURRED, _SHARP), light, advice


def _first(*cases: tuple[bool, str]) -> str:
    return next((sentence for applies, sentence in cases if applies), "")


def _ramp(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))
