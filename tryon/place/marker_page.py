"""The printable page of tags."""

from __future__ import annotations

from tryon.place.marker import DEFAULT_SIZE_M, LOOSE_ID, PAPERS_M, Paper, page_squares, tag_bits
from tryon.place.marker_print import Page, boxes_of


def marker_page(size_m: float = DEFAULT_SIZE_M, paper: Paper = "a4") -> Page:
    """The page of `tryon marker`: tags, a ruler of 100 mm, three lines of how to use it.

    Raises:
        ParameterError: As `page_squares`.
    """
    squares = page_squares(size_m, paper)
    boxes = []
    for square in squares:
        left, top = square.middle_m[0] - square.size_m / 2.0, square.middle_m[1] + square.size_m / 2.0
        boxes += list(boxes_of(tag_bits(square.id), left, top, square.size_m / 8.0))
    named = "" if squares[0].id != LOOSE_ID else f":{size_m:g}"
    lines = (
        "tryon marker: print at 100 %, never “fit to page”. The line above must measure 100.0 mm.",
        "Lay it flat on the floor and photograph the room with the whole page in view, then:",
        f"tryon place sofa room.jpg --scale tag{named} -o placed.png",
    )
    bottom = -PAPERS_M[paper][1] / 2.0
    below = min(square.middle_m[1] - square.size_m / 2.0 for square in squares[:1])
    ruler = max(below - 0.022, bottom + 0.034)
    return Page(PAPERS_M[paper], tuple(boxes), ruler, ruler - 0.006, lines)
