"""Where a ring rests on a skull: hats and headbands slide down until the head is as big around as they are.

The opening's plane leans back, higher over the brow than at the nape, as hats are worn and head circumference is
measured. A section of the skull parallel to it shrinks toward the crown, so each opening meets one height. Hats give a
little and take the head's outline, so girths are compared, not widths and depths one by one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.types import Measure, Model, Product
from tryon.wear.skull import ABOVE_M, BELOW_M, HALF_BREADTH_M, HALF_LENGTH_M, ROUNDNESS, Skull
from tryon.wear.wearable import FitReport

LEAN_RAD = math.radians(5.0)
_HAIR_GIRTH = 565.0 / 557.0  # the skull of `skull` has hair on it, which a tape presses flatter than a hat does
_LIKELY = 0.7  # share of the 95 % interval: 1.4 standard deviations
_GIVES = 1.012  # a sweatband stretches by 7 mm

_LOWEST_M = 0.009  # of the plane above the skull's middle: 20 mm above the brows, just above the ears
_HIGHEST_M = 0.070
_DROP = 0.4  # millimetres a hat sinks for each millimetre of girth too many, until the ears hold it
_MOST_DROP_M = 0.010
_TOLERANCE_MM = 15.0  # a size and a half; sizes are 10 mm apart
_SIDES = 48


@dataclass(frozen=True, slots=True, eq=False)
class Seat:
    """How an opening sits on one head.

    head_from_product: (4, 4) rotation, uniform scale, translation.
    scale: By how much the product is drawn larger than life, so that it is as large against this head in the picture
        as it is in truth: near 1 where the camera's focal length and the head's scale are right.
    height_m: Of the opening's plane above the skull's middle.
    """

    head_from_product: NDArray[np.float64]
    scale: float
    height_m: float


def seat_on(skull: Skull, opening_m: tuple[float, float], *, lower_m: float = 0.0) -> Seat:
    """Where an opening of inner width and depth comes to rest.

    Args:
        lower_m: How much lower than a hat this kind is worn.
    """
    true_m = _likely_m(skull.circumference, ellipse_girth_m(*opening_m)) * _HAIR_GIRTH
    widest_m = _girth_m(_section(skull, 0.0))
    scale = min(max(widest_m / true_m, 0.80), 1.18)
    wanted_m = ellipse_girth_m(*opening_m) * _GIVES * scale
    size = float(skull.stretch[1])
    lowest_m, highest_m = (_LOWEST_M - lower_m) * size, _HIGHEST_M * size
    excess_m = wanted_m - _girth_m(_section(skull, lowest_m))
    if excess_m >= 0.0:
        height_m = lowest_m - min(_DROP * excess_m, _MOST_DROP_M * size)
    else:
        height_m = _height_of(skull, wanted_m, lowest_m, highest_m)
    outline_m = _section(skull, height_m)
    middle_m = 0.5 * (outline_m[:, 1].max() + outline_m[:, 1].min())
    turn = _leaning()
    matrix = np.eye(4)
    matrix[:3, :3] = turn * scale
    matrix[:3, 3] = skull.center_m + turn @ [0.0, height_m, middle_m]
    return Seat(matrix, scale, height_m)


def hat_report(skull: Skull, opening_m: tuple[float, float]) -> FitReport:
    """Inner girth against head circumference."""
    head_mm, reach_mm = (
        1e3 * skull.circumference.value_m,
        500.0 * (skull.circumference.high_m - skull.circumference.low_m),
    )
    hat_mm = 1e3 * ellipse_girth_m(*opening_m)
    over_mm = hat_mm - head_mm
    about = (
        f"your head is about {head_mm / 10.0:.0f} ± {reach_mm / 10.0:.0f} cm around, the inside {hat_mm / 10.0:.0f} cm"
    )
    if abs(over_mm) <= _TOLERANCE_MM:
        verdict = f"Fits: {about}."
    else:
        sure = "About" if abs(over_mm) > reach_mm else "Perhaps"
        verdict = f"{sure} {abs(over_mm) / 10.0:.0f} cm too {'large' if over_mm > 0.0 else 'small'}: {about}."
    lengths = {"circumference": round(over_mm, 1), "head": round(head_mm, 1), "inside": round(hat_mm, 1)}
    return FitReport(verdict, lengths, abs(over_mm) <= _TOLERANCE_MM)


def opening_of(product: Product, model: Model) -> tuple[float, float]:
    """Inner width and depth in metres: as stated, else from the girth, else measured just above the opening."""
    fit = product.fit_mm
    if "inner_width" in fit and "inner_depth" in fit:
        return 1e-3 * fit["inner_width"], 1e-3 * fit["inner_depth"]
    if "inner_circumference" in fit:
        depth_m = 1e-3 * fit["inner_circumference"] / ellipse_girth_m(0.82, 1.0)  # hatters' regular oval
        return 0.82 * depth_m, depth_m
    points_m = np.concatenate([np.zeros((1, 3), np.float32), *(part.positions_m for part in model.primitives)])
    low = points_m[(points_m[:, 1] > 0.01) & (points_m[:, 1] < 0.04)]
    if len(low) < 8:
        return 0.163, 0.199
    return float(np.ptp(low[:, 0])) - 0.006, float(np.ptp(low[:, 2])) - 0.006


def ellipse_girth_m(width_m: float, depth_m: float) -> float:
    """Circumference of an ellipse. Source: Ramanujan 1914, within 1e-7 for heads."""
    a, b = 0.5 * width_m, 0.5 * depth_m
    return math.pi * (3.0 * (a + b) - math.sqrt((3.0 * a + b) * (a + 3.0 * b)))


def _likely_m(around: Measure, inside_m: float) -> float:
    """Head circumference given that somebody tries this size on: the nearest one to it that is likely for this face.

    A head's girth is known to some centimetres from a face, and a hat's height follows it steeply; without this an
    error of scale would lift a hat that fits off the head.
    """
    return min(
        max(inside_m, around.value_m + _LIKELY * (around.low_m - around.value_m)),
        around.value_m + _LIKELY * (around.high_m - around.value_m),
    )


def _leaning() -> NDArray[np.float64]:
    """(3, 3) head_from_product rotation: the front raised."""
    c, s = math.cos(LEAN_RAD), math.sin(LEAN_RAD)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])


def _section(skull: Skull, height_m: float) -> NDArray[np.float64]:
    """(48, 2) x, z of the skull's outline in the leaning plane, about the foot of its axis; bisection on the ray."""
    angle = np.arange(_SIDES) * (2.0 * np.pi / _SIDES)
    turn = _leaning()
    rays = np.stack([np.cos(angle), np.zeros(_SIDES), np.sin(angle)], axis=1) @ turn.T
    foot = turn @ [0.0, height_m, 0.0]
    half = np.array([HALF_BREADTH_M, 0.0, HALF_LENGTH_M]) * skull.stretch
    above, below = ABOVE_M * float(skull.stretch[1]), BELOW_M * float(skull.stretch[1])
    low, high = np.zeros(_SIDES), np.full(_SIDES, 0.2 * float(skull.stretch.max()))
    for _ in range(24):
        middle = 0.5 * (low + high)
        points = np.abs(foot + rays * middle[:, None])
        half_y = np.where(foot[1] + rays[:, 1] * middle >= 0.0, above, below)
        inside = (points[:, 0] / half[0]) ** ROUNDNESS + (points[:, 1] / half_y) ** ROUNDNESS + (
            points[:, 2] / half[2]
        ) ** ROUNDNESS < 1.0
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    radius = 0.5 * (low + high)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _girth_m(outline_m: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(outline_m - np.roll(outline_m, 1, axis=0), axis=1).sum())


def _height_of(skull: Skull, girth_m: float, low_m: float, high_m: float) -> float:
    """Height at which the section has that girth; bisection, girth falls with height."""
    for _ in range(12):
        middle_m = 0.5 * (low_m + high_m)
        if _girth_m(_section(skull, middle_m)) > girth_m:
            low_m = middle_m
        else:
            high_m = middle_m
    return 0.5 * (low_m + high_m)
