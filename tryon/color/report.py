"""How close a painted region came to what the product promises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.color.difference import delta_e2000
from tryon.color.lab import lab_from_linear
from tryon.color.light import FaceLight
from tryon.color.pigment import predict
from tryon.color.srgb import linear_from_codes
from tryon.errors import ShapeError


@dataclass(frozen=True, slots=True)
class ColorReport:
    """Predicted and achieved mean color of one painted region.

    predicted_lab, achieved_lab: L*, a*, b* under D65.
    delta_e2000: Their CIEDE2000 difference; under 2 is hard to see.
    """

    predicted_lab: tuple[float, float, float]
    achieved_lab: tuple[float, float, float]
    delta_e2000: float


def report_color(
    before_pixels: NDArray[np.uint8],
    after_pixels: NDArray[np.uint8],
    coverage: ArrayLike,
    *,
    pigment_linear: ArrayLike,
    light: FaceLight,
    shading: ArrayLike = 1.0,
) -> ColorReport | None:
    """What the region should have become and what it became, each as a mean weighted by coverage.

    Args:
        before_pixels, after_pixels: (..., 3) uint8 sRGB, the same pixels before and after painting.
        coverage: (...) share of skin the product hides at each pixel, mask and strength included.
        shading: As in `predict`.

    Returns:
        None when nothing was painted.

    Raises:
        ShapeError: The three do not cover the same pixels.
    """
    weight = np.asarray(coverage, dtype=np.float64)
    for name, pixels in (("before_pixels", before_pixels), ("after_pixels", after_pixels)):
        if pixels.dtype != np.uint8 or pixels.shape != (*weight.shape, 3):
            raise ShapeError(name, expected=f"{(*weight.shape, 3)} uint8", got=f"{pixels.shape} {pixels.dtype}")
    total = float(weight.sum())
    if total <= 0.0:
        return None
    wanted = predict(linear_from_codes(before_pixels), pigment_linear, weight, light, shading=shading)
    return compare(_mean(wanted, weight / total), _mean(linear_from_codes(after_pixels), weight / total))


def compare(predicted_linear: ArrayLike, achieved_linear: ArrayLike) -> ColorReport:
    """The report for two (3,) linear colors already averaged over the region; out-of-range light is clipped."""
    predicted = lab_from_linear(np.clip(np.asarray(predicted_linear, dtype=np.float64), 0.0, 1.0))
    achieved = lab_from_linear(np.clip(np.asarray(achieved_linear, dtype=np.float64), 0.0, 1.0))
    return ColorReport(_triple(predicted), _triple(achieved), float(delta_e2000(predicted, achieved)))


def _mean(linear: NDArray[np.floating], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    shown = np.clip(linear, 0.0, 1.0)
    return np.asarray((shown * weight[..., None]).reshape(-1, 3).sum(axis=0))


def _triple(lab: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(lab[0]), float(lab[1]), float(lab[2])
