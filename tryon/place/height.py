"""Scale from a camera whose height over the floor is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tryon.place.evidence import SOURCES, Evidence, Refusal
from tryon.place.lying import in_view
from tryon.place.vanishing_upright import upright_of
from tryon.types import Plane

_LEAST_M, _MOST_M = 0.05, 30.0


@SOURCES.register("height")
def from_height(evidence: Evidence) -> Plane | Refusal | None:
    """The level floor below a camera of known height; up comes from gravity or from the room's straight edges."""
    if evidence.camera_height_m is None:
        if "height" in evidence.wanted:
            return Refusal("The camera's height was not given; measure it, such as --scale height:1.45.")
        return None
    height_m, sigma_m = evidence.camera_height_m
    if not _LEAST_M <= height_m <= _MOST_M or not 0.0 <= sigma_m < height_m:
        return Refusal(
            f"Expected a camera height of {_LEAST_M:g} to {_MOST_M:g} m with a doubt smaller than it, got"
            f" {height_m:g} ± {sigma_m:g} m."
        )
    upright = upright_of(evidence)
    if isinstance(upright, Refusal):
        return Refusal(
            f"The camera's height alone does not tell how the floor tilts. {upright.reason} Give a tag or a sheet, too."
        )
    plane = upright.plane(evidence, height_m)
    covariance = plane.covariance.copy()
    covariance[2, 2] = (sigma_m / height_m) ** 2
    return in_view(replace(plane, covariance=np.asarray(covariance), source="camera height"), upright.source)
