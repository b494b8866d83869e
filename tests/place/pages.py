"""Printed pages as a camera of known pose sees them; see benchmarks/_marker_video.py."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tryon.place import Evidence
from tryon.place.marker_print import Page
from tryon.types import Camera, Frame, Intrinsics, Plane

CAMERA = Camera.of_focal(960, 720, 750.0)


def video() -> Any:
    """The module that renders pages, which is a benchmark's."""
    pytest.importorskip("cv2")
    folder = str(Path(__file__).resolve().parents[2] / "benchmarks")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    import _marker_video

    return _marker_video


@cache
def _picture(page: Page) -> Any:
    return video().PagePicture(page, over=2)


def photo(
    page: Page,
    *,
    height_m: float = 1.2,
    pitch_deg: float = 45.0,
    at_m: tuple[float, float] = (0.1, 1.1),
    yaw_rad: float = 0.4,
    noise: float = 2.0,
    blur_px: float = 0.7,
    seed: int = 0,
) -> tuple[NDArray[np.uint8], Plane]:
    """The picture and the true floor."""
    rendered = video()
    floor = rendered.floor_below(CAMERA, height_m, pitch_deg, 2.0)
    light = _picture(page).clean(floor, at_m=at_m, yaw_rad=yaw_rad, blur_px=blur_px)
    return rendered.developed(light, noise, np.random.default_rng(seed)), floor


def evidence(pixels: NDArray[np.uint8], *, focal_sigma: float = 0.02, **known: Any) -> Evidence:
    """What a shopper would send."""
    return Evidence(Frame(pixels), Intrinsics(CAMERA, focal_sigma, "test"), **known)
