"""Shadows of a scene's items on its surfaces: maps made and uploaded, then drawn over a picture or as coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.render.compose_canvas import SHADOW_STEP
from tryon.render.environment import find, panorama
from tryon.render.light_key import Key, key_of
from tryon.render.programs import BLOCKS, HOOK_UNITS, Recipe
from tryon.render.shadow import LEVEL_SPREAD, LEVELS, Casters, ShadowMap, ShadowMapper
from tryon.render.surface import Surfaces
from tryon.types.scene import Light, Scene

if TYPE_CHECKING:
    import moderngl

    from tryon.render.environment import Environment
    from tryon.render.frame import View
    from tryon.render.programs import Programs

SAMPLERS = ("u_sun_map", "u_sky_map", "u_cover", "u_picture")
_BLOCK_BYTES = 2 * 64 + 4 * 16
_SUN_SIDE, _SKY_SIDE = 192, 128
# A point at distance g under a thin caster sees it through the cosine lobe g²/(π(g² + ρ²)²), whose inner part a
# Gaussian of this standard deviation (over g) follows best; see tests/render/test_shadow.py.
_SKY_SPREAD = 0.75
_SKY_LEAN = 0.5  # how far the open sky's middle leans from the surfaces' normal toward the key
_SEARCHED_M = 0.012  # how wide the first look for casters is


class ShadowPass:
    """Shadow maps of one scene at a time, on one context."""

    def __init__(self, gl: moderngl.Context, programs: Programs) -> None:
        self._gl = gl
        self._programs = programs
        self.surfaces = Surfaces(gl)
        self._casters = Casters()
        self._mappers = (ShadowMapper(side=_SUN_SIDE), ShadowMapper(side=_SKY_SIDE))
        self._textures: dict[tuple[int, int, int], moderngl.Texture] = {}
        self._keys: dict[str, Key] = {}
        self._block = gl.buffer(reserve=_BLOCK_BYTES, dynamic=True)

    def prepare(self, scene: Scene) -> bool:
        """Make the shadow maps of the items on the surfaces loaded; False when nothing can fall on anything."""
        if not self.surfaces.catches or self.surfaces.mean_normal is None:
            return False
        casters = [
            (self._casters.get(item.model), np.asarray(item.camera_from_model, np.float64))
            for item in scene.items
            if item.casts_shadow
        ]
        toward, rgb, softness_rad, in_sky = self._key(scene.light)
        sun = self._mappers[0].map(casters, toward) if float(rgb.max()) > 0.0 else None
        lean = self.surfaces.mean_normal + _SKY_LEAN * toward * float(self.surfaces.mean_normal @ toward > 0.0)
        sky = self._mappers[1].map(casters, lean / np.linalg.norm(lean))
        if sky is None:
            return False
        block = np.zeros((12, 4), np.float32)
        if sun is not None:
            block[0:4] = sun.map_from_camera.T
            block[8] = _cone(sun, np.tan(softness_rad) / 2.0)
            self._upload(0, sun)
        block[4:8] = sky.map_from_camera.T
        block[9] = _cone(sky, _SKY_SPREAD)
        self._upload(1, sky)
        block[10, :3] = toward
        block[11] = (*rgb, in_sky)
        self._block.write(block)
        self._block.bind_to_uniform_block(BLOCKS["Pass"])
        return True

    def draw(self, environment: Environment, view: View, *, as_alpha: bool = False, step: int = SHADOW_STEP) -> None:
        """Draw the shadows; depth test and blending are the caller's, as is the Frame block.

        Args:
            as_alpha: Write premultiplied black with the shadow as coverage, at the box's resolution; else the factor on
                what is behind.
            step: Pixels of the picture per pixel of that factor.
        """
        defines = ("CATCHES", f"ENVIRONMENT_LOG2_SIZE {environment.log2_size}", *(("AS_ALPHA",) if as_alpha else ()))
        recipe = Recipe("surface_live.vert", "shadow_catch.frag", defines, hook_samplers=SAMPLERS)
        program = self._programs.get(recipe)
        x0, y0, x1, y1 = view.box
        far = 1e6  # a shadow that the box would cut fades before; at the picture's own edge it goes on
        inner = (x0 > 0, y0 > 0, x1 < view.camera.width, y1 < view.camera.height)
        width, height = view.size
        edges = (0.0 if inner[0] else -far, 0.0 if inner[1] else -far)
        program.set("u_scale", 1.0 if as_alpha else float(step))
        program.set("u_edges", (*edges, width if inner[2] else far, height if inner[3] else far))
        self.surfaces.draw_catching(program)

    def draw_hiding(self) -> None:
        """Draw the surfaces that hide items; only depth is written."""
        self.surfaces.draw_hiding(self._programs.get(Recipe("surface_live.vert", "live_hide.frag")))

    def release(self) -> None:
        """Give all storage back."""
        self.surfaces.release()
        self._block.release()
        for texture in self._textures.values():
            texture.release()
        self._textures.clear()

    def _key(self, light: Light) -> tuple[NDArray[np.float64], NDArray[np.float64], float, float]:
        """Direction in camera space, irradiance over π, half angle, and 1 when it is part of the environment."""
        if light.sun_direction is not None and max(light.sun_rgb) > 0.0:
            return np.asarray(light.sun_direction, np.float64), np.asarray(light.sun_rgb), light.sun_softness_rad, 0.0
        key = self._keys.get(light.environment)
        if key is None:
            path = find(light.environment)
            key = self._keys[light.environment] = key_of(panorama(path.read_bytes(), path))
        toward = np.asarray(light.camera_from_environment, np.float64) @ key.toward
        return toward, key.rgb * np.asarray(light.rgb), key.softness_rad, 1.0

    def _upload(self, which: int, made: ShadowMap) -> None:
        height, width = made.levels[0].shape[:2]
        texture = self._textures.get((which, width, height))
        if texture is None:
            texture = self._gl.texture((width, height), 4, dtype="f4")
            texture.build_mipmaps(max_level=LEVELS - 1)
            texture.filter = (self._gl.LINEAR_MIPMAP_LINEAR, self._gl.LINEAR)
            texture.repeat_x = texture.repeat_y = False
            self._textures[which, width, height] = texture
        for level, texels in enumerate(made.levels):
            texture.write(texels, level=level)
        texture.use(HOOK_UNITS[which])


def _cone(made: ShadowMap, spread: float) -> tuple[float, float, float, float]:
    """Level-0 texels of blur per metre of distance, last level, level searched first, 1.

    Args:
        spread: Standard deviation of the averaged light over the distance.
    """
    searched = round(np.log2(max(_SEARCHED_M / (LEVEL_SPREAD * made.texel_m), 1.0)))  # between levels costs twice
    return float(spread / (LEVEL_SPREAD * made.texel_m)), LEVELS - 1.0, float(min(searched, LEVELS - 2.0)), 1.0
