"""Lipstick."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import ClassVar, cast

from tryon.effects.canvas import Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.masks import Mask, landmarks_texels, mask_from, polygon
from tryon.effects.material import Finish, Material
from tryon.effects.parameters import Color, choice, color, number
from tryon.effects.topology import topology


@EFFECTS.register("lipstick")
@dataclass(frozen=True)
class Lipstick(Effect):
    """Color on the lips, to the edge and not on the teeth."""

    name: ClassVar[str] = "lipstick"

    color: Color = color("#b3364a")
    finish: str = choice("satin", "matte", "sheer", "gloss", "shimmer", "metallic", "holographic")
    coverage: float = number(0.8)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        material = Material(self.color, self.coverage).with_finish(cast(Finish, self.finish))
        canvas.paint(_lips(), material, strength)


@functools.cache
def _lips() -> Mask:
    # The mouth's opening has next to no area in the texture; what shows of it is kept out by the canvas.
    return mask_from(polygon(landmarks_texels(topology().lips_outer), feather=1.2))
