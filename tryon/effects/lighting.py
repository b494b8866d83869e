"""Light on a face: read from the picture's pixels, and followed over time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.color import linear_from_codes
from tryon.color.light import FaceLight, estimate_light, follow
from tryon.color.sampling import sclera_color, sclera_points, skin_color, skin_points

if TYPE_CHECKING:
    from tryon.effects.canvas import Canvas

LightSource: TypeAlias = "Callable[[Canvas], FaceLight]"
"""Gives the light on a canvas's face; `measure_light` for stills, `LightFollower` for video."""

# Light of a face whose skin cannot be seen at all: a neutral, well exposed room.
_UNSEEN = FaceLight(np.full(3, 0.8, np.float32), np.full(3, 0.35, np.float32), 0.0)
_FRAME_STRIDE = 24
_LEAST_SURROUNDINGS = 0.1


def measure_light(canvas: Canvas) -> FaceLight:
    """Light on the canvas's face from its skin, the whites of its eyes and the mean of what is around it."""
    at = skin_points(canvas.points_px)
    samples, inside = _read(canvas, at.reshape(-1, 2))
    skin = skin_color(samples.reshape(*at.shape[:2], 3), weight=inside.reshape(at.shape[:2]))
    if skin is None:
        return _UNSEEN
    white_at = sclera_points(canvas.points_px)
    white = None
    if white_at is not None:
        white_samples, white_inside = _read(canvas, white_at)
        if white_inside.sum() >= 12:
            white = sclera_color(white_samples[white_inside > 0.5])
    return estimate_light(skin, sclera_linear=white, frame_mean=_surroundings(canvas))


@dataclass(slots=True)
class _Followed:
    first_s: float
    measured_s: float
    measured: FaceLight
    light_s: float
    light: FaceLight


class LightFollower:
    """Follows the light on each face of one video: measured every few frames, moved a little every frame.

    A lamp switched on is followed within a few frames, while noise, a blink or a hand must not make a lipstick
    flicker; see `tryon.color.follow`.
    """

    _PERIOD_S = 0.1
    _SETTLE_S = 1.0  # over which a face's own reflectance is averaged, less while it is new
    _MOST_FACES = 64

    def __init__(self) -> None:
        self._seen: dict[int, _Followed] = {}

    def __call__(self, canvas: Canvas) -> FaceLight:
        """The light now on the canvas's face."""
        time_s = canvas.frame.time_s
        if canvas.frame.index == 0:
            self._seen.clear()
        seen = self._seen.get(canvas.face.id)
        if seen is None or time_s < seen.light_s or seen.measured.confidence == 0.0:
            light = measure_light(canvas)
            self._seen[canvas.face.id] = _Followed(time_s, time_s, light, time_s, light)
            if len(self._seen) > self._MOST_FACES:  # faces that left long ago
                del self._seen[min(self._seen, key=lambda key: self._seen[key].light_s)]
            return light
        if time_s - seen.measured_s >= self._PERIOD_S:
            measured = measure_light(canvas)
            seen.measured_s = time_s
            if measured.confidence > 0.0:  # else the skin is hidden just now
                seen.measured = measured
        settle_s = min(self._SETTLE_S, max(self._PERIOD_S, time_s - seen.first_s))
        seen.light = follow(seen.light, seen.measured, elapsed_s=time_s - seen.light_s, settle_s=settle_s)
        seen.light_s = time_s
        return seen.light


def _read(canvas: Canvas, at: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(n, 3) linear RGB of the input at region points (n, 2), and (n,) how visible the skin is there (0 outside)."""
    columns, rows = np.rint(at).astype(np.intp).T
    inside = (columns >= 0) & (rows >= 0) & (columns < canvas.width) & (rows < canvas.height)
    columns, rows = np.clip(columns, 0, canvas.width - 1), np.clip(rows, 0, canvas.height - 1)
    return linear_from_codes(canvas.source[rows, columns]), canvas.visible[rows, columns] * inside


def _surroundings(canvas: Canvas) -> NDArray[np.float32] | None:
    """(3,) mean linear RGB of the picture outside the face's region, whose skin is not gray; None if next to none."""
    grid = canvas.frame.pixels[::_FRAME_STRIDE, ::_FRAME_STRIDE]
    rows, columns = (np.arange(count) * _FRAME_STRIDE for count in grid.shape[:2])
    beside = (columns < canvas.x0) | (columns >= canvas.x0 + canvas.width)
    above = (rows < canvas.y0) | (rows >= canvas.y0 + canvas.height)
    outside = above[:, None] | beside
    if outside.mean() < _LEAST_SURROUNDINGS:
        return None
    return np.asarray(linear_from_codes(grid[outside]).mean(0), np.float32)
