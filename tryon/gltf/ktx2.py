"""KTX2 pictures (KHR_texture_basisu), transcoded to RGBA8."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.fields import broken
from tryon.gltf.limits import Limits


def decode(data: bytes, where: str, limits: Limits) -> NDArray[np.uint8]:
    """Refuses the picture by name: nothing here transcodes Basis Universal yet."""
    step = "store PNG, JPEG or WebP textures"
    raise broken(where, "a picture that can be decoded here", "KTX2 with Basis Universal", step=step)
