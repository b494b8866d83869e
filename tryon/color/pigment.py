"""What a product looks like on this skin in this light: the contract every effect paints to."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.color.light import FaceLight


def predict(
    skin_linear: ArrayLike,
    pigment_linear: ArrayLike,
    coverage: ArrayLike,
    light: FaceLight,
    *,
    shading: ArrayLike = 1.0,
) -> NDArray[np.float64]:
    """Linear RGB of skin under a matte product: (1 − a) · skin + a · pigment · light · shading.

    A film that hides the share a of the skin, and the product's own reflectance lit as the face is where it lies.

    Args:
        skin_linear: (..., 3) skin as the picture shows it.
        pigment_linear: (3,) reflectance of the product at full coverage: its swatch.
        coverage: (...) a, 0 to 1.
        shading: (...) light here relative to `light`: the pixel's luminance over that of the skin `light` was
            estimated from (for skin), or over the region's mean (for lips, whose own reflectance differs).
    """
    share = np.asarray(coverage, dtype=np.float64)[..., None]
    lit = np.asarray(shading, dtype=np.float64)[..., None] * pigment_under(pigment_linear, light)
    return np.asarray((1.0 - share) * np.asarray(skin_linear, dtype=np.float64) + share * lit)


def pigment_under(pigment_linear: ArrayLike, light: FaceLight) -> NDArray[np.float64]:
    """(3,) linear RGB of the product's body color on the face where the light is `light`: what to blend per pixel."""
    return np.asarray(pigment_linear, dtype=np.float64) * light.rgb


def transmittance(pigment_linear: ArrayLike) -> NDArray[np.float64]:
    """(3,) share of light that passes a sheer film of this product twice, brightest channel 1.

    A stain is sold as the color it shows on white, which is its transmittance there and back; what darkens all
    channels alike is thickness, which is the layer's strength.
    """
    pigment = np.clip(np.asarray(pigment_linear, dtype=np.float64), 1e-3, 1.0)
    return np.asarray(pigment / pigment.max())


def stain(skin_linear: ArrayLike, pigment_linear: ArrayLike, thickness: ArrayLike) -> NDArray[np.float64]:
    """Linear RGB of skin under a sheer film: skin · transmittance ^ thickness; no light estimate is needed.

    Args:
        skin_linear: (..., 3).
        thickness: (...) 0 (none) and up; 1 shows the swatch's own hue on white.

    Source: Beer–Lambert absorption without scattering, the limit of Kubelka and Munk's film (1931) for S → 0.
    """
    depth = np.asarray(thickness, dtype=np.float64)[..., None]
    return np.asarray(np.asarray(skin_linear, dtype=np.float64) * transmittance(pigment_linear) ** depth)
