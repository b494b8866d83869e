"""Shows a new effect in one class: a beauty spot, registered by name and worn like any other layer.

python examples/own_effect.py        # writes out/own_effect.png
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from skimage.data import astronaut

from tryon import Look, Session, Tracker
from tryon.effects import EFFECTS, Effect
from tryon.effects.canvas import Canvas
from tryon.effects.masks import ellipse, landmarks_texels, mask_from
from tryon.effects.material import Material
from tryon.effects.parameters import Color, color
from tryon.encode import write_image


@EFFECTS.register("beauty_spot")
@dataclass(frozen=True)
class BeautySpot(Effect):
    """A small dark spot beside the mouth."""

    name: ClassVar[str] = "beauty_spot"
    color: Color = color("#3a2018")

    def paint(self, canvas: Canvas, strength: float) -> None:
        """Paint it on the skin below the cheek."""
        spot = mask_from(ellipse(landmarks_texels([212])[0], (7.0, 7.0)))
        canvas.paint(spot, Material(self.color, coverage=0.9), strength)


look = Look.parse({"format": "tryon.look/1", "name": "spotted", "layers": [{"effect": "beauty_spot"}]})
with Session(Tracker.load("face"), look) as session:
    worn = session.step(astronaut())
Path("out").mkdir(exist_ok=True)
write_image("out/own_effect.png", worn)
print("out/own_effect.png")
