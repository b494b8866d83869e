"""Everything the trackers found in one frame."""

from __future__ import annotations

from dataclasses import dataclass

from tryon.types.landmarks import BodyLandmarks, Face, HandLandmarks
from tryon.types.masks import PartsMask, PersonMask


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """What was found in one frame; a tracker fills its own field and leaves the rest empty.

    Nothing in view is a normal result: an empty tuple, or None for a mask.
    """

    faces: tuple[Face, ...] = ()
    bodies: tuple[BodyLandmarks, ...] = ()
    hands: tuple[HandLandmarks, ...] = ()
    person: PersonMask | None = None
    parts: PartsMask | None = None

    def __or__(self, other: Tracks) -> Tracks:
        """Both results as one; where both hold a field, this one's stands."""
        return Tracks(
            faces=self.faces or other.faces,
            bodies=self.bodies or other.bodies,
            hands=self.hands or other.hands,
            person=self.person if self.person is not None else other.person,
            parts=self.parts if self.parts is not None else other.parts,
        )
