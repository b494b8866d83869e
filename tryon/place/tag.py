"""Scale from square tags on the floor: the page of `tryon marker`, AprilTag, ArUco, a ChArUco board."""

from __future__ import annotations

from dataclasses import replace

from tryon.place.board import BOARD
from tryon.place.evidence import SOURCES, Evidence, Refusal
from tryon.place.marker import FAMILY
from tryon.place.tag_find import FAMILIES, find_tags
from tryon.place.tag_plane import plane_of_tags
from tryon.types import Plane

_LEVEL = 0.94  # cosine to gravity of what may be a floor: phones and floors together lean up to 20° at the very most
_UPRIGHT = 0.34


@SOURCES.register("tag")
def from_tag(evidence: Evidence) -> Plane | Refusal | None:
    """The plane the tags in view lie on; a wall where gravity is known and says so.

    Unasked, only the pages printed by `tryon marker` and `tryon calibrate --board` count, which tell their size.
    """
    asked = "tag" in evidence.wanted or evidence.tag_size_m is not None
    families = tuple(FAMILIES) if asked else (FAMILY, BOARD.family)
    tags = find_tags(evidence.frame.pixels, families, thorough=asked)
    if not asked:
        tags = tuple(tag for tag in tags if (tag.family, tag.id) in _OURS)
    if not tags:
        if not asked:
            return None
        return Refusal(
            "No whole tag is in view; keep all of it in the picture, flat and lit, or print one with: tryon marker."
        )
    found = plane_of_tags(tags, evidence.intrinsics, size_m=evidence.tag_size_m, up=evidence.up)
    return found if isinstance(found, Refusal) else as_lying(found, evidence, "tag")


def as_lying(plane: Plane, evidence: Evidence, what: str) -> Plane | Refusal:
    """The plane as a floor or a wall, by gravity where it is known; a refusal where it can be neither."""
    rise = float(plane.normal[1]) if evidence.up is None else float(plane.normal @ evidence.up)
    if evidence.up is None:
        if rise < -0.1:
            return Refusal(f"The {what} faces downward, so it does not lie on the floor; lay it on the floor.")
        return plane
    if rise > _LEVEL:
        return replace(plane, kind="floor")
    if abs(rise) < _UPRIGHT:
        return replace(plane, kind="wall")
    if rise < -_LEVEL:
        return replace(plane, kind="ceiling")
    return Refusal(f"The {what} leans and lies neither on the floor nor on a wall; lay it flat on the floor.")


def _ours() -> frozenset[tuple[str, int]]:
    from tryon.place.marker import CORNER_IDS, MIDDLE_ID

    return frozenset([(FAMILY, number) for number in (MIDDLE_ID, *CORNER_IDS)] + [(BOARD.family, n) for n in BOARD.ids])


_OURS = _ours()
