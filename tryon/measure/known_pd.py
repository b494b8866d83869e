"""Scale from a pupillary distance that somebody typed in."""

from __future__ import annotations

import math

from tryon.errors import ParameterError
from tryon.measure.estimate import SOURCES, Estimate, Evidence, Refusal

#: Adults have 45 to 80 mm; children and rare adults lie a little outside.
SMALLEST_MM, LARGEST_MM = 40.0, 85.0
_SIGMA_MM = 0.5  # opticians round to half or whole millimeters


@SOURCES.register("known_pd")
def from_known_pd(evidence: Evidence) -> Estimate | Refusal | None:
    """The head at which the pupils' distance for far vision is the one given.

    Raises:
        ParameterError: A distance no person has.
    """
    if evidence.known_pd_mm is None:
        return None
    pd_mm = checked_pd_mm(evidence.known_pd_mm)
    sigma = _SIGMA_MM / pd_mm
    scale = evidence.eyes.scale_of(pd_mm / 1000.0)
    if not 0.3 < scale < 3.0:
        return Refusal(f"A pupillary distance of {pd_mm:g} mm does not fit this face; check it.")
    return Estimate(scale, math.hypot(sigma, evidence.eyes.span_sigma), sigma, "known PD")


def checked_pd_mm(pd_mm: float) -> float:
    """The distance itself.

    Raises:
        ParameterError: Outside 40 to 85 mm.
    """
    if not SMALLEST_MM <= pd_mm <= LARGEST_MM:
        raise ParameterError(
            f"Expected a pupillary distance from {SMALLEST_MM:.0f} to {LARGEST_MM:.0f} mm, got {pd_mm:g};"
            " take the number from your glasses prescription."
        )
    return float(pd_mm)
