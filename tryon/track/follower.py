"""Follows several things through a video: read where each was, search only for what is missing."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from tryon.track.crops import Square
from tryon.track.search_squares import search_squares

# A thing lost for up to this many frames and found nearby again keeps its id: half a second at 30 frames a second.
_REMEMBERED_FRAMES = 15
# Nearby is within so many sides of its square; for so many frames a lost thing is searched in every frame.
_NEARBY, _SEARCHED_FRAMES = 1.5, 3
# A step of less than this share of the square leads to nothing that was not just looked at.
_STEP_WORTH_A_LOOK = 0.1
_SAME_SPOT = 0.5
_SAME_POINTS = 0.2


class Reading(Protocol):
    """What a landmark network says about one square."""

    @property
    def points_px(self) -> NDArray[np.float32]:
        """(N, 2 or 3) points in picture pixels."""

    @property
    def score(self) -> float:
        """0 to 1; how sure the network is that the thing is there."""

    @property
    def next_square(self) -> Square:
        """Where to look in the next frame."""


R = TypeVar("R", bound=Reading)


@dataclass(slots=True, eq=False)
class Followed(Generic[R]):
    """One thing in view.

    reading: Of the last frame it was seen in.
    step_px: How far it moved between the last two, x and y.
    missing: Frames since it was lost.
    """

    id: int
    reading: R
    step_px: tuple[float, float] = (0.0, 0.0)
    missing: int = 0

    def ahead(self) -> Square:
        """Where it is if it goes on as it went."""
        square = self.reading.next_square
        x, y = square.center_x_px + self.step_px[0], square.center_y_px + self.step_px[1]
        return Square(x, y, square.side_px, square.angle_rad)

    def move(self, reading: R) -> None:
        """Take the newest reading."""
        old, new = self.reading.next_square, reading.next_square
        self.step_px = (new.center_x_px - old.center_x_px, new.center_y_px - old.center_y_px)
        self.reading = reading


class Follower(Generic[R]):
    """Keeps up to `most` things in view, each under an id that stays.

    Args:
        read: The landmark network at a square.
        search: The detector in squares of a picture, best first.
        min_score: A reading below is a loss.
        min_new_score: A thing just found needs this much.
        min_size_px: So is one whose points span less: what the network reads there is made up.
        search_every: Frames between searches while something, but not everything, is in view. With nothing in view
            and just after a loss every frame is searched, with all places taken none.
    """

    def __init__(
        self,
        read: Callable[[NDArray[np.uint8], Square], R],
        search: Callable[[NDArray[np.uint8], Sequence[Square]], Sequence[Square]],
        *,
        most: int,
        min_score: float = 0.5,
        min_new_score: float = 0.5,
        min_size_px: float = 0.0,
        search_every: int = 6,
    ) -> None:
        self._read, self._search = read, search
        self._most, self._search_every = most, search_every
        self._min_score, self._min_new_score, self._min_size_px = min_score, min_new_score, min_size_px
        self._shown: list[Followed[R]] = []
        self._lost: list[Followed[R]] = []
        self._next_id = 0
        self._since_search = 0

    def forget(self) -> None:
        """Start over, as for a new source; ids start again at 0."""
        self._shown, self._lost, self._next_id, self._since_search = [], [], 0, 0

    def step(self, image: NDArray[np.uint8], *, closely: bool = False) -> Sequence[Followed[R]]:
        """What is in this frame, the longest in view first.

        Args:
            closely: Where a search is due, make it a thorough one; see `search_squares`.
        """
        before, self._shown = self._shown, []
        for thing in before:
            reading = self._read_again(image, thing)
            if reading is None:
                self._lost.append(thing)
            else:
                thing.move(reading)
                self._shown.append(thing)
        self._since_search += 1
        if self._search_is_due():
            self._since_search = 0
            self._find(image, search_squares(image, closely=closely))
        self._drop_doubles()
        for thing in self._lost:
            thing.missing += 1
        self._lost = [thing for thing in self._lost if thing.missing <= _REMEMBERED_FRAMES]
        return tuple(self._shown)

    def _read_again(self, image: NDArray[np.uint8], thing: Followed[R]) -> R | None:
        """The thing where it was or, if it is not there, where its last step leads; None when it is lost."""
        reading = self._read(image, thing.reading.next_square)
        if self._holds(reading):
            return reading
        if math.hypot(*thing.step_px) < _STEP_WORTH_A_LOOK * thing.reading.next_square.side_px:
            return None
        reading = self._read(image, thing.ahead())
        return reading if self._holds(reading) else None

    def _holds(self, reading: R) -> bool:
        return reading.score >= self._min_score and _size_px(reading.points_px) >= self._min_size_px

    def _search_is_due(self) -> bool:
        if len(self._shown) >= self._most:
            return False
        just_lost = any(thing.missing < _SEARCHED_FRAMES for thing in self._lost)
        return not self._shown or just_lost or self._since_search >= self._search_every

    def _find(self, image: NDArray[np.uint8], squares: Sequence[Square]) -> None:
        for square in self._search(image, squares):
            if len(self._shown) >= self._most:
                return
            if any(square.overlap(thing.reading.next_square) > _SAME_SPOT for thing in self._shown):
                continue
            reading = self._read(image, square)
            if not self._holds(reading):
                continue
            # The detector's square is rough; the landmarks' own is what the network was trained on.
            finer = self._read(image, reading.next_square)
            reading = finer if self._holds(finer) else reading
            if reading.score >= self._min_new_score and not any(
                _same(reading.points_px, thing.reading.points_px) for thing in self._shown
            ):
                self._shown.append(self._again(reading))

    def _again(self, reading: R) -> Followed[R]:
        """A thing just found: the one lost nearby, else a new one."""
        square = reading.next_square
        near = min(self._lost, key=lambda thing: _distance(thing.reading.next_square, square), default=None)
        if near is not None and _distance(near.reading.next_square, square) < _NEARBY:
            self._lost.remove(near)
            near.reading, near.step_px, near.missing = reading, (0.0, 0.0), 0
            return near
        self._next_id += 1
        return Followed(self._next_id - 1, reading)

    def _drop_doubles(self) -> None:
        """Of readings that lie on one another only the longest in view stays."""
        kept: list[Followed[R]] = []
        for thing in self._shown:
            if not any(_same(thing.reading.points_px, other.reading.points_px) for other in kept):
                kept.append(thing)
        self._shown = kept


def _distance(one: Square, other: Square) -> float:
    """Between centres, in sides of the larger square."""
    apart = math.hypot(one.center_x_px - other.center_x_px, one.center_y_px - other.center_y_px)
    return apart / max(one.side_px, other.side_px, 1e-6)


def _same(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Whether two sets of points are one thing: their mean distance is small against the thing's size."""
    apart = float(np.linalg.norm(one[:, :2] - other[:, :2], axis=1).mean())
    return apart < _SAME_POINTS * max(_size_px(one), _size_px(other))


def _size_px(points: NDArray[np.float32]) -> float:
    return float(np.ptp(points[:, :2], axis=0).max())
