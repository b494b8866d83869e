"""Whether a found plane can be the floor."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon.place.evidence import Evidence, Refusal
from tryon.types import Plane

_LEVEL = 0.94  # cosine to gravity of what may be a floor: phones and floors together lean up to 20° at the very most
_UPRIGHT = 0.34


def as_lying(plane: Plane, evidence: Evidence, what: str, pixels: NDArray[np.float64]) -> Plane | Refusal:
    """The plane as a floor or, by gravity where it is known, a wall or a ceiling; else why it can be none of them.

    Args:
        what: What gave it, such as "tag".
        pixels: (N, 2) where that was seen: it must lie below the plane's horizon as a floor has it.
    """
    if evidence.up is not None:
        rise = float(plane.normal @ evidence.up) / float(np.linalg.norm(evidence.up))
        if rise > _LEVEL:
            return replace(plane, kind="floor")
        if abs(rise) < _UPRIGHT:
            return replace(plane, kind="wall")
        if rise < -_LEVEL:
            return replace(plane, kind="ceiling")
        return Refusal(f"The {what} leans and lies neither on the floor nor on a wall; lay it flat on the floor.")
    if plane.normal[1] < -0.1:
        return Refusal(
            f"The {what} would put the floor's horizon below the floor, so it does not lie on the floor; lay it there."
        )
    if not np.isfinite(plane.points_at(pixels)).all():
        return Refusal(f"The floor's horizon would run through the {what}; mark it again or lay it flat on the floor.")
    return plane


def in_view(plane: Plane, what: str) -> Plane | Refusal:
    """The plane where the lower edge of the picture shows some of it; else that its horizon lies below the picture."""
    camera = plane.camera
    foot = np.array([[x, camera.height - 1.0] for x in (0.0, camera.center_x_px, camera.width - 1.0)])
    if np.isfinite(plane.points_at(foot)).any():
        return plane
    return Refusal(f"By the {what} the floor's horizon lies below the picture; photograph the floor, too.")
