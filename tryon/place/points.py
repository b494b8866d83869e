"""Scale from distances on the floor that somebody measured: two or more marked points and what lies between them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon.place.evidence import SOURCES, Evidence, KnownSpan, Refusal
from tryon.place.length import click_sigma_of
from tryon.place.vanishing_upright import Upright, upright_of
from tryon.types import Camera, Plane

_STEPS = 40
_STEP = 1e-6
_LEAST_ALONE = 3  # spans that fix tilt, tilt and distance without knowing up
_MOST_SPANS = 50
_SURE = (0.09, 0.15)  # radians of tilt and share of the distance that spans alone must tell the floor within
_DISAGREE = 4.0  # sigmas by which one span may miss


@SOURCES.register("points")
def from_points(evidence: Evidence) -> Plane | Refusal | None:
    """The floor on which the marked spans have the lengths somebody measured.

    With up known one span is enough; without it three in different directions tell the tilt, too.
    """
    spans = evidence.spans
    if not spans:
        return Refusal("No points were marked; mark two and give their distance.") if _wanted(evidence) else None
    reason = _fault(spans, evidence.intrinsics.camera)
    if reason is not None:
        return Refusal(reason)
    upright = upright_of(evidence)
    if isinstance(upright, Upright):
        plane = _with_up(evidence, upright)
        if plane is None:
            return Refusal("A marked point lies at or above the floor's horizon; mark points on the floor.")
    else:
        if len(spans) < _LEAST_ALONE:
            return Refusal(
                f"{len(spans)} known distance{'s' if len(spans) > 1 else ''} cannot tell how the floor tilts."
                f" {upright.reason} Mark three in different directions, or give the camera's height or up."
            )
        plane = _alone(evidence)
        if plane is None:
            return Refusal(
                "The known distances do not tell how the floor tilts; mark longer ones in different directions, or"
                " give the camera's height or up."
            )
    return _agreeing(plane, spans)


def _wanted(evidence: Evidence) -> bool:
    return "points" in evidence.wanted


def _fault(spans: Sequence[KnownSpan], camera: Camera) -> str | None:
    if len(spans) > _MOST_SPANS:
        return f"Expected at most {_MOST_SPANS} known distances, got {len(spans)}."
    for span in spans:
        ends = np.asarray(span.ends_px, np.float64)
        if ends.shape != (2, 2) or not np.isfinite(ends).all():
            return "Expected two finite pixel positions for every known distance."
        if not 0.005 <= span.length_m <= 100.0 or not 0.0 <= span.sigma_m < span.length_m:
            return f"Expected a known distance of 0.005 to 100 m, got {span.length_m:g} ± {span.sigma_m:g} m."
        if float(np.linalg.norm(ends[1] - ends[0])) < 8.0 * click_sigma_of(camera):
            return f"The points {span.length_m:g} m apart lie within a few pixels of each other; mark a longer one."
    return None


def _with_up(evidence: Evidence, upright: Upright) -> Plane | None:
    base = upright.plane(evidence, 1.0)
    lengths = _lengths(base, evidence.spans)
    if not np.isfinite(lengths).all():
        return None
    start = replace(base, distance_m=float(np.median([s.length_m for s in evidence.spans] / lengths)))
    information = np.zeros((4, 4))
    information[np.ix_((0, 1, 3), (0, 1, 3))] = np.linalg.inv(upright.covariance + 1e-14 * np.eye(3))
    return _settled(start, evidence.spans, information)


def _alone(evidence: Evidence) -> Plane | None:
    """Without up: from many tilts, the one that ends up fitting best, if it is then sure of itself."""
    camera = evidence.intrinsics.camera
    information = np.diag([0.0, 0.0, 0.0, max(evidence.intrinsics.focal_sigma, 1e-6) ** -2])
    best: Plane | None = None
    least = math.inf
    for pitch_deg in (15, 30, 45, 60, 80):
        for roll_deg in (-15, 0, 15):
            start = _tilted(camera, math.radians(pitch_deg), math.radians(roll_deg))
            lengths = _lengths(start, evidence.spans)
            if not np.isfinite(lengths).all():
                continue
            distance_m = float(np.median([s.length_m for s in evidence.spans] / lengths))
            plane = _settled(replace(start, distance_m=distance_m), evidence.spans, information)
            if plane is None or plane.normal[1] < 0.0:
                continue
            cost = float((_misses(plane, evidence.spans) ** 2).sum())
            if cost < least:
                best, least = plane, cost
    if best is None:
        return None
    tilt = float(np.sqrt(best.covariance[:2, :2].trace()))
    return best if tilt < _SURE[0] and float(np.sqrt(best.covariance[2, 2])) < _SURE[1] else None


def _tilted(camera: Camera, pitch_rad: float, roll_rad: float) -> Plane:
    """The floor 1 m below a camera that looks down by the pitch and is rolled."""
    level = np.array([0.0, math.cos(pitch_rad), math.sin(pitch_rad)])
    cosine, sine = math.cos(roll_rad), math.sin(roll_rad)
    normal = np.array([sine * level[1], cosine * level[1], level[2]])
    return Plane(camera, normal / np.linalg.norm(normal), 1.0, np.eye(4), "points")


def _settled(start: Plane, spans: Sequence[KnownSpan], information: NDArray[np.float64]) -> Plane | None:
    """The plane on which the spans fit best, held to what is known of its tilt and of the focal length.

    Source: Levenberg–Marquardt over the four numbers of `Plane.moved`; the span's own doubt and that of its two
    clicks weigh it.
    """
    change, damping = np.zeros(4), 1e-3
    plane = start

    def cost_of(seen: Plane, at: NDArray[np.float64]) -> float:
        missed = _misses(seen, spans)
        return float(missed @ missed + at @ information @ at) if np.isfinite(missed).all() else math.inf

    cost = cost_of(plane, change)
    normal_matrix = information
    for _ in range(_STEPS):
        missed, slope = _misses(plane, spans), _slope(start, change, spans)
        if not np.isfinite(slope).all():
            return None
        normal_matrix = slope.T @ slope + information
        pull = slope.T @ missed + information @ change
        step = -np.linalg.solve(normal_matrix + damping * (np.diag(np.diag(normal_matrix)) + 1e-9 * np.eye(4)), pull)
        trial = change + np.clip(step, -0.3, 0.3)
        if trial[2] <= -0.95 or trial[3] <= -0.6:
            damping *= 10.0
            continue
        moved = start.moved(trial)
        tried = cost_of(moved, trial)
        if tried <= cost:
            done = cost - tried < 1e-9 * (1.0 + cost)
            plane, change, cost, damping = moved, trial, tried, damping * 0.2
            if done:
                break
        else:
            damping *= 10.0
            if damping > 1e9:
                break
    slope = _slope(plane, np.zeros(4), spans)
    if not np.isfinite(slope).all():
        return None
    normal_matrix = slope.T @ slope + information
    if np.linalg.cond(normal_matrix) > 1e16:
        return None
    return replace(plane, covariance=np.asarray(np.linalg.inv(normal_matrix)), source="known distance")


def _slope(start: Plane, change: NDArray[np.float64], spans: Sequence[KnownSpan]) -> NDArray[np.float64]:
    steps = np.eye(4) * _STEP
    weights = _sigmas(start.moved(change), spans)
    return np.stack(
        [
            (_lengths(start.moved(change + step), spans) - _lengths(start.moved(change - step), spans))
            / (2.0 * _STEP * weights)
            for step in steps
        ],
        axis=1,
    )


def _lengths(plane: Plane, spans: Sequence[KnownSpan]) -> NDArray[np.float64]:
    ends = plane.points_at(np.stack([np.asarray(span.ends_px, np.float64) for span in spans]).reshape(-1, 2))
    return np.asarray(np.linalg.norm(ends[0::2] - ends[1::2], axis=1))


def _misses(plane: Plane, spans: Sequence[KnownSpan]) -> NDArray[np.float64]:
    """(S,) in sigmas of the span and its clicks."""
    wanted = np.array([span.length_m for span in spans])
    return np.asarray((_lengths(plane, spans) - wanted) / _sigmas(plane, spans))


def _sigmas(plane: Plane, spans: Sequence[KnownSpan]) -> NDArray[np.float64]:
    own = np.array([max(span.sigma_m, 1e-4) for span in spans])
    variance, click_px = own**2, click_sigma_of(plane.camera)
    for index in np.ndindex(2, 2):
        moved = []
        for sign in (0.1, -0.1):
            ends = [np.array(span.ends_px, np.float64) for span in spans]
            for one in ends:
                one[index] += sign
            moved.append(_lengths(plane, [replace(s, ends_px=e) for s, e in zip(spans, ends, strict=True)]))
        variance += ((moved[0] - moved[1]) / 0.2 * click_px) ** 2
    return np.asarray(np.sqrt(variance))


def _agreeing(plane: Plane, spans: Sequence[KnownSpan]) -> Plane | Refusal:
    missed = _misses(plane, spans)
    worst = int(np.abs(missed).argmax())
    if abs(missed[worst]) <= _DISAGREE or len(spans) == 1:
        return plane
    seen_m = float(_lengths(plane, spans)[worst])
    return Refusal(
        f"The known distances disagree: going by all of them, the one of {spans[worst].length_m:g} m measures"
        f" {seen_m:.3g} m; check the numbers and that all points lie on the floor."
    )
