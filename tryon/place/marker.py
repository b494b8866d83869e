"""The marker page of `tryon marker`: tags whose places on the paper are known, so that the page is its own ruler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError

Paper: TypeAlias = Literal["a4", "letter"]
PAPERS_M: dict[Paper, tuple[float, float]] = {"a4": (0.210, 0.297), "letter": (0.2159, 0.2794)}

FAMILY = "36h11"
#: The last of the family's 587 codes, which nobody who numbers tags from 0 uses: seen, they tell their size.
MIDDLE_ID = 582
CORNER_IDS = (583, 584, 585, 586)
LOOSE_ID = 581  # a page of another size; its size must be said
DEFAULT_SIZE_M = 0.15
_CORNER_SIZE_M = 0.036
# The same on A4 and on Letter, 10 mm and more from the edges of either, where printers still print.
_CORNER_AT_M = (0.076, 0.108)
_LEAST_SIZE_M = 0.02
_MARGIN_M = 0.012
PRINT_SIGMA = 0.003  # of the page's scale: laser printers keep to a few parts in a thousand; the ruler tells of more


@dataclass(frozen=True, slots=True, eq=False)
class Square:
    """One tag on the page: middle in metres from the page's middle, x right, y up; size_m of its black square."""

    id: int
    middle_m: tuple[float, float]
    size_m: float

    @property
    def corners_m(self) -> NDArray[np.float64]:
        """(4, 2) clockwise from its top left, as detectors list them."""
        half = self.size_m / 2.0
        return np.array([[-half, half], [half, half], [half, -half], [-half, -half]]) + self.middle_m


def page_squares(size_m: float = DEFAULT_SIZE_M, paper: Paper = "a4") -> tuple[Square, ...]:
    """The tags of a page: five at the usual size, which is known when seen; else one, whose size must be said.

    Raises:
        ParameterError: A size the paper cannot hold, or too small to be seen from where a room is photographed.
    """
    if paper not in PAPERS_M:
        raise ParameterError(f"Expected paper 'a4' or 'letter', got '{paper}'.")
    most_m = min(PAPERS_M[paper]) - 2.0 * (_MARGIN_M + 0.0)
    if not _LEAST_SIZE_M <= size_m <= most_m:
        raise ParameterError(
            f"Expected a marker of {_LEAST_SIZE_M:g} to {most_m:.3f} m on {paper} paper, got {size_m:g} m."
        )
    if abs(size_m - DEFAULT_SIZE_M) > 1e-9:
        return (Square(LOOSE_ID, (0.0, 0.0), size_m),)
    x, y = _CORNER_AT_M
    places = ((-x, y), (x, y), (x, -y), (-x, -y))
    corners = (Square(number, place, _CORNER_SIZE_M) for number, place in zip(CORNER_IDS, places, strict=True))
    return (Square(MIDDLE_ID, (0.0, 0.0), DEFAULT_SIZE_M), *corners)


def tag_bits(number: int) -> NDArray[np.bool_]:
    """(8, 8) cells of a tag of the page's family, black border included; True is black."""
    import cv2

    dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_APRILTAG_36h11)
    return np.asarray(cv2.aruco.generateImageMarker(dictionary, number, 8, borderBits=1) < 128)
