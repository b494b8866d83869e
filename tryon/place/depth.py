"""Scale source `depth`: the floor in a depth frame of the same view."""

from __future__ import annotations

from tryon.errors import InputError
from tryon.place.evidence import SOURCES, Evidence, Refusal
from tryon.place.planes_of import planes_of
from tryon.types import Plane

_HEIGHT_M = (0.15, 4.0)  # of a camera over a floor it is held over


@SOURCES.register("depth")
def from_depth(evidence: Evidence) -> Plane | Refusal | None:
    """The floor of the depth frame; a sentence when the frame does not show one or cannot be true."""
    if evidence.depth_m is None:
        return None
    intrinsics = evidence.intrinsics
    try:
        found = planes_of(evidence.depth_m, intrinsics.camera, up=evidence.up, focal_sigma=intrinsics.focal_sigma)
    except InputError as error:
        return Refusal(str(error))
    if found.floor is None:
        return Refusal(found.remarks[0])
    height_m = found.floor.plane.distance_m
    if not _HEIGHT_M[0] < height_m < _HEIGHT_M[1]:
        return Refusal(
            f"Depth: expected a camera {_HEIGHT_M[0]} to {_HEIGHT_M[1]:g} m over the floor, got {height_m:.3g} m, as a "
            "wrong unit gives; say it, as in FILE@1000 for millimeters."
        )
    return found.floor.plane
