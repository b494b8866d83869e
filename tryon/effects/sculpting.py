"""The places where contour, bronzer and highlighter go, and how much of each suits a face's shape.

Each place is a mask of its own; a face's shape gives each a weight, so patterns for two shapes mix without a jump.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.effects.canvas import Canvas
from tryon.effects.complexion import coarse
from tryon.effects.face_shape import shape_weights
from tryon.effects.frequency import gather
from tryon.effects.masks import Mask, Texels, landmarks_texels, mask_from, smoothstep, stroke
from tryon.effects.material import Material
from tryon.effects.topology import TEXTURE_SIZE
from tryon.effects.zones import Picture, both_sides, features_left_out, soften

Weights: TypeAlias = Mapping[str, float]
"""How strongly each place is painted, by its name; places left out are not."""

_CELLS = 62.0  # between the outer eye corners; the softest places blur over three of them


def mixed(table: Mapping[str, Weights], shape: str, canvas: Canvas) -> dict[str, float]:
    """Weights of places for a face: a shape's own, or for "auto" a mix by how much the face is of each shape."""
    if shape != "auto":
        return dict(table[shape])
    total: dict[str, float] = {}
    for name, share in shape_weights(canvas.points_px).items():
        for place, weight in table[name].items():
            total[place] = total.get(place, 0.0) + share * weight
    return total


def paint_soft(canvas: Canvas, weights: Weights, material: Material, strength: float) -> None:
    """Paint one material at all the places together, each times its weight.

    For places without fine detail: their coverage is worked out on cells of about 1.5 mm and is smooth between them.
    """
    chosen = {place: weight for place, weight in weights.items() if weight > 0.02}
    factor = max(1, round(canvas.scale_px / _CELLS))
    x0, y0, x1, y1 = canvas.box(canvas.dense_px)
    height, width = (y1 - y0) // factor, (x1 - x0) // factor
    if height < 2 or width < 2 or not chosen:
        return
    cells = canvas.workspace.array("sculpting cells", (height, width))
    shares = np.array(list(chosen.values()), np.float32)
    first, last = gather(canvas.u, canvas.v, _stacked(tuple(chosen)), shares, x0, y0, factor, cells)
    if last < first:
        return
    first, last = max(0, first - 1), min(height, last + 2)
    size = (width * factor, (last - first) * factor)
    coverage = canvas.workspace.array("sculpting", size[::-1])
    cv2.resize(cells[first:last], size, dst=coverage, interpolation=cv2.INTER_LINEAR)
    box = (x0, y0 + first * factor, x0 + size[0], y0 + last * factor)
    canvas.paint_patches([(box, coverage)], material, strength)


@functools.lru_cache(maxsize=64)
def _stacked(places: tuple[str, ...]) -> NDArray[np.uint8]:
    """(256, 256, n) uint8 coverage of some places."""
    return np.ascontiguousarray(np.stack([coarse(_picture_of(place)) for place in places], axis=-1))


@functools.cache
def mask_of(place: str) -> Mask:
    """The mask of one of `PLACES`, off eyes, brows, lips and nostrils where it may run into them."""
    return mask_from(_picture_of(place))


def _picture_of(place: str) -> Picture:
    return PLACES[place]() * features_left_out()


def at(*shares: tuple[int, float]) -> Texels:
    """(2,) texel position between landmarks, by (landmark, share); shares sum to 1."""
    indices, weights = zip(*shares, strict=True)
    return np.asarray(np.asarray(weights, np.float32) @ landmarks_texels(indices), np.float32)


def line(points: list[Texels], width: tuple[float, ...], softness: float) -> Picture:
    """A soft stroke on the person's right through texel positions, and its mirror image."""
    picture = soften(stroke(np.stack(points), np.array(width, np.float32), feather=0.0), softness)
    return both_sides(picture / max(float(picture.max()), 1e-3))


def spot(center: Texels, axes: tuple[float, float], *, degrees: float = 0.0) -> Picture:
    """A spot on the person's right that is densest in the middle, and its mirror image."""
    reach = int(max(axes)) + 2
    left, top = (int(value) for value in np.clip(np.rint(center) - reach, 0, TEXTURE_SIZE - 2 * reach))
    rows, columns = np.mgrid[top : top + 2 * reach, left : left + 2 * reach].astype(np.float32)
    x, y = columns - center[0], rows - center[1]
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    picture = np.zeros((TEXTURE_SIZE, TEXTURE_SIZE), np.float32)
    window = smoothstep(1.0, 0.0, np.hypot((x * c + y * s) / axes[0], (y * c - x * s) / axes[1]))
    picture[top : top + 2 * reach, left : left + 2 * reach] = window
    return both_sides(picture)


def along(indices: tuple[int, ...], width: float, softness: float) -> Picture:
    """A soft stroke through landmarks that tapers to both ends, and its mirror image."""
    points = landmarks_texels(indices)
    tapered = width * np.sin(np.linspace(0.35, np.pi - 0.35, len(points)))
    picture = soften(stroke(points, tapered, feather=0.0), softness)
    return both_sides(picture / max(float(picture.max()), 1e-3))


def _cheek_hollow() -> Picture:
    # Along the line from the ear to the corner of the mouth, no nearer to it than below the outer edge of the iris.
    path = [at((234, 0.6), (137, 0.4)), at((137, 0.55), (147, 0.45)), at((147, 0.5), (187, 0.5)), at((187, 1.0))]
    return line(path, (66.0, 52.0, 34.0, 14.0), 17.0)


def _cheek_level() -> Picture:
    path = [
        at((234, 0.5), (137, 0.5)),
        at((137, 0.7), (123, 0.3)),
        at((123, 0.35), (147, 0.65)),
        at((187, 0.7), (50, 0.3)),
    ]
    return line(path, (56.0, 46.0, 32.0, 14.0), 17.0)


def _nose_sides() -> Picture:
    path = [
        at((193, 0.6), (189, 0.4)),
        at((122, 0.4), (188, 0.6)),
        at((174, 0.6), (196, 0.4)),
        at((198, 0.5), (236, 0.5)),
        at((131, 0.6), (134, 0.4)),
    ]
    return line(path, (18.0, 12.0, 11.0, 13.0, 16.0), 5.0)


def _nose_bridge() -> Picture:
    path = [at((168, 0.5), (6, 0.5)), at((197, 1.0)), at((195, 1.0)), at((5, 0.8), (4, 0.2))]
    return line(path, (10.0, 14.0, 12.0, 10.0), 5.0)


def _cheekbone_top() -> Picture:
    path = [
        at((118, 0.45), (117, 0.55)),
        at((117, 0.4), (116, 0.6)),
        at((116, 0.3), (143, 0.35), (34, 0.35)),
        at((34, 0.5), (139, 0.5)),
    ]
    return line(path, (26.0, 42.0, 38.0, 18.0), 14.0)


def _cheekbone_warm() -> Picture:
    path = [
        at((234, 0.3), (227, 0.7)),
        at((227, 0.3), (116, 0.3), (123, 0.4)),
        at((123, 0.5), (50, 0.5)),
        at((50, 0.7), (205, 0.3)),
    ]
    return line(path, (80.0, 92.0, 78.0, 44.0), 24.0)


PLACES: Final[Mapping[str, Callable[[], Picture]]] = {
    "cheek hollow": _cheek_hollow,
    "level cheek hollow": _cheek_level,
    "warm cheekbone": _cheekbone_warm,
    "jaw": lambda: along((132, 58, 172, 136, 150, 149), 84.0, 17.0),
    "temple": lambda: along((127, 162, 21, 54, 103), 96.0, 20.0),
    "hairline": lambda: along((54, 103, 67, 109, 10, 338, 297, 332, 284), 84.0, 20.0),
    "chin": lambda: along((149, 176, 148, 152, 377, 400, 378), 64.0, 14.0),
    "nose sides": _nose_sides,
    "nose across": lambda: along((126, 198, 195, 420, 355), 70.0, 16.0),
    "cheekbone top": _cheekbone_top,
    "nose bridge": _nose_bridge,
    "nose tip": lambda: spot(at((1, 0.5), (4, 0.5)), (17.0, 15.0)),
    "cupid's bow": lambda: line([at((37, 0.72), (167, 0.28)), at((0, 0.66), (164, 0.34))], (7.0, 9.0), 3.5),
    "brow bone": lambda: line(
        [at((223, 0.55), (52, 0.45)), at((224, 0.5), (53, 0.5)), at((225, 0.5), (46, 0.5))], (6.0, 12.0, 7.0), 4.5
    ),
    "inner corner": lambda: spot(at((133, 0.35), (243, 0.35), (244, 0.3)), (17.0, 14.0)),
    "forehead": lambda: spot(at((151, 0.6), (9, 0.4)), (74.0, 52.0)),
    "chin center": lambda: spot(at((199, 0.6), (175, 0.4)), (34.0, 26.0)),
}
