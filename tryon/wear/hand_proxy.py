"""The hand itself as surfaces: tapered fingers, palm and forearm hide the far half of what goes round them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.types import Surface
from tryon.wear.hand import KNUCKLES, WRIST, Hand
from tryon.wear.hand_frames import FINGER_DIAMETER, FINGERS, WRIST_THICKNESS, WRIST_WIDTH, finger_frame, wrist_frame

_Line: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]
"""(K, 3) points in the middle of a tube and (K,) its radii there."""

_AROUND = 16
_COSINES = np.cos(np.linspace(0.0, 2.0 * np.pi, _AROUND, endpoint=False))
_SINES = np.sin(np.linspace(0.0, 2.0 * np.pi, _AROUND, endpoint=False))
_CAP_AHEAD, _CAP_NARROWER = (0.34, 0.77, 1.0), (0.94, 0.64, 0.05)  # rings of a half sphere
_PRESSED, _RING_HALF = 0.965, 0.09  # of a ring's radius, and of the bone to each side of it
# Diameter at base, middle joint, end joint and tip, of the diameter where a ring sits.
_TAPER = (1.10, 0.99, 0.85, 0.62)
_THUMB_TAPER = (1.45, 1.10, 1.00, 0.72)
_PALM_THICKNESS = 0.148
_FOREARM_M = (0.015, 0.0, -0.012, -0.022, -0.032, -0.045, -0.065, -0.10, -0.16, -0.24)
_FOREARM_GROWS = 1.9  # of the wrist's size per metre toward the elbow
_BULGE = 0.16  # a folded finger is thicker at its middle joint
_CATCHES, _WORN_CATCHES = 0.60, 0.65
_SQUEEZE_M = 0.018  # how far to each side a tight band presses skin in


@dataclass(frozen=True, slots=True)
class Squeeze:
    """A band that lets no more than its own opening through.

    at_m: Along the forearm, from the wrist toward the hand. half_x_m, half_z_m: Its opening.
    """

    at_m: float
    half_x_m: float
    half_z_m: float


def hand_surfaces(
    hand: Hand, *, wrist: Squeeze | None = None, ring: tuple[str, float] | None = None
) -> dict[str, Surface]:
    """Forearm, palm and each finger of one hand, by name.

    A part that wears something catches a little more shadow, which lets it win over the bare one where several
    products on one hand each bring the hand.

    Args:
        wrist: What is worn on the wrist. ring: Finger and inner radius of a ring on it, in metres.
    """
    lines = _palm_lines(hand)
    for name in FINGERS:
        lines.append(_finger_line(hand, name, ring[1] if ring and ring[0] == name else None))
    tubes = _rounded(lines, hand.back)
    surfaces = {"forearm": _surface([_forearm(hand, wrist)], worn=wrist is not None)}
    surfaces["palm"] = _surface(tubes[: -len(FINGERS)])
    for name, tube in zip(FINGERS, tubes[-len(FINGERS) :], strict=True):
        surfaces[name] = _surface([tube], worn=ring is not None and ring[0] == name)
    return surfaces


def _surface(tubes: list[NDArray[np.float32]], *, worn: bool = False) -> Surface:
    """Tubes of (K, n, 3) rings of points as one surface."""
    return Surface(
        np.concatenate([tube.reshape(-1, 3) for tube in tubes]),
        _faces(tuple(len(tube) for tube in tubes)),
        catches_shadow=_WORN_CATCHES if worn else _CATCHES,
    )


def _forearm(hand: Hand, worn: Squeeze | None) -> NDArray[np.float32]:
    frame = wrist_frame(hand)
    length_m = hand.length.value_m
    at = np.array(sorted({*_FOREARM_M, *((worn.at_m,) if worn else ())}, reverse=True))
    grown = 1.0 + _FOREARM_GROWS * np.maximum(-at - 0.03, 0.0)
    half_x, half_z = 0.5 * WRIST_WIDTH * length_m * grown, 0.5 * WRIST_THICKNESS * length_m * grown
    if worn is not None:
        press = np.clip(1.0 - np.abs(at - worn.at_m) / _SQUEEZE_M, 0.0, 1.0)
        half_x += press * np.minimum(worn.half_x_m - half_x, 0.0)
        half_z += press * np.minimum(worn.half_z_m - half_z, 0.0)
    centers = frame[:3, 3] + at[:, None] * frame[:3, 1]
    x = half_x[:, None, None] * _COSINES[:, None] * frame[:3, 0]
    z = half_z[:, None, None] * _SINES[:, None] * frame[:3, 2]
    return np.asarray(centers[:, None] + x + z, np.float32)


def _palm_lines(hand: Hand) -> list[_Line]:
    """Four overlapping bones from wrist to knuckles, and the ball of the thumb."""
    length_m = hand.length.value_m
    radius = 0.5 * _PALM_THICKNESS * length_m
    # Points lie in the middle of fingers but near the back of the palm.
    inward = -0.064 * length_m * hand.back
    wrist = hand.points_m[WRIST]
    side = hand.points_m[17] - hand.points_m[5]
    along = hand.points_m[9] - wrist
    width = side - (side @ along) / max(float(along @ along), 1e-12) * along
    width *= WRIST_WIDTH * length_m / max(float(np.linalg.norm(width)), 1e-9)
    lines = []
    for share, knuckle in zip((-0.22, -0.07, 0.07, 0.22), hand.points_m[list(KNUCKLES)], strict=True):
        start = wrist + share * width
        centers = np.stack([start, 0.5 * (start + knuckle) + inward, knuckle])
        lines.append((centers, np.array([0.9, 1.0, 0.72]) * radius))
    ball = hand.points_m[[0, 1, 2]] + np.array([[0.3], [0.5], [0.0]]) * inward
    lines.append((ball, np.array([0.9, 1.0, 0.75]) * radius))
    return lines


def _finger_line(hand: Hand, name: str, ring_radius_m: float | None) -> _Line:
    joints = hand.points_m[list(FINGERS[name])]
    radius = 0.5 * FINGER_DIAMETER[name] * hand.length.value_m
    taper = np.array(_THUMB_TAPER if name == "thumb" else _TAPER) * radius
    taper[1:3] *= 1.0 + _BULGE * _bent(joints)
    if ring_radius_m is None or ring_radius_m > 1.02 * radius:
        return joints, taper
    # Skin gives way under a ring: the finger is as thick there as the ring lets it be.
    at = finger_frame(hand, name)[:3, 3]
    first = 1 if name == "thumb" else 0
    along = _RING_HALF * (joints[first + 1] - joints[first])
    tight, beside = _PRESSED * ring_radius_m, min(1.02 * radius, 1.06 * _PRESSED * ring_radius_m)
    joints = np.concatenate([joints[: first + 1], [at - along, at, at + along], joints[first + 1 :]])
    return joints, np.concatenate([taper[: first + 1], [beside, tight, beside], taper[first + 1 :]])


def _bent(joints: NDArray[np.float64]) -> float:
    """How far a finger is folded, 0 (straight) to 1 (at a right angle or more)."""
    base, middle = joints[1] - joints[0], joints[2] - joints[1]
    cosine = float(base @ middle) / max(float(np.linalg.norm(base) * np.linalg.norm(middle)), 1e-12)
    return min(max(1.0 - cosine, 0.0), 1.0)


def _rounded(lines: list[_Line], back: NDArray[np.float64]) -> list[NDArray[np.float32]]:
    """Round tubes along lines, their ends closed by shrinking rings; all at once, since each is small."""
    counts = tuple(len(centers) for centers, _ in lines)
    plan = _plan(counts)
    centers, radii = np.concatenate([line[0] for line in lines]), np.concatenate([line[1] for line in lines])
    steps = _normalized(centers[plan.following] - centers)
    along = _normalized(steps + steps[plan.before] * plan.has_before[:, None])[plan.source]
    radius = radii[plan.source]
    middle = centers[plan.source] + (plan.ahead * radius)[:, None] * along
    radius = radius * plan.narrower
    across = _normalized(_cross(along, back[None]))
    out = _cross(across, along)
    x = (radius[:, None] * _COSINES)[..., None] * across[:, None]
    z = (radius[:, None] * _SINES)[..., None] * out[:, None]
    rings = np.asarray(middle[:, None] + x + z, np.float32)
    return np.split(rings, plan.ends)


@dataclass(frozen=True, slots=True, eq=False)
class _Plan:
    """Which ring of a set of tubes comes from which point, and where.

    following, before: (N,) neighbours of each point on its line. has_before: (N,) 0 for the first.
    source: (R,) point of each ring. ahead, narrower: (R,) shift along in radii, and share of the radius.
    ends: Where the rings of each tube but the last end.
    """

    following: NDArray[np.int64]
    before: NDArray[np.int64]
    has_before: NDArray[np.float64]
    source: NDArray[np.int64]
    ahead: NDArray[np.float64]
    narrower: NDArray[np.float64]
    ends: list[int]


@lru_cache(maxsize=64)
def _plan(counts: tuple[int, ...]) -> _Plan:
    following, before, has_before, source, ahead, narrower = [], [], [], [], [], []
    ends: list[int] = []
    start = 0
    for count in counts:
        own = np.arange(start, start + count)
        following.append(np.minimum(own + 1, own[-1]))
        before.append(np.maximum(own - 1, own[0]))
        has_before.append((own > own[0]).astype(np.float64))
        source.append(np.concatenate([[own[0]] * 3, own, [own[-1]] * 3]))
        ahead.append(np.concatenate([[-reach for reach in _CAP_AHEAD[::-1]], np.zeros(count), _CAP_AHEAD]))
        narrower.append(np.concatenate([_CAP_NARROWER[::-1], np.ones(count), _CAP_NARROWER]))
        ends.append((ends[-1] if ends else 0) + count + 6)
        start += count
    return _Plan(
        np.concatenate(following),
        np.concatenate(before),
        np.concatenate(has_before),
        np.concatenate(source),
        np.concatenate(ahead),
        np.concatenate(narrower),
        ends[:-1],
    )


@lru_cache(maxsize=64)
def _faces(counts: tuple[int, ...]) -> NDArray[np.uint32]:
    """(M, 3) triangles between the rings of tubes with that many rings each."""
    ring = np.arange(_AROUND)
    following = (ring + 1) % _AROUND
    strip = np.concatenate(
        [np.stack([ring, following, following + _AROUND], 1), np.stack([ring, following + _AROUND, ring + _AROUND], 1)]
    )
    starts = np.cumsum([0, *counts[:-1]])
    rings = np.concatenate([start + np.arange(count - 1) for start, count in zip(starts, counts, strict=True)])
    return np.asarray((strip[None] + _AROUND * rings[:, None, None]).reshape(-1, 3), np.uint32)


def _cross(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cross products of rows; numpy's own spends most of its time on arguments."""
    return np.stack(
        [
            a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1],
            a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2],
            a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0],
        ],
        axis=1,
    )


def _normalized(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.sqrt(np.einsum("ni,ni->n", rows, rows))
    unit: NDArray[np.float64] = rows / np.maximum(lengths, 1e-9)[:, None]
    return unit
