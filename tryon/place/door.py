"""Scale from a door, or any upright rectangle of known size that stands on the floor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.place.evidence import SOURCES, Evidence, Refusal
from tryon.place.flat_fit import Estimate, FlatFit
from tryon.place.length import click_sigma_of
from tryon.place.lying import as_lying
from tryon.place.rectangle import fit_rectangle
from tryon.place.tile import misfit_reason, rectangle_fault
from tryon.types import Plane

_MISFIT = 14.0
_STEP = 1e-5


@SOURCES.register("door")
def from_door(evidence: Evidence) -> Plane | Refusal | None:
    """The floor at a door's foot, square to the wall that the door is in."""
    door = evidence.door
    if door is None:
        if "door" in evidence.wanted:
            return Refusal("No door was marked; mark its four corners, the foot first, and give its width and height.")
        return None
    reason = rectangle_fault(door, "door")
    if reason is not None:
        return Refusal(reason)
    try:
        fit = fit_rectangle(
            door.corners_px,
            door.size_m,
            evidence.intrinsics,
            corner_sigma_px=click_sigma_of(evidence.intrinsics.camera),
            size_sigma_m=door.sigma_m,
            first_side_known=True,
            up=evidence.up,
            kind="wall",
            source="door",
        )
    except ParameterError as error:
        return Refusal(str(error))
    if fit.misfit > _MISFIT:
        return Refusal(misfit_reason(door, "door", fit.rms_px))
    floor = _floor(fit, door.size_m)
    if floor is None:
        return Refusal("The door's foot lies at the camera's own height; mark the two corners at its foot first.")
    return as_lying(floor, evidence, "door's foot", _foot(door.corners_px))


def _foot(corners_px: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(corners_px, np.float64).reshape(4, 2)[:2]


def _floor(fit: FlatFit, size_m: tuple[float, float]) -> Plane | None:
    """The plane through the foot that the door is upright on; its doubt follows from that of the whole fit."""
    normal, distance_m = _below(fit.estimate, size_m)
    if not distance_m > 1e-3:
        return None
    plane = Plane(fit.plane.camera, normal, distance_m, np.eye(4), "door")
    count = len(fit.doubt)
    slope = np.zeros((4, count))
    for axis in range(count):
        step = np.zeros(count)
        step[axis] = _STEP
        ahead, behind = (_below(fit.estimate.moved(sign * step), size_m) for sign in (1.0, -1.0))
        turned = np.cross(normal, (ahead[0] - behind[0]) / (2.0 * _STEP))
        slope[:2, axis] = plane.tangents @ turned
        slope[2, axis] = (ahead[1] - behind[1]) / (2.0 * _STEP) / distance_m
    slope[3, 3] = 1.0
    return Plane(plane.camera, normal, distance_m, np.asarray(slope @ fit.doubt @ slope.T), "door")


def _below(estimate: Estimate, size_m: tuple[float, float]) -> tuple[NDArray[np.float64], float]:
    """Normal and distance of the floor under an upright rectangle."""
    turn, shift_x, shift_y = estimate.placings[0]
    rise = np.array([-np.sin(turn), np.cos(turn)])
    foot = np.array([shift_x, shift_y]) - rise * size_m[1] / 2.0
    in_plane = estimate.rotation[:, :2]
    point = in_plane @ foot - estimate.distance_m * estimate.rotation[:, 2]
    normal = in_plane @ rise
    return normal, -float(normal @ point)
