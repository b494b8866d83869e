"""What a product is made of, in the terms the painter understands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Finish: TypeAlias = Literal["matte", "satin", "sheer", "gloss", "shimmer", "metallic", "holographic"]

_WHITE_GOLD: NDArray[np.float32] = np.array([1.0, 0.93, 0.80], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """One product's optical properties; all shares run 0 to 1 unless said.

    color: (3,) float32 linear sRGB reflectance at full coverage: the swatch.
    coverage: Share of the skin it hides where the mask is full.
    texture: How much of the skin's own relief shows: 1 keeps pores and folds as they are.
    sheer: Share that acts as a stain (light passes twice through it) rather than as a cover.
    gloss: Gain of the highlights, 0 to about 2.
    metallic, holographic: Share of foil, and of hue that turns with the surface.
    shimmer: Brightness of flakes, 0 to about 2; shimmer_density: share of cells that hold one;
        shimmer_size: flake pitch as a share of the face's width; shimmer_color: (3,) linear, default white gold.
    """

    color: NDArray[np.float32]
    coverage: float = 0.8
    texture: float = 1.0
    sheer: float = 0.0
    gloss: float = 0.0
    metallic: float = 0.0
    holographic: float = 0.0
    shimmer: float = 0.0
    shimmer_density: float = 0.35
    shimmer_size: float = 0.008
    shimmer_color: NDArray[np.float32] | None = None

    def vector(self) -> NDArray[np.float32]:
        """(18,) float32 in the order `tryon.effects.paint` reads."""
        # The stain is the swatch scaled to pass red light fully: what a tint does to the skin below it.
        stain = self.color / max(float(self.color.max()), 1e-3)
        flake = _WHITE_GOLD if self.shimmer_color is None else self.shimmer_color
        cells = 1.0 / max(self.shimmer_size, 1e-3)
        return np.array(
            [
                *self.color, self.coverage, self.texture, self.sheer, *stain, self.gloss, self.metallic,
                self.shimmer, self.shimmer_density, cells, *flake, self.holographic,
            ],
            np.float32,
        )  # fmt: skip

    def with_finish(self, finish: Finish) -> Material:
        """The same pigment in a finish; numbers set by eye on the portraits of the contact sheet."""
        match finish:
            case "matte":
                return replace(self, texture=0.85)
            case "satin":
                return replace(self, gloss=0.35)
            case "sheer":
                return replace(self, sheer=0.85, gloss=0.25)
            case "gloss":
                return replace(self, texture=1.1, gloss=1.3, sheer=0.25)
            case "shimmer":
                return replace(self, shimmer=max(self.shimmer, 0.8), gloss=0.3)
            case "metallic":
                return replace(self, metallic=0.8, gloss=0.5)
            case "holographic":
                return replace(self, holographic=0.45, metallic=0.5, gloss=0.6)
