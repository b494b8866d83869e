"""Sheets of office paper in a picture, A4 or Letter, told by their shape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.edges import Outline
from tryon.place.evidence import Evidence, Refusal
from tryon.place.flat_fit import FlatFit
from tryon.place.quads import Quad, cut_by_border, find_quads
from tryon.place.sheet import A4, LETTER, MISFIT, SheetSize, fit_sheet, marked_outline, told_apart, unlike_floor
from tryon.types import Plane

_LEAST_PX = 36.0  # of its longer side, in a picture 1000 pixels long
_CORNER_SHARE = 0.05  # corners curl
_PALE, _COLORED = 0.3, 0.3  # least paleness, most chroma: shade and lamps tint white paper
_PALER = 0.012  # than the floor beside it, of most sides
_LEAST_SUPPORT, _LEAST_SIDE = 0.5, 0.2
_LEAST_SCORE, _VAGUE = 1.8, 0.02  # the floor's grain makes quads of 1.0 to 1.6, and vague ones
_ROUGH_MISFIT = 150.0  # before the sides are traced in the whole picture
_WHITE, _GREY = 0.55, 0.15  # least paleness and most chroma of what is called paper though it gives no scale
_SAME_TILT, _SAME_HEIGHT = 0.94, 1.35  # cosine, and factor, that two sheets on one floor may differ by
_RIVAL, _ALIKE = 0.6, 0.8  # of score and of paleness: what comes that near to the best is a second sheet


@dataclass(frozen=True, slots=True, eq=False)
class _Paper:
    """A sheet's outline; its size is told later. plausible: So white that it hardly is anything else."""

    outline: Outline
    plausible: bool = True


_SEEN: WeakKeyDictionary[Evidence, _Paper | Refusal | None] = WeakKeyDictionary()
"""What was found for evidence that is still in use, for A4 and Letter ask the same."""


def plane_of_paper(evidence: Evidence, size: SheetSize) -> Plane | Refusal | None:
    """The floor by a sheet of one size; None when the sheet is of the other size and nobody asked for this one.

    When the caller wants just one of both sizes, that word counts where the view cannot tell them apart.
    """
    asked = {"a4": A4, "letter": LETTER}
    wanted = [asked[name] for name in evidence.wanted if name in asked]
    if evidence.wanted and size not in wanted:
        return None
    found = _found(evidence)
    if not isinstance(found, _Paper):
        return found if size is (wanted or [A4])[0] else None  # said once
    answer = told_apart(found.outline, (A4, LETTER), evidence)
    if isinstance(answer, Refusal):
        if len(wanted) == 1:
            answer = told_apart(found.outline, (size,), evidence)
        elif size is not A4:
            return None
    if isinstance(answer, Refusal):
        return replace(answer, telling=found.plausible)
    told, plane = answer
    if told is size:
        return plane
    if len(wanted) != 1:
        return None
    return Refusal(
        f"Expected an {size.name}, but what lies there has the shape of a {told.name}; say --scale"
        f" {'letter' if told is LETTER else 'a4'} if that is right."
        if size is A4
        else f"Expected a {size.name}, but what lies there has the shape of an {told.name}; say --scale a4 if that is"
        " right."
    )


def seen_paper(evidence: Evidence) -> NDArray[np.float64] | None:
    """(4, 2) corners of the sheet that a source found for this very evidence; None when none did."""
    found = _SEEN.get(evidence)
    return found.outline.corners_px if isinstance(found, _Paper) else None


def _found(evidence: Evidence) -> _Paper | Refusal | None:
    if evidence not in _SEEN:
        if evidence.corners_px is not None:
            marked = marked_outline(evidence, corner_share=_CORNER_SHARE)
            _SEEN[evidence] = marked if isinstance(marked, Refusal) else _Paper(marked)
        else:
            _SEEN[evidence] = find_paper(evidence)
    return _SEEN[evidence]


def find_paper(evidence: Evidence) -> _Paper | Refusal | None:
    """The one sheet in view; a refusal that says what is wrong with what looks like one; None when nothing does."""
    pixels = evidence.frame.pixels
    quads = find_quads(
        pixels,
        least_px=_LEAST_PX,
        colored=False,
        corner_share=_CORNER_SHARE,
        plausible=lambda quad: _paperlike(quad) and _shaped(quad, evidence),
    )
    size = np.array([pixels.shape[1], pixels.shape[0]], np.float64)
    rated: list[tuple[float, Quad, Plane]] = []
    reasons: list[tuple[float, str, bool]] = []
    for quad in quads:
        if not _paperlike(quad):
            continue
        corners, white = quad.outline.corners_px, quad.paleness > _WHITE and quad.chroma < _GREY
        if (corners < -0.5).any() or (corners > size - 0.5).any():
            reasons.append((quad.score, "is cut by the picture's edge; take the photo with all of it in view", white))
            continue
        fits = [fit for one in (A4, LETTER) if (fit := fit_sheet(quad.outline, one, evidence)) is not None]
        best_fit: FlatFit | None = min(fits, key=lambda one: one.cost, default=None)
        if best_fit is None or best_fit.misfit > MISFIT:
            reasons.append(
                (quad.score, "has the shape of neither A4 nor Letter; lay it flat, unfolded, not bent", white)
            )
            continue
        odd = unlike_floor(best_fit.plane, evidence.up, long_m=max(LETTER.size_m))
        if odd is not None:
            reasons.append((quad.score, f"{odd}; lay it flat on the floor", white))
            continue
        rated.append((quad.score - 0.3 * float(np.log1p(best_fit.misfit)), quad, best_fit.plane))
    if not rated:
        if cut_by_border(pixels, least_px=_LEAST_PX):
            return Refusal(
                "What looks like a sheet of paper is cut by the picture's edge; take the photo with all of it in view."
            )
        if reasons:
            score, reason, white = max(reasons)
            return Refusal(f"What looks like a sheet of paper {reason}.", telling=score > 2.2 and white)
        return Refusal("No sheet of paper was found; lay one flat on the floor or mark its corners.", telling=False)
    rated.sort(key=lambda one: -one[0])
    best_score, best, floor = rated[0]
    plausible = best.paleness > _WHITE and best.chroma < _GREY
    for score, quad, plane in rated[1:]:
        apart = _overlap(best.outline, quad.outline) < 0.05
        if apart and score > best_score - _RIVAL and quad.paleness > _ALIKE * best.paleness:
            # Sheets that lie on one floor say the same of it; what does not is walls, screens and furniture.
            return Refusal(
                "Two sheets of paper are in view; leave one, or mark the corners of the one that counts.",
                telling=plausible and _same_floor(floor, plane),
            )
    return _Paper(best.outline, plausible)


def _same_floor(one: Plane, other: Plane) -> bool:
    higher = max(one.distance_m, other.distance_m) / min(one.distance_m, other.distance_m)
    return float(one.normal @ other.normal) > _SAME_TILT and higher < _SAME_HEIGHT


def _shaped(quad: Quad, evidence: Evidence) -> bool:
    fits = (fit_sheet(quad.outline, one, evidence, rough=True) for one in (A4, LETTER))
    return any(fit is not None and fit.misfit < _ROUGH_MISFIT for fit in fits)


def _paperlike(quad: Quad) -> bool:
    support = quad.outline.support
    pale = quad.paleness > _PALE and quad.chroma < _COLORED
    extent_px = float(np.sqrt(cv2.contourArea(quad.outline.corners_px.astype(np.float32))))
    clear = quad.score > _LEAST_SCORE and float(np.median(quad.outline.sigma_px)) < _VAGUE * extent_px
    seen = support.mean() > _LEAST_SUPPORT and support.min() > _LEAST_SIDE
    return bool(pale and clear and seen and (quad.paler > _PALER).sum() >= 3)


def _overlap(a: Outline, b: Outline) -> float:
    """Shared area over the smaller of both."""
    first, second = a.corners_px.astype(np.float32), b.corners_px.astype(np.float32)
    shared = cv2.intersectConvexConvex(first, second)[0]
    return float(shared) / max(min(cv2.contourArea(first), cv2.contourArea(second)), 1.0)
