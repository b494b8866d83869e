"""People in a room's photo: who stands in front of a piece hides it, who stands behind does not."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.errors import TryOnError
from tryon.types import Cover, Frame, Plane

_LEAST_SHARE = 0.004  # of the picture that a person fills
_SOLID = 128  # of the mask's 255
_SIDE_PX = 1600  # longer side of the mask kept
_FEET_SHARE = 0.06  # of a person's height that counts as feet


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Everyone in a photo, apart.

    masks: (h, w) uint8 each, 0 to 255. mask_from_image: (2, 3) float64, of all.
    away_m: How far each stands from the camera along its axis, by where the feet meet the floor.
    """

    masks: tuple[NDArray[np.uint8], ...]
    mask_from_image: NDArray[np.float64]
    away_m: tuple[float, ...]

    def cover_of(self, away_m: float) -> Cover | None:
        """What of them hides a piece that stands `away_m` from the camera; None when nobody does."""
        before = [index for index, own in enumerate(self.away_m) if own < away_m]
        if not before:
            return None
        mask = np.maximum.reduce([self.masks[index] for index in before])
        return Cover(mask, self.mask_from_image, max(self.away_m[index] for index in before))


def people_in(frame: Frame, floor: Plane) -> People | None:
    """Everyone who stands on the floor; None when nobody is seen, or the model that sees people is not installed.

    Somebody whose feet the picture cuts off stands as near as its lower edge shows the floor.
    """
    from tryon.track import Tracker
    from tryon.track.person_alpha import person_alpha

    scale = min(1.0, _SIDE_PX / max(frame.width, frame.height))
    size = max(1, round(frame.width * scale)), max(1, round(frame.height * scale))
    small = frame if scale == 1.0 else Frame(np.asarray(cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA)))
    try:
        with Tracker.load("person", smooth=0.0) as tracker:
            person = tracker.track(small).person
    except TryOnError:  # no weights, no runtime: furniture is placed all the same
        return None
    if person is None:
        return None
    alpha = person_alpha(small, person)
    across, down = size[0] / frame.width, size[1] / frame.height
    mask_from_image = np.array([[across, 0.0, 0.5 * across - 0.5], [0.0, down, 0.5 * down - 0.5]])
    return told_apart(alpha, mask_from_image, floor)


def told_apart(alpha: NDArray[np.uint8], mask_from_image: NDArray[np.float64], floor: Plane) -> People | None:
    """The people of one mask, each with where they stand.

    Args:
        alpha: (h, w) uint8, how much of each pixel is a person.
    """
    solid = np.asarray(alpha >= _SOLID, np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    masks, away = [], []
    for person in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[person])
        if area < _LEAST_SHARE * alpha.size:
            continue
        own = np.asarray(labels == person, np.uint8)
        feet_rows = own[top + height - max(1, round(_FEET_SHARE * height)) : top + height, left : left + width]
        columns = np.flatnonzero(feet_rows.any(axis=0))
        feet = np.array([left + float(columns.mean()), top + height - 1.0])
        scale = mask_from_image[[0, 1], [0, 1]]
        point = floor.points_at((feet - mask_from_image[:, 2]) / scale)[0]
        if not np.isfinite(point).all():
            continue  # somebody on a poster, or on the stairs
        grown = np.asarray(cv2.dilate(own, np.ones((9, 9), np.uint8)), np.uint8)
        masks.append(np.asarray(alpha * grown, np.uint8))
        away.append(float(-point[2]))
    return People(tuple(masks), mask_from_image, tuple(away)) if masks else None
