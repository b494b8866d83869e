"""Free places and free space in a room: where something can stand, and how much is free round it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.place.arrangement import overlap
from tryon.place.fit import Side, fits
from tryon.place.length import length_between
from tryon.session.room_ground import Ground
from tryon.session.room_pieces import Placed, corners_of, standing
from tryon.session.room_planes import from_plane, on_plane
from tryon.types import Measure, Plane

if TYPE_CHECKING:
    from tryon.session.room_surroundings import Surroundings

_ACROSS, _DOWN = 17, 15  # places looked at
_MARGIN = 0.02  # of the picture
_TRIED = 12  # of the best places, where depth is asked whether there is room
_NICE_SHARE = 0.34  # of the picture's width that a piece best takes
_RAYS = (-0.45, 0.0, 0.45)  # over the piece's own side
_FAR_M = 20.0


def free_at(room: Surroundings, placed: Placed, others: Sequence[Placed]) -> tuple[float, float]:
    """(x, z) of a free place in view for a piece: whole in the picture, near its middle, beside what is there.

    Raises:
        ParameterError: The plane is not in view, or nothing is free.
    """
    ranked = _free_places(room, placed, others)
    if not ranked:
        raise ParameterError(
            f"No free part of the {room.planes[placed.plane].kind} is in view for the {placed.product.name}; choose a "
            "point, or take something out."
        )
    if room.depth_m is not None and room.planes[placed.plane].kind == "floor":
        for _, at in ranked[:_TRIED]:
            if _has_room(room, replace(placed, at_m=at)):
                return at
    return ranked[0][1]


def _free_places(
    room: Surroundings, placed: Placed, others: Sequence[Placed]
) -> list[tuple[float, tuple[float, float]]]:
    """Places where nothing known is in the way, with how good each looks, the best first."""
    plane = room.planes[placed.plane]
    width, height = room.frame.width, room.frame.height
    x, y = np.meshgrid(np.linspace(0.08, 0.92, _ACROSS) * width, np.linspace(0.08, 0.97, _DOWN) * height)
    walls = room.walls(placed.plane)
    axes = plane.camera_from_plane[:3, [0, 2]]
    around = [standing(other) for other in others if other.plane == placed.plane]
    ground = Ground(room.frame, room.taken_px) if plane.kind == "floor" and placed.on is None else None
    middle = replace(placed, at_m=(0.0, 0.0))
    corners_at_middle = corners_of(middle, room.planes)
    outline_at_middle = standing(middle).outline(placed.solid.outline_m)
    pixels = np.stack([x.ravel(), y.ravel()], axis=1)
    places = on_plane(plane, plane.points_at(pixels))
    found: list[tuple[float, tuple[float, float]]] = []
    least = -math.inf
    for pixel, (across, along) in zip(pixels, places.tolist(), strict=True):
        if not math.isfinite(across) or (len(room.planes) > 1 and room.plane_at(pixel) != placed.plane):
            continue
        at = (across, along)
        here = replace(placed, at_m=at)
        stands, outline = standing(here), outline_at_middle + at
        merit = _merit(room, corners_at_middle + axes @ at)
        if merit > least and ground is not None:
            merit += _looks_like_floor(room, here, outline, ground)
        if merit <= least or not _on_seen(room, placed.plane, outline):
            continue
        if any(wall.depth(outline) > 0.0 for wall in walls):
            continue
        if any(overlap(stands, other) is not None for other in around) or _on_taken(room, here, outline):
            continue
        found.append((merit, at))
        if room.depth_m is None:  # only the best counts
            least = merit
    return sorted(found, reverse=True)


def _has_room(room: Surroundings, placed: Placed) -> bool:
    """Whether depth leaves room for the piece itself."""
    try:
        free = _by_depth(room, placed)
    except ParameterError:
        return False
    return fits(placed.product, free).verdict in ("fits", "fits barely")


def free_space(room: Surroundings, placed: Placed, others: Sequence[Placed]) -> dict[Side, Measure]:
    """What is free round a piece, along its own sides, as far as walls, other pieces, depth or a ceiling tell.

    A side that is open has no upper end: its `high_m` is infinite.

    Raises:
        ParameterError: Depth shows that something stands there already.
    """
    plane = room.planes[placed.plane]
    if plane.kind not in ("floor", "table"):
        return {}
    if room.depth_m is not None and placed.on is None and plane.kind == "floor":
        return _by_depth(room, placed)
    found: dict[Side, Measure] = {}
    for side, yaw_rad, half_m in (
        ("width", placed.yaw_rad, placed.solid.size_m[2]),
        ("depth", placed.yaw_rad - math.pi / 2.0, placed.solid.size_m[0]),
    ):
        ends = _ends(room, placed, others, yaw_rad, half_m)
        if ends is not None:
            found[side] = _between(plane, ends)  # type: ignore[index]  # both are sides
    ceilings = [each for each in room.planes if each.kind == "ceiling"]
    if ceilings and plane.kind == "floor":
        found["height"] = _under(plane, ceilings[0], placed)
    return found


def _merit(room: Surroundings, corners: NDArray[np.float64]) -> float:
    """How good a place looks: whole in the picture, near its middle, neither tiny nor filling it."""
    if (corners[:, 2] > -0.2).any():
        return -10.0
    seen = room.camera.project(corners) / (room.frame.width, room.frame.height)
    inside = (seen >= _MARGIN).all(axis=1) & (seen <= 1.0 - _MARGIN).all(axis=1)
    share = float(np.ptp(seen[:, 0]))
    middle = seen.mean(axis=0)
    return (
        3.0 * float(inside.mean())
        - abs(float(middle[0]) - 0.5)
        - 0.5 * abs(float(middle[1]) - 0.55)
        - 1.5 * abs(math.log(max(share, 1e-3) / _NICE_SHARE)) * 0.5
    )


def _looks_like_floor(room: Surroundings, here: Placed, outline: NDArray[np.float64], ground: Ground) -> float:
    """0 where all of the foot lies on what looks like floor; far below where it does not, or where scale is unsure."""
    points = from_plane(room.planes[here.plane], outline)
    if (points[:, 2] > -0.1).any():
        return -10.0
    share = ground.share(room.camera.project(points))
    # A relative error of the scale grows with the distance; nearer is truer.
    return -6.0 * (1.0 - share) - 0.15 * float(-points[:, 2].mean())


def _on_seen(room: Surroundings, plane: int, outline: NDArray[np.float64]) -> bool:
    """Whether the piece's foot lies on the part of the plane that depth saw, when it saw any."""
    seen = room.outlines_m.get(plane)
    if seen is None:
        return True
    import cv2

    shape = on_plane(room.planes[plane], seen).astype(np.float32)
    if room.planes[plane].kind == "wall":  # what stands before a wall hides parts of it
        outline = outline.mean(axis=0, keepdims=True)
    return all(cv2.pointPolygonTest(shape, (float(x), float(z)), measureDist=False) >= 0.0 for x, z in outline)


def _on_taken(room: Surroundings, here: Placed, outline: NDArray[np.float64]) -> bool:
    """Whether the piece would cover a sheet or a person, as seen in the picture."""
    if not room.taken_px:
        return False
    import cv2

    points = from_plane(room.planes[here.plane], outline, here.lift_m)
    if (points[:, 2] > -0.05).any():
        return True
    seen = cv2.convexHull(room.camera.project(points).astype(np.float32))
    for taken in room.taken_px:
        other = cv2.convexHull(np.asarray(taken, np.float32))
        if cv2.intersectConvexConvex(seen, other)[0] > 0.0:
            return True
    return False


def _ends(
    room: Surroundings, placed: Placed, others: Sequence[Placed], yaw_rad: float, side_m: float
) -> NDArray[np.float64] | None:
    """(2, 2) where the narrowest free stretch through a piece along a direction begins and ends; None if open."""
    along = np.array([math.cos(yaw_rad), -math.sin(yaw_rad)])
    across = np.array([along[1], -along[0]])
    around = [standing(other) for other in others if other.id != placed.id and other.plane == placed.plane]
    shapes = [each.outline(each.solid.outline_m) for each in around if each.solid.size_m[1] > 0.05]
    narrowest: NDArray[np.float64] | None = None
    for share in _RAYS:
        start = np.array(placed.at_m) + share * side_m * across
        reach = [_reach(room, placed.plane, shapes, start, sign * along) for sign in (-1.0, 1.0)]
        if max(reach) >= _FAR_M:
            return None
        ends = np.stack([start - reach[0] * along, start + reach[1] * along])
        if narrowest is None or np.ptp(ends @ along) < np.ptp(narrowest @ along):
            narrowest = ends
    return narrowest


def _reach(
    room: Surroundings,
    plane: int,
    shapes: Sequence[NDArray[np.float64]],
    start: NDArray[np.float64],
    toward: NDArray[np.float64],
) -> float:
    nearest = _FAR_M
    for wall in room.walls(plane):
        speed = float(toward @ wall.inward)
        if speed < -1e-6:
            distance = float((start - wall.foot_m) @ wall.inward) / -speed
            along = float((start + distance * toward - wall.foot_m) @ wall.along)
            if distance >= 0.0 and (wall.span_m is None or wall.span_m[0] <= along <= wall.span_m[1]):
                nearest = min(nearest, distance)
    for shape in shapes:
        for a, b in zip(shape, np.roll(shape, -1, axis=0), strict=True):
            edge = b - a
            turn = float(toward[0] * edge[1] - toward[1] * edge[0])
            if abs(turn) > 1e-12:
                away = a - start
                distance = float(away[0] * edge[1] - away[1] * edge[0]) / turn
                share = float(away[0] * toward[1] - away[1] * toward[0]) / turn
                if distance > 0.0 and 0.0 <= share <= 1.0:
                    nearest = min(nearest, distance)
    return nearest


def _between(plane: Plane, ends_m: NDArray[np.float64]) -> Measure:
    """The length between two places of the plane; where one is behind the camera, by the plane's scale alone."""
    points = from_plane(plane, ends_m)
    if (points[:, 2] < -0.1).all():
        first, second = plane.camera.project(points)
        return length_between(plane, first, second)
    length_m = float(np.linalg.norm(points[0] - points[1]))
    return _of_scale(length_m, plane)


def _under(floor: Plane, ceiling: Plane, placed: Placed) -> Measure:
    spot = from_plane(floor, [placed.at_m])[0]
    height_m = float(ceiling.normal @ spot) + ceiling.distance_m
    variance = sum((each.distance_m**2) * float(each.covariance[2, 2]) for each in (floor, ceiling))
    half_m = 1.96 * math.sqrt(variance)
    return Measure(height_m, max(height_m - half_m, 0.0), height_m + half_m, f"{floor.source}, ceiling")


def _of_scale(length_m: float, plane: Plane) -> Measure:
    half_m = 1.96 * length_m * math.sqrt(float(plane.covariance[2, 2]))
    return Measure(length_m, max(length_m - half_m, 0.0), length_m + half_m, plane.source)


def _by_depth(room: Surroundings, placed: Placed) -> dict[Side, Measure]:
    from tryon.place.depth_space import free_box

    floor = room.planes[placed.plane]
    pixel = floor.camera.project(from_plane(floor, [placed.at_m]))[0]
    assert room.depth_m is not None  # noqa: S101  # the caller asked
    box = free_box(
        room.depth_m,
        floor.camera,
        floor,
        pixel,
        planes=room.planes,
        height_m=max(placed.solid.size_m[1], 0.1),
        yaw_rad=placed.yaw_rad,
    )
    found: dict[Side, Measure] = {}
    for side, measure, ends in (
        ("width", box.width, ("left", "right")),
        ("depth", box.depth, ("front", "back")),
        ("height", box.height, ("top",)),
    ):
        is_open = any(end in box.open_sides for end in ends)
        found[side] = replace(measure, high_m=math.inf) if is_open else measure  # type: ignore[index]  # all are sides
    return found
