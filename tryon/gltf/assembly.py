"""Posed primitives and the materials they use, put together as a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.fields import Fields, broken
from tryon.gltf.limits import Limits
from tryon.gltf.materials import material
from tryon.gltf.meshes import Stored
from tryon.gltf.notes import Notes
from tryon.gltf.posing import Posed
from tryon.gltf.surface import face_normals, tangents
from tryon.gltf.textures import Images, Textures
from tryon.types import Material, Model, Primitive, PunctualLight, TextureUse


@dataclass(frozen=True, slots=True, eq=False)
class _Slot:
    """A material in use, and which TEXCOORD sets its uv sets 0 and 1 stand for."""

    index: int
    material: Material
    sets: tuple[int, ...]


class Assembly:
    """Collects primitives, reading only those materials and textures that they use."""

    def __init__(self, root: Fields, images: Images, limits: Limits, variant: int | None) -> None:
        self._fields = root.children("materials", most=limits.objects)
        self._root = root
        self._textures = Textures(root, images, limits)
        self._limits = limits
        self._variant = variant
        self._slots: dict[int | None, _Slot] = {}
        self._primitives: list[Primitive] = []
        self._triangles = 0
        self.notes = Notes()
        self._vertices = 0
        self._chosen: dict[int, int | None] = {}

    def refuse_too_many(self, stored: Stored, copies: int) -> None:
        """Raise when so many copies of a primitive pass the cap; vertices count a third of a triangle each."""
        for name, so_far, more, most in (
            ("triangles", self._triangles, len(stored.triangles), self._limits.triangles),
            ("vertices", self._vertices, len(stored.positions), 3 * self._limits.triangles),
        ):
            if so_far + copies * more > most:
                total = so_far + copies * more
                raise broken(stored.fields.where, f"at most {most} {name}", total, step="simplify the model")

    def add(self, stored: Stored, posed: Posed, names: tuple[str, str]) -> None:
        """One primitive in model space; normals, and tangents where its material needs them, are made if absent."""
        self._triangles += len(posed.triangles)
        self._vertices += len(posed.positions)
        if not np.isfinite(posed.positions).all():
            raise broken(stored.fields.where, "finite positions", "NaN or infinity after its transform")
        slot = self._slot(self._material_index(stored.fields))
        uv = self._uv(stored, slot)
        vertices = _Vertices(posed.positions, posed.normals, posed.tangents, uv, stored.colors)
        triangles = posed.triangles
        if vertices.normals is None:
            flat = np.repeat(face_normals(vertices.positions, triangles), 3, axis=0)
            vertices = replace(vertices.picked(triangles.reshape(-1)), normals=flat)
            triangles = np.arange(len(flat), dtype=np.uint32).reshape(-1, 3)
        use = _bent_by(slot.material)
        if use is not None and vertices.tangents is None:
            triangles, vertices = _with_tangents(vertices, triangles, use)
        self._primitives.append(vertices.primitive(triangles, slot.index, names))

    def model(
        self, name: str, lights: tuple[PunctualLight, ...], variants: tuple[str, ...], notes: Sequence[str]
    ) -> Model:
        """Everything added so far.

        Raises:
            ModelFileError: Nothing was.
        """
        notes = tuple(dict.fromkeys((*notes, *self.notes, *self._textures.notes)))
        if not self._primitives:
            why = f" ({notes[0].rstrip('.')})" if notes else ""
            step = "export a scene with a mesh of triangles"
            raise broken(name, "a mesh in the scene", f"a file that holds nothing to draw{why}", step=step)
        slots = sorted(self._slots.values(), key=lambda slot: slot.index)
        materials = tuple(slot.material for slot in slots)
        textures = tuple(self._textures.found)
        return Model(name, tuple(self._primitives), materials, textures, lights, variants, notes)

    def _material_index(self, fields: Fields) -> int | None:
        """The material of a primitive in this variant, looked up once."""
        if id(fields) not in self._chosen:  # the meshes keep their fields, so ids stay
            self._chosen[id(fields)] = self._find_material_index(fields)
        return self._chosen[id(fields)]

    def _find_material_index(self, fields: Fields) -> int | None:
        extension = fields.extension("KHR_materials_variants")
        if extension is not None and self._variant is not None:
            for mapping in extension.children("mappings"):
                if self._variant in mapping.values("variants"):
                    return mapping.index("material", self._fields)
        return fields.index("material", self._fields)

    def _slot(self, index: int | None) -> _Slot:
        if index not in self._slots:
            made = Material() if index is None else material(self._fields[index], self._textures, self.notes)
            sets = _uv_sets(made)
            if sets != (0, 1):
                made = _renumbered(made, sets)
            if len(sets) > 2:
                self.notes.add(
                    f"{made.name or 'A material'} uses {len(sets)} texture coordinate sets; only two are drawn."
                )
            self._slots[index] = _Slot(len(self._slots), made, sets[:2])
        return self._slots[index]

    def _uv(self, stored: Stored, slot: _Slot) -> tuple[NDArray[np.float32], ...]:
        """The sets that the material samples; one that the mesh lacks is zero, with a note."""
        used = {use.uv_set for use in texture_uses(slot.material)}
        result = []
        for place, number in enumerate(slot.sets):
            if number in stored.uv:
                result.append(stored.uv[number])
            elif place in used or any(later in stored.uv for later in slot.sets[place + 1 :]):
                if place in used:
                    self.notes.add(
                        f"{stored.fields.where} has no TEXCOORD_{number} for its textures; they show one texel."
                    )
                result.append(np.zeros((len(stored.positions), 2), np.float32))
        return tuple(result)


@dataclass(frozen=True, slots=True, eq=False)
class _Vertices:
    """Attributes of a primitive that are picked and copied together."""

    positions: NDArray[np.float32]
    normals: NDArray[np.float32] | None
    tangents: NDArray[np.float32] | None
    uv: tuple[NDArray[np.float32], ...]
    colors: NDArray[np.float32] | None

    def picked(self, source: NDArray[np.integer]) -> _Vertices:
        return _Vertices(
            self.positions[source],
            None if self.normals is None else self.normals[source],
            None if self.tangents is None else self.tangents[source],
            tuple(values[source] for values in self.uv),
            None if self.colors is None else self.colors[source],
        )

    def primitive(self, triangles: NDArray[np.uint32], material_index: int, names: tuple[str, str]) -> Primitive:
        normals = self.normals if self.normals is not None else np.zeros_like(self.positions)
        return Primitive(
            self.positions, normals, triangles, material_index, self.tangents, self.uv, self.colors, *names
        )


def _with_tangents(
    vertices: _Vertices, triangles: NDArray[np.uint32], use: TextureUse
) -> tuple[NDArray[np.uint32], _Vertices]:
    if vertices.normals is None or use.uv_set >= len(vertices.uv):
        return triangles, vertices
    uv = vertices.uv[use.uv_set].astype(np.float64) @ use.uv_from_uv[:2, :2].T + use.uv_from_uv[:2, 2]
    made, source, triangles = tangents(vertices.positions, vertices.normals, uv, triangles)
    return triangles, replace(vertices.picked(source), tangents=made)


def _bent_by(drawn: Material) -> TextureUse | None:
    """The texture whose coordinates give the tangents, or None when no tangent is needed."""
    coat = drawn.clearcoat.normal_texture if drawn.clearcoat is not None else None
    brushed = drawn.anisotropy
    if brushed is not None and drawn.normal_texture is None and coat is None:
        return brushed.texture or TextureUse(0)
    return drawn.normal_texture or coat


def texture_uses(value: object) -> list[TextureUse]:
    """Every texture use inside a material."""
    if isinstance(value, TextureUse):
        return [value]
    if is_dataclass(value) and not isinstance(value, type):
        return [use for entry in fields(value) for use in texture_uses(getattr(value, entry.name))]
    return []


def _uv_sets(drawn: Material) -> tuple[int, ...]:
    used = sorted({use.uv_set for use in texture_uses(drawn)})
    return (0, 1) if not used or used[-1] <= 1 else tuple(used)


def _renumbered(value: Material, sets: tuple[int, ...]) -> Material:
    """The material with its texture coordinate sets counted from 0; textures beyond the second set go."""

    def changed(part: object) -> object:
        if isinstance(part, TextureUse):
            place = sets.index(part.uv_set)
            return replace(part, uv_set=place) if place < 2 else None
        if is_dataclass(part) and not isinstance(part, type):
            return replace(part, **{entry.name: changed(getattr(part, entry.name)) for entry in fields(part)})
        return part

    result = changed(value)
    return result if isinstance(result, Material) else value
