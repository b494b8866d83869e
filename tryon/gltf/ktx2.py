"""KTX2 pictures (KHR_texture_basisu): named and refused, as nothing on PyPI transcodes Basis Universal."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.fields import broken

_ETC1S, _UASTC = 163, 166  # Khronos Data Format 1.3, color models of Basis Universal
_NAMES = {_ETC1S: "Basis Universal ETC1S", _UASTC: "Basis Universal UASTC"}


def decode(data: bytes, where: str) -> NDArray[np.uint8]:
    """Refuses the picture by its name, with its size.

    Raises:
        ModelFileError: Always.

    Source: KTX 2.0 specification, section 3 (header: size at byte 20, data format descriptor at 48, its model at +12).
    """
    try:
        width, height = struct.unpack_from("<2I", data, 20)
        (descriptor,) = struct.unpack_from("<I", data, 48)
        (model,) = struct.unpack_from("<B", data, descriptor + 12)
    except struct.error:
        raise broken(where, "a whole KTX2 picture", "one that is cut off") from None
    name = _NAMES.get(model, f"color model {model}")
    step = "store PNG, JPEG or WebP textures, or give one beside the KTX2 as the texture's plain source"
    raise broken(where, "a picture that can be decoded here", f"a KTX2 of {width} x {height} ({name})", step=step)
