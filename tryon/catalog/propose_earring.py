"""An earring in an unknown file: which end hangs, and where it passes through the lobe. Source: our own derivation."""

from __future__ import annotations

import numpy as np

from tryon.catalog.cloud import Cloud, mirror_overlap
from tryon.catalog.proposal import Axes, Finding, Known, Shape, Sure, all_axes, rotation_of
from tryon.errors import ProductError

_HEIGHT_M = (0.004, 0.120)
_WIRE = 0.6  # a third of the height with a quarter of the other end's surface


def find_axes(cloud: Cloud, known: Known, kind: str) -> tuple[Axes, tuple[Finding, ...]]:
    """Up along the longest side, toward a thin wire if one end is one; the front is its broader face."""
    size = np.ptp(cloud.points, axis=0)
    scored = []
    for axes in all_axes(known):
        turned = cloud.points @ rotation_of(*axes).T
        extent = np.ptp(turned, axis=0)
        tall = float(extent[1] / size.max())
        broad = float(extent[0] > 0.4 * extent[2])  # posts run backward: only a thin edge cannot be the face
        as_gltf = 0.7 * float(axes[0] == "+y") + 0.1 * float(axes[1] == "+z") + 0.02 * float(axes[1][0] == "+")
        scored.append((2.0 * tall + 0.5 * broad + _hangs(turned) + as_gltf, axes))
    scored.sort(key=lambda item: -item[0])
    axes = scored[0][1]
    turned = cloud.points @ rotation_of(*axes).T
    extent, thin = np.ptp(turned, axis=0), _thin_top(turned)
    stud = extent[1] < 1.2 * extent[0]
    wire = thin > _WIRE
    sure: Sure = "guess" if stud or not wire else "certain"
    end = "where a thin wire ends" if wire else "as far as the shape tells"
    up = Finding(f"Up is {axes[0]}, {end}.", "stated" if known.up else sure)
    overlap = mirror_overlap(turned, 0, float(0.5 * (turned[:, 0].min() + turned[:, 0].max())))
    front = Finding(
        f"The front is {axes[1]}, which no shape tells for sure ({100 * overlap:.0f} % symmetric).", "guess"
    )
    return axes, (up, Finding("The front is as stated.", "stated") if known.front else front)


def _hangs(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """How much the top looks like a wire; ornaments of two bodies say nothing."""
    thin = _thin_top(points)
    return thin if abs(thin) > _WIRE else 0.1 * thin


def _thin_top(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """−1 to 1: how much less surface the top third has than the bottom third."""
    low, high = points[:, 1].min(), points[:, 1].max()
    share = (points[:, 1] - low) / ((high - low) or 1.0)
    top, bottom = float((share > 2 / 3).mean()), float((share < 1 / 3).mean())
    return (bottom - top) / max(top + bottom, 1e-9)


def find_shape(cloud: Cloud, known: Known, kind: str) -> Shape:
    """The hook: the top of the piece, axes being right already."""
    low, high = cloud.bounds
    height = float(high[1] - low[1])
    top = cloud.points[cloud.points[:, 1] > high[1] - 0.03 * height]
    if not len(top):
        raise ProductError("No top was found to hang the earring by; give --origin (the hook, in file units).")
    hook = np.array([np.median(top[:, 0]), high[1], np.median(top[:, 2])])
    said = Finding("The hook is the top of the piece, where it passes through the lobe.", "likely")
    return Shape(hook, {"hook": hook}, {}, height, _HEIGHT_M, "the overall height", (said,))
