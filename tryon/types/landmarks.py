"""Points found on faces, bodies and hands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ShapeError
from tryon.types.pose import Pose


def _check(name: str, array: NDArray[np.float32] | None, shape: tuple[int, ...]) -> None:
    if array is not None and array.shape != shape:
        raise ShapeError(name, expected=shape, got=array.shape)


@dataclass(frozen=True, slots=True, eq=False)
class FaceLandmarks:
    """Points of one face.

    points_px: (478, 3) float32; x right, y down in pixels, z away from the camera in pixels (the nose tip is
        the smallest). 0–467 are the MediaPipe face mesh, 468–472 and 473–477 the irises: centre, then rim.
        "Left" and "right" in names are the person's own; 468 lies in the person's right eye.
    score: 0 to 1, the model's own confidence.
    """

    points_px: NDArray[np.float32]
    score: float

    def __post_init__(self) -> None:
        _check("points_px", self.points_px, (478, 3))


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """Whether this face can be worn on, and what to tell the shopper.

    ok: Every gate passed.
    sentence: One plain sentence for the shopper, such as "Move closer."; "Looks good." when ok.
    size_px: Distance between the outer eye corners.
    sharpness, light: 0 (unusable) to 1 (good).
    yaw_rad, pitch_rad: Head turn.
    """

    ok: bool
    sentence: str
    size_px: float
    sharpness: float
    light: float
    yaw_rad: float
    pitch_rad: float


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One tracked face.

    id: Stays the same while the face stays in view.
    landmarks: Smoothed points; what effects paint on.
    pose: The head in camera space, or None when it was not asked for. Origin and axes are the canonical face's.
    mesh_m: (468, 3) float32 metric face mesh in camera space (metres, +Y up, camera looks down −Z), or None.
    blendshapes: The 52 ARKit coefficients by name, 0 to 1, or None when they were not asked for.
    quality: The quality gate's verdict, or None when it was not asked for.
    visible: (478,) float32, 0 (hidden by a hand or by hair) to 1 per point, or None when unknown.
    """

    id: int
    landmarks: FaceLandmarks
    pose: Pose | None = None
    mesh_m: NDArray[np.float32] | None = None
    blendshapes: Mapping[str, float] | None = None
    quality: FaceQuality | None = None
    visible: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        _check("mesh_m", self.mesh_m, (468, 3))
        _check("visible", self.visible, (478,))


@dataclass(frozen=True, slots=True, eq=False)
class BodyLandmarks:
    """Points of one body, the 33 of MediaPipe pose, feet included.

    points_px: (33, 3) float32, x right, y down, z away from the camera, pixels.
    points_m: (33, 3) float32 metric, origin between the hips, metres, +Y up, +Z toward the camera.
    visible: (33,) float32, 0 to 1.
    """

    id: int
    points_px: NDArray[np.float32]
    points_m: NDArray[np.float32]
    visible: NDArray[np.float32]
    score: float

    def __post_init__(self) -> None:
        _check("points_px", self.points_px, (33, 3))
        _check("points_m", self.points_m, (33, 3))
        _check("visible", self.visible, (33,))


@dataclass(frozen=True, slots=True, eq=False)
class HandLandmarks:
    """The 21 points of one hand.

    points_px: (21, 3) float32, x right, y down, z away from the camera, pixels.
    points_m: (21, 3) float32 metric, origin at the hand's centre, metres, +Y up, +Z toward the camera.
    side: The person's own left or right hand, in a picture that is not mirrored.
    """

    id: int
    points_px: NDArray[np.float32]
    points_m: NDArray[np.float32]
    side: Literal["left", "right"]
    score: float

    def __post_init__(self) -> None:
        _check("points_px", self.points_px, (21, 3))
        _check("points_m", self.points_m, (21, 3))
