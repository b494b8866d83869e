"""What color a thin film of product takes on over a person's own skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.color.pigment import transmittance

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709, as sRGB uses
_LIGHTER = 2.6  # times the skin's luminance at which a pale powder is wholly seen through
_MOST = 0.9  # some of it always covers: that is what a pale blush does show on deep skin
_DEPTH = 1.6  # light passes the film down and up, and between its grains
_LIFT = 1.15  # a blush reads as a flush only if the skin below does not get darker


def over_skin(
    pigment: NDArray[np.float32], albedo: NDArray[np.float32], translucency: float = 1.0
) -> NDArray[np.float32]:
    """(3,) float32 reflectance of a product as it shows on this skin.

    A product about as light as the skin shows its own swatch. The lighter it is than the skin, the more it acts as a
    stain instead, since its thin film is brightened only by light that came through it from the skin: without this a
    pale pink on deep skin turns to gray chalk.

    Args:
        pigment: (3,) linear reflectance of the swatch.
        albedo: (3,) linear reflectance of the skin.
        translucency: 0 lays the swatch's color on whatever the skin, 1 is a modern sheer powder.

    Source: our derivation, Beer–Lambert stain over skin as in `tryon.color.pigment.stain`; thresholds set by eye.
    """
    ratio = float(pigment @ _LUMINANCE) / max(float(albedo @ _LUMINANCE), 1e-4)
    t = float(np.clip((ratio - 1.0) / (_LIGHTER - 1.0), 0.0, 1.0))
    share = _MOST * translucency * t * t * (3.0 - 2.0 * t)
    stained = _LIFT * albedo * transmittance(pigment) ** _DEPTH
    return np.asarray((1.0 - share) * pigment + share * stained, np.float32)


def never_lighter(pigment: NDArray[np.float32], albedo: NDArray[np.float32], most: float) -> NDArray[np.float32]:
    """(3,) float32 the pigment, made darker if need be so that its luminance is at most `most` of the skin's."""
    ratio = float(pigment @ _LUMINANCE) / max(float(albedo @ _LUMINANCE) * most, 1e-4)
    return np.asarray(pigment / max(ratio, 1.0), np.float32)
