"""Whether a piece fits, as the room page says it."""

from __future__ import annotations

from tryon.place.fit import Verdict
from tryon.server.room_state import FitSide, FitState, Length, PageVerdict
from tryon.session.room import Room

_VERDICTS: dict[Verdict, PageVerdict] = {
    "fits": "fits",
    "fits barely": "barely",
    "does not fit": "not",
    "cannot be told": "unknown",
}


def fit_of(room: Room, piece: str) -> FitState:
    """The verdict on a piece where it stands, by what walls, other pieces and depth leave free."""
    report = room.fits(piece)
    sides = [
        FitSide(
            side=side,
            verdict=_VERDICTS[found.verdict],
            free=Length.of(found.free),
            needed_mm=round(1e3 * found.needed_m, 1),
        )
        for side, found in report.sides.items()
    ]
    return FitState(verdict=_VERDICTS[report.verdict], sentence=report.sentence, sides=sides)
