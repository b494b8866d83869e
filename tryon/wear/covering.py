"""What of the picture lies in front of a worn product: hair and hands, as cover masks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.types import Cover, Tracks

# Probability at which a thing begins to cover and at which it does wholly: a bare probability would leave a film.
_FROM, _TO = 0.25, 0.75


def hair_cover(tracks: Tracks, *, beyond_m: float) -> Cover | None:
    """Hair in front of what lies further than `beyond_m` from the camera; None when nothing is known of hair."""
    parts = tracks.parts
    if parts is None:
        return None
    return Cover(_STEP[parts.plane("hair")], parts.mask_from_image, beyond_m)


def _step() -> NDArray[np.uint8]:
    """(256,) how much a probability covers."""
    t = np.clip((np.arange(256) / 255.0 - _FROM) / (_TO - _FROM), 0.0, 1.0)
    step: NDArray[np.uint8] = np.rint(255.0 * t * t * (3.0 - 2.0 * t)).astype(np.uint8)
    return step


_STEP = _step()
