"""Where a picture is composed: samples, depth, the picture behind and its shadow, for one size of box."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import moderngl

_SRGB8 = 0x8C41
_STEP = 64
SHADOW_STEP = 4  # pixels a shadow texel stands for: no shadow on skin is sharper
FLAT_STEP = 2  # on floors: the shadow of a chair's leg ends at its foot


@dataclass(slots=True, eq=False)
class Canvas:
    """Storage of one size.

    drawn: Samples with depth; 8 bits a channel hold the square root of linear light, which costs next to nothing to
        encode, filters exactly under blending by a factor, and has the steps of sRGB.
    hidden: The same depth alone. resolved: Pixels, sRGB codes, alpha not 0 where they changed.
    picture: What stands behind: sRGB codes, or with one sample roots and alpha 0.5 where shadow fell.
    shade: The factor of shadows on `picture`, every `step`-th pixel; `shadow` is its texture.
    """

    size: tuple[int, int]
    step: int
    drawn: moderngl.Framebuffer
    hidden: moderngl.Framebuffer
    resolved: moderngl.Framebuffer
    shade: moderngl.Framebuffer
    samples: moderngl.Texture
    shadow: moderngl.Texture
    picture: moderngl.Texture
    held: tuple[moderngl.Texture | moderngl.Renderbuffer | moderngl.Framebuffer, ...]

    @classmethod
    def of(cls, gl: moderngl.Context, size: tuple[int, int], samples: int, step: int) -> Canvas:
        """New storage."""
        many = samples if samples > 1 else 0
        color = gl.texture(size, 4, samples=many)
        depth = gl.depth_renderbuffer(size, samples=many)
        pixels = gl.texture(size, 4)
        # Where nothing is sampled more than once, the picture is drawn over as it was written: see `Composer`.
        picture = gl.texture(size, 3, internal_format=_SRGB8, alignment=1) if many else gl.texture(size, 4)
        picture.filter = (gl.NEAREST, gl.NEAREST)
        coarse = -(-size[0] // step), -(-size[1] // step)
        shadow = gl.texture(coarse, 4)
        shadow.filter = (gl.LINEAR, gl.LINEAR)
        shadow.repeat_x = shadow.repeat_y = False
        coarse_depth = gl.depth_renderbuffer(coarse)
        drawn, hidden = gl.framebuffer([color], depth), gl.framebuffer([], depth)
        resolved, shade = gl.framebuffer([pixels]), gl.framebuffer([shadow], coarse_depth)
        held = (drawn, hidden, resolved, shade, color, depth, pixels, picture, shadow, coarse_depth)
        return cls(size, step, drawn, hidden, resolved, shade, color, shadow, picture, held)

    def holds(self, size: tuple[int, int], step: int) -> bool:
        """A box of that size fits, with shadows of that step, and does not waste most of the storage."""
        needed = stepped(size)
        return (
            step == self.step
            and needed[0] <= self.size[0]
            and needed[1] <= self.size[1]
            and needed[0] * needed[1] * 4 >= self.size[0] * self.size[1]
        )

    def release(self) -> None:
        """Give the storage back."""
        for item in self.held:
            item.release()


def stepped(size: tuple[int, int]) -> tuple[int, int]:
    """The size rounded up, so that boxes that change a little from frame to frame reuse their storage."""
    return -(-size[0] // _STEP) * _STEP, -(-size[1] // _STEP) * _STEP
