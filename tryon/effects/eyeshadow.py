"""Eyeshadow."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from tryon.color import predict
from tryon.color.report import compare
from tryon.effects.canvas import Box, Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.eye_chart import EyeChart, eye_charts
from tryon.effects.eye_pans import PanTexture, mean_core, mix_pans, paint_pans
from tryon.effects.eye_patterns import MOST_PANS, PATTERNS, lower_lash
from tryon.effects.eye_shape import SOCKETS, eye_shapes
from tryon.effects.parameters import Color, choice, choices, color, colors, number
from tryon.effects.topology import TEXTURE_SIZE

_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
_FINISHES: Final = ("matte", "satin", "shimmer", "metallic")
# Sheen, foil and flakes of each finish, set by eye on light and deep skin.
_SHINE: Final = {
    "matte": (0.0, 0.0, 0.0),
    "satin": (0.5, 0.0, 0.0),
    "shimmer": (0.7, 0.15, 0.9),
    "metallic": (1.1, 0.75, 0.30),
}

# A face texture is 2.6 outer eye distances wide; from a flake pitch of 2.5 pixels on single flakes are seen.
_FLAKE_SHOWS: Final = 2.6 / 2.5


@EFFECTS.register("eyeshadow")
@dataclass(frozen=True)
class Eyeshadow(Effect):
    """One to five pans blended over the lid, the crease and up to the brow bone.

    colors: The pans, in the pattern's order: for most patterns lid, crease, outer corner, inner corner, brow bone;
        see `eye_patterns`.
    finish: Of every pan that `finishes` does not name; finishes: pan by pan.
    height: How far up the lid color is blended: 0.5 just above the crease, 1 to the socket's edge.
    lower: Strength along the lower lash line, in the pattern's deepest pan.
    shimmer, shimmer_density, shimmer_size, shimmer_color: Flakes of the pans that have any.
    """

    name: ClassVar[str] = "eyeshadow"

    colors: tuple[Color, ...] = colors("#9c6b58", most=MOST_PANS)
    pattern: str = choice("wash", *PATTERNS)
    finish: str = choice("matte", *_FINISHES)
    finishes: tuple[str, ...] = choices(*_FINISHES, most=MOST_PANS)
    height: float = number(0.5)
    lower: float = number(0.0)
    shimmer: float = number(0.5)
    shimmer_density: float = number(0.5)
    shimmer_size: float = number(0.5)
    shimmer_color: Color = color("#fff3dc")
    coverage: float = number(0.75)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        light = np.asarray(canvas.light.rgb, np.float32)
        # Flake pitch follows the texture, not the picture, so that flakes stay where they are on the skin.
        cells = 1.0 / (0.0018 + 0.0034 * self.shimmer_size)
        # Flakes smaller than a pixel melt into a sheen; they must not turn into white pixels.
        seen = min(1.0, _FLAKE_SHOWS * canvas.scale_px / cells)
        flake = np.array([*(seen * self.shimmer_color), 0.2 + 0.5 * self.shimmer_density, cells], np.float32)
        placed = [(pans, canvas.box(canvas.dense_px[pans.points])) for pans in self._pans if pans.points.size]
        luminance = _lid_luminance(canvas)
        before = self._core(canvas, placed) if canvas.reports is not None else None
        opening = min(1.0, 5.0 * max((shape.opening for shape in eye_shapes(canvas)), default=1.0))
        for pans, box in placed:
            paint_pans(
                canvas.linear, canvas.touched, canvas.visible, canvas.eyes, opening, canvas.u, canvas.v, box,
                pans.texture, pans.x0, pans.y0, TEXTURE_SIZE, light, luminance, flake, self.coverage * strength,
            )  # fmt: skip
        after = self._core(canvas, placed) if before is not None else None
        if canvas.reports is not None and before is not None and after is not None:
            shading = float(before[:3] @ _LUMINANCE) / luminance
            wanted = predict(before[:3], before[3:], self.coverage * strength, canvas.light, shading=shading)
            canvas.reports.append(compare(wanted, after[:3]))

    def _core(self, canvas: Canvas, placed: list[tuple[PanTexture, Box]]) -> NDArray[np.float64] | None:
        """(6,) mean linear RGB now and of the mixed pans, where they cover all but wholly; None where nowhere."""
        sums = np.zeros(7)
        for pans, box in placed:
            mean_core(
                canvas.linear, canvas.skin, canvas.u, canvas.v, box, pans.texture, pans.x0, pans.y0, TEXTURE_SIZE, sums
            )  # fmt: skip
        return sums[:6] / sums[6] if sums[6] > 0 else None

    @functools.cached_property
    def _pans(self) -> tuple[PanTexture, ...]:
        return tuple(self._mixed(chart) for chart in eye_charts())

    def _mixed(self, chart: EyeChart) -> PanTexture:
        count = len(self.colors)
        fields = PATTERNS[self.pattern](chart, count, 1.05 + 1.4 * self.height)
        finishes = [*self.finishes[:count], *[self.finish] * max(0, count - len(self.finishes))]
        shines = [(sheen, foil, 1.1 * self.shimmer * flakes) for sheen, foil, flakes in (_SHINE[f] for f in finishes)]
        layers = list(zip(fields, self.colors, shines, strict=True))
        if self.lower > 0.0:
            deepest = int(np.argmin([float(c @ _LUMINANCE) for c in self.colors]))
            layers.append((np.float32(self.lower) * lower_lash(chart), self.colors[deepest], shines[deepest]))
        return mix_pans(chart, layers)


def _lid_luminance(canvas: Canvas) -> float:
    """Luminance the lids' skin, with what lies on it by now, would have in the face's own light.

    Sampled at landmarks between lashes and brows: a mean under the pans would take white of the eye for skin.
    """
    columns, rows = np.rint(canvas.points_px[list(SOCKETS), :2]).astype(np.intp).T
    seen = (columns >= 0) & (rows >= 0) & (columns < canvas.width) & (rows < canvas.height)
    if not seen.any():
        return float((canvas.light.rgb * canvas.light.skin_albedo) @ _LUMINANCE)
    return float(np.median(canvas.linear[rows[seen], columns[seen]] @ _LUMINANCE)) / canvas.lit_around(SOCKETS)
