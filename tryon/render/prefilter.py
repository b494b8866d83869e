"""An environment map seen through rough mirrors: one octahedral picture per roughness."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import moderngl

    from tryon.render.programs import Program, Programs

Levels: TypeAlias = tuple[NDArray[np.float16], ...]
"""(S, S, 4), (S/2, S/2, 4), … float16: level l of `last` is for roughness 1 − √(1 − l/last); 32 texels at the last."""

_LAST_SIZE = 32
_LARGEST = 1024
# Wider lobes than this one (perceptual roughness) are integrated over a small map instead of sampled: no noise.
_INTEGRATED_FROM = 0.35
_INTEGRATED_TEXELS = 32 * 128  # rows of the map times the level's size
_REFLECTANCE_SIZE = 64


def prefilter(gl: moderngl.Context, programs: Programs, panorama: NDArray[np.float32]) -> Levels:
    """Levels of a (H, 2H, 3) linear panorama; about two seconds on two CPU cores for 1024×512.

    Source: Karis 2013, "Real Shading in Unreal Engine 4", first sum of the split; levels spaced by l = last·r(2 − r)
    as in Filament. The last level is exact irradiance over π, for GGX of roughness 1 seen along the normal is a cosine.
    """
    size = min(_LARGEST, max(256, 1 << int(math.log2(panorama.shape[1]))))
    last = int(math.log2(size // _LAST_SIZE))
    sharp = _map(gl, panorama, mipmapped=True)
    levels = []
    for level in range(last + 1):
        roughness = 1.0 - math.sqrt(1.0 - level / last)
        integrated = roughness >= _INTEGRATED_FROM
        kind = ("SHARP",) if level == 0 else ("ROUGH",) if integrated else ()
        program = programs.screen("prefilter.frag", *kind)
        # Each rougher level has a quarter of the texels, so it can afford a map with four times as many.
        source = (
            _map(gl, _shrunk(panorama, _INTEGRATED_TEXELS // (size >> level)), mipmapped=False) if integrated else sharp
        )
        source.use(0)
        program.set("u_roughness", roughness)
        program.set("u_size", float(size >> level))
        levels.append(_drawn(gl, programs, program, size >> level))
        if integrated:
            source.release()
    sharp.release()
    return tuple(levels)


def reflectance_table(gl: moderngl.Context, programs: Programs) -> moderngl.Texture:
    """How much a rough mirror reflects of a uniform sky: scale and offset of its F0, over roughness and cos(view).

    Source: Karis 2013, second sum of the split, with visible-normal sampling (Heitz 2018).
    """
    import moderngl

    values = _drawn(gl, programs, programs.screen("reflectance.frag"), _REFLECTANCE_SIZE)[..., :2]
    table = gl.texture((_REFLECTANCE_SIZE,) * 2, 2, np.ascontiguousarray(values).tobytes(), dtype="f2")
    table.filter = (moderngl.LINEAR, moderngl.LINEAR)
    table.repeat_x = table.repeat_y = False
    return table


def _map(gl: moderngl.Context, panorama: NDArray[np.float32], *, mipmapped: bool) -> moderngl.Texture:
    import moderngl

    height, width = panorama.shape[:2]
    texture = gl.texture((width, height), 3, np.ascontiguousarray(panorama).tobytes(), dtype="f4")
    if mipmapped:
        texture.build_mipmaps()
    texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR if mipmapped else moderngl.LINEAR, moderngl.LINEAR)
    texture.repeat_x, texture.repeat_y = True, False
    return texture


def _shrunk(panorama: NDArray[np.float32], height: int) -> NDArray[np.float32]:
    import cv2

    width = 2 * height
    if panorama.shape[0] <= height:
        return panorama
    # Rows near the poles cover less of the sphere, and keep their energy only when they count by it.
    share = np.sin((np.arange(panorama.shape[0], dtype=np.float32) + 0.5) * (np.pi / panorama.shape[0]))[:, None, None]
    weighted = cv2.resize(panorama * share, (width, height), interpolation=cv2.INTER_AREA)
    weights = cv2.resize(np.ascontiguousarray(share[..., 0]), (1, height), interpolation=cv2.INTER_AREA)
    return np.asarray(weighted / weights[..., None], np.float32)


def _drawn(gl: moderngl.Context, programs: Programs, program: Program, size: int) -> NDArray[np.float16]:
    texture = gl.texture((size, size), 4, dtype="f2")
    target = gl.framebuffer([texture])
    target.use()
    gl.disable(gl.BLEND | gl.DEPTH_TEST | gl.CULL_FACE)
    programs.cover(program)
    values = np.frombuffer(target.read(components=4, dtype="f2"), np.float16)
    target.release()
    texture.release()
    return values.reshape(size, size, 4)
