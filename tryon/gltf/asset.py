"""Opened glTF files, and the models made of them: a variant, a pose, morph targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.gltf.accessors import Accessors
from tryon.gltf.animation import animated_pose, animation_names
from tryon.gltf.assembly import Assembly
from tryon.gltf.buffers import Buffers
from tryon.gltf.container import Container, open_container
from tryon.gltf.fields import Fields, broken
from tryon.gltf.lights import placed_light
from tryon.gltf.limits import Limits
from tryon.gltf.meshes import Meshes, Stored
from tryon.gltf.nodes import Nodes, Pose, read_nodes, rotation_matrix
from tryon.gltf.posing import pose as posed
from tryon.gltf.posing import pose_copies, skin_transforms
from tryon.gltf.textures import Images
from tryon.types import Model, PunctualLight

Morphs = Mapping[str, float] | Sequence[float]


def read(source: Path | str | bytes, *, variant: str | None = None, limits: Limits | None = None) -> Model:
    """A glTF or GLB file as a model in the pose it rests in, in the file's own unit and axes.

    Args:
        source: Path, or the bytes of a GLB or of a glTF with everything inside.
        variant: Name of a KHR_materials_variants variant.

    Raises:
        SourceMissingError: No such file.
        ModelFileError: The file is broken, hostile, too large, empty, or requires what cannot be drawn.
        ParameterError: No such variant.
    """
    return open_asset(source, limits=limits).model(variant=variant)


def open_asset(source: Path | str | bytes, *, limits: Limits | None = None) -> Asset:
    """An opened file, from which models in several variants and poses are made without reading it again."""
    limits = limits or Limits()
    return Asset(open_container(source, limits), limits)


class Asset:
    """One opened glTF file.

    variants, animations, morphs: Names to choose from.
    """

    def __init__(self, container: Container, limits: Limits) -> None:
        root = container.root
        self._container = container
        self._limits = limits
        self._buffers = Buffers(container, limits)
        self._accessors = Accessors(root, self._buffers, most=limits.objects)
        self._meshes = Meshes(root, self._buffers, self._accessors, limits)
        self._images = Images(root, self._buffers, limits)
        self._nodes: Nodes = read_nodes(container, limits.nodes)
        self._skins = root.children("skins", most=limits.objects)
        self.name = container.name
        variants = root.extension("KHR_materials_variants")
        listed = variants.children("variants", most=limits.objects) if variants is not None else ()
        self.variants = tuple(entry.text("name") for entry in listed)
        self.animations = animation_names(root, limits.objects)
        self.morphs = self._morph_names()

    def model(
        self,
        *,
        variant: str | None = None,
        morphs: Morphs | None = None,
        animation: str | None = None,
        time_s: float | None = None,
    ) -> Model:
        """The model in one variant and pose.

        Args:
            morphs: Weights by target name, or for each target in turn; those left out rest as in the file.
            animation: One of `animations`; the first when only `time_s` is given.
            time_s: Seconds into the animation; held at its ends.
        """
        if variant is not None and variant not in self.variants:
            known = ", ".join(self.variants) or "none"
            raise ParameterError(f"{self.name} has no variant '{variant}'; known: {known}.")
        pose: Pose = {}
        if animation is not None or time_s is not None:
            pose = animated_pose(self._container.root, self._accessors, self._nodes, animation, time_s or 0.0)
        assembly = Assembly(self._container.root, self._images, self._limits, self._variant_index(variant))
        lights = self._draw_nodes(assembly, pose, morphs)
        notes = (*self._container.notes, *self._meshes.notes)
        model = assembly.model(self.name, lights, self.variants, notes)
        return replace(model, extras=self._extras())

    def _variant_index(self, variant: str | None) -> int | None:
        return None if variant is None else self.variants.index(variant)

    def _draw_nodes(self, assembly: Assembly, pose: Pose, morphs: Morphs | None) -> tuple[PunctualLight, ...]:
        placed = self._nodes.model_from_node(pose)
        lights = []
        for index in self._nodes.drawn:
            fields = self._nodes.fields[index]
            light = placed_light(self._container.root, fields, placed[index])
            if light is not None:
                lights.append(light)
            mesh = fields.index("mesh", self._meshes.fields)
            if mesh is not None:
                weights = self._weights(fields, mesh, pose.get(index, {}), morphs)
                self._draw_mesh(assembly, fields, mesh, weights, index, placed)
        return tuple(lights)

    def _draw_mesh(
        self,
        assembly: Assembly,
        fields: Fields,
        mesh: int,
        weights: Sequence[float],
        index: int,
        placed: dict[int, NDArray[np.float64]],
    ) -> None:
        skin = fields.index("skin", self._skins)
        for stored in self._meshes.stored(mesh):
            names = (fields.text("name")[:200], self._meshes.fields[mesh].text("name")[:200])
            transforms = self._skinned(skin, stored, placed)
            if transforms is not None:
                assembly.add(stored, posed(stored, weights, transforms), names)
                continue
            if not np.isfinite(placed[index]).all():
                raise broken(fields.where, "a finite transform", "one with NaN or infinity")
            if _collapsed(placed[index][:3, :3]):
                assembly.note(f"{fields.where} is scaled to nothing and was left out.")
                continue
            instances = self._instances(fields, stored, assembly)
            copies = pose_copies(stored, weights, [placed[index] @ instance for instance in instances])
            assembly.add(*copies, names)

    def _skinned(
        self, skin: int | None, stored: Stored, placed: dict[int, NDArray[np.float64]]
    ) -> NDArray[np.float64] | None:
        if skin is None:
            return None
        return skin_transforms(self._skins[skin], stored, self._accessors, placed, self._nodes.fields)

    def _instances(self, fields: Fields, stored: Stored, assembly: Assembly) -> list[NDArray[np.float64]]:
        """(4, 4) transforms of EXT_mesh_gpu_instancing; the identity where it is not used."""
        extension = fields.extension("EXT_mesh_gpu_instancing")
        attributes = extension.child("attributes") if extension is not None else None
        if attributes is None:
            return [np.eye(4)]
        values = {}
        for name, width in (("TRANSLATION", 3), ("ROTATION", 4), ("SCALE", 3)):
            index = attributes.index(name, self._accessors.fields)
            if index is not None:
                values[name] = self._accessors.finite(index, width)
        counts = {len(array) for array in values.values()}
        if len(counts) != 1:
            raise broken(attributes.where, "as many translations as rotations and scales", sorted(counts) or "none")
        count = counts.pop()
        assembly.refuse_too_many(count * len(stored.triangles), fields.where)
        transforms = [np.eye(4) for _ in range(count)]
        for i, instance in enumerate(transforms):
            if "ROTATION" in values:
                instance[:3, :3] = rotation_matrix(values["ROTATION"][i], attributes.where)
            if "SCALE" in values:
                instance[:3, :3] *= values["SCALE"][i]
            if "TRANSLATION" in values:
                instance[:3, 3] = values["TRANSLATION"][i]
        return transforms

    def _weights(
        self, fields: Fields, mesh: int, pose: Mapping[str, NDArray[np.float64]], morphs: Morphs | None
    ) -> Sequence[float]:
        source = fields if "weights" in fields else self._meshes.fields[mesh]
        count = len(source.values("weights")) if "weights" in source else 0
        resting = list(source.numbers("weights", (0.0,) * count))
        if "weights" in pose:
            resting = [float(weight) for weight in pose["weights"]]
        if morphs is None:
            return resting
        if isinstance(morphs, Mapping):
            wanted = {self.morphs.index(name): weight for name, weight in self._known(morphs).items()}
            names = self._target_names(mesh)
            most = max(len(resting), len(names))
            resting += [0.0] * (most - len(resting))
            return [morphs.get(name, resting[i]) if wanted else resting[i] for i, name in enumerate(names)] or resting
        return list(morphs)

    def _known(self, morphs: Mapping[str, float]) -> Mapping[str, float]:
        unknown = sorted(set(morphs) - set(self.morphs))
        if unknown:
            known = ", ".join(self.morphs[:40]) or "none"
            raise ParameterError(f"{self.name} has no morph target '{unknown[0]}'; known: {known}.")
        return morphs

    def _target_names(self, mesh: int) -> tuple[str, ...]:
        fields = self._meshes.fields[mesh]
        extras = fields.data.get("extras")
        named = extras.get("targetNames") if isinstance(extras, dict) else None
        count = max((len(entry.values("targets")) for entry in fields.children("primitives")), default=0)
        if isinstance(named, list) and len(named) == count and all(isinstance(name, str) for name in named):
            return tuple(named)
        return tuple(f"target_{i}" for i in range(count))

    def _morph_names(self) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for mesh in range(len(self._meshes.fields)):
            names.update(dict.fromkeys(self._target_names(mesh)))
        return tuple(names)

    def _extras(self) -> Mapping[str, object]:
        extras = self._container.root.data.get("extras")
        return dict(extras) if isinstance(extras, dict) else {}


def _collapsed(linear: NDArray[np.float64]) -> bool:
    """Whether a transform leaves no area: a plane (a decal scaled flat) may stay, a line or a point may not."""
    stretches = np.linalg.svd(linear, compute_uv=False)
    return bool(stretches[1] < 1e-9 * max(stretches[0], 1e-3))
