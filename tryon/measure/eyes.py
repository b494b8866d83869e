"""Both eyes as a pair of rays from the camera: what turns a head's scale into a pupillary distance and back."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.errors import ScaleUnknownError
from tryon.geometry.seen_turn import seen_turn_rad
from tryon.measure.limbus import Limbus, fit_limbus
from tryon.types import Camera, Face, Frame

#: The pupil seen from outside lies 3 mm behind the cornea, the center of rotation 13.5 mm (Fry and Hill 1962, mean of
#: horizontal turns; 12 to 15 mm among people).
PUPIL_TO_ROTATION_M = 0.0105
_ROTATION_SIGMA_M = 0.0012
#: How far the plane of the irises stands before the middle of the eyes' corners: a cornea stands about 7.5 mm before
#: it, the iris' rim 3 mm behind the cornea. On the average-sized head; people differ by 1.5 mm.
_IRIS_AHEAD_M = 0.0045
_CORNERS = (33, 133, 362, 263)
_TURN_SIGMA_RAD = math.radians(2.5)  # of the tracked head, on rendered heads: benchmarks/face_scale.py
_MOST_TURN_RAD = math.radians(30.0)
_LOOKS_AT_CAMERA_RAD = math.radians(10.0)  # a gaze estimate below that is noise of the corners
_SMALLEST_IRIS_PX = 4.0
_COVERED = 0.35  # an eye with that share of the other's contrast shows no iris
_ALIKE = 1.12  # nearer by a turn of 30° at 30 cm makes one iris 1.1 times the other
_BEGINS = (1.0, 1.25, 1.5)  # times the tracker's iris
_PAIR_SIGMA = 0.03  # two irises of one person, their distances and what a fit misses, relative
_ALONE_SIGMA = 0.05  # of an iris whose twin does not vouch for it
_LIGHT = ((np.arange(256) / 255.0) ** 2.2).astype(np.float32)  # near enough to sRGB's curve to place an edge


@dataclass(frozen=True, slots=True, eq=False)
class Eyes:
    """Two eyes that look at the camera.

    Then camera, pupil and the eye's center of rotation lie on one line, and the distance between the centers is the
    pupillary distance for far vision: pupils converge on a near camera, centers do not. So
    pd = (scale · depth_m + PUPIL_TO_ROTATION_M) · span.

    pupils_px: (2, 2) float64, the person's right eye first.
    iris_px: (2,) diameters as seen from the front; iris_sigma: (2,) their relative standard deviations.
    depth_m: Of the pupils' middle along −Z at the tracked mesh's own size.
    mesh_m: (468, 3) float64 tracked mesh; turn: (3, 3) the head's axes.
    span: Distance of the two rays from each other one meter away, along the line that joins the eyes.
    span_sigma: Its relative standard deviation.
    """

    pupils_px: NDArray[np.float64]
    iris_px: NDArray[np.float64]
    iris_sigma: NDArray[np.float64]
    depth_m: float
    mesh_m: NDArray[np.float64]
    turn: NDArray[np.float64]
    span: float
    span_sigma: float

    def pd_m(self, scale: float) -> float:
        """Pupillary distance for far vision of a head that many times the tracked size."""
        return (scale * self.depth_m + PUPIL_TO_ROTATION_M) * self.span

    def scale_of(self, pd_m: float) -> float:
        """The scale at which the pupillary distance is that."""
        return (pd_m / self.span - PUPIL_TO_ROTATION_M) / self.depth_m


def read_eyes(frame: Frame, face: Face, camera: Camera) -> Eyes:
    """The eyes of a tracked face, irises measured in the picture itself.

    Raises:
        ScaleUnknownError: The face has no pose, is turned too far, or an eye is shut, covered or too small.
    """
    if face.pose is None or face.mesh_m is None:
        raise ScaleUnknownError("Expected a face with a pose and a metric mesh; track it with pose=True.")
    mesh_m, turn = face.mesh_m.astype(np.float64), face.pose.camera_from_object[:3, :3]
    _check_camera(mesh_m, face, camera)
    _check_turn(face)
    irises = find_irises(frame, face)
    pupils_px = np.array([iris.center_px for iris in irises])
    # The line that joins the eyes, and the head's forward axis, both as tracked.
    middle = mesh_m[list(_CORNERS)].mean(0) + _IRIS_AHEAD_M * turn[:, 2]
    depth_m = -float(middle[2])
    rays = _rays(pupils_px, camera)
    span, away = _span(rays, turn[:, 0])
    yaw_rad = math.atan2(turn[0, 2], turn[2, 2])
    facing = _facing(pupils_px, mesh_m, turn, camera, depth_m)
    iris_px = np.array([iris.diameter_px for iris in irises]) / facing * away
    found = all(iris.found for iris in irises)
    pixel_sigma = (0.25 if found else 0.8) * math.sqrt(2.0) / float(np.linalg.norm(pupils_px[1] - pupils_px[0]))
    turn_sigma = math.hypot(math.tan(abs(yaw_rad)) * _TURN_SIGMA_RAD, _TURN_SIGMA_RAD**2)
    rotation_sigma = _ROTATION_SIGMA_M / depth_m
    return Eyes(
        pupils_px=pupils_px,
        iris_px=iris_px,
        iris_sigma=np.array([iris.diameter_sigma for iris in irises]),
        depth_m=depth_m,
        mesh_m=mesh_m,
        turn=turn,
        span=span,
        span_sigma=math.hypot(pixel_sigma, turn_sigma, rotation_sigma, 0.002),
    )


def find_irises(frame: Frame, face: Face) -> tuple[Limbus, Limbus]:
    """Both irises of a face, the person's right one first.

    Raises:
        ScaleUnknownError: An eye is shut, covered or too small to measure.
    """
    points = face.landmarks.points_px
    gray, shifted = _around_eyes(frame.pixels, points)
    right, left = _agreed(gray, shifted)
    offset = (points[0, :2] - shifted[0, :2]).astype(np.float64)
    if right.shut and left.shut:
        raise ScaleUnknownError("Expected open eyes, but both are shut; open them wide and look into the camera.")
    for iris, name in ((right, "right"), (left, "left")):
        if iris.shut:
            raise ScaleUnknownError(f"Expected both eyes open, but the {name} one is shut; open it and look here.")
    wide_px = max(right.diameter_px, left.diameter_px)
    if wide_px < _SMALLEST_IRIS_PX:
        raise ScaleUnknownError(
            f"Expected irises at least {_SMALLEST_IRIS_PX:.0f} px wide, got {wide_px:.1f};"
            " come closer or take a larger photo."
        )
    weak, strong = sorted((right, left), key=lambda iris: iris.contrast)
    if weak.found != strong.found and weak.contrast < _COVERED * strong.contrast:
        name = "left" if right.found else "right"
        raise ScaleUnknownError(
            f"Expected both eyes in view, but the {name} one cannot be seen clearly; uncover it and face the light."
        )
    return _moved(right, offset), _moved(left, offset)


def _agreed(gray: NDArray[np.float32], points_px: NDArray[np.float32]) -> tuple[Limbus, Limbus]:
    """Both irises, of the circles found in each eye the two that rise most and agree; else one lends its size."""
    right, left = _likeliest(
        [fit_limbus(gray, points_px, "right", grown=grown) for grown in _BEGINS],
        [fit_limbus(gray, points_px, "left", grown=grown) for grown in _BEGINS],
    )
    if right.found and left.found and not 1 / _ALIKE < right.diameter_px / left.diameter_px < _ALIKE:
        radius_px = max(right.diameter_px, left.diameter_px) / 2.0
        right = fit_limbus(gray, points_px, "right", radius_px=radius_px)
        left = fit_limbus(gray, points_px, "left", radius_px=radius_px)
    elif right.found and not left.found and not left.shut:
        left = fit_limbus(gray, points_px, "left", radius_px=right.diameter_px / 2.0)
    elif left.found and not right.found and not right.shut:
        right = fit_limbus(gray, points_px, "right", radius_px=left.diameter_px / 2.0)
    return _doubted(right, left)


def _likeliest(right: list[Limbus], left: list[Limbus]) -> tuple[Limbus, Limbus]:
    def worth(pair: tuple[Limbus, Limbus]) -> float:
        one, other = pair
        apart = math.log(one.diameter_px / other.diameter_px) / _PAIR_SIGMA
        return one.evidence * other.evidence / (1.0 + apart**2)

    best = max(itertools.product(right, left), key=worth)
    if worth(best) > 0.0:
        return best
    return max(right, key=lambda one: one.evidence), max(left, key=lambda one: one.evidence)


def _doubted(right: Limbus, left: Limbus) -> tuple[Limbus, Limbus]:
    """The same, each at least as unsure as the two differ, or as the one that was not found is."""
    if right.found and left.found:
        least = 0.5 * max(0.0, abs(math.log(right.diameter_px / left.diameter_px)) - _PAIR_SIGMA)
    else:
        least = 0.0 if not (right.found or left.found) else _ALONE_SIGMA
    return (
        replace(right, diameter_sigma=max(right.diameter_sigma, least)),
        replace(left, diameter_sigma=max(left.diameter_sigma, least)),
    )


def _moved(iris: Limbus, offset: NDArray[np.float64]) -> Limbus:
    return replace(iris, center_px=iris.center_px + offset)


def _around_eyes(
    pixels: NDArray[np.uint8], points_px: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Linear light around the eyes, 0 to 1, and the points moved to match: the rest of the picture is not touched."""
    eyes = points_px[[33, 133, 362, 263, 159, 145, 386, 374], :2]
    grow = 0.25 * float(np.linalg.norm(eyes[0] - eyes[3])) + 8.0
    height, width = pixels.shape[:2]
    left, top = (max(0, int(low - grow)) for low in eyes.min(0))
    right, bottom = int(eyes[:, 0].max() + grow) + 1, int(eyes[:, 1].max() + grow) + 1
    if left >= width or top >= height or right <= left or bottom <= top:
        raise ScaleUnknownError("Expected the eyes inside the picture; move the whole face into view.")
    crop = np.ascontiguousarray(pixels[top : min(bottom, height), left : min(right, width)])
    if crop.size == 0:
        raise ScaleUnknownError("Expected the eyes inside the picture; move the whole face into view.")
    gray = _LIGHT[cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)]
    shifted = points_px.copy()
    shifted[:, :2] -= (left, top)
    return gray, shifted


def _check_camera(mesh_m: NDArray[np.float64], face: Face, camera: Camera) -> None:
    """The mesh projects onto its points only under the camera it was tracked with."""
    miss_px = np.abs(camera.project(mesh_m) - face.landmarks.points_px[:468, :2]).max()
    if miss_px > 2.0 + 0.02 * float(np.ptp(face.landmarks.points_px[:468, 0])):
        raise ScaleUnknownError(
            f"Expected a face tracked under this camera, but its mesh misses its points by {miss_px:.0f} px; "
            "give the tracker the camera's focal_px."
        )


def _check_turn(face: Face) -> None:
    quality = face.quality
    if quality is not None and quality.sharpness < 0.25:
        raise ScaleUnknownError("Expected a sharp picture of the eyes, got a blurry one; hold still and wipe the lens.")
    if face.pose is None:
        return
    yaw_rad, pitch_rad = seen_turn_rad(face.pose)
    if max(abs(yaw_rad), abs(pitch_rad)) > _MOST_TURN_RAD:
        most = math.degrees(max(abs(yaw_rad), abs(pitch_rad)))
        raise ScaleUnknownError(
            f"Expected a face turned by at most {math.degrees(_MOST_TURN_RAD):.0f}°, got {most:.0f}°;"
            " look straight into the camera."
        )


def _rays(pixels: NDArray[np.float64], camera: Camera) -> NDArray[np.float64]:
    """(2, 3) directions whose −Z is 1."""
    x = (pixels[:, 0] - camera.center_x_px) / camera.focal_x_px
    y = -(pixels[:, 1] - camera.center_y_px) / camera.focal_y_px
    return np.stack([x, y, -np.ones(len(pixels))], 1)


def _span(rays: NDArray[np.float64], joins: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """How far apart two points on the rays are whose line runs along `joins` and whose mean depth is 1; their depths.

    From (k · left − right) × joins = 0 in the plane of axis and depth, which the head's turn decides.
    """
    right, left = rays
    cross_right, cross_left = np.cross(right, joins), np.cross(left, joins)
    ratio = float(cross_left @ cross_right) / float(cross_left @ cross_left)
    depths = np.array([2.0 / (1.0 + ratio), 2.0 * ratio / (1.0 + ratio)])
    return float(np.linalg.norm(depths[1] * left - depths[0] * right)), depths


def _facing(
    pupils_px: NDArray[np.float64],
    mesh_m: NDArray[np.float64],
    turn: NDArray[np.float64],
    camera: Camera,
    depth_m: float,
) -> float:
    """By how much irises look narrower than they are because the eyes look past the camera; 1 when they look at it.

    A gaze moves the pupil from the ray through the eye's center of rotation; both eyes together, since what differs
    between them is how far apart the eyes lie in their lids.
    """
    corners = np.array([mesh_m[[33, 133]].mean(0), mesh_m[[362, 263]].mean(0)])
    centers = corners + (_IRIS_AHEAD_M - PUPIL_TO_ROTATION_M) * turn[:, 2]
    shift_px = (pupils_px - camera.project(centers)).mean(0)
    aside = float(shift_px @ np.array([turn[0, 0], -turn[1, 0]])) * depth_m / camera.focal_x_px
    gaze_rad = math.asin(min(0.6, abs(aside) / PUPIL_TO_ROTATION_M))
    return math.cos(gaze_rad) if gaze_rad > _LOOKS_AT_CAMERA_RAD else 1.0
