"""Which way is up in a picture: by the phone's gravity where it is known, else by the room's straight edges."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ShapeError
from tryon.place.evidence import Evidence, Refusal
from tryon.place.vanishing import Vanishing, vanishing_points
from tryon.types import Plane

_GRAVITY_SIGMA_RAD = math.radians(1.0)  # of a phone's accelerometer held still, with the floor's own level
_FURTHEST_RAD = 0.12  # of a doubt that a floor can still be drawn with


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """Up, with its doubt.

    up: (3,) unit vector in camera space. focal: The focal length as a share of the one in the evidence.
    covariance: (3, 3) of up's tilt about the `tangents` of the plane whose normal it is, in radians, and the relative
        focal length.
    source: As shown to people.
    """

    up: NDArray[np.float64]
    focal: float
    covariance: NDArray[np.float64]
    source: str

    def plane(self, evidence: Evidence, distance_m: float) -> Plane:
        """The level plane at a distance below the camera, with no doubt about that yet."""
        camera = evidence.intrinsics.camera
        seen = replace(camera, focal_x_px=camera.focal_x_px * self.focal, focal_y_px=camera.focal_y_px * self.focal)
        covariance = np.zeros((4, 4))
        covariance[np.ix_((0, 1, 3), (0, 1, 3))] = self.covariance
        return Plane(seen, self.up, distance_m, covariance, self.source)


def upright_of(evidence: Evidence) -> Upright | Refusal:
    """Up in the picture, or why it cannot be told.

    Raises:
        ShapeError: `evidence.up` is no direction.
    """
    sigma = max(evidence.intrinsics.focal_sigma, 1e-6)
    if evidence.up is not None:
        up = np.asarray(evidence.up, np.float64)
        length = float(np.linalg.norm(up)) if up.shape == (3,) else 0.0
        if not (np.isfinite(length) and length > 1e-9):
            raise ShapeError("up", expected="(3,) and not zero", got=up.tolist())
        return Upright(up / length, 1.0, np.diag([_GRAVITY_SIGMA_RAD**2, _GRAVITY_SIGMA_RAD**2, sigma**2]), "gravity")
    found = vanishing_points(evidence.frame, evidence.intrinsics)
    if isinstance(found, Refusal):
        return found
    return _of(found)


def _of(found: Vanishing) -> Upright | Refusal:
    if found.up is None:
        return Refusal("The room's straight edges do not tell which way is up.", telling=False)
    if float(np.sqrt(found.covariance[:2, :2].trace())) > _FURTHEST_RAD:
        return Refusal("The room's straight edges do not tell well enough which way is up.", telling=False)
    return Upright(found.up, found.focal, found.covariance, "straight edges")
