"""Shift maps and tones on pictures whose period or tone is known."""

from __future__ import annotations

import numpy as np

from tryon.place.inpaint import base_of, detail_of, familiar, shift_map, strangeness
from tryon.place.inpaint_shifts import shifts_for
from tryon.place.inpaint_tone import in_tone_of, tone_steps


def stripes(period: int = 24) -> np.ndarray:
    y, x = np.mgrid[:160, :200]
    wave = 40.0 * np.sign(np.sin(2 * np.pi * (x + 0.5) / period)) + 15.0 * np.sign(np.sin(2 * np.pi * (y + 0.5) / 40))
    return (128.0 + wave)[..., None].repeat(3, 2).astype(np.float32)


def middle() -> np.ndarray:
    hole = np.zeros((160, 200), bool)
    hole[60:100, 80:128] = True
    return hole


def test_shifts_are_multiples_of_the_pictures_period() -> None:
    picture, hole = stripes(), middle()
    shifts = shifts_for(picture - 128.0, hole, ~hole)
    assert len(shifts)
    first = shifts[0]
    assert first[0] % 24 in (0, 1, 23)
    assert first[1] % 40 in (0, 1, 39)


def test_a_periodic_picture_is_completed_exactly() -> None:
    picture, hole = stripes(), middle()
    source = ~hole
    base = base_of(picture, source, 20.0)
    chosen = shift_map(
        np.where(source[..., None], detail_of(picture, base), np.float32(0)),
        base,
        hole,
        source,
        strangeness(picture, hole, source),
        np.zeros(hole.shape, np.float32),
    )
    assert (chosen.labels[~hole] == -1).all()
    assert (chosen.labels[hole] >= 0).all()
    y, x = np.nonzero(hole)
    shift = chosen.shifts[chosen.labels[hole]]
    copied = picture[y + shift[:, 1], x + shift[:, 0], 0]
    assert (np.abs(copied - picture[hole][:, 0]) > 1.0).mean() < 0.06
    assert source[y + shift[:, 1], x + shift[:, 0]][shift.any(axis=1)].all()


def test_base_is_smooth_and_exact_on_an_even_picture() -> None:
    even = np.full((100, 120, 3), 90.0, np.float32)
    known = np.ones((100, 120), bool)
    known[30:70, 40:80] = False
    assert np.abs(base_of(even, known, 8.0) - 90.0).max() < 0.01


def test_a_color_on_one_side_only_is_strange() -> None:
    picture = np.full((160, 200, 3), 150.0, np.float32)
    picture[60:100, 60:76] = (30.0, 30.0, 200.0)
    hole = middle()
    strange = strangeness(picture, hole, ~hole)
    assert strange[10, 10] < 0.2
    assert strange[80, 68] > 1.2
    usual = familiar(strange, hole, flat=True)
    assert usual[10, 10]
    assert not usual[80, 68]


def test_tones_meet_at_the_rim() -> None:
    rng = np.random.default_rng(0)
    picture = (np.linspace(80, 170, 200)[None, :, None] + rng.normal(0, 3, (160, 200, 1)) + np.zeros(3)).astype(
        np.float32
    )
    hole = middle()
    base = base_of(picture, ~hole, 15.0)
    strange = np.zeros(hole.shape, np.float32)
    detail = np.where(hole[..., None], np.float32(0), detail_of(picture, base))
    chosen = shift_map(detail, base, hole, ~hole, strange, strange)
    added = tone_steps(picture, base, chosen, hole, ~hole)
    filled = picture.copy()
    y, x = np.nonzero(hole)
    for label, step in added.items():
        own = chosen.labels[y, x] == label
        to_y, to_x = y[own], x[own]
        from_y, from_x = to_y + chosen.shifts[label, 1], to_x + chosen.shifts[label, 0]
        toned = (
            in_tone_of(picture[from_y, from_x], base[from_y, from_x], base[to_y, to_x]) if label else base[to_y, to_x]
        )
        filled[to_y, to_x] = toned + step[to_y, to_x]
    ramp = np.linspace(80, 170, 200)
    assert abs(filled[60:100, 80:84].mean() - ramp[80:84].mean()) < 3.0
    assert abs(filled[60:100, 124:128].mean() - ramp[124:128].mean()) < 3.0
