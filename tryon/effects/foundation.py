"""Foundation."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tryon.effects import skin_film, zones
from tryon.effects.canvas import Canvas
from tryon.effects.complexion import coarse, complexion
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.parameters import Color, number, optional_color

_MOST = 0.85  # even a full-coverage foundation is worn so thin that the skin's own color comes through
_SHINE = 0.9


@EFFECTS.register("foundation")
@dataclass(frozen=True)
class Foundation(Effect):
    """A base over the whole face that evens its color toward the shade; pores and the face's shape stay.

    It runs to the hairline and fades under the jaw and before the ears; off lips, eyes and nostrils, thin on brows.

    color: The shade's swatch; when not given, the shade that matches the person's own skin.
    coverage: 0.2 is a tint, 0.5 medium, 1 full coverage.
    glow: 0 is matte, 1 dewy: shine where the face bulges toward the light.
    """

    name: ClassVar[str] = "foundation"

    color: Color | None = optional_color()
    coverage: float = number(0.5)
    glow: float = number(0.15)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        skin = complexion(canvas, _area(canvas.tracks.parts is not None), wide=False, detail=1.3)
        if skin is None:
            return
        field = skin.field(canvas)
        even = 0.3 + 0.6 * self.coverage
        shade = canvas.light.skin_albedo if self.color is None else self.color
        mean = skin_film.film(
            skin.mean, skin.weight, skin.ratio, _MOST * self.coverage * strength, even, _SHINE * self.glow * strength,
            field,
        )  # fmt: skip
        skin.cover(canvas, field, pigment=shade * canvas.light.rgb, mean=mean / skin.lit(canvas))


@functools.cache
def _area(border_seen: bool) -> NDArray[np.uint8]:
    return coarse(zones.skin("seen" if border_seen else "guessed", brows_kept=0.35))
