"""Scale from the irises, which hardly differ in size between people."""

from __future__ import annotations

import math

import numpy as np

from tryon.measure.estimate import SOURCES, Estimate, Evidence, Refusal

#: Horizontal visible iris diameter of adults: 11.7 ± 0.5 mm (standard deviation).
IRIS_M, IRIS_SIGMA_M = 0.0117, 0.0005
_TRACKING_SIGMA = 0.01  # soft limbus, shade of the lids: common to both eyes


@SOURCES.register("iris")
def from_iris(evidence: Evidence) -> Estimate | Refusal | None:
    """How large the head is if its irises are as wide as people's: good to about ±9 % (95 %), and needs nothing else.

    Both irises count by how well they were seen. Perspective: a disc at depth z is focal · diameter / z wide.
    """
    eyes = evidence.eyes
    weight = 1.0 / eyes.iris_sigma**2
    wide_px = float((eyes.iris_px * weight).sum() / weight.sum())
    depth_m = IRIS_M * evidence.camera.focal_x_px / wide_px
    scale = depth_m / eyes.depth_m
    measured = math.sqrt(1.0 / float(weight.sum()))
    sigma = math.hypot(IRIS_SIGMA_M / IRIS_M, measured, _TRACKING_SIGMA)
    if not np.isfinite(scale) or not 0.3 < scale < 3.0:
        return Refusal("Expected irises of a human size, got ones that do not fit the face; take another photo.")
    return Estimate(scale, sigma, math.hypot(sigma, eyes.span_sigma), "iris prior")
