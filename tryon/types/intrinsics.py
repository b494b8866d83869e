"""What is known about the camera that took a picture, and how well."""

from __future__ import annotations

from dataclasses import dataclass

from tryon.errors import ParameterError
from tryon.types.camera import Camera


@dataclass(frozen=True, slots=True)
class Intrinsics:
    """A camera with the uncertainty of its focal length and its lens distortion.

    camera: The pinhole left once distortion is undone.
    focal_sigma: Relative standard deviation of the focal length, 0 to 1.
    source: As shown to people: "EXIF", "device table", "given", "ChArUco board", "vanishing points", "assumed".
    distortion: OpenCV's k1, k2, p1, p2[, k3[, k4, k5, k6]] of the picture as taken; empty when there is none to undo.
    """

    camera: Camera
    focal_sigma: float
    source: str
    distortion: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not 0.0 <= self.focal_sigma <= 1.0:
            raise ParameterError(f"focal_sigma: expected 0 to 1, got {self.focal_sigma}.")
        if len(self.distortion) not in (0, 4, 5, 8):
            raise ParameterError(f"distortion: expected 0, 4, 5 or 8 coefficients, got {len(self.distortion)}.")
