"""Where a bare forearm lies in the picture: its two edges at a few places below the wrist.

The tracked wrist is a single point, some millimetres off at times, and fingers say little of where the forearm goes.
The picture shows both: skin of the palm's own color runs across the forearm from edge to edge. Sleeves, bracelets
and backgrounds of the same color give no edges, and then nothing is changed.

Source: our own derivation, checked against drawn arms in tests/wear/test_arm_edges.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.types import Camera
from tryon.wear.hand import AVERAGE_LENGTH_M, KNUCKLES, WRIST, Hand
from tryon.wear.hand_frames import WRIST_THICKNESS, WRIST_WIDTH, wrist_frame

_STATIONS_M = np.array([-0.004, -0.012, -0.020, -0.028, -0.036, -0.044, -0.052])  # along the forearm from the wrist
_REACH_M, _STEP_M = 0.062, 0.001
_SKIN = 14.0  # squared Mahalanobis distance of what still is the palm's color
_LEAST_SPREAD = np.array([0.035, 0.035, 0.22])  # of the two color ratios and of brightness, all logarithmic
_GAP = 4  # samples in a row without skin end the arm
_WIDTHS = (0.62, 1.45)  # of the expected width
_MOST_SHIFT_M, _MOST_TILT, _MISFIT_M = 0.016, 0.6, 0.004


@dataclass(frozen=True, slots=True)
class ArmOffset:
    """How the forearm in the picture differs from the tracked one, across the line of sight.

    shift_m: Of the wrist, toward `across`. tilt: Further shift per metre along the forearm.
    """

    shift_m: float = 0.0
    tilt: float = 0.0

    def toward(self, other: ArmOffset, share: float) -> ArmOffset:
        """A part of the way to another."""
        return ArmOffset(
            self.shift_m + share * (other.shift_m - self.shift_m), self.tilt + share * (other.tilt - self.tilt)
        )


def across_of(hand: Hand) -> NDArray[np.float64]:
    """(3,) unit vector at right angles to the forearm and to the line of sight."""
    across = np.cross(hand.forearm, hand.points_m[WRIST])
    unit: NDArray[np.float64] = across / max(float(np.linalg.norm(across)), 1e-9)
    return unit


def arm_offset(pixels: NDArray[np.uint8], hand: Hand, camera: Camera) -> ArmOffset | None:
    """The offset that the edges of the skin show; None where too few of them are clear."""
    grown = hand.length.value_m / AVERAGE_LENGTH_M
    skin = _skin_of_palm(pixels, hand, camera)
    if skin is None:
        return None
    across = across_of(hand)
    offsets_m = np.arange(-_REACH_M, _REACH_M, _STEP_M) * grown
    stations_m = _STATIONS_M * grown
    middles = hand.points_m[WRIST] + stations_m[:, None] * hand.forearm
    points = middles[:, None] + offsets_m[None, :, None] * across
    colors, inside = _sample(pixels, camera.project(points.reshape(-1, 3)))
    center, inverse = skin
    away = colors - center
    is_skin = (np.einsum("ni,ij,nj->n", away, inverse, away) < _SKIN) & inside
    expected_m = 2.0 * _half_width(hand, across)
    found = [
        (at_m, middle_m)
        for at_m, row in zip(stations_m, is_skin.reshape(len(stations_m), -1), strict=True)
        if (middle_m := _middle(row, offsets_m, expected_m)) is not None
    ]
    return _line(np.array(found)) if len(found) >= 4 else None


def with_offset(hand: Hand, offset: ArmOffset) -> Hand:
    """The hand with its wrist and forearm moved across the line of sight."""
    across = across_of(hand)
    points_m = hand.points_m.copy()
    points_m[WRIST] += offset.shift_m * across
    forearm = hand.forearm + offset.tilt * across
    return replace(hand, points_m=points_m, forearm=forearm / float(np.linalg.norm(forearm)))


def _half_width(hand: Hand, across: NDArray[np.float64]) -> float:
    """Half of the elliptic wrist's extent across the line of sight."""
    axes = wrist_frame(hand)[:3, [0, 2]]
    halves = 0.5 * hand.length.value_m * np.array([WRIST_WIDTH, WRIST_THICKNESS])
    return float(np.linalg.norm(halves * (across @ axes)))


def _skin_of_palm(
    pixels: NDArray[np.uint8], hand: Hand, camera: Camera
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """(3,) mean and (3, 3) inverse covariance of the palm's color."""
    shares = np.linspace(0.15, 0.8, 14)[:, None, None]
    knuckles = hand.points_m[list(KNUCKLES)]
    points = hand.points_m[WRIST] + shares * (knuckles - hand.points_m[WRIST])
    colors, inside = _sample(pixels, camera.project(points.reshape(-1, 3)))
    if inside.sum() < 20:
        return None
    colors = colors[inside]
    center = np.median(colors, axis=0)
    near = np.abs(colors - center) < 3.0 * _LEAST_SPREAD
    kept = colors[near.all(axis=1)]
    if len(kept) < 15:
        return None
    spread = np.cov(kept.T) + np.diag(_LEAST_SPREAD**2)
    return np.asarray(kept.mean(axis=0), np.float64), np.asarray(np.linalg.inv(spread), np.float64)


def _sample(pixels: NDArray[np.uint8], at_px: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(N, 3) log red over green, log green over blue and log green at the nearest pixels, and which are in view."""
    height, width = pixels.shape[:2]
    columns, rows = np.rint(at_px).astype(int).T
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    rgb = pixels[rows.clip(0, height - 1), columns.clip(0, width - 1)].astype(np.float64) + 4.0
    logs = np.log(rgb)
    return np.stack([logs[:, 0] - logs[:, 1], logs[:, 1] - logs[:, 2], logs[:, 1]], axis=1), inside


def _middle(is_skin: NDArray[np.bool_], offsets_m: NDArray[np.float64], expected_m: float) -> float | None:
    """Middle of the run of skin nearest to the tracked forearm, when both its edges are plain and its width fits."""
    start = int(np.argmin(np.abs(offsets_m)))
    near = np.flatnonzero(is_skin & (np.abs(offsets_m) < 0.3 * expected_m))
    if not len(near):
        return None
    start = int(near[np.argmin(np.abs(near - start))])
    edges = [_edge(is_skin, start, step) for step in (-1, 1)]
    if edges[0] is None or edges[1] is None:
        return None
    low_m, high_m = float(offsets_m[edges[0]]), float(offsets_m[edges[1]])
    if not _WIDTHS[0] * expected_m < high_m - low_m < _WIDTHS[1] * expected_m:
        return None
    return 0.5 * (low_m + high_m)


def _edge(is_skin: NDArray[np.bool_], start: int, step: int) -> int | None:
    """Last sample of skin before a gap; None when the run leaves the line."""
    last, index = start, start
    while 0 <= index < len(is_skin):
        if is_skin[index]:
            last = index
        elif abs(index - last) >= _GAP:
            return last
        index += step
    return None


def _line(found: NDArray[np.float64]) -> ArmOffset | None:
    """Straight line through (station, middle), when they lie on one within the plausible."""
    at_m, middle_m = found.T
    slopes = [
        (middle_m[j] - middle_m[i]) / (at_m[j] - at_m[i]) for i in range(len(found)) for j in range(i + 2, len(found))
    ]
    tilt = float(np.median(slopes))  # Theil and Sen: one bad edge does not matter
    shift_m = float(np.median(middle_m - tilt * at_m))
    misfit_m = float(np.median(np.abs(middle_m - shift_m - tilt * at_m)))
    if abs(shift_m) > _MOST_SHIFT_M or abs(tilt) > _MOST_TILT or misfit_m > _MISFIT_M:
        return None
    return ArmOffset(shift_m, tilt)
