"""Shader programs: sources put together from `shaders/`, specialized by defines, compiled once per renderer."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tryon.errors import RenderError

if TYPE_CHECKING:
    import moderngl

_SHADERS = Path(__file__).parent / "shaders"
_VERSION = "#version 330 core\n#extension GL_ARB_sample_shading : enable\n"

# Texture units that mean the same in every program; materials take the ones from MATERIAL_UNIT on.
ENVIRONMENT_UNIT = 0
REFLECTANCE_UNIT = 1
BEHIND_UNIT = 2
HOOK_UNITS = (3, 4, 5, 6)
MATERIAL_UNIT = 7

BLOCKS = {"Frame": 0, "Material": 1, "Lights": 2, "Pass": 3}
_FIXED_UNITS = {"u_environment": ENVIRONMENT_UNIT, "u_reflectance": REFLECTANCE_UNIT, "u_behind": BEHIND_UNIT}


@dataclass(frozen=True, slots=True)
class Recipe:
    """What makes one program.

    defines: "NAME" or "NAME value", sorted by the caller or not: the same set in another order is another program.
    samplers: Names of the material's textures; the i-th is read from unit MATERIAL_UNIT + i.
    hooks: The file with `shadow`, `behind` and `cover` (see `shaders/hooks_plain.glsl`).
    hook_samplers: Names of samplers that the hooks file declares itself, bound to HOOK_UNITS in order.
    """

    vertex: str
    fragment: str
    defines: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    hooks: str = "hooks_plain.glsl"
    hook_samplers: tuple[str, ...] = ()


class Program:
    """A linked program with its uniforms at hand; names the compiler dropped are ignored.

    key: Unlike that of any other program of the context.
    attributes: Names of the vertex attributes it reads.
    """

    def __init__(self, gl: moderngl.Program) -> None:
        import moderngl

        self.gl = gl
        self.key = int(gl.glo)
        members = {name: gl[name] for name in gl}
        self._uniforms = {name: item for name, item in members.items() if isinstance(item, moderngl.Uniform)}
        self.blocks = {name: item for name, item in members.items() if isinstance(item, moderngl.UniformBlock)}
        self.attributes = frozenset(name for name, item in members.items() if isinstance(item, moderngl.Attribute))

    def set(self, name: str, value: float | tuple[float, ...]) -> None:
        """Give a uniform its value."""
        uniform = self._uniforms.get(name)
        if uniform is not None:
            uniform.value = value

    def write(self, name: str, data: bytes) -> None:
        """Give a uniform its value as stored in memory, matrices by columns."""
        uniform = self._uniforms.get(name)
        if uniform is not None:
            uniform.write(data)


class Programs:
    """Compiled programs of one context, by recipe."""

    def __init__(self, gl: moderngl.Context) -> None:
        self._gl = gl
        self._compiled: dict[Recipe, Program] = {}
        self._screens: dict[int, moderngl.VertexArray] = {}

    def get(self, recipe: Recipe) -> Program:
        """The program of a recipe, compiled on first use, its blocks and samplers already bound.

        Raises:
            RenderError: The driver does not take the shader; its own words are in the cause.
        """
        program = self._compiled.get(recipe)
        if program is None:
            program = self._compiled[recipe] = self._compile(recipe)
        return program

    def screen(self, fragment: str, *defines: str) -> Program:
        """A program that covers the viewport; `cover` draws with it."""
        return self.get(Recipe("fullscreen.vert", fragment, defines))

    def cover(self, program: Program) -> None:
        """Run a `screen` program over the viewport of the framebuffer in use."""
        vertices = self._screens.get(program.key)
        if vertices is None:
            vertices = self._screens[program.key] = self._gl.vertex_array(program.gl, [])
        vertices.render(vertices=3)

    def _compile(self, recipe: Recipe) -> Program:
        import moderngl

        try:
            program = Program(
                self._gl.program(
                    vertex_shader=source(recipe.vertex, recipe), fragment_shader=source(recipe.fragment, recipe)
                )
            )
        except moderngl.Error as error:
            raise RenderError(
                f"The GL driver refused {recipe.fragment} with {', '.join(recipe.defines) or 'no defines'}; "
                "update it or report this."
            ) from error
        units = dict(_FIXED_UNITS)
        units |= {name: MATERIAL_UNIT + i for i, name in enumerate(recipe.samplers)}
        units |= dict(zip(recipe.hook_samplers, HOOK_UNITS, strict=False))
        for name, block in program.blocks.items():
            block.binding = BLOCKS[name]
        for name, unit in units.items():
            program.set(name, unit)
        return program


def source(name: str, recipe: Recipe) -> str:
    """GLSL of a shader file with its includes, defines and samplers put in."""
    body = _expanded(name, recipe.hooks)
    samplers = "\n".join(f"uniform sampler2D {sampler};" for sampler in recipe.samplers)
    defines = "".join(f"#define {define}\n" for define in recipe.defines)
    return _VERSION + defines + body.replace("SAMPLERS_HERE", samplers)


@functools.cache
def _expanded(name: str, hooks: str) -> str:
    lines: list[str] = []
    for line in (_SHADERS / name).read_text(encoding="utf-8").splitlines():
        if line == "#include HOOKS":
            lines.append(_expanded(hooks, hooks))
        elif line.startswith("#include "):
            lines.append(_expanded(line.split('"')[1], hooks))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def joined(*groups: Sequence[str]) -> tuple[str, ...]:
    """Defines of several sources as one tuple, each once, in order."""
    return tuple(dict.fromkeys(define for group in groups for define in group))
