"""The floor by a sheet of A4 that lies on it."""

from __future__ import annotations

from tryon.place.evidence import SOURCES, Evidence, Refusal
from tryon.place.paper import plane_of_paper
from tryon.place.sheet import A4
from tryon.types import Plane


@SOURCES.register("a4")
def from_a4(evidence: Evidence) -> Plane | Refusal | None:
    """The plane under a sheet of A4, 210 × 297 mm (ISO 216); see `plane_of_paper`."""
    return plane_of_paper(evidence, A4)
