"""Scale from square tags on the floor: the page of `tryon marker`, AprilTag, ArUco, a ChArUco board."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

import numpy as np

from tryon.place.board import BOARD
from tryon.place.evidence import SOURCES, Evidence, Refusal
from tryon.place.lying import as_lying
from tryon.place.marker import CORNER_IDS, FAMILY, MIDDLE_ID, page_squares
from tryon.place.tag_find import FAMILIES, Tag, find_tags
from tryon.place.tag_plane import plane_of_tags
from tryon.place.tag_read import completed
from tryon.types import Plane

_PAGE = frozenset((FAMILY, number) for number in (MIDDLE_ID, *CORNER_IDS))
_OURS = _PAGE | frozenset((BOARD.family, number) for number in BOARD.ids)

_SEEN: WeakKeyDictionary[Evidence, tuple[Tag, ...]] = WeakKeyDictionary()
"""The tags that gave a plane, for evidence that is still in use."""


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
    page = [tag for tag in tags if (tag.family, tag.id) in _PAGE]
    if page and len({tag.id for tag in page}) == len(page):
        tags = completed(evidence.frame.pixels, page, {square.id: square.corners_m for square in page_squares()})
    found = plane_of_tags(tags, evidence.intrinsics, size_m=evidence.tag_size_m, up=evidence.up)
    if isinstance(found, Refusal):
        return found
    _SEEN[evidence] = tuple(tags)
    return as_lying(found, evidence, "tag", np.concatenate([tag.corners_px for tag in tags]))


def seen_tags(evidence: Evidence) -> tuple[Sequence[Tag], bool]:
    """The tags that gave a plane for this very evidence, and whether they are one page of ours."""
    tags = _SEEN.get(evidence, ())
    return tags, any((tag.family, tag.id) in _OURS for tag in tags)
