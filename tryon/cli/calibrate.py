"""`tryon calibrate PHOTO… -o camera.json`."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tryon.errors import ParameterError, TryOnError

if TYPE_CHECKING:
    from tryon.place.board import Board


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser("calibrate", help="your camera's focal length and distortion from photos of a board")
    parser.add_argument("photos", nargs="*", type=Path, help="10 to 20 photos of the printed board")
    parser.add_argument("-o", "--output", type=Path, help="the camera file to write, such as camera.json")
    parser.add_argument("--board", type=Path, metavar="FILE", help="write the board to print as .pdf or .png instead")
    parser.add_argument("--paper", choices=("a4", "letter"), default="a4", help="the paper it is printed on")
    own = parser.add_argument_group("a ChArUco board of your own")
    own.add_argument("--squares", metavar="AxB", help="squares across and down")
    own.add_argument("--square", type=float, metavar="M", help="edge of a square in metres")
    own.add_argument("--tag", type=float, metavar="M", help="edge of a tag in metres")
    own.add_argument("--family", help="of its tags: 4x4, 5x5, 6x6, 7x7, 36h11, …")
    own.add_argument("--first-id", type=int, help="of its tags")
    own.add_argument("--legacy", action="store_true", help="drawn by OpenCV before 4.6")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the board, or calibrate and write the camera."""
    from tryon.place.board import board_page
    from tryon.place.marker_print import write_page

    board = _board(options)
    if options.board is not None:
        write_page(options.board, board_page(board, options.paper))
        print(f"'{options.board}': print it at 100 %, check its ruler (100.0 mm), tape it flat to something stiff.")
        return 0
    if not options.photos or options.output is None:
        raise ParameterError("Expected photos of the board and -o camera.json, or --board board.pdf to print one.")
    return _calibrate(options, board)


def _calibrate(options: argparse.Namespace, board: Board) -> int:
    from tryon.capture import read_image
    from tryon.place.board_find import BoardView, find_board
    from tryon.place.calibrate import calibrate
    from tryon.place.intrinsics_file import write_camera

    views, refused = [], []
    for photo in options.photos:
        try:
            found = find_board(read_image(photo).pixels, photo.name, board)
        except TryOnError as error:
            refused.append(str(error))
            continue
        if isinstance(found, BoardView):
            views.append(found)
        else:
            refused.append(found.reason)
    for reason in refused:
        print(f"Left out: {reason}")
    calibration = calibrate(views)
    for reason in calibration.rejected:
        print(f"Left out: {reason}")
    known = calibration.intrinsics
    write_camera(options.output, known, rms_px=calibration.rms_px, views=calibration.views)
    camera = known.camera
    print(
        f"Focal length {camera.focal_x_px:.1f} × {camera.focal_y_px:.1f} px ± {196 * known.focal_sigma:.1f} % (95 %),"
        f" axis at {camera.center_x_px:.1f}, {camera.center_y_px:.1f} px; {calibration.views} photos, corners within"
        f" {calibration.rms_px:.2f} px."
    )
    for sentence in calibration.advice:
        print(sentence)
    print(f"'{options.output}': use it with --camera.")
    return 0


def _board(options: argparse.Namespace) -> Board:
    from tryon.place.board import BOARD, Board

    squares = BOARD.squares
    if options.squares is not None:
        match = re.fullmatch(r"(\d{1,2})x(\d{1,2})", options.squares)
        if match is None:
            raise ParameterError(f"Expected --squares as 7x10, got '{options.squares}'.")
        squares = (int(match[1]), int(match[2]))
    return Board(
        squares,
        options.square if options.square is not None else BOARD.square_m,
        options.tag if options.tag is not None else BOARD.tag_m,
        options.family if options.family is not None else BOARD.family,
        options.first_id if options.first_id is not None else BOARD.first_id,
        options.legacy,
    )
