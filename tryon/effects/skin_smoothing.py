"""Skin smoothing."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.effects import frequency, zones
from tryon.effects.canvas import Canvas
from tryon.effects.complexion import coarse, complexion
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.parameters import number


@EFFECTS.register("skin_smoothing")
@dataclass(frozen=True)
class SkinSmoothing(Effect):
    """Blotches and fine lines softened; pores, folds and the face's own features stay.

    It takes out a band: what is larger than a pore and smaller than a feature. Off eyes, brows, lips, nostrils.

    strength: How far lines and blotches of brightness go; 0 unless asked for.
    evenness: How far redness and other patches of color go toward the skin around them.
    """

    name: ClassVar[str] = "skin_smoothing"

    strength: float = number(0.0)
    evenness: float = number(0.0)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        if self.strength <= 0.0 and self.evenness <= 0.0:
            return
        skin = complexion(canvas, _area(canvas.tracks.parts is not None), wide=self.evenness > 0.0)
        if skin is None:
            return
        wide = skin.mean if skin.wide is None else skin.wide
        gains = skin.field(canvas)
        frequency.gains(
            skin.mean, skin.weight, skin.ratio, wide, self.strength * strength, self.evenness * strength, gains
        )
        x0, y0, x1, y1 = skin.box
        painted = canvas.linear[y0:y1, x0:x1]
        cv2.multiply(painted, skin.spread(canvas, gains), dst=painted)
        skin.touch(canvas)


@functools.cache
def _area(border_seen: bool) -> NDArray[np.uint8]:
    return coarse(zones.skin("seen" if border_seen else "guessed"))
