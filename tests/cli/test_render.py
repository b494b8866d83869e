"""`tryon render`: product photos and turns; skipped where no GL library is."""

from __future__ import annotations

import argparse

import numpy as np
import pytest

from tests.catalog.glb import box, glb
from tryon.cli import render
from tryon.errors import MissingExtraError, RenderError, TryOnError

Image = pytest.importorskip("PIL.Image")


@pytest.fixture(scope="module")
def gl() -> None:
    try:
        from tryon.render import Renderer

        Renderer(samples=1).close()
    except (RenderError, MissingExtraError) as error:
        pytest.skip(f"nothing can be drawn here: {error}")


@pytest.fixture
def cube(tmp_path):
    path = tmp_path / "cube.glb"
    red = [{"pbrMetallicRoughness": {"baseColorFactor": [0.8, 0.02, 0.02, 1.0], "metallicFactor": 0.0}}]
    path.write_bytes(glb(*box((0, 0, 0), (0.1, 0.1, 0.1)), materials=red))
    return path


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    render.add_parser(parser.add_subparsers())
    options = parser.parse_args(["render", *map(str, arguments)])
    return options.run(options)


@pytest.mark.usefixtures("gl")
def test_a_photo_is_framed_on_a_pure_background_with_a_shadow(cube, tmp_path):
    assert run(cube, "-o", tmp_path / "a.png", "--size", "200x160") == 0
    picture = np.asarray(Image.open(tmp_path / "a.png")).astype(int)
    assert picture.shape == (160, 200, 3)
    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert border.min() >= 254
    red = (picture[..., 0] - picture[..., 1]) > 40
    rows, columns = np.nonzero(red)
    assert 0.75 < np.ptp(rows) / 160 < 0.9  # fills the height
    assert abs(columns.mean() - 100) < 12
    gray = (np.ptp(picture, axis=2) < 8) & (picture[..., 0] < 245)
    assert gray[80:].sum() > 50  # the shadow on the floor
    assert gray[:30].sum() == 0


@pytest.mark.usefixtures("gl")
def test_a_transparent_photo_keeps_the_shadow_as_alpha(cube, tmp_path):
    run(cube, "-o", tmp_path / "a.png", "--size", "120x120", "--background", "transparent")
    picture = np.asarray(Image.open(tmp_path / "a.png"))
    assert picture.shape == (120, 120, 4)
    alpha = picture[..., 3]
    assert alpha[0, 0] == 0
    assert alpha.max() == 255
    soft = (alpha > 20) & (alpha < 200)
    assert soft.sum() > 100
    assert picture[soft][:, :3].mean() < 120  # shadow is dark, not white


@pytest.mark.usefixtures("gl")
def test_a_turn_ends_where_it_began_and_shows_other_sides_between(cube, tmp_path):
    run(cube, "-o", tmp_path / "a.webp", "--spin", "--size", "96x96", "--seconds", "0.8", "--fps", "10")
    film = Image.open(tmp_path / "a.webp")
    assert film.n_frames == 8
    frames = []
    for index in range(8):
        film.seek(index)
        frames.append(np.asarray(film.convert("RGB")).astype(int))
    # A cube looks the same after a quarter turn but for its light, and not after an eighth.
    assert np.abs(frames[0] - frames[1]).mean() > 1.3 * np.abs(frames[0] - frames[4]).mean()


@pytest.mark.usefixtures("gl")
def test_a_video_of_the_turn_is_written(cube, tmp_path):
    run(cube, "-o", tmp_path / "a.mp4", "--size", "96x96", "--seconds", "0.3", "--fps", "10")
    assert (tmp_path / "a.mp4").stat().st_size > 500


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["-o", "a.bmp"], "ends in one of"),
        (["-o", "a.jpg", "--background", "transparent"], "alpha"),
        (["-o", "a.png", "--background", "reddish"], "--background"),
        (["-o", "a.mp4", "--seconds", "0"], "--seconds"),
        (["-o", "a.png", "--exposure", "nan"], "--exposure"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_drawn(cube, arguments, words):
    with pytest.raises(TryOnError, match=words):
        run(cube, *arguments)
