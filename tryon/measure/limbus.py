"""The edge of an iris to a fraction of a pixel, where the lids leave it free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.geometry.face_mesh import LEFT_EYE, LEFT_IRIS, RIGHT_EYE, RIGHT_IRIS
from tryon.measure.limbus_kernel import fit_circle

Side = Literal["right", "left"]
_IRIS: Final = {"right": RIGHT_IRIS, "left": LEFT_IRIS}
_LIDS: Final = {"right": RIGHT_EYE, "left": LEFT_EYE}
_ANGLES = 28  # per side of the iris
_WIDEST_RAD = np.radians(42.0)  # from the eye's own horizontal; above that the lids begin
_STEPS = 64  # along each ray
_NEAREST, _FARTHEST = 0.62, 1.42  # where a ray begins and ends, in radii
_PRIOR_RADII = 0.13  # how far off the tracker's own iris usually is
# How far height and radius may be from where they start, in radii: the tracker's iris floats between the lids, and
# only when the other eye lent its radius is it a better guide than a short arc.
_LOOSE, _TIGHT = (0.35, 0.25), (0.08, 0.05)
_ROUNDS = 6
_LEAST_RAYS = 4  # on either side
_LEAST_CONTRAST = 0.006  # across the limbus, of white
_MOST_ASIDE, _MOST_ALOFT = 0.32, 0.6  # in radii
_NEAR_RADII, _NEAR_PX = 0.05, 0.4  # an edge that close to the circle speaks for it
_OWN_SIGMA = 0.10  # of the tracker's own iris diameter
_SHUT = 0.28  # lid gap over iris diameter; 0.8 is usual, 0.45 a narrow eye


@dataclass(frozen=True, slots=True, eq=False)
class Limbus:
    """One iris in the picture.

    center_px: (2,) float64. diameter_px: As seen, horizontally. diameter_sigma: Relative standard deviation.
    found: The edge was found in the picture; otherwise all values are the tracker's own.
    shut: The lids leave nothing to see. contrast: Typical rise along the rays, of white; next to none on a hand.
    evidence: Rise along the circle itself, on its weaker and stronger side alike; 0 when nothing was found. Of two
        circles over one eye the one with more is the limbus: half of a pupil's edge or of a corner's rises less.
    """

    center_px: NDArray[np.float64]
    diameter_px: float
    diameter_sigma: float
    found: bool
    shut: bool
    contrast: float
    evidence: float = 0.0


def fit_limbus(
    gray: NDArray[np.float32],
    points_px: NDArray[np.float32],
    side: Side,
    *,
    radius_px: float | None = None,
    grown: float = 1.0,
) -> Limbus:
    """The circle through the limbus left and right of the pupil, started from the tracker's iris.

    gray: (H, W) float32 light, linear, 0 to 1: in sRGB codes an edge seems to lie further in the dark.
    points_px: (478, 3) face points. radius_px: Of the other eye, when this one is to be looked for again.
    grown: Begin with the tracker's iris that many times as large; it sees narrow eyes' too small by up to a third.
    Rays run out from the pupil; on each the steepest rise from dark to bright is the edge; a circle is fitted to those
    that no lid covers, robustly.

    Source: after Daugman (PAMI 1993), who maximizes the radial derivative over circles; here per ray, so that what the
    lids cover drops out. Checked against rendered eyes in tests/measure/test_limbus.py.
    """
    rim = points_px[list(_IRIS[side]), :2].astype(np.float64)
    center, radius = rim[0], grown * float(np.linalg.norm(rim[1:] - rim[0], axis=1).mean())
    lids = points_px[list(_LIDS[side]), :2].astype(np.float64)
    across = lids[8] - lids[0] if side == "right" else lids[0] - lids[8]
    across = across / max(float(np.linalg.norm(across)), 1e-6)
    gap_px = float(np.linalg.norm(lids[[11, 12, 13]].mean(0) - lids[[3, 4, 5]].mean(0)))
    shut = gap_px < _SHUT * 2.0 * radius / grown
    if shut or radius < 2.0:
        return Limbus(center, 2.0 * radius, _OWN_SIGMA, False, shut, 0.0)
    loose = _LOOSE
    if radius_px is not None:
        radius, loose = radius_px, _TIGHT
    start, start_radius = center, radius
    own = Limbus(start, 2.0 * start_radius / grown, _OWN_SIGMA, False, False, 0.0)
    for _ in range(3):  # from the second time on rays start from the better center
        points, contrast, kept = _edges(gray, center, radius, across, lids)
        own = replace(own, contrast=max(own.contrast, float(np.median(contrast))))
        if min(kept[:_ANGLES].sum(), kept[_ANGLES:].sum()) < _LEAST_RAYS:
            return own
        fitted = _circle(points[kept], contrast[kept], across, start, start_radius, loose)
        if fitted is None:
            return own
        center, radius, sigma = fitted
    moved = (center - start) / start_radius
    aside, aloft = abs(float(moved @ across)), abs(float(moved[1] * across[0] - moved[0] * across[1]))
    # The tracker misses a pupil by up to a quarter of a radius sideways; what lies further is a corner or a shadow.
    if not 0.75 < radius / start_radius < 1.35 or aside > _MOST_ASIDE or aloft > _MOST_ALOFT:
        return own
    points, contrast, kept = _edges(gray, center, radius, across, lids)
    return Limbus(
        center, 2.0 * radius, sigma, True, False, own.contrast, _evidence(points - center, contrast, kept, radius)
    )


def _evidence(
    offset: NDArray[np.float64], contrast: NDArray[np.float64], kept: NDArray[np.bool_], radius: float
) -> float:
    """Mean rise of the rays that agree with the circle, the geometric mean of both sides, times their share."""
    near = kept & (np.abs(np.linalg.norm(offset, axis=1) - radius) < max(_NEAR_RADII * radius, _NEAR_PX))
    sides = [(contrast * near)[part].sum() / max(kept[part].sum(), 1) for part in (np.s_[:_ANGLES], np.s_[_ANGLES:])]
    return float(np.sqrt(sides[0] * sides[1])) * float(near.sum()) / max(float(kept.sum()), 1.0)


def _edges(
    gray: NDArray[np.float32],
    center: NDArray[np.float64],
    radius: float,
    across: NDArray[np.float64],
    lids: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Per ray, one side's after the other's: (n, 2) edge points, (n,) contrast, (n,) whether it is free and clear."""
    tilt = np.linspace(-_WIDEST_RAD, _WIDEST_RAD, _ANGLES)
    down = np.array([-across[1], across[0]])
    rays = np.concatenate([np.cos(tilt)[:, None] * sign * across + np.sin(tilt)[:, None] * down for sign in (1, -1)])
    reach = np.linspace(_NEAREST, _FARTHEST, _STEPS) * radius
    places = center + rays[:, None, :] * reach[None, :, None]
    profile = cv2.remap(
        gray, places[..., 0].astype(np.float32), places[..., 1].astype(np.float32), cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    step_px = float(reach[1] - reach[0])
    smooth = cv2.GaussianBlur(profile, (0, 0), sigmaX=max(0.9, 0.05 * radius) / step_px, sigmaY=2.0)
    rise = np.gradient(smooth, axis=1)
    usual = np.exp(-0.5 * ((reach / radius - 1.0) / (2.0 * _PRIOR_RADII)) ** 2)
    best = np.argmax(rise[:, 2:-2] * usual[2:-2], axis=1) + 2
    rows = np.arange(len(rays))
    before, at, after = (rise[rows, best + offset] for offset in (-1, 0, 1))
    bend = before - 2.0 * at + after
    shift = np.where(np.abs(bend) > 1e-9, 0.5 * (before - after) / np.where(np.abs(bend) > 1e-9, bend, 1.0), 0.0)
    edge_px = reach[best] + np.clip(shift, -1.0, 1.0) * step_px
    contrast = at * max(0.9, 0.05 * radius) / step_px * 2.5  # height of a blurred step from its slope
    points = center + rays * edge_px[:, None]
    kept = _inside(points, lids, margin=0.05 * radius) & (contrast > _LEAST_CONTRAST)
    return points, contrast.astype(np.float64), kept


def _inside(points: NDArray[np.float64], outline: NDArray[np.float64], *, margin: float) -> NDArray[np.bool_]:
    """(n,) whether points lie inside an outline (even-odd rule) and at least `margin` from it."""
    following = np.roll(outline, -1, axis=0)
    along = following - outline
    offset = points[:, None] - outline[None]
    share = np.clip((offset * along).sum(2) / np.maximum((along**2).sum(1), 1e-9), 0.0, 1.0)
    away = np.linalg.norm(offset - share[..., None] * along, axis=2).min(1)
    crosses = (outline[:, 1] > points[:, 1:]) != (following[:, 1] > points[:, 1:])
    slope = along[:, 0] / np.where(along[:, 1] == 0.0, 1e-9, along[:, 1])
    left = points[:, :1] < outline[:, 0] + slope * (points[:, 1:] - outline[:, 1])
    inside: NDArray[np.bool_] = ((crosses & left).sum(1) % 2 == 1) & (away > margin)
    return inside


def _circle(
    points: NDArray[np.float64],
    contrast: NDArray[np.float64],
    across: NDArray[np.float64],
    start: NDArray[np.float64],
    start_radius: float,
    loose: tuple[float, float],
) -> tuple[NDArray[np.float64], float, float] | None:
    """Center, radius and the radius' relative sigma; the height, which the sides hardly tell, leans on the tracker."""
    down = np.array([-across[1], across[0]])
    local = np.stack([(points - start) @ across, (points - start) @ down], 1)
    prior = 1.0 / np.array([0.5, *loose]) / start_radius
    weight = np.minimum(contrast / np.median(contrast), 1.5)
    answer = np.empty(3)
    sigma_px = fit_circle(local, weight, start_radius, prior, _ROUNDS, _LEAST_RAYS, answer)
    if sigma_px < 0.0:
        return None
    radius = float(answer[2])
    return start + answer[0] * across + answer[1] * down, radius, max(sigma_px / radius, 0.008)
