"""The only place where the stages meet: a frame goes in, the same frame wearing look and products comes out.

The nouns below load on first use: a room needs no makeup. `tryon.session.wardrobe` is loaded when a product is put on:
the renderer is an extra that looks do without.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tryon.session.warm_up import warm_up

if TYPE_CHECKING:
    from tryon.session.session import FaceSource, PartsSource, Session, Step

__all__ = ["FaceSource", "PartsSource", "Session", "Step", "warm_up"]

_LAZY = ("FaceSource", "PartsSource", "Session", "Step")


def __getattr__(name: str) -> Any:  # a module's lazy attributes have no common type
    if name in _LAZY:
        return getattr(importlib.import_module("tryon.session.session"), name)
    raise AttributeError(f"module 'tryon.session' has no attribute '{name}'")
