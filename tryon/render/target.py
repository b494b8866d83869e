"""Where things are drawn: a multisampled picture with depth, and its pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.errors import RenderError

if TYPE_CHECKING:
    import moderngl

    from tryon.render.programs import Programs

_STEP = 64  # boxes change size from frame to frame; storage grows in steps and is cut by the viewport


class Target:
    """Storage for one size of box.

    samples: Samples per pixel, 0 for one without multisampling.
    drawn: Multisampled premultiplied display light (RGBA, half floats) with depth.
    """

    def __init__(self, gl: moderngl.Context, programs: Programs, samples: int) -> None:
        self._gl = gl
        self._programs = programs
        self.samples = samples if samples > 1 else 0
        self.size = (0, 0)
        self._held: list[moderngl.Texture | moderngl.Framebuffer] = []

    def resize(self, width: int, height: int) -> None:
        """Make room for a box; storage is kept while the box fits and is not much smaller.

        Raises:
            RenderError: The driver has no textures of that size.
        """
        limit = int(self._gl.info["GL_MAX_TEXTURE_SIZE"])
        if max(width, height) > limit:
            raise RenderError(f"A box of {width}×{height} is more than this driver's {limit} pixels; draw it in parts.")
        needed = tuple(min(-(-length // _STEP) * _STEP, limit) for length in (width, height))
        held = self.size
        fits = all(n <= h for n, h in zip(needed, held, strict=True))
        if fits and needed[0] * needed[1] * 4 >= held[0] * held[1]:
            return
        self.release()
        self.size = size = (needed[0], needed[1])
        self.color = self._gl.texture(size, 4, samples=self.samples, dtype="f2")
        self.depth = self._gl.depth_texture(size, samples=self.samples)
        self.pixels = self._gl.texture(size, 4)
        self.distance = self._gl.texture(size, 1, dtype="f4")
        if not self.samples:
            self.depth.compare_func = ""
        self.drawn = self._gl.framebuffer([self.color], self.depth)
        self.resolved = self._gl.framebuffer([self.pixels, self.distance])
        self._held = [self.drawn, self.resolved, self.color, self.depth, self.pixels, self.distance]

    def resolve(self, width: int, height: int, near_far_m: tuple[float, float]) -> None:
        """Turn samples into sRGB pixels and distances."""
        gl = self._gl
        program = self._programs.screen("resolve.frag", f"SAMPLES {max(self.samples, 1)}")
        program.set("u_color", 0)
        program.set("u_depth", 1)
        program.set("u_near_far", near_far_m)
        self.color.use(0)
        self.depth.use(1)
        self.resolved.use()
        self.resolved.viewport = (0, 0, width, height)
        gl.disable(gl.BLEND | gl.DEPTH_TEST | gl.CULL_FACE)
        self._programs.cover(program)

    def resolve_light(self, light: moderngl.Texture) -> None:
        """Turn samples of scene light into a texture of the box's size."""
        gl = self._gl
        program = self._programs.screen("resolve.frag", f"SAMPLES {max(self.samples, 1)}", "SCENE_LIGHT")
        program.set("u_color", 0)
        self.color.use(0)
        target = gl.framebuffer([light])
        target.use()
        gl.disable(gl.BLEND | gl.DEPTH_TEST | gl.CULL_FACE)
        self._programs.cover(program)
        target.release()

    def read_color(self, width: int, height: int) -> NDArray[np.uint8]:
        """(h, w, 4) uint8 of the last `resolve`; row 0 is the top of the picture."""
        data = self.resolved.read(viewport=(0, 0, width, height), components=4)
        return np.frombuffer(data, np.uint8).reshape(height, width, 4)

    def read_depth(self, width: int, height: int) -> NDArray[np.float32]:
        """(h, w) float32 metres of the last `resolve`."""
        data = self.resolved.read(viewport=(0, 0, width, height), components=1, attachment=1, dtype="f4")
        return np.frombuffer(data, np.float32).reshape(height, width)

    def release(self) -> None:
        """Give the storage back."""
        for item in self._held:
            item.release()
        self._held = []
        self.size = (0, 0)
