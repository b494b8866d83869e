"""The light that a shiny lipstick mirrors, where the lips' shape would show it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.effects.canvas import Box, Canvas, Patch
from tryon.effects.lip_coverage import lip_depth
from tryon.effects.lip_sheen_kernel import light_lips
from tryon.effects.parameters import Color

_LUMINANCE = np.array([[0.2126, 0.7152, 0.0722]], np.float32)  # Rec. 709, as sRGB uses
_FROM_ABOVE = 0.26  # half vector of a light some 30° above the camera: a ceiling, a window, a ring light
_BUMP = 0.03  # normals per unit of relief slope and pixel, for lips one pixel wide
_PEAK = 1.75  # luminance over the lips' mean that only a highlight has
_WHITEST = 1.1  # beyond white nothing can be shown; a highlight keeps the light's hue
_WET_SHARE = 0.02  # of the lips being such highlights: these lips shine already
_TOWARD_LIGHT = 0.8  # half vector across for a cheek e times as bright as the other
_CHEEKS = np.array([50, 205, 187, 280, 425, 411])  # three points of the right, then of the left


@dataclass(frozen=True, slots=True, eq=False)
class Sheen:
    """How much a finish mirrors, as shares of what a white surface would show in this light.

    sharp: Wet highlights. soft: A satin glow. foil: Share of the pigment's own color in the glow of metal.
    rainbow: Color that turns with the surface.
    """

    sharp: float = 0.0
    soft: float = 0.0
    foil: float = 0.0
    rainbow: float = 0.0


SHEENS: dict[str, Sheen] = {
    "satin": Sheen(soft=0.035),
    "sheer": Sheen(soft=0.02, sharp=0.05),
    "gloss": Sheen(sharp=0.6, soft=0.06),
    "shimmer": Sheen(soft=0.06),
    "metallic": Sheen(foil=1.4, soft=0.07, sharp=0.3),
    "holographic": Sheen(soft=0.04, sharp=0.25, rainbow=0.16),
}
"""By finish; a matte lipstick mirrors nothing. Set by eye on the portraits of the contact sheet."""


class LipRelief:
    """What the lips looked like before they were painted; made before the color goes on, since color hides it.

    local: (h, w) float32 luminance over its surroundings' less 1: lip lines and highlights.
    lit: (h, w) float32 those surroundings over the lips' mean, squared and within 0.1 and 1.3.
    dull: 1 for lips without highlights of their own, falling to 0 for lips that shine already.
    """

    def __init__(self, canvas: Canvas, patch: Patch) -> None:
        (x0, y0, x1, y1), coverage = patch
        luminance = cv2.transform(canvas.linear[y0:y1, x0:x1], _LUMINANCE)
        width_px = canvas.lips.width_px
        size = 2 * max(1, round(0.05 * width_px)) + 1
        around = cv2.blur(luminance, (size, size))
        fine = cv2.GaussianBlur(luminance, (0, 0), max(0.8, 0.012 * width_px))
        ratio = fine / np.maximum(around, 0.004) - np.float32(1.0)
        self.local = np.asarray(ratio / (1.0 + 2.5 * np.abs(ratio)), np.float32)  # deep lips' highlights are no hills
        weight = float(coverage.sum())
        mean = float((luminance * coverage).sum()) / max(weight, 1e-6)
        wet = float(coverage[luminance > _PEAK * mean].sum()) / max(weight, 1e-6)
        self.lit = np.asarray(np.clip((around / max(mean, 1e-4)) ** 2, 0.1, 1.3), np.float32)
        self.dull = 1.0 / (1.0 + (wet / _WET_SHARE) ** 2)


def add_sheen(canvas: Canvas, patch: Patch, relief: LipRelief, sheen: Sheen, pigment: Color, strength: float) -> None:
    """Mirror light off painted lips; where they had highlights of their own, those were kept and this adds less."""
    box, coverage = patch
    white = 0.25 + 0.75 * relief.dull
    light = np.asarray(canvas.light.rgb, np.float32)
    amounts = np.array(
        [sheen.sharp * white, sheen.soft * white, *(sheen.foil * pigment), sheen.rainbow], np.float32
    ) * np.float32(strength)  # fmt: skip
    light_lips(
        canvas.linear,
        canvas.touched,
        canvas.visible,
        coverage,
        canvas.u,
        lip_depth(canvas, box),
        relief.local,
        relief.lit,
        box,
        amounts,
        _half_vector(canvas, box),
        _BUMP * canvas.lips.width_px,
        light * np.float32(min(1.0, _WHITEST / max(float(light.max()), 1e-4))),
    )


def _half_vector(canvas: Canvas, box: Box) -> NDArray[np.float32]:
    """(2,) across and up in the face's axes: up in the picture, toward the brighter cheek."""
    along = (canvas.points_px[263, :2] - canvas.points_px[33, :2]) / max(canvas.scale_px, 1e-6)
    at = canvas.points_px[_CHEEKS, :2]
    columns = np.minimum(np.maximum(at[:, 0], 0), canvas.width - 1).astype(np.intp)
    rows = np.minimum(np.maximum(at[:, 1], 0), canvas.height - 1).astype(np.intp)
    seen = canvas.source[rows, columns].astype(np.float32)
    right, left = float(seen[:3].sum()) + 72.0, float(seen[3:].sum()) + 72.0
    side = min(max(_TOWARD_LIGHT * float(np.log(left / right)), -0.35), 0.35)
    return np.array([side - _FROM_ABOVE * along[1], _FROM_ABOVE * along[0]], np.float32)
