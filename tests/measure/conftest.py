"""Rendered heads of known truth, tracked once and shared by the tests of this folder."""

from __future__ import annotations

import functools
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def render(models_ready, shared_data):
    """`render(pd_mm=63, card="forehead")` gives (truth, tracked face); see benchmarks/_heads.py."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
    from _heads import head

    from tryon.track import Tracker

    @functools.cache
    def make(**looks):
        truth = head(**{"samples": 2, "distance_m": 0.42, **looks})
        with Tracker.load("face", device="cpu", max_faces=1, focal_px=truth.camera.focal_x_px) as tracker:
            faces = tracker.track(truth.frame).faces
        return truth, faces[0]

    return make
