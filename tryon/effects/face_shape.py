"""The shape of a face, as makeup artists name it, from its landmarks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

SHAPES: Final = ("oval", "round", "square", "heart", "long", "diamond")

# Pairs of points on either side whose distance is a width; all are told relative to the cheeks'.
_CHEEKS: Final = (234, 454)
_FOREHEAD: Final = (54, 284)
_JAW: Final = (172, 397)
_CHIN: Final = (149, 378)
_HEIGHT: Final = (10, 152)
_MOUTH: Final = (13, 14)

# Median and spread (half the range from the 16th to the 84th percentile) of height, forehead, jaw and chin over the
# cheeks' width, counted with `face_ratios` on 62 faces of the project's test portraits.
_TYPICAL = np.array([1.17, 0.865, 0.791, 0.440])
_SPREAD = np.array([0.052, 0.027, 0.027, 0.022])

# What each shape looks like, in spreads from the typical face. The ideas are the trade's: a round face is as long as
# wide with a soft jaw, a square one has a jaw as wide as its cheeks, a heart a wide forehead over a pointed chin, a
# diamond is widest at the cheeks only.
_PROTOTYPES: Final[Mapping[str, tuple[float, float, float, float]]] = {
    "oval": (0.3, 0.0, -0.1, -0.1),
    "round": (-1.4, 0.2, 0.3, 0.2),
    "square": (-0.5, 0.0, 1.4, 1.3),
    "heart": (0.0, 1.4, -1.2, -1.0),
    "long": (1.7, -0.1, 0.2, 0.3),
    "diamond": (0.1, -1.4, -0.9, -0.8),
}
_SOFTNESS = 1.0  # squared spreads: how far the choice between two shapes is blurred


def face_ratios(points_px: NDArray[np.floating]) -> NDArray[np.float64]:
    """(4,) height, forehead, jaw and chin over the cheeks' width, lengths in space, so turning the head changes little.

    Args:
        points_px: (478, 3) landmarks. Half an open mouth's gap is taken off
            the height: the other half is lips drawn off the teeth, which moves no jaw.
    """
    points = np.asarray(points_px, np.float64)

    def length(pair: tuple[int, int]) -> float:
        return float(np.linalg.norm(points[pair[0], :3] - points[pair[1], :3]))

    width = max(length(_CHEEKS), 1e-6)
    height = length(_HEIGHT) - 0.5 * length(_MOUTH)
    return np.array([height, length(_FOREHEAD), length(_JAW), length(_CHIN)]) / width


def shape_weights(points_px: NDArray[np.floating]) -> dict[str, float]:
    """How much a face is each of `SHAPES`; the weights sum to 1 and change smoothly with the landmarks.

    A face between two shapes gets a mix of what suits them, so a pattern never jumps from frame to frame.
    """
    return weights_of(face_ratios(points_px))


def weights_of(ratios: NDArray[np.floating]) -> dict[str, float]:
    """`shape_weights` of the four ratios that `face_ratios` gives."""
    standing = np.clip((np.asarray(ratios, np.float64) - _TYPICAL) / _SPREAD, -3.0, 3.0)
    distance = np.array([float(((standing - _PROTOTYPES[name]) ** 2).sum()) for name in SHAPES])
    weight = np.exp(-0.5 * (distance - distance.min()) / _SOFTNESS)
    return {name: float(value) for name, value in zip(SHAPES, weight / weight.sum(), strict=True)}


def face_shape(points_px: NDArray[np.floating]) -> str:
    """The one of `SHAPES` that the face is most like."""
    weights = shape_weights(points_px)
    return max(weights, key=weights.__getitem__)
