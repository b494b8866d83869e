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
from tryon.gltf.instances import Instances
from tryon.gltf.lights import placed_light
from tryon.gltf.limits import Limits
from tryon.gltf.meshes import Meshes
from tryon.gltf.morphs import Morphs, asked_weights, refuse_unknown, resting_weights, target_names
from tryon.gltf.nodes import Nodes, Pose, read_nodes
from tryon.gltf.posing import pose as pose_primitive
from tryon.gltf.posing import pose_copies
from tryon.gltf.skeleton import Skeleton
from tryon.gltf.textures import Images
from tryon.types import Model, PunctualLight


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
        self._target_names = tuple(target_names(mesh) for mesh in self._meshes.fields)
        self.morphs = tuple(dict.fromkeys(name for names in self._target_names for name in names))
        lights = root.extension("KHR_lights_punctual")
        self._lights = lights.children("lights", most=limits.objects) if lights is not None else ()

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
        refuse_unknown(morphs, self.morphs, self.name)
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
        skeleton = Skeleton(self._skins, self._accessors, self._nodes.fields, placed)
        lights = []
        for index in self._nodes.drawn:
            fields = self._nodes.fields[index]
            light = placed_light(self._lights, fields, placed[index])
            if light is not None:
                lights.append(light)
            mesh = fields.index("mesh", self._meshes.fields)
            if mesh is not None:
                names = self._target_names[mesh]
                weights = resting_weights(fields, self._meshes.fields[mesh], len(names))
                weights = asked_weights(weights, names, pose.get(index, {}).get("weights", np.zeros(0)).tolist())
                weights = asked_weights(weights, names, morphs)
                self._draw_mesh(assembly, fields, mesh, weights, placed[index], skeleton)
        return tuple(lights)

    def _draw_mesh(
        self,
        assembly: Assembly,
        fields: Fields,
        mesh: int,
        weights: Sequence[float],
        model_from_node: NDArray[np.float64],
        skeleton: Skeleton,
    ) -> None:
        skin = fields.index("skin", self._skins)
        names = (fields.text("name")[:200], self._meshes.fields[mesh].text("name")[:200])
        instances = Instances(fields, self._accessors)
        for stored in self._meshes.stored(mesh):
            assembly.refuse_too_many(stored, instances.count)
            transforms = skeleton.transforms(skin, stored) if skin is not None else None
            if transforms is not None:
                assembly.add(stored, pose_primitive(stored, weights, transforms), names)
                continue
            if not np.isfinite(model_from_node).all():
                raise broken(fields.where, "a finite transform", "one with NaN or infinity")
            if _collapsed(model_from_node[:3, :3]):
                assembly.notes.add(f"{fields.where} is scaled to nothing and was left out.")
                continue
            places = [model_from_node @ copy for copy in instances.node_from_copy()]
            assembly.add(*pose_copies(stored, weights, places), names)

    def _extras(self) -> Mapping[str, object]:
        extras = self._container.root.data.get("extras")
        return dict(extras) if isinstance(extras, dict) else {}


def _collapsed(linear: NDArray[np.float64]) -> bool:
    """Whether a transform leaves no area: a plane (a decal scaled flat) may stay, a line or a point may not."""
    stretches = np.linalg.svd(linear, compute_uv=False)
    return bool(stretches[1] < 1e-9 * max(stretches[0], 1e-3))
