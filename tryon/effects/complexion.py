"""A face's skin split into bands: what is fold, what is blotch, what is pore."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.color import SRGB_TO_LINEAR
from tryon.effects import frequency, skin_film
from tryon.effects.canvas import Box, Canvas

# Cells between the outer eye corners. A cell is then about 1.5 mm on the face: pores (0.05 to 0.5 mm) lie below it,
# blemishes and the furrows of lines (1.5 to 8 mm) above.
_CELLS = 62.0
_DETAIL_RADIUS = 0.042  # of the eye distance: the box in which blotches are told from folds
_WIDE_RADIUS = 0.20  # the neighborhood whose chromaticity is the skin's own there
_TEXTURE_SIZE = 256
_LIT_RANGE = 0.35, 1.4  # as `tryon.effects.canvas` has it
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709, as sRGB uses
_CONTRAST = 0.085  # relative variation of luminance below which a window counts as blotchy, not as folded


@dataclass(frozen=True, slots=True, eq=False)
class Complexion:
    """Skin on a grid of cells, in scratch memory that is good until the next one is made on the same canvas.

    box: The part of the region the cells cover, a whole number of cells.
    factor: Side of a cell in pixels.
    mean: (h, w, 3) float32 linear color of each cell within the spans.
    weight: (h, w) float32 how much of a cell is skin the mask takes in.
    spans: (h, 2) int32 first and last cell of each row with any weight.
    ratio: (h, w) float32 evened over seen luminance.
    wide: (h, w, 3) float32 chromaticity of the wide neighborhood, up to a factor; None when not asked for.
    """

    box: Box
    factor: int
    mean: NDArray[np.float32]
    weight: NDArray[np.float32]
    spans: NDArray[np.int32]
    ratio: NDArray[np.float32]
    wide: NDArray[np.float32] | None

    def field(self, canvas: Canvas) -> NDArray[np.float32]:
        """(h, w, 3) float32 scratch for a correction, undefined inside."""
        return canvas.workspace.array("complexion field", self.mean.shape)

    def spread(self, canvas: Canvas, field: NDArray[np.float32]) -> NDArray[np.float32]:
        """(H, W, 3) float32 a correction at every pixel of the box, smooth between the cells' centers."""
        x0, y0, x1, y1 = self.box
        full = canvas.workspace.array("complexion full", (y1 - y0, x1 - x0, 3))
        cv2.resize(field, (x1 - x0, y1 - y0), dst=full, interpolation=cv2.INTER_LINEAR)
        return full

    def touch(self, canvas: Canvas) -> None:
        """Mark every pixel that a correction on these cells reaches as changed."""
        x0, y0, x1, y1 = self.box
        frequency.touch(self.spans, self.factor, canvas.touched[y0:y1, x0:x1])

    def cover(self, canvas: Canvas, field: NDArray[np.float32], *, pigment: NDArray[np.float32], mean: float) -> None:
        """Lay a film whose share, shading gain and glow are in a field; see `tryon.effects.skin_film.cover`.

        Args:
            pigment: (3,) float32 the film's color in the face's light.
            mean: Luminance of the skin at which the film shows its own color.
        """
        x0, y0, x1, y1 = self.box
        light = np.asarray(canvas.light.rgb, np.float32)
        white = light / max(float(light @ _LUMINANCE), 1e-3)
        full = self.spread(canvas, field)
        inside = np.s_[y0:y1, x0:x1]
        skin_film.cover(
            canvas.linear[inside], canvas.touched[inside], canvas.skin[inside], full, self.spans, self.factor,
            pigment, white, 1.0 / max(mean, 1e-4),
        )  # fmt: skip

    def lit(self, canvas: Canvas) -> float:
        """Light on this skin relative to the face's `light`, from the picture as it came."""
        x0, y0 = self.box[:2]
        seen = skin_film.source_luminance(canvas.source, SRGB_TO_LINEAR, self.weight, x0, y0, self.factor)
        expected = float((canvas.light.rgb * canvas.light.skin_albedo) @ _LUMINANCE)
        return float(np.clip(seen / max(expected, 1e-4), *_LIT_RANGE))


def complexion(
    canvas: Canvas, texture: NDArray[np.uint8], *, wide: bool, detail: float = 1.0, contrast: float = _CONTRAST
) -> Complexion | None:
    """The canvas's skin under a mask, split into bands; None where there is no face to speak of.

    Args:
        texture: Mask in face UV as `coarse` gives it.
        wide: Whether the wide neighborhood is needed.
        detail: Size of what counts as a blotch, 1 for about 4 mm to either side.
        contrast: Relative variation that is still evened out.
    """
    factor = max(1, round(canvas.scale_px / _CELLS))
    x0, y0, x1, y1 = canvas.box(canvas.dense_px)
    height, width = (y1 - y0) // factor, (x1 - x0) // factor
    if height < 8 or width < 8:
        return None
    y1, x1 = y0 + height * factor, x0 + width * factor
    scratch = canvas.workspace
    weight, spans = scratch.array("complexion weight", (height, width)), np.empty((height, 2), np.int32)
    frequency.weigh_cells(canvas.skin, canvas.u, canvas.v, texture, x0, y0, factor, weight, spans)
    mean, packed, boxed = (
        scratch.array(f"complexion {name}", (height, width, 3)) for name in ("mean", "packed", "boxed")
    )
    frequency.shrink(canvas.linear, weight, spans, x0, y0, factor, mean, packed)
    _box(packed, max(1, round(_DETAIL_RADIUS * detail * canvas.scale_px / factor)), boxed)
    ratio = _evened(canvas, mean, weight, boxed, contrast, detail, factor)
    around = _neighborhood(canvas, mean, weight, factor) if wide else None
    return Complexion((x0, y0, x1, y1), factor, mean, weight, spans, ratio, around)


def coarse(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """(256, 256) uint8 mask from a (1024, 1024) picture, 0 to 1; a cell is about a texel of it."""
    small = cv2.resize(picture, (_TEXTURE_SIZE, _TEXTURE_SIZE), interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(small, 0.0, 1.0) * 255.0 + 0.5, np.uint8)


def _neighborhood(
    canvas: Canvas, mean: NDArray[np.float32], weight: NDArray[np.float32], factor: int
) -> NDArray[np.float32]:
    """(h, w, 3) weighted chromaticity round each cell, worked out on cells of four by four."""
    height, width = weight.shape
    size = (height // 4, width // 4)
    scratch = canvas.workspace
    small, share = scratch.array("complexion small", (*size, 3)), scratch.array("complexion share", size)
    whole = np.s_[: 4 * size[0], : 4 * size[1]]  # whole cells: OpenCV shrinks by whole numbers ten times as fast
    _shrink(mean[whole], small)
    _shrink(weight[whole], share)
    frequency.chromaticity(small, share)
    _box(small, max(1, round(_WIDE_RADIUS * canvas.scale_px / factor / 4)), small)
    around = scratch.array("complexion wide", (height, width, 3))
    cv2.resize(small, (width, height), dst=around, interpolation=cv2.INTER_LINEAR)
    return np.asarray(around)


def _evened(
    canvas: Canvas,
    mean: NDArray[np.float32],
    weight: NDArray[np.float32],
    boxed: NDArray[np.float32],
    contrast: float,
    detail: float,
    factor: int,
) -> NDArray[np.float32]:
    """(h, w) evened over seen luminance: the second half of the guided filter."""
    fits, boxed_fits = (canvas.workspace.array(f"complexion {name}", (*weight.shape, 2)) for name in ("fit", "fits"))
    ratio = canvas.workspace.array("complexion ratio", weight.shape)
    frequency.fit_edges(boxed, weight, contrast, fits)
    _box(fits, max(1, round(_DETAIL_RADIUS * detail * canvas.scale_px / factor)), boxed_fits)
    frequency.evened(mean, weight, boxed, boxed_fits, ratio)
    return np.asarray(ratio)


def _shrink(picture: NDArray[np.float32], out: NDArray[np.float32]) -> None:
    cv2.resize(picture, (out.shape[1], out.shape[0]), dst=out, interpolation=cv2.INTER_AREA)


def _box(source: NDArray[np.float32], radius: int, out: NDArray[np.float32]) -> None:
    side = 2 * radius + 1
    cv2.boxFilter(source, -1, (side, side), dst=out, borderType=cv2.BORDER_CONSTANT)
