"""Dimension lines drawn over a picture: crisp lines, arrows at their ends, and type that can be read anywhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError
from tryon.place.dimensions import DimensionLine, in_front
from tryon.types import Camera

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont
    from PIL.ImageFont import ImageFont as BitmapFont

Box: TypeAlias = tuple[int, int, int, int]

_INK, _PAPER = (26, 26, 30), (255, 255, 255)
_TYPE_SHARE = 0.019  # of the picture's longer side
_TYPE_PX = (13, 120)
_SHIFT = 4  # cv2 draws at a sixteenth of a pixel


def draw_dimensions(
    pixels: NDArray[np.uint8], lines: Sequence[DimensionLine], camera: Camera, *, unit: str = "cm"
) -> None:
    """Draw the lines into a picture, in place; what lies outside is cut off, labels always stay whole inside.

    Args:
        pixels: (H, W, 3) uint8 sRGB of the camera's size.
        unit: "cm" or "in".
    """
    size = int(np.clip(_TYPE_SHARE * max(pixels.shape[:2]), *_TYPE_PX))
    font, taken = _font(size), list[Box]()
    labels = []
    for line in lines:
        seen = in_front(line.line_m)
        if seen is None:
            continue
        clipped = _clipped(camera.project(seen), camera.width, camera.height, size / 2.0)
        if clipped is None:
            continue
        ends, whole = clipped
        _draw_line(pixels, ends, whole, size)
        for index in (0, 1):
            _draw_extension(pixels, line.edge_m[index], line.line_m[index], camera, size)
        labels.append((line.label(unit), ends))
    for text, ends in labels:
        box = _place_label(text, ends, font, size, (camera.width, camera.height), taken)
        if box is not None:
            taken.append(box)
            _draw_label(pixels, text, box, font, size)


def _font(size: int) -> FreeTypeFont | BitmapFont:
    try:
        from PIL import ImageFont
    except ImportError as error:
        raise MissingExtraError("pillow", extra="vision") from error
    return ImageFont.load_default(size)


def _clipped(
    ends: NDArray[np.float64], width: int, height: int, margin: float
) -> tuple[NDArray[np.float64], tuple[bool, bool]] | None:
    """The part inside the picture, and which ends are the line's own (Liang and Barsky 1984); None outside."""
    start, along = ends[0], ends[1] - ends[0]
    first, last = 0.0, 1.0
    for axis, limit in ((0, width - 1.0), (1, height - 1.0)):
        for sign, room in ((-1.0, start[axis] - margin), (1.0, limit - margin - start[axis])):
            speed = sign * along[axis]
            if abs(speed) < 1e-12:
                if room < 0.0:
                    return None
            elif speed < 0.0:
                first = max(first, room / speed)
            else:
                last = min(last, room / speed)
    if first >= last:
        return None
    return np.stack([start + first * along, start + last * along]), (first == 0.0, last == 1.0)


def _draw_line(pixels: NDArray[np.uint8], ends: NDArray[np.float64], arrows: tuple[bool, bool], size: int) -> None:
    length = float(np.linalg.norm(ends[1] - ends[0]))
    if length < 2.0:
        return
    along = (ends[1] - ends[0]) / length
    across = np.array([-along[1], along[0]])
    tip = min(0.62 * size, 0.3 * length)
    for color, wide in ((_INK, max(size / 5.0, 3.0)), (_PAPER, max(size / 10.0, 1.4))):
        heads = []
        start, end = ends[0].copy(), ends[1].copy()
        spread = 0.27 * tip + (wide if color is _INK else 0.0) * 0.5
        for at, inward, wanted in ((ends[0], along, arrows[0]), (ends[1], -along, arrows[1])):
            if wanted:
                extra = wide * 0.8 if color is _INK else 0.0
                base = at + inward * tip
                heads.append(np.stack([at - inward * extra, base + across * spread, base - across * spread]))
        start += along * tip * 0.8 if arrows[0] else 0.0
        end -= along * tip * 0.8 if arrows[1] else 0.0
        half = across * wide / 2.0
        heads.append(np.stack([start + half, end + half, end - half, start - half]))
        for shape in heads:
            _fill(pixels, shape, color)


def _draw_extension(
    pixels: NDArray[np.uint8], edge_m: NDArray[np.float64], line_m: NDArray[np.float64], camera: Camera, size: int
) -> None:
    seen = in_front(np.stack([edge_m, line_m + 0.25 * (line_m - edge_m)]))
    if seen is None:
        return
    clipped = _clipped(camera.project(seen), camera.width, camera.height, 0.0)
    if clipped is None:
        return
    ends = clipped[0]
    length = float(np.linalg.norm(ends[1] - ends[0]))
    if length < 1.0:
        return
    across = np.array([ends[0, 1] - ends[1, 1], ends[1, 0] - ends[0, 0]]) / length
    for color, wide in ((_INK, max(size / 9.0, 2.2)), (_PAPER, max(size / 20.0, 1.0))):
        half = across * wide / 2.0
        _fill(pixels, np.stack([ends[0] + half, ends[1] + half, ends[1] - half, ends[0] - half]), color)


def _place_label(
    text: str,
    ends: NDArray[np.float64],
    font: FreeTypeFont | BitmapFont,
    size: int,
    picture: tuple[int, int],
    taken: Sequence[Box],
) -> Box | None:
    """The first of a few places along the line that is inside the picture and free; the middle when none is."""
    left, _, right, _ = font.getbbox(text)
    width, height = round(right - left + 1.1 * size), round(1.75 * size)
    if width > picture[0] or height > picture[1]:
        return None
    along = ends[1] - ends[0]
    across = np.array([-along[1], along[0]]) / max(float(np.linalg.norm(along)), 1e-9)
    places = []
    for offset in (0.0, 1.8, -1.8, 3.6, -3.6):
        for share in (0.5, 0.35, 0.65, 0.2, 0.8):
            x, y = ends[0] + share * along + across * offset * size
            x0 = round(min(max(x - width / 2.0, 0.0), picture[0] - width))
            y0 = round(min(max(y - height / 2.0, 0.0), picture[1] - height))
            places.append((x0, y0, x0 + width, y0 + height))
    return next((box for box in places if not any(_meet(box, other) for other in taken)), places[0])


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _draw_label(pixels: NDArray[np.uint8], text: str, box: Box, font: FreeTypeFont | BitmapFont, size: int) -> None:
    from PIL import Image, ImageDraw

    x0, y0, x1, y1 = box
    inside = pixels[y0:y1, x0:x1]
    scale = 4  # Pillow does not smooth round corners by itself
    mask = Image.new("L", ((x1 - x0) * scale, (y1 - y0) * scale))
    radius = (y1 - y0) * scale // 2
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius, fill=255)
    mask = mask.resize((x1 - x0, y1 - y0), Image.Resampling.BOX)
    label = Image.fromarray(inside)
    label.paste(_INK, (0, 0, *label.size), mask)
    left, top, right, bottom = font.getbbox(text)
    ImageDraw.Draw(label).text(
        ((x1 - x0 - left - right) / 2.0, (y1 - y0 - top - bottom) / 2.0), text, fill=_PAPER, font=font
    )
    inside[:] = np.asarray(label)


def _fill(pixels: NDArray[np.uint8], shape: NDArray[np.float64], color: tuple[int, int, int]) -> None:
    import cv2

    points = np.rint(shape * (1 << _SHIFT)).astype(np.int32)
    cv2.fillConvexPoly(pixels, points, color, cv2.LINE_AA, _SHIFT)
