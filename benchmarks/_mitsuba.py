"""The same pictures by a path tracer: Mitsuba 3 with the principled material, as far as it can say what glTF says.

Mitsuba has no glTF sheen, iridescence, thin-film or rasterized refraction, no occlusion maps (it traces them) and no
compensation for light lost between facets; cases that need one of the first are left out (`traced` gives None).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.color.srgb import codes_from_linear, linear_from_codes
from tryon.render.environment import panorama
from tryon.types.model import Material, Model, Primitive, TextureUse

WIDTH = HEIGHT = 256
FOV_DEG = 30.0


def load() -> Any:
    """The mitsuba module with a variant chosen; its version is `mitsuba.__version__`."""
    import mitsuba

    # The compiled variants need a newer LLVM than Debian 12 has.
    mitsuba.set_variant("scalar_rgb")
    return mitsuba


def traced(
    model: Model,
    eye: NDArray[np.float64],
    target: NDArray[np.float64],
    environment: str,
    *,
    samples: int,
) -> NDArray[np.uint8] | None:
    """(256, 256, 3) uint8 sRGB of a model under an environment, Khronos PBR Neutral; None where it cannot be said."""
    used = [model.materials[primitive.material] for primitive in model.primitives]
    if model.lights or any(texture.wrap_u != texture.wrap_v for texture in model.textures):
        return None
    if any(not _sayable(material) for material in used):
        return None
    pairs = zip(model.primitives, used, strict=True)
    if any(primitive.colors is not None and material.base_color_texture is not None for primitive, material in pairs):
        return None
    mi = load()
    scene: dict[str, Any] = {
        "type": "scene",
        "integrator": {"type": "path", "max_depth": 8},
        "sensor": {
            "type": "perspective",
            "fov": FOV_DEG,
            "fov_axis": "y",
            "near_clip": 1e-3,
            "far_clip": 1e5,
            "to_world": mi.ScalarTransform4f().look_at(origin=eye.tolist(), target=target.tolist(), up=[0, 1, 0]),
            "film": {"type": "hdrfilm", "width": WIDTH, "height": HEIGHT, "rfilter": {"type": "box"}},
            "sampler": {"type": "independent", "sample_count": samples},
        },
        "sky": {
            "type": "envmap",
            "bitmap": mi.Bitmap(panorama(Path(environment).read_bytes(), Path(environment))),
            "scale": 1.0,
            "to_world": mi.ScalarTransform4f().rotate([0, 1, 0], SKY_TURN_DEG),
        },
    }
    for index, primitive in enumerate(model.primitives):
        scene[f"mesh_{index}"] = _mesh(mi, model, primitive, index)
    linear = np.asarray(mi.render(mi.load_dict(scene), spp=samples))[..., :3]
    return codes_from_linear(neutral(linear))


# three.js shows the panorama's middle column along +X, Mitsuba along −Z turned by this.
SKY_TURN_DEG = 90.0


def neutral(linear: NDArray[np.floating]) -> NDArray[np.float64]:
    """Khronos PBR Neutral of linear RGB, any shape (…, 3); written apart from the shader on purpose."""
    color = np.maximum(np.asarray(linear, np.float64), 0.0)
    least = color.min(axis=-1, keepdims=True)
    color = color - np.where(least < 0.08, least - 6.25 * least**2, 0.04)
    peak = np.maximum(color.max(axis=-1, keepdims=True), 1e-9)
    lowered = 1.0 - 0.24**2 / (peak + 0.24 - 0.76)
    gray = 1.0 - 1.0 / (0.15 * (peak - lowered) + 1.0)
    squeezed = color * lowered / peak * (1.0 - gray) + lowered * gray
    return np.clip(np.where(peak < 0.76, color, squeezed), 0.0, 1.0)


def halved(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(h/2, w/2, 3) mean of 2×2 pixels in linear light, so that a 512² picture compares with a traced one."""
    linear = linear_from_codes(pixels[..., :3])
    height, width = linear.shape[:2]
    return codes_from_linear(linear.reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3)))


def _sayable(material: Material) -> bool:
    glass = material.transmission is not None and material.transmission.factor > 0.0
    fuzz = material.sheen is not None and max(material.sheen.color) > 0.0
    film = material.iridescence is not None and material.iridescence.factor > 0.0
    grain = material.anisotropy is not None and material.anisotropy.strength > 0.0
    tint = material.specular is not None and (material.specular.color != (1, 1, 1) or material.specular.factor != 1.0)
    coat = material.clearcoat is not None and (material.clearcoat.normal_texture or material.clearcoat.texture)
    return not (glass or fuzz or film or grain or tint or coat or material.unlit)


def _mesh(mi: Any, model: Model, primitive: Primitive, index: int) -> Any:
    material = model.materials[primitive.material]
    properties = mi.Properties()
    properties["bsdf"] = mi.load_dict(_bsdf(mi, model, primitive, material))
    emission = _emission(mi, model, primitive, material)
    if emission is not None:
        properties["emitter"] = mi.load_dict({"type": "area", "radiance": emission})
    mesh = mi.Mesh(
        f"mesh_{index}",
        vertex_count=len(primitive.positions_m),
        face_count=len(primitive.triangles),
        has_vertex_normals=True,
        has_vertex_texcoords=bool(primitive.uv),
        props=properties,
    )
    if primitive.colors is not None:
        painted = primitive.colors[:, :3] * np.asarray(material.base_color[:3])
        mesh.add_attribute("vertex_color", 3, painted.astype(np.float32).ravel())
    values = mi.traverse(mesh)
    values["vertex_positions"] = np.ascontiguousarray(primitive.positions_m, np.float32).ravel()
    values["vertex_normals"] = np.ascontiguousarray(primitive.normals, np.float32).ravel()
    values["faces"] = np.ascontiguousarray(primitive.triangles, np.uint32).ravel()
    if primitive.uv:
        values["vertex_texcoords"] = np.ascontiguousarray(_own_uv(primitive, material), np.float32).ravel()
    values.update()
    return mesh


def _own_uv(primitive: Primitive, material: Material) -> NDArray[np.float64]:
    """Mitsuba has one coordinate set, so the base color's set and transform are put into the vertices."""
    use = material.base_color_texture or material.normal_texture
    if use is None:
        return primitive.uv[0].astype(np.float64)
    uv = primitive.uv[min(use.uv_set, len(primitive.uv) - 1)].astype(np.float64)
    return uv @ use.uv_from_uv[:2, :2].T + use.uv_from_uv[:2, 2]


def _bsdf(mi: Any, model: Model, primitive: Primitive, material: Material) -> dict[str, Any]:
    base = np.asarray(material.base_color)
    bsdf: dict[str, Any] = {
        "type": "principled",
        "base_color": _rgb(mi, model, primitive, material.base_color_texture, base[:3], srgb=True),
        "metallic": _gray(mi, model, primitive, material.metallic_roughness_texture, 2, material.metallic),
        "roughness": _gray(mi, model, primitive, material.metallic_roughness_texture, 1, material.roughness),
        "eta": max(material.ior, 1.001),
    }
    if primitive.colors is not None and material.base_color_texture is None:
        bsdf["base_color"] = {"type": "mesh_attribute", "name": "vertex_color"}
    if material.clearcoat is not None and material.clearcoat.factor > 0.0:
        bsdf["clearcoat"] = material.clearcoat.factor
        bsdf["clearcoat_gloss"] = float(np.clip((0.1 - material.clearcoat.roughness**2) / 0.099, 0.0, 1.0))
    if material.normal_texture is not None and primitive.uv:
        normal = _pixels(model, material.normal_texture)[..., :3].astype(np.float32) / 255.0
        normal[..., :2] = (normal[..., :2] - 0.5) * material.normal_texture.scale + 0.5
        bsdf = {
            "type": "normalmap",
            "normalmap": _texture(mi, model, material.normal_texture, normal, raw=True),
            "bsdf": bsdf,
        }
    bsdf = {"type": "twosided", "bsdf": bsdf}
    if material.alpha_mode != "opaque":
        opacity: Any = float(base[3])
        if material.base_color_texture is not None and primitive.uv:
            alpha = _pixels(model, material.base_color_texture)[..., 3:].astype(np.float32) / 255.0 * float(base[3])
            if material.alpha_mode == "mask":
                alpha = (alpha >= material.alpha_cutoff).astype(np.float32)
            opacity = _texture(mi, model, material.base_color_texture, alpha, raw=True)
        bsdf = {"type": "mask", "opacity": opacity, "bsdf": bsdf}
    return bsdf


def _emission(mi: Any, model: Model, primitive: Primitive, material: Material) -> Any:
    factor = np.asarray(material.emissive)
    if factor.max() <= 0.0:
        return None
    return _rgb(mi, model, primitive, material.emissive_texture, factor, srgb=True)


def _pixels(model: Model, use: TextureUse) -> NDArray[np.uint8]:
    return model.textures[use.texture].pixels


def _texture(mi: Any, model: Model, use: TextureUse, values: NDArray[np.float32], *, raw: bool) -> dict[str, Any]:
    return {
        "type": "bitmap",
        "bitmap": mi.Bitmap(np.ascontiguousarray(values, np.float32)),
        "raw": raw,
        "wrap_mode": model.textures[use.texture].wrap_u,
    }


def _rgb(
    mi: Any, model: Model, primitive: Primitive, use: TextureUse | None, factor: NDArray[np.floating], *, srgb: bool
) -> Any:
    if use is None or not primitive.uv:
        return {"type": "rgb", "value": [float(value) for value in factor]}
    pixels = _pixels(model, use)[..., :3]
    linear = linear_from_codes(pixels) if srgb else pixels.astype(np.float32) / 255.0
    return _texture(mi, model, use, linear * factor.astype(np.float32), raw=True)


def _gray(mi: Any, model: Model, primitive: Primitive, use: TextureUse | None, channel: int, factor: float) -> Any:
    if use is None or not primitive.uv:
        return float(max(factor, 0.0 if channel == 2 else 0.045))
    values = _pixels(model, use)[..., channel : channel + 1].astype(np.float32) / 255.0 * factor
    return _texture(mi, model, use, values, raw=True)


__all__ = ["FOV_DEG", "halved", "load", "neutral", "traced"]
