"""Whether four corners hold a certain tag, and the tags of a page that are too small to be found but not to be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tryon.place.tag_edges import linear_grey, refine_quads
from tryon.place.tag_find import FAMILIES, Tag

_LEAST_CELLS_READ = 0.86  # of a tag's cells that must be black and white where they should be
_LEAST_SIDE_PX = 10.0  # of a tag whose place is known; its cells need not be told apart to fit its sides


@cache
def cells_of(family: str, number: int) -> NDArray[np.bool_]:
    """(C, C) cells of a tag, black border included; True is black."""
    import cv2

    name, count = FAMILIES[family]
    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, name))
    return np.asarray(cv2.aruco.generateImageMarker(dictionary, number, count) < 128)


def reads_as(grey: NDArray[np.float32], corners_px: NDArray[np.float64], black: NDArray[np.bool_]) -> bool:
    """Whether the cells inside four corners are black and white as a tag's."""
    import cv2

    count = len(black)
    middles = (np.stack(np.meshgrid(np.arange(count), np.arange(count)), axis=-1).reshape(-1, 1, 2) + 0.5) / count
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    picture_from_tag = cv2.getPerspectiveTransform(unit, corners_px.astype(np.float32))
    at = cv2.perspectiveTransform(middles.astype(np.float32), picture_from_tag)
    values = np.asarray(cv2.remap(grey, at[..., 0], at[..., 1], cv2.INTER_LINEAR)).ravel()
    dark, light = float(values[black.ravel()].mean()), float(values[~black.ravel()].mean())
    read = values < (dark + light) / 2.0
    return light > 1.3 * dark and bool((read == black.ravel()).mean() >= _LEAST_CELLS_READ)


def completed(
    pixels: NDArray[np.uint8], tags: Sequence[Tag], places_m: Mapping[int, NDArray[np.float64]]
) -> tuple[Tag, ...]:
    """The tags of a page that were found, and those that can be seen where the found ones say they must be.

    Args:
        tags: At least one of the page's. places_m: (4, 2) corners of every tag of the page, clockwise, by number.
    """
    import cv2

    family = tags[0].family
    plane = np.concatenate([places_m[tag.id] for tag in tags])
    seen = np.concatenate([tag.corners_px for tag in tags])
    picture_from_page = cv2.findHomography(plane, seen)[0]
    if picture_from_page is None:
        return tuple(tags)
    missing = [number for number in places_m if all(number != tag.id for tag in tags)]
    height, width = pixels.shape[:2]
    quads, numbers = [], []
    for number in missing:
        at = np.asarray(cv2.perspectiveTransform(places_m[number][None], picture_from_page), np.float64)[0]
        side_px = float(np.linalg.norm(np.roll(at, -1, axis=0) - at, axis=1).min())
        if side_px >= _LEAST_SIDE_PX and at.min() > 2.0 and at[:, 0].max() < width - 3 and at[:, 1].max() < height - 3:
            quads.append(at)
            numbers.append(number)
    if not quads:
        return tuple(tags)
    grey = linear_grey(pixels)
    corners, sigmas, good = refine_quads(grey, np.stack(quads), FAMILIES[family][1])
    added = [
        Tag(family, number, corners[index], sigmas[index])
        for index, number in enumerate(numbers)
        if good[index] and reads_as(grey, corners[index], cells_of(family, number))
    ]
    return (*tags, *added)
