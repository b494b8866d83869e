"""From what a shopper says about the scale to the planes of the room."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from tryon.errors import ParameterError, ScaleUnknownError
from tryon.place import SOURCES, Evidence, Refusal, fuse
from tryon.types import Camera, Frame, Intrinsics, Plane

_ASSUMED_SIGMA = 0.12


def evidence_of(
    frame: Frame,
    path: str | Path | None,
    scale: Sequence[str] = (),
    intrinsics: Intrinsics | None = None,
    corners_px: ArrayLike | None = None,
) -> Evidence:
    """Everything known about a photo, from the texts that `--scale` takes."""
    known = intrinsics or Intrinsics(Camera.assumed(frame.width, frame.height), _ASSUMED_SIGMA, "assumed")
    wanted = tuple(text.partition(":")[0] for text in scale if text != "auto")
    corners = None if corners_px is None else np.asarray(corners_px, np.float64).reshape(-1, 2)
    if corners is not None and corners.shape != (4, 2):
        raise ParameterError(f"corners_px: expected four pixel positions, got {len(corners)}.")
    return Evidence(frame, known, wanted=wanted, corners_px=corners)


def find_planes(evidence: Evidence) -> tuple[tuple[Plane, ...], tuple[str, ...]]:
    """The planes that the sources give, the fused floor first, and sentences about them.

    Raises:
        ScaleUnknownError: No source gives one; the message holds their reasons.
    """
    found: list[Plane] = []
    refused: list[str] = []
    for name in evidence.wanted or tuple(SOURCES):
        answer = SOURCES.get(name)(evidence)
        if isinstance(answer, Plane):
            found.append(answer)
        elif isinstance(answer, Refusal) and (answer.telling or name in evidence.wanted):
            refused.append(answer.reason)
    if not found and refused:
        raise ScaleUnknownError(refused[0])
    plane, remarks = fuse(found)
    return (plane,), (*remarks, *refused)
