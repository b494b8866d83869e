"""Grain and blur reach what is drawn and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from tryon.render.compose_finish import finish
from tryon.types import Finish


def canvas() -> tuple[np.ndarray, np.ndarray]:
    """A picture and what covers it: an item in the middle, shadow on the right."""
    pixels = np.full((80, 120, 3), 100, np.uint8)
    drawn = np.zeros((80, 120, 4), np.uint8)
    pixels[20:60, 30:70] = 180
    drawn[20:60, 30:70, 3] = 255
    drawn[20:60, 80:110, 3] = 128
    return pixels, drawn


def test_grain_is_as_strong_as_said_and_stays_on_the_item() -> None:
    pixels, drawn = canvas()
    before = pixels.copy()
    finish(pixels, drawn, Finish(grain=5.0), (0, 0))
    assert np.array_equal(pixels[drawn[..., 3] < 160], before[drawn[..., 3] < 160])
    assert pixels[20:60, 30:70].astype(float).std() == pytest.approx(5.0, rel=0.15)
    assert pixels[20:60, 30:70].mean() == pytest.approx(180.0, abs=0.5)


def test_grain_stays_in_place_while_the_box_moves() -> None:
    whole, drawn = canvas()
    part, drawn_part = (each[10:70, 20:90].copy() for each in canvas())
    finish(whole, drawn, Finish(grain=5.0), (100, 200))
    finish(part, drawn_part, Finish(grain=5.0), (120, 210))
    assert np.array_equal(whole[10:70, 20:90], part)


def test_blur_softens_the_outline_only_near_it() -> None:
    pixels, drawn = canvas()
    finish(pixels, drawn, Finish(blur_px=1.5), (0, 0))
    assert 100 < pixels[40, 30, 0] < 180
    assert pixels[40, 50, 0] == 180
    assert pixels[40, 25, 0] == 100


def test_no_finish_changes_nothing() -> None:
    pixels, drawn = canvas()
    before = pixels.copy()
    finish(pixels, drawn, Finish(), (0, 0))
    finish(pixels, np.zeros_like(drawn), Finish(8.0, 2.0), (0, 0))
    assert np.array_equal(pixels, before)
