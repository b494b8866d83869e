"""Shadows of furniture on floors against Monte Carlo, and what hides or keeps them."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from tests.render.test_compose import at, square, wall
from tryon.color import linear_from_codes
from tryon.errors import RenderError
from tryon.render import Renderer, compose
from tryon.render.shadow import Casters
from tryon.types import Camera, Cover, Item, Light, Material, Model, Primitive, Scene

CAMERA = Camera.of_focal(240, 180, 200.0)
PLATE = Material(base_color=(0.5, 0.5, 0.5, 1.0), metallic=0.0, roughness=1.0)
SIDE_M = 0.6
WHOLE = (0, 0, 240, 180)


@pytest.fixture(scope="module", params=["smoothed", "multisampled"])
def renderer(request: pytest.FixtureRequest) -> Iterator[Renderer]:
    try:
        made = Renderer()
    except RenderError as error:
        pytest.skip(f"no GL here: {error}")
    with pytest.MonkeyPatch.context() as patch, made:
        patch.setattr(compose, "_SOFTWARE", ("",) if request.param == "smoothed" else ())
        yield made


@pytest.fixture(scope="module")
def even(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("environments") / "even.hdr"
    cv2.imwrite(str(path), np.ones((32, 64, 3), np.float32))
    return str(path)


def factor(renderer: Renderer, scene: Scene) -> np.ndarray:
    """(180, 240) how much of the light is left, on a plain picture."""
    pixels = np.full((180, 240, 3), 200, np.uint8)
    before = linear_from_codes(pixels)
    renderer.compose(pixels, scene, CAMERA, box=WHOLE)
    return np.asarray((linear_from_codes(pixels) / before)[..., 1])


def truth(gap_m: float, rays: np.ndarray) -> np.ndarray:
    """(180, 240) share of rays (n, 3; z toward the plate) that pass a plate `gap_m` before a floor at 2 m + gap."""
    x = (np.arange(240) - CAMERA.center_x_px) / CAMERA.focal_x_px * (2.0 + gap_m)
    y = -(np.arange(180) - CAMERA.center_y_px) / CAMERA.focal_y_px * (2.0 + gap_m)
    points = np.stack(np.meshgrid(x, y), axis=2)
    stopped = np.zeros(points.shape[:2])
    for dx, dy in rays[:, :2] / rays[:, 2:] * gap_m:
        stopped += (np.abs(points[..., 0] + dx) < SIDE_M / 2) & (np.abs(points[..., 1] + dy) < SIDE_M / 2)
    return 1.0 - stopped / len(rays)


def beside() -> np.ndarray:
    """Pixels where the floor is seen beside the plate, two pixels away from it."""
    reach = SIDE_M / 2 * CAMERA.focal_x_px / 2.0 + 2
    x, y = np.abs(np.arange(240) - CAMERA.center_x_px), np.abs(np.arange(180) - CAMERA.center_y_px)
    return np.asarray((x[None] > reach) | (y[:, None] > reach))


def plate(cover: Cover | None = None) -> Item:
    return Item(square(SIDE_M, PLATE), at(0, 0, -2.0), cover=cover)


def sunny(environment: str, softness_rad: float = 0.1) -> Light:
    toward = np.array([-0.55, 0.45, 0.70]) / np.linalg.norm([-0.55, 0.45, 0.70])
    return Light(
        environment, rgb=(0, 0, 0), sun_direction=tuple(toward), sun_rgb=(1, 1, 1), sun_softness_rad=softness_rad
    )


@pytest.mark.parametrize("gap_m", [0.05, 0.4, 0.8])
@pytest.mark.parametrize("softness_rad", [0.02, 0.25])
def test_a_sun_throws_a_shadow_as_soft_as_it_is_wide(
    renderer: Renderer, even: str, gap_m: float, softness_rad: float
) -> None:
    light = sunny(even, softness_rad)
    drawn = factor(renderer, Scene((plate(),), (wall(-2.0 - gap_m, 8.0, catches_shadow=1.0, flat=True),), light))
    rng = np.random.default_rng(0)
    radius, angle = np.sqrt(rng.random(600)) * np.tan(softness_rad), rng.random(600) * 2 * np.pi
    toward = np.asarray(light.sun_direction)
    side = np.cross(toward, [0, 1, 0]) / np.linalg.norm(np.cross(toward, [0, 1, 0]))
    up = np.cross(side, toward)
    rays = toward + radius[:, None] * (np.cos(angle)[:, None] * side + np.sin(angle)[:, None] * up)
    expected, seen = truth(gap_m, rays), beside()
    assert expected[seen].min() < 0.5
    assert np.abs(drawn - expected)[seen].mean() < 0.01
    assert np.sqrt(((drawn - expected)[seen] ** 2).mean()) < 0.05


@pytest.mark.parametrize("gap_m", [0.05, 0.3])
def test_an_even_sky_is_kept_from_the_floor_under_a_piece(renderer: Renderer, even: str, gap_m: float) -> None:
    drawn = factor(renderer, Scene((plate(),), (wall(-2.0 - gap_m, 8.0, catches_shadow=1.0, flat=True),), Light(even)))
    rng = np.random.default_rng(0)
    radius, angle = np.sqrt(rng.random(2400)), rng.random(2400) * 2 * np.pi
    up = np.sqrt(1 - radius**2) + 1e-6
    rays = np.stack([radius * np.cos(angle), radius * np.sin(angle), up], axis=1)
    # Two fifths of the light fall as the even map says, three as an overcast sky's, brighter above.
    overcast = rng.random(2400) < (1 + 2 * up) / 3
    expected, seen = 0.4 * truth(gap_m, rays) + 0.6 * truth(gap_m, rays[overcast]), beside()
    assert expected[seen].min() < 0.85
    assert np.sqrt(((drawn - expected)[seen] ** 2).mean()) < 0.03


def test_what_stands_before_the_floor_hides_the_shadow_on_it(renderer: Renderer, even: str) -> None:
    floor = wall(-2.4, 8.0, catches_shadow=1.0, flat=True)
    half = wall(-2.2, 8.0)
    half.vertices_m[:, 0] = np.where(half.vertices_m[:, 0] < 0, 0.0, 4.0)  # the right half of the picture
    open_, hidden = (factor(renderer, Scene((plate(),), (floor, *more), sunny(even))) for more in ((), (half,)))
    right = beside() & (np.arange(240) > 123)[None, :]
    left = beside() & (np.arange(240) < 116)[None, :]
    assert open_[right].min() < 0.2
    assert hidden[right].min() == 1.0
    assert np.abs(hidden - open_)[left].max() < 0.02


def test_a_person_before_a_piece_stays_bright(renderer: Renderer, even: str) -> None:
    mask = np.zeros((180, 240), np.uint8)
    mask[:, 150:] = 255
    floor = wall(-2.4, 8.0, catches_shadow=1.0, flat=True)
    lit = [
        factor(renderer, Scene((plate(Cover(mask, np.eye(3)[:2], beyond_m)),), (floor,), sunny(even)))
        for beyond_m in (1.0, 3.0)
    ]
    assert lit[0][:, 152:].min() > 0.99
    assert lit[1][:, 152:].min() < 0.2


def test_the_shadow_of_what_stands_on_a_rug_falls_on_it(renderer: Renderer, even: str) -> None:
    floor = wall(-2.4, 8.0, catches_shadow=1.0, flat=True)
    rug = Item(square(3.0, PLATE), at(0, 0, -2.39))
    bare, under = (
        np.full((180, 240, 3), 200, np.uint8),
        np.full((180, 240, 3), 200, np.uint8),
    )
    light = Light(even, rgb=(0.2, 0.2, 0.2), sun_direction=sunny(even).sun_direction, sun_rgb=(1, 1, 1))
    renderer.compose(bare, Scene((rug,), (floor,), light), CAMERA)
    renderer.compose(under, Scene((plate(), rug), (floor,), light), CAMERA)
    left = (linear_from_codes(under) / linear_from_codes(bare))[..., 1]
    assert left[beside()].min() < 0.4


def test_moving_a_piece_keeps_its_maps(renderer: Renderer, even: str) -> None:
    floor = wall(-2.4, 8.0, catches_shadow=1.0, flat=True)
    model = square(SIDE_M, PLATE)
    pixels = np.full((180, 240, 3), 200, np.uint8)
    known = []
    for x in (0.0, 0.1, 0.25):
        renderer.compose(pixels, Scene((Item(model, at(x, 0.05, -2.0)),), (floor,), sunny(even)), CAMERA)
        assert renderer._composer is not None
        known.append(len(renderer._composer._flat._made))
    assert known[0] == known[1] == known[2]


def test_the_box_holds_the_whole_shadow(renderer: Renderer, even: str) -> None:
    scene = Scene((plate(),), (wall(-2.5, 8.0, catches_shadow=1.0, flat=True),), sunny(even))
    own, given = (np.full((180, 240, 3), 200, np.uint8) for _ in range(2))
    renderer.compose(own, scene, CAMERA)
    renderer.compose(given, scene, CAMERA, box=WHOLE)
    assert np.abs(own.astype(int) - given).max() <= 3


def test_a_finely_modeled_piece_casts_from_few_triangles() -> None:
    side = np.linspace(-0.5, 0.5, 160, dtype=np.float32)
    x, z = (each.ravel() for each in np.meshgrid(side, side))
    rough = (0.01 * np.sin(40 * x) * np.cos(40 * z)).astype(np.float32)
    points = np.stack([x, rough, z], axis=1)
    grid = np.arange(160 * 160, dtype=np.uint32).reshape(160, 160)
    a, b, c, d = (part.ravel() for part in (grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]))
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    normals = np.tile(np.float32([0, 1, 0]), (len(points), 1))
    model = Model("rough", (Primitive(points, normals, triangles, 0),), (PLATE,))
    fine, coarse = Casters(detail=2000.0).get(model), Casters(detail=2000.0, most=3000).get(model)
    assert len(fine.triangles) > 10_000
    assert len(coarse.triangles) <= 3000
    low, high = coarse.points_m.min(axis=0), coarse.points_m.max(axis=0)
    np.testing.assert_allclose(high - low, [1.0, 0.02, 1.0], atol=0.035)
