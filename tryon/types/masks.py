"""Soft masks at the resolution their model gives, with the map from image pixels into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ShapeError


@dataclass(frozen=True, slots=True, eq=False)
class PersonMask:
    """How much of each pixel is a person.

    alpha: (h, w) uint8, 0 to 255, at mask resolution.
    mask_from_image: (2, 3) float64 affine from image pixels (centres at integers) to mask pixels.
    """

    alpha: NDArray[np.uint8]
    mask_from_image: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.alpha.ndim != 2 or self.alpha.dtype != np.uint8:
            raise ShapeError("alpha", expected="(h, w) uint8", got=f"{self.alpha.shape} {self.alpha.dtype}")
        if self.mask_from_image.shape != (2, 3):
            raise ShapeError("mask_from_image", expected=(2, 3), got=self.mask_from_image.shape)


@dataclass(frozen=True, slots=True, eq=False)
class PartsMask:
    """Probability of each part of a person, at mask resolution.

    probability: (6, h, w) uint8, 0 to 255, planes in the order of `CLASSES`; they sum to about 255.
    mask_from_image: (2, 3) float64 affine from image pixels (centres at integers) to mask pixels.
    """

    CLASSES: ClassVar[tuple[str, ...]] = ("background", "hair", "body_skin", "face_skin", "clothes", "other")

    probability: NDArray[np.uint8]
    mask_from_image: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.probability.ndim != 3 or self.probability.shape[0] != 6 or self.probability.dtype != np.uint8:
            got = f"{self.probability.shape} {self.probability.dtype}"
            raise ShapeError("probability", expected="(6, h, w) uint8", got=got)
        if self.mask_from_image.shape != (2, 3):
            raise ShapeError("mask_from_image", expected=(2, 3), got=self.mask_from_image.shape)

    def plane(self, name: str) -> NDArray[np.uint8]:
        """(h, w) uint8 probability of one class of `CLASSES`."""
        plane: NDArray[np.uint8] = self.probability[self.CLASSES.index(name)]
        return plane
