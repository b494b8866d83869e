"""Shifts of a picture against itself that continue what surrounds a hole."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_SEARCH_PX = 256  # longest side shifts are looked for at; each is then refined at full size
_SECTORS, _EACH = 8, 5
_RING = 0.12  # width of the surroundings that must fit, as a share of the hole's size
_LEAST_PX = 6  # at search size: nearer shifts smear
_CONTEXT, _COVERED = 0.4, 0.25  # shares of a sector's ring and of its part of the hole that a shift must serve
_REFINE_SAMPLES = 400


def shifts_for(detail: NDArray[np.float32], hole: NDArray[np.bool_], source: NDArray[np.bool_]) -> NDArray[np.int64]:
    """(K, 2) whole shifts (columns, rows), best fitting ones of every sector round the hole first.

    Source: masked sums of squared differences by FFT (Padfield, "Masked object registration in the Fourier domain",
    2012) over the ring of known pixels.
    """
    factor = min(_SEARCH_PX / max(hole.shape), 1.0)
    size = max(round(hole.shape[1] * factor), 2), max(round(hole.shape[0] * factor), 2)
    small = np.asarray(cv2.resize(detail, size, interpolation=cv2.INTER_AREA), np.float32)
    small_hole = cv2.resize(hole.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.01
    small_source = cv2.resize(source.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.99
    extent = max(float(np.sqrt(small_hole.sum())), 4.0)
    reach = max(round(_RING * extent), 3)
    near = cv2.dilate(small_hole.astype(np.uint8), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)) > 0
    ring = near & ~small_hole & small_source
    rows, columns = np.nonzero(small_hole)
    middle_y, middle_x = rows.mean(), columns.mean()
    y, x = np.mgrid[: small_hole.shape[0], : small_hole.shape[1]]
    sector = ((np.arctan2(y - middle_y, x - middle_x) / (2.0 * np.pi) + 0.5) * _SECTORS).astype(int) % _SECTORS
    score = _Scores(small, small_source)
    found: dict[tuple[int, int], NDArray[np.bool_]] = {}
    for chosen in [np.ones_like(ring), *(_wide(sector, index) for index in range(_SECTORS))]:
        own_ring, own_hole = ring & chosen, small_hole & chosen
        if own_ring.sum() >= 8 and own_hole.any():
            for shift in score.best(score.of(own_ring, own_hole), _EACH):
                found.setdefault(shift, own_ring)
    refined = [_refined(shift, own_ring, factor, detail, source) for shift, own_ring in found.items()]
    return np.array(list(dict.fromkeys(refined)), np.int64).reshape(-1, 2)


def _wide(sector: NDArray[np.int64], index: int) -> NDArray[np.bool_]:
    """The sector and half of what lies to either side of it, so that neighbors share shifts."""
    return np.asarray((sector == index) | (sector == (index + 1) % _SECTORS))


class _Scores:
    """Costs of all shifts of one picture at once."""

    def __init__(self, detail: NDArray[np.float32], source: NDArray[np.bool_]) -> None:
        height, width = source.shape
        self._shape = (cv2.getOptimalDFTSize(2 * height), cv2.getOptimalDFTSize(2 * width))
        self._detail = detail
        weight = source.astype(np.float32)
        self._weight = self._spectrum(weight)
        self._values = [self._spectrum(detail[..., channel] * weight) for channel in range(3)]
        self._squares = self._spectrum((detail**2).sum(axis=2) * weight)

    def of(self, ring: NDArray[np.bool_], hole: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Mean squared difference over the ring for every shift (wrapped); inf where too little is covered."""
        wanted = ring.astype(np.float32)
        shared = self._correlated(wanted, self._weight)
        own = (self._detail**2).sum(axis=2) * wanted
        total = self._correlated(own, self._weight) + self._correlated(wanted, self._squares)
        for channel in range(3):
            total -= 2.0 * self._correlated(self._detail[..., channel] * wanted, self._values[channel])
        covered = self._correlated(hole.astype(np.float32), self._weight)
        allowed = (shared > _CONTEXT * wanted.sum()) & (covered > _COVERED * hole.sum())
        return np.where(allowed, np.maximum(total, 0.0) / np.maximum(shared, 1.0), np.inf)

    def best(self, costs: NDArray[np.float64], count: int) -> list[tuple[int, int]]:
        """Up to `count` shifts (columns, rows) of least cost, apart from each other and from none at all."""
        costs = costs.copy()
        height, width = costs.shape
        rows, columns = np.fft.fftfreq(height, 1.0 / height), np.fft.fftfreq(width, 1.0 / width)
        costs[np.hypot(rows[:, None], columns[None, :]) < _LEAST_PX] = np.inf
        found = []
        for _ in range(count):
            at = int(np.argmin(costs))
            row, column = divmod(at, width)
            if not np.isfinite(costs[row, column]):
                break
            found.append((int(columns[column]), int(rows[row])))
            costs[np.ix_(np.arange(row - 4, row + 5) % height, np.arange(column - 4, column + 5) % width)] = np.inf
        return found

    def _spectrum(self, values: NDArray[np.float32]) -> NDArray[np.complex128]:
        return np.asarray(np.fft.rfft2(values, self._shape))

    def _correlated(self, first: NDArray[np.float32], spectrum: NDArray[np.complex128]) -> NDArray[np.float64]:
        """Sum over p of first(p) times the other at p + shift."""
        return np.asarray(np.fft.irfft2(np.conj(self._spectrum(first)) * spectrum, self._shape))


def _refined(
    shift: tuple[int, int],
    ring: NDArray[np.bool_],
    factor: float,
    detail: NDArray[np.float32],
    source: NDArray[np.bool_],
) -> tuple[int, int]:
    """The shift at full size, moved by up to one small pixel to where its own ring fits best."""
    rough = round(shift[0] / factor), round(shift[1] / factor)
    if factor >= 1.0:
        return rough
    rows, columns = np.nonzero(cv2.resize(ring.astype(np.uint8), source.shape[::-1], interpolation=cv2.INTER_NEAREST))
    few = slice(None, None, max(len(rows) // _REFINE_SAMPLES, 1))
    rows, columns = rows[few], columns[few]
    span = np.arange(-int(np.ceil(1.0 / factor)), int(np.ceil(1.0 / factor)) + 1)
    dy, dx = (part.ravel()[:, None] for part in np.meshgrid(span, span, indexing="ij"))
    y, x = rows + rough[1] + dy, columns + rough[0] + dx
    height, width = source.shape
    inside = (y >= 0) & (y < height) & (x >= 0) & (x < width)
    y, x = np.clip(y, 0, height - 1), np.clip(x, 0, width - 1)
    inside &= source[y, x] & source[rows, columns]
    missed = ((detail[y, x] - detail[rows, columns]) ** 2).sum(axis=2) * inside
    shared = inside.sum(axis=1)
    costs = np.where(shared > 0.3 * len(rows), missed.sum(axis=1) / np.maximum(shared, 1), np.inf)
    best = int(costs.argmin())
    return (rough[0] + int(dx[best, 0]), rough[1] + int(dy[best, 0])) if np.isfinite(costs[best]) else rough
