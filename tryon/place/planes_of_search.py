"""Flat surfaces in a depth frame, largest first."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.depth_normals import local_planes
from tryon.place.depth_points import rays_of
from tryon.place.planes_of_fit import blocks_of, covariance_of, fitted, tolerance_m
from tryon.types import Camera

WORK_PX = 320
_SEARCH_PX = 160  # longest side of the grid that hypotheses are counted on
_GUESSES = 300
_MOST = 14
_SHARE = 0.008  # of all depths, below which a surface is too small to stand furniture on or against
_AGREE_COS = np.cos(np.radians(25.0))
_SAME_COS, _SAME_M = np.cos(np.radians(5.0)), 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Flat:
    """One flat surface.

    q: (3,) with q · ray = 1 / depth; the unit normal toward the camera is −q / |q|.
    covariance: (3, 3) of q from the residuals.
    mask: (h, w) bool, the depth pixels on it.
    rms_m: Residual of their depths.
    """

    q: NDArray[np.float64]
    covariance: NDArray[np.float64]
    mask: NDArray[np.bool_]
    rms_m: float

    @property
    def normal(self) -> NDArray[np.float64]:
        """(3,) unit vector toward the camera's side."""
        return np.asarray(-self.q / np.linalg.norm(self.q))

    @property
    def distance_m(self) -> float:
        """From the camera to the plane."""
        return 1.0 / float(np.linalg.norm(self.q))


def flats_of(depth_m: NDArray[np.float32], camera: Camera) -> list[Flat]:
    """The flat surfaces of a cleaned depth frame of at most `WORK_PX` a side, largest in the picture first.

    Source: RANSAC (Fischler and Bolles 1981) whose every guess is one pixel's own little plane, so 300 guesses see
    what three-point samples need thousands for; then a robust fit on all pixels. The draws are seeded.
    """
    little, fits = local_planes(depth_m, camera, radius_px=max(round(max(depth_m.shape) / 80), 3))
    seen = _Seen(rays_of(camera) * depth_m[..., None], depth_m.astype(np.float64), little, fits)
    stride = max(round(max(depth_m.shape) / _SEARCH_PX), 1)
    thin = (slice(stride // 2, None, stride), slice(stride // 2, None, stride))
    left, total = fits[thin].copy(), max(int(np.isfinite(depth_m).sum()), 1)
    free = fits.copy()
    rng = np.random.default_rng(0)
    found: list[Flat] = []
    for _ in range(_MOST):
        q = _best_guess(little[thin][left], seen.points_m[thin][left], rng)
        mask = None if q is None else _grown(q, seen, free)
        if q is None or mask is None or mask.sum() < _SHARE * total:
            break
        found.append(_flat(mask, seen, q))
        free &= ~found[-1].mask
        on = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8))[thin] > 0
        left &= ~on
    whole = [_whole(flat, seen, found) for flat in _merged(found, seen)]
    return sorted(whole, key=lambda flat: -int(flat.mask.sum()))


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    points_m: NDArray[np.float64]
    depth_m: NDArray[np.float64]
    little: NDArray[np.float64]
    fits: NDArray[np.bool_]

    def close(self, q: NDArray[np.float64]) -> NDArray[np.bool_]:
        """(h, w) pixels whose depth is the plane's within tolerance."""
        # 1/depth - q · ray, times depth², is depth (1 - q · point).
        with np.errstate(invalid="ignore"):
            return np.asarray(np.abs(1.0 - self.points_m @ q) * self.depth_m < tolerance_m(self.depth_m))


def _best_guess(
    q: NDArray[np.float64], points_m: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64] | None:
    if len(q) < 30:
        return None
    guesses = q[rng.choice(len(q), min(_GUESSES, len(q)), replace=False)].astype(np.float32)
    unit = (q / np.linalg.norm(q, axis=1, keepdims=True)).astype(np.float32)
    depth_m = -points_m[:, 2:]
    on = np.abs(1.0 - points_m.astype(np.float32) @ guesses.T) < (tolerance_m(depth_m) / depth_m).astype(np.float32)
    on &= unit @ (guesses / np.linalg.norm(guesses, axis=1, keepdims=True)).T > _AGREE_COS
    counts = on.sum(axis=0)
    return guesses[int(counts.argmax())].astype(np.float64) if counts.max() >= 20 else None


def _grown(q: NDArray[np.float64], seen: _Seen, free: NDArray[np.bool_]) -> NDArray[np.bool_] | None:
    """Free pixels on the surface that a guess hints at."""
    mask = free
    for _ in range(3):
        agree = seen.little @ (q / np.linalg.norm(q)) > _AGREE_COS * np.linalg.norm(seen.little, axis=2)
        mask = free & seen.close(q) & agree
        if mask.sum() < 100:
            return None
        q = fitted(seen.points_m[mask], q)[0]
    return mask


def _flat(mask: NDArray[np.bool_], seen: _Seen, start: NDArray[np.float64]) -> Flat:
    points_m = seen.points_m[mask]
    q, weight, height_m = fitted(points_m, start)
    covariance = covariance_of(q, points_m, weight, blocks_of(mask))
    inner = weight > 0.0
    return Flat(q, covariance, mask, float(np.sqrt((height_m[inner] ** 2).mean())) if inner.any() else 0.0)


def _merged(flats: list[Flat], seen: _Seen) -> list[Flat]:
    """Pieces of one surface, which bending or a guess a little off left apart, as one."""
    kept: list[Flat] = []
    for flat in sorted(flats, key=lambda one: -int(one.mask.sum())):
        points_m = seen.points_m[flat.mask]
        for index, other in enumerate(kept):
            apart_m = abs(float(np.median(points_m @ other.normal)) + other.distance_m)
            if float(flat.normal @ other.normal) > _SAME_COS and apart_m < _SAME_M:
                kept[index] = _flat(other.mask | flat.mask, seen, other.q)
                break
        else:
            kept.append(flat)
    return kept


def _whole(flat: Flat, seen: _Seen, others: list[Flat]) -> Flat:
    """With the edges and the grain, which have no little plane of their own but lie on the surface all the same."""
    near = cv2.dilate(flat.mask.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    added = near & seen.close(flat.q)
    for other in others:
        added &= ~other.mask
    return replace(flat, mask=flat.mask | added)
