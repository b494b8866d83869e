"""Rectangles of a wanted size in a picture, from its straight edges: where a bank card may be."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

#: ISO/IEC 7810 ID-1: width, height and corner radius.
CARD_M = (0.0856, 0.05398)
CORNER_M = 0.00318
_ASPECT = CARD_M[1] / CARD_M[0]
_WORK_PX = 240.0  # card width at which edges are looked for: print dissolves, edges stay
_MOST_SEGMENTS = 150
_SHORTEST = 0.11  # of the card's width
_PARALLEL_RAD, _SQUARE_RAD = np.radians(11.0), np.radians(14.0)
_MOST_SCORED = 400
_SAMPLES = 36  # along each side
_STEP = 2.2  # codes per pixel: a weaker edge is noise
_LEAST_SUPPORT, _LEAST_SIDE = 0.55, 0.22


@dataclass(frozen=True, slots=True, eq=False)
class Rectangle:
    """A quadrilateral of about the wanted size and shape.

    corners_px: (4, 2) clockwise as seen, beginning so that the first side is a long one.
    support: Share of its outline where the picture has an edge of that direction, 0 to 1.
    side_support: (4,) the same per side.
    """

    corners_px: NDArray[np.float64]
    support: float
    side_support: NDArray[np.float64]


def find_rectangles(
    pixels: NDArray[np.uint8], *, width_px: float, tolerance: float, box: tuple[int, int, int, int] | None = None
) -> list[Rectangle]:
    """Card-shaped outlines, best supported first; of those that overlap only the best.

    Args:
        width_px: Long side that is expected, in pixels. tolerance: By how much it may differ, relative.
        box: Left, top, right, bottom within which to look.

    Source: our own; straight segments by LSD (von Gioi et al., IPOL 2012) in luma and both color differences, two
    parallel pairs make a rectangle, and its outline is then checked against the picture's gradient.
    """
    left, top, right, bottom = box or (0, 0, pixels.shape[1], pixels.shape[0])
    crop = pixels[max(0, top) : bottom, max(0, left) : right]
    zoom = _WORK_PX / width_px
    if min(crop.shape[:2]) * zoom < 0.5 * _WORK_PX:
        return []
    small = cv2.resize(crop, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA if zoom < 1.0 else cv2.INTER_CUBIC)
    planes = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb), (0, 0), 1.1).astype(np.uint8, copy=False)
    segments = _segments(planes)
    quads = _quads(segments, tolerance)
    found = _scored(quads, planes)
    offset = np.array([max(0, left), max(0, top)], np.float64)
    return [
        Rectangle((one.corners_px + 0.5) / zoom - 0.5 + offset, one.support, one.side_support)
        for one in _distinct(found)
    ]


def _segments(planes: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(n, 4) longest straight segments of all planes, x and y of both ends."""
    detector = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD, 1.0)
    found = []
    for plane in range(3):
        image = np.ascontiguousarray(planes[..., plane])
        if plane:  # color differences are weak beside luma
            image = np.clip((image.astype(np.float32) - 128.0) * 2.0 + 128.0, 0, 255).astype(np.uint8)
        lines = detector.detect(image)[0]
        if lines is not None:
            found.append(lines.reshape(-1, 4).astype(np.float64))
    if not found:
        return np.empty((0, 4))
    segments = np.concatenate(found)
    length = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    order = np.argsort(-length)[:_MOST_SEGMENTS]
    return segments[order[length[order] > _SHORTEST * _WORK_PX]]


def _quads(segments: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    """(n, 4, 2) rectangles that two long sides and two short ones make, roughly of the card's size."""
    if len(segments) < 4:
        return np.empty((0, 4, 2))
    middle = 0.5 * (segments[:, :2] + segments[:, 2:])
    along = segments[:, 2:] - segments[:, :2]
    length = np.linalg.norm(along, axis=1)
    along = along / length[:, None]
    normal = np.stack([-along[:, 1], along[:, 0]], 1)
    first, second = np.triu_indices(len(segments), 1)
    turn = np.abs(along[first, 0] * along[second, 1] - along[first, 1] * along[second, 0])
    gap = np.abs(((middle[second] - middle[first]) * normal[first]).sum(1))
    parallel = turn < np.sin(_PARALLEL_RAD)
    low, high = (1.0 - tolerance) * 0.85, 1.0 + tolerance  # tilted cards look smaller, never larger
    across = parallel & (gap > low * _ASPECT * _WORK_PX) & (gap < high * _ASPECT * _WORK_PX)
    down = parallel & (gap > low * _WORK_PX) & (gap < high * _WORK_PX)
    longs = np.stack([first[across], second[across]], 1)
    shorts = np.stack([first[down], second[down]], 1)
    strength = length[longs].sum(1)
    longs = longs[np.argsort(-strength)[:900]]
    shorts = shorts[np.argsort(-length[shorts].sum(1))[:900]]
    if len(longs) == 0 or len(shorts) == 0:
        return np.empty((0, 4, 2))
    lines = np.concatenate([normal, -(normal * middle).sum(1, keepdims=True)], 1)
    square = np.abs((along[longs[:, 0], None] * along[None, shorts[:, 0]]).sum(2)) < np.sin(_SQUARE_RAD)
    a, b = np.nonzero(square)
    if len(a) > 120_000:
        keep = np.argsort(-(length[longs[a]].sum(1) + length[shorts[b]].sum(1)))[:120_000]
        a, b = a[keep], b[keep]
    long_a, long_b = lines[longs[a, 0]], lines[longs[a, 1]]
    short_a, short_b = lines[shorts[b, 0]], lines[shorts[b, 1]]
    corners = np.stack(
        [_meet(long_a, short_a), _meet(long_a, short_b), _meet(long_b, short_b), _meet(long_b, short_a)], 1
    )
    used = np.concatenate([longs[a], shorts[b]], 1)
    good = _plausible(corners, middle[used], length[used], tolerance)
    corners, used = corners[good], used[good]
    order = np.argsort(-length[used].sum(1))[: 4 * _MOST_SCORED]
    return _clockwise(corners[order])


def _meet(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    crossed = np.cross(a, b)
    w = np.where(np.abs(crossed[:, 2:]) < 1e-9, 1e-9, crossed[:, 2:])
    return crossed[:, :2] / w


def _plausible(
    corners: NDArray[np.float64], middles: NDArray[np.float64], lengths: NDArray[np.float64], tolerance: float
) -> NDArray[np.bool_]:
    """Whether each has the size and shape of a card, and every segment lies on its own side."""
    sides = np.linalg.norm(np.roll(corners, -1, 1) - corners, axis=2)
    width, height = 0.5 * (sides[:, 0] + sides[:, 2]), 0.5 * (sides[:, 1] + sides[:, 3])
    good: NDArray[np.bool_] = (width > 0.8 * (1 - tolerance) * _WORK_PX) & (width < (1 + tolerance) * _WORK_PX)
    aspect = height / np.maximum(width, 1e-6) / _ASPECT
    good &= (aspect > 0.8) & (aspect < 1.25)
    good &= (np.abs(sides[:, 0] - sides[:, 2]) < 0.2 * width) & (np.abs(sides[:, 1] - sides[:, 3]) < 0.25 * height)
    # Order of `middles`: long a (corners 0–1), long b (3–2), short a (0–3), short b (1–2).
    for column, (start, end) in enumerate(((0, 1), (3, 2), (0, 3), (1, 2))):
        side = corners[:, end] - corners[:, start]
        long_px = np.linalg.norm(side, axis=1)
        place = ((middles[:, column] - corners[:, start]) * side).sum(1) / np.maximum(long_px, 1e-6)
        half = 0.5 * lengths[:, column]
        good &= (place - half > -0.12 * long_px) & (place + half < 1.12 * long_px)
    return good


def _clockwise(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """As seen with y down; the first side stays a long one."""
    a, b = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 1]
    turned = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0] < 0.0
    return np.where(turned[:, None, None], corners[:, [1, 0, 3, 2]], corners)


def _scored(quads: NDArray[np.float64], planes: NDArray[np.uint8]) -> list[Rectangle]:
    """The best supported, best first, with the share of their outlines that lies on edges."""
    if len(quads) == 0:
        return []
    height, width = planes.shape[:2]
    image = planes.astype(np.float32)
    gradient_x, gradient_y = cv2.Sobel(image, -1, 1, 0, scale=0.125), cv2.Sobel(image, -1, 0, 1, scale=0.125)
    share = np.linspace(0.07, 0.93, _SAMPLES)
    start, end = quads, np.roll(quads, -1, 1)
    side = end - start
    normal = np.stack([side[..., 1], -side[..., 0]], -1) / np.linalg.norm(side, axis=2, keepdims=True)
    points = start[:, :, None] + share[:, None] * side[:, :, None]
    best = np.zeros(points.shape[:3], np.float32)
    for shift in (-2.0, -1.0, 0.0, 1.0, 2.0):
        place = np.rint(points + shift * normal[:, :, None]).astype(int)
        inside = (place[..., 0] >= 0) & (place[..., 0] < width) & (place[..., 1] >= 0) & (place[..., 1] < height)
        x, y = np.clip(place[..., 0], 0, width - 1), np.clip(place[..., 1], 0, height - 1)
        gx, gy = gradient_x[y, x], gradient_y[y, x]
        strong = np.abs(gx * normal[:, :, None, :1] + gy * normal[:, :, None, 1:])
        pure = strong > 0.8 * np.hypot(gx, gy)
        best = np.maximum(best, np.where(inside[..., None] & pure, strong, 0.0).max(-1))
    supported = (best > _STEP).mean(2)
    total = supported.mean(1)
    order = np.argsort(-(total + 0.4 * supported.min(1)))
    return [
        Rectangle(quads[i], float(total[i]), supported[i])
        for i in order[:_MOST_SCORED]
        if total[i] > _LEAST_SUPPORT and supported[i].min() > _LEAST_SIDE
    ]


def _distinct(found: list[Rectangle]) -> list[Rectangle]:
    kept: list[Rectangle] = []
    for one in found:
        middle = one.corners_px.mean(0)
        near = sum(bool(np.linalg.norm(other.corners_px.mean(0) - middle) < 0.45 * _WORK_PX) for other in kept)
        if near < 4:  # rivals over the same place are told apart by their sub-pixel edges later
            alike = any(np.abs(other.corners_px - one.corners_px).max() < 4.0 for other in kept)
            if not alike:
                kept.append(one)
        if len(kept) == 10:
            break
    return kept
