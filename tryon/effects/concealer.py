"""Concealer."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from tryon.effects import skin_film, zones
from tryon.effects.canvas import Canvas
from tryon.effects.complexion import coarse, complexion
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.masks import Mask, blur, landmarks_texels, mask_from, polygon
from tryon.effects.material import Material
from tryon.effects.parameters import Color, number, optional_color

# Half a shade lighter than the person's own skin, warmed: what lies under the eyes is dark, and bluer than the cheek.
_OWN_LIGHTER = np.array([1.10, 1.07, 1.03], np.float32)
_UNDER_EYE_COVERAGE = 0.85
_SPOT_COVERAGE = 0.9
_RELIEF = 0.55  # the hollow's shading is what is to go; pores stay by as much as this
_CHEEKS: Final[Mapping[str, tuple[int, ...]]] = {"right": (50, 101, 118, 117), "left": (280, 330, 347, 346)}
# The right eye's from the inner corner along the lashes, back along the top of the cheek: an inverted triangle.
_UNDER_EYE: Final = (243, 112, 26, 22, 23, 24, 110, 25, 31, 228, 118, 119, 100, 47, 114, 128)


@EFFECTS.register("concealer")
@dataclass(frozen=True)
class Concealer(Effect):
    """Dark circles lifted to the cheeks' brightness, and blemishes hidden where there are some.

    color: The shade's swatch; when not given, half a shade lighter than the person's own skin.
    coverage: How much of a blemish is hidden, anywhere on the face.
    under_eye: How much of the shade lies under the eyes.
    """

    name: ClassVar[str] = "concealer"

    color: Color | None = optional_color()
    coverage: float = number(0.6)
    under_eye: float = number(0.5)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        if self.under_eye > 0.0:
            for side, cheek in _CHEEKS.items():
                # What is dark there is not the light: it is to become as bright as the cheek below.
                lit = canvas.lit_around(cheek)
                shade = _cheek(canvas, cheek) / lit * _OWN_LIGHTER if self.color is None else self.color
                material = Material(
                    np.asarray(shade, np.float32), coverage=_UNDER_EYE_COVERAGE * self.under_eye, texture=_RELIEF
                )
                canvas.paint_patches(canvas.sample(_under_eye(side)), material, strength, lit=lit)
        if self.coverage > 0.0:
            self._hide_blemishes(canvas, strength)

    def _hide_blemishes(self, canvas: Canvas, strength: float) -> None:
        skin = complexion(canvas, _area(canvas.tracks.parts is not None), wide=True, detail=1.6, contrast=0.2)
        if skin is None or skin.wide is None:
            return
        shade = canvas.light.skin_albedo * _OWN_LIGHTER if self.color is None else self.color
        field = skin.field(canvas)
        share = _SPOT_COVERAGE * self.coverage * strength
        mean = skin_film.spots(skin.mean, skin.weight, skin.ratio, skin.wide, share, field)
        skin.cover(canvas, field, pigment=shade * canvas.light.rgb, mean=mean / skin.lit(canvas))


@functools.cache
def _under_eye(side: str) -> Mask:
    picture = blur(polygon(landmarks_texels(_UNDER_EYE), feather=0.0), 10.0)
    return mask_from((picture if side == "right" else picture[:, ::-1]) * (1.0 - zones.eyes()))


def _cheek(canvas: Canvas, indices: tuple[int, ...]) -> NDArray[np.float32]:
    """(3,) reflectance of the skin round some landmarks, as lit as they are; the face's own when they are not seen."""
    columns, rows = np.rint(canvas.points_px[list(indices), :2]).astype(np.intp).T
    seen = (columns >= 0) & (rows >= 0) & (columns < canvas.width) & (rows < canvas.height)
    if not seen.any():
        return canvas.light.skin_albedo
    color = np.median(canvas.linear[rows[seen], columns[seen]], axis=0)
    return np.asarray(color / np.maximum(canvas.light.rgb, 1e-3), np.float32)


@functools.cache
def _area(border_seen: bool) -> NDArray[np.uint8]:
    return coarse(zones.skin("seen" if border_seen else "guessed"))
