"""The ChArUco board that cameras are calibrated with: where its corners lie, and how it is printed and found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError, ParameterError
from tryon.place.marker import PAPERS_M, Paper
from tryon.place.marker_print import Page, boxes_of
from tryon.place.tag_find import FAMILIES

_LEAST_M = 0.001


@dataclass(frozen=True, slots=True)
class Board:
    """A chessboard with a tag in each white square.

    squares: Across and down. square_m, tag_m: Edges. family, first_id: Of the tags. legacy: OpenCV's pattern before
        4.6, whose first square is white where the rows are even.
    """

    squares: tuple[int, int] = (7, 10)
    square_m: float = 0.025
    tag_m: float = 0.018
    family: str = "5x5"
    first_id: int = 200
    legacy: bool = False

    def __post_init__(self) -> None:
        across, down = self.squares
        if not (3 <= across <= 40 and 3 <= down <= 40 and 0.0 < self.tag_m < self.square_m <= 1.0):
            raise ParameterError(
                f"Expected a board of 3 to 40 squares a side and tags smaller than its squares, got {across}×{down},"
                f" {self.square_m:g} m and {self.tag_m:g} m."
            )
        if self.tag_m < _LEAST_M:
            raise ParameterError(f"Expected tags of at least {1e3 * _LEAST_M:g} mm, got {1e3 * self.tag_m:g} mm.")
        if self.family not in FAMILIES:
            raise ParameterError(f"Expected a board's tags of {', '.join(FAMILIES)}, got '{self.family}'.")

    @property
    def ids(self) -> range:
        """Of its tags."""
        return range(self.first_id, self.first_id + self.squares[0] * self.squares[1] // 2)


#: What `tryon calibrate --board` prints: fits A4 and Letter; the last ids of their family tell it from other boards.
BOARD = Board()


@cache
def charuco(board: Board) -> Any:  # cv2's classes carry no types
    """OpenCV's object for a board."""
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    dictionary = _dictionary(board)
    made = cv2.aruco.CharucoBoard(board.squares, board.square_m, board.tag_m, dictionary, np.array(board.ids, np.int32))
    made.setLegacyPattern(board.legacy)
    return made


def _dictionary(board: Board) -> Any:  # as above
    import cv2

    dictionary = cv2.aruco.getPredefinedDictionary(getattr(cv2.aruco, FAMILIES[board.family][0]))
    most = len(dictionary.bytesList)
    if not 0 <= board.first_id <= most - len(board.ids):
        raise ParameterError(
            f"Expected a board's first tag to be 0 to {most - len(board.ids)}: it has {len(board.ids)} of the family's"
            f" {most}, got {board.first_id}."
        )
    return dictionary


def board_corners_m(tag_id: int, board: Board = BOARD) -> NDArray[np.float64]:
    """(4, 2) corners of a tag of the board in metres, x right, y up, from the board's top left."""
    points = np.asarray(charuco(board).getObjPoints()[tag_id - board.first_id], np.float64)
    return np.asarray(points[:, :2] * (1.0, -1.0))


def board_page(board: Board = BOARD, paper: Paper = "a4") -> Page:
    """The board as a page to print.

    Raises:
        ParameterError: It does not fit the paper.
    """
    import cv2

    (across, down), size = board.squares, PAPERS_M[paper]
    width, height = across * board.square_m, down * board.square_m
    if width > size[0] - 0.016 or height > size[1] - 0.029:
        raise ParameterError(
            f"A board of {1e3 * width:.0f} by {1e3 * height:.0f} mm does not fit on {paper} paper; use fewer or smaller"
            " squares."
        )
    left, top = -width / 2.0, size[1] / 2.0 - 0.009
    dictionary = _dictionary(board)
    cells = FAMILIES[board.family][1]
    boxes = [
        (left + column * board.square_m, top - (row + 1) * board.square_m, board.square_m, board.square_m)
        for row in range(down)
        for column in range(across)
        if (row + column + (board.legacy and down % 2 == 0)) % 2 == 0
    ]
    for index in board.ids:
        black = np.asarray(cv2.aruco.generateImageMarker(dictionary, index, cells) < 128)
        corner = board_corners_m(index, board)[0]
        boxes += list(boxes_of(black, left + float(corner[0]), top + float(corner[1]), board.tag_m / cells))
    lines = (
        "tryon calibration board: print at 100 % and tape it flat to something stiff. The line must measure 100.0 mm.",
        "Take 10 to 20 sharp photos of it, filling the picture, from straight on and from all sides, then:",
        "tryon calibrate *.jpg -o camera.json",
    )
    ruler = top - height - 0.010
    return Page(size, tuple(boxes), ruler, ruler - 0.005, lines)
