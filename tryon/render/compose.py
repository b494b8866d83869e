"""Products drawn into a real picture: hidden by what is in front, filtering and darkening what is behind."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ShapeError
from tryon.render.batch import Batch, batches_of
from tryon.render.blend_kernel import (
    RUN,
    darken,
    encode_roots,
    root_from_srgb,
    smooth_edges,
    srgb_from_root,
    write_roots,
    write_touched,
)
from tryon.render.compose_canvas import FLAT_STEP, SHADOW_STEP, Canvas, stepped
from tryon.render.compose_finish import finish
from tryon.render.compose_region import region, whole_steps
from tryon.render.compose_stages import stages
from tryon.render.frame import View, view_of
from tryon.render.picture import Box
from tryon.render.programs import BEHIND_UNIT, BLOCKS, HOOK_UNITS, MATERIAL_UNIT, Recipe, joined
from tryon.render.shadow_flat_pass import FlatShadowPass
from tryon.render.shadow_flat_plane import union
from tryon.render.shadow_pass import SAMPLERS, ShadowPass
from tryon.types.camera import Camera
from tryon.types.scene import Cover, Finish, Scene, Surface

if TYPE_CHECKING:
    import moderngl

    from tryon.render.environment import Environment
    from tryon.render.programs import Program
    from tryon.render.renderer import Renderer

_SRC1_COLOR = 0x88F9
_ERROR_PX = 0.35  # by which simplified meshes may be off in the picture
_SOFTWARE = ("llvmpipe", "softpipe", "swrast", "swr")
_SRGB_FROM_ROOT, _ROOT_FROM_SRGB = srgb_from_root(), root_from_srgb()
_ROOT_CODES = np.rint(_ROOT_FROM_SRGB).astype(np.uint8)
_HOOKS = "live_hooks.glsl"
_POLISHED = 0.2  # roughness below which a mirror's facets lose under a hundredth of what they reflect


class Composer:
    """Draws scenes over pictures with one renderer; see `Renderer.compose`."""

    def __init__(self, renderer: Renderer, gl: moderngl.Context) -> None:
        self._renderer = renderer
        self._gl = gl
        # On a processor four samples cost twice the time and look no better than smoothed steps do.
        software = any(word in renderer.name.lower() for word in _SOFTWARE)
        self._samples = 1 if software else renderer.samples
        self._canvas: Canvas | None = None
        self._focal_px = 1.0
        self._shadows = ShadowPass(gl, renderer.programs)
        self._flat = FlatShadowPass(gl, renderer.programs)
        self._step = SHADOW_STEP
        self._covers: dict[tuple[int, int], list[moderngl.Texture]] = {}
        self._written: dict[int, moderngl.Texture] = {}  # this scene's covers by the identity of their masks
        self._codes = np.empty(0, np.uint8)
        self._luma = np.empty(0, np.float32)

    def compose(self, pixels: NDArray[np.uint8], scene: Scene, camera: Camera, box: Box | None) -> Box | None:
        """Draw and write back; see `Renderer.compose`."""
        if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
            raise ShapeError("pixels", expected="(H, W, 3) uint8", got=f"{pixels.shape} {pixels.dtype}")
        if pixels.shape[:2] != (camera.height, camera.width):
            raise ShapeError("pixels", expected=(camera.height, camera.width, 3), got=pixels.shape)
        boxes = [self._compose_stage(pixels, stage, camera, box) for stage in stages(scene)]
        return union([touched for touched in boxes if touched is not None])

    def _compose_stage(self, pixels: NDArray[np.uint8], scene: Scene, camera: Camera, box: Box | None) -> Box | None:
        """Items that may hide each other, and their shadow."""
        batches = batches_of(scene.items, self._renderer.uploads)
        if not batches:
            return None
        falls = self._flat.prepare(scene)
        scene = replace(scene, surfaces=tuple(_not_flat(surface) for surface in scene.surfaces))
        self._step = FLAT_STEP if falls else SHADOW_STEP
        if box is None:
            casts = any(surface.catches_shadow > 0.0 for surface in scene.surfaces)
            seen = region(batches, camera, shadow=casts)
            box = union([*([seen] if seen else []), *(self._flat.boxes(camera) if falls else [])])
            box = whole_steps(box, camera, self._step) if box and falls else box
        if box is None:
            return None
        corners = [batch.corners_m for batch in batches]
        corners += [surface.vertices_m.astype(np.float64) for surface in scene.surfaces if len(surface.vertices_m)]
        view = view_of(camera, box, corners)
        self._focal_px = max(camera.focal_x_px, camera.focal_y_px)
        environment = self._renderer.environments.get(scene.light.environment)
        self._draw(pixels, scene, view, environment, batches, falls)
        return self._write_back(pixels, view, scene.finish)

    def release(self) -> None:
        """Give all storage back."""
        if self._canvas is not None:
            self._canvas.release()
            self._canvas = None
        self._shadows.release()
        self._flat.release()
        for texture in itertools.chain.from_iterable(self._covers.values()):
            texture.release()
        self._covers.clear()

    def _draw(
        self,
        pixels: NDArray[np.uint8],
        scene: Scene,
        view: View,
        environment: Environment,
        batches: Sequence[Batch],
        falls: bool,
    ) -> None:
        self._written.clear()
        self._renderer.begin(view, scene.light, environment)
        self._shadows.surfaces.load(scene.surfaces)
        lit = self._renderer.scene_defines(scene.light, environment, batches)
        defines = joined(lit, ("TONE_SHOULDER", "STORED_AS_ROOT"))
        if self._samples > 1:
            self._draw_sampled(pixels, scene, view, environment, batches, defines, falls)
        else:
            self._draw_plain(pixels, scene, view, environment, batches, joined(defines, ("PICTURE_AS_ROOT",)), falls)

    def _draw_plain(
        self,
        pixels: NDArray[np.uint8],
        scene: Scene,
        view: View,
        environment: Environment,
        batches: Sequence[Batch],
        defines: tuple[str, ...],
        falls: bool,
    ) -> None:
        """One sample a pixel: the picture is shaded and written here, which costs a processor less than drawing it."""
        canvas = self._canvas_for(view.size)
        shadowed = self._draw_shadow(scene, view, canvas, environment, falls)
        self._write_picture(pixels, view, canvas, shadowed)
        self._start(view, canvas)
        for batch in batches:
            if not _clear(batch):
                self._draw_batch(batch, defines, view, canvas)
        self._draw_clear(batches, defines, view, canvas)

    def _draw_sampled(
        self,
        pixels: NDArray[np.uint8],
        scene: Scene,
        view: View,
        environment: Environment,
        batches: Sequence[Batch],
        defines: tuple[str, ...],
        falls: bool,
    ) -> None:
        """Several samples a pixel: nothing is read back before the end."""
        canvas = self._canvas_for(view.size)
        self._put_picture(pixels, view, canvas)
        # What needs nothing of the picture goes first: llvmpipe's threads draw it while shadow maps are made here.
        first = [batch for batch in batches if not _sees_picture(batch)]
        self._start(view, canvas)
        for batch in first:
            self._draw_batch(batch, defines, view, canvas)
        shadowed = self._draw_shadow(scene, view, canvas, environment, falls)
        if shadowed:
            defines = joined(defines, ("SHADOWED_PICTURE",))
        self._draw_picture(view, canvas, shadowed)
        for batch in batches:
            if _sees_picture(batch) and not _clear(batch):
                self._draw_batch(batch, defines, view, canvas)
        self._draw_clear(batches, defines, view, canvas)
        self._resolve(view, canvas)

    def _draw_clear(self, batches: Sequence[Batch], defines: tuple[str, ...], view: View, canvas: Canvas) -> None:
        """What shows things behind it, from far to near."""
        canvas.drawn.depth_mask = False
        canvas.drawn.use()
        for batch in reversed(batches):
            if _clear(batch):
                self._draw_batch(batch, defines, view, canvas)
        canvas.drawn.depth_mask = True

    def _put_picture(self, pixels: NDArray[np.uint8], view: View, canvas: Canvas) -> None:
        x0, y0, x1, y1 = view.box
        canvas.picture.write(np.ascontiguousarray(pixels[y0:y1, x0:x1]), viewport=(0, 0, x1 - x0, y1 - y0))
        canvas.picture.use(HOOK_UNITS[3])

    def _write_picture(self, pixels: NDArray[np.uint8], view: View, canvas: Canvas, shadowed: bool) -> None:
        """The picture under its shadow, as roots, to draw over and to look up."""
        (x0, y0, x1, y1), (width, height) = view.box, view.size
        drawn = self._memory(width, height)
        encode_roots(pixels[y0:y1, x0:x1], _ROOT_CODES, drawn)
        if shadowed:
            coarse = -(-width // self._step), -(-height // self._step)
            share = np.frombuffer(canvas.shade.read(viewport=(0, 0, *coarse), components=4), np.uint8)
            kept = np.sqrt(share.reshape(coarse[1], coarse[0], 4)[..., :3] * np.float32(1.0 / 255.0))
            darken(pixels[y0:y1, x0:x1], _ROOT_FROM_SRGB, kept, self._step, drawn)
        for texture in (canvas.samples, canvas.picture):
            texture.write(drawn, viewport=(0, 0, width, height))
        canvas.picture.use(HOOK_UNITS[3])

    def _start(self, view: View, canvas: Canvas) -> None:
        """Nothing but the depth of what hides items."""
        gl = self._gl
        canvas.drawn.use()
        canvas.drawn.viewport = (0, 0, *view.size)
        if self._samples > 1:
            canvas.drawn.clear(0.0, 0.0, 0.0, 0.0, depth=1.0, viewport=(0, 0, *view.size))
        else:
            canvas.hidden.clear(depth=1.0, viewport=(0, 0, *view.size))
            canvas.drawn.use()
        gl.enable_only(gl.DEPTH_TEST)
        gl.depth_func = "<="
        gl.cull_face = "back"
        if self._shadows.surfaces.hides:
            canvas.hidden.use()
            canvas.hidden.viewport = (0, 0, *view.size)
            self._shadows.draw_hiding()
            canvas.drawn.use()

    def _draw_shadow(self, scene: Scene, view: View, canvas: Canvas, environment: Environment, falls: bool) -> bool:
        """The factor by which shadows darken the picture; False when there are none.

        Args:
            falls: Furniture's shadow falls on flat surfaces.
        """
        gl = self._gl
        if not (self._shadows.surfaces.catches or falls):
            return False
        canvas.shade.use()
        canvas.shade.viewport = (0, 0, -(-view.size[0] // self._step), -(-view.size[1] // self._step))
        canvas.shade.clear(1.0, 1.0, 1.0, 1.0, depth=1.0)
        near = self._shadows.surfaces.catches and self._shadows.prepare(scene)
        gl.depth_func = "<="
        if falls and self._shadows.surfaces.hides:
            gl.enable_only(gl.DEPTH_TEST)
            canvas.shade.color_mask = False, False, False, False
            canvas.shade.use()  # masks count from here on
            self._shadows.draw_hiding()
            canvas.shade.color_mask = True, True, True, True
            canvas.shade.use()
        if near:
            gl.enable_only(gl.DEPTH_TEST)
            self._shadows.draw(environment, view, step=self._step)
        if falls:
            self._flat.draw(view, self._step, self._use_cover)
        canvas.shadow.use(BEHIND_UNIT)
        canvas.drawn.use()
        return near or falls

    def _draw_picture(self, view: View, canvas: Canvas, shadowed: bool) -> None:
        """The picture under its shadow, behind what is drawn already."""
        gl = self._gl
        gl.enable_only(gl.BLEND)
        gl.blend_func = gl.ONE_MINUS_DST_ALPHA, gl.ONE
        program = self._renderer.programs.screen("live_picture.frag", *(("SHADOWED_PICTURE",) if shadowed else ()))
        program.set("u_picture", HOOK_UNITS[3])
        program.set("u_shadow_scale", self._shadow_scale(view, canvas))
        self._renderer.programs.cover(program)

    def _resolve(self, view: View, canvas: Canvas) -> None:
        self._gl.enable_only(self._gl.NOTHING)
        program = self._renderer.programs.screen("live_resolve.frag", f"SAMPLES {self._samples}")
        program.set("u_samples", BEHIND_UNIT)
        canvas.samples.use(BEHIND_UNIT)
        canvas.resolved.use()
        canvas.resolved.viewport = (0, 0, *view.size)
        self._renderer.programs.cover(program)

    def _shadow_scale(self, view: View, canvas: Canvas) -> tuple[float, float]:
        (width, height), (held_width, held_height) = view.size, canvas.shadow.size
        coarse_width, coarse_height = -(-width // self._step), -(-height // self._step)
        return coarse_width / (width * held_width), coarse_height / (height * held_height)

    def _draw_batch(self, batch: Batch, defines: tuple[str, ...], view: View, canvas: Canvas) -> None:
        gl, mesh = self._gl, batch.mesh
        cover = batch.item.cover
        flags = gl.DEPTH_TEST
        own = defines
        if cover is not None:
            own = (*own, "COVERED")
        if mesh.transmissive:
            own = (*own, "FILTERS_BEHIND", *(("ONLY_MIRRORS",) if _only_mirrors(batch) else ()))
            flags |= gl.BLEND
            gl.blend_func = gl.ONE, _SRC1_COLOR, gl.ONE, gl.ONE  # type: ignore[assignment]  # four are fine
            gl.blend_equation = gl.FUNC_ADD, gl.MAX
        elif mesh.blended or cover is not None:
            flags |= gl.BLEND
            gl.blend_func = gl.ONE, gl.ONE_MINUS_SRC_ALPHA
        if not mesh.double_sided:
            flags |= gl.CULL_FACE
        gl.enable_only(flags)
        packed = self._renderer.uploads.packed(batch.item.model, mesh) if self._samples < 2 else None
        samplers = packed.samplers if packed else tuple(slot.sampler for slot in mesh.shading.slots)
        own = (*own, *packed.defines) if packed else own
        recipe = Recipe("surface.vert", "surface.frag", joined(mesh.defines, own), samplers, _HOOKS, SAMPLERS)
        program = self._renderer.programs.get(recipe)
        program.write("u_camera_from_model", batch.camera_from_model.T.astype(np.float32).tobytes())
        program.set("u_scale", batch.scale)
        program.set("u_mirrored", -1.0 if batch.mirrored else 1.0)
        program.set("u_shadow_scale", self._shadow_scale(view, canvas))
        if cover is not None:
            self._use_cover(cover, program)
        mesh.block.bind_to_uniform_block(BLOCKS["Material"])
        for unit, texture in enumerate(packed.textures if packed else mesh.textures, MATERIAL_UNIT):
            texture.use(unit)
        gl.front_face = "ccw" if batch.mirrored else "cw"
        mesh.array(gl, program, coarseness=self._coarseness(batch)).render()
        gl.blend_equation = gl.FUNC_ADD, gl.FUNC_ADD

    def _coarseness(self, batch: Batch) -> int:
        """How coarse the mesh may be for an error of about a third of a pixel."""
        away_m = max(float(-batch.corners_m[:, 2].max()), 0.02)
        error_m = _ERROR_PX * away_m / (self._focal_px * batch.scale)
        return max(math.floor(math.log2(error_m / 1e-5)), 0)

    def _use_cover(self, cover: Cover, program: Program) -> None:
        height, width = cover.mask.shape
        texture = self._written.get(id(cover.mask))
        if texture is None:
            texture = self._written[id(cover.mask)] = self._cover_texture(width, height)
            texture.write(np.ascontiguousarray(cover.mask))
        texture.use(HOOK_UNITS[2])
        rows = np.asarray(cover.mask_from_image, np.float64).copy()
        rows[:, 2] += 0.5  # texel centers
        rows /= np.array([[width], [height]], np.float64)
        program.write("u_cover_from_image", rows.astype(np.float32).tobytes())
        program.set("u_beyond_m", cover.beyond_m)

    def _cover_texture(self, width: int, height: int) -> moderngl.Texture:
        """One of that size that this scene does not use yet."""
        kept = self._covers.setdefault((width, height), [])
        used = [texture.glo for texture in self._written.values()]
        texture = next((texture for texture in kept if texture.glo not in used), None)
        if texture is None:
            texture = self._gl.texture((width, height), 1, alignment=1)
            texture.filter = (self._gl.LINEAR, self._gl.LINEAR)
            texture.repeat_x = texture.repeat_y = False
            kept.append(texture)
        return texture

    def _write_back(self, pixels: NDArray[np.uint8], view: View, look: Finish) -> Box | None:
        width, height = view.size
        x0, y0, x1, y1 = view.box
        drawn, inside = self._memory(width, height), pixels[y0:y1, x0:x1]
        canvas = self._canvas_for(view.size)
        source = canvas.resolved if self._samples > 1 else canvas.drawn
        source.read_into(drawn, viewport=(0, 0, width, height), components=4)
        if self._samples > 1:
            left, top, right, bottom = write_touched(drawn, inside)
        else:
            luma = self._luma[: width * height].reshape(height, width)
            filled = np.empty((height, -(-width // RUN)), np.uint8)
            left, top, right, bottom = write_roots(drawn, _SRGB_FROM_ROOT, luma, inside, filled)
            if bottom:
                smooth_edges(drawn, luma, inside, filled)
                left, top = max(left - 1, 0), max(top - 1, 0)
                right, bottom = min(right + 1, width), min(bottom + 1, height)
        if bottom:
            finish(inside, drawn, look, (x0, y0))
        return (x0 + left, y0 + top, x0 + right, y0 + bottom) if bottom else None

    def _memory(self, width: int, height: int) -> NDArray[np.uint8]:
        """(height, width, 4) kept between frames."""
        if self._luma.size < width * height:
            self._codes = np.empty(width * height * 4, np.uint8)
            self._luma = np.empty(width * height, np.float32)
        return self._codes[: width * height * 4].reshape(height, width, 4)

    def _canvas_for(self, size: tuple[int, int]) -> Canvas:
        if self._canvas is None or not self._canvas.holds(size, self._step):
            if self._canvas is not None:
                self._canvas.release()
            self._canvas = Canvas.of(self._gl, stepped(size), self._samples, self._step)
        return self._canvas


def _not_flat(surface: Surface) -> Surface:
    """The surface without the shadow that `FlatShadowPass` draws on it."""
    return replace(surface, catches_shadow=0.0) if surface.flat else surface


def _clear(batch: Batch) -> bool:
    """What is behind the batch shows through it by its material."""
    return batch.mesh.blended or batch.mesh.transmissive


def _only_mirrors(batch: Batch) -> bool:
    """Clear glass, polished: nothing scatters in it."""
    material = batch.item.model.materials[batch.mesh.material]
    return (
        material.transmission is not None
        and material.transmission.factor == 1.0
        and material.transmission.texture is None
        and material.metallic_roughness_texture is None
        and material.metallic == 0.0
        and material.roughness < _POLISHED
        and material.sheen is None
    )


def _sees_picture(batch: Batch) -> bool:
    """The batch's pixels depend on what is behind it."""
    return _clear(batch) or batch.item.cover is not None
