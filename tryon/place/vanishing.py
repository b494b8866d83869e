"""Where a room's straight edges meet: which way is up, and how long the lens is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.place.evidence import Refusal
from tryon.place.vanishing_segments import Segments, find_segments
from tryon.types import Frame, Intrinsics

_DRAWS = 2000
_REACH_SIGMAS = 3.0
_KNOWN = 0.04  # a focal length known better than this is not asked about
_BINS = 19
# Chi-squared halves per root picture width of edges explained, so that the test rooms' focal lengths lie within their
# intervals (tests/place/test_vanishing.py).
_SHARPNESS = 10.0
_MEETS_RAD = 0.03  # a segment points at a vanishing point within this
_LEAST_SEGMENTS = 6  # along a direction that counts
_LEAST_LENGTH = 1.2  # of them together, in picture widths
_END_SIGMA_PX = 0.8  # of a segment's end across it, at the working size, lens bend included
# Edges come in families (a door frame's two sides, a shelf's boards), whose errors are shared; scaled until the focal
# lengths of the test rooms lie within their intervals (tests/place/test_vanishing.py).
_FAMILY = 3.0
_LEVEL_RAD = 0.02  # by which what people build and furnish is off its floor's normal, and lenses bend; same test rooms
_RIVAL_RAD, _RIVAL = 0.1, 0.25  # a rival frame leans by this and comes as near in root picture widths
_STEEPEST = 0.5  # sine of up's rise in the picture: looking down by 60° at the most
_LOOKS_UP = 0.2  # sine of the angle by which people photograph rooms looking up, at the most


@dataclass(frozen=True, slots=True, eq=False)
class Vanishing:
    """A room's three right-angled directions as the picture shows them.

    up: (3,) unit vector in camera space, or None where the picture looks down too steeply to tell it from "away", or
        where another up would do nearly as well.
    focal: The focal length as a share of the one assumed. focal_sigma: Relative.
    covariance: (3, 3) of up's tilt about the axes `Plane.tangents` has for it, in radians, and the relative focal
        length.
    axes: (3, 3) the directions, as columns. counts: Segments along each.
    """

    up: NDArray[np.float64] | None
    focal: float
    focal_sigma: float
    covariance: NDArray[np.float64]
    axes: NDArray[np.float64]
    counts: tuple[int, int, int]


def vanishing_points(frame: Frame, intrinsics: Intrinsics, *, seed: int = 0) -> Vanishing | Refusal:
    """The three directions that most straight edges of the picture run along.

    Source: three-line minimal samples of a Manhattan frame (Bazin and Pollefeys, "3-line RANSAC for orthogonal
    vanishing point detection", IROS 2012), the focal length drawn from what is known of it; then Gauss–Newton over
    rotation and focal length on the segments' ends (Rother, "A new approach to vanishing point detection in
    architectural environments", IVC 2002).
    """
    segments = find_segments(frame, intrinsics)
    if len(segments.ends) < 3 * _LEAST_SEGMENTS:
        return Refusal("The picture shows too few straight edges to tell which way is up.", telling=False)
    rng = np.random.default_rng(seed)
    axes, focals = _draws(segments, intrinsics.focal_sigma, rng)
    scores = _scores(segments, axes, focals)
    focal, focal_sigma = _focal(scores, focals, intrinsics.focal_sigma)
    near = np.where(np.abs(np.log(focals / focal)) < max(focal_sigma, 0.02), scores, -np.inf)
    found = [_refined(segments, axes[index], focal, focal_sigma) for index in np.argsort(-near)[:4]]
    rotation, covariance, along = max(found, key=lambda one: float(segments.lengths[one[2] >= 0].sum()))
    counts = [int((along == axis).sum()) for axis in range(3)]
    reaches = [float(segments.lengths[along == axis].sum()) for axis in range(3)]
    strong = [count >= _LEAST_SEGMENTS and reach >= _LEAST_LENGTH for count, reach in zip(counts, reaches, strict=True)]
    if sum(strong) < 2 or not np.isfinite(covariance).all():
        return Refusal(
            "Too few straight edges run along two right-angled directions to tell which way is up.", telling=False
        )
    up = _up(rotation)
    if up is not None and _rivaled(up, axes, scores):
        up = None
    return Vanishing(up, focal, focal_sigma, _about(up, covariance), rotation, (counts[0], counts[1], counts[2]))


def _draws(
    segments: Segments, focal_sigma: float, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(D, 3, 3) right-angled frames through random segments, and (D,) the focal lengths they were drawn with."""
    reach = _REACH_SIGMAS * max(focal_sigma, 1e-6)
    focals = np.exp(rng.uniform(-reach, reach, _DRAWS))
    weight = segments.lengths / segments.lengths.sum()
    picks = rng.choice(len(weight), (_DRAWS, 3), p=weight)
    normals = segments.normals(focals, picks)
    first = np.cross(normals[:, 0], normals[:, 1])
    second = np.cross(first, normals[:, 2])
    sizes = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    good = sizes > 1e-6
    first, second, focals = first[good], second[good], focals[good]
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second /= np.linalg.norm(second, axis=1, keepdims=True)
    return np.stack([first, second, np.cross(first, second)], axis=2), focals


def _scores(segments: Segments, axes: NDArray[np.float64], focals: NDArray[np.float64]) -> NDArray[np.float64]:
    """(D,) length of the segments that point at one of the frame's three vanishing points, the strongest capped."""
    total = np.zeros(len(axes))
    lean = np.stack([segments.lean(axes[:, :, axis], focals) for axis in range(3)])  # (3, D, S)
    nearest = lean.argmin(axis=0)
    meets = lean.min(axis=0) < _MEETS_RAD
    for axis in range(3):
        reach = (segments.lengths * (meets & (nearest == axis))).sum(axis=1)
        total += np.sqrt(reach)  # two directions well seen tell more than one seen very well
    return np.asarray(total)


def _focal(scores: NDArray[np.float64], focals: NDArray[np.float64], focal_sigma: float) -> tuple[float, float]:
    """Mean and standard deviation of the focal length: how well the best frame of each explains the edges.

    A room whose furniture stands askew has frames of many focal lengths that explain it nearly as well; a Gauss–Newton
    covariance around the best of them would not know.
    """
    if focal_sigma < _KNOWN:
        return 1.0, focal_sigma
    reach = _REACH_SIGMAS * focal_sigma
    edges = np.linspace(-reach, reach, _BINS + 1)
    bins = np.clip(np.digitize(np.log(focals), edges) - 1, 0, _BINS - 1)
    best = np.full(_BINS, -np.inf)
    np.maximum.at(best, bins, scores)
    middles = (edges[1:] + edges[:-1]) / 2.0
    likely = _SHARPNESS * (best - best.max()) - 0.5 * (middles / focal_sigma) ** 2
    share = np.exp(likely - likely.max())
    share /= share.sum()
    mean = float(share @ middles)
    return float(np.exp(mean)), float(np.sqrt(share @ (middles - mean) ** 2 + (edges[1] - edges[0]) ** 2 / 12.0))


def _refined(
    segments: Segments, axes: NDArray[np.float64], focal: float, focal_sigma: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """The frame, the (4, 4) covariance of its turn and the focal length, and each segment's axis (−1: none)."""
    along = np.full(len(segments.ends), -1)
    information, with_focal = np.eye(3), np.zeros(3)
    for round_ in range(10):
        lean = np.stack([segments.lean(axes[None, :, axis], np.array([focal]))[0] for axis in range(3)])
        limit = _MEETS_RAD * (1.0 if round_ < 5 else 0.7)
        along = np.where(lean.min(axis=0) < limit, lean.argmin(axis=0), -1)
        if int((along >= 0).sum()) < 4:
            break
        base = _misses(segments, axes, along, focal)
        step = 1e-5
        slope = np.stack(
            [(_misses(segments, _turned(axes, turn), along, focal) - base) / step for turn in np.eye(3) * step]
            + [(_misses(segments, axes, along, focal * (1.0 + step)) - base) / step],
            axis=1,
        )
        weight = 1.0 / (1.0 + (base / 2.0) ** 2)  # Cauchy: a segment of something else that happens to point there
        spread = float((weight * base**2).sum() / max(float(weight.sum()) - 4.0, 1.0))
        normal_matrix = (slope * weight[:, None]).T @ slope / (max(spread, 0.25) * _FAMILY**2)
        information, with_focal = normal_matrix[:3, :3], normal_matrix[:3, 3]
        pull = (slope[:, :3] * weight[:, None]).T @ base / (max(spread, 0.25) * _FAMILY**2)
        axes = _turned(axes, np.clip(-np.linalg.lstsq(information, pull, rcond=None)[0], -0.2, 0.2))
    own = np.linalg.pinv(information)
    by_focal = -own @ with_focal  # how the frame turns when the focal length is another
    covariance = np.zeros((4, 4))
    covariance[:3, :3] = own + focal_sigma**2 * np.outer(by_focal, by_focal)
    covariance[:3, 3] = covariance[3, :3] = focal_sigma**2 * by_focal
    covariance[3, 3] = focal_sigma**2
    return axes, covariance, along


def _misses(
    segments: Segments, axes: NDArray[np.float64], along: NDArray[np.int64], focal: float
) -> NDArray[np.float64]:
    used = along >= 0
    return np.asarray(segments.misses(used, axes[:, along[used]].T, focal) / _END_SIGMA_PX)


def _turned(axes: NDArray[np.float64], turn: NDArray[np.float64]) -> NDArray[np.float64]:
    moved = axes + np.cross(turn, axes.T).T
    left, _, right = np.linalg.svd(moved)
    return np.asarray(left @ right)


def _up(axes: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The axis that points up most of those that a camera not looking up can have so."""
    risen = axes * np.where(axes[1] < 0.0, -1.0, 1.0)
    # Looking down by an angle, up leans toward the camera; the axis that points away, turned up, leans from it.
    rises = np.where(risen[2] < -_LOOKS_UP, -1.0, risen[1])
    index = int(rises.argmax())
    return None if rises[index] < _STEEPEST else np.asarray(risen[:, index])


def _rivaled(up: NDArray[np.float64], axes: NDArray[np.float64], scores: NDArray[np.float64]) -> bool:
    """Whether a frame with another up explains the edges nearly as well."""
    risen = axes * np.where(axes[:, 1:2] < 0.0, -1.0, 1.0)
    index = np.where(risen[:, 2] < -_LOOKS_UP, -1.0, risen[:, 1]).argmax(axis=1)
    others = np.take_along_axis(risen, index[:, None, None], axis=2)[:, :, 0]
    apart = np.abs(others @ up) < np.cos(_RIVAL_RAD)
    return bool(apart.any() and scores[apart].max() > scores.max() - _RIVAL)


def _about(up: NDArray[np.float64] | None, covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3, 3) of the tilt about the two tangents of `up`, and the focal length."""
    if up is None:
        return np.full((3, 3), np.inf)
    right = np.array([1.0, 0.0, 0.0]) - up[0] * up
    right /= np.linalg.norm(right)
    turn = np.zeros((3, 4))
    covariance = covariance + np.diag([_LEVEL_RAD**2, _LEVEL_RAD**2, _LEVEL_RAD**2, 0.0])
    turn[0, :3], turn[1, :3], turn[2, 3] = right, np.cross(up, right), 1.0
    return np.asarray(turn @ covariance @ turn.T)
