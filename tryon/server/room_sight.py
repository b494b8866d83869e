"""Where in the picture a piece of furniture is seen, and how far a change of it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.session.room import Room
from tryon.session.room_pieces import Placed

Box: TypeAlias = tuple[int, int, int, int]
_NEAREST_M = 0.05  # what is closer to the camera, or behind it, is not in the picture
_STEPS = 9  # points along each edge, so that one cut by the camera keeps the part in front
_SHADE_M = 0.45  # around a piece, where its shadow changes what one sees
_MARGIN_PX = 6


def outline(room: Room, piece: Placed) -> list[tuple[float, float]]:
    """A convex polygon around the piece, as shares of the picture's width and height; empty when it is not in view."""
    pixels = _seen(room, piece, 0.0)
    if len(pixels) < 3:
        return []
    hull = cv2.convexHull(pixels.astype(np.float32)).reshape(-1, 2)
    shares = (hull + 0.5) / np.array([room.frame.width, room.frame.height])
    return [(round(float(x), 4), round(float(y), 4)) for x, y in shares]


def covered_box(room: Room, piece: Placed) -> Box:
    """(x0, y0, x1, y1) pixels that hold the piece and the shadow about its feet, cut to the picture; never empty."""
    pixels = _seen(room, piece, _SHADE_M)
    size = np.array([room.frame.width, room.frame.height])
    if not len(pixels):
        return 0, 0, 1, 1
    low = np.clip(np.floor(pixels.min(axis=0)) - _MARGIN_PX, 0, size - 1).astype(int)
    high = np.clip(np.ceil(pixels.max(axis=0)) + _MARGIN_PX + 1, low + 1, size).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def foot(room: Room, piece: Placed) -> tuple[float, float]:
    """Where the middle of its foot (of its back, on a wall) is, as shares; it may lie outside of the picture."""
    plane = room.planes[piece.plane]
    point = plane.camera_from_plane @ np.array([piece.at_m[0], piece.lift_m, piece.at_m[1], 1.0])
    pixel = room.camera.project(point[:3])[0] if point[2] < -_NEAREST_M else np.zeros(2)
    x, y = (pixel + 0.5) / (room.frame.width, room.frame.height)
    return round(float(x), 4), round(float(y), 4)


def changed_box(room: Room, before: Sequence[Placed]) -> Box:
    """What a change reaches in the picture: pieces as they were before and are now, where the two differ."""
    held = {id(piece) for piece in room.pieces}
    known = {id(piece) for piece in before}
    boxes = [covered_box(room, piece) for piece in before if id(piece) not in held]
    boxes += [covered_box(room, piece) for piece in room.pieces if id(piece) not in known]
    edges = np.array(boxes or [(0, 0, 1, 1)])
    (x0, y0), (x1, y1) = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
    return int(x0), int(y0), int(x1), int(y1)


def _seen(room: Room, piece: Placed, around_m: float) -> NDArray[np.float64]:
    """(N, 2) pixels of the piece's bounds, wider by `around_m` beside it, as far as they are before the camera."""
    low, high = (bound.copy() for bound in piece.bounds_m)
    low[[0, 2]] -= around_m
    high[[0, 2]] += around_m
    if room.planes[piece.plane].kind == "wall":
        low[1] -= around_m
        high[1] += around_m
    steps = np.linspace(0.0, 1.0, _STEPS)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    grid = grid[((grid == 0.0) | (grid == 1.0)).sum(axis=1) >= 2]  # edges alone
    points = np.concatenate([low + grid * (high - low), np.ones((len(grid), 1))], axis=1) @ room.pose(piece).T
    points = points[points[:, 2] < -_NEAREST_M, :3]
    return room.camera.project(points) if len(points) else np.zeros((0, 2))
