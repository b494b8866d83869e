"""The shipped environment maps: calibrated, and what the script makes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("studio", "daylight", "room")


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_environments", ROOT / "tools" / "make_environments.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def shipped(name: str) -> np.ndarray:
    path = ROOT / "assets" / "environments" / f"{name}.hdr"
    assert path.stat().st_size <= 300_000
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))[..., ::-1]


@pytest.mark.parametrize("name", NAMES)
def test_a_white_diffuser_facing_front_shows_white(name: str) -> None:
    radiance = shipped(name).astype(np.float64)
    height, width = radiance.shape[:2]
    # An oracle of its own: points of equal weight over the disc below the hemisphere about +Z (Nusselt).
    radius = np.sqrt((np.arange(700) + 0.5) / 700)[:, None]
    angle = (np.arange(1400) + 0.5) / 1400 * 2 * np.pi
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    z = np.broadcast_to(np.sqrt(1 - radius**2), x.shape)
    column = ((np.arctan2(x, -z) / (2 * np.pi) + 0.5) * width).astype(int) % width
    row = np.minimum((np.arccos(y) / np.pi * height).astype(int), height - 1)
    assert radiance[row, column].mean(axis=(0, 1)) == pytest.approx([1, 1, 1], abs=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_the_script_makes_what_is_shipped(name: str, maker: ModuleType) -> None:
    made = maker.make(name)
    # RGBE keeps 8 bits of the largest channel, cut off.
    tolerance = made.max(axis=2) / 120 + 1e-3
    assert (np.abs(made - shipped(name)).max(axis=2) <= tolerance).all()


def test_the_key_of_the_studio_stands_at_the_upper_front_left(maker: ModuleType) -> None:
    studio = shipped("studio")
    upper_left = maker.diffuser(studio, (-0.53, 0.53, 0.66))
    assert upper_left[1] > 1.3 * maker.diffuser(studio, (0.53, 0.53, 0.66))[1]
    assert upper_left[1] > 3.0 * maker.diffuser(studio, (0.0, -1.0, 0.0))[1]
    assert np.ptp(upper_left) < 0.01  # neutral
