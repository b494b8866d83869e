"""What a scale source is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.registry import Registry
from tryon.types import Frame, Intrinsics, Plane


@dataclass(frozen=True, slots=True, eq=False)
class KnownSpan:
    """Two points on the plane whose distance somebody knows: a door's width, a tile, a ruler.

    ends_px: (2, 2) pixels.
    length_m, sigma_m: The distance and its standard deviation.
    """

    ends_px: NDArray[np.float64]
    length_m: float
    sigma_m: float = 0.002


@dataclass(frozen=True, slots=True, eq=False)
class KnownRectangle:
    """A tile or a door whose size somebody knows.

    corners_px: (4, 2) pixels in turn round it; of a door the two at its foot first.
    size_m: Its two sides; of a door width and height. sigma_m: Of either side.
    """

    corners_px: NDArray[np.float64]
    size_m: tuple[float, float]
    sigma_m: float = 0.003


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Evidence:
    """Everything that may tell where the floor is and how large things are.

    frame: The picture with lens distortion undone.
    wanted: Names of scale sources that were asked for; empty for all that find something.
    corners_px: (4, 2) corners of the sheet or card given by hand, in turn round it.
    tag_size_m: Edge of the black square of the tags in view; None when nobody said.
    depth_m: (h, w) float32 depth along the camera's axis, seen by the same camera; holes are 0, NaN or inf.
    spans: Distances somebody knows.
    tile: A rectangle on the floor. door: A rectangle on a wall whose foot is on the floor.
    camera_height_m: (height, standard deviation) of the camera over the floor, when known.
    up: (3,) gravity's opposite in camera space, when the phone told; None else.
    """

    frame: Frame
    intrinsics: Intrinsics
    wanted: tuple[str, ...] = ()
    corners_px: NDArray[np.float64] | None = None
    tag_size_m: float | None = None
    depth_m: NDArray[np.float32] | None = None
    spans: tuple[KnownSpan, ...] = ()
    tile: KnownRectangle | None = None
    door: KnownRectangle | None = None
    camera_height_m: tuple[float, float] | None = None
    up: NDArray[np.float64] | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that cannot say, and why, as one sentence.

    telling: Worth saying even when nobody asked for this source: a sheet that is there but cut by the picture's edge.
    """

    reason: str
    telling: bool = True


ScaleSource: TypeAlias = Callable[[Evidence], "Plane | Refusal | None"]
"""None means that there is nothing of its kind to go by, such as no depth frame."""

SOURCES: Registry[ScaleSource] = Registry("tryon.place", "scale source")
