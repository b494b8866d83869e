"""KHR_lights_punctual: lights that stand in a file's scene."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tryon.gltf.fields import Fields
from tryon.types import PunctualLight

_KINDS: dict[str, Literal["directional", "point", "spot"]] = {
    "directional": "directional",
    "point": "point",
    "spot": "spot",
}


def placed_light(lights: Sequence[Fields], node: Fields, model_from_node: NDArray[np.float64]) -> PunctualLight | None:
    """The light that a node carries, shining along the node's −Z; None where it carries none."""
    reference = node.extension("KHR_lights_punctual")
    if reference is None:
        return None
    index = reference.index("light", lights)
    if index is None:
        return None
    fields = lights[index]
    spot = fields.child("spot")
    direction = -model_from_node[:3, 2]
    length = float(np.linalg.norm(direction))
    x, y, z = (direction / length) if length > 0.0 else (0.0, 0.0, -1.0)
    position = model_from_node[:3, 3]
    r, g, b = fields.numbers("color", (1.0, 1.0, 1.0))
    return PunctualLight(
        kind=_KINDS[fields.choice("type", {kind: kind for kind in _KINDS}, "")],
        color=(r, g, b),
        intensity=fields.number("intensity", 1.0, low=0.0),
        position_m=(float(position[0]), float(position[1]), float(position[2])),
        direction=(float(x), float(y), float(z)),
        range_m=fields.number("range", 1.0, low=0.0) if "range" in fields else math.inf,
        inner_cone_rad=spot.number("innerConeAngle", 0.0) if spot is not None else 0.0,
        outer_cone_rad=spot.number("outerConeAngle", math.pi / 4) if spot is not None else math.pi / 4,
    )
