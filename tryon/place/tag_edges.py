"""Corners of black squares on white, to a few hundredths of a pixel, from the straight lines between them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.errors import MissingExtraError

Image: TypeAlias = NDArray[np.float32]

_ALONG = 24  # samples along a side
_ACROSS = 17  # and across it
_INSET = 0.1  # of a side, left out at either end: corners are blurred round
_FLOOR_PX = 0.04  # of a corner, however many samples agree: the lens and the printer bend lines by as much
_WINDOW_CELLS = 0.5  # the window reaches this far to either side, in cells of the tag; beyond lies its pattern
# Pixels by which a side may be off per share of its steepest rise that is left at the window's ends, where the next
# cell already shows: 0.3 px at a blur of 1.5 px over cells of 5.5 px (tests/place/test_tag_edges.py).
_LEAK_PX = 1.5
_LEAST_CONTRAST = 0.3  # of a side, by how light its light side is
_LEAST_STEP = 0.004  # in linear light: about four of 255 steps in the dark
_OTHERS = np.array([[2, 3], [3, 0], [0, 1], [1, 2]])  # the corners that a side does not touch
_LEAST_WINDOW_PX, _MOST_WINDOW_PX = 1.5, 8.0


def linear_grey(pixels: NDArray[np.uint8]) -> Image:
    """(H, W) float32 luminance in linear light, 0 to 1: half way between black and white is where the edge lies.

    In sRGB values the middle of a blurred edge lies on the dark side, and every tag would come out smaller.
    """
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    return np.asarray(cv2.LUT(grey, _LINEAR))


def _linear_table() -> NDArray[np.float32]:
    values = np.arange(256) / 255.0  # IEC 61966-2-1
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4).astype(np.float32)


_LINEAR = _linear_table()


def refine_quads(
    grey: Image, corners_px: NDArray[np.float64], cells: NDArray[np.float64] | float, *, rounds: int = 3
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Corners where the fitted sides cross, their doubt, and which quads really have four dark-to-light sides.

    Args:
        corners_px: (T, 4, 2) clockwise as seen, each within a cell of the truth.
        cells: Cells along a side, the black border included: one for all, or (T,).
        rounds: How often the sides are fitted anew from the corners found; 2 do where the start is close.

    Returns:
        (T, 4, 2) pixels, (T, 4) standard deviations of each coordinate, (T,).

    Source: our own. Along each side, profiles across it; the edge by the area between them and their ends (which
    noise does not shift, as it does the centroid of a clipped gradient); lines fitted with outliers weighed down.
    """
    corners = np.asarray(corners_px, np.float64).copy()
    count = len(corners)
    if count == 0:
        return corners, np.empty((0, 4)), np.empty(0, np.bool_)
    wide = np.broadcast_to(np.asarray(cells, np.float64), (count,))
    good = np.ones(count, np.bool_)
    sigmas = np.full((count, 4), 1.0)
    for _ in range(rounds):
        starts, ends = corners, np.roll(corners, -1, axis=1)
        spans = ends - starts
        lengths = np.maximum(np.linalg.norm(spans, axis=2), 1e-6)
        along = spans / lengths[..., None]
        outward = np.stack([along[..., 1], -along[..., 0]], axis=2)  # clockwise with y down: right of the way is inside
        inward = -np.einsum("tskc,tsc->tsk", corners[:, _OTHERS] - starts[:, :, None], outward)
        depth = np.maximum(inward.min(axis=2), 1e-6)  # seen aslant, cells are flatter than sides are long
        reach = np.clip(_WINDOW_CELLS * depth / wide[:, None], _LEAST_WINDOW_PX, _MOST_WINDOW_PX)
        offsets, contrast, leak = _edge_offsets(grey, starts, spans, outward, reach)
        shares = np.linspace(_INSET, 1.0 - _INSET, _ALONG)
        at_start, at_end, spread = _lines(offsets, contrast, shares)
        good &= (contrast > 0.0).mean(axis=2).min(axis=1) > 0.5
        moved = _crossings(starts + outward * at_start[..., None], ends + outward * at_end[..., None])
        steps = np.linalg.norm(moved - corners, axis=2).max(axis=1)
        good &= np.isfinite(steps) & (steps < np.maximum(2.0 * reach.max(axis=1), 3.0))
        corners = np.where(good[:, None, None], moved, corners)
        # The doubt of a fitted line's end, over samples no denser than pixels; two lines make a corner.
        free = np.minimum(_ALONG, lengths / 1.5)
        doubt = np.hypot(2.0 * spread / np.sqrt(np.maximum(free, 2.0)), _LEAK_PX * leak)
        sigmas = np.hypot(np.maximum(doubt, np.roll(doubt, 1, axis=1)), _FLOOR_PX)
    return corners, sigmas, good


def _edge_offsets(
    grey: Image,
    starts: NDArray[np.float64],
    spans: NDArray[np.float64],
    outward: NDArray[np.float64],
    reach: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(T, 4, N) pixels outward from the side to the edge, its contrast (0 outside the picture), and (T, 4) how steep
    the profile still is at the window's ends, as a share of its steepest."""
    import cv2

    shares = np.linspace(_INSET, 1.0 - _INSET, _ALONG)
    across = np.linspace(-1.0, 1.0, _ACROSS)
    at = starts[:, :, None] + spans[:, :, None] * shares[:, None]
    steps = across * reach[..., None]
    grid = at[:, :, :, None] + outward[:, :, None, None] * steps[:, :, None, :, None]
    flat = grid.reshape(-1, _ACROSS, 2).astype(np.float32)
    # OpenCV remaps at most 32767 rows at once.
    values = np.concatenate(
        [
            np.asarray(
                cv2.remap(
                    grey, part[..., 0], part[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=-1
                )
            )
            for part in np.array_split(flat, len(flat) // 30_000 + 1)
        ]
    ).reshape(*grid.shape[:4])
    inside = (values >= -1e-6).all(axis=3)
    ends = 3
    # Levels per side, leaning along it: light falls off, single profiles are noisy.
    dark = _leaning(values[..., :ends].mean(axis=3), shares)
    light = _leaning(values[..., -ends:].mean(axis=3), shares)
    clear = inside & (light - dark > np.maximum(_LEAST_CONTRAST * light, _LEAST_STEP))
    contrast = np.where(clear, light - dark, 0.0)
    safe = np.maximum(contrast, _LEAST_STEP)
    filled = (np.clip((values - dark[..., None]) / safe[..., None], -0.5, 1.5)).mean(axis=3)
    # All light: the edge lies at the inner end, −reach; all dark: at +reach.
    rise = np.diff(values.mean(axis=2), axis=2)
    steepest = np.maximum(rise.max(axis=2), 1e-6)
    leak = np.clip(np.maximum(np.abs(rise[..., :2]).mean(axis=2), np.abs(rise[..., -2:]).mean(axis=2)) / steepest, 0, 1)
    return (1.0 - 2.0 * filled) * reach[..., None], contrast, leak


def _leaning(levels: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Levels along each side as a straight line through their running middle, which a finger does not pull."""
    half = levels.shape[2] // 2
    first, second = np.median(levels[..., :half], axis=2), np.median(levels[..., half:], axis=2)
    low, high = float(np.median(shares[:half])), float(np.median(shares[half:]))
    return np.asarray(first[..., None] + (second - first)[..., None] * (shares - low) / (high - low))


def _lines(
    offsets: NDArray[np.float64], contrast: NDArray[np.float64], shares: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """(T, 4) offsets of each fitted line at its side's start and end, and the spread of the samples about it."""
    weight = (contrast > 0.0).astype(np.float64) + 1e-9
    base = weight
    slope = middle = np.zeros(offsets.shape[:2])
    spread = np.ones(offsets.shape[:2])
    for _ in range(4):
        total = weight.sum(axis=2)
        mean_share = (weight * shares).sum(axis=2) / total
        mean = (weight * offsets).sum(axis=2) / total
        centered = shares - mean_share[..., None]
        slope = (weight * centered * (offsets - mean[..., None])).sum(axis=2) / (weight * centered**2).sum(axis=2)
        middle = mean - slope * mean_share
        miss = offsets - middle[..., None] - slope[..., None] * shares
        spread = np.maximum(1.4826 * np.median(np.abs(miss), axis=2), 0.02)
        weight = base / (1.0 + (miss / (2.0 * spread[..., None])) ** 4)
    return middle, middle + slope, spread


def _crossings(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
    """(T, 4, 2) where each side's line crosses the one before it: the corner the side starts from."""
    lines = np.cross(_homogeneous(starts), _homogeneous(ends))
    points = np.cross(np.roll(lines, 1, axis=1), lines)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(points[..., :2] / points[..., 2:])


def _homogeneous(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([points, np.ones((*points.shape[:-1], 1))], axis=-1)
