"""Blush."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from tryon.effects.canvas import Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.masks import Mask, Texels, blur, mask_from, polygon
from tryon.effects.material import Material
from tryon.effects.parameters import Color, choice, colors, number, optional_color
from tryon.effects.sculpting import along, at, line, spot
from tryon.effects.topology import TEXTURE_SIZE
from tryon.effects.translucency import over_skin
from tryon.effects.zones import Picture, both_sides, features_left_out

_COVERAGE = 0.6
_MOST_COLORS = 4
_CHEEKS: Final = (50, 101, 205, 280, 330, 425)


@EFFECTS.register("blush")
@dataclass(frozen=True)
class Blush(Effect):
    """A flush of color on the cheeks that lies in the skin, on deep skin as on light.

    colors: One to four shades, blended from the middle of the face outward.
    coverage: 0.25 is a flush, 0.5 shows, 1 is editorial.
    finish: Matte, satin (a soft sheen) or shimmer.
    glow: Sheen added to any finish.
    shimmer, shimmer_density, shimmer_size, shimmer_color: Flakes of the shimmer finish: brightness, how many, how
        large as a share of the face's width, and their color (white gold when not given).
    translucency: How far a shade lighter than the skin acts as a stain; 0 covers as it comes from the pan.
    pattern: Where it goes.
    """

    name: ClassVar[str] = "blush"

    colors: tuple[Color, ...] = colors("#c9595e", most=_MOST_COLORS)
    coverage: float = number(0.5)
    finish: str = choice("matte", "satin", "shimmer")
    glow: float = number(0.0)
    shimmer: float = number(0.7)
    shimmer_density: float = number(0.35)
    shimmer_size: float = number(0.006, low=0.002, high=0.03)
    shimmer_color: Color | None = optional_color()
    translucency: float = number(1.0)
    pattern: str = choice(
        "apples", "lifted", "draped", "sun_kissed", "under_eye", "sculpted", "doll", "halo", "heart"
    )  # fmt: skip

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        lit = canvas.light.rgb * canvas.lit_around(_CHEEKS)
        for shade, mask in zip(self.colors, _bands(self.pattern, len(self.colors)), strict=True):
            patches = canvas.sample(mask)
            total, below = canvas.mean_color(patches)
            if total > 0.0:
                # What lies below may be foundation by now: the film is thin over that, not over the bare skin.
                albedo = np.asarray(below / np.maximum(lit, 1e-3), np.float32)
                canvas.paint_patches(patches, self._material(shade, albedo), strength)

    def _material(self, shade: Color, albedo: Color) -> Material:
        return Material(
            over_skin(shade, albedo, self.translucency),
            coverage=_COVERAGE * self.coverage,
            gloss=0.6 * self.glow + (0.0 if self.finish == "matte" else 0.3),
            shimmer=self.shimmer if self.finish == "shimmer" else 0.0,
            shimmer_density=self.shimmer_density,
            shimmer_size=self.shimmer_size,
            shimmer_color=self.shimmer_color,
        )


@functools.cache
def _bands(pattern: str, count: int) -> tuple[Mask, ...]:
    """One mask per color; together they make up the pattern, each fading into its neighbors outward."""
    whole = _PATTERNS[pattern]() * features_left_out()
    if count == 1:
        return (mask_from(whole),)
    aside = np.abs(np.arange(TEXTURE_SIZE, dtype=np.float32) - (TEXTURE_SIZE - 1) / 2)
    used = aside[(whole > 0.15).any(0)]
    position = np.clip((aside - used.min()) / max(float(np.ptp(used)), 1.0), 0.0, 1.0) * (count - 1)
    return tuple(mask_from(whole * np.clip(1.0 - np.abs(position - k), 0.0, 1.0)) for k in range(count))


def _apple() -> Texels:
    return at((205, 0.36), (50, 0.50), (101, 0.14))


def _lifted() -> Picture:
    path = [
        at((205, 0.5), (50, 0.5)),
        at((50, 0.35), (123, 0.65)),
        at((116, 0.7), (227, 0.3)),
        at((34, 0.6), (139, 0.4)),
    ]
    return line(path, (74.0, 84.0, 60.0, 26.0), 24.0)


def _draped() -> Picture:
    path = [
        at((50, 0.7), (101, 0.3)), at((117, 0.6), (123, 0.4)), at((116, 0.6), (143, 0.4)), at((34, 0.4), (156, 0.6)),
        at((139, 0.4), (71, 0.6)), at((71, 0.5), (68, 0.5)),
    ]  # fmt: skip
    return line(path, (90.0, 92.0, 74.0, 66.0, 52.0, 24.0), 24.0)


def _sun_kissed() -> Picture:
    return along((123, 50, 101, 126, 195, 355, 330, 280, 352), 104.0, 24.0)


def _sculpted() -> Picture:
    path = [
        at((187, 0.4), (205, 0.6)),
        at((187, 0.4), (147, 0.2), (123, 0.4)),
        at((123, 0.4), (137, 0.6)),
        at((227, 0.4), (234, 0.6)),
    ]
    return line(path, (34.0, 58.0, 66.0, 50.0), 20.0)


def _halo() -> Picture:
    ring = np.clip(spot(_apple(), (104.0, 84.0)) * 1.6, 0.0, 1.0) - 0.75 * spot(_apple(), (62.0, 50.0))
    return np.asarray(np.clip(ring, 0.0, 1.0), np.float32)


def _heart() -> Picture:
    t = np.linspace(0.0, 2.0 * np.pi, 60, dtype=np.float32)
    x = 16.0 * np.sin(t) ** 3
    y = -(13.0 * np.cos(t) - 5.0 * np.cos(2 * t) - 2.0 * np.cos(3 * t) - np.cos(4 * t))
    # The cheek's texture is stretched: 1.35 texels across make one as seen from in front.
    outline = at((50, 0.6), (205, 0.4)) + np.stack([3.6 * x, 2.9 * y], 1)
    return both_sides(blur(polygon(outline.astype(np.float32), feather=0.0), 4.0))


_PATTERNS: Final[Mapping[str, Callable[[], Picture]]] = {
    "apples": lambda: spot(_apple(), (132.0, 102.0), degrees=-12.0),
    "lifted": _lifted,
    "draped": _draped,
    "sun_kissed": _sun_kissed,
    "under_eye": lambda: spot(at((118, 0.5), (101, 0.5)), (112.0, 58.0), degrees=-4.0),
    "sculpted": _sculpted,
    "doll": lambda: blur(np.clip(spot(_apple(), (92.0, 74.0)) * 2.5, 0.0, 1.0), 8.0),
    "halo": _halo,
    "heart": _heart,
}
