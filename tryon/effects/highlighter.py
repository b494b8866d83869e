"""Highlighter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from tryon.effects import sculpting
from tryon.effects.canvas import Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.face_shape import SHAPES
from tryon.effects.parameters import Color, choice, color, number, optional_color
from tryon.effects.shine import shine
from tryon.effects.topology import topology

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709, as sRGB uses
_SHEEN = 1.1  # at full glow skin that faces the light comes out about twice as bright
_SPARKLE = 0.8
_FLAKE_PX = 2.5  # finer flakes would fall between pixels and flicker
_SKIN_TINT = 0.45  # share of the skin's own hue in the sheen: the film is thin, light comes back from below as well

_BY_SHAPE: Final[Mapping[str, sculpting.Weights]] = {
    "oval": {"cheekbone top": 1.0, "nose bridge": 0.7, "cupid's bow": 0.7, "brow bone": 0.6, "inner corner": 0.6},
    "round": {
        "cheekbone top": 1.0, "nose bridge": 0.9, "forehead": 0.4, "chin center": 0.45, "cupid's bow": 0.6,
        "brow bone": 0.6, "inner corner": 0.5,
    },
    "square": {
        "cheekbone top": 0.9, "nose bridge": 0.8, "forehead": 0.45, "chin center": 0.4, "cupid's bow": 0.7,
        "brow bone": 0.6, "inner corner": 0.5,
    },
    "heart": {
        "cheekbone top": 1.0, "nose bridge": 0.6, "chin center": 0.35, "cupid's bow": 0.8, "brow bone": 0.5,
        "inner corner": 0.6,
    },
    "long": {"cheekbone top": 1.0, "nose tip": 0.4, "cupid's bow": 0.7, "brow bone": 0.8, "inner corner": 0.7},
    "diamond": {
        "cheekbone top": 0.75, "nose bridge": 0.7, "forehead": 0.5, "chin center": 0.45, "cupid's bow": 0.7,
        "brow bone": 0.7, "inner corner": 0.6,
    },
}  # fmt: skip
_PATTERNS: Final[Mapping[str, sculpting.Weights]] = {
    "cheekbones": {"cheekbone top": 1.0},
    "eyes": {"brow bone": 1.0, "inner corner": 1.0},
    "nose": {"nose bridge": 1.0, "nose tip": 0.7},
    "center": {"nose bridge": 0.8, "forehead": 0.7, "chin center": 0.6, "cupid's bow": 0.8},
    "strobing": {
        "cheekbone top": 1.0, "nose bridge": 0.9, "nose tip": 0.6, "forehead": 0.5, "chin center": 0.5,
        "cupid's bow": 1.0, "brow bone": 0.9, "inner corner": 1.0,
    },
}  # fmt: skip


@EFFECTS.register("highlighter")
@dataclass(frozen=True)
class Highlighter(Effect):
    """Light on the high points of the face: a sheen of what light there is, not white paint.

    color: Hue of the sheen: champagne, pearl, gold, rose.
    glow: Strength of the sheen; 0.3 is a hint, 0.6 shows, 1 is for the stage.
    shimmer, shimmer_density, shimmer_size, shimmer_color: Flakes in the sheen: brightness, how many, how large as a
        share of the face's width, and their color (the sheen's own when not given).
    pattern: "by_shape" puts it where it suits the face's shape; the others do what they say.
    shape: The face's shape for "by_shape"; "auto" reads it from the landmarks.
    """

    name: ClassVar[str] = "highlighter"

    color: Color = color("#f7dfc1")
    glow: float = number(0.6)
    shimmer: float = number(0.2)
    shimmer_density: float = number(0.35)
    shimmer_size: float = number(0.005, low=0.002, high=0.03)
    shimmer_color: Color | None = optional_color()
    pattern: str = choice("by_shape", *_PATTERNS)
    shape: str = choice("auto", *SHAPES)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        weights = (
            sculpting.mixed(_BY_SHAPE, self.shape, canvas) if self.pattern == "by_shape" else _PATTERNS[self.pattern]
        )
        tint, flakes = self._tint(canvas), self._flakes(canvas)
        luminance = _luminance(canvas.light.rgb * canvas.light.skin_albedo)
        for place, weight in weights.items():
            for box, coverage in canvas.sample(sculpting.mask_of(place)):
                shine(
                    canvas.linear, canvas.touched, canvas.skin, coverage, box, canvas.u, canvas.v, tint, flakes,
                    luminance, _SHEEN * self.glow * weight * strength, _SPARKLE * self.shimmer * weight * strength,
                )  # fmt: skip

    def _tint(self, canvas: Canvas) -> NDArray[np.float32]:
        """(3,) hue of the sheen in the face's light, of luminance 1."""
        own = canvas.light.skin_albedo
        hue = (self.color / _luminance(self.color)) ** (1.0 - _SKIN_TINT) * (own / _luminance(own)) ** _SKIN_TINT
        lit = hue * canvas.light.rgb
        return np.asarray(lit / _luminance(lit), np.float32)

    def _flakes(self, canvas: Canvas) -> NDArray[np.float32]:
        """(5,) flakes' pitch in cells across the texture, share of cells that hold one, linear RGB as lit."""
        color = (self.color if self.shimmer_color is None else self.shimmer_color) * canvas.light.rgb
        eyes = topology().uv[[33, 263]]
        texture_px = canvas.scale_px / float(np.hypot(*(eyes[0] - eyes[1])))
        return np.array(
            [min(1.0 / self.shimmer_size, texture_px / _FLAKE_PX), self.shimmer_density, *color], np.float32
        )


def _luminance(rgb: NDArray[np.float32]) -> float:
    return max(float(rgb @ _LUMINANCE), 1e-4)
