"""Bronzer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tryon.effects import sculpting
from tryon.effects.canvas import Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.face_shape import SHAPES
from tryon.effects.material import Material
from tryon.effects.parameters import Color, choice, number, optional_color
from tryon.effects.translucency import never_lighter

_COVERAGE = 0.68
_DARKEST_SHARE = 0.95
_TAN = np.array([0.78, 0.55, 0.36], np.float32)  # what a week of sun does to skin: deeper, and warmer in hue

# The outer face, as a 3 from forehead over cheekbone to jaw, more of it where the shape can take warmth.
_BY_SHAPE: Final[Mapping[str, sculpting.Weights]] = {
    "oval": {"warm cheekbone": 1.0, "temple": 0.7, "hairline": 0.3, "jaw": 0.45, "nose across": 0.35},
    "round": {"warm cheekbone": 0.9, "temple": 0.9, "jaw": 0.9, "nose across": 0.25},
    "square": {"warm cheekbone": 1.0, "temple": 0.9, "jaw": 0.9, "nose across": 0.3},
    "heart": {"warm cheekbone": 0.9, "temple": 1.0, "hairline": 0.45, "chin": 0.4, "nose across": 0.3},
    "long": {"warm cheekbone": 1.0, "hairline": 0.9, "chin": 0.7, "nose across": 0.5},
    "diamond": {"warm cheekbone": 0.8, "hairline": 0.5, "jaw": 0.35, "chin": 0.4, "nose across": 0.35},
}
_PATTERNS: Final[Mapping[str, sculpting.Weights]] = {
    "three": {"temple": 0.9, "warm cheekbone": 1.0, "jaw": 0.8},
    "sun_kissed": {"warm cheekbone": 0.9, "nose across": 0.9, "forehead": 0.4, "chin center": 0.4},
    "cheeks": {"warm cheekbone": 1.0},
    "all_over": {
        "warm cheekbone": 1.0, "temple": 0.9, "hairline": 0.8, "jaw": 0.8, "chin": 0.6, "nose across": 0.6,
    },
}  # fmt: skip


@EFFECTS.register("bronzer")
@dataclass(frozen=True)
class Bronzer(Effect):
    """Warmth where the sun would tan the face; it deepens the skin, whatever the shade.

    color: The shade; when not given, a tan of the person's own skin.
    coverage: 0.3 is a hint, 0.6 shows, 1 is for the stage.
    finish: A satin or shimmer bronzer catches the light.
    pattern: "by_shape" puts it where it suits the face's shape; the others do what they say.
    shape: The face's shape for "by_shape"; "auto" reads it from the landmarks.
    """

    name: ClassVar[str] = "bronzer"

    color: Color | None = optional_color()
    coverage: float = number(0.6)
    finish: str = choice("matte", "satin", "shimmer")
    pattern: str = choice("by_shape", *_PATTERNS)
    shape: str = choice("auto", *SHAPES)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        albedo = canvas.light.skin_albedo
        pigment = albedo * _TAN if self.color is None else never_lighter(self.color, albedo, _DARKEST_SHARE)
        weights = (
            sculpting.mixed(_BY_SHAPE, self.shape, canvas) if self.pattern == "by_shape" else _PATTERNS[self.pattern]
        )
        material = Material(
            pigment,
            coverage=_COVERAGE * self.coverage,
            gloss={"matte": 0.0, "satin": 0.25, "shimmer": 0.25}[self.finish],
            shimmer=0.55 if self.finish == "shimmer" else 0.0,
            shimmer_density=0.3,
            shimmer_size=0.006,
        )
        sculpting.paint_soft(canvas, weights, material, strength)
