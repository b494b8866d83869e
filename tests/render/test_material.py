"""Materials as defines and numbers: nothing that is not used, everything that is, and all at once on the driver."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from tests.render.shapes import ball, model, placed
from tryon.render import Renderer
from tryon.render.material import shading
from tryon.types.camera import Camera
from tryon.types.model import (
    Anisotropy,
    Clearcoat,
    Iridescence,
    Material,
    PunctualLight,
    Sheen,
    Specular,
    Texture,
    TextureUse,
    Transmission,
)
from tryon.types.scene import Light, Scene

TURNED = np.array([[0.0, 1.0, 0.5], [-1.0, 0.0, 0.25], [0.0, 0.0, 1.0]])
CAMERA = Camera.of_focal(48, 48, 80.0)


def everything(*, transformed: bool) -> Material:
    """A material with every texture and every extension."""
    uses = iter(TextureUse(i % 2, uv_set=i % 2, uv_from_uv=TURNED if transformed else np.eye(3)) for i in range(17))
    return Material(
        base_color_texture=next(uses),
        metallic=0.5,
        roughness=0.5,
        metallic_roughness_texture=next(uses),
        normal_texture=next(uses),
        occlusion_texture=next(uses),
        emissive=(0.1, 0.1, 0.1),
        emissive_texture=next(uses),
        double_sided=True,
        clearcoat=Clearcoat(1.0, next(uses), 0.2, next(uses), next(uses)),
        sheen=Sheen((0.5, 0.5, 0.5), next(uses), 0.5, next(uses)),
        transmission=Transmission(0.5, next(uses), 0.01, next(uses), 0.02, (0.9, 0.8, 0.7)),
        specular=Specular(0.8, next(uses), (1.0, 0.9, 0.8), next(uses)),
        iridescence=Iridescence(0.5, next(uses), 1.4, 100.0, 500.0, next(uses)),
        anisotropy=Anisotropy(0.5, 0.3, next(uses)),
    )


TEXTURES = (Texture(np.full((4, 4, 4), 200, np.uint8)), Texture(np.full((4, 4, 4), 128, np.uint8), "mirror", "clamp"))


def test_a_plain_material_asks_for_nothing() -> None:
    plain = shading(Material(), 2, ())
    assert plain.defines == ()
    assert plain.slots == ()
    assert plain.uv_sets == frozenset()


def test_extensions_without_effect_are_left_out() -> None:
    idle = Material(
        clearcoat=Clearcoat(0.0, TextureUse(0)),
        sheen=Sheen((0.0, 0.0, 0.0), TextureUse(0)),
        transmission=Transmission(0.0, TextureUse(0)),
        iridescence=Iridescence(0.0, TextureUse(0)),
        anisotropy=Anisotropy(0.0, 0.0, TextureUse(0)),
        emissive_texture=TextureUse(0),
    )
    assert shading(idle, 1, TEXTURES).slots == ()


def test_every_texture_has_its_slot_and_colors_are_srgb() -> None:
    shaded = shading(everything(transformed=True), 2, TEXTURES)
    assert len({slot.sampler for slot in shaded.slots}) == 17
    srgb = {slot.sampler for slot in shaded.slots if slot.srgb}
    assert srgb == {"u_base", "u_emissive", "u_sheen_color", "u_specular_color"}
    assert shaded.uv_sets == {0, 1}
    assert shaded.block.shape == (43, 4)


def test_textures_on_coordinates_that_are_missing_are_left_out() -> None:
    shaded = shading(everything(transformed=False), 1, TEXTURES)
    assert {slot.texture for slot in shaded.slots} == {0}
    assert shading(everything(transformed=False), 0, TEXTURES).slots == ()


def test_absorption_follows_from_color_and_distance() -> None:
    body = Transmission(1.0, None, 0.01, None, 0.5, (0.5, 1.0, 0.0))
    row = shading(Material(transmission=body), 0, ()).block[7]
    assert row[0] == pytest.approx(math.log(2.0) / 0.5)
    assert row[1] == 0.0
    assert np.isfinite(row[2])
    clear = Transmission(1.0, None, 0.01, None, math.inf, (0.5, 0.5, 0.5))
    assert (shading(Material(transmission=clear), 0, ()).block[7, :3] == 0.0).all()


@pytest.mark.parametrize(("transformed", "mode"), [(False, "opaque"), (True, "mask"), (True, "blend")])
def test_the_driver_takes_everything_at_once(renderer: Renderer, white_sky: str, transformed: bool, mode: str) -> None:

    material = dataclasses.replace(everything(transformed=transformed), alpha_mode=mode, alpha_cutoff=0.2)  # type: ignore[arg-type]
    shape = ball()
    both = dataclasses.replace(
        shape,
        uv=(shape.uv[0], shape.uv[0]),
        tangents=np.tile(np.float32([1, 0, 0, 1]), (len(shape.normals), 1)) if transformed else None,
        colors=np.ones((len(shape.normals), 4), np.float32),
    )
    lamp = PunctualLight("point", (1.0, 1.0, 1.0), 0.1, (0.0, 0.5, 0.5), (0, 0, -1), 3.0)
    item = placed(model(both, material, textures=TEXTURES, lights=[lamp]))
    light = Light(white_sky, sun_direction=(0.0, 0.0, 1.0), sun_rgb=(0.5, 0.5, 0.5))
    picture = renderer.render(Scene((item,), light=light), CAMERA, background=(0.2, 0.2, 0.2))
    assert picture.rgba[24, 24, :3].min() > 20
    assert (picture.rgba[..., 3] == 255).all()
