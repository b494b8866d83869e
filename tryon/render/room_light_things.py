"""What stands on a room's floor in an upright picture: where its feet are, and how high it is."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

FARTHEST_M = 7.0
CELL_M = 0.06
CELLS = 128
COLUMN_RAD = 0.0085
_DEPTH_M = 0.45  # how far back things are taken to reach: only their front is seen
_TALLEST_M = 2.3
_WIDEST_M, _WIDEST_CUT_M = 3.0, 1.2  # wider things that the picture cuts off above are walls
_COLORS = 6  # of the things in a room
_PAINT = (9.0, 9.0)  # units of the first two features within which a paint is one
_SHADE_PAINT = 2.5  # times as far when it is bluer and less red, as in the shade
_HALO = 6  # rows below a thing whose color is blurred with the floor's


def grouped(features: NDArray[np.uint8], things: NDArray[np.bool_], merge: bool) -> NDArray[np.int32]:
    """Which connected patch of one color each cell of a thing belongs to, from 1 on; 0 elsewhere.

    Things one behind the other are told apart by it, and the sides of one thing are not.
    """
    labels = np.zeros(things.shape, np.int32)
    samples = features[..., :2][things].astype(np.float32)
    if len(samples) < 4 * _COLORS:
        return labels
    cv2.setRNGSeed(5)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
    _, color, centers = cv2.kmeans(
        samples, _COLORS, np.zeros((len(samples), 1), np.int32), stop, 2, cv2.KMEANS_PP_CENTERS
    )
    kind = np.full(things.shape, -1, np.int32)
    paint = _merged(np.asarray(centers, np.float64)) if merge else np.arange(_COLORS)
    kind[things] = paint[np.asarray(color).ravel()]
    for which in range(_COLORS):
        one = np.asarray(cv2.medianBlur(np.asarray(kind == which, np.uint8), 3), np.uint8)
        _, found = cv2.connectedComponents(one, connectivity=4)
        labels = np.where((np.asarray(found) > 0) & things, np.asarray(found) + labels.max(), labels).astype(np.int32)
    return labels


def _merged(centers: NDArray[np.float64]) -> NDArray[np.intp]:
    """For each color the first one that may be the same paint, in more or less of the blue sky's light."""
    same = np.arange(len(centers))
    for k in range(len(centers)):
        for first in range(k):
            red, blue = np.abs(centers[k] - centers[first]) / _PAINT
            opposed = (centers[k] - centers[first]).prod() < 0.0
            if np.hypot(red, blue) < (_SHADE_PAINT if opposed else 1.0):
                same[k] = same[first]
                break
    return same


def standing(
    labels: NDArray[np.int32],
    floor: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    around: NDArray[np.float64],
    up: NDArray[np.float64],
    camera_m: float,
) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Heights of what stands on the floor, by cell, and the middle of the first cell.

    Walls are left out: nobody sees how high they are, nor whether the light comes in over them.
    """
    first = (-CELLS / 2 * CELL_M, -CELLS * CELL_M + 0.5)
    heights = np.zeros((CELLS, CELLS), np.float32)
    for thing in range(1, int(labels.max()) + 1):
        rows, cells = np.nonzero(labels == thing)
        if len(rows) < 12:
            continue
        left, top, width, high = int(cells.min()), int(rows.min()), int(np.ptp(cells)) + 1, int(np.ptp(rows)) + 1
        mask = labels[top : top + high, left : left + width] == thing
        seen = mask.any(axis=0)
        tops = top + mask.argmax(axis=0)
        feet = top + high - mask[::-1].argmax(axis=0)  # the first row of floor before it
        below = np.minimum(feet[:, None] + np.arange(_HALO), len(up) - 1)
        bare = floor[below, left + np.arange(width)[:, None]]
        stands = bare.any(axis=1)
        feet = feet + bare.argmax(axis=1) // 2
        columns = np.flatnonzero(seen & stands & (up[np.minimum(feet, len(up) - 1)] < -0.08))
        if not len(columns):
            continue
        near = _bridged(np.tan(-up[np.minimum(feet[columns], len(up) - 1)]), columns, camera_m)
        front_m = camera_m / near
        cut = top == 0 or bool((~inside[np.maximum(tops[columns] - 1, 0), left + columns]).any())
        if len(columns) * COLUMN_RAD * float(np.median(front_m)) > (_WIDEST_CUT_M if cut else _WIDEST_M):
            continue
        rises = np.tan(up[tops[columns]])
        tall_m = np.where(rises < 0.0, camera_m + (front_m + _DEPTH_M) * rises, camera_m + front_m * rises)
        if cut:
            tall_m = np.maximum(tall_m, float(np.max(tall_m)))
        for turn, begin_m, high_m in zip(around[left + columns], front_m, tall_m, strict=True):
            if not 0.04 < high_m < _TALLEST_M or begin_m > FARTHEST_M:
                continue
            reach = np.arange(begin_m, begin_m + _DEPTH_M, CELL_M / 2)
            x = np.rint((reach * np.sin(turn) - first[0]) / CELL_M).astype(int)
            z = np.rint((-reach * np.cos(turn) - first[1]) / CELL_M).astype(int)
            kept = (x >= 0) & (z >= 0) & (x < CELLS) & (z < CELLS)
            heights[z[kept], x[kept]] = np.maximum(heights[z[kept], x[kept]], np.float32(high_m))
    return heights, first


def _bridged(nearness: NDArray[np.float64], columns: NDArray[np.intp], camera_m: float) -> NDArray[np.float64]:
    """Nearness (height over distance) of a thing's feet with gaps between legs closed: its upper hull over columns.

    A straight edge on the floor is straight here, within some degrees.
    """
    hull: list[int] = []
    for k in range(len(columns)):
        while len(hull) > 1:
            a, b = hull[-2], hull[-1]
            share = (columns[b] - columns[a]) / (columns[k] - columns[a])
            if nearness[b] > nearness[a] + share * (nearness[k] - nearness[a]):
                break
            hull.pop()
        hull.append(k)
    closed = np.interp(columns, columns[hull], nearness[hull])
    return np.asarray(np.where(closed > nearness * 1.6, nearness, closed))  # not from one thing to another
