"""From a photo and what is known about it to the planes of the room."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.capture import read_image
from tryon.errors import ScaleUnknownError
from tryon.place import SOURCES, Evidence, Refusal, fuse
from tryon.place.intrinsics import intrinsics_of
from tryon.place.intrinsics_undistort import undistorted
from tryon.place.taken import taken_outlines
from tryon.session.room_scale import evidence_of
from tryon.types import Camera, Frame, Intrinsics, Plane, PlaneKind, Surface

_LEVEL = ("floor", "table")
_ON_WALL_M = 0.06  # what depth shows this close to a wall is wall: noise, a skirting board


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What a photo shows of a room: see `Surroundings`, which has the same fields."""

    frame: Frame
    planes: tuple[Plane, ...]
    intrinsics: Intrinsics
    remarks: tuple[str, ...] = ()
    outlines_m: Mapping[int, NDArray[np.float64]] = field(default_factory=dict)
    hiding: tuple[Surface, ...] = ()
    taken_px: tuple[NDArray[np.float64], ...] = ()
    depth_m: NDArray[np.float32] | None = None


def see(
    photo: str | os.PathLike[str] | Frame,
    *,
    scale: Sequence[str] = (),
    given: Intrinsics | Camera | float | str | Path | None = None,
    corners_px: ArrayLike | None = None,
    lying: PlaneKind = "floor",
    known: Mapping[str, Any] | None = None,
) -> Seen:
    """Find the room in a photo.

    Args:
        scale: See `room_scale.FORMS`; none: everything that finds something.
        given: The camera, when it is known better than by EXIF.
        lying: What the sheet, card or tag lies on.
        known: Further fields of `Evidence`, such as `up`.

    Raises:
        InputError, SourceMissingError, ParameterError: The photo, or what is known, cannot be used.
        ScaleUnknownError: Nothing gives the scale; the message says why and what to do.
    """
    frame = photo if isinstance(photo, Frame) else read_image(photo)
    facts = intrinsics_of(photo, frame=frame, given=given)
    frame, intrinsics = undistorted(frame, facts.intrinsics)
    evidence, guessed = evidence_of(frame, intrinsics, scale, corners_px)
    evidence = replace(evidence, **(known or {}))
    planes, found = find_planes(evidence, lying)
    remarks = (*(facts.remarks if _focal_matters(planes[0]) else ()), *guessed, *found)
    taken = taken_outlines(evidence)
    seen = Seen(frame, planes, intrinsics, tuple(dict.fromkeys(remarks)), taken_px=taken)
    return seen if evidence.depth_m is None else _with_depth(seen, evidence)


def find_planes(evidence: Evidence, lying: PlaneKind = "floor") -> tuple[tuple[Plane, ...], tuple[str, ...]]:
    """The planes that the sources give, the floor that all of them agree on first, and sentences about them.

    Raises:
        ScaleUnknownError: No source gives one; the message holds the reasons.
    """
    found: list[Plane] = []
    reasons: list[str] = []
    for name in evidence.wanted or tuple(SOURCES):
        answer = SOURCES.get(name)(evidence)
        if isinstance(answer, Plane):
            found.append(answer)
        elif isinstance(answer, Refusal) and (answer.telling or name in evidence.wanted):
            reasons.append(answer.reason)
        elif answer is None and name in evidence.wanted:
            reasons.append(f"The {name} that was asked for as a scale is not in view; show all of it, flat and lit.")
    if not found:
        raise ScaleUnknownError(" ".join(dict.fromkeys(reasons)) or _nothing())
    level = [plane for plane in found if plane.kind in _LEVEL]
    upright = [plane for plane in found if plane.kind not in _LEVEL]
    if not level:
        return tuple(upright), tuple(reasons)
    floor, remarks = fuse(level, evidence.intrinsics)
    return (replace(floor, kind=lying) if lying in _LEVEL else floor, *upright), (*remarks, *reasons)


def _nothing() -> str:
    return (
        "Nothing in view tells how large things are; lay a sheet of A4 or Letter, a bank card or a page of "
        "`tryon marker` on the floor, or say what you know: --scale points:…, tile:…, door:… or height:…."
    )


def _focal_matters(plane: Plane) -> bool:
    """Whether how the focal length was found is worth a sentence: it is not, once the plane knows it well."""
    return float(plane.covariance[3, 3]) > 0.03**2


def _with_depth(seen: Seen, evidence: Evidence) -> Seen:
    """With walls, tables and a ceiling from depth, and the things that may stand in front."""
    from tryon.place.occluder import occluders_from_depth
    from tryon.place.planes_of import planes_of

    assert evidence.depth_m is not None  # noqa: S101  # the caller asked
    floor = seen.planes[0]
    up = floor.normal if floor.kind in _LEVEL else evidence.up
    found = planes_of(evidence.depth_m, floor.camera, up=up, focal_sigma=evidence.intrinsics.focal_sigma)
    others = [one for one in found.seen if one.plane.kind != "floor"]
    first = len(seen.planes)
    planes = (*seen.planes, *(one.plane for one in others))
    outlines = {first + index: one.outline_m for index, one in enumerate(others)}
    if found.floor is not None and floor.kind == "floor":
        outlines[0] = found.floor.outline_m
    hiding = occluders_from_depth(evidence.depth_m, floor.camera, seen.frame, planes=found.planes)
    hiding = tuple(_behind_walls(surface, planes) for surface in hiding)
    return replace(seen, planes=planes, outlines_m=outlines, hiding=hiding, depth_m=evidence.depth_m)


def _behind_walls(surface: Surface, planes: Sequence[Plane]) -> Surface:
    """The surface with all that lies on a wall just behind it, so that a wall never eats what hangs on it."""
    points = surface.vertices_m.astype(np.float64)
    for wall in planes:
        if wall.kind == "wall":
            before_m = points @ wall.normal + wall.distance_m
            close = np.abs(before_m) < _ON_WALL_M
            # Along the ray of sight: the outline in the picture stays.
            reach = (wall.distance_m + 0.5 * _ON_WALL_M) / np.maximum(wall.distance_m - before_m[close], 1e-3)
            points[close] *= reach[:, None]
    return replace(surface, vertices_m=points.astype(np.float32))
