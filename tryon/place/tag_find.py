"""Square tags in a picture: AprilTag and ArUco families, with exact corners."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError
from tryon.place.tag_edges import linear_grey, refine_quads

# Families searched, the ones that other patterns are least mistaken for first; cells along a side, border included.
FAMILIES = {
    "36h11": ("DICT_APRILTAG_36h11", 8),
    "25h9": ("DICT_APRILTAG_25h9", 7),
    "7x7": ("DICT_7X7_250", 9),
    "6x6": ("DICT_6X6_250", 8),
    "5x5": ("DICT_5X5_250", 7),
    "original": ("DICT_ARUCO_ORIGINAL", 7),
    "4x4": ("DICT_4X4_250", 6),
    "16h5": ("DICT_APRILTAG_16h5", 6),
}
_SMALL = ("4x4", "16h5")  # families of 16 bits, which furniture shows by chance
_SMALL_LEAST_PX = 24.0
_WORKING_PX = 1920  # longer side; larger pictures are searched shrunk first
_MOST = 60
_ROUGH_PX = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Tag:
    """One tag: corners (4, 2) pixels clockwise from its own top left, sigma_px (4,) of each coordinate."""

    family: str
    id: int
    corners_px: NDArray[np.float64]
    sigma_px: NDArray[np.float64]


def find_tags(
    pixels: NDArray[np.uint8], families: tuple[str, ...] = tuple(FAMILIES), *, thorough: bool = True
) -> tuple[Tag, ...]:
    """The tags in an (H, W, 3) or (H, W) picture, the largest first, at most 60.

    Args:
        thorough: Search a large picture at its full size too, when nothing was found in it shrunk.

    Source: OpenCV's ArUco module (Garrido-Jurado et al., Pattern Recognition 2014) finds and reads them; corners are
    our own, see `refine_quads`.
    """
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8) if pixels.ndim == 3 else pixels
    longest = max(grey.shape)
    found: list[tuple[str, int, NDArray[np.float64]]] = []
    if longest > 1.3 * _WORKING_PX:
        shrink = _WORKING_PX / longest
        size = (round(grey.shape[1] * shrink), round(grey.shape[0] * shrink))
        small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        scale = np.array([grey.shape[1] / size[0], grey.shape[0] / size[1]])
        found = [(family, number, (at + 0.5) * scale - 0.5) for family, number, at in detect(small, families)]
    if not found and (thorough or longest <= 1.3 * _WORKING_PX):
        found = detect(grey, families)
    found.sort(key=lambda one: -_side_px(one[2]))
    found = found[:_MOST]
    if not found:
        return ()
    quads = np.stack([corners for _, _, corners in found])
    cells = np.array([FAMILIES[family][1] for family, _, _ in found], np.float64)
    corners, sigmas, good = refine_quads(linear_grey(grey), quads, cells)
    # A tag that was read but whose sides cannot be fitted, in the dark or by a finger, keeps its rough corners.
    corners = np.where(good[:, None, None], corners, quads)
    sigmas = np.where(good[:, None], sigmas, _ROUGH_PX)
    return tuple(
        Tag(family, number, corners[index], sigmas[index])
        for index, (family, number, _) in enumerate(found)
        if good[index] or family not in _SMALL
    )


def detect(grey: NDArray[np.uint8], families: tuple[str, ...]) -> list[tuple[str, int, NDArray[np.float64]]]:
    """Family, number and rough (4, 2) corners of each tag."""
    quads, numbers, _, indices = _detector(families).detectMarkersMultiDict(grey)
    if numbers is None or not len(quads):
        return []
    found: list[tuple[str, int, NDArray[np.float64]]] = []
    order = np.argsort(np.asarray(indices).ravel(), kind="stable")  # the safest family wins where two read one square
    for index in order:
        corners = np.asarray(quads[index], np.float64).reshape(4, 2)
        family = families[int(np.asarray(indices).ravel()[index])]
        side_px = _side_px(corners)
        if family in _SMALL and side_px < _SMALL_LEAST_PX:
            continue
        middle = corners.mean(axis=0)
        if all(np.linalg.norm(middle - other.mean(axis=0)) > 0.3 * side_px for _, _, other in found):
            found.append((family, int(np.asarray(numbers).ravel()[index]), corners))
    return found


@cache
def _detector(families: tuple[str, ...]) -> Any:  # cv2's classes carry no types
    import cv2

    parameters = cv2.aruco.DetectorParameters()
    parameters.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_CONTOUR
    parameters.minMarkerPerimeterRate = 0.015
    parameters.errorCorrectionRate = 0.4  # a chance pattern is nearer to some code than a seen tag is to its own
    dictionaries = [cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, FAMILIES[family][0])) for family in families]
    return cv2.aruco.ArucoDetector(dictionaries, parameters)


def _side_px(corners: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1).mean())
