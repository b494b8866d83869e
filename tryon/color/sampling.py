"""Where on the 478 face points to look for skin and for the whites of the eyes, and how to average what is there.

Positions only: whoever holds the pixels reads them (bilinear, linear light) at the points given here and hands the
samples to `skin_color` and `sclera_color`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Flat skin that beards, brows, hair, glasses and the nose's highlight seldom reach.
RIGHT_CHEEK = (118, 101, 50, 36, 205, 142, 117)
LEFT_CHEEK = (347, 330, 280, 266, 425, 371, 346)
FOREHEAD = (151, 9, 108, 337, 69, 299, 104, 333)
SKIN_PATCHES = (RIGHT_CHEEK, LEFT_CHEEK, FOREHEAD)
"""Point indices of three patches of skin; the person's own right and left."""

# (outer corner, inner corner, iris center, first of four iris rim points, upper lid, lower lid)
_EYES = ((33, 133, 468, 469, 159, 145), (263, 362, 473, 474, 386, 374))
_OUTER_CORNERS = (33, 263)

_DISC = 9  # samples round each skin point
_DISC_RADIUS = 0.035  # of the distance between the outer eye corners
_GOLDEN_ANGLE_RAD = np.pi * (3.0 - np.sqrt(5.0))
_MIN_OPENNESS = 0.17  # lid gap over eye width; below it lashes cover the white
_MIN_EYE_PX = 14.0
_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
_FLOOR = 1.0 / 4096.0


def skin_points(points_px: NDArray[np.floating]) -> NDArray[np.float32]:
    """(3, n, 2) float32 positions to read for right cheek, left cheek and forehead; short patches are repeated.

    Args:
        points_px: (478, 2 or more) landmarks.
    """
    corners = points_px[list(_OUTER_CORNERS), :2]
    radius = _DISC_RADIUS * float(np.hypot(*(corners[0] - corners[1])))
    k = np.arange(_DISC)
    distance, angle = radius * np.sqrt((k + 0.5) / _DISC), k * _GOLDEN_ANGLE_RAD
    disc = np.stack([distance * np.cos(angle), distance * np.sin(angle)], axis=1)
    longest = max(map(len, SKIN_PATCHES))
    indices = np.array([np.resize(patch, longest) for patch in SKIN_PATCHES])
    positions = points_px[indices, :2][:, :, None, :] + disc
    return np.asarray(positions.reshape(len(SKIN_PATCHES), -1, 2), dtype=np.float32)


def sclera_points(points_px: NDArray[np.floating]) -> NDArray[np.float32] | None:
    """(n, 2) float32 positions to read between the irises and the eye corners; None when no eye shows enough white.

    Args:
        points_px: (478, 2 or more) landmarks, iris included.
    """
    found = []
    along = np.linspace(0.12, 0.62, 6)
    across = np.linspace(-0.25, 0.25, 5)
    for outer, inner, center, rim, upper, lower in _EYES:
        eye = points_px[[outer, inner, center, upper, lower], :2].astype(np.float64)
        width = float(np.hypot(*(eye[0] - eye[1])))
        gap = float(np.hypot(*(eye[3] - eye[4])))
        if width < _MIN_EYE_PX or gap < _MIN_OPENNESS * width:
            continue
        radius = float(np.hypot(*(points_px[rim : rim + 4, :2] - eye[2]).T).mean())
        for corner in eye[:2]:
            reach = float(np.hypot(*(corner - eye[2])))
            white = reach - 1.12 * radius
            if white < 0.12 * width:
                continue
            toward = (corner - eye[2]) / reach
            aside = np.array([-toward[1], toward[0]])
            spine = eye[2] + np.multiply.outer(1.12 * radius + along * white, toward)
            half = np.multiply.outer((1.0 - along) * gap, across)
            found.append((spine[:, None, :] + half[..., None] * aside).reshape(-1, 2))
    return np.concatenate(found).astype(np.float32) if found else None


def skin_color(samples_linear: ArrayLike, *, weight: ArrayLike | None = None) -> NDArray[np.float64] | None:
    """(3,) linear RGB of the face's skin from (3, n, 3) samples at `skin_points`; None when too few are visible.

    Within each patch the samples between the 30th and 80th percentile of luminance count, which leaves out
    highlights, hair and moles. Patches are averaged in log, so a face lit from one side gives its middle; one
    that is far darker than the brightest (a fringe over the forehead, the far side of a turned head) is dropped.

    Args:
        weight: (3, n) visibility, 0 to 1; samples under one half are left out.
    """
    samples = np.asarray(samples_linear, dtype=np.float64)
    seen = np.ones(samples.shape[:2], dtype=bool) if weight is None else np.asarray(weight) >= 0.5
    logs = []
    for patch, visible in zip(samples, seen, strict=True):
        colors = patch[visible]
        if len(colors) >= 8:
            kept = colors[_between(colors @ _LUMINANCE, 0.3, 0.8)]
            logs.append(np.log(np.maximum(kept, _FLOOR)).mean(axis=0))
    if not logs:
        return None
    patches = np.exp(np.array(logs))
    luminance = patches @ _LUMINANCE
    # Smooth in luminance, so that no patch pops in or out between frames.
    share = np.clip(luminance / luminance.max() * 4.0 - 0.8, 0.0, 1.0)
    return np.asarray(np.exp(share @ np.log(patches) / share.sum()))


def sclera_color(samples_linear: ArrayLike) -> NDArray[np.float64]:
    """(3,) linear RGB of the lit part of the whites from (n, 3) samples at `sclera_points`.

    Mean of the samples between the 70th and 95th percentile of luminance: above are catchlights, below are lashes,
    lids and the iris.
    """
    samples = np.asarray(samples_linear, dtype=np.float64)
    return np.asarray(samples[_between(samples @ _LUMINANCE, 0.7, 0.95)].mean(axis=0))


def _between(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.intp]:
    order = np.argsort(values)
    first = int(low * len(order))
    return np.asarray(order[first : max(first + 1, int(high * len(order)))])
