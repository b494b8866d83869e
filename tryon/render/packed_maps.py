"""A material's maps in fewer textures, for drawing on a processor: each lookup there costs as much as ten products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.render.material import Shading
from tryon.types.model import Model, Texture

if TYPE_CHECKING:
    import moderngl

_CORE = ("base", "metallic_roughness", "normal", "occlusion", "emissive")
_WORTH = 2  # maps; one alone gains nothing worth its memory


@dataclass(frozen=True, slots=True, eq=False)
class PackedMaps:
    """The core maps of one material, packed.

    defines: What the program is told beside the mesh's own defines.
    samplers, textures: All that the material reads, in the order of their units.
    """

    defines: tuple[str, ...]
    samplers: tuple[str, ...]
    textures: tuple[moderngl.Texture, ...]
    own: tuple[moderngl.Texture, ...]

    def release(self) -> None:
        """Give the packed textures back; the rest belong to the model."""
        for texture in self.own:
            texture.release()


def packed_maps(
    gl: moderngl.Context, model: Model, shading: Shading, textures: Sequence[moderngl.Texture]
) -> PackedMaps | None:
    """The packed maps of a material; None when it has too few, or they do not lie on each other.

    Args:
        textures: Those of the shading's slots, on the GPU.
    """
    core = {slot.sampler[2:]: slot for slot in shading.slots if slot.sampler[2:] in _CORE}
    if len(core) < _WORTH or any(line.startswith("ALPHA_") for line in shading.defines):
        return None
    coordinates = {
        line.split(" ", 1)[1] for name in core for line in shading.defines if line.startswith(f"UV_{name.upper()} ")
    }
    sources = {name: model.textures[slot.texture] for name, slot in core.items()}
    manners = {(t.wrap_u, t.wrap_v, t.smooth, t.mipmapped, t.minified_smooth) for t in sources.values()}
    if len(coordinates) > 1 or len(manners) > 1:
        return None
    like = next(iter(sources.values()))
    made = [(name, _uploaded(gl, texels, like)) for name, texels in _packed(sources)]
    others = [(slot, t) for slot, t in zip(shading.slots, textures, strict=True) if slot.sampler[2:] not in core]
    return PackedMaps(
        ("MAPS_PACKED", f"UV_PACKED {coordinates.pop()}"),
        (*(f"u_packed_{name}" for name, _ in made), *(slot.sampler for slot, _ in others)),
        (*(texture for _, texture in made), *(texture for _, texture in others)),
        tuple(texture for _, texture in made),
    )


def _packed(sources: dict[str, Texture]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Colors as roots, which filter without being decoded; numbers of other maps in the channels that are left."""
    height, width = np.max([texture.pixels.shape[:2] for texture in sources.values()], axis=0)
    maps = {name: _sized(texture.pixels, int(width), int(height)) for name, texture in sources.items()}
    full = np.full((height, width), 255, np.uint8)
    if "base" in maps or "occlusion" in maps:
        base = _roots(maps["base"]) if "base" in maps else np.repeat(full[..., None], 3, axis=2)
        occlusion = maps["occlusion"][..., 0] if "occlusion" in maps else full
        yield "color", np.dstack([base, occlusion])
    if "normal" in maps or "metallic_roughness" in maps:
        normal = maps.get("normal", np.dstack([full, full, full]))
        rough = maps.get("metallic_roughness", np.dstack([full, full, full]))
        yield "surface", np.dstack([normal[..., 0], rough[..., 1], rough[..., 2], normal[..., 1]])
    if "emissive" in maps:
        yield "emissive", np.dstack([_roots(maps["emissive"]), full])


def _roots(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    codes = np.arange(256) / 255.0
    linear = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.rint(np.sqrt(linear) * 255.0).astype(np.uint8)[pixels[..., :3]])


def _sized(pixels: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    import cv2

    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _uploaded(gl: moderngl.Context, texels: NDArray[np.uint8], like: Texture) -> moderngl.Texture:
    from tryon.render.upload import upload_texture

    return upload_texture(gl, replace(like, pixels=np.ascontiguousarray(texels)), srgb=False)
