"""A glTF material as the shaders take it: defines, numbers in std140 order, textures by sampler."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.types.model import Material, Texture, TextureUse

_NUMBERS = 9  # vec4s before the texture transforms in shaders/material.glsl
_UV_SLOTS = 17

# Slots whose texels are sRGB colors; the rest is data.
_COLOR_SLOTS = frozenset({"base", "emissive", "sheen_color", "specular_color"})


@dataclass(frozen=True, slots=True)
class Slot:
    """One texture of a material: which sampler, which texture, whether its texels are sRGB."""

    sampler: str
    texture: int
    srgb: bool


@dataclass(frozen=True, slots=True, eq=False)
class Shading:
    """All that a program and its uniform block need to know of a material.

    defines: Without those that depend on the vertices (HAS_COLOR, HAS_TANGENT).
    block: (43, 4) float32, std140.
    uv_sets: Which coordinate sets the textures read.
    """

    defines: tuple[str, ...]
    slots: tuple[Slot, ...]
    block: NDArray[np.float32]
    uv_sets: frozenset[int]


def shading(material: Material, uv_sets: int, textures: Sequence[Texture]) -> Shading:
    """Defines, numbers and textures of a material on a primitive with that many texture coordinate sets.

    Textures whose coordinates the primitive lacks are left out, as the glTF specification leaves them undefined.
    """
    defines = list(_features(material))
    slots: list[Slot] = []
    rows = np.zeros((2 * _UV_SLOTS, 4), np.float32)
    used: set[int] = set()
    transforms = 0
    for name, use in _textures(material):
        if use.uv_set >= uv_sets:
            continue
        used.add(use.uv_set)
        slots.append(Slot(f"u_{name}", use.texture, name in _COLOR_SLOTS))
        if np.array_equal(use.uv_from_uv, np.eye(3)):
            coordinates = f"v_uv{use.uv_set}"
        else:
            rows[2 * transforms : 2 * transforms + 2, :3] = use.uv_from_uv[:2]
            coordinates = f"transformed_uv({transforms}, v_uv{use.uv_set})"
            transforms += 1
        texture = textures[use.texture]
        if "mirror" in (texture.wrap_u, texture.wrap_v):
            folds = f"vec2({float(texture.wrap_u == 'mirror')}, {float(texture.wrap_v == 'mirror')})"
            coordinates = f"folded_uv({coordinates}, {folds})"
        defines += [f"TEX_{name.upper()}", f"UV_{name.upper()} {coordinates}"]
        if name in ("normal", "clearcoat_normal") and not any(line.startswith("TANGENT_UV") for line in defines):
            defines.append(f"TANGENT_UV {coordinates}")
    if "HAS_ANISOTROPY" in defines and uv_sets and not any(line.startswith("TANGENT_UV") for line in defines):
        used.add(0)
        defines.append("TANGENT_UV v_uv0")
    defines += [f"HAS_UV{index}" for index in sorted(used)]
    return Shading(tuple(defines), tuple(slots), np.concatenate([_numbers(material), rows]), frozenset(used))


def _features(material: Material) -> Iterator[str]:
    if material.alpha_mode != "opaque":
        yield "ALPHA_MASK" if material.alpha_mode == "mask" else "ALPHA_BLEND"
    if material.double_sided:
        yield "DOUBLE_SIDED"
    if material.unlit:
        yield "UNLIT"
        return
    extensions = {
        "HAS_CLEARCOAT": material.clearcoat is not None and material.clearcoat.factor > 0.0,
        "HAS_SHEEN": material.sheen is not None and max(material.sheen.color) > 0.0,
        "HAS_TRANSMISSION": material.transmission is not None and material.transmission.factor > 0.0,
        "HAS_SPECULAR": material.specular is not None,
        "HAS_IRIDESCENCE": material.iridescence is not None and material.iridescence.factor > 0.0,
        "HAS_ANISOTROPY": material.anisotropy is not None and material.anisotropy.strength > 0.0,
    }
    yield from (define for define, present in extensions.items() if present)


def _textures(material: Material) -> Iterator[tuple[str, TextureUse]]:
    """Textures by slot name; those of an extension that does nothing are left out."""
    named: list[tuple[str, TextureUse | None]] = [("base", material.base_color_texture)]
    if not material.unlit:
        named += [
            ("metallic_roughness", material.metallic_roughness_texture),
            ("normal", material.normal_texture),
            ("occlusion", material.occlusion_texture),
            ("emissive", material.emissive_texture if max(material.emissive) > 0.0 else None),
        ]
        features = set(_features(material))
        if material.clearcoat and "HAS_CLEARCOAT" in features:
            coat = material.clearcoat
            named += [("clearcoat", coat.texture), ("clearcoat_roughness", coat.roughness_texture)]
            named.append(("clearcoat_normal", coat.normal_texture))
        if material.sheen and "HAS_SHEEN" in features:
            named.append(("sheen_color", material.sheen.color_texture))
            named.append(("sheen_roughness", material.sheen.roughness_texture))
        if material.transmission and "HAS_TRANSMISSION" in features:
            named.append(("transmission", material.transmission.texture))
            named.append(("thickness", material.transmission.thickness_texture))
        if material.specular:
            named += [("specular", material.specular.texture), ("specular_color", material.specular.color_texture)]
        if material.iridescence and "HAS_IRIDESCENCE" in features:
            named.append(("iridescence", material.iridescence.texture))
            named.append(("iridescence_thickness", material.iridescence.thickness_texture))
        if material.anisotropy and "HAS_ANISOTROPY" in features:
            named.append(("anisotropy", material.anisotropy.texture))
    return ((name, use) for name, use in named if use is not None)


def _numbers(material: Material) -> NDArray[np.float32]:
    rows = np.zeros((_NUMBERS, 4), np.float32)
    bump = material.normal_texture.scale if material.normal_texture else 1.0
    occlusion = material.occlusion_texture.scale if material.occlusion_texture else 1.0
    rows[0] = material.base_color
    rows[1] = (*material.emissive, material.alpha_cutoff)
    rows[2] = (material.metallic, material.roughness, bump, occlusion)
    rows[3] = (material.ior, 1.0, 0.0, 0.0)
    rows[4] = (1.0, 1.0, 1.0, 1.0)
    if material.specular:
        rows[3, 1] = material.specular.factor
        rows[4, :3] = material.specular.color
    if coat := material.clearcoat:
        rows[3, 2:] = (coat.factor, coat.roughness)
        rows[4, 3] = coat.normal_texture.scale if coat.normal_texture else 1.0
    if material.sheen:
        rows[5] = (*material.sheen.color, material.sheen.roughness)
    if glass := material.transmission:
        rows[6, :2] = (glass.factor, glass.thickness_m)
        if 0.0 < glass.attenuation_distance_m < math.inf:
            color = np.clip(np.asarray(glass.attenuation_color, np.float64), 1e-6, 1.0)
            rows[7, :3] = -np.log(color) / glass.attenuation_distance_m
    if film := material.iridescence:
        rows[6, 3] = film.factor
        rows[7, 3] = film.ior
        rows[8, :2] = (film.thickness_min_nm, film.thickness_max_nm)
    if grain := material.anisotropy:
        rows[8, 2:] = (
            grain.strength * math.cos(grain.rotation_rad),
            grain.strength * math.sin(grain.rotation_rad),
        )
    return rows
