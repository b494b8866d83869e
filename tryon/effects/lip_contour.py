"""The lips' outline in this picture: the mesh's own, moved to where the color changes.

The mesh's outline follows the lips to about 2 % of their width, and people see lipstick that misses the border by
less. Color profiles across the outline vote for where lip turns to skin, and lip to teeth or to the mouth's dark; a
smooth curve is fitted to the votes, which falls back to the mesh where the picture says nothing (pale lips, a beard,
blur).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.effects.lip_kernels import find_falls, find_splits, read_profiles, tell_apart
from tryon.effects.lip_ring import ACROSS, RING, Loop, fine_from_ring, outward, smooth_offsets

_SMALLEST_PX = 14.0  # lips narrower than this are a handful of pixels; the mesh is all there is
_LARGEST_PX = 220.0  # wider lips are read from a smaller copy: less noise, same outline

# Lengths are shares of the lips' width. Chosen on the human masks of benchmarks/region_iou.py, where the score is
# flat: halving or doubling any one of them costs less than 0.004 of IoU.
_OUTER_STEPS = np.linspace(-0.045, 0.08, 26, dtype=np.float32)
_OUTER_PRIOR, _OUTER_SPREAD, _OUTER_NOISE, _OUTER_REACH = 0.045, 0.025, 0.012, 3.0
_OUTER_BLUR = 0.012
_LIP_SHARES = np.linspace(0.3, 0.8, 5, dtype=np.float32)  # from the outer toward the inner outline
_SKIN_STEPS = np.linspace(0.055, 0.135, 5, dtype=np.float32)
_UNCLEAR = 20.0  # squared Mahalanobis distance of lip and skin below which the votes are doubted
_RIDGE = 1.0  # color units², about one just noticeable difference
_INNER_STEPS = np.linspace(-0.036, 0.12, 40, dtype=np.float32)
_INNER_PRIOR, _INNER_SPREAD, _INNER_NOISE, _INNER_REACH = 0.045, 0.03, 0.015, 2.0
_INNER_CONTRAST = 90.0
_GREATEST = 0.10
_WET = 0.005  # color stops this far before the wet inner edge of parted lips
# The mesh leaves a sliver open between closed lips and opens them too far into the corners.
_SHUT, _OPEN = 0.008, 0.030

_UNREAD = np.zeros(3, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class LipContour:
    """Closed outlines of the lips; both loops start at the person's right corner and run along the upper lip first.

    outer, inner: (160, 2) float32 region pixels; where the mouth is shut the inner loop's two arcs coincide.
    width_px: Distance between the corners.
    opening_px: Largest gap between the lips.
    lip, skin: (3,) mean opponent colors (see `lip_kernels.read_profiles`) of the lips and of the skin round them;
        zero where the lips are too few pixels to read.
    """

    outer: NDArray[np.float32]
    inner: NDArray[np.float32]
    width_px: float
    opening_px: float
    lip: NDArray[np.float32]
    skin: NDArray[np.float32]


def fit_contour(
    source: NDArray[np.uint8], outer_px: NDArray[np.floating], inner_px: NDArray[np.floating]
) -> LipContour:
    """The outline fitted to a picture.

    Args:
        source: (h, w, 3) sRGB pixels.
        outer_px, inner_px: (40, 2) the mesh's own loops in those pixels.

    Source: our derivation; linear discriminant axis (Fisher 1936) for lip against skin, Otsu's split (1979) for lip
    against mouth, both smoothed along the loop. Checked by benchmarks/region_iou.py.
    """
    outer, inner = np.asarray(outer_px, np.float64), np.asarray(inner_px, np.float64)
    width_px = float(np.hypot(*(outer[0] - outer[RING // 2])))
    lip_mean = skin_mean = _UNREAD
    if width_px >= _SMALLEST_PX and _within(source, outer):
        seen, shift, scale = _reading_copy(source, outer, width_px)
        outer, inner = (outer - shift) * scale, (inner - shift) * scale
        normal = outward(outer)
        lip = _profiles(seen, outer, inner - outer, _LIP_SHARES).reshape(-1, 3)
        skin = _profiles(seen, outer, normal, _SKIN_STEPS * np.float32(width_px * scale)).reshape(-1, 3)
        lip_mean, skin_mean = lip.mean(0), skin.mean(0)
        outer = _fit_outer(seen, outer, normal, width_px * scale, lip, skin) / scale + shift
        inner = _fit_inner(seen, inner, width_px * scale) / scale + shift
    inner, opening_px = _shut(inner, width_px)
    fine = fine_from_ring()
    return LipContour(
        outer=(fine @ outer).astype(np.float32),
        inner=(fine @ inner).astype(np.float32),
        width_px=width_px,
        opening_px=opening_px,
        lip=lip_mean,
        skin=skin_mean,
    )


def _fit_outer(
    source: NDArray[np.uint8],
    outer: Loop,
    normal: Loop,
    width_px: float,
    lip: NDArray[np.float32],
    skin: NDArray[np.float32],
) -> Loop:
    profiles = _profiles(source, outer, normal, _OUTER_STEPS * np.float32(width_px))
    a, b, c, offset, separation = tell_apart(lip, skin, _RIDGE)
    lipness = profiles @ np.array([a, b, c], np.float32) + np.float32(offset)
    blur = max(0.7 / width_px, _OUTER_BLUR) / float(_OUTER_STEPS[1] - _OUTER_STEPS[0])
    ring = np.concatenate([lipness[-4:], lipness, lipness[:4]])
    even = cv2.GaussianBlur(ring, (0, 0), sigmaX=blur, sigmaY=1.5, borderType=cv2.BORDER_REPLICATE)[4:-4]
    found = np.empty((RING, 3), np.float32)
    find_falls(np.asarray(even, np.float32), _OUTER_STEPS, _OUTER_PRIOR, found)
    place, variance, evidence = found.T
    doubt = (1.0 + variance / _OUTER_PRIOR**2) * (1.0 + _UNCLEAR / separation)
    noise = _OUTER_NOISE**2 * doubt / np.maximum(evidence, 1e-3) ** 2
    shift = smooth_offsets(place, noise, spread=_OUTER_SPREAD, reach=_OUTER_REACH)
    return outer + normal * (np.clip(shift, -_GREATEST, _GREATEST) * width_px)[:, None]


def _fit_inner(source: NDArray[np.uint8], inner: Loop, width_px: float) -> Loop:
    gap = np.hypot(*(inner[ACROSS] - inner).T) / width_px
    if gap.max() < _SHUT:
        return inner
    normal = -outward(inner)
    profiles = _profiles(source, inner, normal, _INNER_STEPS * np.float32(width_px))
    found = np.empty((RING, 2), np.float32)
    find_splits(profiles, _INNER_STEPS, (gap / 2).astype(np.float32), _INNER_PRIOR, found)
    place, contrast = found.T
    trust = contrast / (contrast + _INNER_CONTRAST) * np.minimum(gap / 0.07, 1.0) ** 2
    noise = (_INNER_NOISE / np.maximum(trust, 1e-3)) ** 2
    shift = smooth_offsets(place, noise, spread=_INNER_SPREAD, reach=_INNER_REACH)
    shift -= _WET * np.minimum(gap / 0.05, 1.0)
    return inner + normal * (np.clip(shift, -_GREATEST, _GREATEST) * width_px)[:, None]


def _shut(inner: Loop, width_px: float) -> tuple[Loop, float]:
    """The inner loop with small gaps closed onto their middle and crossed arcs uncrossed, and its largest gap."""
    other = inner[ACROSS]
    along = inner[RING // 2] - inner[0]
    up = np.array([along[1], -along[0]]) / max(float(np.hypot(*along)), 1e-9)
    gap = (inner - other) @ up
    gap[RING // 2 :] *= -1.0
    t = np.clip((gap / max(width_px, 1e-9) - _SHUT) / (_OPEN - _SHUT), 0.0, 1.0)
    keep = t * t * (3.0 - 2.0 * t)
    middle = (inner + other) / 2
    return middle + (inner - middle) * keep[:, None], max(0.0, float((gap * keep).max()))


def _profiles(source: NDArray[np.uint8], points: Loop, along: Loop, steps: NDArray[np.float32]) -> NDArray[np.float32]:
    """(n, k, 3) opponent colors at points + along · steps."""
    profiles = np.empty((len(points), len(steps), 3), np.float32)
    read_profiles(source, points.astype(np.float32), along.astype(np.float32), steps, profiles)
    return profiles


def _within(source: NDArray[np.uint8], outer: Loop) -> bool:
    low, high = outer.min(0), outer.max(0)
    return bool(low.min() >= 0 and high[0] < source.shape[1] and high[1] < source.shape[0])


def _reading_copy(
    source: NDArray[np.uint8], outer: Loop, width_px: float
) -> tuple[NDArray[np.uint8], NDArray[np.float64], float]:
    """The part of the picture to read, its corner, and its scale: smaller where lips are many pixels wide."""
    if width_px <= _LARGEST_PX:
        return source, np.zeros(2), 1.0
    margin = 0.2 * width_px
    x0, y0 = np.maximum(outer.min(0) - margin, 0).astype(int)
    x1, y1 = (outer.max(0) + margin).astype(int)
    crop = source[y0:y1, x0:x1]
    factor = int(np.ceil(width_px / _LARGEST_PX))
    crop = crop[: crop.shape[0] // factor * factor, : crop.shape[1] // factor * factor]
    small: NDArray[Any] = cv2.resize(
        crop, (crop.shape[1] // factor, crop.shape[0] // factor), interpolation=cv2.INTER_AREA
    )
    # Pixel centers are integers: center c of the copy lies at (c + 0.5) · factor − 0.5 of the crop.
    return small, np.array([x0, y0]) + (0.5 * factor - 0.5), 1.0 / factor
