"""A piece of furniture in the making: boards with grain, soft shading in vertex colors, feet on the floor."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from tools.products.draft import Draft, uses_textures
from tools.products.joinery import block
from tools.products.mesh import Array, Mesh
from tools.products.occlusion import Occluder
from tryon.types.model import Material, Model, Primitive, TextureUse

_SMALL_MM = 60.0

Tint = float | Sequence[float]


@dataclass(slots=True, eq=False)
class Piece(Draft):
    """A draft whose vertices carry the light that reaches them and each part's own tone."""

    on_floor: bool = True
    shade: float = 0.85  # how much of the baked shading is used
    tints: list[Array] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.on_floor:
            self.placed_on = "wall"

    def add(
        self, name: str, mesh: Mesh, material: Material, *, crease_deg: float = 50.0, solid: bool = True,
        tint: Tint = 1.0,
    ) -> None:  # fmt: skip
        """One more part; tint: linear factor on its color."""
        Draft.add(self, name, mesh, material, crease_deg=crease_deg, solid=solid)
        self.tints.append(np.broadcast_to(np.asarray(tint, np.float64), (3,)))

    def board(
        self, name: str, size: ArrayLike, at: ArrayLike, material: Material, *, grain: str = "x", bevel: float = 2.0,
        cuts: tuple[int, int, int] = (1, 1, 1), rotation: Array | None = None,
    ) -> None:  # fmt: skip
        """A board of wood whose middle is `at`: its own stretch of grain and its own tone."""
        random = np.random.default_rng(zlib.crc32(f"{self.name} {name} {len(self.parts)}".encode()))
        mesh = block(size, bevel=bevel, cuts=cuts, grain=grain).textured(1.0, random.random(2))
        if rotation is not None:
            mesh = mesh.turned(rotation)
        self.add(name, mesh.moved(at), material, tint=1.0 - 0.14 * random.random())

    def settle(self, *size: float) -> None:
        """Moves the whole so that the middle of its footprint is the origin and its feet are at height 0.

        A wall piece has its back at z = 0 instead.

        size: Width, height, depth it is sold by, if soft parts left it a little off; it is stretched to them.
        """
        low, high = self.bounds_mm
        shift = -(low + high) / 2.0
        # what hangs has its footprint on the wall
        down = 1 if self.on_floor else 2
        shift[down] = -low[down]
        stretch = np.asarray(size or high - low) / (high - low)
        if np.abs(stretch - 1.0).max() > 0.04:
            raise ValueError(f"{self.name}: expected {size} mm within 4 %, drew {(high - low).round(1)}")
        self.parts[:] = [replace(part, mesh=part.mesh.moved(shift).scaled(stretch)) for part in self.parts]

    def model(self) -> tuple[Model, dict[str, list[int]]]:
        """As a draft's, with texture coordinates packed into 0 to 1, where they take half the bytes."""
        model, chosen = Draft.model(self)
        sets = [primitive.uv[0] for primitive in model.primitives if primitive.uv]
        if not sets:
            return model, chosen
        low = np.min([uv.min(axis=0) for uv in sets], axis=0)
        reach = np.max([uv.max(axis=0) for uv in sets], axis=0) - low
        unpacked = np.array([[reach[0], 0.0, low[0]], [0.0, reach[1], low[1]], [0.0, 0.0, 1.0]], np.float64)
        primitives = tuple(
            replace(
                primitive, uv=tuple(np.clip((uv - low) / reach, 0.0, 1.0).astype(np.float32) for uv in primitive.uv)
            )
            for primitive in model.primitives
        )
        materials = tuple(_with_uv(material, unpacked) for material in model.materials)
        return replace(model, primitives=primitives, materials=materials), chosen

    def _primitive(self, index: int, material: Material) -> Primitive:
        stand_ins = [choice[material.name] for choice in self.variants.values() if material.name in choice]
        textured = any(uses_textures(each) for each in (material, *stand_ins))
        points, triangles, uvs, normals, colors, count = [], [], [], [], [], 0
        for part, tint in zip(self.parts, self.tints, strict=True):
            if part.material is not material:
                continue
            mesh = part.mesh if textured else part.mesh.textured(0.0)
            p, t, uv, n = mesh.shaded(part.crease_deg, by_area=True)
            points.append(p), triangles.append(t + count), uvs.append(uv), normals.append(n)
            colors.append(np.broadcast_to(tint, p.shape))
            count += len(p)
        at, facing = np.concatenate(points), np.concatenate(normals)
        open_share = self._occluder().open_share(at, facing)
        toned = np.concatenate(colors) * (1.0 - self.shade * (1.0 - open_share))[:, None]
        return Primitive(
            (at / 1000.0).astype(np.float32),
            facing.astype(np.float32),
            np.concatenate(triangles).astype(np.uint32),
            index,
            uv=(np.concatenate(uvs).astype(np.float32),) if textured else (),
            colors=np.column_stack([np.clip(toned, 0.0, 1.0), np.ones(count)]).astype(np.float32),
            mesh=material.name,
            node=self.name,
        )

    def _occluder(self) -> Occluder:
        # glass hides nothing from the light, and a knob's shade is finer than the vertices of the door it sits on
        hiding = [
            part.mesh
            for part in self.parts
            if part.material.transmission is None and np.ptp(part.mesh.points, axis=0).max() > _SMALL_MM
        ]
        return Occluder(Mesh.merged(hiding), on_floor=self.on_floor)


def _with_uv(material: Material, uv_from_uv: Array) -> Material:
    """The material, all its pictures sampled through a transform of the coordinates first."""

    def moved(use: TextureUse | None) -> TextureUse | None:
        return None if use is None else replace(use, uv_from_uv=use.uv_from_uv @ uv_from_uv)

    return replace(
        material,
        base_color_texture=moved(material.base_color_texture),
        metallic_roughness_texture=moved(material.metallic_roughness_texture),
        normal_texture=moved(material.normal_texture),
        emissive_texture=moved(material.emissive_texture),
    )
