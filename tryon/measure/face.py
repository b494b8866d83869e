"""How large one face really is, from everything that tells."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import ScaleUnknownError, ShapeError
from tryon.measure.estimate import SOURCES, Estimate, Evidence, Refusal
from tryon.measure.eyes import Eyes, read_eyes
from tryon.measure.fuse import fuse
from tryon.measure.known_pd import checked_pd_mm
from tryon.types import Camera, Face, Frame, HeadScale, Measure

_log = logging.getLogger(__name__)
_WIDTH_SIGMA = 0.03  # of the tracked face's outline, relative: benchmarks/face_scale.py
# A near camera sees the outline, 6 cm behind the eyes, smaller than a portrait lens does; the tracker has learned from
# portraits and gives back only so much of that. Fitted on rendered heads at 35 to 60 cm.
_OUTLINE_SHARE, _PORTRAIT_M = 0.4, 1.5
_Z_95 = 1.96
#: In the order in which they are asked.
BUILT_IN = ("known_pd", "card", "depth", "iris")


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """A head's size, every source's own answer, and what a person should know.

    remarks: Sentences: sources that disagree, a card that could not be used.
    """

    scale: HeadScale
    estimates: tuple[Estimate, ...]
    remarks: tuple[str, ...]
    eyes: Eyes


def measure_face(
    frame: Frame,
    face: Face,
    camera: Camera,
    *,
    sources: Sequence[str] | None = None,
    known_pd_mm: float | None = None,
    depth: NDArray[np.float32] | None = None,
    card_corners_px: ArrayLike | None = None,
    camera_known: bool = False,
) -> HeadScale:
    """True lengths of a face and by how much its tracked mesh must grow; remarks are logged as warnings.

    Args as `measure`, and the same errors.
    """
    found = measure(
        frame, face, camera, sources=sources, known_pd_mm=known_pd_mm, depth=depth, card_corners_px=card_corners_px,
        camera_known=camera_known,
    )  # fmt: skip
    for remark in found.remarks:
        _log.warning("%s", remark)
    return found.scale


def measure(
    frame: Frame,
    face: Face,
    camera: Camera,
    *,
    sources: Sequence[str] | None = None,
    known_pd_mm: float | None = None,
    depth: NDArray[np.float32] | None = None,
    card_corners_px: ArrayLike | None = None,
    camera_known: bool = False,
) -> Measurement:
    """As `measure_face`, with what each source said.

    Args:
        face: Tracked with pose under the same `camera`.
        sources: Names of `SOURCES` to go by; None takes all that have something to go by.
        known_pd_mm: Pupillary distance for far vision, 40 to 85.
        depth: (h, w) meters along the camera's axis, aligned with the picture; holes are 0, NaN or inf.
        card_corners_px: (4, 2) corners of a bank card, in turn round it, when it shall not be searched for.
        camera_known: The focal length is real; otherwise intervals allow for 12 % of error.

    Raises:
        ScaleUnknownError: No source could tell, with the first one's reason; or the eyes cannot be measured.
        ParameterError, ShapeError: A known PD, corners or a depth frame that cannot be.
    """
    if known_pd_mm is not None:
        checked_pd_mm(known_pd_mm)
    eyes = read_eyes(frame, face, camera)
    evidence = Evidence(
        frame=frame,
        face=face,
        camera=camera,
        eyes=eyes,
        camera_known=camera_known,
        known_pd_mm=known_pd_mm,
        depth_m=depth,
        card_corners_px=_corners(card_corners_px),
    )
    names = tuple(sources) if sources is not None else (*BUILT_IN, *(name for name in SOURCES if name not in BUILT_IN))
    answers = [(name, SOURCES.get(name)(evidence)) for name in names]
    estimates = tuple(answer for _, answer in answers if isinstance(answer, Estimate))
    refusals = [answer for _, answer in answers if isinstance(answer, Refusal)]
    if not estimates:
        raise ScaleUnknownError(refusals[0].reason if refusals else _nothing(names))
    fused, remarks = fuse(estimates, eyes)
    asked = sources is not None
    told = tuple(refusal.reason for refusal in refusals if refusal.telling or asked)
    return Measurement(head_scale(fused, eyes), estimates, remarks + told, eyes)


def head_scale(estimate: Estimate, eyes: Eyes) -> HeadScale:
    """The lengths that follow from a scale, with their 95 % intervals."""
    pd_m = eyes.pd_m(estimate.scale)
    width_m = _face_width_m(estimate.scale, eyes)
    return HeadScale(
        pupillary_distance=_measure(pd_m, estimate.pd_sigma, estimate.source),
        face_width=_measure(width_m, math.hypot(estimate.scale_sigma, _WIDTH_SIGMA), estimate.source),
        true_from_canonical=estimate.scale,
    )


def _face_width_m(scale: float, eyes: Eyes) -> float:
    outline = eyes.mesh_m[[234, 454]]
    tracked_m = scale * float(np.linalg.norm(outline[1] - outline[0]))
    away_m = scale * eyes.depth_m
    deep_m = scale * max(0.0, -float(outline[:, 2].mean()) - eyes.depth_m)
    excess = max(0.0, deep_m / away_m - deep_m / _PORTRAIT_M)
    return tracked_m / (1.0 + _OUTLINE_SHARE * excess)


def _measure(value_m: float, sigma: float, source: str) -> Measure:
    factor = math.exp(_Z_95 * sigma)
    return Measure(value_m, value_m / factor, value_m * factor, source)


def _corners(corners_px: ArrayLike | None) -> NDArray[np.float64] | None:
    if corners_px is None:
        return None
    corners = np.asarray(corners_px, np.float64)
    if corners.shape != (4, 2) or not np.isfinite(corners).all():
        raise ShapeError("card_corners_px", expected="four points of x and y", got=corners.shape)
    return corners


def _nothing(names: Sequence[str]) -> str:
    return f"Nothing to measure by: {', '.join(names)} had nothing to go by; give a known PD, a card or a depth frame."
