"""From what the room page says about the scale to a room of known scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.place import SOURCES
from tryon.server.room_state import ScaleWish
from tryon.session.room import Room
from tryon.types import Frame

_LENGTH_ENDS, _CORNERS = 2, 4


def open_room(frame: Frame, wish: ScaleWish) -> Room:
    """The room in a picture, its scale from what the shopper says lies on the floor.

    Raises:
        ParameterError: Corners or a size that do not go with what they are of.
        ScaleUnknownError: Nothing gives the scale; the message says why and what to do.
    """
    corners = None if wish.corners is None else _pixels(wish.corners, frame)
    if wish.kind == "points":
        return _by_length(frame, corners, wish.size_mm)
    if corners is not None and (wish.kind in ("auto", "tag") or len(corners) != _CORNERS):
        raise ParameterError("Expected the four corners of a sheet or card and which it is, got something else.")
    if wish.kind == "auto":
        return Room.open(frame)
    if wish.kind == "tag":
        if wish.size_mm is None:
            raise ParameterError("Expected the edge of the tag's black square in millimetres, got none.")
        return Room.open(frame, scale=(f"tag:{wish.size_mm / 1e3:g}",))
    if wish.kind not in SOURCES and corners is not None:  # TODO until SHEETS' detectors are there
        from tryon.place.intrinsics import intrinsics_of
        from tryon.place.rectangle import plane_from_rectangle

        sizes = {"a4": (0.297, 0.210), "letter": (0.2794, 0.2159), "card": (0.0856, 0.05398)}
        lens = intrinsics_of(frame).intrinsics
        return Room(frame, [plane_from_rectangle(corners, sizes[wish.kind], lens, source="A4 sheet")], intrinsics=lens)
    return Room.open(frame, scale=(wish.kind,), corners_px=corners)


def _by_length(frame: Frame, ends: NDArray[np.float64] | None, length_mm: float | None) -> Room:
    if ends is None or len(ends) != _LENGTH_ENDS or length_mm is None:
        raise ParameterError("Expected two ends of a length on the floor and the length in millimetres.")
    (ax, ay), (bx, by) = ends.tolist()
    return Room.open(frame, scale=(f"points:{ax:.1f},{ay:.1f},{bx:.1f},{by:.1f},{length_mm / 1e3:g}",))


def _pixels(points: list[tuple[float, float]], frame: Frame) -> NDArray[np.float64]:
    return np.array(points) * (frame.width, frame.height) - 0.5
