"""A tracked hand at its true size in camera space: where its points are, which way its back and forearm look.

Source: our own derivation, checked against made hands of known place, turn and size in tests/wear/test_hand.py.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tryon.types import BodyLandmarks, Camera, HandLandmarks, Measure

WRIST = 0
KNUCKLES = (5, 9, 13, 17)

# Wrist crease to tip of the middle finger, mean of women and men: 181 and 194 mm (ANSUR II, Gordon et al. 2014).
AVERAGE_LENGTH_M = 0.187
# Spread among adults, 6 %, and what the tracker adds, 4 %: one standard deviation together.
_LENGTH_SPREAD = 0.072
# Wrist to knuckles of index, middle and little finger, as parts of the length of the hand.
_PALM_BONES = ((0, 5, 0.545), (0, 9, 0.525), (0, 17, 0.455))
_TURN_RAD, _MISS = 0.25, 0.02  # how far the tracker's axes may be turned from the camera's; misses as parts of the hand
_ELBOW_WRIST = ((13, 15), (14, 16))  # either arm: a hand may be taken for the other one
_SAME_WRIST = 0.35  # of the hand's extent in the picture
_SEEN = 0.6  # visibility of elbow and wrist
_FOREARM = 1.38  # wrist to elbow as part of the hand's length (ANSUR II: 258 mm)
_MOST_BEND = 0.35  # cosine: a wrist does not bend further than 70°


@dataclass(frozen=True, slots=True, eq=False)
class Hand:
    """One hand in camera space, metres.

    points_m: (21, 3) float64. Each lies on its pixel's line of sight.
    back: (3,) unit, out of the back of the hand. forearm: (3,) unit, from the elbow toward the hand.
    length: Wrist crease to the tip of the middle finger, stretched out.
    """

    landmarks: HandLandmarks
    points_m: NDArray[np.float64]
    back: NDArray[np.float64]
    forearm: NDArray[np.float64]
    length: Measure

    @classmethod
    def of(
        cls,
        landmarks: HandLandmarks,
        camera: Camera,
        *,
        bodies: tuple[BodyLandmarks, ...] = (),
        length_m: float | None = None,
    ) -> Self | None:
        """The hand at `length_m`, or at an adult's average; None where it cannot stand in front of the camera.

        Args:
            bodies: Tell where the forearm comes from, when one's wrist is this one.
        """
        length = _length(length_m)
        grown = landmarks.points_m.astype(np.float64) * _growth(landmarks.points_m, length.value_m)
        points_m = _placed(grown, landmarks.points_px, camera)
        if points_m is None:
            return None
        palm = _unit(points_m[[9, 13]].mean(axis=0) - points_m[WRIST])
        index, little = points_m[5] - points_m[WRIST], points_m[17] - points_m[WRIST]
        out_of_palm = np.cross(index, little) * (1.0 if landmarks.side == "right" else -1.0)
        forearm = _forearm(landmarks, bodies, camera, points_m[WRIST], palm, length.value_m)
        return cls(landmarks, points_m, _unit(-out_of_palm), forearm, length)

    def moved(self, camera_from_camera: NDArray[np.float64]) -> Self:
        """The hand under a rigid (4, 4) motion."""
        turn, shift = camera_from_camera[:3, :3], camera_from_camera[:3, 3]
        return replace(
            self, points_m=self.points_m @ turn.T + shift, back=turn @ self.back, forearm=turn @ self.forearm
        )


def _length(length_m: float | None) -> Measure:
    if length_m is not None:
        return Measure(length_m, 0.98 * length_m, 1.02 * length_m, "stated")
    half = 1.96 * _LENGTH_SPREAD * AVERAGE_LENGTH_M
    return Measure(AVERAGE_LENGTH_M, AVERAGE_LENGTH_M - half, AVERAGE_LENGTH_M + half, "average adult hand")


def _growth(points_m: NDArray[np.float32], length_m: float) -> float:
    """By how much the tracked hand must grow: its palm, which does not bend, against that of a hand of that length."""
    tracked = [float(np.linalg.norm(points_m[a] - points_m[b])) / part for a, b, part in _PALM_BONES]
    return length_m / max(float(np.median(tracked)), 1e-4)


def _placed(grown_m: NDArray[np.float64], points_px: NDArray[np.float32], camera: Camera) -> NDArray[np.float64] | None:
    """(21, 3) points in camera space whose pictures are the pixels; None behind or at the camera.

    The place and a small turn are solved for in one linear system, again after each turn; then every point slides
    across to its own line of sight, so that what is worn sits where the picture shows the hand.
    """
    right = (points_px[:, 0].astype(np.float64) - camera.center_x_px) / camera.focal_x_px
    up = -(points_px[:, 1].astype(np.float64) - camera.center_y_px) / camera.focal_y_px
    points = grown_m
    size_m = float(np.ptp(points, axis=0).max())
    shift = np.zeros(3)
    for _ in range(3):
        turn_and_shift = _solve(points, right, up, miss_m=_MISS * size_m)
        points = points @ _rotation(turn_and_shift[:3]).T
        shift = turn_and_shift[3:]
    away_m = -(points[:, 2] + shift[2])
    if away_m.min() < 0.02:
        return None
    return np.stack([right * away_m, up * away_m, -away_m], axis=1)


def _solve(
    points: NDArray[np.float64], right: NDArray[np.float64], up: NDArray[np.float64], *, miss_m: float
) -> NDArray[np.float64]:
    """(6,) small rotation vector and shift, least squares of x + right·z = 0 and y + up·z = 0 for all points."""
    x, y, z = points.T
    zero, one = np.zeros_like(x), np.ones_like(x)
    # The turn w moves a point by w × p = (wy z − wz y, wz x − wx z, wx y − wy x).
    across = np.stack([right * y, z - right * x, -y, one, zero, right], axis=1)
    upward = np.stack([-z + up * y, -up * x, x, zero, one, up], axis=1)
    prior = np.concatenate([np.eye(3) * (miss_m / _TURN_RAD), np.zeros((3, 3))], axis=1)
    system = np.concatenate([across, upward, prior])
    wanted = np.concatenate([-(x + right * z), -(y + up * z), np.zeros(3)])
    solved: NDArray[np.float64] = np.linalg.lstsq(system, wanted, rcond=None)[0]
    return solved


def _forearm(
    landmarks: HandLandmarks,
    bodies: tuple[BodyLandmarks, ...],
    camera: Camera,
    wrist_m: NDArray[np.float64],
    palm: NDArray[np.float64],
    length_m: float,
) -> NDArray[np.float64]:
    """From the elbow of the body whose wrist this is, as the picture shows it, else straight on from the palm.

    The elbow lies on its line of sight, a forearm's length from the wrist; which of the two such places it is, the
    body's metric points say.
    """
    reach_px = float(np.ptp(landmarks.points_px[:, :2], axis=0).max())
    for body in bodies:
        for elbow, wrist in _ELBOW_WRIST:
            apart_px = np.linalg.norm(body.points_px[wrist, :2] - landmarks.points_px[WRIST, :2])
            if apart_px > _SAME_WRIST * reach_px or min(body.visible[elbow], body.visible[wrist]) < _SEEN:
                continue
            nearer_m = float(body.points_m[elbow, 2] - body.points_m[wrist, 2])
            forearm = _from_elbow(body.points_px[elbow], camera, wrist_m, _FOREARM * length_m, nearer_m=nearer_m)
            if float(forearm @ palm) > _MOST_BEND:
                return forearm
    return palm


def _from_elbow(
    elbow_px: NDArray[np.float32], camera: Camera, wrist_m: NDArray[np.float64], forearm_m: float, *, nearer_m: float
) -> NDArray[np.float64]:
    """(3,) unit direction to the wrist from the place on the elbow's line of sight that is a forearm away from it."""
    ray = np.array(
        [
            (float(elbow_px[0]) - camera.center_x_px) / camera.focal_x_px,
            -(float(elbow_px[1]) - camera.center_y_px) / camera.focal_y_px,
            -1.0,
        ]
    )
    # |t ray − wrist|² = forearm²; where the line passes further off than that, its nearest place stands in.
    square, half = float(ray @ ray), float(ray @ wrist_m)
    root = max(half * half - square * (float(wrist_m @ wrist_m) - forearm_m * forearm_m), 0.0) ** 0.5
    places = ((half - root) / square, (half + root) / square)
    away = min(places, key=lambda place: abs(-float(wrist_m[2]) - place - nearer_m))
    return _unit(wrist_m - max(away, 0.05) * ray)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return unit


def _rotation(vector_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) rotation by axis times angle. Source: Rodrigues' formula."""
    angle = float(np.linalg.norm(vector_rad))
    x, y, z = vector_rad / max(angle, 1e-12)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    rotation: NDArray[np.float64] = np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * (cross @ cross)
    return rotation
