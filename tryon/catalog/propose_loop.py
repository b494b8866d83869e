"""Rings, watches, bracelets, headbands, necklaces and scarves in an unknown file: the loop a body part goes through.

Source: our own derivation: the loop's axis is the one along which light falls through the largest hole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.catalog.cloud import Cloud
from tryon.catalog.placement import axis_vector
from tryon.catalog.plan import Hole, Plan
from tryon.catalog.proposal import Axes, Finding, Known, Shape, Sure, all_axes, how_sure
from tryon.errors import ProductError


@dataclass(frozen=True, slots=True)
class _Loop:
    """inner_m: Usual range of the hole's width. part: What goes through. lengths: Names of its extents in X and Z."""

    inner_m: tuple[float, float]
    part: str
    lengths: tuple[str, ...]


_LOOPS = {
    "ring": _Loop((0.0125, 0.0245), "finger", ("inner_diameter",)),
    "watch": _Loop((0.040, 0.078), "wrist", ("inner_width", "inner_height")),
    "bracelet": _Loop((0.042, 0.085), "wrist", ("inner_width", "inner_height")),
    "headband": _Loop((0.105, 0.185), "head", ("inner_width", "inner_depth")),
    "necklace": _Loop((0.090, 0.260), "neck", ("inner_width", "inner_depth")),
    "scarf": _Loop((0.090, 0.260), "neck", ("inner_width", "inner_depth")),
}


def _holes(cloud: Cloud) -> dict[int, Hole]:
    """The largest hole seen along each file axis, if any."""
    found = {}
    for axis in range(3):
        holes = Plan.of(np.delete(cloud.points, axis, axis=1)).holes()
        if holes:
            found[axis] = holes[0]
    return found


def find_axes(cloud: Cloud, known: Known, kind: str) -> tuple[Axes, tuple[Finding, ...]]:
    """Up along the loop's axis, front where the piece is heaviest: stone, dial, pendant."""
    loop = _LOOPS[kind]
    size = np.ptp(cloud.points, axis=0)
    shares = {
        axis: hole.area / float(np.prod(np.delete(size, axis)))
        for axis, hole in _holes(cloud).items()
        if hole.area > 0.15 * float(np.prod(np.delete(size, axis)))
    }
    if known.up is not None:
        axis = "xyz".index(known.up[1])
        share = shares.get(axis, 0.0)
    elif shares:
        axis = max(shares, key=lambda key: shares[key])
        share = shares[axis]
    else:
        raise ProductError(
            f"No hole for the {loop.part} was found along any of the file's axes; give --up (the axis through the "
            "loop) and --origin (its middle, in file units), or close the loop in the file."
        )
    others = sorted((value for key, value in shares.items() if key != axis), reverse=True)
    sure: Sure = "certain" if not others or others[0] < 0.6 * share else "likely"
    front, front_found = _front(cloud, axis, known, kind)
    up, up_found = _up(cloud, axis, front, known, kind)
    if (up, front) not in all_axes(known):
        raise ProductError(f"The loop's axis is {up[1]} but --front is {front}; expected two axes at right angles.")
    through = Finding(f"The {loop.part} goes through along {'xyz'[axis]}.", "stated" if known.up else sure)
    return (up, front), (through, front_found, up_found)


def _front(cloud: Cloud, axis: int, known: Known, kind: str) -> tuple[str, Finding]:
    """The direction in which the piece reaches furthest out of, or has most surface beyond, its hole."""
    if known.front is not None:
        return known.front, Finding(f"The front is {known.front}, as stated.", "stated")
    hole = _holes(cloud).get(axis)
    flat = np.delete(cloud.points, axis, axis=1)
    center = hole.center if hole else 0.5 * (flat.min(axis=0) + flat.max(axis=0))
    radius = np.sqrt(hole.area / np.pi) if hole else 0.5 * float(np.ptp(flat, axis=0).min())
    names = [name for index, name in enumerate("xyz") if index != axis]
    scores = {}
    for index, name in enumerate(names):
        for sign, side in ((1.0, "+"), (-1.0, "-")):
            along = sign * (flat[:, index] - center[index])
            aside = np.abs(flat[:, 1 - index] - center[1 - index])
            sector = (along > 0) & (aside < along)
            reach = float(np.percentile(along[sector], 99)) / radius if sector.any() else 0.0
            scores[side + name] = float(sector.mean()) + 0.25 * reach
    ranked = sorted(scores, key=lambda name: -scores[name])
    gap = scores[ranked[0]] - scores[ranked[1]]
    sure = how_sure(gap, certain=0.12, likely=0.04)
    if sure == "guess" and scores.get("+z", 0.0) > scores[ranked[0]] - 0.04:
        return "+z", Finding("No side of the loop stands out; the front is taken to be +z, as glTF has it.", "guess")
    what = {"ring": "stone", "watch": "dial", "necklace": "pendant"}.get(kind, "heaviest side")
    return ranked[0], Finding(f"The {what} is toward {ranked[0]}.", sure)


def _up(cloud: Cloud, axis: int, front: str, known: Known, kind: str) -> tuple[str, Finding]:
    """Which way along the loop's axis: a crown points to the hand, a pendant hangs."""
    if known.up is not None:
        return known.up, Finding(f"Up is {known.up}, as stated.", "stated")
    plus = "+" + "xyz"[axis]
    minus = "-" + "xyz"[axis]
    along = cloud.points[:, axis]
    ahead = cloud.points @ axis_vector(front)
    if kind in ("necklace", "scarf"):
        near = ahead > np.percentile(ahead, 90)
        lean = float(np.median(along[near]) - np.median(along[~near])) / (float(np.ptp(along)) or 1.0)
        return (minus if lean > 0 else plus), Finding(
            "The front hangs lower than the back.", "likely" if abs(lean) > 0.15 else "guess"
        )
    if kind == "watch":
        near = ahead > 0.5 * (np.percentile(ahead, 1) + np.percentile(ahead, 99))
        body = float(np.median(along[near]))
        reach = float(along[near].max() - body) - float(body - along[near].min())
        if abs(reach) > 0.02 * float(np.ptp(along)):
            return (plus if reach > 0 else minus), Finding("The crown points toward the hand.", "likely")
    return plus, Finding(f"Nothing tells the loop's two ends apart; {plus} is taken to be up.", "guess")


def find_shape(cloud: Cloud, known: Known, kind: str) -> Shape:
    """The hole's middle and size, axes being right already (the loop's axis is Y)."""
    loop = _LOOPS[kind]
    # Rows and columns are Z and X: for a dial that stands out to +Z only the hole counts.
    holes = Plan.of(cloud.points[:, [0, 2]]).holes()
    if not holes:
        raise ProductError(
            f"No hole for the {loop.part} was found along the loop's axis; give another --up, or --origin and --unit."
        )
    hole = holes[0]
    flat = cloud.points[:, [0, 2]]
    (left, right), (back, ahead) = _chord(flat, hole, 0), _chord(flat, hole, 1)
    width, depth = right - left, ahead - back
    if kind == "ring":
        diameter = _inner_diameter(cloud, hole)
        fit = {"inner_diameter": diameter}
        center = hole.inscribed_center
        said = Finding("The largest circle in the hole is the finger's.", "certain")
    else:
        fit = dict(zip(loop.lengths, (width, depth), strict=True))
        center = np.array([0.5 * (left + right), 0.5 * (back + ahead)])
        said = Finding(f"The hole is {width / depth:.2f} times as wide as deep.", "certain")
    height = _band_height(cloud, hole, center)
    origin = np.array([center[0], height, center[1]])
    return Shape(origin, {}, fit, width, loop.inner_m, f"the hole for the {loop.part}", (said,))


def _chord(flat: NDArray[np.float64], hole: Hole, axis: int) -> tuple[float, float]:
    """Where a line through the hole's middle meets surface on both sides: finer than the plan's cells."""
    half = 0.5 * float(hole.high[axis] - hole.low[axis])
    middle = 0.5 * (hole.low + hole.high)
    near = np.abs(flat[:, 1 - axis] - middle[1 - axis]) < 0.06 * half
    along = flat[near, axis] - middle[axis]
    below, above = along[(along < 0) & (along > -1.3 * half)], along[(along > 0) & (along < 1.3 * half)]
    low = float(np.percentile(below, 99)) if len(below) > 20 else -half
    high = float(np.percentile(above, 1)) if len(above) > 20 else half
    return float(middle[axis]) + low, float(middle[axis]) + high


def _inner_diameter(cloud: Cloud, hole: Hole) -> float:
    """Twice the distance from the axis to the nearest surface: finer than the plan's cells."""
    distance = np.linalg.norm(cloud.points[:, [0, 2]] - hole.inscribed_center, axis=1)
    return 2.0 * float(np.percentile(distance[distance < hole.inscribed_radius * 1.2], 3))


def _band_height(cloud: Cloud, hole: Hole, center: NDArray[np.float64]) -> float:
    """Y of the band where it touches: the middle of the surface nearest to the hole's edge."""
    flat = cloud.points[:, [0, 2]] - center
    half = 0.5 * (hole.high - hole.low)
    near = np.linalg.norm(flat / half, axis=1) < 1.15
    band = cloud.points[near, 1]
    if not len(band):
        band = cloud.points[:, 1]
    return 0.5 * float(np.percentile(band, 2) + np.percentile(band, 98))
