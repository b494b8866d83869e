"""The floor or table by a bank card that lies on it."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.edges import Outline
from tryon.place.evidence import SOURCES, Evidence, Refusal
from tryon.place.quads import Quad, find_quads
from tryon.place.sheet import CARD, MISFIT, fit_sheet, marked_outline, told_apart, unlike_floor
from tryon.types import Plane

_ROUND_M = 0.00318  # ISO/IEC 7810: corner radius 2.88 to 3.48 mm
_CORNER_SHARE = 0.09
_LEAST_PX = 34.0
_LEAST_SUPPORT, _LEAST_SIDE = 0.7, 0.45
_RIVAL = 0.5
_LEAST_CONTRAST = 10.0  # codes between card and floor at a corner
_TIP, _SHARP_PX = 0.6, 1.6  # where between corner and arc is looked, and how far from either side that must be

# The card's corners, for evidence that is still in use.
_SEEN: WeakKeyDictionary[Evidence, NDArray[np.float64]] = WeakKeyDictionary()


@SOURCES.register("card")
def from_card(evidence: Evidence) -> Plane | Refusal | None:
    """The plane under a card of ISO/IEC 7810 ID-1, 85.60 × 53.98 mm.

    Rectangles of that shape are common: books, boxes, tiles. Unless someone says that there is a card, its round
    corners must be seen.
    """
    asked = "card" in evidence.wanted
    if evidence.wanted and not asked:
        return None
    if evidence.corners_px is not None:
        if not asked:
            return None  # marked corners are a sheet's unless someone says card
        marked = marked_outline(evidence, corner_share=_CORNER_SHARE)
        return marked if isinstance(marked, Refusal) else _plane(marked, evidence)
    quads = find_quads(
        evidence.frame.pixels,
        least_px=_LEAST_PX,
        colored=True,
        corner_share=_CORNER_SHARE,
        plausible=lambda quad: (
            (fit := fit_sheet(quad.outline, CARD, evidence, rough=True)) is not None and fit.misfit < 150.0
        ),
    )
    size = np.array([evidence.frame.width, evidence.frame.height], np.float64)
    rated: list[tuple[float, Quad]] = []
    unsure = False
    for quad in quads:
        outline = quad.outline
        if outline.support.mean() < _LEAST_SUPPORT or outline.support.min() < _LEAST_SIDE:
            continue
        if (outline.corners_px < 0.0).any() or (outline.corners_px > size - 1.0).any():
            continue
        fit = fit_sheet(outline, CARD, evidence)
        if fit is None or fit.misfit > MISFIT or unlike_floor(fit.plane, evidence.up) is not None:
            continue
        tips = round_corners(evidence.frame.pixels, outline)
        if tips is None:
            unsure = True
            if not asked:
                continue
        elif tips < (2 if asked else 3):
            continue
        rated.append((quad.score - 0.3 * float(np.log1p(fit.misfit)), quad))
    if not rated:
        reason = "No bank card was found; lay one flat in view, nearer to the camera, or mark its corners."
        if unsure and not asked:
            reason = "What may be a bank card is too small to be sure; go nearer or say --scale card."
        return Refusal(reason, telling=False)
    rated.sort(key=lambda pair: -pair[0])
    best = rated[0][1].outline
    extent = float(np.linalg.norm(np.ptp(best.corners_px, axis=0)))
    for score, quad in rated[1:]:
        apart = float(np.linalg.norm(quad.outline.corners_px.mean(0) - best.corners_px.mean(0)))
        if score > rated[0][0] - _RIVAL and apart > 0.6 * extent:
            return Refusal("Two bank cards are in view; leave one, or mark the corners of the one that counts.")
    _SEEN[evidence] = best.corners_px
    return _plane(best, evidence)


def seen_card(evidence: Evidence) -> NDArray[np.float64] | None:
    """(4, 2) corners of the card that was found for this very evidence; None when none was."""
    return _SEEN.get(evidence)


def _plane(outline: Outline, evidence: Evidence) -> Plane | Refusal:
    answer = told_apart(outline, (CARD,), evidence)
    return answer if isinstance(answer, Refusal) else answer[1]


def round_corners(pixels: NDArray[np.uint8], outline: Outline) -> int | None:
    """How many of the four corners are cut off round as a card's; None where pixels are too large to see it."""
    corners = outline.corners_px
    sides = np.linalg.norm(np.roll(corners, -1, 0) - corners, axis=1)
    long_side = 0 if sides[0] + sides[2] > sides[1] + sides[3] else 1
    px_by_m = float(min(sides[long_side] + sides[long_side - 2], 1e9)) / (2.0 * CARD.size_m[0])
    tip_m = _ROUND_M * (np.sqrt(2.0) - 1.0) / np.sqrt(2.0)  # how far the arc's middle is from either side
    if _TIP * tip_m * px_by_m < _SHARP_PX:
        return None
    count = 0
    for index in range(4):
        lengths = CARD.size_m if (index % 2 == 0) == (long_side == 0) else CARD.size_m[::-1]
        first = (corners[(index + 1) % 4] - corners[index]) / lengths[0]  # pixels a meter, about
        second = (corners[index - 1] - corners[index]) / lengths[1]
        spots_m = 0.001 * np.array(
            [[6.0, 2.5], [2.5, 6.0], [6.0, -2.5], [-2.5, 6.0], 1e3 * _TIP * np.array([tip_m, tip_m])]
        )
        seen = [_color(pixels, corners[index] + a_m * first + b_m * second) for a_m, b_m in spots_m]
        inside, outside, tip = 0.5 * (seen[0] + seen[1]), 0.5 * (seen[2] + seen[3]), seen[4]
        away = outside - inside
        reach = float(away @ away)
        count += int(reach > _LEAST_CONTRAST**2 and float((tip - inside) @ away) > 0.5 * reach)
    return count


def _color(pixels: NDArray[np.uint8], at_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """(3,) codes between pixels."""
    return cv2.getRectSubPix(pixels, (1, 1), (float(at_px[0]), float(at_px[1]))).astype(np.float64).reshape(3)
