"""Shadows against Monte Carlo: how much of a sun and of an open sky a plate keeps from a wall."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from tests.render.test_compose import at, square, wall
from tryon.color import linear_from_codes
from tryon.errors import RenderError
from tryon.render import Renderer
from tryon.render.detail import simplified
from tryon.render.light_key import key_of
from tryon.render.shadow import ShadowMapper, caster_of, passes_through
from tryon.types import Camera, Item, Light, Material, Scene
from tryon.types.model import Transmission

CAMERA = Camera.of_focal(240, 180, 1200.0)  # 1 mm is two pixels at 0.6 m
PLATE = Material(base_color=(0.5, 0.5, 0.5, 1.0), metallic=0.0, roughness=1.0)
SIDE_M = 0.03


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    try:
        made = Renderer()
    except RenderError as error:
        pytest.skip(f"no GL here: {error}")
    with made:
        yield made


@pytest.fixture(scope="module")
def even(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("environments") / "even.hdr"
    cv2.imwrite(str(path), np.ones((32, 64, 3), np.float32))
    return str(path)


def factor(renderer: Renderer, scene: Scene) -> np.ndarray:
    """(180, 240, 3) how much of the light is left, on a plain picture."""
    pixels = np.full((180, 240, 3), 200, np.uint8)
    before = linear_from_codes(pixels)
    renderer.compose(pixels, scene, CAMERA, box=(0, 0, 240, 180))
    return np.asarray(linear_from_codes(pixels) / before)


def wall_points(wall_z: float) -> np.ndarray:
    """(180, 240, 2) x and y in metres of the wall at each pixel."""
    x = (np.arange(240) - CAMERA.center_x_px) / CAMERA.focal_x_px * -wall_z
    y = -(np.arange(180) - CAMERA.center_y_px) / CAMERA.focal_y_px * -wall_z
    return np.stack(np.meshgrid(x, y), axis=2)


def kept(points: np.ndarray, gap_m: float, rays: np.ndarray) -> np.ndarray:
    """Share of rays (n, 3; z toward the plate) from each wall point that a square at `gap_m` in front stops."""
    stopped = np.zeros(points.shape[:2])
    for x, y in rays[:, :2] / rays[:, 2:] * gap_m:
        stopped += (np.abs(points[..., 0] + x) < SIDE_M / 2) & (np.abs(points[..., 1] + y) < SIDE_M / 2)
    return stopped / len(rays)


def visible_wall(gap_m: float) -> np.ndarray:
    """Pixels where the wall is seen beside the plate, with two pixels to spare."""
    reach = SIDE_M / 2 * CAMERA.focal_x_px / 0.6 + 2
    x, y = np.abs(np.arange(240) - CAMERA.center_x_px), np.abs(np.arange(180) - CAMERA.center_y_px)
    return np.asarray((x[None] > reach) | (y[:, None] > reach)) & (gap_m > 0)


@pytest.mark.parametrize("gap_m", [0.006, 0.015, 0.03])
@pytest.mark.parametrize("softness_rad", [0.1, 0.3])
def test_a_sun_throws_the_shadow_of_geometry(renderer: Renderer, even: str, gap_m: float, softness_rad: float) -> None:
    toward = np.array([-0.55, 0.45, 0.70])
    toward /= np.linalg.norm(toward)
    light = Light(even, rgb=(0, 0, 0), sun_direction=tuple(toward), sun_rgb=(1, 1, 1), sun_softness_rad=softness_rad)
    wall_z = -0.6 - gap_m
    drawn = factor(
        renderer, Scene((Item(square(SIDE_M, PLATE), at(0, 0, -0.6)),), (wall(wall_z, catches_shadow=1.0),), light)
    )[..., 1]
    rng = np.random.default_rng(0)
    radius, angle = np.sqrt(rng.random(300)) * np.tan(softness_rad), rng.random(300) * 2 * np.pi
    side = np.cross(toward, [0, 1, 0]) / np.linalg.norm(np.cross(toward, [0, 1, 0]))
    up = np.cross(side, toward)
    rays = toward + radius[:, None] * (np.cos(angle)[:, None] * side + np.sin(angle)[:, None] * up)
    truth = 1 - kept(wall_points(wall_z), gap_m, rays)
    seen = visible_wall(gap_m)
    error = (drawn - truth)[seen]
    assert truth[seen].min() < 0.35  # the shadow is really in view
    assert np.sqrt((error**2).mean()) < 0.06
    assert np.abs(error).mean() < 0.03


@pytest.mark.parametrize("gap_m", [0.004, 0.012])
def test_an_even_sky_darkens_round_a_contact(renderer: Renderer, even: str, gap_m: float) -> None:
    wall_z = -0.6 - gap_m
    scene = Scene((Item(square(SIDE_M, PLATE), at(0, 0, -0.6)),), (wall(wall_z, catches_shadow=1.0),), Light(even))
    drawn = factor(renderer, scene)[..., 1]
    rng = np.random.default_rng(0)
    radius, angle = np.sqrt(rng.random(400)), rng.random(400) * 2 * np.pi
    rays = np.stack([radius * np.cos(angle), radius * np.sin(angle), np.sqrt(1 - radius**2) + 1e-6], axis=1)
    truth = 1 - kept(wall_points(wall_z), gap_m, rays)
    seen = visible_wall(gap_m)
    error = (drawn - truth)[seen]
    assert np.sqrt((error**2).mean()) < 0.07


def test_a_tinted_lens_colors_its_shadow(renderer: Renderer, even: str) -> None:
    tint = np.array([0.8, 0.4, 0.1])
    lens = Material(base_color=(*tint, 1.0), metallic=0.0, roughness=0.0, transmission=Transmission(1.0))
    toward = np.array([-0.7, 0.0, 0.714])
    light = Light(even, rgb=(0, 0, 0), sun_direction=tuple(toward), sun_rgb=(1, 1, 1), sun_softness_rad=0.05)
    scene = Scene((Item(square(0.03, lens), at(0, 0, -0.6)),), (wall(-0.63, catches_shadow=1.0),), light)
    drawn = factor(renderer, scene)
    # The middle of the shadow lies gap × 0.98 to the right of the plate's middle.
    column = round(CAMERA.center_x_px + 0.03 * 0.7 / 0.714 * CAMERA.focal_x_px / 0.63)
    assert drawn[90, column] == pytest.approx(tint, abs=0.08)


def test_only_catchers_darken(renderer: Renderer, even: str) -> None:
    item = Item(square(SIDE_M, PLATE), at(0, 0, -0.6))
    beside = visible_wall(0.01)
    for surfaces in ((), (wall(-0.61),)):
        assert (factor(renderer, Scene((item,), surfaces, Light("studio")))[beside] == 1.0).all()
    half, full = (
        factor(renderer, Scene((item,), (wall(-0.61, catches_shadow=share),), Light("studio")))[..., 1]
        for share in (0.5, 1.0)
    )
    assert full[beside].min() < 0.9
    assert (1 - half)[beside] == pytest.approx((1 - full)[beside] / 2, abs=0.02)
    still = Item(square(SIDE_M, PLATE), at(0, 0, -0.6), casts_shadow=False)
    unlit = factor(renderer, Scene((still,), (wall(-0.61, catches_shadow=1.0),), Light("studio")))
    assert (unlit[beside] == 1.0).all()


def test_a_map_holds_the_area_of_what_it_sees() -> None:
    caster = caster_of(square(0.04, PLATE))
    made = ShadowMapper().map([(caster, at(0, 0, -0.5))], np.array([0.0, 0.0, 1.0]))
    assert made is not None
    for level, texels in enumerate(made.levels[:4]):
        area = texels[..., 0].sum() * (made.texel_m * 2**level) ** 2
        assert area == pytest.approx(0.04**2, rel=0.02)
        assert texels[..., 3] == pytest.approx(0.0, abs=1e-6)  # flat: all at the nearest depth


def test_materials_let_through_what_they_say() -> None:
    assert passes_through(PLATE, ()) == (0, 0, 0)
    blend = Material(base_color=(1, 1, 1, 0.25), alpha_mode="blend")
    assert passes_through(blend, ()) == pytest.approx((0.75, 0.75, 0.75))
    lens = Material(base_color=(0.5, 0.4, 0.3, 1), metallic=0.0, transmission=Transmission(0.5))
    assert passes_through(lens, ()) == pytest.approx((0.25, 0.2, 0.15))


def test_the_key_of_a_map_is_its_lamp() -> None:
    rows, columns = np.mgrid[0:64, 0:128]
    polar, around = (rows + 0.5) / 64 * np.pi, ((columns + 0.5) / 128 - 0.5) * 2 * np.pi
    toward = np.stack([np.sin(polar) * np.sin(around), np.cos(polar), -np.sin(polar) * np.cos(around)], axis=2)
    truth = np.array([-0.5, 0.6, 0.62]) / np.linalg.norm([-0.5, 0.6, 0.62])
    lamp = toward @ truth > np.cos(0.3)
    key = key_of(np.repeat(np.where(lamp, 10.0, 0.1)[..., None], 3, axis=2).astype(np.float32))
    assert key.toward @ truth > np.cos(0.03)
    assert key.softness_rad == pytest.approx(0.3, rel=0.2)
    assert key.rgb == pytest.approx(10.0 * np.sin(0.3) ** 2, rel=0.15)


def test_simplified_surfaces_stay_close() -> None:
    around, along = np.meshgrid(np.linspace(0, 2 * np.pi, 65), np.linspace(0, np.pi, 33))
    points = 0.05 * np.stack(
        [np.sin(along) * np.cos(around), np.cos(along), np.sin(along) * np.sin(around)], axis=2
    ).reshape(-1, 3).astype(np.float32)
    grid = np.arange(33 * 65, dtype=np.uint32).reshape(33, 65)
    a, b, c, d = (part.ravel() for part in (grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]))
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    kept_triangles = simplified(points, triangles, error_m=0.001, normals=points / np.float32(0.05))
    assert 50 < len(kept_triangles) < len(triangles) / 3
    middles = points[kept_triangles].mean(axis=1)
    assert np.linalg.norm(middles, axis=1).min() > 0.05 - 0.003


def test_a_product_picture_holds_its_shadow_as_black(renderer: Renderer) -> None:
    item = Item(square(SIDE_M, PLATE), at(0, 0, -0.6))
    bare = renderer.render(Scene((item,), (), Light("studio")), CAMERA)
    drawn = renderer.render(Scene((item,), (wall(-0.61, catches_shadow=1.0),), Light("studio")), CAMERA)
    beside = visible_wall(0.01)
    shadow = beside & (drawn.rgba[..., 3] > 8)
    assert shadow.sum() > 200
    assert (drawn.rgba[shadow][:, :3] == 0).all()
    assert (bare.rgba[beside] == 0).all()
    inside = ~visible_wall(0.01) & (bare.rgba[..., 3] == 255)
    assert np.abs(drawn.rgba[inside].astype(int) - bare.rgba[inside]).max() <= 1
