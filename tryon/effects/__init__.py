"""Everything that is painted on a face, one file each, and the canvas they paint on."""

from tryon.effects.effect import EFFECTS, Effect, effect_from, wear
from tryon.effects.lighting import LightFollower
from tryon.effects.record import ColorRecord
from tryon.effects.workspace import Workspace

__all__ = ["EFFECTS", "ColorRecord", "Effect", "LightFollower", "Workspace", "effect_from", "wear"]
