"""Color contact lenses."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from tryon.effects.canvas import Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.eye_lens import MEASURES, WEIGHT, measure_iris, print_lens
from tryon.effects.eye_shape import SOCKETS, EyeShape, eye_shapes
from tryon.effects.masks import smoothstep
from tryon.effects.parameters import Color, choice, color, number, optional_color
from tryon.geometry import face_mesh as fm

_RINGS, _SPOKES = 24, 96
# Inside its lids an eye gets about half of the light that the face does.
_SOCKET_LIGHT = 0.55
_SHUT = 0.2  # opening of an eye at which its lens is gone


@dataclass(frozen=True, slots=True)
class _Print:
    """How a lens is printed: opacity, share of the iris's own relief, fibers, limbal ring, inner star, slit pupil."""

    opacity: float
    detail: float
    fibers: float
    limbal: float
    star: float
    slit: float = 0.0


_PRINTS: Final[dict[str, _Print]] = {
    "natural": _Print(0.66, 0.90, 0.40, 0.45, 0.60),
    "vivid": _Print(0.92, 0.65, 0.55, 0.40, 0.35),
    "limbal": _Print(0.70, 0.85, 0.25, 0.95, 0.35),
    "two_tone": _Print(0.90, 0.65, 0.45, 0.55, 1.00),
    "starburst": _Print(0.92, 0.50, 1.00, 0.70, 0.80),
    "cat": _Print(0.96, 0.45, 0.55, 0.75, 0.60, 1.0),
}


@EFFECTS.register("lenses")
@dataclass(frozen=True)
class Lenses(Effect):
    """A printed lens on each iris; pupil, reflections and the lid's shadow stay.

    inner_color: Round the pupil; a lighter, warmer kin of the color when not given.
    ring_color: Of the limbal ring; ring: its strength, 0.5 the pattern's own.
    enlargement: Size of the print over the iris.
    coverage: Opacity; the default hides a dark iris as an opaque lens does.
    """

    name: ClassVar[str] = "lenses"

    color: Color = color("#5b7f95")
    inner_color: Color | None = optional_color()
    ring_color: Color | None = optional_color()
    pattern: str = choice("natural", *_PRINTS)
    ring: float = number(0.5)
    enlargement: float = number(1.0, low=1.0, high=1.15)
    coverage: float = number(0.9)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        light = np.asarray(canvas.light.rgb, np.float32) * np.float32(_SOCKET_LIGHT * canvas.lit_around(SOCKETS))
        for shape in eye_shapes(canvas):
            self._wear(canvas, shape, light, strength)

    def _wear(self, canvas: Canvas, shape: EyeShape, light: NDArray[np.float32], strength: float) -> None:
        points = canvas.points_px[list(fm.RIGHT_IRIS if shape.side == "right" else fm.LEFT_IRIS), :2]
        center, rim = points[0], points[1:]
        frame = np.stack([(rim[0] - rim[2]) / 2, (rim[3] - rim[1]) / 2], 1).astype(np.float64)
        radius_px = float(np.sqrt(abs(np.linalg.det(frame))))
        # Of an eye all but shut nothing shows but lashes, which are no iris.
        shown = min(1.0, max(0.0, (shape.opening - _SHUT) / _SHUT)) * shape.in_view
        if radius_px < 1.0 or shown <= 0.0:
            return
        unit_from_px = np.ascontiguousarray(np.linalg.inv(frame), np.float32)
        box = canvas.box(points, margin_px=0.5 * radius_px + 2.0)
        measured = np.empty(MEASURES, np.float32)
        measure_iris(canvas.linear, canvas.eyes, box, center, unit_from_px, measured)
        if measured[WEIGHT] < 4:
            return
        chosen = _PRINTS[self.pattern]
        print_lens(
            canvas.linear, canvas.touched, canvas.visible, canvas.eyes, box, center, unit_from_px, radius_px, measured,
            shape.upper, shape.up, shape.width_px, self._print, chosen.slit, self.enlargement, light, chosen.detail,
            self.coverage * strength * shown,
        )  # fmt: skip

    @functools.cached_property
    def _print(self) -> NDArray[np.float32]:
        """(rings, spokes, 4) linear color and opacity from the pupil's rim to the lens's."""
        chosen = _PRINTS[self.pattern]
        out = np.linspace(0.0, 1.0, _RINGS)[:, None]
        turn = np.arange(_SPOKES)[None] / _SPOKES * 2 * np.pi
        # Fibers: a few incommensurate waves round the iris, bent as they run outward; the same in every frame.
        waves = (
            np.sin(13 * turn + 2.1 * out) + np.sin(29 * turn - 3.3 * out + 1.0) + np.sin(47 * turn + 4.7 * out + 2.0)
        )
        fiber = 1.0 + 0.22 * chosen.fibers * waves
        star = chosen.star * smoothstep(0.62, 0.0, out + 0.07 * waves * chosen.fibers)
        limbal = min(1.0, 2.0 * self.ring * chosen.limbal) * smoothstep(0.62, 0.96, out)
        inner = self.inner_color if self.inner_color is not None else _warmer(self.color)
        ring = self.ring_color if self.ring_color is not None else 0.12 * self.color
        ink = np.broadcast_to(self.color.astype(np.float64), (_RINGS, _SPOKES, 3)) * fiber[..., None]
        ink = ink + star[..., None] * (inner * fiber[..., None] - ink)
        ink = ink + np.broadcast_to(limbal, fiber.shape)[..., None] * (ring - ink)
        opacity = np.broadcast_to(chosen.opacity * (1.0 - 0.25 * smoothstep(0.12, 0.0, out)), fiber.shape)
        return np.ascontiguousarray(np.concatenate([ink, opacity[..., None]], 2), np.float32)


def _warmer(base: NDArray[np.float32]) -> NDArray[np.float32]:
    """The color round the pupil of a natural iris: lighter and browner than the rest."""
    return np.asarray(0.55 * base * 1.25 + 0.45 * np.array([0.30, 0.19, 0.07], np.float32), np.float32)
