"""Open AR/VR try-on. `import tryon` loads numpy and nothing heavier; the nouns below load on first use."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from tryon.errors import TryOnError
from tryon.resources import ensure_kernel_cache
from tryon.types import Frame

if TYPE_CHECKING:
    from tryon.capture import open_source
    from tryon.filters import Look
    from tryon.session import Session
    from tryon.track import Tracker

__version__ = "0.1.0"
__all__ = ["Frame", "Look", "Session", "Tracker", "TryOnError", "__version__", "open_source"]

_LAZY = {"Look": "filters", "Session": "session", "Tracker": "track", "open_source": "capture"}

ensure_kernel_cache()


def __getattr__(name: str) -> Any:  # a module's lazy attributes have no common type
    if name in _LAZY:
        return getattr(importlib.import_module(f"tryon.{_LAZY[name]}"), name)
    raise AttributeError(f"module 'tryon' has no attribute '{name}'")
