"""Colors of vertices as a small texture, because phones draw UsdPreviewSurface's textures and nothing per vertex."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tryon.color.srgb import codes_from_linear

_STEPS = 64  # brightness levels of a row
_ROW_PX = 4  # one hue's height, so that neighbors do not bleed into it
_MOST_ROWS = 64
_DARKEST = 1e-4
_TINT_SHARE = 90.0  # percentile of brightness that counts as "not in a corner's shade"


@dataclass(frozen=True, slots=True, eq=False)
class Shades:
    """A texture whose rows are hues and whose columns run from dark to light, and each vertex's place in it.

    pixels: (rows, columns, 3) uint8 sRGB. uv: (N, 2) float32, v downward as in glTF.
    """

    pixels: NDArray[np.uint8]
    uv: NDArray[np.float32]


def shades_of(colors: NDArray[np.float32], factor: tuple[float, float, float]) -> Shades:
    """The shades of (N, 3) linear vertex colors times a material's own color.

    Where a triangle's corners share a hue, which baked light and pieces of one color do, what is between them is
    exact; brightness is held to one part in 64.
    """
    linear = np.maximum(colors[:, :3].astype(np.float64), 0.0) * np.asarray(factor)
    brightness = linear.max(axis=1)
    hues = linear / np.maximum(brightness, _DARKEST)[:, None]
    hues[brightness <= _DARKEST] = 1.0
    keys, row = np.unique(np.rint(hues * 24.0).astype(np.int64), axis=0, return_inverse=True)
    row = row.reshape(-1)
    if len(keys) > _MOST_ROWS:  # hues run into each other: the nearest of those most used
        kept = np.argsort(-np.bincount(row), kind="stable")[:_MOST_ROWS]
        nearest = np.argmin(np.linalg.norm(keys[:, None, :] - keys[kept][None, :, :], axis=2), axis=1)
        row = nearest[row]
        keys = keys[kept]
    count = np.maximum(np.bincount(row, minlength=len(keys)), 1)[:, None]
    mean = np.stack([np.bincount(row, hues[:, axis], len(keys)) for axis in range(3)], axis=1) / count
    top = max(float(brightness.max()), _DARKEST)
    ramp = np.linspace(0.0, top, _STEPS)
    rows = codes_from_linear(np.minimum(mean[:, None, :] * ramp[None, :, None], 1.0))
    u = (brightness / top * (_STEPS - 1) + 0.5) / _STEPS
    v = (row + 0.5) / len(keys)
    return Shades(np.repeat(rows, _ROW_PX, axis=0), np.stack([u, v], axis=1).astype(np.float32))


def tint_of(colors: NDArray[np.float32]) -> tuple[float, float, float]:
    """One linear color that stands for (N, 3) vertex colors over a texture: their hue, as bright as out of corners."""
    linear = colors[:, :3].astype(np.float64)
    brightness = linear.max(axis=1)
    hue = linear.sum(axis=0) / max(float(brightness.sum()), _DARKEST)
    tint = hue * float(np.percentile(brightness, _TINT_SHARE))
    return (float(tint[0]), float(tint[1]), float(tint[2]))
