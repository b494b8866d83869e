"""One picture at one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ShapeError


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture: what capture yields and every stage passes on.

    pixels: (H, W, 3) uint8, sRGB, RGB order, rows top to bottom, already upright.
    time_s: Seconds since the source began; 0 for a still.
    index: Count of frames the source gave before this one.
    alpha: (H, W) uint8 straight alpha of the source, carried through untouched, or None.
    """

    pixels: NDArray[np.uint8]
    time_s: float = 0.0
    index: int = 0
    alpha: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        pixels = self.pixels
        if not isinstance(pixels, np.ndarray) or pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
            got = f"{pixels.shape} {pixels.dtype}" if isinstance(pixels, np.ndarray) else type(pixels).__name__
            raise ShapeError("pixels", expected="(H, W, 3) uint8 in RGB order", got=got)
        if 0 in pixels.shape:
            raise ShapeError("pixels", expected="at least one pixel", got=pixels.shape)
        if self.alpha is not None and (self.alpha.shape != pixels.shape[:2] or self.alpha.dtype != np.uint8):
            raise ShapeError(
                "alpha", expected=f"{pixels.shape[:2]} uint8", got=f"{self.alpha.shape} {self.alpha.dtype}"
            )

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    def with_pixels(self, pixels: NDArray[np.uint8]) -> Frame:
        """The same moment showing other pixels of the same size."""
        return replace(self, pixels=pixels)
