"""One product in the making: parts in millimetres, its textures, and what product.toml will say of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from tools.products.mesh import Array, Mesh
from tools.products.textures import Pixels
from tryon.types.model import Material, Model, Primitive, Texture, TextureUse


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A body of one material. solid: it is closed and has a volume."""

    name: str
    mesh: Mesh
    material: Material
    crease_deg: float
    solid: bool


@dataclass(slots=True, eq=False)
class Draft:
    """Everything a script says about one product; millimetres and product space (docs/products.md)."""

    name: str
    sku: str
    title: str
    kind: str
    description: str = ""
    price: str = ""
    anchors_mm: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    fit_mm: dict[str, float] = field(default_factory=dict)
    placed_on: str = "floor"
    clearance_mm: dict[str, float] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    textures: list[Texture] = field(default_factory=list)
    # variant: {material name: its stand-in}; the first is the product as it is drawn
    variants: dict[str, dict[str, Material]] = field(default_factory=dict)

    def picture(self, pixels: Pixels, *, repeat: bool = True, scale: float = 1.0) -> TextureUse:
        """Files a texture and gives the way to use it."""
        wrap = "repeat" if repeat else "clamp"
        self.textures.append(Texture(pixels, wrap, wrap))  # type: ignore[arg-type]  # both are of Wrap
        return TextureUse(len(self.textures) - 1, scale=scale)

    def add(
        self, name: str, mesh: Mesh, material: Material, *, crease_deg: float = 35.0, solid: bool = True
    ) -> None:  # fmt: skip
        """One more part."""
        self.parts.append(Part(name, mesh.tidy(), material, crease_deg, solid))

    def pair(self, name: str, mesh: Mesh, material: Material, *, crease_deg: float = 35.0, solid: bool = True) -> None:
        """A part and its mirror twin; `mesh` is the wearer's left (+X)."""
        self.add(f"{name} left", mesh, material, crease_deg=crease_deg, solid=solid)
        self.add(f"{name} right", mesh.mirrored(), material, crease_deg=crease_deg, solid=solid)

    def anchor(self, name: str, at: ArrayLike, *, both: bool = False) -> None:
        """A named point; both: `at` is the left one of two."""
        x, y, z = (round(float(value), 3) for value in np.asarray(at).reshape(3))
        if both:
            self.anchors_mm[f"{name}_left"], self.anchors_mm[f"{name}_right"] = (x, y, z), (-x, y, z)
        else:
            self.anchors_mm[name] = (x, y, z)

    @property
    def bounds_mm(self) -> Array:
        """(2, 3) corners of everything."""
        points = np.concatenate([part.mesh.points[np.unique(part.mesh.triangles)] for part in self.parts])
        return np.stack([points.min(axis=0), points.max(axis=0)])

    def model(self) -> tuple[Model, dict[str, list[int]]]:
        """The glTF model (metres, one primitive a material, normals split at creases), and the variants' materials."""
        used: list[Material] = []
        for part in self.parts:
            if part.material not in used:
                used.append(part.material)
        primitives = tuple(self._primitive(i, material) for i, material in enumerate(used))
        everything, chosen = list(used), {}
        for name, stand_ins in self.variants.items():
            everything += [material for material in stand_ins.values() if material not in everything]
            chosen[name] = [everything.index(stand_ins.get(material.name, material)) for material in used]
        return Model(self.name, primitives, tuple(everything), tuple(self.textures)), chosen

    def _primitive(self, index: int, material: Material) -> Primitive:
        stand_ins = [choice[material.name] for choice in self.variants.values() if material.name in choice]
        textured = any(uses_textures(each) for each in (material, *stand_ins))
        points, triangles, uvs, normals, count = [], [], [], [], 0
        for part in self.parts:
            if part.material is not material:
                continue
            # texture coordinates nobody samples would only split vertices at their seams
            mesh = part.mesh if textured else part.mesh.textured(0.0)
            p, t, uv, n = mesh.shaded(part.crease_deg)
            points.append(p), triangles.append(t + count), uvs.append(uv), normals.append(n)
            count += len(p)
        return Primitive(
            (np.concatenate(points) / 1000.0).astype(np.float32),
            np.concatenate(normals).astype(np.float32),
            np.concatenate(triangles).astype(np.uint32),
            index,
            uv=(np.concatenate(uvs).astype(np.float32),) if textured else (),
            mesh=material.name,
            node=self.name,
        )


def uses_textures(material: Material) -> bool:
    """Whether the material samples anything by texture coordinates.

    An anisotropic highlight needs the direction of u even where no picture is sampled.
    """
    pictures = (
        material.base_color_texture, material.metallic_roughness_texture, material.normal_texture,
        material.occlusion_texture, material.emissive_texture, material.anisotropy,
    )  # fmt: skip
    return any(picture is not None for picture in pictures)
