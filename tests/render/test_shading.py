"""Light and glass against formulas written apart from the shaders."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from tests.render.shapes import about_y, ball, model, placed, quad
from tryon.color.srgb import linear_from_codes
from tryon.render import Picture, Renderer
from tryon.types.camera import Camera
from tryon.types.model import Material, PunctualLight, Sheen, Specular, Texture, TextureUse, Transmission
from tryon.types.scene import Item, Light, Scene

CAMERA = Camera.of_focal(64, 64, 100.0)
# No mirror at all: what is left is an ideal diffuser, for which everything has a closed form.
DIFFUSER = Material(base_color=(0.6, 0.4, 0.2, 1.0), metallic=0.0, specular=Specular(0.0))
ALBEDO = np.array([0.6, 0.4, 0.2])
WHITE = Material(unlit=True)


def draw(renderer: Renderer, light: Light, *items: Item, **settings: object) -> Picture:
    settings.setdefault("tone", "none")
    return renderer.render(Scene(items, light=light), CAMERA, **settings)  # type: ignore[arg-type]


def middle(picture: Picture) -> np.ndarray:
    return linear_from_codes(picture.rgba[32, 32, :3])


@pytest.mark.parametrize("angle_rad", [0.0, 0.5, 1.2])
def test_a_directional_light_follows_the_cosine(renderer: Renderer, black_sky: str, angle_rad: float) -> None:
    lamp = PunctualLight("directional", (1.0, 0.5, 0.25), 3.0, (0, 0, 0), (0, 0, -1))
    turned = about_y(angle_rad)
    shape = model(quad(1, 1), DIFFUSER)
    holder = dataclasses.replace(model(quad(0.001, 0.001), DIFFUSER), lights=(lamp,))
    picture = draw(renderer, Light(black_sky), placed(shape, turn=turned), placed(holder, 0.3, 0.3, -2.0))
    expected = ALBEDO / math.pi * 3.0 * np.array([1.0, 0.5, 0.25]) * math.cos(angle_rad)
    assert middle(picture) == pytest.approx(expected, abs=0.006)


def test_a_point_light_falls_off_with_the_square(renderer: Renderer, black_sky: str) -> None:
    for distance in (0.25, 0.5):
        lamp = PunctualLight("point", (1.0, 1.0, 1.0), 0.5, (0, 0, distance), (0, 0, -1))
        shape = model(quad(1, 1), DIFFUSER, lights=[lamp])
        expected = ALBEDO / math.pi * 0.5 / distance**2
        assert middle(draw(renderer, Light(black_sky), placed(shape))) == pytest.approx(
            np.minimum(expected, 1), abs=0.01
        )


def test_a_spot_light_ends_at_its_cone(renderer: Renderer, black_sky: str) -> None:
    lamp = PunctualLight("spot", (1.0, 1.0, 1.0), 1.0, (0, 0, 0.5), (0, 0, -1), math.inf, 0.1, 0.2)
    picture = draw(renderer, Light(black_sky), placed(model(quad(1, 1), DIFFUSER, lights=[lamp])))
    radius_px = 0.5 * math.tan(0.2) * CAMERA.focal_x_px  # 10 pixels
    assert picture.rgba[32, 32, 0] > 100
    assert picture.rgba[32, 32 + round(radius_px) + 2, 0] == 0
    assert picture.rgba[32, 32 + round(radius_px) - 5, 0] > 20


def test_the_sun_adds_its_irradiance_over_pi(renderer: Renderer, black_sky: str) -> None:
    direction = np.array([0.6, 0.0, 0.8])
    light = Light(black_sky, sun_direction=tuple(direction), sun_rgb=(0.9, 0.8, 0.7))
    picture = draw(renderer, light, placed(model(quad(1, 1), DIFFUSER)))
    assert middle(picture) == pytest.approx(ALBEDO * [0.9, 0.8, 0.7] * 0.8, abs=0.006)


def test_the_sky_is_scaled_and_lights_a_diffuser_by_its_albedo(renderer: Renderer, white_sky: str) -> None:
    picture = draw(renderer, Light(white_sky, rgb=(1.0, 0.5, 0.25)), placed(model(quad(1, 1), DIFFUSER)))
    assert middle(picture) == pytest.approx(ALBEDO * [1.0, 0.5, 0.25], abs=0.008)


def test_exposure_multiplies_and_emission_adds(renderer: Renderer, black_sky: str) -> None:
    lamp = dataclasses.replace(DIFFUSER, emissive=(0.3, 0.2, 0.1))
    picture = draw(renderer, Light(black_sky), placed(model(quad(1, 1), lamp)), exposure=2.0)
    assert middle(picture) == pytest.approx([0.6, 0.4, 0.2], abs=0.006)


def test_occlusion_darkens_the_sky_by_its_strength(renderer: Renderer, white_sky: str) -> None:
    texture = Texture(np.full((4, 4, 4), 128, np.uint8))
    material = dataclasses.replace(DIFFUSER, occlusion_texture=TextureUse(0, scale=0.5))
    picture = draw(renderer, Light(white_sky), placed(model(quad(1, 1), material, textures=[texture])))
    assert middle(picture) == pytest.approx(ALBEDO * (1 + 0.5 * (128 / 255 - 1)), abs=0.008)


def test_a_normal_map_turns_the_surface(renderer: Renderer, black_sky: str) -> None:
    # A texel that leans 0.5 rad toward +u (right); the sun stands there.
    lean = 0.5
    texel = np.rint((np.array([math.sin(lean), 0.0, math.cos(lean)]) * 0.5 + 0.5) * 255).astype(np.uint8)
    texture = Texture(np.tile(np.append(texel, 255).astype(np.uint8), (4, 4, 1)))
    material = dataclasses.replace(DIFFUSER, normal_texture=TextureUse(0))
    light = Light(black_sky, sun_direction=(math.sin(lean), 0.0, math.cos(lean)), sun_rgb=(1.0, 1.0, 1.0))
    given = dataclasses.replace(quad(1, 1), tangents=np.tile(np.float32([1, 0, 0, 1]), (4, 1)))
    for primitive in (quad(1, 1), given):
        picture = draw(renderer, light, placed(model(primitive, material, textures=[texture])))
        assert middle(picture) == pytest.approx(ALBEDO, abs=0.012)


def test_clear_glass_shows_what_is_behind_it(renderer: Renderer, black_sky: str) -> None:
    wall = placed(model(quad(1, 1), Material(base_color=(0.7, 0.5, 0.3, 1), unlit=True)), z_m=-1.2)
    glass = Material(base_color=(0.5, 1.0, 1.0, 1.0), metallic=0, roughness=0, ior=1.0, transmission=Transmission(1.0))
    glass = dataclasses.replace(glass, specular=Specular(0.0))
    picture = draw(renderer, Light(black_sky), wall, placed(model(quad(0.2, 0.2), glass)))
    assert middle(picture) == pytest.approx([0.35, 0.5, 0.3], abs=0.01)


def test_a_body_absorbs_by_beers_law(renderer: Renderer, black_sky: str) -> None:
    wall = placed(model(quad(1, 1), WHITE), z_m=-1.2)
    body = Transmission(1.0, None, 0.02, None, 0.01, (0.8, 0.5, 0.9))
    glass = Material(metallic=0, roughness=0, ior=1.0, specular=Specular(0.0), transmission=body)
    once = draw(renderer, Light(black_sky), wall, placed(model(quad(0.2, 0.2), glass)))
    assert middle(once) == pytest.approx(np.array([0.8, 0.5, 0.9]) ** 2, abs=0.01)
    grown = Item(model(quad(0.2, 0.2), glass), np.diag([2.0, 2.0, 2.0, 1.0]))
    grown.camera_from_model[2, 3] = -1.0
    assert middle(draw(renderer, Light(black_sky), wall, grown)) == pytest.approx(
        np.array([0.8, 0.5, 0.9]) ** 4, abs=0.01
    )


def test_glass_alone_is_partly_covered(renderer: Renderer, black_sky: str) -> None:
    glass = Material(base_color=(0.6, 0.6, 0.6, 1), metallic=0, roughness=0, ior=1.0, transmission=Transmission(1.0))
    glass = dataclasses.replace(glass, specular=Specular(0.0))
    picture = draw(renderer, Light(black_sky), placed(model(quad(0.2, 0.2), glass)))
    assert picture.rgba[32, 32, 3] == pytest.approx(0.4 * 255, abs=2)


def test_rough_glass_blurs_what_is_behind_it(renderer: Renderer, black_sky: str) -> None:
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[:, ::2, :3] = 255
    wall = placed(
        model(quad(1, 1), Material(base_color_texture=TextureUse(0), unlit=True), textures=[Texture(pixels)]), z_m=-1.2
    )
    contrast = []
    for roughness in (0.0, 0.6):
        glass = Material(metallic=0, roughness=roughness, ior=1.5, transmission=Transmission(1.0))
        picture = draw(renderer, Light(black_sky), wall, placed(model(quad(0.2, 0.2), glass)))
        contrast.append(linear_from_codes(picture.rgba[32, 24:40, 0]).std())
    assert contrast[1] < 0.25 * contrast[0]


def test_metal_keeps_its_color_in_a_furnace(renderer: Renderer, white_sky: str) -> None:
    gold = Material(base_color=(1.0, 0.77, 0.34, 1.0), metallic=1.0, roughness=0.0)
    assert middle(draw(renderer, Light(white_sky), placed(model(quad(1, 1), gold)))) == pytest.approx(
        [1.0, 0.77, 0.34], abs=0.015
    )


def test_a_smooth_dielectric_reflects_as_fresnel_says(renderer: Renderer, white_sky: str) -> None:
    for ior in (1.3, 1.5, 2.0):
        black = Material(base_color=(0, 0, 0, 1), metallic=0.0, roughness=0.0, ior=ior)
        expected = ((ior - 1) / (ior + 1)) ** 2
        seen = middle(draw(renderer, Light(white_sky), placed(model(quad(1, 1), black))))
        assert seen == pytest.approx([expected] * 3, abs=0.006)


def test_sheen_brightens_the_rim(renderer: Renderer, white_sky: str) -> None:
    velvet = Material(base_color=(0.02, 0, 0, 1), metallic=0, roughness=1, sheen=Sheen((0.9, 0.1, 0.1), None, 0.4))
    picture = draw(renderer, Light(white_sky), placed(model(ball(0.2), velvet)))
    row = picture.rgba[32, :, 0].astype(int)
    edge = int(np.nonzero(picture.rgba[32, :, 3] == 255)[0][1])
    assert row[edge] > 1.5 * row[32]


def neutral(color: np.ndarray) -> np.ndarray:
    """Khronos PBR Neutral for one color, step by step as its specification tells it."""
    low = min(color)
    color = color - (0.04 if low >= 0.08 else low - low * low / 0.16)
    peak = max(color)
    if peak <= 0.76:
        return color
    new = 1 - (1 - 0.76) ** 2 / (peak + 1 - 2 * 0.76)
    color = color * new / peak
    mix = 1 / (0.15 * (peak - new) + 1)
    return color * mix + new * (1 - mix)


@pytest.mark.parametrize("color", [(0.02, 0.05, 0.03), (0.5, 0.3, 0.2), (1.0, 0.7, 0.1), (4.0, 2.0, 1.0)])
def test_the_neutral_curve_is_the_specified_one(
    renderer: Renderer, black_sky: str, color: tuple[float, float, float]
) -> None:
    lamp = Material(base_color=(*(value / 4 for value in color), 1.0), unlit=True)
    picture = draw(renderer, Light(black_sky), placed(model(quad(1, 1), lamp)), exposure=4.0, tone="neutral")
    assert middle(picture) == pytest.approx(neutral(np.array(color)), abs=0.006)


def test_the_aces_curve_rises_and_meets_black_and_white(renderer: Renderer, black_sky: str) -> None:
    seen = []
    for value in (0.0, 0.05, 0.2, 0.6, 1.0, 20.0):
        lamp = dataclasses.replace(DIFFUSER, emissive=(value,) * 3)
        seen.append(middle(draw(renderer, Light(black_sky), placed(model(quad(1, 1), lamp)), tone="aces"))[1])
    assert np.all(np.diff(seen) > 0)
    assert seen[0] < 0.001
    assert seen[-1] > 0.95
    # Middle gray through Hill's fit at an exposure of 1/0.6: a by-hand value.
    v = 0.2 / 0.6
    assert seen[2] == pytest.approx(
        (v * (v + 0.0245786) - 0.000090537) / (v * (0.983729 * v + 0.4329510) + 0.238081), abs=0.01
    )
