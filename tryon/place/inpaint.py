"""Which parts of a picture a hole in it is copied from."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.inpaint_kernel import choose
from tryon.place.inpaint_shifts import shifts_for

_CELL = 4  # pixels a side that are copied together
_BLANK_COST = 4000.0  # of a cell that is only toned, not copied: a last resort
_FORBIDDEN = 1e6
_CHANGE_COST = 12.0
# Wood is not continued by a foot of the same brightness: hue counts, light and shade hardly.
_TONE_WEIGHTS = np.array([0.8, 4.0, 4.0], np.float32)
_SWEEPS = 12
_MIDDLE, _DARK = np.float32(128.0), np.float32(24.0)
_BLUR_COST = 300.0
# Colors found in less than exp(−1.2) of all directions, on a plane, or exp(−2.5) are not copied at all.
_STRANGE, _STRANGE_COST = (1.2, 2.5), 60.0
_BESIDE = 0.04  # of the hole's size: what touches something strange is its shadow
_DIRECTIONS, _RING, _PRESENT = 24, 0.2, 0.01  # a color is there when it makes up a hundredth of its direction
_LAB_STEP, _LAB_FIRST = np.array([7.0, 4.0, 4.0], np.float32), np.array([0.0, 8.0, 8.0], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ShiftMap:
    """What to copy into a hole.

    shifts: (K, 2) columns and rows from a pixel to its source; the first is (0, 0) and means "nothing to copy".
    labels: (h, w) number of the shift of each pixel; -1 outside the hole.
    """

    shifts: NDArray[np.int64]
    labels: NDArray[np.int64]


def shift_map(
    detail: NDArray[np.float32],
    base: NDArray[np.float32],
    hole: NDArray[np.bool_],
    source: NDArray[np.bool_],
    strange: NDArray[np.float32],
    blur: NDArray[np.float32],
) -> ShiftMap:
    """Shifts for every pixel of a hole such that what is copied fits the surroundings and itself.

    Args:
        detail, base: (h, w, 3) texture without its slow changes of tone, and those: 0 to 255, sRGB.
        hole: (h, w) to be filled. source: (h, w) what may be copied.
        strange: (h, w) of `strangeness`.
        blur: (h, w) log2 of how much each pixel was enlarged: what is blurred is not copied where the photo is sharp.

    Source: He and Sun, "Statistics of patch offsets for image completion", ECCV 2012: few good shifts instead of all,
    then one labeling. Their shifts are those frequent in the whole picture; ours are those that continue the hole's
    surroundings, sector by sector.
    """
    shifts = np.concatenate([np.zeros((1, 2), np.int64), shifts_for(detail, hole, source)])
    rows, columns, number = _cells(hole)
    cells, labels = len(rows), len(shifts)
    inside = np.arange(_CELL)
    y = (rows * _CELL)[:, None, None] + inside[:, None] + np.zeros((1, 1, _CELL), np.int64)
    x = (columns * _CELL)[:, None, None] + inside[None, :] + np.zeros((1, _CELL, 1), np.int64)
    height, width = hole.shape
    contents = np.zeros((cells, labels, _CELL * _CELL * 3), np.float32)
    own = np.full((cells, labels), _BLANK_COST, np.float32)
    known = ~hole & source
    tones = cv2.cvtColor(np.clip(base, 0.0, 255.0) / np.float32(255.0), cv2.COLOR_RGB2Lab) * _TONE_WEIGHTS
    here = tones[y, x]
    sharp = blur[y, x]
    ring_y, ring_x, ring_known = _around(rows, columns, known)
    for label, (dx, dy) in enumerate(shifts):
        if label == 0:
            continue
        from_y, from_x = y + dy, x + dx
        within = (from_y >= 0) & (from_y < height) & (from_x >= 0) & (from_x < width)
        from_y, from_x = np.clip(from_y, 0, height - 1), np.clip(from_x, 0, width - 1)
        allowed = (within & source[from_y, from_x]).all(axis=(1, 2))
        contents[:, label] = detail[from_y, from_x].reshape(cells, -1)
        beside_y, beside_x = np.clip(ring_y + dy, 0, height - 1), np.clip(ring_x + dx, 0, width - 1)
        missed = ((detail[beside_y, beside_x] - detail[ring_y, ring_x]) ** 2).mean(axis=2)
        seam = (missed * ring_known).sum(axis=1) / (_CELL * _CELL)
        other = ((tones[from_y, from_x] - here) ** 2).sum(axis=3).mean(axis=(1, 2))
        other += _BLUR_COST * (np.maximum(blur[from_y, from_x] - sharp, 0.0) ** 2).mean(axis=(1, 2))
        other += _STRANGE_COST * strange[from_y, from_x].mean(axis=(1, 2))
        own[:, label] = np.where(allowed, seam + other, _FORBIDDEN)
    squared = (contents**2).sum(axis=2)
    apart = squared[:, :, None] + squared[:, None, :] - 2.0 * contents @ contents.transpose(0, 2, 1)
    apart = np.maximum(apart, 0.0) / (_CELL * _CELL * 3)
    chosen = choose(own, apart.astype(np.float32), _neighbors(rows, columns, number), _SWEEPS, _CHANGE_COST)
    painted = np.full(number.shape, -1, np.int64)
    painted[rows, columns] = chosen
    full = np.repeat(np.repeat(painted, _CELL, axis=0), _CELL, axis=1)
    whole = np.full(hole.shape, -1, np.int64)
    whole[: full.shape[0], : full.shape[1]] = full[:height, :width]
    return ShiftMap(shifts, np.where(hole, np.maximum(whole, 0), -1))


def familiar(strange: NDArray[np.float32], hole: NDArray[np.bool_], *, flat: bool) -> NDArray[np.bool_]:
    """(h, w) what may continue the hole's surroundings: nothing strange, nor its shadow beside it.

    flat: The view shows one plane, so that what does not go nearly all round the hole is no part of it.
    """
    least = _STRANGE[0] if flat else _STRANGE[1]
    size = 2 * max(round(_BESIDE * float(np.sqrt(hole.sum()))), 2) + 1
    return np.asarray(cv2.dilate((strange > least).astype(np.uint8), np.ones((size, size), np.uint8)) == 0)


def strangeness(pixels: NDArray[np.float32], hole: NDArray[np.bool_], source: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(h, w) −log of the share of directions round the hole in which each pixel's color is found: 0 is everywhere.

    A floor goes all round a sheet of paper, the foot beside it only on one side, and must not be copied.
    """
    colors = cv2.GaussianBlur(pixels, (0, 0), 2.0) / np.float32(255.0)
    lab = cv2.cvtColor(colors, cv2.COLOR_RGB2Lab)
    bins = np.clip(np.floor(lab / _LAB_STEP + _LAB_FIRST), 0, 15).astype(int)
    number = (bins[..., 0] * 16 + bins[..., 1]) * 16 + bins[..., 2]
    size = 2 * max(round(_RING * float(np.sqrt(hole.sum()))), 4) + 1
    ring = (cv2.dilate(hole.astype(np.uint8), np.ones((size, size), np.uint8)) > 0) & ~hole & source
    rows, columns = np.nonzero(ring)
    hole_rows, hole_columns = np.nonzero(hole)
    angle = np.arctan2(rows - hole_rows.mean(), columns - hole_columns.mean())
    sector = np.clip(((angle / (2.0 * np.pi) + 0.5) * _DIRECTIONS).astype(int), 0, _DIRECTIONS - 1)
    counts = np.bincount(sector * 16**3 + number[ring], minlength=_DIRECTIONS * 16**3).astype(np.float32)
    counts = counts.reshape(_DIRECTIONS, 16, 16, 16)
    for axis in (1, 2, 3):
        before, after = np.roll(counts, 1, axis), np.roll(counts, -1, axis)
        counts = 0.5 * counts + 0.25 * (before + after)
    totals = counts.sum(axis=(1, 2, 3))
    present = np.clip(counts / np.maximum(_PRESENT * totals, 1e-6)[:, None, None, None], 0.0, 1.0)
    share = present.sum(axis=0) / max(int((totals > 0).sum()), 1)
    return np.asarray(-np.log(np.maximum(share.ravel()[number], 1e-3)), np.float32)


def _cells(hole: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of the cells that hold some of the hole, and (h, w) their numbers, -1 elsewhere."""
    height, width = hole.shape[0] // _CELL, hole.shape[1] // _CELL
    blocks = hole[: height * _CELL, : width * _CELL].reshape(height, _CELL, width, _CELL).any(axis=(1, 3))
    rows, columns = np.nonzero(blocks)
    number = np.full((height, width), -1, np.int64)
    number[rows, columns] = np.arange(len(rows))
    return rows, columns, number


def _neighbors(rows: NDArray[np.int64], columns: NDArray[np.int64], number: NDArray[np.int64]) -> NDArray[np.int32]:
    framed = np.pad(number, 1, constant_values=-1)
    sides = ((0, -1), (0, 1), (-1, 0), (1, 0))
    return np.stack([framed[rows + 1 + dy, columns + 1 + dx] for dy, dx in sides], axis=1).astype(np.int32)


def _around(
    rows: NDArray[np.int64], columns: NDArray[np.int64], known: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """(N, 64 - 16 + 16) pixels in and round each cell and which of them are known: what a copy must continue."""
    span = np.arange(-2, _CELL + 2)
    y = np.clip(
        (rows * _CELL)[:, None, None] + span[:, None] + np.zeros((1, 1, len(span)), np.int64), 0, known.shape[0] - 1
    )
    x = np.clip(
        (columns * _CELL)[:, None, None] + span[None, :] + np.zeros((1, len(span), 1), np.int64), 0, known.shape[1] - 1
    )
    y, x = y.reshape(len(rows), -1), x.reshape(len(rows), -1)
    return y, x, known[y, x].astype(np.float32)


def detail_of(pixels: NDArray[np.float32], base: NDArray[np.float32]) -> NDArray[np.float32]:
    """(h, w, 3) texture as it would look in a middle tone: contrast goes with brightness."""
    return np.asarray((pixels - base) * (_MIDDLE / (base + _DARK)), np.float32)


def base_of(pixels: NDArray[np.float32], known: NDArray[np.bool_], sigma_px: float) -> NDArray[np.float32]:
    """(h, w, 3) slow changes of tone, continued smoothly through what is not known.

    Source: normalized convolution (Knutsson and Westin 1993) at growing widths, the narrowest that has enough to go by.
    """
    weight = known.astype(np.float32)
    levels = []
    sigma = sigma_px
    limit = max(pixels.shape[:2])
    while True:
        levels.append((_blurred(pixels * weight[..., None], sigma), _blurred(weight, sigma)))
        if sigma > limit:
            break
        sigma *= 1.7
    colors, weights = levels[-1]
    base = colors / np.maximum(weights, 1e-6)[..., None]
    for colors, weights in reversed(levels[:-1]):
        trust = np.clip(weights * 2.5, 0.0, 1.0)[..., None]
        base = base * (1.0 - trust) + trust * colors / np.maximum(weights, 1e-6)[..., None]
    return np.asarray(base, np.float32)


def _blurred(values: NDArray[np.float32], sigma_px: float) -> NDArray[np.float32]:
    """Gaussian blur; wide ones on a smaller grid, which is as good and much quicker."""
    step = max(int(sigma_px / 4.0), 1)
    if step == 1:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma_px, borderType=cv2.BORDER_REFLECT), np.float32)
    size = max(values.shape[1] // step, 2), max(values.shape[0] // step, 2)
    small = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma_px / step, borderType=cv2.BORDER_REFLECT)
    return np.asarray(cv2.resize(small, values.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)
