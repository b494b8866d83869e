"""Real things taken out of a room: of its photo, of its depth, and of what hides products."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tryon.types import Camera, Surface


def without(hiding: Sequence[Surface], gone: NDArray[np.bool_], camera: Camera) -> tuple[Surface, ...]:
    """The surfaces without what the photo shows inside a mask.

    gone: (h, w) bool at the photo's size.
    """
    kept = []
    for surface in hiding:
        pixels = np.rint(camera.project(surface.vertices_m)).astype(np.int64)
        inside = ((pixels >= 0) & (pixels < (camera.width, camera.height))).all(axis=1)
        dropped = np.zeros(len(pixels), bool)
        dropped[inside] = gone[pixels[inside, 1], pixels[inside, 0]]
        triangles = surface.triangles[~dropped[surface.triangles].any(axis=1)]
        kept.append(Surface(surface.vertices_m, triangles, surface.occludes, surface.catches_shadow, surface.flat))
    return tuple(surface for surface in kept if len(surface.triangles))


def without_depth(depth_m: NDArray[np.float32], gone: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Depth with a hole where the mask of the photo is, at whatever size the depth has."""
    rows = np.minimum((np.arange(depth_m.shape[0]) + 0.5) * gone.shape[0] / depth_m.shape[0], gone.shape[0] - 1)
    columns = np.minimum((np.arange(depth_m.shape[1]) + 0.5) * gone.shape[1] / depth_m.shape[1], gone.shape[1] - 1)
    hole = gone[rows.astype(np.intp)[:, None], columns.astype(np.intp)[None, :]]
    return np.asarray(np.where(hole, np.float32(np.nan), depth_m), np.float32)
