"""Pages to print at exact size: tags or a board, a ruler to check the print by, and how to use it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.atomic import replacing
from tryon.errors import MissingExtraError, ParameterError

_POINTS_A_METER = 72.0 / 0.0254
_PNG_DPI = 300
_MARGIN_M = 0.01
_RULER_M = 0.1
_BLEED_M = 4e-6  # black rectangles overlap by this, or viewers draw white hairlines between them

#: (left, bottom, width, height) in metres from the page's middle, x right, y up.
Box: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """What is on the paper: black boxes, a ruler above `ruler_y_m`, lines of text below `text_top_m`.

    Text and ruler are left out where `ruler_y_m` is None.
    """

    size_m: tuple[float, float]
    boxes: tuple[Box, ...]
    ruler_y_m: float
    text_top_m: float
    lines: tuple[str, ...]


def boxes_of(black: NDArray[np.bool_], left_m: float, top_m: float, cell_m: float) -> Iterable[Box]:
    """Boxes for the black cells of a pattern, one for each run along a row."""
    for row, cells in enumerate(black):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], cells.astype(np.int8), [0]])))
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            yield (
                left_m + float(start) * cell_m,
                top_m - (row + 1) * cell_m,
                float(end - start) * cell_m,
                cell_m,
            )


def write_page(path: str | os.PathLike[str], page: Page) -> None:
    """Write the page as .pdf, or as .png of 300 dots an inch.

    Raises:
        ParameterError: Another ending.
        EncodeError: The file cannot be written.
    """
    ending = Path(path).suffix.lower()
    makers: dict[str, Callable[[Page], bytes]] = {".pdf": pdf_of, ".png": png_of}
    if ending not in makers:
        raise ParameterError(f"Expected a file that ends in .pdf or .png, got '{path}'.")
    content = makers[ending](page)
    with replacing(path) as whole:
        whole.write_bytes(content)


def pdf_of(page: Page) -> bytes:
    """The page as PDF with vector shapes, so that only the printer's own scaling can change its size."""
    try:
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise MissingExtraError("reportlab", extra="print") from error
    width, height = (side * _POINTS_A_METER for side in page.size_m)
    buffer = io.BytesIO()
    canvas: Any = Canvas(buffer, pagesize=(width, height), invariant=1)
    canvas.setTitle("tryon marker")
    # Viewers offer "fit to page" first; this asks them not to.
    canvas.setViewerPreference("PrintScaling", "None")
    canvas.translate(width / 2.0, height / 2.0)
    canvas.setFillGray(0.0)
    for left, bottom, across, up in page.boxes:
        grown = (left - _BLEED_M, bottom - _BLEED_M, across + 2 * _BLEED_M, up + 2 * _BLEED_M)
        canvas.rect(*(value * _POINTS_A_METER for value in grown), stroke=0, fill=1)
    for left, bottom, across, up in _ruler(page.ruler_y_m):
        canvas.rect(*(value * _POINTS_A_METER for value in (left, bottom, across, up)), stroke=0, fill=1)
    canvas.setFont("Helvetica", 8)
    for index, line in enumerate(page.lines):
        canvas.drawCentredString(0.0, page.text_top_m * _POINTS_A_METER - 10.0 * index, line)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def png_of(page: Page) -> bytes:
    """The page as PNG that states its 300 dots an inch; edges between dots are grey."""
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError as error:
        raise MissingExtraError("pillow", extra="vision") from error
    dots = _PNG_DPI / 0.0254
    image = Image.fromarray(dots_of(page))
    width, height = image.size
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=33)
    for index, line in enumerate(page.lines):
        draw.text((width / 2.0, height / 2.0 - page.text_top_m * dots + 42 * index), line, 0, font=font, anchor="ms")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(_PNG_DPI, _PNG_DPI))
    return buffer.getvalue()


def dots_of(page: Page) -> NDArray[np.uint8]:
    """(H, W) uint8 dots of the page without its text: 0 where all ink, 255 where none."""
    dots = _PNG_DPI / 0.0254
    width, height = (round(side * dots) for side in page.size_m)
    ink = np.zeros((height, width), np.float32)
    for left, bottom, across, up in (*page.boxes, *_ruler(page.ruler_y_m)):
        x0, x1 = (width / 2.0 + value * dots for value in (left, left + across))
        y0, y1 = (height / 2.0 - value * dots for value in (bottom + up, bottom))
        rows, columns = (slice(max(int(low), 0), int(high) + 1) for low, high in ((y0, y1), (x0, x1)))
        ink[rows, columns] += np.outer(_cover(y0, y1, height)[rows], _cover(x0, x1, width)[columns])
    return np.asarray((255.0 * (1.0 - np.clip(ink, 0.0, 1.0))).round(), np.uint8)


def _cover(start: float, end: float, count: int) -> NDArray[np.float32]:
    """(count,) share of each dot between two places along one axis."""
    dots = np.arange(count, dtype=np.float64)
    return np.asarray(np.clip(np.minimum(dots + 1.0, end) - np.maximum(dots, start), 0.0, 1.0), np.float32)


def _ruler(y_m: float) -> Sequence[Box]:
    """A line of 100 mm with a tick every 10 mm, the outer edges of the first and last tick 100.0 mm apart."""
    thick, half = 3e-4, _RULER_M / 2.0
    ticks = []
    for index in range(11):
        at = -half + index * (_RULER_M - thick) / 10.0
        ticks.append((at, y_m, thick, 4.5e-3 if index in (0, 5, 10) else 2.5e-3))
    return [(-half, y_m, _RULER_M, thick), *ticks]
