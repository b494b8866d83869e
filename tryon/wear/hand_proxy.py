"""The hand itself as surfaces: tapered fingers, palm and forearm hide the far half of what goes round them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.types import Surface
from tryon.wear.hand import Hand
from tryon.wear.hand_frames import FINGER_DIAMETER, FINGERS, WRIST_THICKNESS, WRIST_WIDTH, finger_frame, wrist_frame

_AROUND = 16
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
    surfaces = {"forearm": _surface([_forearm(hand, wrist)], worn=wrist is not None), "palm": _surface(_palm(hand))}
    for name in FINGERS:
        radius_m = ring[1] if ring and ring[0] == name else None
        surfaces[name] = _surface([_finger(hand, name, radius_m)], worn=radius_m is not None)
    return surfaces


def _surface(parts: list[tuple[NDArray[np.float64], NDArray[np.int64]]], *, worn: bool = False) -> Surface:
    starts = np.cumsum([0, *(len(points) for points, _ in parts)])
    return Surface(
        np.concatenate([points for points, _ in parts]).astype(np.float32),
        np.concatenate([faces + start for (_, faces), start in zip(parts, starts, strict=False)]).astype(np.uint32),
        catches_shadow=_WORN_CATCHES if worn else _CATCHES,
    )


def _forearm(hand: Hand, worn: Squeeze | None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
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
    axes = np.broadcast_to(frame[:3, [0, 2]], (len(at), 3, 2))
    return _tube(centers, axes, half_x, half_z)


def _palm(hand: Hand) -> list[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Four overlapping bones from wrist to knuckles, and the ball of the thumb."""
    radius = 0.5 * _PALM_THICKNESS * hand.length.value_m
    # Points lie in the middle of fingers but near the back of the palm.
    inward = -0.012 * hand.back * (hand.length.value_m / 0.187)
    parts = []
    wrist = hand.points_m[0]
    width = np.cross(hand.points_m[9] - wrist, hand.back)
    width = width / max(float(np.linalg.norm(width)), 1e-9) * WRIST_WIDTH * hand.length.value_m
    for share, name in zip((-0.22, -0.07, 0.07, 0.22), ("index", "middle", "ring", "little"), strict=True):
        knuckle = hand.points_m[FINGERS[name][0]]
        side = np.sign((hand.points_m[17] - hand.points_m[5]) @ width) or 1.0
        start = wrist + side * share * width
        centers = np.stack([start, 0.5 * (start + knuckle) + inward, knuckle])
        parts.append(_rounded(hand, centers, np.array([0.9, 1.0, 0.72]) * radius))
    ball = hand.points_m[[0, 1, 2]] + np.array([[0.3], [0.5], [0.0]]) * inward
    parts.append(_rounded(hand, ball, np.array([0.9, 1.0, 0.75]) * radius))
    return parts


def _finger(hand: Hand, name: str, ring_radius_m: float | None) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    joints = hand.points_m[list(FINGERS[name])]
    radius = 0.5 * FINGER_DIAMETER[name] * hand.length.value_m
    taper = np.array(_THUMB_TAPER if name == "thumb" else _TAPER) * radius
    taper[1:3] *= 1.0 + _BULGE * _bent(joints)
    if ring_radius_m is not None and ring_radius_m < radius * 1.02:
        # Skin gives way under a ring: the finger is as thick there as the ring lets it be.
        at = finger_frame(hand, name)[:3, 3]
        along = joints[1] - joints[0]
        before, behind = at - 0.09 * along, at + 0.09 * along
        joints = np.concatenate([joints[:1], [before, at, behind], joints[1:]])
        tight = 0.965 * ring_radius_m
        taper = np.concatenate(
            [taper[:1], [min(1.02 * radius, 1.06 * tight), tight, min(radius, 1.06 * tight)], taper[1:]]
        )
    return _rounded(hand, joints, taper)


def _bent(joints: NDArray[np.float64]) -> float:
    """How far a finger is folded, 0 (straight) to 1 (at a right angle or more)."""
    base, middle = joints[1] - joints[0], joints[2] - joints[1]
    cosine = float(base @ middle) / max(float(np.linalg.norm(base) * np.linalg.norm(middle)), 1e-12)
    return float(np.clip(1.0 - cosine, 0.0, 1.0))


def _rounded(
    hand: Hand, centers: NDArray[np.float64], radii: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """A round tube along a line, its ends closed by shrinking rings."""
    steps = np.diff(centers, axis=0)
    steps = steps / np.maximum(np.linalg.norm(steps, axis=1, keepdims=True), 1e-9)
    along = np.concatenate([steps[:1], steps[:-1] + steps[1:], steps[-1:]])
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    cap = np.array([0.94, 0.64, 0.05])
    reach = np.array([0.34, 0.77, 1.0])
    ahead = centers[-1] + reach[:, None] * radii[-1] * along[-1]
    behind = centers[0] - reach[::-1, None] * radii[0] * along[0]
    all_centers = np.concatenate([behind, centers, ahead])
    all_radii = np.concatenate([cap[::-1] * radii[0], radii, cap * radii[-1]])
    all_along = np.concatenate([np.repeat(along[:1], 3, axis=0), along, np.repeat(along[-1:], 3, axis=0)])
    across = np.cross(all_along, hand.back)
    across = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    axes = np.stack([across, np.cross(across, all_along)], axis=2)
    return _tube(all_centers, axes, all_radii, all_radii)


def _tube(
    centers: NDArray[np.float64],
    axes: NDArray[np.float64],
    half_x: NDArray[np.float64],
    half_z: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(K·n, 3) points of ellipses round (K, 3) centers with (K, 3, 2) axes, and the triangles between them."""
    angle = np.linspace(0.0, 2.0 * np.pi, _AROUND, endpoint=False)
    x, z = half_x[:, None] * np.cos(angle), half_z[:, None] * np.sin(angle)
    points = centers[:, None] + x[..., None] * axes[:, None, :, 0] + z[..., None] * axes[:, None, :, 1]
    ring = np.arange(_AROUND)
    following = (ring + 1) % _AROUND
    strip = np.concatenate(
        [np.stack([ring, following, following + _AROUND], 1), np.stack([ring, following + _AROUND, ring + _AROUND], 1)]
    )
    faces = (strip[None] + _AROUND * np.arange(len(centers) - 1)[:, None, None]).reshape(-1, 3)
    return points.reshape(-1, 3), faces
