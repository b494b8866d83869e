"""Materials as glTF JSON: only what differs from the format's defaults."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tryon.errors import EncodeError
from tryon.gltf.materials import MIRROR_IOR
from tryon.types import Material, TextureUse

Json = dict[str, object]


def material_json(material: Material) -> Json:
    """One entry of `materials`, with the extensions it needs.

    Raises:
        EncodeError: A texture transform that is no move, turn and scale, which glTF cannot say.
    """
    core = _kept(
        baseColorFactor=_unless(material.base_color, (1.0, 1.0, 1.0, 1.0)),
        baseColorTexture=_texture(material.base_color_texture),
        metallicFactor=_unless(material.metallic, 1.0),
        roughnessFactor=_unless(material.roughness, 1.0),
        metallicRoughnessTexture=_texture(material.metallic_roughness_texture),
    )
    strength = max(1.0, *material.emissive)
    return _kept(
        name=material.name or None,
        pbrMetallicRoughness=core or None,
        normalTexture=_texture(material.normal_texture, "scale"),
        occlusionTexture=_texture(material.occlusion_texture, "strength"),
        emissiveFactor=_unless(tuple(value / strength for value in material.emissive), (0.0, 0.0, 0.0)),
        emissiveTexture=_texture(material.emissive_texture),
        alphaMode=_unless(material.alpha_mode.upper(), "OPAQUE"),
        alphaCutoff=_unless(material.alpha_cutoff, 0.5) if material.alpha_mode == "mask" else None,
        doubleSided=True if material.double_sided else None,
        extensions=_extensions(material, strength) or None,
    )


def _extensions(material: Material, strength: float) -> Json:
    found = {
        "KHR_materials_unlit": {} if material.unlit else None,
        "KHR_materials_emissive_strength": {"emissiveStrength": strength} if strength > 1.0 else None,
        "KHR_materials_ior": {"ior": 0.0 if material.ior >= MIRROR_IOR else material.ior}
        if material.ior != 1.5
        else None,
        "KHR_materials_clearcoat": _clearcoat(material),
        "KHR_materials_sheen": _sheen(material),
        "KHR_materials_transmission": _transmission(material),
        "KHR_materials_volume": _volume(material),
        "KHR_materials_specular": _specular(material),
        "KHR_materials_iridescence": _iridescence(material),
        "KHR_materials_anisotropy": _anisotropy(material),
    }
    return {name: value for name, value in found.items() if value is not None}


def _clearcoat(material: Material) -> Json | None:
    coat = material.clearcoat
    if coat is None:
        return None
    return _kept(
        clearcoatFactor=_unless(coat.factor, 0.0),
        clearcoatTexture=_texture(coat.texture),
        clearcoatRoughnessFactor=_unless(coat.roughness, 0.0),
        clearcoatRoughnessTexture=_texture(coat.roughness_texture),
        clearcoatNormalTexture=_texture(coat.normal_texture, "scale"),
    )


def _sheen(material: Material) -> Json | None:
    sheen = material.sheen
    if sheen is None:
        return None
    return _kept(
        sheenColorFactor=_unless(sheen.color, (0.0, 0.0, 0.0)),
        sheenColorTexture=_texture(sheen.color_texture),
        sheenRoughnessFactor=_unless(sheen.roughness, 0.0),
        sheenRoughnessTexture=_texture(sheen.roughness_texture),
    )


def _transmission(material: Material) -> Json | None:
    passed = material.transmission
    if passed is None:
        return None
    return _kept(
        transmissionFactor=_unless(passed.factor, 0.0),
        transmissionTexture=_texture(passed.texture),
    )


def _volume(material: Material) -> Json | None:
    passed = material.transmission
    if passed is None:
        return None
    finite = math.isfinite(passed.attenuation_distance_m)
    fields = _kept(
        thicknessFactor=_unless(passed.thickness_m, 0.0),
        thicknessTexture=_texture(passed.thickness_texture),
        attenuationDistance=passed.attenuation_distance_m if finite else None,
        attenuationColor=_unless(passed.attenuation_color, (1.0, 1.0, 1.0)),
    )
    return fields or None


def _specular(material: Material) -> Json | None:
    specular = material.specular
    if specular is None:
        return None
    return _kept(
        specularFactor=_unless(specular.factor, 1.0),
        specularTexture=_texture(specular.texture),
        specularColorFactor=_unless(specular.color, (1.0, 1.0, 1.0)),
        specularColorTexture=_texture(specular.color_texture),
    )


def _iridescence(material: Material) -> Json | None:
    film = material.iridescence
    if film is None:
        return None
    return _kept(
        iridescenceFactor=_unless(film.factor, 0.0),
        iridescenceTexture=_texture(film.texture),
        iridescenceIor=_unless(film.ior, 1.3),
        iridescenceThicknessMinimum=_unless(film.thickness_min_nm, 100.0),
        iridescenceThicknessMaximum=_unless(film.thickness_max_nm, 400.0),
        iridescenceThicknessTexture=_texture(film.thickness_texture),
    )


def _anisotropy(material: Material) -> Json | None:
    brushed = material.anisotropy
    if brushed is None:
        return None
    return _kept(
        anisotropyStrength=_unless(brushed.strength, 0.0),
        anisotropyRotation=_unless(brushed.rotation_rad, 0.0),
        anisotropyTexture=_texture(brushed.texture),
    )


def _texture(use: TextureUse | None, scale_name: str | None = None) -> Json | None:
    if use is None:
        return None
    scale = use.scale if scale_name is not None else 1.0
    fields = _kept(index=use.texture, texCoord=_unless(use.uv_set, 0), extensions=_transform(use))
    return fields | {scale_name: scale} if scale_name is not None and scale != 1.0 else fields


def _transform(use: TextureUse) -> Json | None:
    """KHR_texture_transform of a matrix [[c·su, s·sv, u], [−s·su, c·sv, v], [0, 0, 1]]."""
    (a, b, u), (c, d, v), _ = ([float(value) for value in row] for row in use.uv_from_uv)
    if (a, b, u, c, d, v) == (1.0, 0.0, 0.0, 0.0, 1.0, 0.0):
        return None
    scale_u = math.hypot(a, c)
    angle = math.atan2(-c, a) if scale_u > 0.0 else math.atan2(b, d)
    scale_v = math.sin(angle) * b + math.cos(angle) * d
    if abs(math.cos(angle) * b - math.sin(angle) * d) > 1e-6 * max(1.0, abs(scale_v)):
        raise EncodeError("Texture transform: expected a move, turn and scale, got a shear; bake it into the texture.")
    fields = _kept(
        offset=_unless((u, v), (0.0, 0.0)),
        rotation=_unless(angle, 0.0),
        scale=_unless((scale_u, scale_v), (1.0, 1.0)),
    )
    return {"KHR_texture_transform": fields}


def _unless(value: object, default: object) -> object:
    """The value as JSON, or None when it is the default."""
    if value == default:
        return None
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [float(entry) for entry in value]
    return float(value) if isinstance(value, float) else value


def _kept(**entries: object) -> Json:
    return {name: value for name, value in entries.items() if value is not None}
