"""Tones of copied patches, so that they meet each other and the photo without a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.place.inpaint import ShiftMap, base_of
from tryon.place.inpaint_kernel import relax

_ROUNDS = 150
_SMOOTH_PX = 4.0  # finer differences are texture, which shall stay as it was copied
_DARK = np.float32(24.0)  # added to tones before they are divided, so that grain in shadows is not blown up
_GAIN = (0.4, 2.5)


def in_tone_of(
    copied: NDArray[np.float32], there: NDArray[np.float32], here: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Copied pixels whose slow tone was `there`, as they look where it is `here`: contrast goes with brightness."""
    gain = np.clip((here + _DARK) / (there + _DARK), *_GAIN)
    return np.asarray((copied - there) * gain + here, np.float32)


def tone_steps(
    picture: NDArray[np.float32],
    base: NDArray[np.float32],
    chosen: ShiftMap,
    hole: NDArray[np.bool_],
    known: NDArray[np.bool_],
) -> dict[int, NDArray[np.float32]]:
    """For each shift, (h, w, 3) what to add to what it copies so that all steps at seams and at the rim vanish.

    Args:
        known: (h, w) what the rim must meet; beside anything else, such as another item or the photo's edge, the copies
            go their own way.

    Source: Poisson equation whose wished steps are those of the copies; across seams, the mean of both.
    """
    height, width = hole.shape
    box = _box(hole)
    labels = np.maximum(outward(chosen.labels[box]), 0)
    y, x = np.mgrid[box]
    dx, dy = chosen.shifts[labels, 0], chosen.shifts[labels, 1]

    def copies(of_x: NDArray[np.int64], of_y: NDArray[np.int64], at_x: int, at_y: int) -> NDArray[np.float32]:
        """What the labels of each pixel copy to the pixel beside it."""
        to_x, to_y = np.clip(x + at_x, 0, width - 1), np.clip(y + at_y, 0, height - 1)
        from_x, from_y = np.clip(to_x + of_x, 0, width - 1), np.clip(to_y + of_y, 0, height - 1)
        toned = in_tone_of(picture[from_y, from_x], base[from_y, from_x], base[to_y, to_x])
        blank = (of_x == 0) & (of_y == 0)
        return np.where(blank[..., None], base[to_y, to_x], toned)

    own = copies(dx, dy, 0, 0)
    right_x, right_y = np.roll(dx, -1, axis=1), np.roll(dy, -1, axis=1)
    below_x, below_y = np.roll(dx, -1, axis=0), np.roll(dy, -1, axis=0)
    steps_x = 0.5 * (copies(dx, dy, 1, 0) - own + copies(right_x, right_y, 1, 0) - copies(right_x, right_y, 0, 0))
    steps_y = 0.5 * (copies(dx, dy, 0, 1) - own + copies(below_x, below_y, 0, 1) - copies(below_x, below_y, 0, 0))
    met = known[box] & ~hole[box]
    values = np.where(met[..., None], picture[box], own).astype(np.float32)
    inner = ~met
    inner[[0, -1]] = False
    inner[:, [0, -1]] = False
    rows, columns = np.nonzero(inner)
    relax(values, steps_x.astype(np.float32), steps_y.astype(np.float32), rows, columns, _ROUNDS)
    added = values - own
    found = {}
    for label in np.unique(chosen.labels[chosen.labels >= 0]):
        region = (chosen.labels[box] == label) & inner
        if region.any():
            whole = np.zeros(picture.shape, np.float32)
            whole[box] = base_of(added, region, _SMOOTH_PX)
            found[int(label)] = whole
    return found


def _box(hole: NDArray[np.bool_]) -> tuple[slice, slice]:
    """The rows and columns of the hole and three pixels round it."""
    rows, columns = np.nonzero(hole.any(axis=1))[0], np.nonzero(hole.any(axis=0))[0]
    return (
        slice(max(rows[0] - 3, 0), min(rows[-1] + 4, hole.shape[0])),
        slice(max(columns[0] - 3, 0), min(columns[-1] + 4, hole.shape[1])),
    )


def outward(labels: NDArray[np.int64], by_px: int = 2) -> NDArray[np.int64]:
    """Labels of the hole continued to a few pixels round it; further out they stay −1."""
    grown = labels.copy()
    for _ in range(by_px):
        for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
            beside = np.roll(grown, step, axis)
            grown = np.where(grown < 0, beside, grown)
    return grown
