"""The order in which a scene is drawn for a picture of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from tryon.render.batch import Batch
from tryon.render.environment import Environment
from tryon.render.frame import View
from tryon.render.programs import BEHIND_UNIT, ENVIRONMENT_UNIT
from tryon.types.scene import Light

if TYPE_CHECKING:
    import moderngl

    from tryon.render.renderer import Renderer
    from tryon.render.shadow_pass import ShadowPass

Background: TypeAlias = tuple[float, float, float] | Literal["environment"] | None


@dataclass(frozen=True, slots=True)
class Manner:
    """How a pass draws: which curve, which hooks, which extra defines."""

    defines: tuple[str, ...] = ()
    hooks: str = "hooks_plain.glsl"
    hook_samplers: tuple[str, ...] = ()


class Passes:
    """The order in which one scene is drawn: opaque, glass over what stands behind it, then blended back to front."""

    def __init__(
        self,
        renderer: Renderer,
        gl: moderngl.Context,
        view: View,
        light: Light,
        environment: Environment,
        batches: Sequence[Batch],
        exposure: float,
        background: Background,
        shadows: ShadowPass | None = None,
    ) -> None:
        self._renderer = renderer
        self._shadows = shadows
        self._gl = gl
        self._view = view
        self._light = light
        self._environment = environment
        self._sky = background == "environment"
        plain = background if isinstance(background, tuple) else None
        self._clear = (*plain, 1.0) if plain else (0.0, 0.0, 0.0, 0.0)
        self._exposure = exposure
        self._defines = renderer.scene_defines(light, environment, batches)
        self._solid = [batch for batch in batches if not (batch.mesh.blended or batch.mesh.transmissive)]
        self._glass = [batch for batch in reversed(batches) if batch.mesh.transmissive]
        self._blended = [batch for batch in reversed(batches) if batch.mesh.blended and not batch.mesh.transmissive]
        self._levels = max(view.size).bit_length() - 1 if self._glass else 0

    def draw_behind(self) -> None:
        """Scene light of everything opaque, and of the glass's own back sides, as a texture with mipmaps."""
        manner = Manner(("SCENE_LIGHT",))
        self._start(manner)
        self._draw(self._solid, manner)
        self._draw_shadows()
        self._keep_behind()
        backs = [batch for batch in self._glass if batch.mesh.double_sided]
        if backs:
            self._resume()
            self._gl.enable(self._gl.CULL_FACE)
            self._gl.cull_face = "front"
            for batch in backs:
                self._renderer.draw_batch(batch, self._defines, manner)
            self._keep_behind()

    def draw(self, manner: Manner) -> None:
        """Everything, in display light."""
        self._start(manner)
        self._draw(self._solid, manner)
        self._draw_shadows()
        self._draw(self._glass, manner)
        self._draw_blended(manner)

    def _start(self, manner: Manner) -> None:
        self._renderer.begin(
            self._view,
            self._light,
            self._environment,
            exposure=self._exposure,
            background=self._clear,
            behind_levels=self._levels,
        )
        target = self._renderer.target.drawn
        target.use()
        target.viewport = (0, 0, *self._view.size)
        target.depth_mask = True
        target.clear(*self._clear, depth=1.0)
        if self._sky:
            self._draw_sky(manner)
        self._resume()

    def _resume(self) -> None:
        self._renderer.target.drawn.use()
        self._gl.enable_only(self._gl.DEPTH_TEST)
        self._gl.depth_func = "<="

    def _draw_sky(self, manner: Manner) -> None:
        self._gl.enable_only(self._gl.NOTHING)
        program = self._renderer.programs.screen("sky.frag", *manner.defines)
        program.set("u_slopes", self._view.slopes())
        program.set("u_sky", ENVIRONMENT_UNIT)
        self._environment.sky.use(ENVIRONMENT_UNIT)
        self._renderer.programs.cover(program)
        self._environment.texture.use(ENVIRONMENT_UNIT)

    def _draw(self, batches: Sequence[Batch], manner: Manner) -> None:
        gl = self._gl
        gl.cull_face = "back"
        gl.blend_func = gl.ONE, gl.ONE_MINUS_SRC_ALPHA
        for batch in batches:
            if batch.mesh.double_sided:
                gl.disable(gl.CULL_FACE)
            else:
                gl.enable(gl.CULL_FACE)
            if batch.mesh.blended:  # glass that is also partly there
                gl.enable(gl.BLEND)
            self._renderer.draw_batch(batch, self._defines, manner)
            gl.disable(gl.BLEND)

    def _draw_shadows(self) -> None:
        """Shadows on what catches them, in front of the background and behind nearer items."""
        if self._shadows is None:
            return
        gl = self._gl
        gl.enable_only(gl.DEPTH_TEST | gl.BLEND)
        gl.blend_func = gl.ONE, gl.ONE_MINUS_SRC_ALPHA
        self._shadows.draw(self._environment, self._view, as_alpha=True)
        gl.enable_only(gl.DEPTH_TEST)

    def _draw_blended(self, manner: Manner) -> None:
        gl = self._gl
        if not self._blended:
            return
        gl.enable(gl.BLEND | gl.CULL_FACE)
        gl.blend_func = gl.ONE, gl.ONE_MINUS_SRC_ALPHA
        self._renderer.target.drawn.depth_mask = False
        for batch in self._blended:
            for culled in ("front", "back") if batch.mesh.double_sided else ("back",):
                gl.cull_face = culled
                self._renderer.draw_batch(batch, self._defines, manner)
        self._renderer.target.drawn.depth_mask = True
        gl.disable(gl.BLEND)

    def _keep_behind(self) -> None:
        texture = self._renderer.behind_texture(*self._view.size)
        self._renderer.target.resolve_light(texture)
        texture.build_mipmaps()
        texture.filter = (self._gl.LINEAR_MIPMAP_NEAREST, self._gl.LINEAR)
        texture.use(BEHIND_UNIT)
