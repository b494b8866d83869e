"""Procedural pictures tile without a seam and mean what they say."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("scipy")
pytest.importorskip("cv2")

from tools.products import textures

TILES = {
    "tortoise": lambda: textures.tortoise(128),
    "knit": lambda: textures.knit(128, 4)[0],
    "rib": lambda: textures.knit(128, 4, rib=2)[1],
    "straw": lambda: textures.straw(128, 8)[1],
    "twill": lambda: textures.twill(120, 20)[1],
    "felt": lambda: textures.felt(128),
    "leather": lambda: textures.leather(128)[0],
    "crepe": lambda: textures.creased(128),
}


@pytest.mark.parametrize("name", sorted(TILES))
def test_a_tile_repeats_without_a_seam(name: str) -> None:
    picture = TILES[name]()[..., :3].astype(float)
    for axis in (0, 1):
        steps = np.abs(picture - np.roll(picture, 1, axis=axis)).mean(axis=(1 - axis, 2))
        # the step across the edge is no larger than steps inside are
        assert steps[0] <= np.sort(steps)[-3:].max() + 1e-9


def test_a_normal_map_of_a_slope_leans_against_it() -> None:
    ramp = np.sin(np.arange(64) / 64 * 2 * np.pi)[None].repeat(64, axis=0)
    normal = textures.normal(ramp, 4.0)[..., :3] / 127.5 - 1.0
    rising = np.cos(np.arange(64) / 64 * 2 * np.pi) > 0.2
    assert (normal[:, rising, 0] < 0.0).all()
    assert np.abs(normal[..., 1]).max() < 0.01
    upward = textures.normal(ramp.T, 4.0)[..., :3] / 127.5 - 1.0
    # rows run downward: where the height grows with the row, it falls toward the picture's top
    assert (upward[rising, :, 1] > 0.0).all()


def test_colors_survive_the_way_there() -> None:
    assert (textures.color(np.array([[textures.linear_rgb("#c9812f")]]))[0, 0, :3] == [0xC9, 0x81, 0x2F]).all()


def test_the_boxing_sign_is_written() -> None:
    plain, boxed = (textures.lettering(text, 128, 32, ink="#ffffff")[..., 3] for text in ("52 18", "52□18"))
    assert boxed.astype(int).sum() > plain.astype(int).sum()


def test_a_gradient_runs_from_one_color_to_the_other() -> None:
    picture = textures.gradient("#4a3524", "#e8d3b4")
    assert picture[0, 0, :3].tolist() == [0x4A, 0x35, 0x24]
    assert picture[-1, 0, :3].tolist() == [0xE8, 0xD3, 0xB4]
    assert (np.diff(picture[:, 0, 0].astype(int)) >= 0).all()
