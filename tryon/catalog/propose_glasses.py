"""Glasses in an unknown file: which way they face, where the lenses, nose and ears are.

Source: our own derivation; tests/catalog/test_propose.py undoes known units, axes and offsets, and checks anchors
against the generators' own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.catalog.cloud import Cloud, mirror_overlap
from tryon.catalog.plan import Plan
from tryon.catalog.proposal import Axes, Finding, Known, Shape, all_axes, axis_name, how_sure, rotation_of
from tryon.errors import ProductError

# Overall width of adult and children's frames, catalogues of five makers.
_WIDTH_M = (0.105, 0.175)
_FRONT_SHARE = 0.16  # of the depth: the frame's front with its wrap; temples begin behind


def find_axes(cloud: Cloud, known: Known, kind: str) -> tuple[Axes, tuple[Finding, ...]]:
    """Up and front: a front across, temples back from its two ends, tips that bend down."""
    mirrored = [mirror_overlap(cloud.points, axis, float(cloud.bounds[:, axis].mean())) for axis in range(3)]
    scored = []
    for axes in all_axes(known):
        turned = cloud.points @ rotation_of(*axes).T
        across = int(np.argmax(np.abs(rotation_of(*axes)[0])))
        scored.append((3.0 * mirrored[across] + _temples(turned) + 0.5 * _upright(turned), axes))
    scored.sort(key=lambda item: -item[0])
    axes, margin = scored[0][1], scored[0][0] - scored[1][0] if len(scored) > 1 else 9.0
    rotation = rotation_of(*axes)
    across = int(np.argmax(np.abs(rotation[0])))
    if _temples(cloud.points @ rotation.T) < 0.5 and (known.up is None or known.front is None):
        raise ProductError(
            "No front with two temples behind it was found along the file's axes; state --up and --front."
        )
    sure = how_sure(margin, certain=0.25, likely=0.08)
    stated = known.up is not None and known.front is not None
    return axes, (
        Finding(
            f"Up is {axes[0]} and the front is {axes[1]}: temples run back from both ends, their tips bend down.",
            "stated" if stated else sure,
        ),
        Finding(
            f"Left and right mirror each other ({100 * mirrored[across]:.0f} % of the surface) across "
            f"{axis_name(np.abs(rotation[0]))[1]} = {cloud.bounds[:, across].mean():.4g}.",
            "certain" if mirrored[across] > 0.93 else "likely",
        ),
    )


def _temples(points: NDArray[np.float64]) -> float:
    """0 to 2.4: how much the points look like a front at high Z with two arms toward −Z."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = high - low
    x = (points[:, 0] - 0.5 * (low[0] + high[0])) / (0.5 * size[0])
    depth = (high[2] - points[:, 2]) / size[2]
    front, back = depth < 0.2, depth > 0.35
    arms = float(np.mean(np.abs(x[back]) > 0.55)) if back.any() else 0.0
    middle = float(np.mean(np.abs(x[front]) < 0.55)) if front.any() else 0.0
    flat = float(size[1] < 0.75 * size[0]) * float(size[1] < 0.75 * size[2])
    return arms * min(1.0, 2.0 * middle) + 0.7 * float(front.mean() > 0.4) + 0.7 * flat


def _upright(points: NDArray[np.float64]) -> float:
    """−1 to 1: tips below the temples, temples above the front's middle, bridge above its middle."""
    low, high = points.min(axis=0), points.max(axis=0)
    size = high - low
    x = np.abs(points[:, 0] - 0.5 * (low[0] + high[0])) / (0.5 * size[0])
    depth = (high[2] - points[:, 2]) / size[2]
    front = points[depth < _FRONT_SHARE]
    if len(front) < 50:
        return 0.0
    tall = float(np.ptp(front[:, 1])) or 1.0
    middle = 0.5 * float(front[:, 1].min() + front[:, 1].max())
    votes = []
    arm, tip = points[(depth > 0.3) & (depth < 0.6)], points[depth > 0.93]
    if len(arm) > 20 and len(tip) > 20:
        votes.append(1.6 * np.clip((np.median(arm[:, 1]) - np.median(tip[:, 1])) / (0.5 * tall), -1, 1))
        votes.append(1.0 * np.clip((np.median(arm[:, 1]) - middle) / (0.3 * tall), -1, 1))
    bridge = points[(depth < _FRONT_SHARE) & (x < 0.04)]
    if len(bridge) > 10:
        votes.append(0.8 * np.clip((np.median(bridge[:, 1]) - middle) / (0.3 * tall), -1, 1))
    return float(sum(votes) / 3.4)


def find_shape(cloud: Cloud, known: Known, kind: str) -> Shape:
    """Lenses, bridge, pads and ears of glasses whose axes are right already."""
    low, high = cloud.bounds
    width = float(high[0] - low[0])
    front = cloud.where(cloud.points[:, 2] > high[2] - max(_FRONT_SHARE * (high[2] - low[2]), 0.06 * width))
    left, right, how = _lenses(front, 0.5 * float(low[0] + high[0]))
    middle = 0.25 * (left.sum(axis=0) + right.sum(axis=0))
    back = min(_back_of(front, 0.5 * left.sum(axis=0), width), _back_of(front, 0.5 * right.sum(axis=0), width))
    origin = np.array([middle[0], middle[1], back])
    lens_left, lens_right = (np.array([*(0.5 * box.sum(axis=0)), back]) for box in (left, right))
    bridge = _bridge(front, origin, width)
    pads, pads_found = _pads(front, origin, bridge, 0.5 * float(left[0, 0] - right[1, 0]), width)
    ears, ears_found = _ears(cloud, origin, width, known)
    lens_width = 0.5 * float((left[1, 0] - left[0, 0]) + (right[1, 0] - right[0, 0]))
    fit = {
        "lens_width": lens_width,
        "lens_height": 0.5 * float(np.ptp(left[:, 1]) + np.ptp(right[:, 1])),
        "bridge": float(left[0, 0] - right[1, 0]),
        "frame_width": float(np.ptp(front.points[:, 0])),
        **_temple_length(cloud, origin, width),
    }
    anchors = {"lens_left": lens_left, "lens_right": lens_right, "bridge": bridge, **pads, **ears}
    found = (how, Finding("The bridge is the back of the bar in the frame's middle.", "likely"))
    return Shape(origin, anchors, fit, width, _WIDTH_M, "the overall width", (*found, pads_found, ears_found))


def _lenses(front: Cloud, middle: float) -> tuple[NDArray[np.float64], NDArray[np.float64], Finding]:
    """(2, 2) low and high x, y of the left and the right lens (boxing), and how they were found."""
    width = float(np.ptp(front.points[:, 0]))
    clear = front.points[front.clear & ~_small_parts(front, 0.25 * width) & ~front.named("pad")]
    if len(clear) > 200 and np.ptp(clear[:, 0]) > 0.4 * width:
        inner = np.abs(clear[:, 0] - middle) > 0.01 * width
        sides = [clear[inner & (clear[:, 0] > middle), :2], clear[inner & (clear[:, 0] < middle), :2]]
        boxes = [np.stack([side.min(axis=0), side.max(axis=0)]) for side in sides]
        return boxes[0], boxes[1], Finding("The lenses are the parts that light passes through.", "certain")
    holes = Plan.of(front.points[:, :2]).holes()
    lefts = [hole for hole in holes if hole.low[0] > middle - 0.05 * width]
    rights = [hole for hole in holes if hole.high[0] < middle + 0.05 * width]
    if lefts and rights and min(lefts[0].area, rights[0].area) > 0.02 * width**2:
        boxes = [np.stack([hole.low, hole.high]) for hole in (lefts[0], rights[0])]
        return boxes[0], boxes[1], Finding("The lenses are the two openings of the frame.", "certain")
    return (*_halves(front.points, middle, width), Finding("The lenses are the two halves of a closed front.", "guess"))


def _small_parts(front: Cloud, extent: float) -> NDArray[np.bool_]:
    """(N,) points of parts less wide than that, such as pads, which are clear too."""
    wide = [
        float(np.ptp(front.points[front.label == k, 0])) if np.any(front.label == k) else 0.0
        for k in range(len(front.names))
    ]
    return (np.array(wide) < extent)[front.label]


def _halves(
    points: NDArray[np.float64], middle: float, width: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes of a front without openings: each half where it is at least 60 % as tall as at its tallest."""
    boxes = []
    for side in (1.0, -1.0):
        x = side * (points[:, 0] - middle)
        bins = np.linspace(0.0, 0.5 * width, 41)
        which = np.digitize(x, bins) - 1
        tall = np.array([np.ptp(points[which == k, 1]) if np.any(which == k) else 0.0 for k in range(40)])
        wide = np.flatnonzero(tall > 0.6 * tall.max())
        inner, outer = bins[wide[0]], bins[wide[-1] + 1]
        inside = (x >= inner) & (x <= outer)
        xs = np.sort([middle + side * inner, middle + side * outer])
        ys = np.percentile(points[inside, 1], [1, 99])
        boxes.append(np.stack([[xs[0], ys[0]], [xs[1], ys[1]]]))
    return boxes[0], boxes[1]


def _back_of(front: Cloud, center: NDArray[np.float64], width: float) -> float:
    """Back of a lens at its centre; without a lens there, the back of the rim round it."""
    distance = np.linalg.norm(front.points[:, :2] - center, axis=1)
    lens = front.points[distance < 0.03 * width, 2]
    if len(lens) > 5:
        return float(np.percentile(lens, 2))
    rim = front.points[distance < 0.22 * width, 2]
    return float(np.percentile(rim, 25))


def _bridge(front: Cloud, origin: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """Back of the lowest bar in the frame's middle, half way up it."""
    near = front.points[np.abs(front.points[:, 0] - origin[0]) < 0.012 * width]
    if len(near) < 10:
        return origin.copy()
    near = near[np.argsort(near[:, 1])]
    gaps = np.flatnonzero(np.diff(near[:, 1]) > 0.012 * width)  # a second bar above, as on aviators
    bar = near[: gaps[0] + 1] if len(gaps) and gaps[0] > 5 else near
    middle = 0.5 * float(np.percentile(bar[:, 1], 2) + np.percentile(bar[:, 1], 98))
    level = bar[np.abs(bar[:, 1] - middle) < 0.01 * width]
    return np.array([origin[0], middle, float(np.percentile(level[:, 2] if len(level) else bar[:, 2], 5))])


def _pads(
    front: Cloud, origin: NDArray[np.float64], bridge: NDArray[np.float64], half_gap: float, width: float
) -> tuple[dict[str, NDArray[np.float64]], Finding]:
    """Where each side of the nose is touched: pads by name, else what reaches furthest back beside the nose."""
    named = front.named("pad") & ~front.named("padd")
    points = front.points[named] if named.sum() > 50 else front.points
    x = points[:, 0] - origin[0]
    reach = max(half_gap, 0.05 * width) + 0.03 * width
    beside = (np.abs(x) < reach) & (np.abs(x) > 0.02 * width)
    beside &= (points[:, 1] < bridge[1] - 0.005 * width) & (points[:, 1] > bridge[1] - 0.16 * width)
    if named.sum() > 50:
        beside = np.ones(len(points), bool)
    found = {}
    for name, side in (("pad_left", 1.0), ("pad_right", -1.0)):
        part = points[beside & (side * x > 0)]
        if len(part) < 10:
            found[name] = np.array([origin[0] + side * 0.06 * width, bridge[1] - 0.06 * width, bridge[2]])
            continue
        rear = part[part[:, 2] < part[:, 2].min() + 0.015 * width]
        found[name] = np.median(rear, axis=0)
    how = "carry the name" if named.sum() > 50 else "are what reaches furthest back beside the nose"
    return found, Finding(f"The nose pads {how}.", "certain" if named.sum() > 50 else "likely")


def _centerline(points: NDArray[np.float64], bins: int = 48) -> NDArray[np.float64]:
    """(K, 3) middles of slices from front to back."""
    if not len(points):
        return np.zeros((0, 3))
    edges = np.linspace(points[:, 2].max(), points[:, 2].min(), bins + 1)
    which = np.digitize(-points[:, 2], -edges) - 1
    slices = [points[which == k] for k in range(bins)]
    return np.array([0.5 * (part.min(axis=0) + part.max(axis=0)) for part in slices if len(part) > 4])


def _arm(cloud: Cloud, origin: NDArray[np.float64], side: float, width: float) -> NDArray[np.float64]:
    points = cloud.points
    behind = points[:, 2] < origin[2] - 0.16 * width
    arm: NDArray[np.float64] = points[behind & (side * (points[:, 0] - origin[0]) > 0.2 * width)]
    return arm


def _ears(
    cloud: Cloud, origin: NDArray[np.float64], width: float, known: Known
) -> tuple[dict[str, NDArray[np.float64]], Finding]:
    """The bend of each temple: where two straight lines through its side view meet."""
    found, bends = {}, []
    for name, side in (("ear_left", 1.0), ("ear_right", -1.0)):
        if name in known.anchors_m:
            continue
        arm = _arm(cloud, origin, side, width)
        line = _centerline(arm) if len(arm) > 100 else np.zeros((0, 3))
        if len(line) < 12 or np.ptp(line[:, 2]) < 0.3 * width:
            raise ProductError(
                f"No temple was found on the {name[4:]}; give --anchor {name}=X,Y,Z (millimetres, product space)."
            )
        index, drop = _bend(line)
        if drop < 0.02 * width:  # straight temples: ears lie about 70 % back
            index = int(0.7 * len(line))
        bends.append(drop >= 0.02 * width)
        near = arm[np.abs(arm[:, 2] - line[index, 2]) < 0.02 * width]
        found[name] = np.array([np.median(near[:, 0]), np.percentile(near[:, 1], 2), line[index, 2]])
    if not bends:
        return found, Finding("The ears are as stated.", "stated")
    if all(bends):
        return found, Finding("The ears lie under the bend of each temple.", "certain")
    return found, Finding("The temples are straight; ears are taken to lie 70 % back.", "guess")


def _bend(line: NDArray[np.float64]) -> tuple[int, float]:
    """Index of the break of the best two straight lines through (z, y), and how far the tip lies below the first."""
    z, y = line[:, 2], line[:, 1]
    best, at = np.inf, len(z) // 2
    for k in range(4, len(z) - 3):
        left = np.polyfit(z[:k], y[:k], 1)
        right = np.polyfit(z[k - 1 :], y[k - 1 :], 1)
        error = float(((np.polyval(left, z[:k]) - y[:k]) ** 2).sum())
        error += float(((np.polyval(right, z[k - 1 :]) - y[k - 1 :]) ** 2).sum())
        if error < best:
            best, at = error, k
    front = np.polyfit(z[:at], y[:at], 1)
    return at - 1, float(np.polyval(front, z[-1]) - y[-1])


def _temple_length(cloud: Cloud, origin: NDArray[np.float64], width: float) -> dict[str, float]:
    """Length along the left temple's middle from the hinge to the tip, if there is a temple."""
    line = _centerline(_arm(cloud, origin, 1.0, width))
    if len(line) < 12:
        return {}
    return {"temple": float(np.linalg.norm(np.diff(line[:, 1:], axis=0), axis=1).sum() + 0.13 * width)}
