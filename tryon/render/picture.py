"""What a renderer hands back: premultiplied color, and how far away each pixel is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tryon.color.srgb import codes_from_linear, linear_from_codes
from tryon.errors import ShapeError

Box: TypeAlias = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A drawn box of the camera's picture.

    rgba: (h, w, 4) uint8. Color is premultiplied by coverage in linear light and then sRGB-encoded; alpha is the
        coverage itself. Put it over a background with `over`, save it with `straight`.
    depth_m: (h, w) float32, distance along the camera's axis of the nearest opaque, masked or transmissive surface;
        inf where there is none.
    box: (x0, y0, x1, y1) pixels of the camera's picture, the last column and row not included.
    """

    rgba: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    box: Box

    def over(self, background: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(h, w, 3) uint8 sRGB: this box composed in linear light over a background of its size.

        Raises:
            ShapeError: `background` is not (h, w, 3) uint8.
        """
        expected = (*self.rgba.shape[:2], 3)
        if background.shape != expected or background.dtype != np.uint8:
            raise ShapeError("background", expected=f"{expected} uint8", got=f"{background.shape} {background.dtype}")
        behind = linear_from_codes(background) * (1.0 - self.coverage[..., None])
        return codes_from_linear(linear_from_codes(self.rgba[..., :3]) + behind)

    def straight(self) -> NDArray[np.uint8]:
        """(h, w, 4) uint8 RGBA with the color not multiplied by alpha, as PNG and WebP store it."""
        coverage = self.coverage[..., None]
        linear = linear_from_codes(self.rgba[..., :3]) / np.maximum(coverage, 1.0 / 255.0)
        return np.concatenate([codes_from_linear(linear), self.rgba[..., 3:]], axis=2)

    @property
    def coverage(self) -> NDArray[np.float32]:
        """(h, w) float32, 0 to 1: how much of each pixel the drawn things hide."""
        return self.rgba[..., 3].astype(np.float32) / np.float32(255.0)
