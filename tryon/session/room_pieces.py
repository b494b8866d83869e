"""What is placed in a room: each piece's place, its pose, and what it may not run into."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.place.arrangement import Standing, Wall, settle
from tryon.place.contact import camera_from_product
from tryon.place.solid import Solid
from tryon.session.room_planes import from_plane
from tryon.types import Model, Plane, Product

_NEAR_M = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One piece in its place.

    plane: Index in `Room.planes`.
    at_m: (x, z) of its middle in the plane's own frame.
    yaw_rad: Counterclockwise from above, on a wall from its front.
    lift_m: Height over the plane, for what stands on another piece; `on` is that piece's id.
    bounds_m: (2, 3) corners of the model, product space. solid: Its outlines over its plane.
    """

    id: str
    product: Product
    model: Model
    bounds_m: NDArray[np.float64]
    solid: Solid
    plane: int
    at_m: tuple[float, float]
    yaw_rad: float = 0.0
    lift_m: float = 0.0
    on: str | None = None


def pose_of(placed: Placed, planes: Sequence[Plane]) -> NDArray[np.float64]:
    """(4, 4) camera_from_product."""
    return camera_from_product(
        planes[placed.plane],
        placed.bounds_m,
        placed.at_m,
        yaw_rad=placed.yaw_rad,
        lift_m=placed.lift_m,
        up=upward(planes),
    )


def upward(planes: Sequence[Plane]) -> NDArray[np.float64]:
    """(3,) what is up, by the floor, a table or the ceiling; the picture's own up when there is none."""
    for plane in planes:
        if plane.kind != "wall":
            return -plane.normal if plane.kind == "ceiling" else plane.normal
    return np.array([0.0, 1.0, 0.0])


def corners_of(placed: Placed, planes: Sequence[Plane]) -> NDArray[np.float64]:
    """(8, 3) corners of its box in camera space."""
    low, high = placed.bounds_m
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1]) for z in (low[2], high[2])])
    pose = pose_of(placed, planes)
    return np.asarray(corners @ pose[:3, :3].T + pose[:3, 3])


def behind_camera(placed: Placed, planes: Sequence[Plane]) -> bool:
    """Whether no part of it is in front of the camera."""
    return bool((corners_of(placed, planes)[:, 2] > -_NEAR_M).all())


def standing(placed: Placed) -> Standing:
    """The piece as arranging sees it."""
    return Standing(placed.solid, placed.at_m, placed.yaw_rad, placed.lift_m)


def freed(placed: Placed, others: Iterable[Placed], walls: Mapping[int, Sequence[Wall]]) -> Placed | None:
    """The piece at the nearest place where it runs into nothing on its plane; None when there is none."""
    kept = family(placed, others)
    around = [
        standing(other)
        for other in others
        if other.plane == placed.plane and other.id != placed.id and other.id not in kept and other.id != placed.on
    ]
    found = settle(standing(placed), around, walls.get(placed.plane, ()))
    return None if found is None else replace(placed, at_m=found.at_m)


def family(placed: Placed, others: Iterable[Placed]) -> set[str]:
    """Ids of everything that stands on the piece, and on that, and so on."""
    found, everything = {placed.id}, list(others)
    while True:
        more = {other.id for other in everything if other.on in found} - found
        if not more:
            return found - {placed.id}
        found |= more


def carried(child: Placed, before: Placed, after: Placed) -> Placed:
    """What stands on a piece, taken along when the piece goes from one place to another."""
    turn = after.yaw_rad - before.yaw_rad
    away = np.array(child.at_m) - before.at_m
    cosine, sine = math.cos(turn), math.sin(turn)
    x, z = np.array([[cosine, sine], [-sine, cosine]]) @ away + after.at_m
    return replace(
        child,
        at_m=(float(x), float(z)),
        yaw_rad=math.remainder(child.yaw_rad + turn, 2.0 * math.pi),
        lift_m=child.lift_m + after.lift_m - before.lift_m,
    )


def top_under(
    pixel: NDArray[np.float64], pieces: Iterable[Placed], planes: Sequence[Plane]
) -> tuple[Placed, tuple[float, float]] | None:
    """The piece whose top a pixel shows, and where on it in the plane's frame; None when it shows no top."""
    best: tuple[float, Placed, tuple[float, float]] | None = None
    for placed in pieces:
        plane = planes[placed.plane]
        if plane.kind not in ("floor", "table"):
            continue
        found = standing(placed)
        height_m = placed.lift_m + found.solid.size_m[1]
        at = point_at(plane, pixel, height_m)
        if at is None or not _inside(np.array(at), found.outline(found.solid.bands[-1].outlines_m[0])):
            continue
        away_m = float(np.linalg.norm(from_plane(plane, [at], height_m)))
        if best is None or away_m < best[0]:
            best = away_m, placed, at
    return None if best is None else (best[1], best[2])


def point_at(plane: Plane, pixel: NDArray[np.float64], height_m: float = 0.0) -> tuple[float, float] | None:
    """(x, z) on the plane, or at a height over it, that a pixel shows; None at or above its horizon."""
    if plane.distance_m - height_m <= _NEAR_M:
        return None
    raised = replace(plane, distance_m=plane.distance_m - height_m)
    point = raised.points_at(pixel)[0]
    if not np.isfinite(point).all():
        return None
    frame = plane.camera_from_plane
    x, z = (point - frame[:3, 3]) @ frame[:3, [0, 2]]
    return float(x), float(z)


def _inside(point: NDArray[np.float64], outline: NDArray[np.float64]) -> bool:
    after = np.roll(outline, -1, axis=0)
    sides = (after - outline)[:, 0] * (point - outline)[:, 1] - (after - outline)[:, 1] * (point - outline)[:, 0]
    return bool((sides >= 0.0).all() or (sides <= 0.0).all())
