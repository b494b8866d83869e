"""What an effect is, and how layers of them are worn."""

from __future__ import annotations

import abc
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self

from tryon.effects.canvas import Canvas
from tryon.effects.lighting import LightSource, measure_light
from tryon.effects.parameters import parse_parameters
from tryon.effects.record import ColorRecord
from tryon.effects.workspace import Workspace
from tryon.registry import Registry
from tryon.types import Frame, Layer, Tracks


class Effect(abc.ABC):
    """One kind of paint with its parameters; a frozen dataclass registered with `@EFFECTS.register("name")`.

    A pure function of the canvas: same canvas and strength, same pixels. Fields are declared with
    `tryon.effects.parameters`.

    name: Its name in the registry.
    reach: The region it works on: the "face" mesh, or the "head" with its hair.
    needs_parts: It shows only where the parts mask (hair, skin, clothes) is known.
    """

    name: ClassVar[str]
    reach: ClassVar[Literal["face", "head"]] = "face"
    needs_parts: ClassVar[bool] = False

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """The effect with parameters given as plain JSON values.

        Raises:
            LookError: An unknown field, or a value it does not take.
        """
        return cls(**parse_parameters(cls, cls.name, values))

    @abc.abstractmethod
    def paint(self, canvas: Canvas, strength: float) -> None:
        """Paint on one face; strength runs from just above 0 to 1."""


EFFECTS: Registry[type[Effect]] = Registry("tryon.effects", "effect")


def effect_from(layer: Layer) -> Effect:
    """The effect a layer names, with its parameters.

    Raises:
        UnknownNameError: No effect of that name.
        LookError: A parameter it does not take.
    """
    return EFFECTS.get(layer.effect).parse(layer.parameters)


def wear(
    frame: Frame,
    tracks: Tracks,
    effects: Sequence[tuple[Effect, float]],
    *,
    workspace: Workspace | None = None,
    light: LightSource = measure_light,
    colors: list[ColorRecord] | None = None,
) -> Frame:
    """The frame with every tracked face wearing the effects in order.

    Args:
        effects: Each effect with its strength, 0 to 1; at 0 it changes nothing.
        workspace: Scratch memory used again from frame to frame; made and dropped here when not given.
        light: Gives the light on a face; a `LightFollower` for video.
        colors: Takes a record of the predicted and the achieved color of every painted material.
    """
    worn = [(effect, strength) for effect, strength in effects if strength > 0.0]
    if not worn or not tracks.faces:
        return frame
    own = workspace or Workspace()
    pixels = frame.pixels.copy()
    reach = "head" if any(effect.reach == "head" for effect, _ in worn) else "face"
    for face in tracks.faces:
        canvas = Canvas(frame, pixels, face, tracks, workspace=own, reach=reach, light=light)
        if canvas.width == 0 or canvas.height == 0:
            continue
        for effect, strength in worn:
            canvas.reports = None if colors is None else []
            effect.paint(canvas, strength)
            if colors is not None:
                colors += [ColorRecord(face.id, effect.name, report) for report in canvas.reports or ()]
        canvas.flush()
    return frame.with_pixels(pixels)
