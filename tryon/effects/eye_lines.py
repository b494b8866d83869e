"""The lines a liner draws round an eye, as outlines in the picture."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.effects.eye_outlines import BEND, crease_line, lower_line, second_wing, upper_line
from tryon.effects.eye_shape import EDGE_POINTS, EyeShape

Outline = NDArray[np.float32]
"""(n, 2) float32 closed polygon in region pixels."""


@dataclass(frozen=True, slots=True)
class LinePattern:
    """Where a pattern draws; sizes are shares of the eye's width.

    upper: Thickness above the upper lid at the inner corner, a quarter, the middle, three quarters and outer corner.
    wing: Length beyond the outer corner; lift: 0 along the skin to the temple, above 0 steeper.
    lower: The same five thicknesses below the lower lid, 0 for none.
    inside: Width on the lid's own margin (the waterline), upper and lower.
    second: 0, or the gap of a second line: above the lid, and below the wing.
    smudge: Radius over which the edge is rubbed soft.
    point: How far the line runs past the inner corner.
    """

    upper: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    wing: float = 0.0
    lift: float = 0.35
    lower: tuple[float, float, float, float, float] = (0.0, 0.0, 0.0, 0.0, 0.0)
    inside: tuple[float, float] = (0.0, 0.0)
    second: float = 0.0
    smudge: float = 0.0
    point: float = 0.0


PATTERNS: Final[dict[str, LinePattern]] = {
    "natural": LinePattern(upper=(0.008, 0.020, 0.030, 0.036, 0.026), wing=0.06, lift=0.1),
    "wing": LinePattern(upper=(0.008, 0.024, 0.038, 0.056, 0.054), wing=0.27, lift=0.35),
    "cat_eye": LinePattern(
        upper=(0.012, 0.034, 0.058, 0.082, 0.080), wing=0.38, lift=0.55, lower=(0, 0, 0, 0.008, 0.030), point=0.06
    ),
    "puppy": LinePattern(upper=(0.010, 0.026, 0.042, 0.052, 0.046), wing=0.20, lift=-1.15),
    "smoky": LinePattern(
        upper=(0.030, 0.060, 0.085, 0.105, 0.100), wing=0.10, lower=(0.010, 0.025, 0.040, 0.055, 0.060), smudge=0.035
    ),
    "smudged": LinePattern(upper=(0.012, 0.035, 0.055, 0.070, 0.060), wing=0.06, smudge=0.022),
    "tightline": LinePattern(upper=(0.0, 0.006, 0.008, 0.008, 0.004), inside=(0.018, 0.0)),
    "waterline": LinePattern(inside=(0.0, 0.022)),
    "kohl": LinePattern(
        upper=(0.016, 0.028, 0.036, 0.042, 0.040),
        wing=0.04,
        lower=(0.012, 0.018, 0.022, 0.028, 0.032),
        inside=(0.014, 0.022),
        smudge=0.008,
    ),
    "lower": LinePattern(lower=(0.004, 0.014, 0.020, 0.026, 0.022)),
    "double_wing": LinePattern(
        upper=(0.010, 0.026, 0.042, 0.062, 0.066), wing=0.28, lift=0.40, lower=(0, 0, 0, 0.016, 0.024), second=0.12
    ),
    "graphic": LinePattern(upper=(0.008, 0.022, 0.036, 0.052, 0.056), wing=0.30, lift=0.45, second=0.22),
}
_KNOTS = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
_LEAVE = 35  # edge point, just short of three quarters of the way out, where a wing's upper side leaves the lid
_UNDER = 0.03  # lines begin this far inside the lid's edge; what would lie on the eyeball is cut by the canvas
_ROWS = 3 * EDGE_POINTS + 4 * BEND


def outlines(shape: EyeShape, pattern: str, *, thickness: float, wing: float) -> list[Outline]:
    """Outlines of what the pattern draws on the skin; thickness and wing scale its own sizes."""
    chosen, lines = PATTERNS[pattern], list[Outline]()
    above, below = _profiles(pattern)
    unit = shape.width_px
    size, under = np.float32(thickness * unit), _UNDER * unit
    if any(chosen.upper):
        rows = np.empty((_ROWS, 2), np.float32)
        tip, point = wing_tip(shape, chosen.wing * wing, chosen.lift), _inner_point(shape, chosen.point)
        used = upper_line(shape.upper, shape.upper_normal, shape.lower, above * size, _LEAVE, tip, point, under, rows)
        lines.append(rows[:used])
    if any(chosen.lower):
        rows = np.empty((_ROWS, 2), np.float32)
        lines.append(rows[: lower_line(shape.lower, shape.lower_normal, below * size, under, rows)])
    if chosen.second:
        lines.append(_second_line(shape, chosen, thickness, wing))
    return lines


def margins(shape: EyeShape, pattern: str, *, thickness: float) -> list[tuple[NDArray[np.float32], float]]:
    """Each waterline the pattern fills: its (n, 2) path along the lid's margin and its width in pixels."""
    unit = shape.width_px
    above, below = (width * (0.6 + 0.4 * thickness) * unit for width in PATTERNS[pattern].inside)
    paths: list[tuple[NDArray[np.float32], float]] = []
    if above:
        paths.append(((shape.upper - shape.upper_normal * np.float32(0.3 * above))[4:], above))
    if below:
        paths.append(((shape.lower - shape.lower_normal * np.float32(0.3 * below))[4:], below))
    return paths


def wing_tip(shape: EyeShape, length: float, lift: float) -> NDArray[np.float32]:
    """(2,) where a wing of that length ends, on the skin beyond the outer corner as the mesh shows it."""
    # In the canonical face the temple point lies 0.40 eye widths from the outer corner, 28° above the eye's line.
    flat = (shape.temple - shape.outer_corner) * np.float32(1.0 / 0.40)
    reach = flat + np.float32(0.55 * lift * shape.width_px) * shape.up
    return np.asarray(shape.outer_corner + np.float32(length) * reach, np.float32)


def _inner_point(shape: EyeShape, length: float) -> NDArray[np.float32]:
    """(2,) past the inner corner, along the lid's run there."""
    along = shape.upper[0] - shape.upper[10]
    reach = length * shape.width_px / max(float(np.hypot(along[0], along[1])), 1e-3)
    return np.asarray(shape.upper[0] + np.float32(reach) * along, np.float32)


def _second_line(shape: EyeShape, pattern: LinePattern, thickness: float, wing: float) -> Outline:
    """A thinner wing below the first where the pattern lines the lower lid, else a line in the crease."""
    unit, rows = shape.width_px, np.empty((_ROWS, 2), np.float32)
    if any(pattern.lower):
        sag = pattern.second * unit
        tip = wing_tip(shape, 0.82 * pattern.wing * wing, pattern.lift) - np.float32(sag) * shape.up
        start = shape.lower[-8] + shape.lower_normal[-8] * np.float32(0.01 * unit)
        return rows[: second_wing(start, tip, shape.up, 0.011 * thickness * unit, 0.35 * sag, rows)]
    tip = wing_tip(shape, 0.95 * pattern.wing * wing, pattern.lift + 0.6)
    gap, half = pattern.second * unit, 0.009 * thickness * unit
    return rows[: crease_line(shape.upper, shape.up, gap, half, 8, 37, tip, rows)]


@functools.cache
def _profiles(pattern: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(EDGE_POINTS,) height of the pattern's upper and lower line at each edge point, in eye widths."""
    along = np.linspace(0.0, 1.0, EDGE_POINTS)
    chosen = PATTERNS[pattern]
    upper, lower = (np.interp(along, _KNOTS, line).astype(np.float32) for line in (chosen.upper, chosen.lower))
    return upper, lower
