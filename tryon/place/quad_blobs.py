"""Quadrilaterals about patches that differ from what surrounds them: a white sheet, a colored card."""

from __future__ import annotations

from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

_LEVELS = tuple(range(70, 250, 14))  # of brightness, in codes
_LOCAL = (6, 12, 22, 36)  # codes above what surrounds a place
_CLUSTERS = 7
_LEAST_FILL = 0.72  # of its quadrilateral by the patch's hull: a foot's notch is in the hull already
_MOST_CORNERS = 40
_MOST_LINED, _LINES = 60, 6  # patches whose contours are looked at, straight pieces of each


def patches(small: NDArray[np.uint8], *, least_area: float, most_area: float, colored: bool) -> NDArray[np.float64]:
    """(n, 4, 2) quadrilaterals, clockwise as seen, unordered and with near repeats.

    Args:
        small: (h, w, 3) sRGB, some 1000 pixels long.
        least_area, most_area: Of a patch, as shares of the picture.
        colored: Look for patches of any color too, not only for bright, pale ones.

    Source: our own: thresholds over absolute and local paleness (the darkest of the three channels), k-means in CIE Lab
    for colors; hulls reduced to four sides by dropping the side whose neighbors, prolonged, add the least area.
    """
    pale = cv2.GaussianBlur(small.min(axis=2), (0, 0), 1.2)
    wide = max(small.shape[:2]) // 5 | 1
    masks = [pale > level for level in _LEVELS]
    around = cv2.blur(pale, (wide, wide)).astype(np.int16)
    masks += [pale.astype(np.int16) - around > step for step in _LOCAL]
    if colored:
        masks += _colors(small)
    low, high = least_area * pale.size, most_area * pale.size
    contours: list[tuple[float, NDArray[np.float64]]] = []
    for mask in masks:
        opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
        for contour in cv2.findContours(opened, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)[0]:
            size = float(cv2.contourArea(contour))
            if low < size < high:
                contours.append((size, contour.reshape(-1, 2).astype(np.float64)))
    contours.sort(key=lambda pair: -pair[0])
    found = [quad for _, contour in contours if (quad := quad_about(contour)) is not None]
    for _, contour in contours[:_MOST_LINED]:
        found += quads_of_lines(contour)
    return np.array(found).reshape(-1, 4, 2)


def quads_of_lines(contour: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Up to two quadrilaterals that four of the longest straight pieces of a contour make, clockwise as seen.

    A foot on a corner takes the corner away, and the hull cuts across it; the sides beside it are still there.
    """
    polygon = cv2.approxPolyDP(contour.astype(np.float32), 1.6, True).reshape(-1, 2).astype(np.float64)
    if len(polygon) < 4:
        return []
    if _signed_area(polygon) < 0.0:
        polygon = polygon[::-1]
    along = np.roll(polygon, -1, axis=0) - polygon
    length = np.linalg.norm(along, axis=1)
    longest = np.sort(np.argsort(-length)[:_LINES])
    area = _signed_area(polygon)
    rated = []
    for four in combinations(longest, 4):
        chosen = list(four)
        lines = [(polygon[index], along[index]) for index in chosen]
        corners = [_meeting(lines[k - 1], lines[k]) for k in range(4)]
        if any(corner is None for corner in corners):
            continue
        quad = np.array(corners)
        sides = np.roll(quad, -1, axis=0) - quad
        size = _signed_area(quad)
        onward = (sides * along[chosen]).sum(1) > 0.0
        if not (onward.all() and 0.85 * area < size < 2.2 * area):
            continue
        covered = float(length[chosen].sum() / np.linalg.norm(sides, axis=1).sum())
        if 0.4 < covered < 1.1:
            rated.append((covered, quad))
    rated.sort(key=lambda pair: -pair[0])
    return [quad for _, quad in rated[:2]]


def _meeting(
    one: tuple[NDArray[np.float64], NDArray[np.float64]], other: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64] | None:
    """Where two lines, each a point and a direction, meet; None where they hardly do."""
    (a, u), (b, v) = one, other
    cross = float(u[0] * v[1] - u[1] * v[0])
    if abs(cross) < 0.2 * float(np.linalg.norm(u) * np.linalg.norm(v)):
        return None
    gap = b - a
    return np.asarray(a + u * float(gap[0] * v[1] - gap[1] * v[0]) / cross)


def quad_about(points: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """(4, 2) the tight quadrilateral about points, clockwise as seen; None when they do not look like one."""
    hull = cv2.convexHull(points.astype(np.float32)).reshape(-1, 2).astype(np.float64)
    if len(hull) < 4:
        return None
    area = float(cv2.contourArea(hull.astype(np.float32)))
    polygon = hull
    tolerance = 0.004 * float(cv2.arcLength(hull.astype(np.float32), True))
    while len(polygon) > _MOST_CORNERS or polygon is hull:
        polygon = cv2.approxPolyDP(hull.astype(np.float32), tolerance, True).reshape(-1, 2).astype(np.float64)
        tolerance *= 1.5
    if len(polygon) < 4:
        return None
    if _signed_area(polygon) < 0.0:
        polygon = polygon[::-1]
    while len(polygon) > 4:
        shorter = _without_a_side(polygon)
        if shorter is None:
            return None
        polygon = shorter
    around = _signed_area(polygon)
    return polygon if around > 0.0 and area / around > _LEAST_FILL else None


def _without_a_side(polygon: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The convex polygon with one side fewer, its neighbors prolonged until they meet."""
    best, least = None, np.inf
    count = len(polygon)
    for index in range(count):
        a, b, c, d = (polygon[(index + k) % count] for k in (-1, 0, 1, 2))
        first, second = b - a, c - d
        cross = first[0] * second[1] - first[1] * second[0]
        if abs(cross) < 1e-9:
            continue
        gap = c - b
        along = (gap[0] * second[1] - gap[1] * second[0]) / cross
        meet = b + along * first
        if along <= 0.0 or float((meet - c) @ second) < 0.0:  # they part instead
            continue
        added = 0.5 * abs((meet - b)[0] * gap[1] - (meet - b)[1] * gap[0])
        if added < least:
            kept = [polygon[(index + k) % count] for k in range(2, count)]
            best, least = np.array([meet, *kept]), added
    return best


def _signed_area(polygon: NDArray[np.float64]) -> float:
    """Above 0 for corners that run clockwise as seen (y down)."""
    after = np.roll(polygon, -1, axis=0)
    return 0.5 * float((polygon[:, 0] * after[:, 1] - polygon[:, 1] * after[:, 0]).sum())


def _colors(small: NDArray[np.uint8]) -> list[NDArray[np.bool_]]:
    """A mask for each of a few colors the picture is made of."""
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.5), cv2.COLOR_RGB2LAB).astype(np.float32)
    lab[..., 0] *= 0.5  # shadows change lightness, not hue
    points = lab[::4, ::4].reshape(-1, 3)
    cv2.setRNGSeed(1)
    criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0)
    start = np.zeros((0, 0), np.int32)
    centers = cv2.kmeans(points, _CLUSTERS, start, criteria, 1, cv2.KMEANS_PP_CENTERS)[2]
    apart = np.stack([((lab - center) ** 2).sum(2) for center in centers])
    label = np.argmin(apart, axis=0)
    return [label == index for index in range(len(centers))]
