"""Environment maps: where their light goes, how rough mirrors see them, and files that are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.render.shapes import ball, model, placed, write_map
from tryon.color.srgb import linear_from_codes
from tryon.errors import InputError, SourceMissingError, UnknownNameError
from tryon.render import Renderer
from tryon.render.environment import find, panorama
from tryon.render.prefilter import prefilter
from tryon.types.camera import Camera
from tryon.types.model import Material, Specular
from tryon.types.scene import Light, Scene

CAMERA = Camera.of_focal(64, 48, 60.0)


def directions(height: int) -> tuple[np.ndarray, np.ndarray]:
    """(H, 2H, 3) directions of a panorama's texels and their solid angles, by the contract of `Light`."""
    polar = (np.arange(height) + 0.5) / height * np.pi
    azimuth = ((np.arange(2 * height) + 0.5) / (2 * height) - 0.5) * 2 * np.pi
    polar, azimuth = np.meshgrid(polar, azimuth, indexing="ij")
    toward = np.stack([np.sin(polar) * np.sin(azimuth), np.cos(polar), -np.sin(polar) * np.cos(azimuth)], -1)
    return toward, np.sin(polar)


@pytest.fixture(scope="module")
def colored(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Red ahead of the camera (−Z), green to the right (+X), blue above (+Y), a little gray elsewhere."""
    toward, _ = directions(64)
    radiance = np.full((64, 128, 3), 0.05)
    for axis, channel in (([0, 0, -1], 0), ([1, 0, 0], 1), ([0, 1, 0], 2)):
        radiance[toward @ axis > 0.8, channel] = 1.0
    return write_map(tmp_path_factory.mktemp("map") / "colored.hdr", radiance)


def test_the_middle_column_is_straight_ahead(renderer: Renderer, colored: str) -> None:
    picture = renderer.render(Scene((), light=Light(colored)), CAMERA, tone="none", background="environment")
    assert linear_from_codes(picture.rgba[24, 32, :3]) == pytest.approx([1.0, 0.05, 0.05], abs=0.02)


def test_turning_the_map_turns_what_is_seen(renderer: Renderer, colored: str) -> None:
    right_comes_ahead = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    assert right_comes_ahead @ [1, 0, 0] == pytest.approx([0, 0, -1])
    light = Light(colored, camera_from_environment=right_comes_ahead)
    picture = renderer.render(Scene((), light=light), CAMERA, tone="none", background="environment")
    assert linear_from_codes(picture.rgba[24, 32, :3]) == pytest.approx([0.05, 1.0, 0.05], abs=0.02)


def test_a_mirror_ball_shows_each_side_where_it_belongs(renderer: Renderer, colored: str) -> None:
    mirror = placed(model(ball(0.3, 96), Material(metallic=1.0, roughness=0.0)))
    picture = renderer.render(Scene((mirror,), light=Light(colored)), CAMERA, tone="none")
    # Where the normal halves the way to the eye and to +X (or +Y), that side is mirrored; 0.3·sin 45° off the middle.
    offset = round(0.3 * np.sin(np.pi / 4) / (1 - 0.3 * np.cos(np.pi / 4)) * 60)
    assert linear_from_codes(picture.rgba[24, 32 + offset, :3]).argmax() == 1
    assert linear_from_codes(picture.rgba[24 - offset, 32, :3]).argmax() == 2


def test_a_diffuser_gathers_the_exact_irradiance(renderer: Renderer, colored: str) -> None:
    diffuser = placed(model(ball(0.3, 96), Material(metallic=0.0, specular=Specular(0.0))))
    picture = renderer.render(Scene((diffuser,), light=Light(colored)), CAMERA, tone="none")
    radiance = panorama(Path(colored).read_bytes(), Path(colored))
    toward, weight = directions(64)
    cosine = np.maximum(toward @ [0, 0, 1], 0) * weight
    expected = (radiance * cosine[..., None]).sum((0, 1)) / cosine.sum()
    assert linear_from_codes(picture.rgba[24, 32, :3]) == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_rough_mirrors_see_the_map_through_their_lobe(renderer: Renderer, level: int) -> None:
    toward, weight = directions(64)
    radiance = (1.0 + np.sin(3.0 * toward @ np.array([0.6, 0.5, -0.6]))[..., None] * [1.0, 0.5, 0.2]).astype(np.float32)
    with renderer.current() as gl:
        levels = prefilter(gl, renderer.programs, radiance)
    texels = levels[level]
    size = texels.shape[0]
    alpha2 = (1.0 - np.sqrt(1.0 - level / (len(levels) - 1))) ** 4
    worst = 0.0
    for row, column in np.random.default_rng(level).integers(1, size - 1, (12, 2)):
        x, z = (np.array([column, row]) - 0.5) / (size - 2) * 2 - 1
        y = 1 - abs(x) - abs(z)
        if y < 0:
            x, z = (1 - abs(z)) * np.sign(x), (1 - abs(x)) * np.sign(z)
        normal = np.array([x, y, z]) / np.linalg.norm([x, y, z])
        cosine = toward @ normal
        lobe = np.where(cosine > 0, cosine * weight / ((1 + cosine) * (alpha2 - 1) + 2) ** 2, 0)
        expected = (radiance * lobe[..., None]).sum((0, 1)) / lobe.sum()
        worst = max(worst, float(np.abs(texels[row, column, :3] - expected).max()))
    assert worst < 0.03


def test_the_kept_levels_are_the_made_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, colored: str) -> None:
    pytest.importorskip("moderngl")
    monkeypatch.setenv("TRYON_HOME", str(tmp_path))
    pictures = []
    for _ in range(2):
        with Renderer(samples=1) as renderer:
            scene = Scene((placed(model(ball(), Material(roughness=0.4))),), light=Light(colored))
            pictures.append(renderer.render(scene, CAMERA).rgba)
    kept = list((tmp_path / "environments").iterdir())
    assert len(kept) == 1
    assert np.array_equal(*pictures)
    kept[0].write_bytes(b"broken")
    with Renderer(samples=1) as renderer:
        assert np.array_equal(renderer.render(scene, CAMERA).rgba, pictures[0])


def test_maps_that_are_not_there_or_none_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="environment"):
        find("no-such-room")
    text = tmp_path / "text.hdr"
    text.write_bytes(b"hello")
    with pytest.raises(InputError, match="Radiance"):
        panorama(text.read_bytes(), text)
    with pytest.raises(InputError, match="broken"):
        panorama(b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 4 +X 8\n", text)
    square = tmp_path / "square.hdr"
    write_map(square, np.ones((8, 8, 3)))
    with pytest.raises(InputError, match="twice as wide"):
        panorama(square.read_bytes(), square)


def test_a_missing_file_is_said(renderer: Renderer, tmp_path: Path) -> None:
    with pytest.raises(SourceMissingError, match="cannot be read"):
        renderer.render(Scene((), light=Light(str(tmp_path / "none.hdr"))), CAMERA)
