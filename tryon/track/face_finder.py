"""Where in a picture faces may be: squares for a face mesh to look at."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tryon.runtime import Device, shared_session
from tryon.track.crops import Square, square_between, whole
from tryon.track.detector import Detections, Detector, SsdLayout
from tryon.track.face_mesh import Found, face_square

# Both from MediaPipe's published graph options; the full-range threshold is theirs too.
SHORT_RANGE = SsdLayout(128, (8, 16, 16, 16), 2, keypoints=6, low=-1.0, high=1.0, min_score=0.5)
FULL_RANGE = SsdLayout(192, (4,), 1, keypoints=6, low=-1.0, high=1.0, min_score=0.6)

_MESH_SCALE = 1.5  # side of the mesh's square over the detector's box
_SAME_FACE = 0.3  # overlap of two squares on one face
_PORTRAIT = 0.4  # square of a close-up over the root of the picture's area: no crowd is searched behind it
_TILE_OVERLAP = 0.3
_NEAR_SCALE = 2.5  # of the square where a face was lost: a head moves by no more between two frames
_CONFIRM_SCALE, _CONFIRM_SCORE = 1.4, 0.65
_SURELY_UPRIGHT = 0.8  # upright faces score 0.9 here, the same ones the other way up 0.7 or less
_SMALLEST_TILE_PX = 240
_LEVELS_FOR_MORE = 2  # of tiles, where there are faces but not as many as wanted
_MOST_TILES = 80
_QUARTER_TURNS = (math.pi, math.pi / 2, -math.pi / 2)


class FaceFinder:
    """Runs the short-range detector first and looks harder only where that finds too little."""

    def __init__(self, device: Device = "auto") -> None:
        self._short = Detector(shared_session("face_detector_short", device=device), SHORT_RANGE)
        self._full = Detector(shared_session("face_detector_full", device=device), FULL_RANGE)

    def search(
        self, image: NDArray[np.uint8], look: Callable[[list[Square]], list[Found]], *, wanted: int
    ) -> list[Found]:
        """Faces of a still, surest first, never two on one face.

        A close-up is done after one run. Else the full range is tried, then turned pictures when there is still
        nothing, then ever smaller tiles: two levels for more faces, deeper ones only until there is any.

        Args:
            look: Runs the mesh on squares and returns what it takes for faces.
        """
        first = look(distinct(_squares(self._short.detect(image, whole(image), exact=True))))
        found = [self._upright(image, face, look) for face in first]
        for squares in self._harder(image, found):
            if len(found) >= wanted or any(_is_close_up(face.square, image) for face in found):
                break
            fresh = look(distinct(squares(), among=[face.square for face in found]))
            found.extend(face for face in fresh if self.confirms(image, face))
        return found

    def _harder(self, image: NDArray[np.uint8], found: list[Found]) -> Iterator[Callable[[], list[Square]]]:
        """Ever costlier searches, each to be called or left; which come next depends on what was found meanwhile."""
        yield lambda: _squares(self._full.detect(image, whole(image)))
        for turn in _QUARTER_TURNS if not found else ():
            yield partial(self._turned, image, turn)
        for level, tiles in enumerate(_levels(image), start=1):
            yield partial(self._in_tiles, image, tiles)
            if found and level >= _LEVELS_FOR_MORE:
                return

    def confirms(self, image: NDArray[np.uint8], face: Found) -> bool:
        """Whether the short range, looking at this one face upright and close, takes it for a face too.

        A mesh puts a face on any hand or dog it is shown. Seen on the stills in test data: real faces score 0.69 or
        more here, hands, clothes, eyes and dogs 0.59 or less.
        """
        return self._certainty(image, face) > _CONFIRM_SCORE

    def _certainty(self, image: NDArray[np.uint8], face: Found) -> float:
        square = face_square(face.points_px)
        seen = self._short.detect(image, square.scaled(_CONFIRM_SCALE))
        near = [
            score
            for other, score in zip(_squares(seen), seen.scores.tolist(), strict=True)
            if square.overlap(other) > _SAME_FACE
        ]
        return max(near, default=0.0)

    def _upright(self, image: NDArray[np.uint8], face: Found, look: Callable[[list[Square]], list[Found]]) -> Found:
        """The face, or the same one the other way up: a detector finds both alike, and a mesh fits itself to either."""
        certainty = self._certainty(image, face)
        if certainty > _SURELY_UPRIGHT:
            return face
        turned = look([replace(face.square, angle_rad=face.square.angle_rad + math.pi)])
        return next((other for other in turned if self._certainty(image, other) > _SURELY_UPRIGHT), face)

    def near(self, image: NDArray[np.uint8], square: Square) -> list[Square]:
        """Squares from the short range around the place where a face was lost, turned as it was."""
        return _squares(self._short.detect(image, square.scaled(_NEAR_SCALE)))

    def glance(self, image: NDArray[np.uint8], step: int) -> list[Square]:
        """Squares from one detector run: a video's `step`-th look, cycling over ranges, tiles and turns."""
        if step % 2 == 0:
            return _squares(self._short.detect(image, whole(image)))
        tiles = next(iter(_levels(image)), ())
        places = [whole(image), *tiles, *(whole(image, angle_rad=turn) for turn in _QUARTER_TURNS)]
        return _squares(self._full.detect(image, places[(step // 2) % len(places)]))

    def _turned(self, image: NDArray[np.uint8], angle_rad: float) -> list[Square]:
        square = whole(image, angle_rad=angle_rad)
        return _squares(self._short.detect(image, square)) or _squares(self._full.detect(image, square))

    def _in_tiles(self, image: NDArray[np.uint8], tiles: list[Square]) -> list[Square]:
        return _squares(Detections.join([self._full.detect(image, tile) for tile in tiles]))


def distinct(squares: Sequence[Square], *, among: Sequence[Square] = ()) -> list[Square]:
    """The squares in order, without those that overlap an earlier one or one of `among`."""
    kept: list[Square] = []
    for square in squares:
        if all(square.overlap(other) < _SAME_FACE for other in (*among, *kept)):
            kept.append(square)
    return kept


def _squares(found: Detections) -> list[Square]:
    """A mesh's squares: the eyes (keypoints 0 and 1) level, half as large again as the box."""
    squares = []
    for box, points in zip(found.boxes.tolist(), found.keypoints.tolist(), strict=True):
        left, top, right, bottom = box
        sides = (left, top, right - left, bottom - top)
        squares.append(square_between(sides, tuple(points[0]), tuple(points[1]), scale=_MESH_SCALE))
    return squares


def _is_close_up(square: Square, image: NDArray[np.uint8]) -> bool:
    return square.side_px > _PORTRAIT * math.sqrt(image.shape[0] * image.shape[1])


def _levels(image: NDArray[np.uint8]) -> Iterable[list[Square]]:
    """Tiles of half the picture's longer side, then of a quarter, … while they stay few and not too small."""
    height, width = image.shape[:2]
    side = max(height, width) / 2.0
    while side >= _SMALLEST_TILE_PX:
        xs, ys = _centers(width, side), _centers(height, side)
        if len(xs) * len(ys) > _MOST_TILES:
            return
        yield [Square(x, y, side) for y in ys for x in xs]
        side /= 2.0


def _centers(length: int, side: float) -> list[float]:
    if length <= side:
        return [length / 2.0]
    count = math.ceil((length - side) / (side * (1.0 - _TILE_OVERLAP))) + 1
    return [float(at) for at in np.linspace(side / 2.0, length - side / 2.0, count)]
