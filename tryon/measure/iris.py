"""Scale from the irises, which hardly differ in size between people."""

from __future__ import annotations

import math

import numpy as np

from tryon.measure.estimate import SOURCES, Estimate, Evidence, Refusal

#: Horizontal visible iris diameter of adults: 11.7 ± 0.5 mm (standard deviation).
IRIS_M, IRIS_SIGMA_M = 0.0117, 0.0005
_TRACKING_SIGMA = 0.01  # soft limbus, shade of the lids: common to both eyes


#: Adults' pupillary distance is 63.4 ± 3.8 mm (3976 adults; Dodgson, Variation and extrema of human interpupillary
#: distance, 2004), ± 6 %; a child of six has about 52. The spread taken here is wider so that children fit in. Heads of
#: that distance are tracked at 0.96 of their size in the mean of 20 photos.
POPULATION_PD_M, POPULATION_SCALE, POPULATION_SIGMA = 0.0634, 0.96, 0.075
_USUAL_GAP = 2.0  # standard deviations between irises and population beyond which the interval grows with the gap


@SOURCES.register("iris")
def from_iris(evidence: Evidence) -> Estimate | Refusal | None:
    """How large the head is if its irises are as wide as people's and it is as large as people are.

    Good to about ±9 % (95 %), and needs nothing else. Both irises count by how well they were seen. Perspective: a
    disc at depth z is focal · diameter / z wide. A head that this makes very large or small is drawn toward the
    average one by as much as the two spreads say (product of two log-normals). The interval stays the irises' own: it
    shall hold for a group of children or of large men as well, whom the average pulls away from the truth. Where both
    contradict each other it grows by the gap (Birge 1932), since one of them then fails for this person or picture.
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
    # Both as the face's points and as its pupils say: eyes stand closer in some faces of average size than in others.
    size = 0.5 * (math.log(scale / POPULATION_SCALE) + math.log(eyes.pd_m(scale) / POPULATION_PD_M))
    share = sigma**2 / (sigma**2 + POPULATION_SIGMA**2)
    gap = abs(size) / math.hypot(sigma, POPULATION_SIGMA)
    sigma *= max(1.0, gap / _USUAL_GAP)
    scale *= math.exp(-share * size)
    return Estimate(scale, sigma, math.hypot(sigma, eyes.span_sigma), "iris prior")
