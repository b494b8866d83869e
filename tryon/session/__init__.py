"""The only place where the stages meet: a frame goes in, the same frame wearing look and products comes out.

`tryon.session.wardrobe` is loaded when a product is put on: the renderer is an extra that looks do without.
"""

from tryon.session.session import FaceSource, PartsSource, Session, Step
from tryon.session.warm_up import warm_up

__all__ = ["FaceSource", "PartsSource", "Session", "Step", "warm_up"]
