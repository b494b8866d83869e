"""One step of the face smoother, compiled. `smoothing` tells the idea; names follow it.

Lengths are in distances between the outer eye corners, gains are per 1/30 s. Constants were chosen with
benchmarks/face_stability.py: the least noise and leakage that leave fast motion without lag.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Kinds of points.
SOFT, LIPS, RIGHT_LIDS, LEFT_LIDS, RIGHT_IRIS, LEFT_IRIS, RIGHT_BROW, LEFT_BROW = range(8)
KINDS = 8
# Places in the vector of scalars: frames seen, what a rigid face leaves over at rest, how surely the head moves (0
# to 1), for how long most of the face has been strange, for how long it has not been calm, noise of each kind.
COUNT, FLOOR, MOVING, STRANGE, UNREST, NOISE = 0, 1, 2, 3, 4, 5
SCALARS = NOISE + KINDS

_REST = 0.05  # gain at rest
_OUTLIER = 0.01  # misfit at which a point counts half in the fit of the head
_MOVED = (1.5, 3.0)  # head motion over doubt: none, certain
_FLOOR = (0.0015, 0.008)
_FIRST_FLOOR = 0.004
_LID_DOUBT = 0.2  # doubt about the head's motion that comes with lids away from where they rest
_NEUTRAL_FRAMES = 60.0  # in which the resting shape follows
_LEARNING_FRAMES = 10.0  # in which a new face's resting shape is taken as it comes
_CHASE = 0.35  # gain of the resting shape while the head turns, where the mesh's own shape changes with it
_MOUTH_FREE, _BROWS_FREE = 0.008, 0.02  # motion of lips and brows that explains none elsewhere: a blink moves them so
_REACH = 1.3  # motion of skin that mouth and brows explain, over their own
_STRANGE = (0.015, 0.03)  # unexplained motion of a point: perhaps, surely something that covers it
_STRANGE_FRAMES = 20.0  # after which a face that is strange all over is taken for another one
_PATIENCE_FRAMES = (45.0, 90.0)  # of unrest in which the resting shape waits, after which it is learned anew
_NOISE = (0.001, 0.004)
_KIND_MOVED, _POINT_MOVED = (1.8, 3.5), (3.0, 6.0)  # motion over noise: none, certain
_LEAST_DEPTH_GAIN = 0.15


@njit(cache=True, nogil=True)
def _solve(normal: NDArray[np.float64], right: NDArray[np.float64], answer: NDArray[np.float64]) -> bool:
    """Write the (2, 4) answer of normal · answerᵀ = right, (4, 4) and (4, 2), by elimination; False if singular."""
    a, b = normal.copy(), right.copy()
    for i in range(4):
        best = i
        for j in range(i + 1, 4):
            if abs(a[j, i]) > abs(a[best, i]):
                best = j
        if abs(a[best, i]) < 1e-12:
            return False
        for k in range(4):
            a[i, k], a[best, k] = a[best, k], a[i, k]
        for k in range(2):
            b[i, k], b[best, k] = b[best, k], b[i, k]
        for j in range(i + 1, 4):
            factor = a[j, i] / a[i, i]
            for k in range(i, 4):
                a[j, k] -= factor * a[i, k]
            for k in range(2):
                b[j, k] -= factor * b[i, k]
    for column in range(2):
        for i in range(3, -1, -1):
            value = b[i, column]
            for k in range(i + 1, 4):
                value -= a[i, k] * answer[column, k]
            answer[column, i] = value / a[i, i]
    return True


@njit(cache=True, nogil=True)
def _ramp(value: float, low: float, high: float) -> float:
    """0 below `low`, 1 above `high`, smooth between."""
    share: float = min(1.0, max(0.0, (value - low) / (high - low)))
    return share * share * (3.0 - 2.0 * share)


@njit(cache=True, nogil=True)
def _share(gain: float, frames: float) -> float:
    """The gain per 1/30 s as a gain per so many of them."""
    kept: float = (1.0 - gain) ** frames
    return 1.0 - kept


@njit(cache=True, nogil=True)
def frame_of(view: NDArray[np.float64]) -> tuple[float, float]:
    """Cosine and sine part of the similarity that carries the face's plane into the picture: (scale cos, scale sin).

    Scale is the mean length of the view's rows, turn that of the face's up axis, which a turned head keeps.
    """
    scale = 0.0
    for row in range(2):
        scale += 0.5 * math.sqrt(view[row, 0] ** 2 + view[row, 1] ** 2 + view[row, 2] ** 2)
    length = math.sqrt(view[0, 1] ** 2 + view[1, 1] ** 2)
    if length < 1e-9:
        return scale, 0.0
    return -scale * view[1, 1] / length, scale * view[0, 1] / length


@njit(cache=True, nogil=True)
def fit_view(
    points_px: NDArray[np.float32],
    face: NDArray[np.float64],
    neutral: NDArray[np.float64],
    weights: NDArray[np.float64],
    across: tuple[float, float],
    outlier: float,
    view: NDArray[np.float64],
) -> float:
    """Write the (2, 4) affine view points ≈ view · (face, 1) + neutral; return the weighted RMS of what is left over.

    Robust: three rounds of least squares, each weighing a point down by how badly the last one fitted it (Cauchy
    weights, Holland and Welsch 1977). Negative where the points lie on a line.
    """
    count = len(weights)
    cosine, sine = across
    scale = math.sqrt(cosine * cosine + sine * sine)
    target = np.empty((count, 2))
    trust = np.empty(count)
    for n in range(count):
        x, y = neutral[n, 0], neutral[n, 1]
        target[n, 0] = points_px[n, 0] - (cosine * x + sine * y)
        target[n, 1] = points_px[n, 1] - (sine * x - cosine * y)
        trust[n] = weights[n]
    normal, right = np.empty((4, 4)), np.empty((4, 2))
    row = np.empty(4)
    row[3] = 1.0
    left_over = 0.0
    for _ in range(3):
        normal[:] = 0.0
        right[:] = 0.0
        for n in range(count):
            if trust[n] == 0.0:
                continue
            for i in range(3):
                row[i] = face[n, i]
            for i in range(4):
                weighted = trust[n] * row[i]
                for j in range(i, 4):
                    normal[i, j] += weighted * row[j]
                right[i, 0] += weighted * target[n, 0]
                right[i, 1] += weighted * target[n, 1]
        for i in range(4):
            for j in range(i):
                normal[i, j] = normal[j, i]
        if not _solve(normal, right, view):
            return -1.0
        left_over, total = 0.0, 0.0
        for n in range(count):
            if weights[n] == 0.0:
                continue
            x = view[0, 3] - target[n, 0]
            y = view[1, 3] - target[n, 1]
            for i in range(3):
                x += view[0, i] * face[n, i]
                y += view[1, i] * face[n, i]
            error = (x * x + y * y) / (scale * scale)
            trust[n] = weights[n] / (1.0 + error / (outlier * outlier))
            left_over += weights[n] * error
            total += weights[n]
    return math.sqrt(left_over / total)


@njit(cache=True, nogil=True)
def difference(
    first: NDArray[np.float64], second: NDArray[np.float64], face: NDArray[np.float64], weights: NDArray[np.float64]
) -> float:
    """Weighted RMS distance in pixels between two views of the face."""
    total, squared = 0.0, 0.0
    for n in range(len(weights)):
        if weights[n] == 0.0:
            continue
        for axis in range(2):
            way = first[axis, 3] - second[axis, 3]
            for i in range(3):
                way += (first[axis, i] - second[axis, i]) * face[n, i]
            squared += weights[n] * way * way
        total += weights[n]
    return math.sqrt(squared / total)


@njit(cache=True, nogil=True)
def _residuals(
    points_px: NDArray[np.float32],
    face: NDArray[np.float64],
    view: NDArray[np.float64],
    residual: NDArray[np.float64],
) -> None:
    """Write (478, 2): where each point is beside its place on the canonical face, in the face's own axes."""
    cosine, sine = frame_of(view)
    squared = cosine * cosine + sine * sine
    for n in range(len(face)):
        x = points_px[n, 0] - view[0, 3]
        y = points_px[n, 1] - view[1, 3]
        for i in range(3):
            x -= view[0, i] * face[n, i]
            y -= view[1, i] * face[n, i]
        residual[n, 0] = (cosine * x + sine * y) / squared
        residual[n, 1] = (sine * x - cosine * y) / squared


@njit(cache=True, nogil=True)
def _away(
    residual: NDArray[np.float64], other: NDArray[np.float64], kinds: NDArray[np.int8], away: NDArray[np.float64]
) -> None:
    """Write per kind the RMS distance of its points between two shapes."""
    members = np.zeros(KINDS)
    away[:] = 0.0
    for n in range(len(kinds)):
        x, y = residual[n, 0] - other[n, 0], residual[n, 1] - other[n, 1]
        away[kinds[n]] += x * x + y * y
        members[kinds[n]] += 1.0
    for kind in range(KINDS):
        away[kind] = math.sqrt(away[kind] / members[kind])


@njit(cache=True, nogil=True)
def follow_view(
    points_px: NDArray[np.float32],
    frames: float,
    face: NDArray[np.float64],
    kinds: NDArray[np.int8],
    weights: NDArray[np.float64],
    view: NDArray[np.float64],
    neutral: NDArray[np.float64],
    scalars: NDArray[np.float64],
) -> float:
    """Move the view toward what is seen, as far as that is head motion; return how calm the face is, 0 to 1.

    Negative where the points are no face.
    """
    seen = np.empty((2, 4))
    if scalars[COUNT] == 0.0:
        neutral[:] = 0.0
        if fit_view(points_px, face, neutral, weights, (1.0, 0.0), 1e9, view) < 0.0:
            return -1.0
        scalars[FLOOR] = _FIRST_FLOOR
        scalars[MOVING] = 0.0
        return 1.0
    left_over = fit_view(points_px, face, neutral, weights, frame_of(view), _OUTLIER, seen)
    if left_over < 0.0:
        return -1.0
    cosine, sine = frame_of(view)
    moved = difference(seen, view, face, weights) / math.sqrt(cosine * cosine + sine * sine)
    residual, away = np.empty((len(kinds), 2)), np.empty(KINDS)
    _residuals(points_px, face, seen, residual)
    _away(residual, neutral, kinds, away)
    lids = math.sqrt(0.5 * (away[RIGHT_LIDS] ** 2 + away[LEFT_LIDS] ** 2))
    floor = scalars[FLOOR]
    doubt = math.sqrt(max(left_over, floor) ** 2 + (_LID_DOUBT * lids) ** 2)
    moving: float = _ramp(moved / doubt, _MOVED[0], _MOVED[1])
    calm: float = min(1.0, (floor / max(left_over, 1e-9)) ** 2)
    still = max(_REST, 1.0 / (1.0 + scalars[COUNT]))
    if scalars[COUNT] > _LEARNING_FRAMES:
        still *= calm
    gain = _share(still + (1.0 - still) * moving, frames)
    for axis in range(2):
        for i in range(4):
            view[axis, i] += gain * (seen[axis, i] - view[axis, i])
    follow = 0.05 if left_over < floor else 0.02
    scalars[FLOOR] = min(_FLOOR[1], max(_FLOOR[0], floor + _share(follow, frames) * (left_over - floor)))
    scalars[MOVING] = moving
    return calm


@njit(cache=True, nogil=True)
def _follow_features(
    frames: float,
    kinds: NDArray[np.int8],
    residual: NDArray[np.float64],
    shape: NDArray[np.float64],
    scalars: NDArray[np.float64],
) -> None:
    """Move lips, lids, irises and brows: at once where they move, slowly where they only tremble."""
    away, gains = np.empty(KINDS), np.zeros(KINDS)
    _away(residual, shape, kinds, away)
    for kind in range(1, KINDS):
        noise = scalars[NOISE + kind]
        gains[kind] = _ramp(away[kind] / noise, _KIND_MOVED[0], _KIND_MOVED[1])
        if away[kind] < 2.0 * noise:
            noise += _share(0.05, frames) * (away[kind] - noise)
        scalars[NOISE + kind] = min(_NOISE[1], max(_NOISE[0], noise))
    still = max(_REST, 1.0 / scalars[COUNT])
    for n in range(len(kinds)):
        kind = kinds[n]
        if kind == SOFT:
            continue
        x, y = residual[n, 0] - shape[n, 0], residual[n, 1] - shape[n, 1]
        alone = _ramp(math.sqrt(x * x + y * y) / scalars[NOISE + kind], _POINT_MOVED[0], _POINT_MOVED[1])
        gain = _share(still + (1.0 - still) * max(gains[kind], alone), frames)
        shape[n, 0] += gain * x
        shape[n, 1] += gain * y


@njit(cache=True, nogil=True)
def _follow_skin(
    frames: float,
    calm: float,
    kinds: NDArray[np.int8],
    by_mouth: NDArray[np.float64],
    by_brows: NDArray[np.float64],
    residual: NDArray[np.float64],
    neutral: NDArray[np.float64],
    shape: NDArray[np.float64],
    scalars: NDArray[np.float64],
) -> float:
    """Move the skin as far as mouth and brows explain it, else let it rest; return how much of it is strange."""
    away = np.empty(KINDS)
    _away(residual, neutral, kinds, away)
    mouth = max(0.0, away[LIPS] - _MOUTH_FREE)
    brows = max(0.0, math.sqrt(0.5 * (away[RIGHT_BROW] ** 2 + away[LEFT_BROW] ** 2)) - _BROWS_FREE)
    # What lasts is no blink and no hand passing: the face has become another one.
    scalars[UNREST] = max(0.0, scalars[UNREST] + frames * (1.0 - 2.0 * calm))
    impatience = _ramp(scalars[UNREST], _PATIENCE_FRAMES[0], _PATIENCE_FRAMES[1])
    calm = max(calm, impatience)
    held = 0.8 * (1.0 - impatience)
    settle = max(1.0 / scalars[COUNT], _share(1.0 / _NEUTRAL_FRAMES, frames))
    if scalars[COUNT] > _LEARNING_FRAMES:
        settle *= calm
    chase = _share(_CHASE, frames) * scalars[MOVING]
    gain = _share(0.6, frames)
    unexplained, skin = 0.0, 0.0
    for n in range(len(kinds)):
        x, y = residual[n, 0] - neutral[n, 0], residual[n, 1] - neutral[n, 1]
        if kinds[n] != SOFT:
            neutral[n, 0] += settle * x
            neutral[n, 1] += settle * y
            continue
        allowed = _REACH * (by_mouth[n] * mouth + by_brows[n] * brows)
        strange = _ramp(math.sqrt(x * x + y * y) - allowed, _STRANGE[0], _STRANGE[1])
        rate = max(settle, chase) * (1.0 - held * strange)
        neutral[n, 0] += rate * x
        neutral[n, 1] += rate * y
        x, y = residual[n, 0] - neutral[n, 0], residual[n, 1] - neutral[n, 1]
        size = math.sqrt(x * x + y * y)
        explained = min(1.0, allowed / size) if size > 0.0 else 0.0
        shape[n, 0] += gain * (neutral[n, 0] + explained * x - shape[n, 0])
        shape[n, 1] += gain * (neutral[n, 1] + explained * y - shape[n, 1])
        unexplained += strange
        skin += 1.0
    return unexplained / skin


@njit(cache=True, nogil=True)
def step(
    points_px: NDArray[np.float32],
    frames: float,
    face: NDArray[np.float64],
    kinds: NDArray[np.int8],
    weights: NDArray[np.float64],
    by_mouth: NDArray[np.float64],
    by_brows: NDArray[np.float64],
    view: NDArray[np.float64],
    neutral: NDArray[np.float64],
    shape: NDArray[np.float64],
    depth: NDArray[np.float64],
    scalars: NDArray[np.float64],
    smoothed_px: NDArray[np.float32],
) -> None:
    """Take one frame's (478, 3) points, `frames` thirtieths of a second after the last; write the smoothed ones.

    The face's make-up, constant: face (478, 3), kinds, weights, by_mouth, by_brows (478,). State: view (2, 4),
    neutral and shape (478, 2), depth (478,), scalars; all zero at the start.
    """
    if scalars[STRANGE] > _STRANGE_FRAMES:
        scalars[COUNT] = 0.0
        scalars[STRANGE] = 0.0
    first = scalars[COUNT] == 0.0
    calm = follow_view(points_px, frames, face, kinds, weights, view, neutral, scalars)
    if calm < 0.0:
        scalars[COUNT] = 0.0
        smoothed_px[:] = points_px
        return
    scalars[COUNT] += 1.0 if first else frames
    residual = np.empty((len(kinds), 2))
    _residuals(points_px, face, view, residual)
    if first:
        neutral[:] = residual
        shape[:] = residual
        for kind in range(KINDS):
            scalars[NOISE + kind] = _NOISE[1]
    _follow_features(frames, kinds, residual, shape, scalars)
    strange = _follow_skin(frames, calm, kinds, by_mouth, by_brows, residual, neutral, shape, scalars)
    scalars[STRANGE] = scalars[STRANGE] + frames if strange > 0.5 else 0.0
    cosine, sine = frame_of(view)
    scale = math.sqrt(cosine * cosine + sine * sine)
    depth_gain = 1.0 if first else _share(max(scalars[MOVING], _LEAST_DEPTH_GAIN), frames)
    for n in range(len(kinds)):
        x, y = view[0, 3], view[1, 3]
        for i in range(3):
            x += view[0, i] * face[n, i]
            y += view[1, i] * face[n, i]
        smoothed_px[n, 0] = x + cosine * shape[n, 0] + sine * shape[n, 1]
        smoothed_px[n, 1] = y + sine * shape[n, 0] - cosine * shape[n, 1]
        depth[n] += depth_gain * (points_px[n, 2] / scale - depth[n])
        smoothed_px[n, 2] = depth[n] * scale
