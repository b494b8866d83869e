"""Scale from a depth frame: how far the face's points really are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ShapeError
from tryon.geometry.face_mesh import FACE_OVAL, LEFT_EYE, LIPS_INNER, RIGHT_EYE
from tryon.measure.estimate import SOURCES, Estimate, Evidence, Refusal

_NEAREST_M, _FARTHEST_M = 0.1, 10.0
_LEAST_POINTS = 60
_SENSOR_SIGMA = 0.01  # systematic error of RGB-D cameras: 1 to 2 % of the distance
_OFTEN_WRONG = frozenset((*FACE_OVAL, *RIGHT_EYE, *LEFT_EYE, *LIPS_INNER))  # borders bleed, wet eyes reflect


@SOURCES.register("depth")
def from_depth(evidence: Evidence) -> Estimate | Refusal | None:
    """The scale at which the tracked mesh lies on the measured depth, in the median over its points.

    Points seen from the side, at the face's border, on the eyes and in holes do not count.

    Raises:
        ShapeError: The depth frame is not a plane of numbers with the picture's proportions.
    """
    depth = evidence.depth_m
    if depth is None:
        return None
    _check(depth, evidence)
    valid = np.isfinite(depth) & (depth > _NEAREST_M)
    if not valid.any():
        return Refusal("Expected depths in meters, got a depth frame of holes only; check the sensor's range.")
    if float(np.median(depth[valid])) > 30.0:
        return Refusal("Expected depths in meters, got numbers that look like millimeters; divide them by 1000.")
    ratio, weight = _ratios(depth, evidence)
    if len(ratio) < _LEAST_POINTS:
        return Refusal(
            f"Expected depth on at least {_LEAST_POINTS} of the face's points, got {len(ratio)}; "
            "the depth frame has a hole where the face is."
        )
    scale = _median(ratio, weight)
    near = np.abs(ratio / scale - 1.0) < 0.08
    if near.sum() < _LEAST_POINTS // 2:
        return Refusal("The depth frame does not fit the face; check that it is aligned with the picture.")
    scale = _median(ratio[near], weight[near])
    spread = 1.4826 * float(np.median(np.abs(ratio[near] / scale - 1.0)))
    if not 0.3 < scale < 3.0:
        return Refusal(f"The depth frame makes this head {scale:.2g} times the average size; check its unit.")
    # The tracked relief may be off by 3 mm over the whole face; noise of single points averages out.
    sigma = math.hypot(_SENSOR_SIGMA, spread / math.sqrt(near.sum() / 6.0), 0.002 / evidence.eyes.depth_m)
    return Estimate(scale, sigma, math.hypot(sigma, evidence.eyes.span_sigma), "depth frame")


def _check(depth: NDArray[np.float32], evidence: Evidence) -> None:
    frame = evidence.frame
    if depth.ndim != 2 or depth.dtype.kind != "f":
        raise ShapeError("depth", expected="(H, W) floating-point meters", got=f"{depth.shape} {depth.dtype}")
    if abs(depth.shape[1] / depth.shape[0] / (frame.width / frame.height) - 1.0) > 0.02:
        raise ShapeError("depth", expected=f"the picture's proportions, {frame.pixels.shape[:2]}", got=depth.shape)


def _ratios(depth: NDArray[np.float32], evidence: Evidence) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """True over tracked depth of each usable point, and its weight: one near the pupils counts more."""
    zoom = depth.shape[1] / evidence.frame.width
    points = (evidence.face.landmarks.points_px[:468, :2] + 0.5) * zoom - 0.5
    columns, rows = np.rint(points[:, 0]).astype(int), np.rint(points[:, 1]).astype(int)
    inside = (columns >= 1) & (rows >= 1) & (columns < depth.shape[1] - 1) & (rows < depth.shape[0] - 1)
    inside[list(_OFTEN_WRONG)] = False
    if evidence.face.visible is not None:
        inside &= evidence.face.visible[:468] > 0.5
    index = np.nonzero(inside)[0]
    around = np.stack([depth[rows[index] + dy, columns[index] + dx] for dy in (-1, 0, 1) for dx in (-1, 0, 1)], 1)
    usable = np.isfinite(around) & (around > _NEAREST_M) & (around < _FARTHEST_M)
    full = usable.sum(1) >= 5
    around = np.where(usable, around, np.nan)[full].astype(np.float64)
    index = index[full]
    if len(index) == 0:
        return np.empty(0), np.empty(0)
    ratio = np.nanmedian(around, axis=1) / -evidence.eyes.mesh_m[index, 2]
    pupils = evidence.eyes.pupils_px
    away = np.linalg.norm(evidence.face.landmarks.points_px[index, None, :2] - pupils[None], axis=2).min(1)
    return ratio, 1.0 / (1.0 + (away / np.linalg.norm(pupils[1] - pupils[0])) ** 2)


def _median(values: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    order = np.argsort(values)
    share = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(share, 0.5 * share[-1])])
