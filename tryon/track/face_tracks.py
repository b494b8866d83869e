"""Which face is which: tracks that keep their id while a face stays in view."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square
from tryon.track.face_gate import Look
from tryon.track.face_mesh import Found, face_square

_SAME_FACE = 0.5  # overlap of two tracks that have run together onto one face
_REMEMBERED_S = 1.0  # a face lost for no longer than this may come back under its id
_SETTLING_FRAMES = 3  # until a mesh sees the face from where its own points put it, not from where a detector did
_STILL = 0.01  # of a square's side, and radians
_MISSED_S = 0.25
_NEAR = 1.0  # how far from where it was lost, in sides of its square


class Smoother(Protocol):
    """Takes one face's points frame by frame and returns steadier ones."""

    def smooth(self, points_px: NDArray[np.float32], time_s: float) -> NDArray[np.float32]:
        """(478, 3) steadier points of the moment."""

    def restart(self) -> None:
        """Forget what was seen so far."""
        ...


class FaceTrack:
    """One face over time.

    id: Given once. found: What the mesh saw last. points_px: (478, 3) smoothed. seen_s: When.
    square: Where to look next; it stays while the face does, or mesh and square would chase each other.
    look, looked_s: What the quality gate saw of it, and when.
    """

    __slots__ = ("_settling", "_smoother", "found", "id", "look", "looked_s", "points_px", "seen_s", "square")

    def __init__(self, track_id: int, found: Found, time_s: float, smoother: Smoother | None) -> None:
        self.id = track_id
        self.look: Look | None = None
        self.looked_s = 0.0
        self._smoother = smoother
        self._settling = _SETTLING_FRAMES
        self.square = found.square
        self.see(found, time_s)

    def see(self, found: Found, time_s: float) -> None:
        """Take what the mesh saw at that time."""
        self.found = found
        self.seen_s = time_s
        self.points_px = found.points_px
        if self._smoother is not None:
            if self._settling:
                self._smoother.restart()
            self.points_px = self._smoother.smooth(found.points_px, time_s)
        square = face_square(self.points_px)
        if self._settling or not _is_still(self.square, square):
            self.square = square
        self._settling = max(0, self._settling - 1)


class FaceTracks:
    """The faces in view, oldest first, and those lost a moment ago.

    new_smoother: Makes one smoother per face; None leaves points as they are.
    """

    def __init__(self, new_smoother: Callable[[], Smoother] | None) -> None:
        self._new_smoother = new_smoother
        self._ids = itertools.count()
        self._lost: list[FaceTrack] = []
        self.active: list[FaceTrack] = []

    def follow(self, found: list[Found], time_s: float, *, min_score: float) -> None:
        """Give each active track, in order, what was seen where it was expected; below the score it is lost."""
        kept: list[FaceTrack] = []
        for track, face in zip(self.active, found, strict=True):
            if face.score < min_score:
                self._lost.append(track)
                continue
            square = face_square(face.points_px)
            if any(square.overlap(face_square(other.found.points_px)) > _SAME_FACE for other in kept):
                continue  # two tracks on one face: the older one has it
            track.see(face, time_s)
            kept.append(track)
        self.active = kept
        self._lost = [track for track in self._lost if time_s - track.seen_s <= _REMEMBERED_S]

    def missed(self, time_s: float) -> list[FaceTrack]:
        """Faces lost so short a time ago that they are worth a look of their own."""
        return [track for track in self._lost if time_s - track.seen_s <= _MISSED_S]

    def welcome(self, found: Found, time_s: float) -> None:
        """Take a face that no active track has: one that was just lost comes back, else it is new."""
        square = face_square(found.points_px)
        near = [track for track in self._lost if _distance(track.square, square) < _NEAR]
        if near:
            track = min(near, key=lambda candidate: _distance(candidate.square, square))
            self._lost.remove(track)
            track.see(found, time_s)
        else:
            smoother = self._new_smoother() if self._new_smoother else None
            track = FaceTrack(next(self._ids), found, time_s, smoother)
        self.active.append(track)
        self.active.sort(key=lambda active: active.id)


def _distance(lost: Square, found: Square) -> float:
    """Way between two squares, in sides of the first; infinite when one is more than twice the other's size."""
    if not 0.5 < found.side_px / lost.side_px < 2.0:
        return math.inf
    way = math.hypot(found.center_x_px - lost.center_x_px, found.center_y_px - lost.center_y_px)
    return way / lost.side_px


def _is_still(square: Square, wanted: Square) -> bool:
    way = math.hypot(wanted.center_x_px - square.center_x_px, wanted.center_y_px - square.center_y_px)
    grown = abs(wanted.side_px - square.side_px)
    turned_rad = abs(math.remainder(wanted.angle_rad - square.angle_rad, 2.0 * math.pi))
    return max(way, grown) < _STILL * square.side_px and turned_rad < _STILL
