"""glTF materials and their extensions as `Material` values."""

from __future__ import annotations

import math
from dataclasses import replace

from tryon.gltf.fields import Fields
from tryon.gltf.notes import Notes
from tryon.gltf.textures import Textures
from tryon.types import Material
from tryon.types.model import AlphaMode, Anisotropy, Clearcoat, Iridescence, Sheen, Specular, Transmission

# Stands for glTF's ior 0, reflection of all light at every angle: finite, so that (n − 1) / (n + 1) is a number.
MIRROR_IOR = 1.0e4
_ALPHA_MODES: dict[str, AlphaMode] = {"OPAQUE": "opaque", "MASK": "mask", "BLEND": "blend"}


def material(fields: Fields, textures: Textures, notes: Notes) -> Material:
    """One material with every extension that can be drawn; factors outside their range are clamped and noted.

    Source: glTF 2.0 specification, 3.9, and the KHR_materials_* extensions.
    """
    reader = _Reader(fields, textures, notes)
    core = fields.child("pbrMetallicRoughness")
    result = Material(
        name=fields.text("name")[:200],
        base_color=reader.color4(core, "baseColorFactor"),
        base_color_texture=textures.use(core, "baseColorTexture"),
        metallic=reader.unit(core, "metallicFactor", 1.0),
        roughness=reader.unit(core, "roughnessFactor", 1.0),
        metallic_roughness_texture=textures.use(core, "metallicRoughnessTexture"),
        normal_texture=textures.use(fields, "normalTexture"),
        occlusion_texture=textures.use(fields, "occlusionTexture"),
        emissive=reader.emissive(),
        emissive_texture=textures.use(fields, "emissiveTexture"),
        alpha_mode=_alpha_mode(fields),
        alpha_cutoff=fields.number("alphaCutoff", 0.5, low=0.0),
        double_sided=fields.flag("doubleSided"),
        unlit=fields.extension("KHR_materials_unlit") is not None,
        ior=reader.ior(),
        clearcoat=reader.clearcoat(),
        sheen=reader.sheen(),
        transmission=reader.transmission(),
        specular=reader.specular(),
        iridescence=reader.iridescence(),
        anisotropy=reader.anisotropy(),
    )
    glossy = fields.extension("KHR_materials_pbrSpecularGlossiness")
    return result if glossy is None or core is not None else reader.from_glossiness(result, glossy)


class _Reader:
    """Reads the factors and extensions of one material."""

    def __init__(self, fields: Fields, textures: Textures, notes: Notes) -> None:
        self._fields = fields
        self._textures = textures
        self._notes = notes

    def unit(self, fields: Fields | None, name: str, default: float, *, high: float = 1.0) -> float:
        value = fields.number(name, default) if fields is not None else default
        return self._clamped(fields, name, value, high)

    def color3(
        self, fields: Fields | None, name: str, default: tuple[float, float, float], *, high: float = 1.0
    ) -> tuple[float, float, float]:
        values = fields.numbers(name, default) if fields is not None else default
        r, g, b = (self._clamped(fields, name, value, high) for value in values)
        return r, g, b

    def color4(self, fields: Fields | None, name: str) -> tuple[float, float, float, float]:
        values = fields.numbers(name, (1.0,) * 4) if fields is not None else (1.0,) * 4
        r, g, b, a = (self._clamped(fields, name, value, 1.0) for value in values)
        return r, g, b, a

    def _clamped(self, fields: Fields | None, name: str, value: float, high: float) -> float:
        inside = min(max(value, 0.0), high)
        if inside != value and fields is not None:
            self._notes.add(f"{fields.where}.{name} is {value:g}; {inside:g} is used.")
        return inside

    def emissive(self) -> tuple[float, float, float]:
        r, g, b = self.color3(self._fields, "emissiveFactor", (0.0, 0.0, 0.0))
        extension = self._fields.extension("KHR_materials_emissive_strength")
        strength = extension.number("emissiveStrength", 1.0, low=0.0) if extension is not None else 1.0
        return r * strength, g * strength, b * strength

    def ior(self) -> float:
        extension = self._fields.extension("KHR_materials_ior")
        value = extension.number("ior", 1.5, low=0.0) if extension is not None else 1.5
        if value == 0.0:  # the extension's marker for specular-glossiness: full reflection at every angle
            return MIRROR_IOR
        return min(max(value, 1.0), MIRROR_IOR)

    def clearcoat(self) -> Clearcoat | None:
        fields = self._fields.extension("KHR_materials_clearcoat")
        if fields is None:
            return None
        return Clearcoat(
            factor=self.unit(fields, "clearcoatFactor", 0.0),
            texture=self._textures.use(fields, "clearcoatTexture"),
            roughness=self.unit(fields, "clearcoatRoughnessFactor", 0.0),
            roughness_texture=self._textures.use(fields, "clearcoatRoughnessTexture"),
            normal_texture=self._textures.use(fields, "clearcoatNormalTexture"),
        )

    def sheen(self) -> Sheen | None:
        fields = self._fields.extension("KHR_materials_sheen")
        if fields is None:
            return None
        return Sheen(
            color=self.color3(fields, "sheenColorFactor", (0.0, 0.0, 0.0)),
            color_texture=self._textures.use(fields, "sheenColorTexture"),
            roughness=self.unit(fields, "sheenRoughnessFactor", 0.0),
            roughness_texture=self._textures.use(fields, "sheenRoughnessTexture"),
        )

    def transmission(self) -> Transmission | None:
        fields = self._fields.extension("KHR_materials_transmission")
        volume = self._fields.extension("KHR_materials_volume")
        if fields is None and volume is None:
            return None
        distance = math.inf
        if volume is not None and "attenuationDistance" in volume:
            distance = volume.number("attenuationDistance", 0.0)
        return Transmission(
            factor=self.unit(fields, "transmissionFactor", 0.0),
            texture=self._textures.use(fields, "transmissionTexture"),
            thickness_m=self.unit(volume, "thicknessFactor", 0.0, high=math.inf),
            thickness_texture=self._textures.use(volume, "thicknessTexture"),
            attenuation_distance_m=distance if distance > 0.0 else math.inf,
            attenuation_color=self.color3(volume, "attenuationColor", (1.0, 1.0, 1.0)),
        )

    def specular(self) -> Specular | None:
        fields = self._fields.extension("KHR_materials_specular")
        if fields is None:
            return None
        return Specular(
            factor=self.unit(fields, "specularFactor", 1.0),
            texture=self._textures.use(fields, "specularTexture"),
            color=self.color3(fields, "specularColorFactor", (1.0, 1.0, 1.0), high=math.inf),
            color_texture=self._textures.use(fields, "specularColorTexture"),
        )

    def iridescence(self) -> Iridescence | None:
        fields = self._fields.extension("KHR_materials_iridescence")
        if fields is None:
            return None
        return Iridescence(
            factor=self.unit(fields, "iridescenceFactor", 0.0),
            texture=self._textures.use(fields, "iridescenceTexture"),
            ior=max(fields.number("iridescenceIor", 1.3), 1.0),
            thickness_min_nm=self.unit(fields, "iridescenceThicknessMinimum", 100.0, high=math.inf),
            thickness_max_nm=self.unit(fields, "iridescenceThicknessMaximum", 400.0, high=math.inf),
            thickness_texture=self._textures.use(fields, "iridescenceThicknessTexture"),
        )

    def anisotropy(self) -> Anisotropy | None:
        fields = self._fields.extension("KHR_materials_anisotropy")
        if fields is None:
            return None
        return Anisotropy(
            strength=self.unit(fields, "anisotropyStrength", 0.0),
            rotation_rad=fields.number("anisotropyRotation", 0.0),
            texture=self._textures.use(fields, "anisotropyTexture"),
        )

    def from_glossiness(self, plain: Material, fields: Fields) -> Material:
        """Specular-glossiness as a dielectric that reflects the stated specular color.

        Its texture serves twice: as it is for the specular color, and its alpha turned round as roughness.
        """
        r, g, b = self.color3(fields, "specularFactor", (1.0, 1.0, 1.0))
        gloss = self.unit(fields, "glossinessFactor", 1.0)
        both = self._textures.use(fields, "specularGlossinessTexture")
        self._notes.add(f"{fields.where} was converted to metallic-roughness.")
        return replace(
            plain,
            base_color=self.color4(fields, "diffuseFactor"),
            base_color_texture=self._textures.use(fields, "diffuseTexture"),
            metallic=0.0,
            roughness=1.0 if both is not None else 1.0 - gloss,
            metallic_roughness_texture=both and self._textures.roughness_of(both, gloss),
            ior=MIRROR_IOR,
            specular=Specular(color=(r, g, b), color_texture=both),
        )


def _alpha_mode(fields: Fields) -> AlphaMode:
    mode = fields.choice("alphaMode", {name: name for name in _ALPHA_MODES}, "OPAQUE")
    return _ALPHA_MODES[mode]
