"""Real surfaces on the GPU: all of a scene's in one buffer, written anew every frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tryon.render.shadow_kernel import vertex_normals
from tryon.types.scene import Surface

if TYPE_CHECKING:
    import moderngl

    from tryon.render.programs import Program

_FLOATS = 7  # position, normal, catches
_FORMAT = "3f 3f 1f"
_NAMES = ("in_position", "in_normal", "in_catches")


class Surfaces:
    """Vertices of a scene's surfaces, in the order: only hiding, hiding and catching shadow, only catching.

    mean_normal: (3,) float64 unit, where catching surfaces face on the whole (toward the camera), or None.
    """

    def __init__(self, gl: moderngl.Context) -> None:
        self._gl = gl
        self._vertices: moderngl.Buffer | None = None
        self._indices: moderngl.Buffer | None = None
        self._arrays: dict[int, moderngl.VertexArray] = {}
        self._known: tuple[tuple[NDArray[np.uint32], int], ...] = ()  # triangles in the index buffer, first vertex
        self._hiding = (0, 0)
        self._catching = (0, 0)
        self.mean_normal: NDArray[np.float64] | None = None

    def load(self, surfaces: Sequence[Surface]) -> None:
        """Upload a frame's surfaces."""
        ordered = sorted(
            (surface for surface in surfaces if surface.occludes or surface.catches_shadow > 0.0),
            key=lambda surface: (not surface.occludes, surface.occludes == (surface.catches_shadow > 0.0)),
        )
        ordered = [s for s in ordered if len(s.triangles) and len(s.vertices_m)]
        self.mean_normal = None
        counts = [3 * len(surface.triangles) for surface in ordered]
        hiding = sum(count for count, surface in zip(counts, ordered, strict=True) if surface.occludes)
        bare = sum(c for c, s in zip(counts, ordered, strict=True) if not s.catches_shadow > 0.0)
        self._hiding, self._catching = (0, hiding), (bare, sum(counts) - bare)
        if not ordered:
            return
        vertices = np.empty((sum(len(surface.vertices_m) for surface in ordered), _FLOATS), np.float32)
        facing = np.zeros(3)
        first = 0
        for surface in ordered:
            block = vertices[first : first + len(surface.vertices_m)]
            first += len(block)
            block[:, :3] = surface.vertices_m
            block[:, 6] = surface.catches_shadow
            if surface.catches_shadow > 0.0:
                vertex_normals(block[:, :3], np.ascontiguousarray(surface.triangles, np.uint32), block[:, 3:6])
                away = np.sign(np.einsum("ij,ij->i", block[:, 3:6], block[:, :3]))
                facing -= (block[:, 3:6] * away[:, None]).sum(axis=0)
            else:
                block[:, 3:6] = 0.0
        length = float(np.linalg.norm(facing))
        if length > 0.0:
            self.mean_normal = facing / length
        self._write(vertices, ordered)

    def draw_hiding(self, program: Program) -> None:
        """Draw what hides items."""
        self._draw(program, *self._hiding)

    def draw_catching(self, program: Program) -> None:
        """Draw what catches shadow."""
        self._draw(program, *self._catching)

    @property
    def catches(self) -> bool:
        """Any of the surfaces catches shadow."""
        return self._catching[1] > 0

    @property
    def hides(self) -> bool:
        """Any of the surfaces hides items."""
        return self._hiding[1] > 0

    def release(self) -> None:
        """Give the buffers back."""
        for item in (*self._arrays.values(), self._vertices, self._indices):
            if item is not None:
                item.release()
        self._arrays.clear()
        self._vertices = self._indices = None
        self._known = ()

    def _draw(self, program: Program, first: int, count: int) -> None:
        if not count or self._vertices is None or self._indices is None:
            return
        array = self._arrays.get(program.key)
        if array is None:
            names = [name for name in _NAMES if name in program.attributes]
            form = " ".join(
                f if n in names else f"{4 * int(f[0])}x" for f, n in zip(_FORMAT.split(), _NAMES, strict=True)
            )
            array = self._gl.vertex_array(program.gl, [(self._vertices, form, *names)], self._indices)
            self._arrays[program.key] = array
        array.render(vertices=count, first=first)

    def _write(self, vertices: NDArray[np.float32], surfaces: Sequence[Surface]) -> None:
        triangles = [surface.triangles for surface in surfaces]
        firsts = np.cumsum([0, *(len(surface.vertices_m) for surface in surfaces)])[:-1]
        needed = 3 * 4 * sum(len(part) for part in triangles)
        if self._vertices is None or self._vertices.size < vertices.nbytes or self._room_of_indices < needed:
            self.release()
            self._vertices = self._gl.buffer(reserve=_room(vertices.nbytes), dynamic=True)
            self._indices = self._gl.buffer(reserve=_room(needed), dynamic=True)
        self._vertices.write(vertices)
        same = len(triangles) == len(self._known) and all(
            part is known and first == known_first
            for part, first, (known, known_first) in zip(triangles, firsts, self._known, strict=True)
        )
        if not same and self._indices is not None:  # topology seldom changes from frame to frame
            self._indices.write(
                np.concatenate([p.astype(np.uint32) + np.uint32(f) for p, f in zip(triangles, firsts, strict=True)])
            )
            self._known = tuple(zip(triangles, map(int, firsts), strict=True))

    @property
    def _room_of_indices(self) -> int:
        return 0 if self._indices is None else int(self._indices.size)


def _room(size: int) -> int:
    """The next power of two, so that growing surfaces seldom need new memory."""
    return 1 << max(size - 1, 4096).bit_length()
