"""What a scale source is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.measure.eyes import Eyes
from tryon.registry import Registry
from tryon.types import Camera, Face, Frame


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Everything that may tell how large a face is.

    face: With a pose and a mesh, tracked under `camera`.
    camera_known: The focal length is the real one and not taken for granted.
    known_pd_mm: A pupillary distance for far vision that somebody typed in.
    depth_m: (h, w) depth along the camera's axis, seen from where the picture was taken; holes are 0, NaN or inf.
    card_corners_px: (4, 2) corners of an ID-1 card given by hand, in turn round the card.
    """

    frame: Frame
    face: Face
    camera: Camera
    eyes: Eyes
    camera_known: bool = False
    known_pd_mm: float | None = None
    depth_m: NDArray[np.float32] | None = None
    card_corners_px: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """One source's answer.

    scale: `HeadScale.true_from_canonical` as this source sees it.
    scale_sigma, pd_sigma: Relative standard deviations of the scale and of the pupillary distance that follows from it.
    source: As shown to people: "iris prior", "bank card", "known PD", "depth frame".
    """

    scale: float
    scale_sigma: float
    pd_sigma: float
    source: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that cannot say, and why, as one sentence.

    telling: Worth saying even when nobody asked for this source: a card that is there but cannot be used.
    """

    reason: str
    telling: bool = True


ScaleSource: TypeAlias = Callable[[Evidence], Estimate | Refusal | None]
"""None means that there is nothing of its kind to go by, such as no depth frame."""

SOURCES: Registry[ScaleSource] = Registry("tryon.measure", "scale source")
