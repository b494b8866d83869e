"""Hair color."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from tryon.effects.canvas import Canvas
from tryon.effects.effect import EFFECTS, Effect
from tryon.effects.hair_dye import BRIGHTEST, STREAKS, TONES, cover, dye, mean_luminance, place_color, spread
from tryon.effects.hair_mask import STEP, HairMask, hair_mask
from tryon.effects.parameters import Color, choice, color, number, optional_color
from tryon.geometry import face_mesh as fm

_LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
# Strands shade each other: hair shows about three quarters of the light that its swatch does.
_STRAND_LIGHT = 0.75
# A color without bleach lifts by one or two of the trade's ten levels, each of which is about a third more light.
_NATURAL_LIFT = 1.6
# Black hair is mostly reflections, ten times as bright as itself; fair hair's light and shade lie within a factor two.
_FAIR_CONTRAST = 0.62

_UNDERTONE: Final = np.array([1.0, 0.42, 0.14], np.float32)
_SHINES: Final = 1.6  # what is this much brighter than the hair on the whole is a reflection
_OWN_HUE: Final = 0.12  # share of the hair's own hue that stays, so that no two strands are quite alike
_OLD: Final = np.linspace(0.0, BRIGHTEST, TONES)


@EFFECTS.register("hair_color")
@dataclass(frozen=True)
class HairColor(Effect):
    """Hair dyed with its strands and shine kept; it shows only where the parts mask knows the hair.

    style: "full"; "ombre", from the ends up; "balayage", ends in streaks; "highlights", streaks all over; "roots",
        the hair next to the scalp only.
    root_color: What an ombre or a balayage starts from; the own color when not given.
    start: Where an ombre begins and roots end, 0 at the crown to 1 at the chin and below.
    lift: Bleach: 0 lightens dark hair a little at most, as a box dye does; 1 reaches any color.
    shine: 0.5 the hair's own.
    """

    name: ClassVar[str] = "hair_color"
    reach: ClassVar[Literal["face", "head"]] = "head"
    needs_parts: ClassVar[bool] = True

    color: Color = color("#6b3a22")
    root_color: Color | None = optional_color()
    style: str = choice("full", "ombre", "balayage", "highlights", "roots")
    start: float = number(0.5)
    streaks: float = number(0.5)
    lift: float = number(0.0)
    shine: float = number(0.5)
    coverage: float = number(0.9)

    def paint(self, canvas: Canvas, strength: float) -> None:
        """See `Effect.paint`."""
        mask = hair_mask(canvas)
        if mask is None:
            return
        runs: list[tuple[NDArray[np.float32], bool]] = [(self.color, self.style == "full")]
        if self.root_color is not None and self.style in ("ombre", "balayage"):
            runs.insert(0, (self.root_color, True))
        for swatch, plain in runs:
            weight, hair = mean_luminance(canvas.linear, mask.x0, mask.y0, mask.soft)
            if weight >= 1.0:
                self._dye(canvas, mask, hair, swatch, strength, plain=plain)

    def _dye(
        self,
        canvas: Canvas,
        mask: HairMask,
        hair: float,
        swatch: NDArray[np.float32],
        strength: float,
        *,
        plain: bool,
    ) -> None:
        light = np.clip(np.asarray(canvas.light.rgb, np.float32), 0.05, 1.2)
        lit = np.maximum(swatch * light, np.float32(1e-3))
        wanted = float(lit @ _LUMINANCE) * _STRAND_LIGHT
        table, reached = tones(hair, wanted, lift=self.lift, shine=self.shine)
        hue, glare = lit / (lit @ _LUMINANCE), light / (light @ _LUMINANCE)
        # Where dark hair falls short of a light color, the orange that all dark hair holds shows through.
        short = np.float32(0.6 * (1.0 - min(1.0, reached / wanted)))
        hue += short * (_UNDERTONE / (_UNDERTONE @ _LUMINANCE) - hue)
        dye(
            canvas.linear, canvas.touched, mask.x0, mask.y0, self._share(canvas, mask, plain), table, hue, glare,
            self.coverage * strength,
        )  # fmt: skip

    def _share(self, canvas: Canvas, mask: HairMask, plain: bool) -> NDArray[np.float32]:
        rows, columns = mask.near.shape
        share: NDArray[np.float32] = canvas.workspace.array("hair share", (rows * STEP, columns * STEP))
        cover(canvas.source, mask.x0, mask.y0, mask.gain, mask.offset, mask.near, share)
        if not plain:
            head = self._head(canvas)
            run = np.empty((rows, columns, 2), np.float32)
            place_color(mask.x0, mask.y0, mask.near, head, run)
            spread(canvas.source, mask.x0, mask.y0, run, mask.local, float(head[STREAKS]), share)
        return share

    def _head(self, canvas: Canvas) -> NDArray[np.float32]:
        """(11,) the head's frame in region pixels and how the color runs over it."""
        points = canvas.points_px
        down = points[fm.CHIN, :2] - points[fm.FOREHEAD_TOP, :2]
        height = max(float(np.hypot(down[0], down[1])), 1.0)
        down = down / height
        crown = points[fm.FOREHEAD_TOP, :2] - 0.35 * height * down
        begin, end = {
            "ombre": (0.10 + 1.1 * self.start, 0.60 + 1.4 * self.start),
            "balayage": (0.05 + 0.9 * self.start, 0.55 + 1.2 * self.start),
            "roots": (0.25 + 0.5 * self.start, 0.10 + 0.4 * self.start),
        }.get(self.style, (0.0, 0.0))
        streaks = 0.25 + 0.75 * self.streaks if self.style in ("balayage", "highlights") else 0.0
        return np.array([*crown, -down[1], down[0], *down, height, begin, end, streaks, 13.0], np.float32)


def tones(hair: float, wanted: float, *, lift: float, shine: float) -> tuple[NDArray[np.float32], float]:
    """The (TONES, 3) table that `hair_dye.dye` takes, and the mean luminance it brings the hair to.

    hair, wanted: Mean luminance now, and that of the swatch in this light. The sum of the table's luminances grows
    with the old luminance, so light and shade keep their order.
    """
    needed = max(1.0, wanted / hair)
    mean = min(wanted, hair * max(1.0, min(needed, _NATURAL_LIFT) * (needed / min(needed, _NATURAL_LIFT)) ** lift))
    # Contrast follows how far the mean moves, in factors of ten.
    contrast = float(np.clip(1.0 - (1.0 - _FAIR_CONTRAST) * np.log10(max(mean / hair, 0.25)), _FAIR_CONTRAST, 1.25))
    old = _OLD
    floor = 0.06 * hair + 0.002  # the darkest shades are noise; they keep their order and no more
    relative = (old + floor) / (hair + floor)
    glow = np.maximum(relative - _SHINES, 0.0)
    new = mean * np.minimum(relative, _SHINES) ** contrast
    new *= np.maximum(relative / _SHINES, 1.0) ** (contrast * (0.4 + 1.2 * shine))
    # Rolls off toward the white of the picture instead of clipping there.
    new = np.where(new > 0.6, 0.6 + 0.4 * np.tanh((new - 0.6) / 0.4), new)
    new *= old / (old + 0.05 * floor)  # black stays black
    white = np.clip(0.15 * glow, 0.0, 0.45)
    own = _OWN_HUE * new / np.maximum(old, 1e-3)
    table = np.stack([(1.0 - _OWN_HUE) * new * (1.0 - white), (1.0 - _OWN_HUE) * new * white, own], 1)
    return table.astype(np.float32), mean
