"""A hand known exactly: bones of one average adult, placed, turned and bent as asked, seen by a known camera."""

from __future__ import annotations

import numpy as np

from tryon.types import Camera, Frame, HandLandmarks, Tracks
from tryon.wear import View

CAMERA = Camera.of_focal(960, 720, 800.0)
LENGTH_M = 0.187
# Right hand, palm to the camera, fingers up, thumb toward +X: parts of the length of the hand.
_BASES = {"index": (0.11, 0.534), "middle": (0.0, 0.525), "ring": (-0.09, 0.49), "little": (-0.17, 0.422)}
_BONES = {
    "index": (0.21, 0.12, 0.1),
    "middle": (0.23, 0.14, 0.1),
    "ring": (0.21, 0.13, 0.1),
    "little": (0.17, 0.1, 0.09),
}
_THUMB = ((0.12, 0.12), (0.24, 0.27), (0.32, 0.4), (0.38, 0.5))


def rotation(x: float = 0.0, y: float = 0.0, z: float = 0.0) -> np.ndarray:
    def about(axis: int, angle: float) -> np.ndarray:
        c, s = np.cos(angle), np.sin(angle)
        matrix = np.eye(3)
        i, j = [(1, 2), (2, 0), (0, 1)][axis]
        matrix[i, i] = matrix[j, j] = c
        matrix[i, j], matrix[j, i] = -s, s
        return matrix

    return about(2, z) @ about(1, y) @ about(0, x)


def made_points(*, bend_rad: float = 0.0, side: str = "right", length_m: float = LENGTH_M) -> np.ndarray:
    """(21, 3) metres, origin at the wrist; fingers bent toward the camera, into the palm."""
    points = np.zeros((21, 3))
    points[1:5, :2] = _THUMB
    for index, (name, (x, y)) in enumerate(_BASES.items()):
        at, angle = np.array([x, y, 0.0]), 0.0
        points[5 + 4 * index] = at
        for joint, bone in enumerate(_BONES[name]):
            angle += bend_rad
            at = at + bone * np.array([0.0, np.cos(angle), np.sin(angle)])
            points[6 + 4 * index + joint] = at
    if side == "left":
        points[:, 0] *= -1.0
    return points * length_m


def made_hand(
    *,
    place_m: tuple[float, float, float] = (0.05, -0.1, -0.6),
    turn: np.ndarray | None = None,
    bend_rad: float = 0.0,
    side: str = "right",
    length_m: float = LENGTH_M,
    tracker_scale: float = 0.9,
    identity: int = 0,
    noise_px: np.ndarray | None = None,
) -> tuple[HandLandmarks, np.ndarray]:
    """What a tracker would say of the hand, and (21, 3) its true points in camera space."""
    own = made_points(bend_rad=bend_rad, side=side, length_m=length_m) @ (np.eye(3) if turn is None else turn).T
    true = own + np.asarray(place_m)
    pixels = np.concatenate([CAMERA.project(true), np.zeros((21, 1))], axis=1)
    if noise_px is not None:
        pixels[:, :2] += noise_px
    metric = (own - own.mean(axis=0)) * tracker_scale
    return HandLandmarks(identity, pixels.astype(np.float32), metric.astype(np.float32), side, 1.0), true


def view_of(*hands: HandLandmarks, index: int = 0, time_s: float = 0.0) -> View:
    frame = Frame(np.full((CAMERA.height, CAMERA.width, 3), 128, np.uint8), time_s=time_s, index=index)
    return View(frame, Tracks(hands=hands), CAMERA)
