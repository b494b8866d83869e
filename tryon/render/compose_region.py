"""Which box of the picture a composition can touch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from tryon.render.batch import Batch
from tryon.types.camera import Camera

if TYPE_CHECKING:
    from tryon.render.picture import Box

# How far beside an item its shadow is followed: a share of its size, a brim's further than a ring's.
_REACH, _REACH_M = 0.24, (0.015, 0.1)


def region(batches: Sequence[Batch], camera: Camera, *, shadow: bool) -> Box | None:
    """Box of the picture that the batches, and the shadow they may throw, can touch; None when all lie outside."""
    corners = np.concatenate([np.zeros((0, 3)), *(batch.corners_m for batch in batches)])
    away = -corners[:, 2]
    if (away <= 1e-3).all():
        return None
    if (away <= 1e-3).any():
        return (0, 0, camera.width, camera.height)
    points = camera.project(corners)
    if shadow:
        extent_m = np.repeat([float(np.ptp(batch.corners_m, axis=0).max()) for batch in batches], 8)
        reach_m = np.clip(_REACH * extent_m, *_REACH_M)
        reach_px = (reach_m * max(camera.focal_x_px, camera.focal_y_px) / away)[:, None]
        points = np.concatenate([points, points - reach_px, points + reach_px])
    low = np.floor(points.min(axis=0)).astype(int) - 1
    high = np.ceil(points.max(axis=0)).astype(int) + 2
    x0, y0 = max(low[0], 0), max(low[1], 0)
    x1, y1 = min(high[0], camera.width), min(high[1], camera.height)
    return (int(x0), int(y0), int(x1), int(y1)) if x0 < x1 and y0 < y1 else None


def whole_steps(box: Box, camera: Camera, step: int) -> Box:
    """The box grown to a multiple of the shadow's step where the picture has room, so that no shadow is stretched."""
    x0, y0, x1, y1 = box
    x1, y1 = min(x1 + (x0 - x1) % step, camera.width), min(y1 + (y0 - y1) % step, camera.height)
    return max(x0 - (x0 - x1) % step, 0), max(y0 - (y0 - y1) % step, 0), x1, y1
