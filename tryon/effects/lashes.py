"""Mascara and false lashes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tryon.effects.canvas import Box, Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.eye_curves import band
from tryon.effects.eye_shape import SOCKETS, EyeShape, eye_shapes
from tryon.effects.lash_strands import STYLES, draw_lashes, strands
from tryon.effects.material import Material
from tryon.effects.parameters import Color, choice, color, number

# Angle above straight ahead at which upper lashes leave the lid: an open eye's look at the camera, a closed eye's
# hang down its cheek. Between them the lid turns about the eyeball.
_RISE_OPEN, _RISE_CLOSED = 0.10, -1.15
_CURL = 1.25  # radians from root to tip; natural lashes turn by about 70°
_LOWER_RISE, _LOWER_CURL = -0.55, -0.60


@EFFECTS.register("lashes")
@dataclass(frozen=True)
class Lashes(Effect):
    """Lashes drawn strand by strand from the lid edge, which fall as the eye closes.

    style: "mascara" thickens and lengthens what an eye has by nature; the others are strip lashes.
    length, density, curl: 0.5 is the style's own.
    lower: Strength of the lower lashes.
    """

    name: ClassVar[str] = "lashes"

    style: str = choice("mascara", *STYLES)
    color: Color = color("#0c0908")
    length: float = number(0.5)
    density: float = number(0.5)
    curl: float = number(0.5)
    lower: float = number(0.5)
    coverage: float = number(0.92)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        patches = [patch for shape in eye_shapes(canvas) if (patch := self._patch(canvas, shape)) is not None]
        material = Material(self.color, self.coverage, texture=0.25)
        canvas.paint_patches(patches, material, strength, allow=canvas.visible, lit=canvas.lit_around(SOCKETS))

    def _patch(self, canvas: Canvas, shape: EyeShape) -> tuple[Box, NDArray[np.float32]] | None:
        reach = STYLES[self.style].length * (0.5 + self.length) * shape.width_px
        box = canvas.box(np.concatenate([shape.upper, shape.lower]), margin_px=reach + 2.0)
        x0, y0, x1, y1 = box
        if x1 <= x0 or y1 <= y0:
            return None
        coverage = np.zeros((y1 - y0, x1 - x0), np.float32)
        axes = np.stack([shape.out, shape.up, shape.forward])
        rise = _RISE_CLOSED + (_RISE_OPEN - _RISE_CLOSED) * min(1.0, 1.25 * shape.opening)
        curl = _CURL * (0.4 + 1.2 * self.curl)
        rows = strands(self.style, self.density, False)
        factor = 0.5 + self.length
        draw_lashes(coverage, x0, y0, shape.upper, axes, rows, shape.width_px, factor, rise, curl, shape.in_view)
        if self.lower > 0.0:
            below = strands(self.style, self.density, True)
            draw_lashes(
                coverage, x0, y0, shape.lower, axes, below, shape.width_px, factor,
                _LOWER_RISE, _LOWER_CURL, 0.85 * self.lower * shape.in_view,
            )  # fmt: skip
        # Roots stand so close that they make one line along the lid.
        band(coverage, x0, y0, shape.upper[4:], 0.016 * shape.width_px, 0.55 * shape.in_view)
        return box, coverage
