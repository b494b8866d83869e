"""A product's geometry and materials, as the glTF reader hands them to whoever draws, fits or measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Wrap = Literal["repeat", "mirror", "clamp"]
AlphaMode = Literal["opaque", "mask", "blend"]


@dataclass(frozen=True, slots=True, eq=False)
class Texture:
    """A picture a material samples.

    pixels: (H, W, 4) uint8 RGBA, straight alpha, as stored: sRGB or linear is the use's business. Row 0 is v = 0.
    """

    pixels: NDArray[np.uint8]
    wrap_u: Wrap = "repeat"
    wrap_v: Wrap = "repeat"
    smooth: bool = True  # magnified linearly; False: nearest
    mipmapped: bool = True
    minified_smooth: bool = True  # within a mip level; False: nearest


@dataclass(frozen=True, slots=True, eq=False)
class TextureUse:
    """How a material samples a texture.

    texture: Index in `Model.textures`.
    uv_set: 0 or 1: TEXCOORD_0 or TEXCOORD_1.
    uv_from_uv: (3, 3) float64, KHR_texture_transform: sampled uv1 = uv_from_uv @ (u, v, 1).
    scale: Normal scale or occlusion strength; 1 elsewhere.
    """

    texture: int
    uv_set: int = 0
    uv_from_uv: NDArray[np.float64] = field(default_factory=lambda: np.eye(3))
    scale: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Clearcoat:
    """KHR_materials_clearcoat."""

    factor: float = 0.0
    texture: TextureUse | None = None
    roughness: float = 0.0
    roughness_texture: TextureUse | None = None
    normal_texture: TextureUse | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sheen:
    """KHR_materials_sheen; color is linear RGB."""

    color: tuple[float, float, float] = (0.0, 0.0, 0.0)
    color_texture: TextureUse | None = None
    roughness: float = 0.0
    roughness_texture: TextureUse | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Transmission:
    """KHR_materials_transmission with KHR_materials_volume; distances in the model's units (metres)."""

    factor: float = 0.0
    texture: TextureUse | None = None
    thickness_m: float = 0.0
    thickness_texture: TextureUse | None = None
    attenuation_distance_m: float = float("inf")
    attenuation_color: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Specular:
    """KHR_materials_specular; color is linear RGB."""

    factor: float = 1.0
    texture: TextureUse | None = None
    color: tuple[float, float, float] = (1.0, 1.0, 1.0)
    color_texture: TextureUse | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Iridescence:
    """KHR_materials_iridescence; thickness in nanometres."""

    factor: float = 0.0
    texture: TextureUse | None = None
    ior: float = 1.3
    thickness_min_nm: float = 100.0
    thickness_max_nm: float = 400.0
    thickness_texture: TextureUse | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Anisotropy:
    """KHR_materials_anisotropy; rotation in radians, counterclockwise from the tangent."""

    strength: float = 0.0
    rotation_rad: float = 0.0
    texture: TextureUse | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A glTF 2.0 metallic-roughness material. Colors are linear RGB; emissive already holds its strength."""

    name: str = ""
    base_color: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    base_color_texture: TextureUse | None = None
    metallic: float = 1.0
    roughness: float = 1.0
    metallic_roughness_texture: TextureUse | None = None
    normal_texture: TextureUse | None = None
    occlusion_texture: TextureUse | None = None
    emissive: tuple[float, float, float] = (0.0, 0.0, 0.0)
    emissive_texture: TextureUse | None = None
    alpha_mode: AlphaMode = "opaque"
    alpha_cutoff: float = 0.5
    double_sided: bool = False
    unlit: bool = False
    ior: float = 1.5
    clearcoat: Clearcoat | None = None
    sheen: Sheen | None = None
    transmission: Transmission | None = None
    specular: Specular | None = None
    iridescence: Iridescence | None = None
    anisotropy: Anisotropy | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """Triangles of one material, in model space: node transforms, skins and morph targets are already applied.

    positions_m: (N, 3) float32. normals: (N, 3) float32 unit. tangents: (N, 4) float32, w = ±1, or None.
    uv: One (N, 2) float32 per texture coordinate set, up to two. colors: (N, 4) float32 linear, or None.
    triangles: (M, 3) uint32, counterclockwise seen from outside.
    material: Index in `Model.materials`. node, mesh: Names in the file.
    """

    positions_m: NDArray[np.float32]
    normals: NDArray[np.float32]
    triangles: NDArray[np.uint32]
    material: int
    tangents: NDArray[np.float32] | None = None
    uv: tuple[NDArray[np.float32], ...] = ()
    colors: NDArray[np.float32] | None = None
    node: str = ""
    mesh: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PunctualLight:
    """KHR_lights_punctual, placed in model space; it shines along `direction`.

    intensity: Candela for points and spots, lux for directional lights. range_m: inf when unlimited.
    """

    kind: Literal["directional", "point", "spot"]
    color: tuple[float, float, float]
    intensity: float
    position_m: tuple[float, float, float]
    direction: tuple[float, float, float]
    range_m: float = float("inf")
    inner_cone_rad: float = 0.0
    outer_cone_rad: float = 0.7853981633974483


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Model:
    """A whole product, ready to draw: metres, +Y up.

    variants: Names of KHR_materials_variants; the one chosen is already applied.
    notes: One sentence each about what was odd but usable: a missing texture, an extension left out, odd units.
    """

    name: str
    primitives: tuple[Primitive, ...]
    materials: tuple[Material, ...]
    textures: tuple[Texture, ...] = ()
    lights: tuple[PunctualLight, ...] = ()
    variants: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    extras: Mapping[str, object] = field(default_factory=dict)

    @property
    def triangle_count(self) -> int:
        """Triangles of all primitives."""
        return sum(len(primitive.triangles) for primitive in self.primitives)

    @property
    def bounds_m(self) -> NDArray[np.float64]:
        """(2, 3) lowest and highest corner over all vertices that a triangle uses."""
        used = [primitive.positions_m[np.unique(primitive.triangles)] for primitive in self.primitives]
        corners = np.concatenate(used) if used else np.zeros((1, 3), np.float32)
        return np.stack([corners.min(axis=0), corners.max(axis=0)]).astype(np.float64)
