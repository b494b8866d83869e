"""Lip liner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, cast

import cv2
import numpy as np

from tryon.effects.canvas import Canvas, Patch
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.lip_coverage import filled, grown, lip_coverage
from tryon.effects.material import Finish, Material
from tryon.effects.parameters import Color, choice, color, number

_THINNEST, _THICKEST = 0.012, 0.055  # of the lips' width: a sharpened pencil's tip and a blunt one's side
_SHARPEST, _SOFTEST = 0.005, 0.05
_OUTSIDE = 0.3  # share of the line drawn past the border, as makeup artists do to make it crisp


@EFFECTS.register("lip_liner")
@dataclass(frozen=True)
class LipLiner(Effect):
    """A line along the border of the lips.

    thickness: 0 (a sharp pencil) to 1 (a blunt one).
    smoothness: 0 (a crisp line) to 1 (smudged into the lips; the outer edge stays cleaner).
    fullness: −1 to 1, as for lipstick, so that both meet.
    """

    name: ClassVar[str] = "lip_liner"

    color: Color = color("#8e3b3b")
    finish: str = choice("matte", "satin")
    coverage: float = number(0.75)
    thickness: float = number(0.4)
    smoothness: float = number(0.3)
    fullness: float = number(0.0, low=-1.0)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        patch = self._line(canvas)
        if patch is None:
            return
        material = Material(self.color, self.coverage).with_finish(cast(Finish, self.finish))
        canvas.paint_patches([patch], material, strength, allow=canvas.visible)

    def _line(self, canvas: Canvas) -> Patch | None:
        lips = canvas.lips
        width_px = lips.width_px * (_THINNEST + (_THICKEST - _THINNEST) * self.thickness)
        # A line under a pixel wide is drawn a pixel wide and as much fainter.
        faint = min(1.0, width_px)
        width_px = max(1.0, width_px)
        whole = lip_coverage(canvas, fullness=self.fullness, beyond_px=_OUTSIDE * width_px)
        if whole is None:
            return None
        box, coverage = whole
        sigma = max(0.5, lips.width_px * (_SHARPEST + (_SOFTEST - _SHARPEST) * self.smoothness))
        inside = filled(grown(lips, self.fullness, -(1.0 - _OUTSIDE) * width_px), box)
        inside = np.asarray(cv2.GaussianBlur(inside, (0, 0), sigma), np.float32)
        return box, coverage * (1.0 - inside) * np.float32(faint)
