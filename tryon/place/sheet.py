"""Which sheet of known size lies in view, on what plane: found by itself or marked by hand, or why neither."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.place.edges import Outline, trace_outline
from tryon.place.evidence import Evidence, Refusal
from tryon.place.flat_fit import FlatFit
from tryon.place.rectangle import fit_rectangle
from tryon.types import Plane

_CUT_SIGMA_M = 3e-4  # of paper's sides: ISO 216 allows 2 mm, guillotines keep to 0.3 mm
_CLICK_PX = 1.5  # of a corner marked by hand, in a picture _CLICK_WIDE_PX long or on its screen
_CLICK_WIDE_PX = 1200.0
_SNAP_SHARE = 0.03  # of the sheet's size that hand-marked corners may be off and still move to the edges
_NEAREST_M, _FARTHEST_M = 0.12, 3.5  # a camera in somebody's hands over a floor or table
_WHOLE = 0.8  # of a page's longer side: nearer it is not seen whole; a focal length taken for granted is 12 % off
MISFIT = 40.0  # chi-squared a degree of freedom from which on it is another shape, or far from flat
_CLEARLY = 9.0  # chi-squared by which one size must beat the other
_UNSURE = 0.25  # relative, of the camera's height, at 95 %: worse than that is no scale
_LEAN_RAD = np.radians(15.0)
_FACING_AWAY, _SIDEWAYS = -0.12, 0.6  # of a floor's normal with no gravity given: up or down, and to the side


@dataclass(frozen=True, slots=True)
class SheetSize:
    """A rectangle of known size: its name as shown to people, and its sides.

    sigma_m: How exactly it is cut. flat: How far its corners may be from where a flat one's are seen, as a share of
        its diagonal: paper waves, cards bow, lenses bend.
    """

    name: str
    size_m: tuple[float, float]
    sigma_m: float
    flat: float


A4 = SheetSize("A4 sheet", (0.297, 0.210), _CUT_SIGMA_M, 0.0006)  # ISO 216
LETTER = SheetSize("Letter sheet", (0.2794, 0.2159), _CUT_SIGMA_M, 0.0006)  # ANSI/ASME Y14.1
CARD = SheetSize("bank card", (0.0856, 0.05398), 5e-5, 0.001)  # ISO/IEC 7810 ID-1


def fit_sheet(outline: Outline, size: SheetSize, evidence: Evidence, *, rough: bool = False) -> FlatFit | None:
    """The plane under an outline taken for a sheet of one size; None where it can be no flat rectangle.

    Args:
        rough: Only `misfit` and `cost` are wanted, which takes half as long.
    """
    corners = outline.corners_px
    sides = np.linalg.norm(np.roll(corners, -1, 0) - corners, axis=1)
    pairs = (0.5 * (sides[0] + sides[2]), 0.5 * (sides[1] + sides[3]))
    long_px, short_px = max(pairs), min(pairs)
    diagonal_px = 0.5 * float(np.linalg.norm(corners[2] - corners[0]) + np.linalg.norm(corners[3] - corners[1]))
    long_m, short_m = size.size_m
    sigma = (
        float(np.hypot(size.sigma_m, 2.0 * outline.spread_sigma_px * long_m / long_px)),
        float(np.hypot(size.sigma_m, 2.0 * outline.spread_sigma_px * short_m / short_px)),
    )
    corner_sigma_px = np.hypot(outline.sigma_px, size.flat * diagonal_px)
    try:
        with np.errstate(all="ignore"):  # outlines that are no rectangle's run off to infinity
            first = _fitted(corners, size, evidence, corner_sigma_px, sigma)
            if rough or first.misfit <= 1.5:
                return first if np.isfinite(first.misfit) else None
            # A sheet that waves must not turn the focal length: its corners weigh as little as they fit.
            again = _fitted(corners, size, evidence, corner_sigma_px * np.sqrt(first.misfit), sigma)
    except (ParameterError, np.linalg.LinAlgError):
        return None
    if not (np.isfinite(first.misfit) and np.isfinite(again.plane.covariance).all()):
        return None
    return replace(again, misfit=first.misfit, cost=first.cost)


def _fitted(
    corners: NDArray[np.float64],
    size: SheetSize,
    evidence: Evidence,
    corner_sigma_px: NDArray[np.float64],
    sigma_m: tuple[float, float],
) -> FlatFit:
    return fit_rectangle(
        corners,
        size.size_m,
        evidence.intrinsics,
        corner_sigma_px=corner_sigma_px,
        size_sigma_m=sigma_m,
        up=evidence.up,
        source=size.name,
    )


def unlike_floor(plane: Plane, up: NDArray[np.float64] | None, *, long_m: float = 0.0) -> str | None:
    """Why a plane can be no floor or table a camera in hand looks down on; None when it can.

    long_m: The longer side of what lies on it: from much nearer than that no camera sees all of it.
    """
    tilt = float(np.sqrt(max(float(np.linalg.eigvalsh(plane.covariance[:2, :2]).max()), 0.0)))
    if up is not None:
        off = float(np.arccos(np.clip(plane.normal @ up / np.linalg.norm(up), -1.0, 1.0)))
        if off > _LEAN_RAD + 2.0 * tilt:
            return f"leans {np.degrees(off):.0f}° off level"
    elif plane.normal[1] < _FACING_AWAY - 2.0 * tilt or abs(plane.normal[0]) > _SIDEWAYS + 2.0 * tilt:
        return "leans as on a wall"
    if not max(_NEAREST_M, _WHOLE * long_m) < plane.distance_m < _FARTHEST_M:
        return f"would put the camera {plane.distance_m:.2f} m above it"
    return None


def told_apart(outline: Outline, sizes: tuple[SheetSize, ...], evidence: Evidence) -> tuple[SheetSize, Plane] | Refusal:
    """The size an outline has, of several or of the only one it may have, and its plane."""
    fits = [(size, fit) for size in sizes if (fit := fit_sheet(outline, size, evidence)) is not None]
    names = " or ".join(size.name for size in sizes)
    if not fits:
        return Refusal(f"What was marked is no flat rectangle such as a {names}; mark its four corners in turn.")
    fits.sort(key=lambda pair: pair[1].cost)
    size, fit = fits[0]
    if fit.misfit > MISFIT:
        return Refusal(
            f"The sheet in view has not the shape of a {names}; lay it flat and unfolded on the floor, all of it in"
            " view."
        )
    # A sheet that waves fits its own size badly too: what it misses that by is the measure (an F-test).
    needed = _CLEARLY * max(fit.misfit, 1.0)
    if len(fits) > 1 and fits[1][1].cost - fit.cost < needed:
        others = " or ".join(one.name.split()[0] for one, other in fits if other.cost - fit.cost < needed)
        return Refusal(
            f"A sheet is in view, but {others} cannot be told apart with this camera's focal length and this view;"
            " say which it is, such as --scale a4."
        )
    unsure = 1.96 * float(np.sqrt(fit.plane.covariance[2, 2]))
    if unsure > _UNSURE:
        return Refusal(
            f"The {size.name} in view gives the scale only to within {100.0 * unsure:.0f} %; go nearer, look more from"
            " above, or give the camera's focal length."
        )
    odd = unlike_floor(fit.plane, evidence.up, long_m=max(size.size_m))
    if odd is not None:
        return Refusal(f"The {size.name} in view {odd}; lay it flat on the floor.")
    return size, fit.plane


def marked_outline(evidence: Evidence, *, corner_share: float) -> Outline | Refusal:
    """The outline marked by hand, moved onto the picture's edges where they are near, else as it was marked."""
    marked = np.asarray(evidence.corners_px, np.float64)
    if marked.shape != (4, 2) or not np.isfinite(marked).all():
        return Refusal(f"Expected four marked corners, each x and y in pixels, got shape {marked.shape}.")
    size = np.array([evidence.frame.width, evidence.frame.height])
    if (marked < -0.5 * size).any() or (marked > 1.5 * size).any():
        return Refusal("The marked corners lie outside the picture; mark the four corners of the sheet.")
    middle = marked.mean(axis=0)
    turned = marked[np.argsort(np.arctan2(*(marked - middle).T[::-1]))]  # clockwise as seen, whatever their order was
    if not cv2.isContourConvex(turned.astype(np.float32)) or cv2.contourArea(turned.astype(np.float32)) < 100.0:
        return Refusal("The marked corners make no rectangle seen from above; mark the four corners of the sheet.")
    extent = float(np.sqrt(cv2.contourArea(turned.astype(np.float32))))
    reach_px = max(4.0, _SNAP_SHARE * extent)
    snapped = trace_outline(evidence.frame.pixels, turned, corner_share=corner_share, reach_px=reach_px)
    if snapped is not None and snapped.support.min() > 0.35 and snapped.support.mean() > 0.6:
        moved_px = float(np.linalg.norm(snapped.corners_px - turned, axis=1).max())
        if moved_px < 1.5 * reach_px:
            return snapped
    sigma = _CLICK_PX * max(1.0, float(size.max()) / _CLICK_WIDE_PX)
    return Outline(turned, np.full(4, sigma), np.zeros(4), np.zeros(4), np.zeros(4), 0.0)
