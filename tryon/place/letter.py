"""The floor by a sheet of US Letter that lies on it."""

from __future__ import annotations

from tryon.place.evidence import SOURCES, Evidence, Refusal
from tryon.place.paper import plane_of_paper
from tryon.place.sheet import LETTER
from tryon.types import Plane


@SOURCES.register("letter")
def from_letter(evidence: Evidence) -> Plane | Refusal | None:
    """The plane under a sheet of US Letter, 215.9 × 279.4 mm (ANSI/ASME Y14.1); see `plane_of_paper`."""
    return plane_of_paper(evidence, LETTER)
