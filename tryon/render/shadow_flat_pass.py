"""Shadows of furniture on floors and walls, drawn over the picture as a factor on it."""

from __future__ import annotations

import functools
import weakref
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.render.environment import find, panorama
from tryon.render.programs import HOOK_UNITS, Recipe
from tryon.render.shadow import Casters
from tryon.render.shadow_flat import FlatLight, FlatMap, flat_light, sky_map, sun_map
from tryon.render.shadow_flat_plane import box_of, corners_of, plane_axes, texture_from_camera
from tryon.types.camera import Camera
from tryon.types.model import Model
from tryon.types.scene import Item, Light, Scene, Surface

if TYPE_CHECKING:
    from collections.abc import Callable

    import moderngl

    from tryon.render.frame import View
    from tryon.render.picture import Box
    from tryon.render.programs import Program, Programs
    from tryon.types.scene import Cover

_SAMPLERS = ("u_sun_kept", "u_sky_kept", "u_cover")
_DETAIL = 200.0  # floors show less of a caster than skin does: see `caster_of`
_MOST_TRIANGLES = 5000  # a turn of such a piece takes a tenth of a second
_KEPT = 48  # pairs of maps: a dozen pieces on a floor and two walls
_FAR_PX = 1e6
_AXES_DECIMALS = 4  # of directions: a tenth of a milliradian shows in no shadow


@dataclass(slots=True, eq=False)
class _Maps:
    """Both maps of one piece in one turn over one surface, as textures; `model` is what they were made of."""

    model: weakref.ref[Model]
    sun: tuple[FlatMap, moderngl.Texture] | None
    sky: tuple[FlatMap, moderngl.Texture] | None


@dataclass(frozen=True, slots=True, eq=False)
class _Fall:
    """One piece over one surface of one scene.

    camera_from_plane: (4, 4) with the origin under the model's own.
    """

    surface: Surface
    item: Item
    light: FlatLight
    maps: _Maps
    camera_from_plane: NDArray[np.float64]


class FlatShadowPass:
    """Shadows on the flat surfaces of one scene at a time, on one context."""

    def __init__(self, gl: moderngl.Context, programs: Programs) -> None:
        self._gl = gl
        self._programs = programs
        self._casters = Casters(detail=_DETAIL, most=_MOST_TRIANGLES)
        self._made: OrderedDict[bytes, _Maps] = OrderedDict()
        self._nothing: moderngl.Texture | None = None
        self._falls: list[_Fall] = []

    def prepare(self, scene: Scene) -> bool:
        """Work out what falls on the scene's flat surfaces; False when nothing does."""
        self._falls = []
        for surface in scene.surfaces:
            if not (surface.flat and surface.catches_shadow > 0.0 and len(surface.triangles)):
                continue
            plane_from_camera = plane_axes(surface)
            light = _light_on(scene.light, plane_from_camera)
            height_m = float(plane_from_camera[1] @ np.asarray(surface.vertices_m, np.float64).mean(axis=0))
            for item in scene.items:
                if item.casts_shadow:
                    self._add(surface, item, scene.light, light, plane_from_camera, height_m)
        return bool(self._falls)

    def boxes(self, camera: Camera) -> list[Box]:
        """Boxes of the picture that the shadows prepared can touch."""
        found = []
        for fall in self._falls:
            for made in (fall.maps.sun, fall.maps.sky):
                if made is not None:
                    box = box_of(corners_of(made[0], fall.camera_from_plane), camera)
                    if box is not None:
                        found.append(box)
        return found

    def draw(self, view: View, step: int, use_cover: Callable[[Cover, Program], None]) -> None:
        """Multiply the shadows into the framebuffer in use, which has a pixel for `step`² of the picture's.

        Args:
            use_cover: Binds a cover's mask to HOOK_UNITS[2] and sets its uniforms.
        """
        gl = self._gl
        gl.enable_only(gl.DEPTH_TEST | gl.BLEND)
        gl.blend_func = gl.ZERO, gl.SRC_COLOR
        x0, y0, x1, y1 = view.box
        inner = (x0 > 0, y0 > 0, x1 < view.camera.width, y1 < view.camera.height)
        width, height = view.size
        edges = (
            0.0 if inner[0] else -_FAR_PX,
            0.0 if inner[1] else -_FAR_PX,
            width if inner[2] else _FAR_PX,
            height if inner[3] else _FAR_PX,
        )
        for fall in self._falls:
            covered = ("COVERED",) if fall.item.cover is not None else ()
            program = self._programs.get(
                Recipe("shadow_flat.vert", "shadow_flat.frag", covered, hook_samplers=_SAMPLERS)
            )
            program.set("u_scale", float(step))
            program.set("u_edges", edges)
            self._use(program, "sun", fall, fall.maps.sun, fall.light.sun_rgb, 0)
            self._use(program, "sky", fall, fall.maps.sky, fall.light.sky_rgb, 1)
            if fall.item.cover is not None:
                use_cover(fall.item.cover, program)
            self._render(program, fall.surface)

    def release(self) -> None:
        """Give all storage back."""
        for maps in self._made.values():
            _release(maps)
        self._made.clear()
        self._falls = []
        if self._nothing is not None:
            self._nothing.release()
            self._nothing = None

    def _add(
        self,
        surface: Surface,
        item: Item,
        light: Light,
        arrives: FlatLight,
        plane_from_camera: NDArray[np.float64],
        height_m: float,
    ) -> None:
        camera_from_model = np.asarray(item.camera_from_model, np.float64)
        origin = plane_from_camera @ camera_from_model[:3, 3]
        placed = np.empty((3, 4))
        placed[:, :3] = plane_from_camera @ camera_from_model[:3, :3]
        placed[:, 3] = 0.0, origin[1] - height_m, 0.0
        maps = self._maps(item.model, placed, light, arrives, plane_from_camera)
        if maps.sun is None and maps.sky is None:
            return
        camera_from_plane = np.eye(4)
        camera_from_plane[:3, :3] = plane_from_camera.T
        camera_from_plane[:3, 3] = plane_from_camera.T @ np.array([origin[0], height_m, origin[2]])
        self._falls.append(_Fall(surface, item, arrives, maps, camera_from_plane))

    def _maps(
        self,
        model: Model,
        placed: NDArray[np.float64],
        light: Light,
        arrives: FlatLight,
        plane_from_camera: NDArray[np.float64],
    ) -> _Maps:
        turned = plane_from_camera @ np.asarray(light.camera_from_environment, np.float64)
        sun = np.zeros(4) if arrives.sun is None else np.append(arrives.sun, arrives.softness_rad)
        numbers = np.concatenate([placed.ravel(), turned.ravel(), sun])
        key = np.rint(numbers * 2e4).astype(np.int64).tobytes() + f"{id(model)} {light.environment}".encode()
        maps = self._made.get(key)
        if maps is not None and maps.model() is model:
            self._made.move_to_end(key)
            return maps
        caster = self._casters.get(model)
        with ThreadPoolExecutor(max_workers=1) as beside:  # the loops let other threads run: turning a piece waits
            sun_made = beside.submit(sun_map, caster, placed, arrives)
            sky_made = sky_map(caster, placed, arrives)
        made = _Maps(weakref.ref(model), self._textured(sun_made.result()), self._textured(sky_made))
        self._made[key] = made
        while len(self._made) > _KEPT:
            _release(self._made.popitem(last=False)[1])
        return made

    def _textured(self, made: FlatMap | None) -> tuple[FlatMap, moderngl.Texture] | None:
        if made is None:
            return None
        height, width = made.kept.shape
        texture = self._gl.texture((width, height), 1, made.kept.tobytes(), alignment=1)
        texture.filter = (self._gl.LINEAR, self._gl.LINEAR)
        texture.repeat_x = texture.repeat_y = False
        return made, texture

    def _use(
        self,
        program: Program,
        name: str,
        fall: _Fall,
        made: tuple[FlatMap, moderngl.Texture] | None,
        rgb: NDArray[np.float64],
        unit: int,
    ) -> None:
        rows = np.zeros((2, 4))
        share = np.zeros(3)
        texture = self._nothing
        if made is not None:
            rows = texture_from_camera(made[0], fall.camera_from_plane)
            total = np.maximum(fall.light.sun_rgb + fall.light.sky_rgb, 1e-6)
            share, texture = rgb / total * fall.surface.catches_shadow, made[1]
        elif texture is None:
            texture = self._nothing = self._gl.texture((1, 1), 1, b"\0", alignment=1)
        program.write(f"u_{name}_from_camera", rows.astype(np.float32).tobytes())
        program.set(f"u_{name}_share", (float(share[0]), float(share[1]), float(share[2])))
        if texture is not None:
            texture.use(HOOK_UNITS[unit])

    def _render(self, program: Program, surface: Surface) -> None:
        gl = self._gl
        corners = np.ascontiguousarray(surface.vertices_m, np.float32)[np.asarray(surface.triangles, np.int64).ravel()]
        buffer = gl.buffer(np.ascontiguousarray(corners).tobytes())
        array = gl.vertex_array(program.gl, [(buffer, "3f", "in_position")])
        array.render()
        array.release()
        buffer.release()


@functools.lru_cache(maxsize=4)
def _panorama(name: str) -> NDArray[np.float32]:
    path = find(name)
    return panorama(path.read_bytes(), path)


def _light_on(light: Light, plane_from_camera: NDArray[np.float64]) -> FlatLight:
    sun = None if light.sun_direction is None else plane_from_camera @ np.asarray(light.sun_direction, np.float64)
    turned = plane_from_camera @ np.asarray(light.camera_from_environment, np.float64)
    return _light_once(
        light.environment,
        tuple(np.round(turned, _AXES_DECIMALS).ravel().tolist()),
        light.rgb,
        None if sun is None else tuple(np.round(sun, _AXES_DECIMALS).tolist()),
        light.sun_rgb,
        light.sun_softness_rad,
    )


@functools.lru_cache(maxsize=8)
def _light_once(
    environment: str,
    turned: tuple[float, ...],
    rgb: tuple[float, float, float],
    sun: tuple[float, ...] | None,
    sun_rgb: tuple[float, float, float],
    softness_rad: float,
) -> FlatLight:
    """Reading the sky takes milliseconds, and dragging asks for the same one at every step."""
    axes = np.array(turned).reshape(3, 3)
    return flat_light(_panorama(environment), axes, rgb, None if sun is None else np.array(sun), sun_rgb, softness_rad)


def _release(maps: _Maps) -> None:
    for made in (maps.sun, maps.sky):
        if made is not None:
            made[1].release()
