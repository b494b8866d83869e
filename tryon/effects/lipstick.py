"""Lipstick."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, cast

import cv2
import numpy as np

from tryon.effects.canvas import Canvas, Patch
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.lip_coverage import lip_coverage, lip_depth
from tryon.effects.lip_sheen import SHEENS, LipRelief, Sheen, add_sheen
from tryon.effects.material import Finish, Material
from tryon.effects.parameters import Color, choice, color, number, optional_color

_TOP_COAT = SHEENS["gloss"]
# Skin above and below the mouth and beside its corners.
_ROUND_THE_LIPS = (164, 167, 393, 18, 83, 313, 200, 57, 287, 202, 422)


@EFFECTS.register("lipstick")
@dataclass(frozen=True)
class Lipstick(Effect):
    """Color on the lips, to the edge and not on the teeth.

    style: "full" is one color. "ombre" fades from the color where the lips meet out to the second color at the
        border, or to the bare lip without one. "two_tone" has the second color on the inner part of the lips.
    inner_ratio: How far out the inner part of two_tone, or the full color of ombre, reaches: 0 to 1.
    blend: How softly it ends there.
    fullness: −1 to 1; the painted outline in or out by up to 6 % of the lips' height.
    gloss: A clear coat over any finish. shimmer: Flakes over any finish, with their color, density and size (the
        pitch as a share of the face texture's width).
    smoothing: How much of the lip lines is filled before the color goes on.
    """

    name: ClassVar[str] = "lipstick"

    color: Color = color("#b3364a")
    finish: str = choice("satin", "matte", "sheer", "gloss", "shimmer", "metallic", "holographic")
    coverage: float = number(0.8)
    style: str = choice("full", "ombre", "two_tone")
    second_color: Color | None = optional_color()
    inner_ratio: float = number(0.5)
    blend: float = number(0.5)
    fullness: float = number(0.0, low=-1.0)
    gloss: float = number(0.0)
    shimmer: float = number(0.0)
    shimmer_color: Color | None = optional_color()
    shimmer_density: float = number(0.6)
    shimmer_size: float = number(0.0035, low=0.001, high=0.05)
    smoothing: float = number(0.0)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        patch = lip_coverage(canvas, fullness=self.fullness)
        if patch is None:
            return
        sheen = self._sheen()
        relief = LipRelief(canvas, patch) if sheen is not None else None
        if self.smoothing > 0.0:
            _fill_lines(canvas, patch, self.smoothing * strength)
        lit = canvas.lit_around(_ROUND_THE_LIPS)
        for pigment, layer in self._layers(canvas, patch):
            canvas.paint_patches([layer], self._material(pigment), strength, allow=canvas.visible, lit=lit)
        if sheen is not None and relief is not None:
            add_sheen(canvas, patch, relief, sheen, self.color, strength)

    def _material(self, pigment: Color) -> Material:
        material = Material(
            pigment,
            self.coverage,
            shimmer_density=self.shimmer_density,
            shimmer_size=self.shimmer_size,
            shimmer_color=self.shimmer_color,
        ).with_finish(cast(Finish, self.finish))
        if self.shimmer > 0.0:
            material = replace(material, shimmer=max(material.shimmer, 1.2 * self.shimmer))
        if self.gloss > 0.0:
            material = replace(material, shine=1.0, gloss=max(material.gloss, 0.8 * self.gloss))
        return material

    def _sheen(self) -> Sheen | None:
        sheen = SHEENS.get(self.finish)
        if self.gloss > 0.0:
            base = sheen or Sheen()
            sheen = replace(
                base,
                sharp=max(base.sharp, self.gloss * _TOP_COAT.sharp),
                soft=max(base.soft, self.gloss * _TOP_COAT.soft),
            )
        return sheen

    def _layers(self, canvas: Canvas, patch: Patch) -> list[tuple[Color, Patch]]:
        """Colors and where each goes, in the order they are put on."""
        if self.style == "full":
            return [(self.color, patch)]
        box, coverage = patch
        depth = np.abs(lip_depth(canvas, box))
        half = 0.04 + 0.5 * self.blend
        if self.style == "two_tone":
            inner = coverage * _fall(depth, self.inner_ratio, half)
            return [(self.color, patch), (self.color if self.second_color is None else self.second_color, (box, inner))]
        inner = coverage * _fall(depth, self.inner_ratio, max(0.2, half))
        if self.second_color is None:
            return [(self.color, (box, inner))]
        return [(self.second_color, patch), (self.color, (box, inner))]


def _fall(depth: np.ndarray, middle: float, half: float) -> np.ndarray:
    """1 where depth is under middle − half, 0 over middle + half, smooth between."""
    t = np.clip((middle + half - depth) / (2.0 * half), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)


def _fill_lines(canvas: Canvas, patch: Patch, amount: float) -> None:
    """Even out the lips' fine relief in place, as a balm under the color does."""
    (x0, y0, x1, y1), coverage = patch
    lips = canvas.linear[y0:y1, x0:x1]
    size = 2 * max(1, round(0.015 * canvas.lips.width_px)) + 1
    share = coverage * canvas.visible[y0:y1, x0:x1] * np.float32(amount)
    lips += share[..., None] * (cv2.blur(lips, (size, size)) - lips)
    canvas.touched[y0:y1, x0:x1][share > 0.0] = 1
