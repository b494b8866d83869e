"""Eyes of rendered heads: where they are, and a sphere with a flat iris drawn between the lids."""

from __future__ import annotations

import math

import cv2
import numpy as np
from _head_people import Person
from numpy.typing import NDArray

ROTATION_M = 0.0105  # entrance pupil to the eye's center of rotation: 13.5 mm from the cornea less 3 mm of chamber
PUPIL_AHEAD_M = 0.0045  # of the middle of the eye's corners, toward the viewer
_LIMBUS_M = 0.0003  # half width of the limbus' soft edge
IRIS_RGB = ((0.10, 0.05, 0.025), (0.16, 0.22, 0.30), (0.16, 0.18, 0.10), (0.045, 0.025, 0.015))


def eye_centers(one: Person, pd_m: float, pupil_ahead_m: float) -> tuple[NDArray[np.float64], float]:
    """(2, 3) centers of rotation in head axes at true size, and by how much the head grows for them to be pd apart.

    Each lies behind the photo's own iris as seen head on, leveled so that both have one height and depth.
    """
    corners = np.array([one.mesh_m[[33, 133]].mean(0), one.mesh_m[[362, 263]].mean(0)])
    lids = np.array([one.mesh_m[[159, 145]].mean(0), one.mesh_m[[386, 374]].mean(0)])
    across = 0.5 * (corners[1, 0] - corners[0, 0])
    scale = pd_m / (2.0 * across)
    middle = corners[:, 0].mean()
    depth = corners[:, 2].mean() * scale + pupil_ahead_m - ROTATION_M
    rows = 0.5 * (corners[:, 1] + lids[:, 1]) * scale
    x = np.array([middle * scale - pd_m / 2.0, middle * scale + pd_m / 2.0])
    return np.stack([x, np.full(2, rows.mean()), np.full(2, depth)], 1), float(scale)


def rim(
    pupil: NDArray[np.float64], gaze: NDArray[np.float64], turn: NDArray[np.float64], radius_m: float
) -> NDArray[np.float64]:
    """Pupil, then the iris' rim: right, top, left, bottom in the picture, as the mesh counts them."""
    up = turn[:, 1] - gaze * (turn[:, 1] @ gaze)
    up /= np.linalg.norm(up)
    right = np.cross(up, gaze)
    return pupil + radius_m * np.array([0 * up, right, up, -right, -up])


def draw_eye(
    picture: NDArray[np.float32],
    window: NDArray[np.bool_],
    intrinsics: NDArray[np.float64],
    center: NDArray[np.float64],
    gaze: NDArray[np.float64],
    radius_m: float,
    iris_rgb: NDArray[np.float64],
    light: float,
    rng: np.random.Generator,
) -> None:
    """The eyeball through the gap between the lids: ray against sphere and iris disc, shaded toward the lids."""
    if not window.any():
        return
    rows, columns = np.nonzero(window)
    focal_x, focal_y, center_x, center_y = intrinsics
    ray = np.stack([(columns - center_x) / focal_x, -(rows - center_y) / focal_y, -np.ones(len(rows))], 1)
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    sphere_m = math.hypot(ROTATION_M, radius_m)
    along = ray @ center
    gap = along**2 - (center @ center - sphere_m**2)
    hit = gap > 0.0
    point = ray * (along - np.sqrt(np.maximum(gap, 0.0)))[:, None]
    ahead = (point - center) @ gaze
    on_disc = hit & (ahead > ROTATION_M)
    reach = (ROTATION_M + center @ gaze) / (ray @ gaze)
    point = np.where(on_disc[:, None], ray * reach[:, None], point)
    offset = point - center
    offset = offset - (offset @ gaze)[:, None] * gaze
    radial = np.where(on_disc | (ahead > 0.0), np.linalg.norm(offset, axis=1), 1.0) / radius_m

    patch = window[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(np.uint8)
    inner = cv2.distanceTransform(cv2.copyMakeBorder(patch, 1, 1, 1, 1, cv2.BORDER_CONSTANT), cv2.DIST_L2, 5)
    near = inner[1:-1, 1:-1][rows - rows.min(), columns - columns.min()]
    px_per_m = focal_x / -center[2]
    lid = np.clip(near / (0.003 * px_per_m), 0.0, 1.0)
    shade = 0.45 + 0.55 * lid * (2.0 - lid)

    angle = np.arctan2(offset[:, 1], offset[:, 0])
    spokes = sum(rng.uniform(0.03, 0.1) * np.sin(k * angle + rng.uniform(0, 6)) for k in (7, 13, 23, 37))
    iris = iris_rgb * (1.0 + spokes)[:, None] * (1.15 - 0.5 * np.clip(radial, 0, 1) ** 3)[:, None]
    pupil = np.clip((0.34 - radial) / 0.03 + 0.5, 0.0, 1.0)[:, None]
    iris = iris * (1.0 - pupil) + 0.004 * pupil
    white = np.array([1.25, 1.15, 1.08]) * light * np.ones((len(rows), 1))
    edge = np.clip((radial - 1.0) * radius_m / (2.0 * _LIMBUS_M) + 0.5, 0.0, 1.0)
    edge = (edge * edge * (3.0 - 2.0 * edge))[:, None]
    color = (iris + edge * (white - iris)) * shade[:, None]
    glint = np.hypot(offset[:, 0] / radius_m + 0.2, offset[:, 1] / radius_m - 0.28)
    color += 1.2 * np.clip((0.10 - glint) / 0.04, 0.0, 1.0)[:, None] * on_disc[:, None]
    old = picture[rows, columns]
    color = np.where(hit[:, None], color, old * 0.6)
    seam = np.clip(near / (0.0006 * px_per_m), 0.0, 1.0)[:, None]  # lashes and the lids' wet edge
    picture[rows, columns] = old + seam * (color - old)
