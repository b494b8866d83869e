"""The one physically based renderer: glTF models under an environment, to premultiplied pixels and distances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import numpy as np

from tryon.errors import ParameterError
from tryon.render.batch import Batch, batches_of
from tryon.render.context import OwnedContext
from tryon.render.environment import Environment, Environments
from tryon.render.frame import MOST_LIGHTS, View, frame_block, lights_block, view_of
from tryon.render.passes import Background, Manner, Passes
from tryon.render.picture import Box, Picture
from tryon.render.prefilter import reflectance_table
from tryon.render.programs import (
    BLOCKS,
    ENVIRONMENT_UNIT,
    MATERIAL_UNIT,
    REFLECTANCE_UNIT,
    Programs,
    Recipe,
    joined,
)
from tryon.render.target import Target
from tryon.render.tone import Tone, tone_defines
from tryon.render.upload import Uploads
from tryon.types.camera import Camera
from tryon.types.scene import Light, Scene, Surface

if TYPE_CHECKING:
    import moderngl
    from numpy.typing import NDArray

    from tryon.render.compose import Composer
    from tryon.render.shadow_pass import ShadowPass


_FRAME_BYTES = 13 * 16


class Renderer:
    """Draws scenes on one GL context, which belongs to the thread that made the renderer.

    What is uploaded, compiled and prefiltered stays until the model is gone or the renderer is closed. One renderer
    draws the same pixels for the same scene every time on one driver. Use it as a context manager or call `close`.

    samples: Samples per pixel against jagged edges, 1 to what the driver allows (llvmpipe: 4).
    device: Which EGL device draws, counted from 0; None lets the driver choose.

    Raises:
        MissingExtraError: moderngl is not installed.
        RenderError: No GL library or no context here; another thread than the maker's used it.
    """

    def __init__(self, *, samples: int = 4, device: int | None = None) -> None:
        if samples < 1:
            raise ParameterError(f"samples: expected at least 1, got {samples}.")
        self._context = OwnedContext(device=device)
        with self._context.current() as gl:
            self.samples = min(samples, max(1, gl.max_samples))
            self.programs = Programs(gl)
            self.uploads = Uploads(gl)
            self.environments = Environments(gl, self.programs)
            self.target = Target(gl, self.programs, self.samples)
            self._reflectance = reflectance_table(gl, self.programs)
            self._frame = gl.buffer(reserve=_FRAME_BYTES, dynamic=True)
            self._lights = gl.buffer(reserve=MOST_LIGHTS * 64, dynamic=True)
            self._behind: moderngl.Texture | None = None
            self._composer: Composer | None = None
            self._shadows: ShadowPass | None = None

    @property
    def name(self) -> str:
        """The driver's own name."""
        return self._context.name

    @contextmanager
    def current(self) -> Iterator[moderngl.Context]:
        """The GL context, current for the block.

        Raises:
            RenderError: Another thread than the maker's, or closed.
        """
        with self._context.current() as gl:
            yield gl

    def close(self) -> None:
        """Give all GL objects and the context back; closing twice is fine."""
        self._context.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def render(
        self,
        scene: Scene,
        camera: Camera,
        *,
        box: Box | None = None,
        tone: Tone = "neutral",
        exposure: float = 1.0,
        background: Background = None,
    ) -> Picture:
        """A picture of the scene's items, and of their shadow on surfaces that catch it: black, as dense as it is dark.

        Args:
            box: (x0, y0, x1, y1) pixels of the camera's picture to draw; None for all.
            tone: Curve from scene light to display light.
            exposure: Factor on scene light before the curve.
            background: Linear RGB shown as it is, the environment itself, or None for transparent.

        Raises:
            RenderError: Used from another thread, or closed.
            ParameterError: A box outside the picture, or a placing that flattens a model.
            UnknownNameError, SourceMissingError, InputError: The environment or the curve cannot be had.
        """
        smooth = (f"SAMPLE_COUNT {self.samples}",) if self.samples > 1 else ()
        display = Manner(joined(tone_defines(tone), smooth))
        with self.current() as gl:
            batches = batches_of(scene.items, self.uploads)
            catchers = tuple(surface for surface in scene.surfaces if surface.catches_shadow > 0.0)
            reach = [surface.vertices_m.astype(np.float64) for surface in catchers]
            view = view_of(camera, box, [*(batch.corners_m for batch in batches), *reach])
            environment = self.environments.get(scene.light.environment)
            width, height = view.size
            self.target.resize(width, height)
            shadows = self._shadows_on(catchers, scene) if catchers else None
            passes = Passes(self, gl, view, scene.light, environment, batches, exposure, background, shadows)
            if any(batch.mesh.transmissive for batch in batches):
                passes.draw_behind()
            passes.draw(display)
            self.target.resolve(width, height, (view.near_m, view.far_m))
            return Picture(self.target.read_color(width, height), self.target.read_depth(width, height), view.box)

    def compose(self, pixels: NDArray[np.uint8], scene: Scene, camera: Camera, *, box: Box | None = None) -> Box | None:
        """Draw a scene into a picture, in place, and say where.

        Only pixels that an item, its glass or its shadow covers change; product colors are those of the scene's
        light, with a soft shoulder above 0.9.

        Args:
            pixels: (H, W, 3) uint8 sRGB of the camera's size, changed.
            box: (x0, y0, x1, y1) to draw in; None works out where items and shadows can be.

        Returns:
            The box of the pixels written, or None when nothing is in view.

        Raises:
            ShapeError: `pixels` is not such an array.
            RenderError, ParameterError, UnknownNameError, SourceMissingError, InputError: As in `render`.
        """
        from tryon.render.compose import Composer  # numba's loops load here, not with the renderer

        with self.current() as gl:
            if self._composer is None:
                self._composer = Composer(self, gl)
            return self._composer.compose(pixels, scene, camera, box)

    def begin(
        self,
        view: View,
        light: Light,
        environment: Environment,
        *,
        exposure: float = 1.0,
        background: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0),
        behind_levels: int = 0,
    ) -> None:
        """Set what all batches of a pass share: blocks and the environment's textures."""
        self._frame.write(
            frame_block(
                view,
                light,
                last_level=environment.last_level,
                exposure=exposure,
                behind_levels=behind_levels,
                background=background,
            )
        )
        self._frame.bind_to_uniform_block(BLOCKS["Frame"])
        environment.texture.use(ENVIRONMENT_UNIT)
        self._reflectance.use(REFLECTANCE_UNIT)

    def scene_defines(self, light: Light, environment: Environment, batches: Iterable[Batch]) -> tuple[str, ...]:
        """Defines that the light of a scene asks for; uploads the lights of its models."""
        defines = [f"ENVIRONMENT_LOG2_SIZE {environment.log2_size}"]
        if light.sun_direction is not None and max(light.sun_rgb) > 0.0:
            defines.append("HAS_SUN")
        items = {id(batch.item): batch.item for batch in batches}.values()
        lights = [(lamp, item.camera_from_model) for item in items for lamp in item.model.lights][:MOST_LIGHTS]
        if lights:
            defines.append(f"LIGHT_COUNT {len(lights)}")
            self._lights.write(lights_block(lights))
            self._lights.bind_to_uniform_block(BLOCKS["Lights"])
        return tuple(defines)

    def draw_batch(self, batch: Batch, defines: Sequence[str], manner: Manner) -> None:
        """Draw one batch with the state as it is; `begin` and `scene_defines` come before."""
        mesh = batch.mesh
        samplers = tuple(slot.sampler for slot in mesh.shading.slots)
        recipe = Recipe(
            "surface.vert",
            "surface.frag",
            joined(mesh.defines, defines, manner.defines),
            samplers,
            manner.hooks,
            manner.hook_samplers,
        )
        program = self.programs.get(recipe)
        program.write("u_camera_from_model", batch.camera_from_model.T.astype(np.float32).tobytes())
        program.set("u_scale", batch.scale)
        program.set("u_mirrored", -1.0 if batch.mirrored else 1.0)
        mesh.block.bind_to_uniform_block(BLOCKS["Material"])
        for unit, texture in enumerate(mesh.textures, MATERIAL_UNIT):
            texture.use(unit)
        with self.current() as gl:
            # Pictures are drawn upside down (row 0 first), which turns the winding.
            gl.front_face = "ccw" if batch.mirrored else "cw"
            mesh.array(gl, program).render()

    def _shadows_on(self, catchers: Sequence[Surface], scene: Scene) -> ShadowPass | None:
        """Shadows of a scene's items on surfaces, ready to draw; None when there are none."""
        from tryon.render.shadow_pass import ShadowPass  # numba's loops load here, not with the renderer

        with self.current() as gl:
            if self._shadows is None:
                self._shadows = ShadowPass(gl, self.programs)
            self._shadows.surfaces.load(catchers)
            return self._shadows if self._shadows.prepare(scene) else None

    def behind_texture(self, width: int, height: int) -> moderngl.Texture:
        """Storage of exactly the box's size, with mipmaps, for what stands behind glass."""
        import moderngl

        if self._behind is None or self._behind.size != (width, height):
            if self._behind is not None:
                self._behind.release()
            with self.current() as gl:
                self._behind = gl.texture((width, height), 4, dtype="f2")
            self._behind.filter = (moderngl.LINEAR_MIPMAP_NEAREST, moderngl.LINEAR)
            self._behind.repeat_x = self._behind.repeat_y = False
        return self._behind
