"""Face paint."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple, Self

import numpy as np

from tryon.color import SRGB_TO_LINEAR
from tryon.effects.canvas import Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.face_texture import FaceTexture, named_texture, texture_file
from tryon.effects.parameters import choice, number, text
from tryon.effects.texture_paint import paint_texture, shift_since_source
from tryon.effects.topology import texture_from_uv, topology
from tryon.errors import LookError

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # Rec. 709, as sRGB uses
_EYES: Final = (33, 263)


class _Surface(NamedTuple):
    relief: float
    gloss: float
    metallic: float


_FINISHES: Final[Mapping[str, _Surface]] = {
    "matte": _Surface(0.85, 0.0, 0.0),
    "satin": _Surface(0.95, 0.35, 0.0),
    "gloss": _Surface(1.0, 1.2, 0.0),
    "metallic": _Surface(1.0, 0.5, 0.8),
}


@EFFECTS.register("face_paint")
@dataclass(frozen=True)
class FacePaint(Effect):
    """A picture painted on the face: it bends with the face and takes its light, folds and pores.

    texture: In a look, the name of a picture in `assets/looks/textures`. Python code may also give a `pathlib.Path` of
        a PNG, or a `tryon.effects.face_texture.FaceTexture`. The picture is drawn in the UV square of the canonical
        face mesh, transparent where there is no paint.
    coverage: How much of the skin the paint hides.
    finish: Matte grease paint, satin, gloss (wet) or metallic.
    """

    name: ClassVar[str] = "face_paint"

    texture: str | Path | FaceTexture = text("butterfly", longest=64)
    coverage: float = number(0.95)
    finish: str = choice("matte", *_FINISHES)

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """See `Effect.parse`; the picture is read here, so that a look with a bad one fails when it is loaded.

        Raises:
            LookError: An unknown field, a value it does not take, or a texture that is missing or unusable.
        """
        effect = super().parse(values)
        try:
            effect.picture  # noqa: B018  # read now
        except LookError as error:
            raise LookError(f"Effect '{cls.name}', field 'texture': {error}") from None
        return effect

    @functools.cached_property
    def picture(self) -> FaceTexture:
        """The texture, read and decoded once.

        Raises:
            LookError: It is missing or unusable.
        """
        if isinstance(self.texture, FaceTexture):
            return self.texture
        return texture_file(self.texture) if isinstance(self.texture, Path) else named_texture(self.texture)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        eyes = topology().uv[list(_EYES)]
        apart = float(np.hypot(*(eyes[0] - eyes[1])))  # of the face's texture
        low, high = texture_from_uv(np.array([0.0, 1.0]))
        finest = self.picture.levels[0].shape[0]
        level = self.picture.level(finest * apart / (high - low) / max(canvas.scale_px, 1.0))
        side = level.shape[0] / (high - low)
        bounds = np.clip(texture_from_uv(np.array(self.picture.bounds)), 0.0, 1.0).astype(np.float32)
        light = np.asarray(canvas.light.rgb, np.float32)
        now = shift_since_source(canvas.linear, canvas.source, SRGB_TO_LINEAR, canvas.skin, canvas.u)
        skin = float((light * canvas.light.skin_albedo) @ _LUMINANCE) * now
        surface = _FINISHES[self.finish]
        paint_texture(
            canvas.linear, canvas.touched, canvas.skin, canvas.u, canvas.v, level, side, -low * side - 0.5,
            bounds, light, skin, self.coverage * strength, surface.relief, surface.gloss, surface.metallic,
        )  # fmt: skip
