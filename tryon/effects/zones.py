"""Areas of the face as pictures in face UV: the skin, and what makeup for skin must keep off.

Pictures are (1024, 1024) float32, 0 to 1, as in `tryon.effects.masks`, and symmetric about the face's midline.
"""

from __future__ import annotations

import functools
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.effects.masks import Texels, blur, grow, landmarks_texels, polygon, smoothstep
from tryon.effects.topology import MESH_POINTS, TEXTURE_SIZE
from tryon.geometry import face_mesh as fm

Picture = NDArray[np.float32]

# Rims of the nostrils, by eye on close-ups; the mesh has no names for them.
_RIGHT_NOSTRIL: Final = (79, 239, 238, 20, 60, 75, 59, 166)
_LEFT_NOSTRIL: Final = (309, 459, 458, 250, 290, 305, 289, 392)
_NOSE_BRIDGE: Final = 168


def both_sides(right: Picture) -> Picture:
    """The picture together with its mirror image: what is drawn on the person's right is on the left as well."""
    return np.maximum(right, right[:, ::-1])


def to_hairline(*, visible_known: bool) -> Picture:
    """The whole face from the hairline to under the jaw, fading out towards its border.

    Where what is visible is known (hair and background are masked out), it runs to the mesh's very edge; else it
    must fade before the place where hair may begin.
    """
    oval = landmarks_texels(fm.FACE_OVAL)
    ring = landmarks_texels(range(MESH_POINTS, MESH_POINTS + len(fm.FACE_OVAL)))
    bridge = landmarks_texels([_NOSE_BRIDGE])[0]
    top = np.clip((bridge[1] - oval[:, 1:]) / (bridge[1] - oval[:, 1].min()), 0.0, 1.0)
    if visible_known:
        inner, outer = oval + (ring - oval) * 0.72 * top + (bridge - oval) * 0.05 * (1 - top), ring
    else:
        inner, outer = oval + (bridge - oval) * (0.10 - 0.08 * top), oval + (ring - oval) * (0.75 - 0.2 * top)
    outer = np.clip(outer, 6.0, TEXTURE_SIZE - 7.0)  # the ring bulges past the texture at the temples
    return _between(inner.astype(np.float32), outer.astype(np.float32))


def brows() -> Picture:
    """Both brows, a little wider than their outlines."""
    picture = polygon(landmarks_texels(fm.RIGHT_BROW), feather=0.0)
    return both_sides(blur(grow(picture, 5.0), 5.0))


def eyes() -> Picture:
    """Both eyes with the roots of their lashes."""
    return both_sides(blur(grow(polygon(landmarks_texels(fm.RIGHT_EYE), feather=0.0), 5.0), 3.0))


def lips() -> Picture:
    """Both lips to just past their edge."""
    return blur(grow(polygon(landmarks_texels(fm.LIPS_OUTER), feather=0.0), 3.0), 2.5)


def nostrils() -> Picture:
    """Both nostrils."""
    return both_sides(blur(grow(polygon(landmarks_texels(_RIGHT_NOSTRIL), feather=0.0), 1.0), 2.0))


@functools.cache
def features_left_out() -> Picture:
    """1 on the skin, 0 on brows, eyes, lips and nostrils: what to multiply a mask for skin with."""
    return np.asarray((1.0 - brows()) * (1.0 - eyes()) * (1.0 - lips()) * (1.0 - nostrils()), np.float32)


def soften(picture: Picture, sigma: float) -> Picture:
    """Gaussian blur by sigma texels, at a quarter of the size where it is wide, ten times as fast."""
    if sigma < 8.0:
        return blur(picture, sigma)
    small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    wide = cv2.resize(blur(np.asarray(small, np.float32), sigma / 4.0), (TEXTURE_SIZE, TEXTURE_SIZE))
    return np.asarray(wide, np.float32)


def skin(border: Literal["seen", "guessed"], *, brows_kept: float = 1.0) -> Picture:
    """Skin of the face: all but eyes, brows, lips and nostrils.

    Args:
        border: Whether the border is "seen", in a mask of parts, or "guessed"; see `to_hairline`.
        brows_kept: Share of the brows that is left out.
    """
    whole = to_hairline(visible_known=border == "seen")
    if brows_kept == 1.0:
        return whole * features_left_out()
    others = (1.0 - eyes()) * (1.0 - lips()) * (1.0 - nostrils())
    return np.asarray(whole * others * (1.0 - brows_kept * brows()), np.float32)


def _between(inner: Texels, outer: Texels) -> Picture:
    """1 inside one closed outline, 0 outside the other, and a smooth fall between them."""
    filled = np.zeros((2, TEXTURE_SIZE, TEXTURE_SIZE), np.uint8)
    for picture, outline in zip(filled, (inner, outer), strict=True):
        cv2.fillPoly(picture, [np.rint(outline).astype(np.int32)], 1)
    to_inner = cv2.distanceTransform(1 - filled[0], cv2.DIST_L2, 5)
    to_outer = cv2.distanceTransform(filled[1], cv2.DIST_L2, 5)
    return smoothstep(0.0, 1.0, to_outer / np.maximum(to_inner + to_outer, 1e-3))
