"""What a product is made of, in the terms the painter understands."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Finish: TypeAlias = Literal["matte", "satin", "sheer", "gloss", "shimmer", "metallic", "holographic"]

_WHITE_GOLD: NDArray[np.float32] = np.array([1.0, 0.93, 0.80], np.float32)

_FLAKE_PX = 2.4  # flakes are 0.6 of their cell: at this pitch one is a pixel and a half wide and still sampled cleanly


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """One product's optical properties; all shares run 0 to 1 unless said.

    color: (3,) float32 linear sRGB reflectance at full coverage: the swatch.
    coverage: Share of the skin it hides where the mask is full.
    texture: How much of the skin's own relief shows: 1 keeps pores and folds as they are.
    sheer: Share that acts as a stain (light passes twice through it) rather than as a cover.
    shine: Share of the skin's own highlights that stays, in the light's color; powders take it away.
    gloss: Highlights added where the skin has some, 0 to about 2.
    metallic, holographic: Share of foil, and of hue that turns with the surface.
    shimmer: Brightness of flakes, 0 to about 2; shimmer_density: share of cells that hold one;
        shimmer_size: flake pitch as a share of the texture's width, about the face's, made coarser where it would
        fall below a pixel or two on screen; shimmer_color: (3,) linear, default white gold.
    """

    color: NDArray[np.float32]
    coverage: float = 0.8
    texture: float = 1.0
    sheer: float = 0.0
    shine: float = 1.0
    gloss: float = 0.0
    metallic: float = 0.0
    holographic: float = 0.0
    shimmer: float = 0.0
    shimmer_density: float = 0.35
    shimmer_size: float = 0.008
    shimmer_color: NDArray[np.float32] | None = None

    def vector(self, texture_px: float = math.inf) -> NDArray[np.float32]:
        """(20,) float32 in the order `tryon.effects.paint` reads.

        Args:
            texture_px: Width of the whole face texture on screen, which bounds how fine flakes may be.
        """
        # The stain is the swatch scaled to pass red light fully: what a tint does to the skin below it.
        stain = self.color / max(float(self.color.max()), 1e-3)
        flake = _WHITE_GOLD if self.shimmer_color is None else self.shimmer_color
        cells, coarser = _flake_grid(self.shimmer_size, texture_px)
        return np.array(
            [
                *self.color, self.coverage, self.texture, self.sheer, *stain, self.gloss, self.metallic,
                self.shimmer, self.shimmer_density, cells, *flake, self.holographic, self.shine, coarser,
            ],
            np.float32,
        )  # fmt: skip

    def with_finish(self, finish: Finish) -> Material:
        """The same pigment in a finish; numbers set by eye on the portraits of the contact sheet."""
        match finish:
            case "matte":
                return replace(self, texture=0.85, shine=0.25)
            case "satin":
                return replace(self, gloss=0.2)
            case "sheer":
                return replace(self, sheer=0.85, gloss=0.15)
            case "gloss":
                return replace(self, texture=1.1, gloss=0.8, sheer=0.25)
            case "shimmer":
                return replace(self, shimmer=max(self.shimmer, 0.6), gloss=0.2)
            case "metallic":
                return replace(self, metallic=0.8, gloss=0.3)
            case "holographic":
                return replace(self, holographic=0.25, metallic=0.4, gloss=0.2)


def _flake_grid(size: float, texture_px: float) -> tuple[float, float]:
    """Cells of the flake grid along the texture, and the share of flakes taken from a grid twice as coarse.

    Flakes lie fixed in the face, so when the face shrinks the grid is coarsened by whole octaves that fade into
    each other; otherwise all flakes would move. The finest cells on screen are 1.5 px wide and then all but gone.
    """
    cells = 1.0 / max(size, 1e-3)
    octaves = math.log2(cells * _FLAKE_PX / max(texture_px, 1.0))
    if octaves <= 0.0:
        return cells, 0.0
    whole = math.floor(octaves)
    return cells / 2.0**whole, octaves - whole
