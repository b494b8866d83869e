"""Eyeliner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.effects import raster
from tryon.effects.canvas import Box, Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.eye_curves import band, keep_off
from tryon.effects.eye_lines import PATTERNS, margins, outlines
from tryon.effects.eye_shape import SOCKETS, EyeShape, eye_shapes
from tryon.effects.material import Finish, Material
from tryon.effects.parameters import Color, choice, color, number, optional_color

Patches = list[tuple[Box, NDArray[np.float32]]]


@EFFECTS.register("eyeliner")
@dataclass(frozen=True)
class Eyeliner(Effect):
    """A line on the lash line, drawn in the picture so that its edge is crisp at any size.

    thickness, wing: 0.5 is the pattern's own; 0 the thinnest line and no wing.
    smudge: How far the edge is rubbed soft, on top of the pattern's own.
    shimmer: Brightness of flakes; shimmer_color: theirs.
    """

    name: ClassVar[str] = "eyeliner"

    color: Color = color("#0a0809")
    pattern: str = choice("natural", *PATTERNS)
    finish: str = choice("matte", "satin", "shimmer", "metallic")
    thickness: float = number(0.5)
    wing: float = number(0.5)
    smudge: float = number(0.0)
    shimmer: float = number(0.0)
    shimmer_color: Color | None = optional_color()
    coverage: float = number(0.97)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        shapes, lit = eye_shapes(canvas), canvas.lit_around(SOCKETS)
        material = Material(
            self.color, self.coverage, shimmer=1.5 * self.shimmer, shimmer_color=self.shimmer_color, shimmer_size=0.005
        ).with_finish(cast(Finish, self.finish))
        # A film this dense hides the skin's relief, and lashes in it must not turn it patchy.
        material = replace(material, texture=0.35)
        on_skin = [patch for shape in shapes if (patch := self._line(canvas, shape)) is not None]
        canvas.paint_patches(on_skin, material, strength, allow=canvas.visible, lit=lit)
        if any(PATTERNS[self.pattern].inside):
            on_margin = [patch for shape in shapes if (patch := self._margin(canvas, shape)) is not None]
            canvas.paint_patches(on_margin, material, strength, allow=canvas.visible, lit=lit)

    def _line(self, canvas: Canvas, shape: EyeShape) -> tuple[Box, NDArray[np.float32]] | None:
        pattern = PATTERNS[self.pattern]
        lines = outlines(shape, self.pattern, thickness=0.3 + 1.4 * self.thickness, wing=2.0 * self.wing)
        if not lines:
            return None
        sigma = (pattern.smudge + 0.06 * self.smudge) * shape.width_px
        x0, y0, x1, y1 = box = canvas.box(np.concatenate(lines), margin_px=2.0 + 2.5 * sigma)
        if x1 <= x0 or y1 <= y0:
            return None
        coverage = np.zeros((y1 - y0, x1 - x0), np.float32)
        for line in lines:
            raster.fill_polygon(line, x0, y0, coverage)
        if sigma > 0.3:
            cv2.GaussianBlur(coverage, (0, 0), sigma, dst=coverage)
        # Not on the eyeball; a closed eye's slit is no eyeball.
        keep_off(coverage, canvas.eyes, canvas.u, x0, y0, min(1.0, 5.0 * shape.opening), shape.in_view)
        return box, coverage

    def _margin(self, canvas: Canvas, shape: EyeShape) -> tuple[Box, NDArray[np.float32]] | None:
        x0, y0, x1, y1 = box = canvas.box(np.concatenate([shape.upper, shape.lower]), margin_px=3.0)
        if x1 <= x0 or y1 <= y0:
            return None
        coverage = np.zeros((y1 - y0, x1 - x0), np.float32)
        # The margins meet and vanish as the eye closes.
        shown = shape.in_view * min(1.0, 4.0 * shape.opening)
        for path, width_px in margins(shape, self.pattern, thickness=0.3 + 1.4 * self.thickness):
            band(coverage, x0, y0, path, width_px, shown)
        return box, coverage
