"""Textures of a model as its materials ask for them: image, sampler and texture transform."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.buffers import Buffers, MissingFileError
from tryon.gltf.fields import Fields, broken
from tryon.gltf.images import decode_image
from tryon.gltf.limits import Limits
from tryon.gltf.notes import Notes
from tryon.types import Texture, TextureUse
from tryon.types.model import Wrap

_WRAPS: dict[int, Wrap] = {33071: "clamp", 33648: "mirror", 10497: "repeat"}
_NEAREST, _MIPMAPPED = 9728, (9984, 9985, 9986, 9987)  # glTF 2.0, sampler.magFilter and minFilter
_MINIFIED_NEAREST = (9728, 9984, 9986)


class Images:
    """Decoded pictures of one file, kept between models made of it."""

    def __init__(self, root: Fields, buffers: Buffers, limits: Limits) -> None:
        self.fields = root.children("images", most=limits.objects)
        self._buffers = buffers
        self._limits = limits
        self._decoded: dict[int, NDArray[np.uint8] | None] = {}
        self._bytes = 0
        self.missing: dict[int, str] = {}

    def pixels(self, index: int) -> NDArray[np.uint8] | None:
        """(H, W, 4) uint8, or None when its file is not there (`missing` says which)."""
        if index not in self._decoded:
            fields = self.fields[index]
            try:
                self._decoded[index] = self._decode(fields)
            except MissingFileError:
                self.missing[index] = fields.text("uri")[:80]
                self._decoded[index] = None
        return self._decoded[index]

    def _decode(self, fields: Fields) -> NDArray[np.uint8]:
        view = fields.index("bufferView", self._buffers.views)
        if view is not None:
            data = bytes(self._buffers.view(view))
        elif "uri" in fields:
            data = self._buffers.uri(fields.text("uri"), fields.where)
        else:
            raise broken(fields.where, "a uri or a bufferView", "neither")
        pixels = decode_image(data, fields.where, self._limits)
        self._bytes += pixels.nbytes
        if self._bytes > self._limits.texture_bytes:
            most = f"at most {self._limits.texture_bytes / 2**20:.0f} MB of decoded textures"
            raise broken(fields.where, most, f"{self._bytes / 2**20:.0f} MB", step="scale the textures down")
        return pixels


class Textures:
    """Collects the textures that one model needs, each once."""

    def __init__(self, root: Fields, images: Images, limits: Limits) -> None:
        self._images = images
        self._fields = root.children("textures", most=limits.objects)
        self._samplers = root.children("samplers", most=limits.objects)
        self._slots: dict[tuple[int, int | None], int] = {}
        self.found: list[Texture] = []
        self.notes = Notes()

    def use(self, parent: Fields | None, name: str) -> TextureUse | None:
        """How a material samples the texture of this field; None when absent or its picture is missing."""
        info = parent.child(name) if parent is not None else None
        if info is None:
            return None
        index = info.index("index", self._fields)
        if index is None:
            raise broken(f"{info.where}.index", "the index of a texture", "nothing")
        slot = self._slot(self._fields[index])
        if slot is None:
            return None
        uv_set, uv_from_uv = _transform(info)
        scale = info.number("scale", 1.0) if name.endswith("ormalTexture") else info.number("strength", 1.0)
        return TextureUse(slot, uv_set, uv_from_uv, scale)

    def roughness_of(self, use: TextureUse, gloss: float) -> TextureUse:
        """A texture whose green is 1 − gloss · alpha of another: roughness where glTF looks for it."""
        source = self.found[use.texture]
        pixels = np.zeros_like(source.pixels)
        pixels[..., 1] = np.rint(255.0 - gloss * source.pixels[..., 3].astype(np.float32))
        pixels[..., 3] = 255
        self.found.append(replace(source, pixels=pixels))
        return replace(use, texture=len(self.found) - 1)

    def _slot(self, fields: Fields) -> int | None:
        image = self._image(fields)
        if image is None:
            self.notes.add(f"{fields.where} names no picture and was left out.")
            return None
        sampler = fields.index("sampler", self._samplers)
        if (image, sampler) not in self._slots:
            pixels = self._images.pixels(image)
            if pixels is None:
                self.notes.add(
                    f"Texture file {self._images.missing[image]!r} is missing; the plain color is used instead."
                )
                return None
            self._slots[image, sampler] = len(self.found)
            self.found.append(_texture(pixels, self._samplers[sampler] if sampler is not None else None))
        return self._slots[image, sampler]

    def _image(self, fields: Fields) -> int | None:
        """The plain source first (it needs no transcoding), else that of an extension."""
        index = fields.index("source", self._images.fields)
        for name in ("EXT_texture_avif", "EXT_texture_webp", "KHR_texture_basisu"):
            packed = fields.extension(name)
            if index is None and packed is not None:
                index = packed.index("source", self._images.fields)
        return index


def _texture(pixels: NDArray[np.uint8], sampler: Fields | None) -> Texture:
    if sampler is None:
        return Texture(pixels)
    wraps = []
    for name in ("wrapS", "wrapT"):
        code = sampler.whole(name, 10497)
        if code not in _WRAPS:
            raise broken(f"{sampler.where}.{name}", "33071, 33648 or 10497", code)
        wraps.append(_WRAPS[code])
    smooth = sampler.whole("magFilter", 9729) != _NEAREST
    minified = sampler.whole("minFilter", 9987)
    return Texture(pixels, wraps[0], wraps[1], smooth, minified in _MIPMAPPED, minified not in _MINIFIED_NEAREST)


def _transform(info: Fields) -> tuple[int, NDArray[np.float64]]:
    """UV set and (3, 3) matrix of KHR_texture_transform: move @ turn @ scale, turned as its reference viewers do."""
    uv_set = info.whole("texCoord", 0, high=15)
    fields = info.extension("KHR_texture_transform")
    if fields is None:
        return uv_set, np.eye(3)
    u, v = fields.numbers("offset", (0.0, 0.0))
    scale_u, scale_v = fields.numbers("scale", (1.0, 1.0))
    angle = fields.number("rotation", 0.0)
    c, s = math.cos(angle), math.sin(angle)
    matrix = np.array([[c * scale_u, s * scale_v, u], [-s * scale_u, c * scale_v, v], [0.0, 0.0, 1.0]])
    return fields.whole("texCoord", uv_set, high=15), matrix
