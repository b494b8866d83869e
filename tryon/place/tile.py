"""Scale from a floor tile, or any rectangle on the floor, whose size is known and whose corners are marked."""

from __future__ import annotations

from tryon.errors import ParameterError
from tryon.place.evidence import SOURCES, Evidence, KnownRectangle, Refusal
from tryon.place.length import click_sigma_of
from tryon.place.lying import as_lying
from tryon.place.rectangle import fit_rectangle
from tryon.types import Plane

# Four clicks and two sizes leave two of the nine numbers to check the others by.
_MISFIT = 14.0


@SOURCES.register("tile")
def from_tile(evidence: Evidence) -> Plane | Refusal | None:
    """The floor that a tile is part of."""
    tile = evidence.tile
    if tile is None:
        if "tile" in evidence.wanted:
            return Refusal("No tile was marked; mark its four corners in turn and give its size.")
        return None
    reason = rectangle_fault(tile, "tile")
    if reason is not None:
        return Refusal(reason)
    try:
        fit = fit_rectangle(
            tile.corners_px,
            tile.size_m,
            evidence.intrinsics,
            corner_sigma_px=click_sigma_of(evidence.intrinsics.camera),
            size_sigma_m=tile.sigma_m,
            up=evidence.up,
            source="tile",
        )
    except ParameterError as error:
        return Refusal(str(error))
    if fit.misfit > _MISFIT:
        return Refusal(misfit_reason(tile, "tile", fit.rms_px))
    return as_lying(fit.plane, evidence, "tile", tile.corners_px)


def rectangle_fault(known: KnownRectangle, what: str) -> str | None:
    """What is wrong with the numbers somebody gave, as a sentence."""
    across, along = known.size_m
    if not (0.01 <= across <= 30.0 and 0.01 <= along <= 30.0):
        return f"Expected a {what} of 0.01 to 30 m a side, got {across:g} m by {along:g} m."
    if not 0.0 <= known.sigma_m < 0.2 * min(across, along):
        return f"Expected a doubt of the {what}'s sides far below their length, got {known.sigma_m:g} m."
    return None


def misfit_reason(known: KnownRectangle, what: str, rms_px: float) -> str:
    """That no rectangle of that size can look so."""
    across, along = known.size_m
    return (
        f"No {what} of {across:g} m by {along:g} m looks like the marked corners, which miss by {rms_px:.1f} px; mark"
        " them again or check the size."
    )
