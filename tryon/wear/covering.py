"""What of the picture lies in front of a worn product: hair and hands, as cover masks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.types import Cover, PartsMask, Tracks
from tryon.wear.wearable import View

_SOFT = (PartsMask.CLASSES.index("hair"), PartsMask.CLASSES.index("clothes"))
_SKINS = (PartsMask.CLASSES.index("body_skin"), PartsMask.CLASSES.index("face_skin"))


def hair_cover(tracks: Tracks, *, beyond_m: float, share: float = 1.0) -> Cover | None:
    """Hair, hats, collars and hands before what lies further than `beyond_m` from the camera; None when unknown.

    share: How much of hair and cloth is in front, 0 to 1: hair tucked behind an ear lies under a temple.
    """
    parts = tracks.parts
    if parts is None:
        return None
    step = _STEP if share >= 1.0 else (_STEP * max(share, 0.0)).astype(np.uint8)
    mask = np.maximum(step[_soft_things(parts)], _SURE[parts.plane("body_skin")])
    return Cover(mask, parts.mask_from_image, beyond_m) if mask.any() else None


def hand_cover(tracks: Tracks, *, within_px: NDArray[np.float32] | None = None) -> Cover | None:
    """Hands in front of what is worn on the face itself; None when nothing is known of them.

    Skin of the body that the parts mask sees on a face is a hand.

    within_px: (N, 2) outline of the face: skin outside of it may be a neck, and counts only near a hand inside.
    """
    parts = tracks.parts
    if parts is None:
        return None
    mask = _SURE[parts.plane("body_skin")]
    if within_px is not None:
        on_face = np.minimum(mask, _filled(parts, within_px, grown=_WELL_INSIDE))
        held = int((on_face > 127).sum()) > _LEAST_HAND * mask.size
        mask = np.minimum(mask, _filled(parts, within_px, grown=_AROUND if held else 1.0))
    return Cover(mask, parts.mask_from_image) if mask.any() else None


def ear_shown(view: View, top_m: NDArray[np.float64], lobe_m: NDArray[np.float64]) -> float | None:
    """How much of an ear is bare skin in the picture, 0 (under hair) to 1; None when it cannot be told.

    top_m, lobe_m: (3,) ends of the ear in camera space.
    """
    parts = view.tracks.parts
    if parts is None:
        return None
    share = np.linspace(0.25, 0.9, 7)[:, None]
    image = view.camera.project(top_m + share * (lobe_m - top_m))
    matrix = parts.mask_from_image
    column, row = np.rint(image @ matrix[:, :2].T + matrix[:, 2]).astype(int).T
    height, width = parts.probability.shape[1:]
    inside = (column >= 0) & (row >= 0) & (column < width) & (row < height)
    if not inside.any():
        return None
    seen = parts.probability[:, row[inside], column[inside]].astype(np.float64) / 255.0
    skin, soft = seen[list(_SKINS)].sum(axis=0), seen[list(_SOFT)].sum(axis=0)
    return float((skin / np.maximum(skin + soft, 0.05)).mean())


def _filled(parts: PartsMask, outline_px: NDArray[np.float32], *, grown: float) -> NDArray[np.uint8]:
    """(h, w) 255 within an outline of the picture, grown about its middle."""
    middle = outline_px.mean(axis=0)
    matrix = parts.mask_from_image
    outline = (middle + grown * (outline_px - middle)) @ matrix[:, :2].T + matrix[:, 2]
    inside = np.zeros(parts.probability.shape[1:], np.uint8)
    cv2.fillPoly(inside, [np.rint(outline).astype(np.int32)], 255)
    return inside


def _soft_things(parts: PartsMask) -> NDArray[np.uint8]:
    """(h, w) probability of hair or cloth."""
    hair, clothes = (parts.probability[index] for index in _SOFT)
    both: NDArray[np.uint8] = hair + np.minimum(clothes, 255 - hair)
    return both


_WELL_INSIDE, _AROUND = 0.85, 1.15  # of a face's outline: a hand is sought within, and believed as far as around it
_LEAST_HAND = 0.002  # of the mask's pixels


# From and to which probability a thing covers: a bare probability would leave a film.
def _step(low: float, high: float) -> NDArray[np.uint8]:
    """(256,) how much a probability covers."""
    t = np.clip((np.arange(256) / 255.0 - low) / (high - low), 0.0, 1.0)
    step: NDArray[np.uint8] = np.rint(255.0 * t * t * (3.0 - 2.0 * t)).astype(np.uint8)
    return step


_STEP, _SURE = _step(0.25, 0.75), _step(0.45, 0.85)
