"""A piece with its back against a wall, or square to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tryon.place.arrangement import Standing, Wall

REACH_M = 0.5  # as near as this a back is meant to touch the wall


def nearest_wall(piece: Standing, walls: Sequence[Wall]) -> tuple[Wall, float] | None:
    """The wall nearest to the piece and the gap between them in metres; None where there is no wall."""
    outline = piece.outline(piece.solid.outline_m)
    gaps = [(-wall.depth(outline), wall) for wall in walls if _beside(piece, wall)]
    if not gaps:
        return None
    gap_m, wall = min(gaps, key=lambda each: each[0])
    return wall, gap_m


def against(piece: Standing, wall: Wall, *, gap_m: float = 0.0) -> Standing:
    """The piece turned so that its back (−Z) lies along the wall, moved straight back until it touches.

    Args:
        gap_m: Air left between: a skirting board, or the clearance the product asks for.
    """
    # The front (0, 1) turned by yaw is (sin yaw, cos yaw) in (x, z).
    turned = replace(piece, yaw_rad=math.atan2(float(wall.inward[0]), float(wall.inward[1])))
    depth_m = float(-((turned.outline(turned.solid.outline_m) - wall.foot_m) @ wall.inward).min())
    at = np.array(piece.at_m) + wall.inward * (depth_m + gap_m)
    return replace(turned, at_m=(float(at[0]), float(at[1])))


def _beside(piece: Standing, wall: Wall) -> bool:
    if wall.span_m is None:
        return True
    along = float((np.array(piece.at_m) - wall.foot_m) @ wall.along)
    return wall.span_m[0] - piece.reach_m <= along <= wall.span_m[1] + piece.reach_m
