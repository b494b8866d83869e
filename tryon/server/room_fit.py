"""Whether a piece fits, as the room page says it."""

from __future__ import annotations

from tryon.server.room_state import FitState
from tryon.session.room import Room


def fit_of(room: Room, piece: str) -> FitState:
    """The verdict on a piece where it stands."""
    room.piece(piece)
    return FitState(verdict="unknown", sentence="Mark the free space with the measuring tape to see whether it fits.")
