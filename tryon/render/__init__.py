"""Drawing: one physically based renderer for GPU and CPU on EGL."""

from tryon.render.picture import Picture
from tryon.render.renderer import Renderer

__all__ = ["Picture", "Renderer"]
