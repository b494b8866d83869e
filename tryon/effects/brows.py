"""Brow pencil, powder and gel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tryon.effects.brow_hairs import BINS, HALF, MEASURES, measure_hair, measure_skin
from tryon.effects.brow_shape import BrowShape, brow_shapes, wanted_shape
from tryon.effects.brow_strokes import paint_brow
from tryon.effects.canvas import Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.eye_shape import SOCKETS
from tryon.effects.parameters import Color, choice, color, number


@EFFECTS.register("brows")
@dataclass(frozen=True)
class Brows(Effect):
    """Own hairs recolored, sparse parts filled with strokes, and the shape moved as far as pencil and concealer go.

    Hairs are found as what is darker than the skin above and below the brow, so skin between them stays. Hairs that
    lie outside the wanted shape are covered as with concealer, up to `conceal`; a brow cannot be thinned to nothing.

    shape: "natural" is the brow's own; thickness, curvature: −1 to 1, 0 its own.
    definition: 0 soft and powdery, 1 filled with a crisp edge.
    tint: How far own hairs take the color; shimmer: brightness of flakes.
    """

    name: ClassVar[str] = "brows"

    color: Color = color("#4a382c")
    shape: str = choice("natural", "arched", "straight", "rounded", "soft_angled")
    thickness: float = number(0.0, low=-1.0)
    curvature: float = number(0.0, low=-1.0)
    definition: float = number(0.5)
    tint: float = number(0.8)
    conceal: float = number(0.7)
    shimmer: float = number(0.0)
    coverage: float = number(0.8)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        for shape in brow_shapes(canvas):
            self._draw(canvas, shape, strength * shape.in_view)

    def _draw(self, canvas: Canvas, shape: BrowShape, strength: float) -> None:
        box = canvas.box(shape.corners, margin_px=1.6 * float(shape.half.max()) + 2.0)
        if box[2] <= box[0] or box[3] <= box[1]:
            return
        where = (canvas.linear, canvas.visible, box, shape.place, shape.center, shape.half)
        skin, measured = np.empty((2, BINS, 3), np.float32), np.empty(MEASURES, np.float32)
        measure_skin(*where, skin)
        measure_hair(*where, skin, measured)
        wanted = wanted_shape(
            shape, self.shape, curvature=self.curvature, thickness=self.thickness, own_half=float(measured[HALF])
        )
        lit = np.float32(canvas.lit_around(SOCKETS))
        ink = np.asarray(self.color * np.asarray(canvas.light.rgb, np.float32) * lit, np.float32)
        flake = np.array([0.8 * self.shimmer, 0.4, 320.0, 0.0, 0.0], np.float32)
        reshaped = self.shape != "natural" or self.thickness < 0.0 or self.curvature != 0.0
        paint_brow(
            canvas.linear, canvas.touched, canvas.visible, canvas.u, canvas.v, box, shape.place, shape.center,
            shape.half, wanted, skin, measured, ink, self.tint, 0.25 + 0.7 * self.definition, self.definition,
            self.conceal if reshaped else 0.0, flake, self.coverage * strength,
        )  # fmt: skip
