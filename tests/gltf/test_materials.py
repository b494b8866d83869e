"""Materials, their extensions, textures and pictures."""

from __future__ import annotations

import io
import math
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from tryon.errors import ModelFileError, ParameterError
from tryon.gltf import Limits, read
from tryon.types import Material

from .conftest import Quad

MakePng = Callable[[np.ndarray], bytes]


def _material(quad: Quad) -> Material:
    (material,) = read(quad.glb()).materials
    return material


def test_no_material_is_the_default_material(quad: Quad) -> None:
    del quad.root["materials"], quad.primitive["material"]
    material = _material(quad)
    assert (material.base_color, material.metallic, material.roughness) == ((1.0, 1.0, 1.0, 1.0), 1.0, 1.0)
    quad.primitive["material"] = 3
    with pytest.raises(ModelFileError, match="material: expected no index, as the list it points into is empty, got 3"):
        read(quad.glb())


def test_every_material_extension_is_read(quad: Quad, make_png: MakePng) -> None:
    info = {"index": quad.texture(make_png(np.zeros((2, 2, 4), np.uint8)))}
    quad.material.update(
        {
            "name": "all",
            "pbrMetallicRoughness": {
                "baseColorFactor": [0.1, 0.2, 0.3, 0.4],
                "baseColorTexture": info,
                "metallicFactor": 0.5,
                "roughnessFactor": 0.6,
                "metallicRoughnessTexture": info,
            },
            "normalTexture": info | {"scale": 0.7},
            "occlusionTexture": info | {"strength": 0.8},
            "emissiveFactor": [0.1, 0.2, 0.5],
            "emissiveTexture": info,
            "alphaMode": "MASK",
            "alphaCutoff": 0.3,
            "doubleSided": True,
            "extensions": {
                "KHR_materials_unlit": {},
                "KHR_materials_emissive_strength": {"emissiveStrength": 4},
                "KHR_materials_ior": {"ior": 1.7},
                "KHR_materials_clearcoat": {
                    "clearcoatFactor": 0.9,
                    "clearcoatTexture": info,
                    "clearcoatRoughnessFactor": 0.1,
                    "clearcoatRoughnessTexture": info,
                    "clearcoatNormalTexture": info | {"scale": 0.4},
                },
                "KHR_materials_sheen": {"sheenColorFactor": [0.3, 0.2, 0.1], "sheenRoughnessFactor": 0.35},
                "KHR_materials_transmission": {"transmissionFactor": 0.95, "transmissionTexture": info},
                "KHR_materials_volume": {
                    "thicknessFactor": 0.002,
                    "attenuationDistance": 0.01,
                    "attenuationColor": [0.9, 0.5, 0.1],
                },
                "KHR_materials_specular": {"specularFactor": 0.45, "specularColorFactor": [1.5, 1, 0.5]},
                "KHR_materials_iridescence": {
                    "iridescenceFactor": 0.55,
                    "iridescenceIor": 1.8,
                    "iridescenceThicknessMinimum": 200,
                    "iridescenceThicknessMaximum": 500,
                },
                "KHR_materials_anisotropy": {"anisotropyStrength": 0.65, "anisotropyRotation": 1.2},
            },
        }
    )
    got = _material(quad)
    assert (got.name, got.alpha_mode, got.alpha_cutoff, got.double_sided, got.unlit) == ("all", "mask", 0.3, True, True)
    assert (got.base_color, got.metallic, got.roughness, got.ior) == ((0.1, 0.2, 0.3, 0.4), 0.5, 0.6, 1.7)
    assert got.emissive == pytest.approx((0.4, 0.8, 2.0))
    assert got.normal_texture is not None
    assert got.normal_texture.scale == 0.7
    assert got.occlusion_texture is not None
    assert got.occlusion_texture.scale == 0.8
    assert got.clearcoat is not None
    assert got.clearcoat.normal_texture is not None
    assert (got.clearcoat.factor, got.clearcoat.roughness, got.clearcoat.normal_texture.scale) == (0.9, 0.1, 0.4)
    assert got.sheen is not None
    assert (got.sheen.color, got.sheen.roughness) == ((0.3, 0.2, 0.1), 0.35)
    glass = got.transmission
    assert glass is not None
    assert (glass.factor, glass.thickness_m, glass.attenuation_distance_m) == (0.95, 0.002, 0.01)
    assert glass.attenuation_color == (0.9, 0.5, 0.1)
    assert got.specular is not None
    assert (got.specular.factor, got.specular.color) == (0.45, (1.5, 1.0, 0.5))
    film = got.iridescence
    assert film is not None
    assert (film.factor, film.ior, film.thickness_min_nm, film.thickness_max_nm) == (0.55, 1.8, 200.0, 500.0)
    assert got.anisotropy is not None
    assert (got.anisotropy.strength, got.anisotropy.rotation_rad) == (0.65, 1.2)


def test_factors_out_of_range_are_clamped_and_noted(quad: Quad) -> None:
    quad.material["pbrMetallicRoughness"] = {"roughnessFactor": 1.5, "baseColorFactor": [1, 1, -1, 1]}
    model = read(quad.glb())
    assert model.materials[0].roughness == 1.0
    assert model.materials[0].base_color[2] == 0.0
    assert len(model.notes) == 2
    assert model.notes[1] == "model.materials[0].pbrMetallicRoughness.roughnessFactor is 1.5; 1 is used."


def test_specular_glossiness_is_converted_and_noted(quad: Quad, make_png: MakePng) -> None:
    old = {"diffuseFactor": [0.5, 0.4, 0.3, 1], "specularFactor": [0.2, 0.2, 0.2], "glossinessFactor": 0.7}
    quad.material["extensions"] = {"KHR_materials_pbrSpecularGlossiness": old}
    model = read(quad.glb())
    got = model.materials[0]
    assert got.base_color == (0.5, 0.4, 0.3, 1.0)
    assert (got.metallic, got.roughness) == (0.0, pytest.approx(0.3))
    assert got.ior == 1e4  # F0 is then min(1, the specular color), which is what the old extension states
    assert got.specular is not None
    assert got.specular.color == (0.2, 0.2, 0.2)
    assert any("converted to metallic-roughness" in note for note in model.notes)
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[...] = (10, 20, 30, 200)
    old["specularGlossinessTexture"] = {"index": quad.texture(make_png(pixels))}
    model = read(quad.glb())
    got = model.materials[0]
    assert got.specular is not None
    assert got.specular.color_texture is not None
    assert got.metallic_roughness_texture is not None
    rough = model.textures[got.metallic_roughness_texture.texture].pixels
    assert (rough[0, 0, :3] == [0, 255 - 140, 0]).all()


def test_variants_swap_materials_and_unknown_ones_are_named(quad: Quad) -> None:
    quad.root["materials"] = [{"name": "gold"}, {"name": "silver"}]
    quad.root["extensions"] = {"KHR_materials_variants": {"variants": [{"name": "Gold"}, {"name": "Silver"}]}}
    quad.primitive["extensions"] = {"KHR_materials_variants": {"mappings": [{"material": 1, "variants": [1]}]}}
    assert read(quad.glb()).variants == ("Gold", "Silver")
    for variant, name in ((None, "gold"), ("Gold", "gold"), ("Silver", "silver")):
        assert read(quad.glb(), variant=variant).materials[0].name == name
    with pytest.raises(ParameterError, match="has no variant 'Bronze'; known: Gold, Silver"):
        read(quad.glb(), variant="Bronze")


def test_texture_transform_moves_turns_and_scales_the_unit_square(quad: Quad, make_png: MakePng) -> None:
    moved = {"offset": [0.5, 0.25], "scale": [2, 3], "rotation": math.pi / 2, "texCoord": 1}
    index = quad.texture(make_png(np.zeros((2, 2, 3), np.uint8)))
    info = {"index": index, "texCoord": 0, "extensions": {"KHR_texture_transform": moved}}
    quad.material["pbrMetallicRoughness"] = {"baseColorTexture": info}
    quad.primitive["attributes"]["TEXCOORD_1"] = quad.primitive["attributes"]["TEXCOORD_0"]
    use = _material(quad).base_color_texture
    assert use is not None
    assert use.uv_set == 1
    # A quarter turn counterclockwise as seen (v runs down) takes u to −v and v to u.
    assert use.uv_from_uv @ [1, 0, 1] == pytest.approx([0.5, 0.25 - 2, 1])
    assert use.uv_from_uv @ [0, 1, 1] == pytest.approx([0.5 + 3, 0.25, 1])


def test_texture_coordinates_beyond_the_second_set_are_renumbered(quad: Quad, make_png: MakePng) -> None:
    info = {"index": quad.texture(make_png(np.zeros((2, 2, 3), np.uint8)))}
    quad.material["pbrMetallicRoughness"] = {"baseColorTexture": info | {"texCoord": 3}}
    third = np.array([[5, 6]] * 4, "<f4")
    quad.primitive["attributes"]["TEXCOORD_3"] = quad.accessor(third)
    model = read(quad.glb())
    use = model.materials[0].base_color_texture
    assert use is not None
    assert (model.primitives[0].uv[use.uv_set] == third).all()


def test_a_texture_without_coordinates_is_noted(quad: Quad, make_png: MakePng) -> None:
    info = {"index": quad.texture(make_png(np.zeros((2, 2, 3), np.uint8)))}
    quad.material["pbrMetallicRoughness"] = {"baseColorTexture": info}
    del quad.primitive["attributes"]["TEXCOORD_0"]
    model = read(quad.glb())
    assert not model.primitives[0].uv[0].any()
    assert "has no TEXCOORD_0 for its textures" in model.notes[0]


def test_a_missing_picture_leaves_the_factor_and_a_note(quad: Quad, tmp_path) -> None:
    quad.root |= {"images": [{"uri": "gone.png"}], "textures": [{"source": 0}]}
    quad.material["pbrMetallicRoughness"] = {"baseColorTexture": {"index": 0}, "baseColorFactor": [1, 0, 0, 1]}
    (tmp_path / "quad.glb").write_bytes(quad.glb())
    model = read(tmp_path / "quad.glb")
    assert model.materials[0].base_color_texture is None
    assert model.materials[0].base_color == (1.0, 0.0, 0.0, 1.0)
    assert model.notes == ("Texture file 'gone.png' is missing; the plain color is used instead.",)


def test_samplers_and_pictures_are_shared_only_where_both_agree(quad: Quad, make_png: MakePng) -> None:
    quad.texture(make_png(np.zeros((2, 2, 3), np.uint8)))
    quad.root["samplers"] = [{"wrapS": 33071, "wrapT": 33648, "magFilter": 9728, "minFilter": 9729}]
    quad.root["textures"] += [{"source": 0, "sampler": 0}, {"source": 0}]
    core = {"baseColorTexture": {"index": 0}, "metallicRoughnessTexture": {"index": 1}}
    quad.material.update(pbrMetallicRoughness=core, emissiveTexture={"index": 2})
    model = read(quad.glb())
    plain, sampled = model.textures
    assert (plain.wrap_u, plain.wrap_v, plain.smooth, plain.mipmapped) == ("repeat", "repeat", True, True)
    assert (sampled.wrap_u, sampled.wrap_v, sampled.smooth, sampled.mipmapped) == ("clamp", "mirror", False, False)
    assert plain.pixels is sampled.pixels


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_pictures_of_each_format_decode_to_rgba(quad: Quad, kind: str) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (16, 8), (200, 100, 50)).save(stream, kind, quality=95)
    quad.texture(stream.getvalue())
    if kind in ("WEBP", "AVIF"):
        name = f"EXT_texture_{kind.lower()}"
        quad.root["textures"][0] = {"extensions": {name: {"source": 0}}}
        quad.root |= {"extensionsUsed": [name], "extensionsRequired": [name]}
    quad.material["pbrMetallicRoughness"] = {"baseColorTexture": {"index": 0}}
    (texture,) = read(quad.glb()).textures
    assert texture.pixels.shape == (8, 16, 4)
    assert np.abs(texture.pixels[4, 8].astype(int) - [200, 100, 50, 255]).max() <= 4


def test_sixteen_bit_gray_keeps_its_high_byte(quad: Quad, make_png: MakePng) -> None:
    quad.texture(make_png(np.full((4, 4), 0x80FF, np.uint16)))
    quad.material["occlusionTexture"] = {"index": 0}
    assert (read(quad.glb()).textures[0].pixels[0, 0] == [0x80, 0x80, 0x80, 255]).all()


def test_bad_pictures_are_refused_by_what_they_are(quad: Quad, make_png: MakePng) -> None:
    png = make_png(np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8))
    bomb = bytearray(make_png(np.zeros((1, 1), np.uint8)))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    bomb[29:33] = zlib.crc32(bytes(bomb[12:29])).to_bytes(4, "big")
    ktx2 = bytearray(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(128))
    struct.pack_into("<2I", ktx2, 20, 64, 32)
    struct.pack_into("<I", ktx2, 48, 104)
    ktx2[116] = 166
    cases = (
        (png[:200], "cut off or broken"),
        (b"GIF89a" + bytes(40), "got something else"),
        (bytes(ktx2), r"a KTX2 of 64 x 32 \(Basis Universal UASTC\)"),
        (bytes(ktx2[:50]), "KTX2 picture, got"),
    )
    quad.material["emissiveTexture"] = {"index": 0}
    for data, pattern in cases:
        quad.root.pop("images", None)
        quad.root.pop("textures", None)
        quad.texture(data)
        with pytest.raises(ModelFileError, match=rf"images\[0\]: .*{pattern}"):
            read(quad.glb())
    quad.root.pop("images")
    quad.texture(bytes(bomb))
    with pytest.raises(ModelFileError, match=r"images\[0\]: expected a picture of (1 to|at most) 8192 px"):
        read(quad.glb())


def test_decoded_pictures_have_a_cap_in_all(quad: Quad, make_png: MakePng) -> None:
    quad.texture(make_png(np.zeros((64, 64, 3), np.uint8)))
    quad.material["emissiveTexture"] = {"index": 0}
    with pytest.raises(ModelFileError, match="decoded textures"):
        read(quad.glb(), limits=Limits(texture_bytes=64 * 64 * 4 - 1))


def test_lights_are_placed_and_shine_along_minus_z(quad: Quad) -> None:
    half = math.sqrt(0.5)
    light = {"type": "spot", "intensity": 7, "color": [1, 0.5, 0], "range": 9, "spot": {"outerConeAngle": 0.5}}
    quad.root["extensions"] = {"KHR_lights_punctual": {"lights": [light]}}
    quad.root["nodes"].append(
        {"translation": [1, 2, 3], "rotation": [-half, 0, 0, half], "extensions": {"KHR_lights_punctual": {"light": 0}}}
    )
    quad.root["scenes"][0]["nodes"] = [0, 1]
    (placed,) = read(quad.glb()).lights
    assert (placed.kind, placed.intensity, placed.color, placed.range_m) == ("spot", 7.0, (1.0, 0.5, 0.0), 9.0)
    assert placed.position_m == (1.0, 2.0, 3.0)
    assert placed.direction == pytest.approx((0, -1, 0))
    assert (placed.inner_cone_rad, placed.outer_cone_rad) == (0.0, 0.5)
