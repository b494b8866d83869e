"""Teeth whitening."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np

from tryon.effects.canvas import Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.lip_coverage import filled, redder_than_teeth
from tryon.effects.mouth_kernels import find_teeth, whiten
from tryon.effects.parameters import number

_SMALLEST_OPENING_PX = 2.0  # less shows no tooth that could be told from a highlight
_SOFT = 0.008  # of the lips' width
_PALEST = 0.85  # no tooth is as neutral as the light itself


@EFFECTS.register("teeth_whitening")
@dataclass(frozen=True)
class TeethWhitening(Effect):
    """Teeth nearer to white and a little lighter, with their shading kept.

    Only light, pale pixels in the open mouth count as teeth: gums, tongue and the mouth's dark stay as they are.

    shade: How far the color goes to the light's own white; brightness: how much lighter, both 0 to 1.
    """

    name: ClassVar[str] = "teeth_whitening"

    shade: float = number(0.7)
    brightness: float = number(0.5)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        lips = canvas.lips
        if lips.opening_px < _SMALLEST_OPENING_PX:
            return
        x0, y0, x1, y1 = box = canvas.box(lips.inner, margin_px=3.0)
        if x1 <= x0 or y1 <= y0:
            return
        teeth = filled(lips.inner, box)
        find_teeth(canvas.source, canvas.visible, box, *redder_than_teeth(lips), teeth)
        teeth = np.asarray(cv2.GaussianBlur(teeth, (0, 0), max(0.6, _SOFT * lips.width_px)), np.float32)
        teeth *= filled(lips.inner, box)
        white = np.asarray(canvas.light.rgb, np.float32)
        whiten(
            canvas.linear,
            canvas.touched,
            teeth,
            white,
            box,
            _PALEST * self.shade * strength,
            self.brightness * strength,
        )
