"""One straight side of a thing, to a few hundredths of a pixel."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.color.srgb import SRGB_TO_LINEAR

REACH_PX = 6.0  # across a side to either way, where it is looked for
_LEAST_SAMPLES = 40  # along a side
_SMOOTH_PX = 0.8  # of the gradient across: below it pixels show, above it the floor's grain joins in
_NOISE_TIMES = 3.0  # a step counts from this many times the side's typical gradient on
_TUKEY = 4.685
_SETTLED_PX = 2e-4  # a change between two rounds of reweighing that is none
# Phones bend highlights, so that a bright side spreads over the edge, the more the nearer it is to white: how far, and
# how far that varies, by the bright side's linear light. From 148 sides of rendered rooms, whose pictures are bent so;
# scripts that repeat it: benchmarks/place_truth.py --sides.
_BRIGHT = (0.0, 0.75, 0.85, 0.93, 0.98, 1.0)
_SPREAD_PX = (0.0, 0.0, 0.03, 0.12, 0.33, 0.42)
_SPREAD_SIGMA_PX = (0.05, 0.05, 0.05, 0.07, 0.14, 0.2)
_LEAST_SIDE_SUPPORT = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A line through `middle`, its unit `normal` outward, and what is known about it, in pixels.

    shift_sigma, turn_sigma: Of the line across itself, and of its direction in radians.
    support: Share of the side that was seen as an edge on this line. bend_px: How far its middle stands off a chord.
    contrast: Step in linear light, positive where the inside is brighter. spread_sigma_px: See `Outline`.
    """

    middle: NDArray[np.float64]
    normal: NDArray[np.float64]
    shift_sigma: float
    turn_sigma: float
    support: float
    bend_px: float
    contrast: float
    spread_sigma_px: float


def find_side(
    pixels: NDArray[np.uint8],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    corner_share: float,
    most_samples: int,
) -> Side | None:
    """The straight line along one side; the inside lies to the right of start → end as seen (y down)."""
    length = float(np.linalg.norm(end - start))
    if length < 8.0:
        return None
    along = (end - start) / length
    normal = np.array([along[1], -along[0]])  # outward
    middle = 0.5 * (start + end)
    half = 0.5 * length * (1.0 - 2.0 * corner_share)
    place = np.linspace(-half, half, int(np.clip(length, _LEAST_SAMPLES, most_samples)))
    reach = min(REACH_PX, 0.2 * length)
    shift, turn = 0.0, 0.0
    line = None
    for near_px, step_px in ((reach, 0.5), (3.0, 0.25)):
        across = np.arange(-near_px - 3.0, near_px + 3.0 + 1e-9, step_px)
        base = middle + place[:, None] * along + (shift + turn * place)[:, None] * normal
        points = base[:, None] + across[:, None] * normal
        light = _light(pixels, points)
        at, trust, contrast = _steps(light, across, near_px)
        line = _line(place, at, trust, length)
        if line is None:
            return None
        shift, turn = shift + line[0], turn + line[1]
    if line is None:
        return None
    _, _, shift_sigma, turn_sigma, support, bend = line
    turned = along + turn * normal
    turned /= np.linalg.norm(turned)
    spread, spread_sigma = _spread(light, across)
    middle = middle + (shift - spread * np.sign(contrast)) * normal
    outward = np.array([turned[1], -turned[0]])
    return Side(middle, outward, shift_sigma, turn_sigma, support, bend, contrast, spread_sigma)


def _spread(light: NDArray[np.float32], across: NDArray[np.float64]) -> tuple[float, float]:
    """How far the bright side of an edge has spread over it, in pixels, and how sure that is."""
    within, without = (light[:, far].mean(axis=(1, 2)) for far in (across < -3.5, across > 3.5))
    levels = [float(np.nanmedian(side)) if np.isfinite(side).any() else 0.5 for side in (within, without)]
    return (
        float(np.interp(max(levels), _BRIGHT, _SPREAD_PX)),
        float(np.interp(max(levels), _BRIGHT, _SPREAD_SIGMA_PX)),
    )


def _light(pixels: NDArray[np.uint8], points: NDArray[np.float64]) -> NDArray[np.float32]:
    """(n, m, 3) linear light at (n, m, 2) points, interpolated between four pixels; NaN outside the picture."""
    height, width = pixels.shape[:2]
    x, y = points[..., 0], points[..., 1]
    left, top = np.clip(np.floor(x).astype(int), 0, width - 2), np.clip(np.floor(y).astype(int), 0, height - 2)
    u, v = (x - left)[..., None].astype(np.float32), (y - top)[..., None].astype(np.float32)
    flat, first = pixels.reshape(-1, 3), top * width + left
    a, b, c, d = (SRGB_TO_LINEAR.take(flat.take(first + step, axis=0)) for step in (0, 1, width, width + 1))
    upper, lower = a + (b - a) * u, c + (d - c) * u
    light = upper + (lower - upper) * v
    outside = (x < 0) | (y < 0) | (x > width - 1) | (y > height - 1)
    light[outside] = np.nan
    return np.asarray(light, np.float32)


def _steps(
    light: NDArray[np.float32], across: NDArray[np.float64], near_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Per profile where its steepest step is, how far to trust it, 0 to 1; and the side's step, inside less outside."""
    step_px = float(across[1] - across[0])
    usable: NDArray[np.bool_] = np.asarray(np.isfinite(light).all(axis=(1, 2)))
    light = np.where(usable[:, None, None], light, 0.0)
    blurred = cv2.GaussianBlur(light, (0, 0), sigmaX=_SMOOTH_PX / step_px, sigmaY=1.0)
    slope = np.empty_like(blurred)  # along the outward normal; np.gradient takes twice as long
    slope[:, 1:-1] = (blurred[:, 2:] - blurred[:, :-2]) / (2.0 * step_px)
    slope[:, 0], slope[:, -1] = slope[:, 1], slope[:, -2]
    near = np.asarray(np.abs(across) <= near_px)
    # The direction of color in which this side steps: that of its steepest profiles, sign and all.
    peak = np.take_along_axis(slope, np.argmax((slope**2).sum(2) * near, axis=1)[:, None, None].repeat(3, 2), axis=1)[
        :, 0
    ]
    spread = peak[usable].T @ peak[usable] if usable.any() else np.eye(3)
    direction = np.linalg.eigh(spread)[1][:, -1]
    if usable.any() and np.median(peak[usable] @ direction) > 0.0:
        direction = -direction  # inside is the larger end of this axis
    strength = -(slope @ direction)
    best = np.argmax(np.where(near, strength, -np.inf), axis=1)
    rows = np.arange(len(best))
    at = np.clip(best, 1, len(across) - 2)
    before, here, after = strength[rows, at - 1], strength[rows, at], strength[rows, at + 1]
    bend = before - 2.0 * here + after
    shift = np.where(bend < -1e-9, 0.5 * (before - after) / np.where(bend < -1e-9, bend, -1.0), 0.0)
    noise = float(np.median(np.abs(strength[usable]))) if usable.any() else 1.0
    usual = float(np.median(here[usable])) if usable.any() else 1.0
    clear = here > max(min(_NOISE_TIMES * noise, 0.4 * usual), 0.004)
    top = (best > 0) & (best < len(across) - 1) & (np.abs(across[best]) < near_px - 0.5 * step_px)
    typical = float(np.median(here[clear & usable])) if (clear & usable).any() else 1.0
    trust = np.where(clear & top & usable, np.minimum(here / typical, 1.0), 0.0)
    tone = float(np.mean(direction)) * 3.0
    contrast = typical * _SMOOTH_PX * 3.0 * (1.0 if tone > 0 else -1.0)
    return across[at] + np.clip(shift, -1.0, 1.0) * step_px, trust, contrast


def _line(
    place: NDArray[np.float64], at: NDArray[np.float64], trust: NDArray[np.float64], length: float
) -> tuple[float, float, float, float, float, float] | None:
    """Shift, turn, their sigmas, support and bend of the straight line through most of the points (place, at)."""
    good = trust > 0.0
    if good.mean() < _LEAST_SIDE_SUPPORT:
        return None
    shift, turn, spread = _consensus(place[good], at[good], trust[good])
    unit = np.stack([np.ones_like(place), place], 1)
    weight = trust
    for _ in range(10):
        before = (shift, turn, spread)
        miss = at - shift - turn * place
        weight = trust * np.clip(1.0 - (miss / (_TUKEY * spread)) ** 2, 0.0, 1.0) ** 2
        if (weight > 0.0).mean() < _LEAST_SIDE_SUPPORT:
            return None
        normal = (unit * weight[:, None]).T @ unit
        shift, turn = (float(value) for value in np.linalg.solve(normal, (unit * weight[:, None]).T @ at))
        miss = np.abs(at - shift - turn * place)[weight > 0.0]
        spread = float(np.clip(1.4826 * np.median(miss), 0.08, 2.0))
        changed_px = abs(shift - before[0]) + abs(turn - before[1]) * length + abs(spread - before[2])
        if changed_px < _SETTLED_PX:
            break
    close = (trust > 0.0) & (np.abs(at - shift - turn * place) < max(3.0 * spread, 0.5))
    # Neighboring profiles share pixels: one in two pixels of length is a sample of its own.
    count = max(float(close.mean()) * length / 2.0, 2.0)
    reach = max(float(np.std(place[close])) if close.any() else 0.0, 0.05 * length)
    bend = 0.0
    if close.sum() > 12:
        bend = abs(float(np.polyfit(place[close], at[close], 2)[0])) * (0.5 * length) ** 2
    # A bent side is no line: its own misfit says how far the straight one is off.
    noise = float(np.hypot(spread, 0.5 * bend))
    shift_sigma = float(np.hypot(noise / np.sqrt(count), 0.3 * bend))
    turn_sigma = noise / np.sqrt(count) / reach
    return shift, turn, shift_sigma, turn_sigma, float(close.mean()), bend


def _consensus(
    place: NDArray[np.float64], at: NDArray[np.float64], trust: NDArray[np.float64]
) -> tuple[float, float, float]:
    """The line through two of the points that most others lie on, and a spread to go on with."""
    rng = np.random.default_rng(0)
    count = len(place)
    first, second = rng.integers(0, count, 160), rng.integers(0, count, 160)
    apart = np.abs(place[first] - place[second]) > 0.15 * np.ptp(place)
    first, second = first[apart], second[apart]
    if len(first) == 0:
        return float(np.median(at)), 0.0, 1.0
    turn = (at[second] - at[first]) / (place[second] - place[first])
    shift = at[first] - turn * place[first]
    miss = np.abs(at - shift[:, None] - turn[:, None] * place)
    score = (trust * np.exp(-((miss / 0.6) ** 2))).sum(1)
    best = int(np.argmax(score))
    inner = miss[best][miss[best] < 1.5]
    return float(shift[best]), float(turn[best]), float(np.clip(1.5 * np.median(inner), 0.15, 1.0))
