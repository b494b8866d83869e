"""The photos with human masks of `parsing`: CelebAMask-HQ and MT, with one meaning of hair and face for both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
# Labels by set, from MANIFEST.json. The face is its skin with brows, eyes, nose, lips, teeth and glasses; no ears.
_CELEB = {"hair": (13,), "face": (1, 2, 3, 4, 5, 6, 7, 10, 11, 12), "lips": (11, 12)}
_MT = {"hair": (10,), "face": (1, 2, 3, 4, 5, 6, 7, 8, 9), "lips": (7, 9)}


@dataclass(frozen=True, slots=True, eq=False)
class ParsedPhoto:
    """A photo and the label of each of its pixels, at the labels' own size."""

    name: str
    pixels: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    ids: dict[str, tuple[int, ...]]

    def mask(self, region: str) -> NDArray[np.bool_]:
        """(h, w) bool, at the labels' size: hair, face or lips."""
        return np.isin(self.labels, self.ids[region])

    def image_from_labels(self) -> NDArray[np.float64]:
        """(3, 3) affine from label pixels to photo pixels, both with centres at integers."""
        x = self.pixels.shape[1] / self.labels.shape[1]
        y = self.pixels.shape[0] / self.labels.shape[0]
        return np.array(((x, 0.0, 0.5 * x - 0.5), (0.0, y, 0.5 * y - 0.5), (0.0, 0.0, 1.0)))


def photos() -> Iterator[ParsedPhoto]:
    """All 16 of them."""
    folder = DATA / "parsing"
    for photo in sorted((folder / "celebamask_hq").glob("*.jpg")):
        yield ParsedPhoto(f"celeb {photo.stem}", _read(photo), _labels(photo.with_suffix(".png")), _CELEB)
    for labels in sorted((folder / "mt_makeup" / "segs").glob("*/*.png")):
        photo = folder / "mt_makeup" / "images" / labels.parent.name / labels.name
        yield ParsedPhoto(f"mt {photo.stem}", _read(photo), _labels(labels), _MT)


def iou(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Intersection over union."""
    return float((one & other).sum() / max((one | other).sum(), 1))


def _read(path: Path) -> NDArray[np.uint8]:
    return np.ascontiguousarray(cv2.imread(str(path), cv2.IMREAD_COLOR)[:, :, ::-1])


def _labels(path: Path) -> NDArray[np.uint8]:
    return np.asarray(cv2.imread(str(path), cv2.IMREAD_UNCHANGED))
