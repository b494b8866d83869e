"""The scenes a room is drawn as: what stands on its planes first, then what stands on that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tryon.place.arrangement import Wall
from tryon.session.room_pieces import Placed, pose_of, standing
from tryon.session.room_planes import from_plane, on_plane
from tryon.types import Cover, Finish, Item, Light, Plane, Scene, Surface

_CAUGHT = 0.95  # a real floor is also lit by what the shadow's own floor throws back
_REACH, _REACH_M = 2.0, (0.5, 4.0)  # how far beside a piece its shadow is followed: a share of its height
_ABOVE_M = 0.002  # between a top and the shadow on it
_CLEAN = Finish()


def scenes(
    pieces: Sequence[Placed],
    planes: Sequence[Plane],
    walls: Sequence[Wall],
    light: Light,
    *,
    hiding: Sequence[Surface] = (),
    cover: Callable[[Placed], Cover | None] = lambda _: None,
    finish: Finish = _CLEAN,
) -> Iterator[Scene]:
    """Scenes to compose one over the other: pieces on the planes, then pieces on pieces, which those below may hide.

    Args:
        walls: Where the floor ends, so that no shadow runs on behind a wall.
        hiding: Real things in front, from depth.
        cover: Soft things in front of a piece: a person.
        finish: The photo's own grain and blur.
    """
    below: list[Placed] = []
    for lifted in (False, True):
        stage = [placed for placed in pieces if (placed.on is not None) is lifted]
        if not stage:
            continue
        items = tuple(Item(placed.model, pose_of(placed, planes), cover(placed)) for placed in stage)
        caught = _tops(stage, pieces, planes) if lifted else _grounds(stage, planes, walls)
        solid = tuple(_shape(placed, planes) for placed in below)
        yield Scene(items, (*caught, *solid, *hiding), light, finish)
        below += stage


def _grounds(pieces: Sequence[Placed], planes: Sequence[Plane], walls: Sequence[Wall]) -> tuple[Surface, ...]:
    """The parts of the planes that shadows may fall on: under the pieces, and on walls near them."""
    caught = []
    for index, plane in enumerate(planes):
        reached = [box for placed in pieces if (box := _reached(placed, index, planes)) is not None]
        if not reached:
            continue
        low, high = np.min([box[0] for box in reached], axis=0), np.max([box[1] for box in reached], axis=0)
        shape = np.array([low, (low[0], high[1]), high, (high[0], low[1])])
        if plane.kind == "floor":
            for wall in walls:
                shape = _cut(shape, wall)
        elif plane.kind == "wall" and planes[0].kind == "floor":
            shape = _over(shape, plane, planes[0])
        if len(shape) >= 3:
            caught.append(_flat(from_plane(plane, shape)))
    return tuple(caught)


def _reached(
    placed: Placed, index: int, planes: Sequence[Plane]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Low and high corner of what a piece's shadow may reach of a plane; None when it is not near."""
    plane, outline = planes[index], standing(placed).outline(placed.solid.outline_m)
    reach_m = float(np.clip(_REACH * placed.solid.size_m[1], *_REACH_M))
    if placed.plane != index:
        feet = from_plane(planes[placed.plane], outline, placed.lift_m)
        if plane.kind != "wall" or (feet @ plane.normal + plane.distance_m).min() > reach_m:
            return None
        outline = on_plane(plane, feet)  # straight back onto the wall
    return outline.min(axis=0) - reach_m, outline.max(axis=0) + reach_m


def _tops(stage: Sequence[Placed], pieces: Sequence[Placed], planes: Sequence[Plane]) -> tuple[Surface, ...]:
    tops = []
    for name in dict.fromkeys(placed.on for placed in stage):
        base = next(placed for placed in pieces if placed.id == name)
        outline = standing(base).outline(base.solid.bands[-1].outlines_m[0])
        tops.append(_flat(from_plane(planes[base.plane], outline, base.lift_m + base.solid.size_m[1] + _ABOVE_M)))
    return tuple(tops)


def _flat(points: NDArray[np.float64]) -> Surface:
    """A convex outline as a surface that is seen in the picture itself."""
    fan = np.array([[0, index, index + 1] for index in range(1, len(points) - 1)], np.uint32)
    return Surface(points.astype(np.float32), fan, occludes=False, catches_shadow=_CAUGHT, flat=True)


def _shape(placed: Placed, planes: Sequence[Plane]) -> Surface:
    """A piece that was drawn before, as something that hides."""
    pose, points, triangles, count = pose_of(placed, planes), [], [], 0
    for primitive in placed.model.primitives:
        points.append(primitive.positions_m @ pose[:3, :3].T + pose[:3, 3])
        triangles.append(primitive.triangles.astype(np.uint32) + np.uint32(count))
        count += len(primitive.positions_m)
    return Surface(np.concatenate(points).astype(np.float32), np.concatenate(triangles))


def _cut(shape: NDArray[np.float64], wall: Wall) -> NDArray[np.float64]:
    """A convex outline without what lies behind a wall (Sutherland and Hodgman 1974)."""
    if wall.span_m is not None or not len(shape):
        return shape
    inside = (shape - wall.foot_m) @ wall.inward
    kept = []
    for index, (here, depth) in enumerate(zip(shape, inside, strict=True)):
        after, beyond = shape[(index + 1) % len(shape)], inside[(index + 1) % len(shape)]
        if depth >= 0.0:
            kept.append(here)
        if depth * beyond < 0.0:
            kept.append(here + (after - here) * depth / (depth - beyond))
    return np.array(kept).reshape(-1, 2)


def _over(shape: NDArray[np.float64], wall: Plane, floor: Plane) -> NDArray[np.float64]:
    """An outline on a wall without what lies under the floor."""
    frame = wall.camera_from_plane
    up = np.array([floor.normal @ frame[:3, 0], floor.normal @ frame[:3, 2]])
    steep = float(np.linalg.norm(up))
    if steep < 1e-6:
        return shape
    foot = -(float(floor.normal @ frame[:3, 3]) + floor.distance_m) / steep * (up / steep)
    return _cut(shape, Wall(foot, up / steep))
