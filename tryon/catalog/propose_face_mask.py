"""A face mask in an unknown file: its outside, and where it touches the tip of the nose. Source: our own derivation."""

from __future__ import annotations

import numpy as np

from tryon.catalog.cloud import Cloud, mirror_overlap
from tryon.catalog.proposal import Axes, Finding, Known, Shape, Sure, all_axes, rotation_of

_WIDTH_M = (0.100, 0.230)


def find_axes(cloud: Cloud, known: Known, kind: str) -> tuple[Axes, tuple[Finding, ...]]:
    """Front where the middle bulges out; up where the bulge, the nose, lies."""
    mirrored = [mirror_overlap(cloud.points, axis, float(cloud.bounds[:, axis].mean())) for axis in range(3)]
    scored = []
    for axes in all_axes(known):
        rotation = rotation_of(*axes)
        turned = cloud.points @ rotation.T
        low, high = turned.min(axis=0), turned.max(axis=0)
        size = high - low
        x = np.abs(turned[:, 0] - 0.5 * (low[0] + high[0])) / (0.5 * size[0])
        bulge = float(np.median(turned[x < 0.2, 2]) - np.median(turned[x > 0.7, 2])) / size[2]
        near = turned[(x < 0.15) & (turned[:, 2] > high[2] - 0.1 * size[2])]
        nose = float(np.median(near[:, 1]) - 0.5 * (low[1] + high[1])) / size[1] if len(near) else 0.0
        wide = float(size[0] >= size[1])
        across = int(np.argmax(np.abs(rotation[0])))
        scored.append((2.0 * bulge + nose + 0.3 * wide + 2.0 * mirrored[across], axes))
    scored.sort(key=lambda item: -item[0])
    axes, margin = scored[0][1], scored[0][0] - scored[1][0] if len(scored) > 1 else 9.0
    sure: Sure = "stated" if known.up and known.front else "likely" if margin > 0.15 else "guess"
    return axes, (Finding(f"Up is {axes[0]} and the outside is {axes[1]}: the middle bulges that way.", sure),)


def find_shape(cloud: Cloud, known: Known, kind: str) -> Shape:
    """The inside of the furthest point of the middle, axes being right already."""
    low, high = cloud.bounds
    width = float(high[0] - low[0])
    middle = 0.5 * float(low[0] + high[0])
    strip = cloud.points[np.abs(cloud.points[:, 0] - middle) < 0.04 * width]
    tip = strip[strip[:, 2] > strip[:, 2].max() - 0.02 * width]
    y = float(np.median(tip[:, 1]))
    around = strip[np.abs(strip[:, 1] - y) < 0.03 * width]
    front = around[around[:, 2] > around[:, 2].max() - 0.05 * width]
    origin = np.array([middle, y, float(front[:, 2].min())])
    said = Finding("The tip of the nose touches the inside of the furthest point of the middle.", "likely")
    return Shape(origin, {}, {}, width, _WIDTH_M, "the overall width", (said,))
