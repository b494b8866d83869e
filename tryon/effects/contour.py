"""Contour."""

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

_COVERAGE = 0.5
_DARKEST_SHARE = 0.72  # a contour shade is at least two or three shades deeper than the skin
_SHADOW = np.array([0.44, 0.42, 0.42], np.float32)  # the skin's own shade, deepened and cooled: a shadow, not a tan

# The trade's rules: shorten a long face above and below, slim a round one at the sides, soften a square one's corners,
# narrow a heart's forehead, leave a diamond's cheekbones alone.
_BY_SHAPE: Final[Mapping[str, sculpting.Weights]] = {
    "oval": {"cheek hollow": 1.0, "temple": 0.40, "jaw": 0.30, "nose sides": 0.45},
    "round": {"cheek hollow": 1.0, "temple": 0.75, "jaw": 0.85, "nose sides": 0.5},
    "square": {"cheek hollow": 0.85, "temple": 0.75, "jaw": 1.0, "nose sides": 0.45},
    "heart": {"cheek hollow": 0.8, "temple": 1.0, "hairline": 0.35, "chin": 0.55, "nose sides": 0.4},
    "long": {"level cheek hollow": 0.85, "hairline": 0.95, "chin": 0.9, "nose sides": 0.3},
    "diamond": {"level cheek hollow": 0.7, "hairline": 0.35, "chin": 0.6, "nose sides": 0.4},
}
_PATTERNS: Final[Mapping[str, sculpting.Weights]] = {
    "cheekbones": {"cheek hollow": 1.0},
    "jawline": {"jaw": 1.0, "chin": 0.5},
    "nose": {"nose sides": 1.0},
    "full": {"cheek hollow": 1.0, "temple": 0.8, "hairline": 0.5, "jaw": 0.9, "chin": 0.4, "nose sides": 0.6},
}


@EFFECTS.register("contour")
@dataclass(frozen=True)
class Contour(Effect):
    """Shadow where the face is to recede; it darkens, whatever the shade.

    color: The shade; when not given, the person's own skin deepened and cooled, which is what a shadow looks like.
    coverage: 0.3 is a hint, 0.6 shows, 1 is for the stage.
    pattern: "by_shape" puts it where it suits the face's shape; the others do what they say.
    shape: The face's shape for "by_shape"; "auto" reads it from the landmarks.
    """

    name: ClassVar[str] = "contour"

    color: Color | None = optional_color()
    coverage: float = number(0.6)
    pattern: str = choice("by_shape", *_PATTERNS)
    shape: str = choice("auto", *SHAPES)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        albedo = canvas.light.skin_albedo
        pigment = albedo * _SHADOW if self.color is None else never_lighter(self.color, albedo, _DARKEST_SHARE)
        weights = (
            sculpting.mixed(_BY_SHAPE, self.shape, canvas) if self.pattern == "by_shape" else _PATTERNS[self.pattern]
        )
        material = Material(pigment, coverage=_COVERAGE * self.coverage)
        sculpting.paint_soft(canvas, weights, material, strength)
