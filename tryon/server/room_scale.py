"""From what the room page says about the scale to a room of known scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.place.exif import read_shot
from tryon.place.exif_focal import Focal, focal_of
from tryon.server.room_state import ScaleWish
from tryon.session.room import Room
from tryon.types import Camera, Frame, Intrinsics

_LENGTH_ENDS, _CORNERS = 2, 4


def open_room(frame: Frame, data: bytes, wish: ScaleWish) -> Room:
    """The room in a picture, its scale from what the shopper says lies on the floor.

    Args:
        frame: The picture, upright and perhaps scaled down.
        data: The file it came as, whose EXIF may tell the focal length.

    Raises:
        ParameterError: Corners or a size that do not go with what they are of.
        ScaleUnknownError: Nothing gives the scale; the message says why and what to do.
    """
    corners = None if wish.corners is None else np.array(wish.corners) * (frame.width, frame.height) - 0.5
    lens = _lens(data, frame)
    if wish.kind == "points":
        return Room.open(frame, scale=(_length(corners, wish.size_mm),), intrinsics=lens)
    if corners is not None and (wish.kind in ("auto", "tag") or len(corners) != _CORNERS):
        raise ParameterError("Expected the four corners of a sheet or card and which it is, got something else.")
    if wish.kind == "auto":
        return Room.open(frame, intrinsics=lens)
    if wish.kind == "tag":
        if wish.size_mm is None:
            raise ParameterError("Expected the edge of the tag's black square in millimetres, got none.")
        return Room.open(frame, scale=(f"tag:{wish.size_mm / 1e3:g}",), intrinsics=lens)
    return Room.open(frame, scale=(wish.kind,), corners_px=corners, intrinsics=lens)


def _length(ends: NDArray[np.float64] | None, length_mm: float | None) -> str:
    if ends is None or len(ends) != _LENGTH_ENDS or length_mm is None:
        raise ParameterError("Expected two ends of a length on the floor and the length in millimetres.")
    (ax, ay), (bx, by) = ends.tolist()
    return f"points:{ax:.2f},{ay:.2f},{bx:.2f},{by:.2f},{length_mm / 1e3:.5f}"


def _lens(data: bytes, frame: Frame) -> Intrinsics | None:
    """What the file itself says of its camera; None leaves it to the picture's straight edges."""
    shot = read_shot(data)
    found = focal_of(shot)
    if not isinstance(found, Focal):
        return None
    focal_px = found.focal_px * max(frame.width, frame.height) / max(shot.size_px)
    return Intrinsics(Camera.of_focal(frame.width, frame.height, focal_px), found.sigma, found.source)
