"""Models written as GLB: the same bytes for the same model."""

from __future__ import annotations

import io
import json
import math
import struct
from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tryon.errors import EncodeError, ParameterError
from tryon.gltf.material_json import Json, material_json
from tryon.types import Model, Primitive, PunctualLight, Texture

_COMPONENTS = {"i1": 5120, "u1": 5121, "i2": 5122, "u2": 5123, "u4": 5125, "f4": 5126}
_WRAPS = {"clamp": 33071, "mirror": 33648, "repeat": 10497}
# glTF 2.0, sampler.minFilter by (mipmapped, smooth within a level).
_MIN_FILTERS = {(True, True): 9987, (True, False): 9986, (False, True): 9729, (False, False): 9728}
_VERTICES, _INDICES = 34962, 34963


def write(
    path: Path | str,
    model: Model,
    *,
    quantize: bool = False,
    jpeg_quality: int | None = None,
    variants: Mapping[str, Sequence[int]] | None = None,
) -> None:
    """Writes a GLB with all materials, textures, lights and notes-worthy extensions of a model.

    Args:
        quantize: 16-bit positions and texture coordinates, 8-bit normals and tangents (KHR_mesh_quantization): about
            half the size; positions are off by at most 1/65534 of the model's longest side.
        jpeg_quality: Opaque textures become JPEG of this quality (1 to 100); PNG when None or when alpha is used.
        variants: Material index of each primitive, by variant name (KHR_materials_variants).

    Raises:
        EncodeError: The file cannot be written, or the model holds what glTF cannot say.
        ParameterError: A variant that does not name one material for each primitive.
    """
    if not model.primitives:
        raise EncodeError(f"{path}: expected a model with primitives, got none; add a mesh before writing.")
    try:
        Path(path).write_bytes(_Writer(quantize, jpeg_quality).glb(model, variants or {}))
    except OSError as error:
        if isinstance(error, EncodeError):
            raise
        raise EncodeError(f"{path} cannot be written ({error}); check the folder and its permissions.") from error


class _Writer:
    """Collects accessors and images of one file."""

    def __init__(self, quantize: bool, jpeg_quality: int | None) -> None:
        self._quantize = quantize
        self._jpeg_quality = jpeg_quality
        self._binary = bytearray()
        self._views: list[Json] = []
        self._accessors: list[Json] = []
        self._images: list[Json] = []
        self._samplers: list[Json] = []
        self._image_of: dict[int, int] = {}

    def glb(self, model: Model, variants: Mapping[str, Sequence[int]]) -> bytes:
        """The whole file."""
        for name, chosen in variants.items():
            known = all(0 <= index < len(model.materials) for index in chosen)
            if len(chosen) != len(model.primitives) or not known:
                expected = f"one of {len(model.materials)} materials for each of {len(model.primitives)} primitives"
                raise ParameterError(f"Variant '{name}': expected {expected}, got {list(chosen)[:8]}.")
        nodes, meshes = self._geometry(model, variants)
        nodes += [_light_node(light, index) for index, light in enumerate(model.lights)]
        root: Json = {
            "asset": {"version": "2.0", "generator": "tryon"},
            "scene": 0,
            "scenes": [{"nodes": list(range(len(nodes)))}],
            "nodes": nodes,
            "meshes": meshes,
            "materials": [material_json(material) for material in model.materials],
        }
        if model.textures:
            root["textures"] = [self._texture(texture) for texture in model.textures]
            root |= {"images": self._images, "samplers": self._samplers}
        root |= {"accessors": self._accessors, "bufferViews": self._views}
        root["buffers"] = [{"byteLength": len(self._binary)}]
        extensions = _root_extensions(model, variants)
        if extensions:
            root["extensions"] = extensions
        if model.extras:
            root["extras"] = dict(model.extras)
        self._name_extensions(root)
        return _packed(root, bytes(self._binary))

    def _geometry(self, model: Model, variants: Mapping[str, Sequence[int]]) -> tuple[list[Json], list[Json]]:
        """One node and mesh for each run of primitives that share both names."""
        nodes: list[Json] = []
        meshes: list[Json] = []
        numbered = enumerate(model.primitives)
        for names, run in groupby(numbered, key=lambda entry: (entry[1].node, entry[1].mesh)):
            entries = list(run)
            center, reach = _extent([primitive for _, primitive in entries])
            written = []
            for index, primitive in entries:
                fields = self._primitive(primitive, center, reach)
                if variants:
                    mapped = {"mappings": _mappings(variants, index)}
                    fields["extensions"] = {"KHR_materials_variants": mapped}
                written.append(fields)
            node: Json = ({"name": names[0]} if names[0] else {}) | {"mesh": len(meshes)}
            if self._quantize:
                node |= {"translation": center.tolist(), "scale": [reach] * 3}
            nodes.append(node)
            meshes.append(({"name": names[1]} if names[1] else {}) | {"primitives": written})
        return nodes, meshes

    def _primitive(self, primitive: Primitive, center: NDArray[np.float64], reach: float) -> Json:
        attributes: Json = {}
        positions = primitive.positions_m.astype(np.float64)
        if self._quantize:
            stored = np.rint((positions - center) / reach * 32767).astype("<i2")
            attributes["POSITION"] = self._accessor(stored, normalized=True, bounds=True)
            attributes["NORMAL"] = self._accessor(_snorm8(primitive.normals), normalized=True)
        else:
            attributes["POSITION"] = self._accessor(primitive.positions_m.astype("<f4"), bounds=True)
            attributes["NORMAL"] = self._accessor(primitive.normals.astype("<f4"))
        if primitive.tangents is not None:
            tangents = primitive.tangents
            stored_tangents = _snorm8(tangents) if self._quantize else tangents.astype("<f4")
            attributes["TANGENT"] = self._accessor(stored_tangents, normalized=self._quantize)
        for number, uv in enumerate(primitive.uv):
            attributes[f"TEXCOORD_{number}"] = self._unit_range(uv)
        if primitive.colors is not None:
            attributes["COLOR_0"] = self._unit_range(primitive.colors)
        small = len(positions) < 65535  # 65535 itself would restart a strip
        indices = primitive.triangles.reshape(-1, 1).astype("<u2" if small else "<u4")
        return {
            "attributes": attributes,
            "indices": self._accessor(indices, target=_INDICES),
            "material": primitive.material,
        }

    def _unit_range(self, values: NDArray[np.float32]) -> int:
        """16 bits when quantizing and all values lie from 0 to 1, floats otherwise."""
        if self._quantize and values.min() >= 0.0 and values.max() <= 1.0:
            return self._accessor(np.rint(values.astype(np.float64) * 65535).astype("<u2"), normalized=True)
        return self._accessor(values.astype("<f4"))

    def _accessor(
        self, values: NDArray[np.generic], *, normalized: bool = False, bounds: bool = False, target: int = _VERTICES
    ) -> int:
        count, width = values.shape
        kind = "SCALAR" if width == 1 else f"VEC{width}"
        fields: Json = {
            "bufferView": self._view(values, target),
            "componentType": _COMPONENTS[f"{values.dtype.kind}{values.dtype.itemsize}"],
            "count": count,
            "type": kind,
        }
        if normalized:
            fields["normalized"] = True
        if bounds:
            fields |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        self._accessors.append(fields)
        return len(self._accessors) - 1

    def _view(self, values: NDArray[np.generic], target: int) -> int:
        """A view of its own; vertex attributes are padded to four bytes, as glTF 2.0, 3.6.2.4 demands."""
        size = values.shape[1] * values.dtype.itemsize
        stride = -(-size // 4) * 4 if target == _VERTICES else size
        padded = np.zeros((len(values), stride), np.uint8)
        padded[:, :size] = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), size)
        fields = self._append(padded.tobytes())
        if target == _VERTICES:
            fields["byteStride"] = stride
        fields["target"] = target
        self._views.append(fields)
        return len(self._views) - 1

    def _append(self, data: bytes) -> Json:
        self._binary += b"\0" * (-len(self._binary) % 4)
        fields: Json = {"buffer": 0, "byteOffset": len(self._binary), "byteLength": len(data)}
        self._binary += data
        return fields

    def _texture(self, texture: Texture) -> Json:
        if id(texture.pixels) not in self._image_of:
            self._image_of[id(texture.pixels)] = len(self._images)
            data, kind = _encoded(texture.pixels, self._jpeg_quality)
            self._views.append(self._append(data))
            self._images.append({"bufferView": len(self._views) - 1, "mimeType": kind})
        sampler: Json = {
            "magFilter": 9729 if texture.smooth else 9728,
            "minFilter": _MIN_FILTERS[texture.mipmapped, texture.minified_smooth],
            "wrapS": _WRAPS[texture.wrap_u],
            "wrapT": _WRAPS[texture.wrap_v],
        }
        if sampler not in self._samplers:
            self._samplers.append(sampler)
        return {"sampler": self._samplers.index(sampler), "source": self._image_of[id(texture.pixels)]}

    def _name_extensions(self, root: Json) -> None:
        used = sorted(_extension_names(root))
        if self._quantize:
            used = sorted({*used, "KHR_mesh_quantization"})
            root["extensionsRequired"] = ["KHR_mesh_quantization"]
        if used:
            root["extensionsUsed"] = used


def _extent(primitives: Sequence[Primitive]) -> tuple[NDArray[np.float64], float]:
    positions = np.concatenate([primitive.positions_m for primitive in primitives]).astype(np.float64)
    low, high = positions.min(axis=0), positions.max(axis=0)
    return (low + high) / 2, float((high - low).max() / 2) or 1.0


def _snorm8(vectors: NDArray[np.float32]) -> NDArray[np.int8]:
    return np.rint(np.clip(vectors.astype(np.float64), -1.0, 1.0) * 127).astype(np.int8)


def _encoded(pixels: NDArray[np.uint8], jpeg_quality: int | None) -> tuple[bytes, str]:
    opaque = bool((pixels[..., 3] == 255).all())
    rgb = pixels[..., :3]
    gray = opaque and bool((rgb[..., :1] == rgb).all())
    picture = Image.fromarray(np.ascontiguousarray(rgb[..., 0] if gray else rgb if opaque else pixels))
    stream = io.BytesIO()
    if opaque and jpeg_quality is not None:
        return _jpeg(picture, jpeg_quality), "image/jpeg"
    picture.save(stream, "PNG", compress_level=9)
    return stream.getvalue(), "image/png"


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    """Optimized where it can be: Pillow gives the optimizer a byte a pixel, which fine grain at high quality passes."""
    for optimized in (True, False):
        stream = io.BytesIO()
        try:
            picture.save(stream, "JPEG", quality=quality, subsampling=0, optimize=optimized)
        except OSError:
            if optimized:
                continue
            raise
        break
    return stream.getvalue()


def _mappings(variants: Mapping[str, Sequence[int]], primitive: int) -> list[Json]:
    """Which variants give this primitive which material, each material once."""
    by_material: dict[int, list[int]] = {}
    for variant, chosen in enumerate(variants.values()):
        by_material.setdefault(chosen[primitive], []).append(variant)
    return [{"material": material, "variants": numbers} for material, numbers in by_material.items()]


def _root_extensions(model: Model, variants: Mapping[str, Sequence[int]]) -> Json:
    extensions: Json = {}
    if variants:
        extensions["KHR_materials_variants"] = {"variants": [{"name": name} for name in variants]}
    if model.lights:
        extensions["KHR_lights_punctual"] = {"lights": [_light_json(light) for light in model.lights]}
    return extensions


def _light_json(light: PunctualLight) -> Json:
    fields: Json = {"type": light.kind, "color": list(light.color), "intensity": light.intensity}
    if math.isfinite(light.range_m):
        fields["range"] = light.range_m
    if light.kind == "spot":
        fields["spot"] = {"innerConeAngle": light.inner_cone_rad, "outerConeAngle": light.outer_cone_rad}
    return fields


def _light_node(light: PunctualLight, index: int) -> Json:
    """A node whose −Z runs along the light: the shortest turn from (0, 0, −1)."""
    x, y, z = light.direction
    turn = np.array([y, -x, 0.0, 1.0 - z]) if z < 1.0 - 1e-9 else np.array([0.0, 1.0, 0.0, 0.0])
    turn /= np.linalg.norm(turn)
    extension = {"KHR_lights_punctual": {"light": index}}
    return {"translation": list(light.position_m), "rotation": turn.tolist(), "extensions": extension}


def _extension_names(value: object) -> set[str]:
    names: set[str] = set()
    if isinstance(value, dict):
        for key, entry in value.items():
            if key == "extensions" and isinstance(entry, dict):
                names |= set(entry)
            if key != "extras":
                names |= _extension_names(entry)
    elif isinstance(value, list):
        names = names.union(*(_extension_names(entry) for entry in value))
    return names


def _packed(root: Json, binary: bytes) -> bytes:
    try:
        text = json.dumps(root, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise EncodeError(f"Model: expected extras and factors that JSON can hold, got others ({error}).") from error
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    length = 12 + 8 + len(text) + 8 + len(binary)
    head = struct.pack("<4sIIII", b"glTF", 2, length, len(text), 0x4E4F534A)
    return head + text + struct.pack("<II", len(binary), 0x004E4942) + binary
