"""What is drawn one after the other: a rug first, so that the shadow of what stands on it falls on it too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tryon.render.shadow_flat_plane import plane_axes
from tryon.types.scene import Item, Scene, Surface

_THIN_M = 0.03  # from the floor to the top of what still counts as a part of it


def stages(scene: Scene) -> Iterator[Scene]:
    """The scene in one or two parts, each drawn over the picture that the one before leaves.

    Shadows fall on the picture, not on items; so what lies flat on a flat surface becomes picture first.
    """
    floors = [surface for surface in scene.surfaces if surface.flat and surface.catches_shadow > 0.0]
    lying = [item for item in scene.items if any(_lies(item, floor) for floor in floors)] if floors else []
    if not lying or len(lying) == len(scene.items):
        yield scene
        return
    yield replace(scene, items=tuple(lying))
    yield replace(scene, items=tuple(item for item in scene.items if item not in lying))


def _lies(item: Item, floor: Surface) -> bool:
    low, high = item.model.bounds_m
    ends = np.array(list(itertools.product(*zip(low, high, strict=True), (1.0,))))
    normal = plane_axes(floor)[1]
    base = float(normal @ np.asarray(floor.vertices_m, np.float64)[0])
    over = (ends @ np.asarray(item.camera_from_model, np.float64).T)[:, :3] @ normal - base
    return bool(over.min() > -_THIN_M and over.max() < _THIN_M)
