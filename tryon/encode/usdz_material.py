"""glTF materials as UsdPreviewSurface networks, with every factor worked into the pictures."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import Any  # OpenUSD's Python modules carry no types

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tryon.color.srgb import codes_from_linear, linear_from_codes
from tryon.encode.usdz_shades import shades_of, tint_of
from tryon.types import Material, Model, Primitive, TextureUse

_QUALITY = 92
_PLAIN = 1.0 / 255.0
_CLEAR_OPACITY = 0.12  # of glass seen straight on: UsdPreviewSurface has no transmission
_SHARP_PX = 256  # pictures up to this side keep all of their chroma: ramps must not bleed


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """The material of one mesh, and the texture coordinates it reads, by the name of their primvar."""

    material: Any
    uv: dict[str, NDArray[np.float64]]


@dataclass(slots=True, eq=False)
class _Network:
    """One material while it is being put together.

    sets: The texture coordinates in use, by (set, transform), each the name of a primvar.
    """

    material: Any
    surface: Any
    primitive: Primitive
    uv: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    names: dict[bytes, str] = field(default_factory=dict)


class Materials:
    """Writes the materials of a model's meshes; pictures go into a mapping from their name in the archive."""

    def __init__(self, stage: Any, path: str, model: Model, pictures: dict[str, bytes]) -> None:
        """Materials become children of `path`."""
        from pxr import UsdGeom

        self._stage, self._path, self._model, self._pictures = stage, path, model, pictures
        self._count = 0
        UsdGeom.Scope.Define(stage, path)

    def of(self, primitive: Primitive) -> Drawn:
        """The material of a mesh; each has one of its own, because shades of its vertices are part of it."""
        from pxr import UsdShade

        path = f"{self._path}/Material_{self._count}"
        material = UsdShade.Material.Define(self._stage, path)
        surface = UsdShade.Shader.Define(self._stage, f"{path}/Surface")
        surface.CreateIdAttr("UsdPreviewSurface")
        output = surface.CreateOutput("surface", _type("Token"))
        material.CreateSurfaceOutput().ConnectToSource(output)
        network = _Network(material, surface, primitive)
        self._describe(network, self._model.materials[primitive.material])
        self._count += 1
        return Drawn(material, network.uv)

    def _describe(self, network: _Network, told: Material) -> None:
        self._color(network, told)
        self._roughness(network, told)
        self._emission(network, told)
        if told.normal_texture is not None:
            self._normal(network, told.normal_texture)
        if told.occlusion_texture is not None:
            self._picture(network, "occlusion", told.occlusion_texture, "r", self._plain(told.occlusion_texture))
        if told.clearcoat is not None and told.clearcoat.factor > 0.0:
            _number(network, "clearcoat", told.clearcoat.factor)
            _number(network, "clearcoatRoughness", told.clearcoat.roughness)
        _number(network, "ior", told.ior)

    def _color(self, network: _Network, told: Material) -> None:
        factor = np.asarray(told.base_color[:3])
        opacity = float(told.base_color[3]) if told.alpha_mode != "opaque" else 1.0
        if told.transmission is not None:
            opacity *= 1.0 - (1.0 - _CLEAR_OPACITY) * told.transmission.factor
        colors = network.primitive.colors
        use = told.base_color_texture
        if use is not None and self._has(network, use):
            self._textured(network, use, factor * (1.0 if colors is None else tint_of(colors)), opacity, told)
            return
        if colors is not None and float(np.ptp(colors[:, :3], axis=0).max()) > _PLAIN:
            shades = shades_of(colors, told.base_color[:3])
            network.uv["st_shade"] = shades.uv.astype(np.float64)
            texture = self._texture(network, "Shades", "st_shade", _jpeg(shades.pixels), "sRGB", "clamp")
            _input(network, "diffuseColor", "Color3f").ConnectToSource(texture.CreateOutput("rgb", _type("Float3")))
        else:
            plain = factor * (1.0 if colors is None else colors[:, :3].mean(axis=0))
            _input(network, "diffuseColor", "Color3f").Set(tuple(float(value) for value in plain))
        if opacity < 1.0:
            _number(network, "opacity", opacity)

    def _textured(
        self, network: _Network, use: TextureUse, factor: NDArray[np.float64], opacity: float, told: Material
    ) -> None:
        pixels = self._model.textures[use.texture].pixels
        color = codes_from_linear(np.minimum(linear_from_codes(pixels[..., :3]) * factor, 1.0))
        if told.alpha_mode == "opaque":
            self._picture(network, "diffuseColor", use, "rgb", _jpeg(color), "sRGB")
            return
        alpha = np.rint(pixels[..., 3] * opacity).astype(np.uint8)
        texture = self._picture(network, "diffuseColor", use, "rgb", _png(np.dstack([color, alpha])), "sRGB")
        _input(network, "opacity", "Float").ConnectToSource(texture.CreateOutput("a", _type("Float")))
        if told.alpha_mode == "mask":
            _number(network, "opacityThreshold", told.alpha_cutoff)

    def _roughness(self, network: _Network, told: Material) -> None:
        use = told.metallic_roughness_texture
        if use is None or not self._has(network, use):
            _number(network, "roughness", told.roughness)
            _number(network, "metallic", told.metallic)
            return
        pixels = self._model.textures[use.texture].pixels[..., :3].astype(np.float64)
        pixels *= np.array([1.0, told.roughness, told.metallic])
        texture = self._picture(network, "roughness", use, "g", _jpeg(np.rint(pixels).astype(np.uint8)))
        _input(network, "metallic", "Float").ConnectToSource(texture.CreateOutput("b", _type("Float")))

    def _emission(self, network: _Network, told: Material) -> None:
        if max(told.emissive) <= 0.0:
            return
        factor = np.minimum(np.asarray(told.emissive), 1.0)  # a picture holds no more than 1
        use = told.emissive_texture
        if use is not None and self._has(network, use):
            pixels = linear_from_codes(self._model.textures[use.texture].pixels[..., :3]) * factor
            self._picture(network, "emissiveColor", use, "rgb", _jpeg(codes_from_linear(pixels)), "sRGB")
            return
        _input(network, "emissiveColor", "Color3f").Set(tuple(float(value) for value in factor))

    def _normal(self, network: _Network, use: TextureUse) -> None:
        from pxr import Gf

        if not self._has(network, use):
            return
        pixels = self._model.textures[use.texture].pixels[..., :3].astype(np.float64) / 127.5 - 1.0
        pixels[..., :2] *= use.scale
        pixels /= np.maximum(np.linalg.norm(pixels, axis=2, keepdims=True), 1e-6)
        coded = np.rint((pixels + 1.0) * 127.5).astype(np.uint8)
        texture = self._picture(network, "normal", use, "rgb", _jpeg(coded))
        texture.CreateInput("scale", _type("Float4")).Set(Gf.Vec4f(2.0, 2.0, 2.0, 1.0))
        texture.CreateInput("bias", _type("Float4")).Set(Gf.Vec4f(-1.0, -1.0, -1.0, 0.0))

    def _plain(self, use: TextureUse) -> bytes:
        return _jpeg(self._model.textures[use.texture].pixels[..., :3])

    def _has(self, network: _Network, use: TextureUse) -> bool:
        return use.uv_set < len(network.primitive.uv)

    def _picture(
        self, network: _Network, name: str, use: TextureUse, channel: str, data: bytes, space: str = "raw"
    ) -> Any:
        """A texture that feeds one input; its shader, for what else it feeds."""
        key = np.round(use.uv_from_uv, 9).tobytes() + bytes([use.uv_set])
        primvar = network.names.setdefault(key, "st" if not network.names else f"st{len(network.names)}")
        uv = network.primitive.uv[use.uv_set].astype(np.float64)
        network.uv[primvar] = uv @ use.uv_from_uv[:2, :2].T + use.uv_from_uv[:2, 2]
        wrap = self._model.textures[use.texture].wrap_u
        texture = self._texture(network, name.capitalize(), primvar, data, space, wrap)
        kind = ("Normal3f" if name == "normal" else "Color3f") if channel == "rgb" else "Float"
        output = texture.CreateOutput(channel, _type("Float3" if channel == "rgb" else "Float"))
        _input(network, name, kind).ConnectToSource(output)
        return texture

    def _texture(self, network: _Network, name: str, primvar: str, data: bytes, space: str, wrap: str) -> Any:
        from pxr import UsdShade

        path = network.material.GetPath()
        reader = UsdShade.Shader.Get(self._stage, path.AppendChild(f"Read_{primvar}"))
        if not reader:
            reader = UsdShade.Shader.Define(self._stage, path.AppendChild(f"Read_{primvar}"))
            reader.CreateIdAttr("UsdPrimvarReader_float2")
            reader.CreateInput("varname", _type("String")).Set(primvar)
        coordinates = reader.CreateOutput("result", _type("Float2"))
        texture = UsdShade.Shader.Define(self._stage, path.AppendChild(name))
        texture.CreateIdAttr("UsdUVTexture")
        texture.CreateInput("file", _type("Asset")).Set(self._keep(data))
        texture.CreateInput("sourceColorSpace", _type("Token")).Set(space)
        texture.CreateInput("wrapS", _type("Token")).Set(wrap)
        texture.CreateInput("wrapT", _type("Token")).Set(wrap)
        texture.CreateInput("st", _type("Float2")).ConnectToSource(coordinates)
        return texture

    def _keep(self, data: bytes) -> str:
        """The picture's name in the archive; the same picture is kept once."""
        suffix = "png" if data.startswith(b"\x89PNG") else "jpg"
        name = f"textures/{hashlib.sha256(data).hexdigest()[:16]}.{suffix}"
        self._pictures[name] = data
        return name


def _number(network: _Network, name: str, value: float) -> None:
    _input(network, name, "Float").Set(float(value))


def _input(network: _Network, name: str, kind: str) -> Any:
    return network.surface.CreateInput(name, _type(kind))


def _type(name: str) -> Any:
    from pxr import Sdf

    return getattr(Sdf.ValueTypeNames, name)


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    subsampling = 0 if max(pixels.shape) <= _SHARP_PX else 2
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "JPEG", quality=_QUALITY, subsampling=subsampling)
    return file.getvalue()


def _png(pixels: NDArray[np.uint8]) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(pixels)).save(file, "PNG")
    return file.getvalue()
