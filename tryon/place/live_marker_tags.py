"""The corners of tags from frame to frame: refitted where they were, sought near there, else in the whole picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.place.tag_edges import linear_grey, refine_quads
from tryon.place.tag_find import Tag, detect
from tryon.place.tag_read import cells_of, reads_as
from tryon.types import Frame

_AROUND = 0.75  # of the tags' box, searched beyond it on every side after a jump
_NEAR_PX, _WHOLE_PX = 480, 800  # longer side at which a region and the whole picture are searched
_JERK_PX = 48  # that a corner may have gone in one frame
_LEAST_SIDE_PX = 10.0  # of a tag whose place is told


@dataclass(slots=True, eq=False)
class _Known:
    family: str
    id: int
    corners_px: NDArray[np.float64]
    step_px: NDArray[np.float64]  # (4, 2) how far the corners went since the frame before
    black: NDArray[np.bool_]  # (C, C) its cells


class FollowedTags:
    """Tags that are followed over frames.

    Args:
        families: Searched. wanted: Numbers of tags that count; None for the largest one alone, whichever it is.
    """

    def __init__(self, families: tuple[str, ...], wanted: frozenset[int] | None) -> None:
        self._families = families
        self._wanted = wanted
        self._known: list[_Known] = []
        self._last: Frame | None = None

    def reset(self) -> None:
        """Forget all tags."""
        self._known, self._last = [], None

    def step(self, frame: Frame) -> tuple[Tag, ...]:
        """The tags of the next frame with exact corners; empty when none is seen."""
        tags: tuple[Tag, ...] = ()
        if self._known:
            tags = self._refitted(frame, [one.corners_px + one.step_px for one in self._known], self._known)
            tags = tags or self._flowed(frame) or self._found(frame, self._region(frame))
        tags = tags or self._found(frame, (0, 0, frame.width, frame.height))
        self._last = frame if tags else None
        return tags

    def expect(self, family: str, places_px: Mapping[int, NDArray[np.float64]]) -> None:
        """Look for these tags too in the next frame, where others say they must be: (4, 2) corners by number.

        Tags too small to be read from nothing can be seen where they are known to be.
        """
        for number, corners in places_px.items():
            side_px = float(np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1).min())
            if side_px >= _LEAST_SIDE_PX and all(number != one.id for one in self._known):
                black = cells_of(family, number)
                self._known.append(_Known(family, number, corners, self._known[0].step_px.copy(), black))

    def _flowed(self, frame: Frame) -> tuple[Tag, ...]:
        """After a jerk: the largest tag where its corners' neighborhoods went since the last frame.

        Source: Bouguet's pyramidal Lucas–Kanade as OpenCV has it.
        """
        import cv2

        if self._last is None or self._last.pixels.shape != frame.pixels.shape:
            return ()
        largest = max(self._known, key=lambda one: float(np.ptp(one.corners_px, axis=0).sum()))
        low = np.maximum(largest.corners_px.min(axis=0) - _JERK_PX, 0.0).astype(int)
        high = (largest.corners_px.max(axis=0) + _JERK_PX).astype(int)
        cut = (slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0])))
        before, now = (
            np.asarray(cv2.cvtColor(np.ascontiguousarray(one.pixels[cut]), cv2.COLOR_RGB2GRAY), np.uint8)
            for one in (self._last, frame)
        )
        start = (largest.corners_px - low).astype(np.float32).reshape(-1, 1, 2)
        went, status, _ = cv2.calcOpticalFlowPyrLK(before, now, start, start.copy(), winSize=(15, 15), maxLevel=3)
        if not np.asarray(status).all():
            return ()
        at = np.asarray(went, np.float64).reshape(4, 2) + low
        moved = _Known(largest.family, largest.id, largest.corners_px, np.zeros((4, 2)), largest.black)
        return self._refitted(frame, [at], [moved])

    def _region(self, frame: Frame) -> tuple[int, int, int, int]:
        corners = np.concatenate([one.corners_px for one in self._known])
        low, high = corners.min(axis=0), corners.max(axis=0)
        reach = _AROUND * float((high - low).max()) + 16.0
        left, top = np.floor(np.maximum(low - reach, 0.0)).astype(int)
        right, bottom = np.ceil(np.minimum(high + reach, (frame.width, frame.height))).astype(int)
        return int(left), int(top), max(int(right), int(left) + 1), max(int(bottom), int(top) + 1)

    def _found(self, frame: Frame, region: tuple[int, int, int, int]) -> tuple[Tag, ...]:
        """Tags read anew in a region, searched shrunk, refined at full size."""
        import cv2

        left, top, right, bottom = region
        cut = np.ascontiguousarray(frame.pixels[top:bottom, left:right])
        grey = np.asarray(cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY), np.uint8)
        whole = (right - left, bottom - top) == (frame.width, frame.height)
        shrink = min(1.0, (_WHOLE_PX if whole else _NEAR_PX) / max(grey.shape))
        if shrink < 1.0:
            size = (max(round(grey.shape[1] * shrink), 1), max(round(grey.shape[0] * shrink), 1))
            small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)
        else:
            small = grey
        scale = np.array([grey.shape[1] / small.shape[1], grey.shape[0] / small.shape[0]])
        seen = detect(small, self._families)
        if self._wanted is not None:
            seen = [one for one in seen if one[1] in self._wanted]
        else:
            seen = sorted(seen, key=lambda one: -float(np.ptp(one[2], axis=0).sum()))[:1]
        known: list[_Known] = []
        for family, number, corners in seen:
            if all(number != other.id for other in known):
                at = (corners + 0.5) * scale - 0.5 + (left, top)
                known.append(_Known(family, number, at, np.zeros((4, 2)), cells_of(family, number)))
        if not known:
            self._known = [] if whole else self._known
            return ()
        return self._refitted(frame, [one.corners_px for one in known], known, measured=False)

    def _refitted(
        self, frame: Frame, starts: list[NDArray[np.float64]], known: list[_Known], *, measured: bool = True
    ) -> tuple[Tag, ...]:
        """Tags whose sides are found near the given corners and whose cells still read as they should.

        Args:
            measured: The tags' own corners are those of the last frame, so that their step is known, too.
        """
        quads = np.stack(starts)
        cells = np.array([len(one.black) for one in known], np.float64)
        margin = 12
        low = np.floor(quads.min(axis=(0, 1))).astype(int) - margin
        high = np.ceil(quads.max(axis=(0, 1))).astype(int) + margin + 1
        left, top = max(int(low[0]), 0), max(int(low[1]), 0)
        right, bottom = min(int(high[0]), frame.width), min(int(high[1]), frame.height)
        if right - left < 8 or bottom - top < 8:
            return ()
        grey = linear_grey(np.ascontiguousarray(frame.pixels[top:bottom, left:right]))
        corners, sigmas, good = refine_quads(grey, quads - (left, top), cells, rounds=2)
        tags, kept = [], []
        for index, one in enumerate(known):
            if not good[index] or not reads_as(grey, corners[index], one.black):
                continue
            at = corners[index] + (left, top)
            step = at - one.corners_px if measured else np.zeros((4, 2))
            kept.append(_Known(one.family, one.id, at, step, one.black))
            tags.append(Tag(one.family, one.id, at, sigmas[index]))
        if kept:
            self._known = kept
        return tuple(tags)
