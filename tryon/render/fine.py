"""Small products drawn finely: a wire thinner than a pixel becomes a faint line, not a row of beads.

One sample a pixel either hits a wire or misses it. Where products are that small in the picture they also cover few
pixels, so their part of it is magnified, drawn over at several times its size, and averaged back in linear light.
Pixels that nothing was drawn on keep their bytes.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.render.picture import Box
from tryon.render.renderer import Renderer
from tryon.types.camera import Camera
from tryon.types.scene import Cover, Item, Scene

_WIRE_M = 0.0009  # rims and chains of thin metal are 0.8 to 1.2 mm thick
_MOST_TIMES = 5


@dataclass(frozen=True, slots=True)
class _Care:
    """below_px: Width of a wire from which one sample a pixel will do. aim_px: Samples across a wire otherwise.
    most_pixels: Of the magnified part.
    """

    below_px: float
    aim_px: float
    most_pixels: int


_LIVE = _Care(below_px=0.8, aim_px=1.5, most_pixels=120_000)  # a face below 130 px; as many as at arm's length
_STILL = _Care(below_px=2.2, aim_px=2.2, most_pixels=600_000)
_REACH = 0.24  # of a product's size, shadows included, as `compose` itself reckons
_LEAST_REACH_M = 0.015
_SHADES = 4096


def compose_finely(
    renderer: Renderer, pixels: NDArray[np.uint8], scene: Scene, camera: Camera, *, still: bool = False
) -> Box | None:
    """As `Renderer.compose`, with as many samples as thin parts at that distance take; the same errors.

    still: A photo may take longer than a frame of a stream, where only what would flicker is drawn finely.
    """
    care = _STILL if still else _LIVE
    times = _times(scene.items, camera, care)
    box = _around(scene.items, camera) if times > 1 else None
    if box is None:
        return renderer.compose(pixels, scene, camera)
    x0, y0, x1, y1 = box
    times = min(times, math.isqrt(max(care.most_pixels // ((x1 - x0) * (y1 - y0)), 1)))
    if times < 2:
        return renderer.compose(pixels, scene, camera)
    part = pixels[y0:y1, x0:x1]
    large = np.ascontiguousarray(part.repeat(times, axis=0).repeat(times, axis=1))
    drawn = renderer.compose(large, _magnified(scene, x0, y0, times), _camera(camera, box, times))
    if drawn is None:
        return None
    left, top, right, bottom = drawn[0] // times, drawn[1] // times, -(-drawn[2] // times), -(-drawn[3] // times)
    large = large[top * times : bottom * times, left * times : right * times]
    _average(large, part[top:bottom, left:right], times)
    return x0 + left, y0 + top, x0 + right, y0 + bottom


def _times(items: Sequence[Item], camera: Camera, care: _Care) -> int:
    """How many samples along each axis make a wire as thick as it takes; 1 in close pictures."""
    away_m = min((-float(item.camera_from_model[2, 3]) for item in items), default=0.0)
    if away_m <= 0.0:
        return 1
    wire_px = _WIRE_M * max(camera.focal_x_px, camera.focal_y_px) / away_m
    if wire_px >= care.below_px:
        return 1
    return min(math.ceil(care.aim_px / max(wire_px, 1e-6)), _MOST_TIMES)


def _around(items: Sequence[Item], camera: Camera) -> Box | None:
    """The part of the picture that items and their shadows can touch; None where none or all of it is."""
    corners = []
    for item in items:
        low, high = item.model.bounds_m
        reach_m = max(_REACH * float((high - low).max()), _LEAST_REACH_M)
        box = np.stack([low - reach_m, high + reach_m])
        eight = np.array([[box[i, 0], box[j, 1], box[k, 2]] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
        corners.append(eight @ item.camera_from_model[:3, :3].T + item.camera_from_model[:3, 3])
    points = np.concatenate(corners)
    if (points[:, 2] > -0.02).any():
        return None
    seen = camera.project(points)
    x0, y0 = np.maximum(np.floor(seen.min(axis=0)).astype(int) - 2, 0).tolist()
    x1, y1 = np.minimum(np.ceil(seen.max(axis=0)).astype(int) + 3, (camera.width, camera.height)).tolist()
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _camera(camera: Camera, box: Box, times: int) -> Camera:
    """The camera that sees the box alone, magnified."""
    x0, y0, x1, y1 = box
    return Camera(
        (x1 - x0) * times,
        (y1 - y0) * times,
        camera.focal_x_px * times,
        camera.focal_y_px * times,
        (camera.center_x_px - x0 + 0.5) * times - 0.5,
        (camera.center_y_px - y0 + 0.5) * times - 0.5,
    )


def _magnified(scene: Scene, x0: int, y0: int, times: int) -> Scene:
    """The scene whose masks are looked up from the magnified part."""
    aside = 0.5 / times - 0.5
    image_from_large = np.array([[1 / times, 0.0, x0 + aside], [0.0, 1 / times, y0 + aside], [0.0, 0.0, 1.0]])

    def moved(item: Item) -> Item:
        if item.cover is None:
            return item
        mask_from_large = np.asarray(item.cover.mask_from_image, np.float64) @ image_from_large
        return replace(item, cover=Cover(item.cover.mask, mask_from_large, item.cover.beyond_m))

    return replace(scene, items=tuple(moved(item) for item in scene.items))


def _average(large: NDArray[np.uint8], part: NDArray[np.uint8], times: int) -> None:
    """Write the mean light of each pixel's samples to `part` where any sample differs from the pixel."""
    height, width = part.shape[:2]
    samples = large.reshape(height, times, width, times, 3)
    changed = (samples != part[:, None, :, None]).any(axis=(1, 3, 4))
    linear, codes = _tables()
    light = linear[samples].mean(axis=(1, 3))
    shade = np.rint(np.sqrt(light) * (_SHADES - 1)).astype(np.int64)
    np.copyto(part, codes[shade], where=changed[..., None])


@functools.cache
def _tables() -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """(256,) linear light of each code, and (4096,) codes by the square root of linear light. Source: IEC 61966-2-1."""
    code = np.arange(256) / 255.0
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    light = (np.arange(_SHADES) / (_SHADES - 1)) ** 2
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return linear.astype(np.float32), np.rint(255.0 * encoded).astype(np.uint8)
