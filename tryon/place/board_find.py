"""The calibration board in one photo."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError
from tryon.place.board import BOARD, Board, charuco
from tryon.place.evidence import Refusal

_LEAST_CORNERS = 12
_LEAST_SPREAD = 0.08  # of the picture's smaller side, that corners must spread over both ways


@dataclass(frozen=True, slots=True, eq=False)
class BoardView:
    """Corners of the board in one photo.

    name: Of the photo. size_px: Its width and height.
    points_m: (N, 3) float32 on the board, z 0. pixels: (N, 2) float32.
    """

    name: str
    size_px: tuple[int, int]
    points_m: NDArray[np.float32]
    pixels: NDArray[np.float32]


def find_board(pixels: NDArray[np.uint8], name: str, board: Board = BOARD) -> BoardView | Refusal:
    """The inner corners of the board's squares to a fraction of a pixel, or why the photo does not serve.

    Source: OpenCV's ChArUco detector; corners refined as saddle points of the chessboard (`cornerSubPix`), in a window
    that no tag reaches into.
    """
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    corners, numbers, _, tags = _detector(board).detectBoard(grey)
    if tags is None or len(tags) == 0:
        return Refusal(f"'{name}': no board in view.")
    count = 0 if numbers is None else len(numbers)
    if count < _LEAST_CORNERS:
        return Refusal(f"'{name}': only {count} of the board's corners are seen; show all of it, closer and sharp.")
    at = np.asarray(corners, np.float32).reshape(-1, 1, 2)
    points = np.asarray(charuco(board).getChessboardCorners(), np.float32)[np.asarray(numbers).ravel()]
    near = _spacing(at.reshape(-1, 2), points, board)
    gap = (board.square_m - board.tag_m) / 2.0 / board.square_m
    reach = int(np.clip(0.8 * gap * near * 2**0.5, 2, 12))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 60, 1e-3)
    at = np.asarray(cv2.cornerSubPix(grey, at.copy(), (reach, reach), (-1, -1), stop), np.float32)
    spread = np.sqrt(np.clip(np.linalg.eigvalsh(np.cov(at.reshape(-1, 2).T.astype(np.float64))), 0.0, None))
    if 4.0 * float(spread[0]) < _LEAST_SPREAD * min(grey.shape):
        return Refusal(f"'{name}': the board is too small or seen too much from its side; fill the picture with it.")
    return BoardView(name, (grey.shape[1], grey.shape[0]), points, at.reshape(-1, 2))


def _spacing(pixels: NDArray[np.float32], points: NDArray[np.float32], board: Board) -> float:
    """Smallest distance in pixels between corners one square apart."""
    apart_m = np.linalg.norm(points[:, None] - points[None], axis=2)
    apart_px = np.linalg.norm(pixels[:, None] - pixels[None], axis=2)
    neighbors = np.abs(apart_m / board.square_m - 1.0) < 0.01
    return float(apart_px[neighbors].min()) if neighbors.any() else 4.0


@cache
def _detector(board: Board) -> Any:  # cv2's classes carry no types
    import cv2

    found = cv2.aruco.CharucoParameters()
    found.minMarkers = 1
    return cv2.aruco.CharucoDetector(charuco(board), found)
