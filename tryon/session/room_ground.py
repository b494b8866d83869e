"""Which part of a photo looks like the floor round the sheet, for putting things unasked where floor is seen."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.types import Frame

_WIDE_PX = 200
_LIGHTNESS_SHARE = 0.35  # shadow and sun lie on floors too, so color counts more than lightness
_NEAREST, _SPREAD = 9.0, 3.0  # least distance in Lab that still is floor, and spreads of the sample
_RING = 0.6  # width of the strip round the sheet that is looked at, of its size


class Ground:
    """Where a photo looks like its floor.

    mask: (h, w) bool, small. scale: Mask pixels a picture pixel.
    """

    def __init__(self, frame: Frame, taken_px: Sequence[NDArray[np.float64]] = ()) -> None:
        """Sampled round the sheet, or in the middle of the lower edge where there is none.

        Source: Mahalanobis distance in CIE Lab from the sample, then what hangs together with it.
        """
        self.scale = min(1.0, _WIDE_PX / max(frame.width, frame.height))
        size = max(1, round(frame.width * self.scale)), max(1, round(frame.height * self.scale))
        small = cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA)
        lab = cv2.cvtColor(cv2.GaussianBlur(small, (5, 5), 0), cv2.COLOR_RGB2LAB).astype(np.float32)
        lab *= np.array([_LIGHTNESS_SHARE, 1.0, 1.0], np.float32)
        seed = self._seed(size, taken_px)
        sample = lab[seed]
        away = np.abs(lab - np.median(sample, axis=0))
        spread = np.median(np.abs(sample - np.median(sample, axis=0)), axis=0) * 1.4826
        like = np.asarray((away <= np.maximum(_SPREAD * spread, _NEAREST)).all(axis=2), np.uint8)
        _, labels = cv2.connectedComponents(cv2.morphologyEx(like, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)))
        found = np.unique(labels[seed & (labels > 0)])
        self.mask: NDArray[np.bool_] = np.isin(labels, found[found > 0]) | seed

    def share(self, pixels: NDArray[np.float64]) -> float:
        """How much of a polygon of the picture, as far as it is in view, looks like floor."""
        shape = np.zeros(self.mask.shape, np.uint8)
        points = np.clip((pixels + 0.5) * self.scale - 0.5, -4 * _WIDE_PX, 5 * _WIDE_PX)
        cv2.fillConvexPoly(shape, np.rint(cv2.convexHull(points.astype(np.float32))).astype(np.int32), 1)
        covered = shape > 0
        return float(self.mask[covered].mean()) if covered.any() else 0.0

    def _seed(self, size: tuple[int, int], taken_px: Sequence[NDArray[np.float64]]) -> NDArray[np.bool_]:
        seed = np.zeros((size[1], size[0]), np.uint8)
        for outline in taken_px:
            sheet = (np.asarray(outline) + 0.5) * self.scale - 0.5
            middle = sheet.mean(axis=0)
            for factor, value in ((1.0 + 2.0 * _RING, 1), (1.25, 0)):
                grown = np.rint(middle + factor * (sheet - middle)).astype(np.int32)
                cv2.fillConvexPoly(seed, cv2.convexHull(grown), value)
        if not seed.any():
            seed[int(0.9 * size[1]) :, int(0.35 * size[0]) : int(0.65 * size[0]) + 1] = 1
        return np.asarray(seed > 0)
