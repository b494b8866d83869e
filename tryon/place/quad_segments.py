"""Quadrilaterals that straight edges make: a sheet on a floor nearly as white as it is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_MOST_PIECES, _MOST_SEGMENTS, _MOST_PAIRS, _MOST_QUADS = 300, 90, 500, 300
_PARALLEL_RAD, _SQUARE_RAD = np.radians(38.0), np.radians(32.0)
_SHORTEST = 0.024  # of the picture's longer side


def crossings(small: NDArray[np.uint8], *, pale: bool) -> NDArray[np.float64]:
    """(n, 4, 2) quadrilaterals, clockwise as seen, of two pairs of facing edges, best covered by edges first.

    Facing: both of a pair are brighter within, or both darker. With `pale` they are brighter within, and nearly gray:
    that leaves out the joints of a wooden floor, of which there are many.

    Source: our own; straight segments by LSD (von Gioi et al., IPOL 2012), whose direction tells the bright side.
    """
    soft = cv2.GaussianBlur(small, (0, 0), 0.8).astype(np.uint8, copy=False)
    segments = _segments(soft, pale)
    if len(segments) < 4:
        return np.empty((0, 4, 2))
    middle = 0.5 * (segments[:, :2] + segments[:, 2:])
    along = segments[:, 2:] - segments[:, :2]
    length = np.linalg.norm(along, axis=1)
    along = along / length[:, None]
    bright = np.stack([-along[:, 1], along[:, 0]], 1)
    first, second = np.triu_indices(len(segments), 1)
    between = middle[second] - middle[first]
    turn = np.abs(along[first, 0] * along[second, 1] - along[first, 1] * along[second, 0])
    gap_first, gap_second = (between * bright[first]).sum(1), -(between * bright[second]).sum(1)
    facing = np.sign(gap_first) == np.sign(gap_second)
    if pale:
        facing &= gap_first > 0.0
    near = np.minimum(np.abs(gap_first), np.abs(gap_second))
    shift = np.abs((between * along[first]).sum(1))
    longer, shorter = np.maximum(length[first], length[second]), np.minimum(length[first], length[second])
    good = facing & (turn < np.sin(_PARALLEL_RAD)) & (near > 0.12 * longer) & (near < 4.0 * longer)
    good &= shift < 0.5 * (length[first] + length[second]) + 0.3 * near
    rank = np.argsort(-(shorter + 0.3 * longer)[good])[:_MOST_PAIRS]
    pairs = np.stack([first[good], second[good]], 1)[rank]
    inward = np.sign(gap_first[good])[rank]
    if len(pairs) < 2:
        return np.empty((0, 4, 2))
    a, b = np.triu_indices(len(pairs), 1)
    square = np.abs((along[pairs[a, 0]] * along[pairs[b, 0]]).sum(1)) < np.cos(_SQUARE_RAD)
    a, b = a[square & (inward[a] == inward[b])], b[square & (inward[a] == inward[b])]
    lines = np.concatenate([bright, -(bright * middle).sum(1, keepdims=True)], 1)
    one, other = pairs[a], pairs[b]
    corners = np.stack(
        [
            _meet(lines[one[:, 0]], lines[other[:, 0]]),
            _meet(lines[one[:, 0]], lines[other[:, 1]]),
            _meet(lines[one[:, 1]], lines[other[:, 1]]),
            _meet(lines[one[:, 1]], lines[other[:, 0]]),
        ],
        1,
    )
    used = np.stack([one[:, 0], other[:, 1], one[:, 1], other[:, 0]], 1)  # sides 0–1, 1–2, 2–3, 3–0
    covered = _covered(corners, middle[used], length[used])
    size = np.array([small.shape[1], small.shape[0]])
    inside = ((corners > -0.02 * size) & (corners < 1.02 * size)).all(axis=(1, 2))
    covered = np.where(inside, covered, 0.0)
    order = np.argsort(-covered)[:_MOST_QUADS]
    return _clockwise(corners[order[covered[order] > 0.35]])


def _segments(soft: NDArray[np.uint8], pale: bool) -> NDArray[np.float64]:
    """(n, 4) the longest segments, turned so that (−dy, dx) points to the bright side; pieces of one line joined."""
    darkest = soft.min(axis=2) if pale else cv2.cvtColor(soft, cv2.COLOR_RGB2GRAY)
    lines = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(darkest.astype(np.uint8))[0]
    if lines is None:
        return np.empty((0, 4))
    segments = lines.reshape(-1, 4).astype(np.float64)
    least = _SHORTEST * max(soft.shape)
    length = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    segments = _bright_side(segments[length > 0.3 * least], soft, pale)
    length = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    joined = _joined(segments[np.argsort(-length)[:_MOST_PIECES]])
    length = np.hypot(joined[:, 2] - joined[:, 0], joined[:, 3] - joined[:, 1])
    order = np.argsort(-length)[:_MOST_SEGMENTS]
    return np.asarray(joined[order[length[order] > 0.7 * least]])


def _bright_side(segments: NDArray[np.float64], soft: NDArray[np.uint8], pale: bool) -> NDArray[np.float64]:
    """Segments turned to their bright side; with `pale` only those whose bright side may be paper."""
    along = segments[:, 2:] - segments[:, :2]
    along /= np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    normal = np.stack([-along[:, 1], along[:, 0]], 1)
    share = np.array([0.2, 0.35, 0.5, 0.65, 0.8])[:, None, None]
    points = segments[:, :2] + share * (segments[:, 2:] - segments[:, :2])

    def color(at: NDArray[np.float64]) -> NDArray[np.float64]:
        x = np.clip(np.rint(at[..., 0]).astype(int), 0, soft.shape[1] - 1)
        y = np.clip(np.rint(at[..., 1]).astype(int), 0, soft.shape[0] - 1)
        return np.asarray(np.median(soft[y, x].astype(np.float64), axis=0))

    left, right = color(points + 3.0 * normal), color(points - 3.0 * normal)
    darker = left.min(1) < right.min(1) if pale else left.sum(1) < right.sum(1)
    turned = np.where(darker[:, None], segments[:, [2, 3, 0, 1]], segments)
    if not pale:
        return turned
    bright, dark = np.where(darker[:, None], right, left), np.where(darker[:, None], left, right)
    paper = (bright.min(1) > 70.0) & (np.ptp(bright, axis=1) < 75.0) & (bright.min(1) - dark.min(1) > 4.0)
    return np.asarray(turned[paper])


def _joined(segments: NDArray[np.float64]) -> NDArray[np.float64]:
    """Collinear pieces as one: what a foot or a shadow interrupts goes on behind it."""
    left, done = segments.copy(), []
    while len(left):
        base, left = left[0], left[1:]
        while len(left):
            start, length = base[:2], float(np.hypot(*(base[2:] - base[:2])))
            along = (base[2:] - base[:2]) / max(length, 1e-9)
            ends = left.reshape(-1, 2, 2) - start
            off = np.abs(ends @ np.array([-along[1], along[0]])).max(1)
            at = ends @ along
            gap = np.maximum(np.maximum(at.min(1) - length, -at.max(1)), 0.0)
            near = gap < 0.6 * np.maximum(length, np.ptp(at, axis=1))
            fits = np.flatnonzero((off < 2.0) & (at[:, 1] > at[:, 0]) & near)
            if len(fits) == 0:
                break
            points = np.concatenate([base.reshape(2, 2), left[fits[0]].reshape(2, 2)])
            left = np.delete(left, fits[0], axis=0)
            center = points.mean(axis=0)
            turned = np.linalg.svd(points - center)[2][0]
            turned = turned if turned @ along > 0.0 else -turned
            reach = (points - center) @ turned
            base = np.concatenate([center + reach.min() * turned, center + reach.max() * turned])
        done.append(base)
    return np.array(done).reshape(-1, 4)


def _meet(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    crossed = np.cross(a, b)
    w = np.where(np.abs(crossed[:, 2:]) < 1e-9, 1e-9, crossed[:, 2:])
    return np.asarray(crossed[:, :2] / w)


def _covered(
    corners: NDArray[np.float64], middles: NDArray[np.float64], lengths: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mean share of the sides that their segments cover; 0 where a segment reaches well beyond its side."""
    shares, good = [], np.ones(len(corners), bool)
    for side in range(4):
        start, end = corners[:, side], corners[:, (side + 1) % 4]
        along = end - start
        long_px = np.maximum(np.linalg.norm(along, axis=1), 1e-6)
        place = ((middles[:, side] - start) * along).sum(1) / long_px
        low, high = place - 0.5 * lengths[:, side], place + 0.5 * lengths[:, side]
        good &= (low > -0.12 * long_px) & (high < 1.12 * long_px) & (long_px > 10.0)
        shares.append(np.clip(np.minimum(high, long_px) - np.maximum(low, 0.0), 0.0, None) / long_px)
    return np.where(good, np.mean(shares, axis=0), 0.0)


def _clockwise(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    turned = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0] < 0.0
    return np.where(turned[:, None, None], corners[:, [1, 0, 3, 2]], corners)
