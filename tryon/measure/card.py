"""Scale from a bank card held flat to the forehead or the chin."""

from __future__ import annotations

import functools
import math

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.measure.card_lines import CARD_M, Rectangle, find_rectangles
from tryon.measure.card_pose import CardPose, fit_card, solve_card
from tryon.measure.estimate import SOURCES, Estimate, Evidence, Refusal
from tryon.measure.iris import IRIS_M

CARD_THICKNESS_M = 0.00076  # ISO/IEC 7810
_TOLERANCE = 0.22  # of the size the irises promise: ±9 % of theirs, tilt, the card's own depth
_BRACKET = 0.20  # scale by card over scale by iris beyond which the thing is no card, or not at the face
# Of a tracked face's forehead or chin against its pupils: its relief, and its pitch by the distance from the eyes.
_RELIEF_SIGMA_M, _PITCH_SIGMA_RAD = 0.0015, 0.05
# A card over the chin makes the tracker nod the head: by 1.4° as far as the chin's depth tells, on rendered heads, and
# alike on each of four faces (2.1 to 3.6 mm of depth).
_NOD_RAD = 0.025
_FOCAL_SIGMA = 0.12  # of the focal length taken for granted
_MOST_LEAN_RAD = math.radians(32.0)
_LEAST_SUPPORT, _LEAST_SIDE, _SIDES = 0.58, 0.12, 0.35
_MISS_PX, _MISS_SHARE = 0.4, 0.0012  # of edge points from the fit: pixels, and a bent card's share of its width
_LEAST_QUALITY, _CLEAR_SIDE = 0.85, 0.4
_RIVAL = 0.85  # a second card whose support is that close to the first's
# Places all over a triangle of the face, barycentric: skin touches between its corners too.
_SHARES = np.array([(a, b, 4 - a - b) for a in range(5) for b in range(5 - a)]) / 4.0
_HOLD = "hold it flat against the forehead or the chin, with all its edges in view"


@SOURCES.register("card")
def from_card(evidence: Evidence) -> Estimate | Refusal | None:
    """The scale at which the tracked face touches the card from behind.

    The card's size gives its place in space; the face, whose place is known up to scale, grows until its skin under
    the card meets the card's back. How far the pupils lie behind the card follows from the face's own relief.
    """
    facing = _facing(evidence)
    if evidence.card_corners_px is not None:
        pose = _by_hand(evidence, evidence.card_corners_px, facing)
        if pose is None:
            return Refusal("The corners given do not make a card in front of the camera; give them in turn round it.")
        return _scale_of(evidence, pose)
    found = find_card(evidence, facing)
    if isinstance(found, Refusal):
        return found
    return _scale_of(evidence, found)


def find_card(evidence: Evidence, facing: NDArray[np.float64]) -> CardPose | Refusal:
    """The one ID-1 card near the face, or why there is none."""
    width_px, box = _expected(evidence)
    if width_px < 40.0:
        return Refusal(
            f"A card would be {width_px:.0f} px wide here, too small to measure; come closer.", telling=False
        )
    rectangles = find_rectangles(evidence.frame.pixels, width_px=width_px, tolerance=_TOLERANCE, box=box)
    fits = [
        (one, fit_card(evidence.frame.pixels, one.corners_px, evidence.camera, facing=facing)) for one in rectangles
    ]
    cards = [
        (_quality(fit, evidence), fit) for one, fit in fits if fit is not None and _is_card(one, fit, evidence, facing)
    ]
    if not cards:
        return Refusal(f"No bank card found near the face; {_HOLD}.", telling=False)
    cards.sort(key=lambda pair: -pair[0])
    most, best = cards[0]
    if most < _LEAST_QUALITY or best.support.min() < _CLEAR_SIDE:
        return Refusal(f"Expected a bank card with four clear edges, got one that blends into what is behind; {_HOLD}.")
    for worth, other in cards[1:]:
        apart = float(np.linalg.norm(other.corners_px.mean(0) - best.corners_px.mean(0)))
        if apart > 0.5 * width_px and worth > _RIVAL * most:
            return Refusal("Expected one bank card, got two; take the other one away.")
    if _is_cut(best.corners_px, evidence):
        return Refusal(f"The bank card is cut by the picture's edge; {_HOLD}.")
    return best


def _quality(fit: CardPose, evidence: Evidence) -> float:
    """How well an outline is seen, less what the irises hold against its size: a collar beside a card makes it longer.

    On rendered heads true outlines have 0.89 and more, and all sides of 0.44 and more despite the thumb; those with a
    foreign fourth edge have 0.89 and less, and that side 0.36 and less.
    """
    seen = float(fit.support.mean() + 0.5 * fit.support.min() - 0.1 * fit.miss_px)
    scale = _contact_scale(evidence, fit.camera_from_card)
    off = 1.0 if scale is None else math.log(scale / _iris_scale(evidence))
    return seen - 0.03 * (off / 0.05) ** 2


def _is_card(one: Rectangle, fit: CardPose, evidence: Evidence, facing: NDArray[np.float64]) -> bool:
    """Whether a fitted outline is a card's: edges on all sides, flat against the face, as large as the face says."""
    support = np.sort(fit.support)
    if support.mean() < _LEAST_SUPPORT or support[0] < _LEAST_SIDE or support[1] < _SIDES:
        return False
    if fit.miss_px > _MISS_PX + _MISS_SHARE * float(np.linalg.norm(fit.corners_px[1] - fit.corners_px[0])):
        return False
    if float(fit.camera_from_card[:3, 2] @ facing) < math.cos(_MOST_LEAN_RAD):
        return False
    moved = np.abs(fit.corners_px - one.corners_px).max()
    if moved > 0.12 * float(np.linalg.norm(one.corners_px[1] - one.corners_px[0])):
        return False
    scale = _contact_scale(evidence, fit.camera_from_card)
    return scale is not None and abs(math.log(scale / _iris_scale(evidence))) < _BRACKET


def _scale_of(evidence: Evidence, pose: CardPose) -> Estimate | Refusal:
    scale = _contact_scale(evidence, pose.camera_from_card)
    lever_m = 0.0
    if scale is not None:
        lever_m = _below_eyes_m(evidence, pose, scale)
        scale *= 1.0 + _NOD_RAD * max(0.0, lever_m) / (scale * evidence.eyes.depth_m)
    if scale is None:
        return Refusal(f"The bank card does not touch the face; {_HOLD}.")
    off = math.log(scale / _iris_scale(evidence))
    if abs(off) > _BRACKET:
        return Refusal(
            f"By the card this head would be {abs(math.expm1(off)):.0%} {'larger' if off > 0 else 'smaller'} than by "
            f"its irises, so it is no bank card or not at the face; {_HOLD}."
        )
    depth_m = scale * evidence.eyes.depth_m
    ahead_m = depth_m + float(pose.camera_from_card[2, 3])
    focal = 0.0 if evidence.camera_known else _FOCAL_SIGMA * (abs(ahead_m) + 0.0105) / depth_m
    relief = math.hypot(_RELIEF_SIGMA_M, _PITCH_SIGMA_RAD * abs(lever_m)) / depth_m
    sigma = math.hypot(pose.depth_sigma, relief, focal, 0.001)
    # The scale itself leans on the focal length as much as the pupillary distance does: both are seen, not derived.
    return Estimate(scale, sigma, math.hypot(sigma, evidence.eyes.span_sigma), "bank card")


def _below_eyes_m(evidence: Evidence, pose: CardPose, scale: float) -> float:
    """How far the card's middle is below the pupils' along the face; negative at a forehead."""
    eyes = evidence.eyes
    away_px = pose.corners_px.mean(0) - 0.5 * eyes.pupils_px.sum(0)
    up = eyes.turn[:2, 1] * [1.0, -1.0]
    return -float(away_px @ up) / float(np.linalg.norm(up)) * scale * eyes.depth_m / evidence.camera.focal_x_px


def _by_hand(evidence: Evidence, corners: NDArray[np.float64], facing: NDArray[np.float64]) -> CardPose | None:
    """Corners given by hand, drawn onto the picture's edges when they are near; else taken as they are."""
    center = corners.mean(0)
    order = np.argsort(np.arctan2(corners[:, 1] - center[1], corners[:, 0] - center[0]))  # clockwise with y down
    corners = corners[order]
    sides = np.linalg.norm(np.roll(corners, -1, 0) - corners, axis=1)
    if sides.min() < 8.0:
        return None
    if sides[0] + sides[2] < sides[1] + sides[3]:
        corners = np.roll(corners, -1, 0)
    fit = fit_card(evidence.frame.pixels, corners, evidence.camera, facing=facing)
    wide_px = float(np.linalg.norm(corners[1] - corners[0]))
    if fit is not None and np.abs(fit.corners_px - corners).max() < 0.03 * wide_px and np.sort(fit.support)[1] > 0.3:
        return fit
    pose = solve_card(corners, evidence.camera, facing=facing)
    if pose is None:
        return None
    return CardPose(pose, corners, 1.5 / wide_px, np.ones(4), 1.0)


def _facing(evidence: Evidence) -> NDArray[np.float64]:
    """Where a card held flat to this face looks: as the head does."""
    facing: NDArray[np.float64] = evidence.eyes.turn[:, 2]
    return facing


def _iris_scale(evidence: Evidence) -> float:
    eyes = evidence.eyes
    return IRIS_M * evidence.camera.focal_x_px / float(eyes.iris_px.mean()) / eyes.depth_m


def _expected(evidence: Evidence) -> tuple[float, tuple[int, int, int, int]]:
    """How wide a card at this face is in pixels, and the box to look for it in."""
    depth_m = _iris_scale(evidence) * evidence.eyes.depth_m - 0.02
    width_px = CARD_M[0] * evidence.camera.focal_x_px / depth_m
    points = evidence.face.landmarks.points_px[:468, :2]
    low, high = points.min(0) - 0.75 * width_px, points.max(0) + 0.75 * width_px
    height, width = evidence.frame.pixels.shape[:2]
    box = (max(0, int(low[0])), max(0, int(low[1])), min(width, int(high[0]) + 1), min(height, int(high[1]) + 1))
    return width_px, box


def _contact_scale(evidence: Evidence, camera_from_card: NDArray[np.float64]) -> float | None:
    """The scale at which the face first touches the card's back; None when no skin lies behind the card."""
    mesh = np.einsum("sk,tkc->stc", _SHARES, evidence.eyes.mesh_m[_triangles()]).reshape(-1, 3)
    normal, place = camera_from_card[:3, 2], camera_from_card[:3, 3]
    level = float(normal @ place) - CARD_THICKNESS_M  # both are negative: the card looks at the camera
    toward = mesh @ normal
    scales = level / np.where(toward < -1e-6, toward, -1e-6)
    # Each point where its own ray meets the card's plane, in the card's axes.
    on_card = (mesh * scales[:, None] - place) @ camera_from_card[:3, :2]
    half = 0.5 * np.array(CARD_M)
    behind = (np.abs(on_card) < half).all(1) & (toward < -1e-6)
    if behind.sum() < 20:
        return None
    return float(scales[behind].max())


@functools.cache
def _triangles() -> NDArray[np.int64]:
    with np.load(models.path("face_geometry")) as stored:
        return np.asarray(stored["triangles"], np.int64)


def _is_cut(corners_px: NDArray[np.float64], evidence: Evidence) -> bool:
    low, high = corners_px.min(0), corners_px.max(0)
    return bool(low.min() < 1.0 or high[0] > evidence.frame.width - 2.0 or high[1] > evidence.frame.height - 2.0)
