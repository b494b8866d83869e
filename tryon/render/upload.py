"""Models on the GPU: uploaded once, kept as long as the model lives, then given back."""

from __future__ import annotations

import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.errors import RenderError
from tryon.render.detail import simplified
from tryon.render.material import Shading, shading
from tryon.render.packed_maps import PackedMaps, packed_maps
from tryon.render.programs import MATERIAL_UNIT, Program
from tryon.types.model import Model, Primitive, PunctualLight, Texture

if TYPE_CHECKING:
    import moderngl

_SRGB8_ALPHA8 = 0x8C43
_FINEST_M = 1e-5  # of a coarser mesh: the error of coarseness 0, which is not simplified at all


@dataclass(slots=True, eq=False)
class Mesh:
    """One primitive on the GPU.

    buffers: By attribute name; positions alone serve depth passes.
    bounds_m: (2, 3) float64 lowest and highest corner, model space.
    primitive: What was uploaded, for coarser versions of it.
    arrays: Vertex arrays by program and coarseness, made on first use.
    """

    shading: Shading
    defines: tuple[str, ...]
    material: int
    buffers: dict[str, tuple[moderngl.Buffer, str]]
    indices: moderngl.Buffer
    block: moderngl.Buffer
    textures: tuple[moderngl.Texture, ...]
    bounds_m: NDArray[np.float64]
    double_sided: bool
    blended: bool
    transmissive: bool
    primitive: Primitive
    arrays: dict[tuple[int, int], moderngl.VertexArray] = field(default_factory=dict)
    coarser: dict[int, moderngl.Buffer] = field(default_factory=dict)

    def array(self, gl: moderngl.Context, program: Program, *, coarseness: int = 0) -> moderngl.VertexArray:
        """The vertex array that feeds a program the attributes it reads.

        Args:
            coarseness: 0 for all triangles, n for few that keep within about 2ⁿ × 10 µm (model metres) of them.
        """
        array = self.arrays.get((program.key, coarseness))
        if array is None:
            read = program.attributes
            content = [(buffer, form, name) for name, (buffer, form) in self.buffers.items() if name in read]
            indices = self._coarse(gl, coarseness) if coarseness else self.indices
            array = self.arrays[program.key, coarseness] = gl.vertex_array(program.gl, content, indices)
        return array

    def _coarse(self, gl: moderngl.Context, coarseness: int) -> moderngl.Buffer:
        if coarseness not in self.coarser:
            mesh = self.primitive
            kept = simplified(
                mesh.positions_m,
                mesh.triangles,
                error_m=_FINEST_M * 2.0**coarseness,
                normals=mesh.normals,
                uv=mesh.uv[0] if mesh.uv else None,
            )
            # A flat piece may vanish; what is drawn never does.
            self.coarser[coarseness] = gl.buffer((kept if len(kept) else mesh.triangles).tobytes())
        return self.coarser[coarseness]

    def release(self) -> None:
        """Give back all but the textures, which meshes of one model share."""
        for buffer in self.coarser.values():
            buffer.release()
        for array in self.arrays.values():
            array.release()
        for buffer, _ in self.buffers.values():
            buffer.release()
        self.indices.release()
        self.block.release()


@dataclass(slots=True, eq=False)
class UploadedModel:
    """A model's meshes, textures and lights in one context."""

    meshes: tuple[Mesh, ...]
    textures: dict[tuple[int, bool], moderngl.Texture]
    lights: tuple[PunctualLight, ...]
    packed: dict[int, PackedMaps | None] = field(default_factory=dict)

    def release(self) -> None:
        """Give everything back to the driver."""
        for maps in self.packed.values():
            if maps is not None:
                maps.release()
        for mesh in self.meshes:
            mesh.release()
        for texture in self.textures.values():
            texture.release()


class Uploads:
    """Uploaded models of one context, dropped when the model itself is gone.

    A model may be collected on any thread, so its death only leaves a note; GL is touched when the owner draws next.
    """

    def __init__(self, gl: moderngl.Context) -> None:
        self._gl = gl
        self._kept: dict[int, tuple[weakref.ref[Model], UploadedModel]] = {}
        self._dead: list[int] = []

    def get(self, model: Model) -> UploadedModel:
        """The model on the GPU, uploaded on first use."""
        self.collect()
        kept = self._kept.get(id(model))
        if kept is not None and kept[0]() is model:
            return kept[1]
        key = id(model)
        dead = self._dead
        uploaded = _upload(self._gl, model)
        self._kept[key] = (weakref.ref(model, lambda _: dead.append(key)), uploaded)
        return uploaded

    def packed(self, model: Model, mesh: Mesh) -> PackedMaps | None:
        """The maps of a mesh's material in fewer textures, packed on first use; None where that cannot be."""
        kept = self.get(model).packed
        if mesh.material not in kept:
            kept[mesh.material] = packed_maps(self._gl, model, mesh.shading, mesh.textures)
        return kept[mesh.material]

    def collect(self) -> None:
        """Release what belongs to models that are gone."""
        while self._dead:
            key = self._dead.pop()
            reference, uploaded = self._kept[key]
            if reference() is None:
                del self._kept[key]
                uploaded.release()

    def release(self) -> None:
        """Release all models."""
        for _, uploaded in self._kept.values():
            uploaded.release()
        self._kept.clear()
        self._dead.clear()

    def __len__(self) -> int:
        return len(self._kept)


def _upload(gl: moderngl.Context, model: Model) -> UploadedModel:
    textures: dict[tuple[int, bool], moderngl.Texture] = {}
    meshes = tuple(
        _upload_mesh(gl, model, primitive, textures) for primitive in model.primitives if len(primitive.triangles)
    )
    return UploadedModel(meshes, textures, model.lights)


def _upload_mesh(
    gl: moderngl.Context, model: Model, primitive: Primitive, textures: dict[tuple[int, bool], moderngl.Texture]
) -> Mesh:
    material = model.materials[primitive.material]
    shaded = shading(material, len(primitive.uv), model.textures)
    units = gl.info["GL_MAX_TEXTURE_IMAGE_UNITS"]
    if len(shaded.slots) + MATERIAL_UNIT > units:
        raise RenderError(
            f"Material '{material.name}' reads {len(shaded.slots)} textures, this driver allows "
            f"{units - MATERIAL_UNIT}; drop some."
        )
    defines = list(shaded.defines)
    buffers = {"in_position": _vertices(gl, primitive.positions_m), "in_normal": _vertices(gl, primitive.normals)}
    for index in shaded.uv_sets:
        buffers[f"in_uv{index}"] = _vertices(gl, primitive.uv[index])
    if primitive.colors is not None:
        defines.append("HAS_COLOR")
        buffers["in_color"] = _vertices(gl, primitive.colors)
    if primitive.tangents is not None and {"TEX_NORMAL", "TEX_CLEARCOAT_NORMAL", "HAS_ANISOTROPY"} & set(defines):
        defines.append("HAS_TANGENT")
        buffers["in_tangent"] = _vertices(gl, primitive.tangents)
    used = primitive.positions_m[np.unique(primitive.triangles)]
    return Mesh(
        shading=shaded,
        defines=tuple(defines),
        material=primitive.material,
        buffers=buffers,
        indices=gl.buffer(np.ascontiguousarray(primitive.triangles, np.uint32).tobytes()),
        block=gl.buffer(shaded.block.tobytes()),
        textures=tuple(_texture(gl, model, slot.texture, slot.srgb, textures) for slot in shaded.slots),
        bounds_m=np.stack([used.min(axis=0), used.max(axis=0)]).astype(np.float64),
        double_sided=material.double_sided,
        blended=material.alpha_mode == "blend",
        transmissive="HAS_TRANSMISSION" in defines,
        primitive=primitive,
    )


def _vertices(gl: moderngl.Context, values: NDArray[np.float32]) -> tuple[moderngl.Buffer, str]:
    return gl.buffer(np.ascontiguousarray(values, np.float32).tobytes()), f"{values.shape[1]}f"


def _texture(
    gl: moderngl.Context, model: Model, index: int, srgb: bool, known: dict[tuple[int, bool], moderngl.Texture]
) -> moderngl.Texture:
    if (index, srgb) not in known:
        known[index, srgb] = upload_texture(gl, model.textures[index], srgb)
    return known[index, srgb]


def upload_texture(gl: moderngl.Context, texture: Texture, srgb: bool) -> moderngl.Texture:
    """A texture on the GPU, with the file's filters and wrapping."""
    import moderngl

    pixels = _within(texture.pixels, gl.info["GL_MAX_TEXTURE_SIZE"])
    height, width = pixels.shape[:2]
    uploaded = gl.texture(
        (width, height), 4, np.ascontiguousarray(pixels).tobytes(), internal_format=_SRGB8_ALPHA8 if srgb else None
    )
    if texture.mipmapped:
        uploaded.build_mipmaps()
        far = moderngl.LINEAR_MIPMAP_LINEAR if texture.minified_smooth else moderngl.NEAREST_MIPMAP_LINEAR
    else:
        far = moderngl.LINEAR if texture.minified_smooth else moderngl.NEAREST
    uploaded.filter = (far, moderngl.LINEAR if texture.smooth else moderngl.NEAREST)
    uploaded.repeat_x = texture.wrap_u == "repeat"  # mirrored coordinates are folded in the shader
    uploaded.repeat_y = texture.wrap_v == "repeat"
    return uploaded


def _within(pixels: NDArray[np.uint8], limit: int) -> NDArray[np.uint8]:
    """The picture, halved until the driver takes it."""
    while max(pixels.shape[:2]) > limit:
        pixels = pixels[::2, ::2]
    return pixels
