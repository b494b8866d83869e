"""The light of a room's photo, as soon as something is drawn in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tryon.render.light import picture_light
from tryon.render.room_light import RoomLight, estimate_room_light
from tryon.types import Frame, Light, Plane

_LEVEL = ("floor", "table")
_SHEET_RATIO = (1.2, 1.5)  # of a sheet's sides: a bank card is longer, and no paper


def light_of(frame: Frame, plane: Plane, taken_px: Sequence[NDArray[np.float64]] = ()) -> RoomLight:
    """The light on a floor or table-top.

    Args:
        taken_px: Outlines of what gave the scale; a sheet of paper tells color and strength of the light.
    """
    if plane.kind not in _LEVEL:
        red, green, blue = (float(value) for value in picture_light(frame))
        return RoomLight(Light("room", rgb=(red, green, blue)), "overhead", 0.0)
    sheet = next((outline for outline in taken_px if _is_paper(outline, plane)), None)
    return estimate_room_light(frame, plane, sheet_px=sheet)


def _is_paper(outline_px: NDArray[np.float64], plane: Plane) -> bool:
    if outline_px.shape != (4, 2):
        return False
    points = plane.points_at(outline_px)
    sides = np.linalg.norm(np.roll(points, -1, axis=0) - points, axis=1)
    if not np.isfinite(sides).all():
        return False
    first, second = float(sides[[0, 2]].mean()), float(sides[[1, 3]].mean())
    ratio = max(first, second) / max(min(first, second), 1e-9)
    return _SHEET_RATIO[0] < ratio < _SHEET_RATIO[1]
