"""What the face mesh knows about a parts mask: where the face ends."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.geometry.face_mesh import CHIN, FACE_OVAL, FOREHEAD_TOP, NOSE_TIP
from tryon.types import Face

_BODY_SKIN, _FACE_SKIN = 2, 3
_BETWEEN_EYES = 168
# Where the nose tip lies between the middle of the outline (0) and its edge (1) from which a head counts as turned.
_TURNED = 0.3
# Shares of the face's height. The human masks of parsing end the face 0.01 outside the mesh's oval, so it fades out
# over twice that (benchmarks/parts_iou.py --calibrate); the forehead goes on above the mesh up to the hair, which the
# network sees and the mesh does not. Skin further off than an ear is another person's.
_MARGIN, _FOREHEAD_LIFT, _EAR_REACH = 0.02, 0.6, 0.5


def outline(
    face: Face, mask_from_image: NDArray[np.float64], *, lift: float = 0.0
) -> tuple[NDArray[np.float32], float]:
    """The face's outline, (36, 2) float32 in mask pixels, and the face's height in mask pixels.

    Args:
        lift: How far the part above the eyes is raised, in face heights; the mesh ends below the hairline.
    """
    points = face.landmarks.points_px[:, :2].astype(np.float64)
    points = points @ mask_from_image[:, :2].T + mask_from_image[:, 2]
    oval = points[list(FACE_OVAL)]
    up = points[FOREHEAD_TOP] - points[CHIN]
    height = max(float(np.hypot(*up)), 1.0)
    if lift > 0.0:
        above = (oval - points[_BETWEEN_EYES]) @ up / height**2
        oval += np.clip(above / 0.2, 0.0, 1.0)[:, None] * lift * up
    return oval.astype(np.float32), height


def filled(oval: NDArray[np.float32], height: int, width: int) -> NDArray[np.uint8]:
    """(height, width) uint8, 1 inside the outline."""
    inside = np.zeros((height, width), np.uint8)
    cv2.fillPoly(inside, [np.round(oval * 16.0).astype(np.int32)], 1, shift=4)
    return inside


def end_faces(planes: NDArray[np.float32], faces: Sequence[Face], mask_from_image: NDArray[np.float64]) -> None:
    """Hand what is called face beside the faces' outlines (ears, a bearded throat) to body skin, in place.

    The network paints ears and the skin under the jaw as face; people do not, and a look must not.

    Args:
        planes: (6, h, w) float32 probabilities, in the order of `PartsMask.CLASSES`.
    """
    if not faces:
        return
    rows, columns = planes.shape[1:]
    beside = np.zeros((rows, columns), np.float32)
    within = np.zeros((rows, columns), np.float32)
    for face in faces:
        oval, height = outline(face, mask_from_image, lift=_FOREHEAD_LIFT)
        outside_px = cv2.distanceTransform(1 - filled(oval, rows, columns), cv2.DIST_L2, 3)
        share = np.maximum(1.0 - outside_px / (_MARGIN * height), 0.0).astype(np.float32)
        _spare_far_cheek(share, face, mask_from_image)
        cv2.max(within, share, dst=within)
        cv2.max(beside, (outside_px < _EAR_REACH * height).astype(np.float32), dst=beside)
    moved = planes[_FACE_SKIN] * beside * (1.0 - within)
    planes[_FACE_SKIN] -= moved
    planes[_BODY_SKIN] += moved


def _spare_far_cheek(share: NDArray[np.float32], face: Face, mask_from_image: NDArray[np.float64]) -> None:
    """Let the face reach as far as the network says on the side a turned head hides, in place.

    There is no ear to cut off there, and the mesh knows the far cheek's edge less well than the network.
    """
    points = face.landmarks.points_px[:, :2].astype(np.float64)
    points = points @ mask_from_image[:, :2].T + mask_from_image[:, 2]
    up = points[FOREHEAD_TOP] - points[CHIN]
    across = np.array((-up[1], up[0])) / max(float(np.hypot(*up)), 1.0)
    oval = points[list(FACE_OVAL)] @ across
    middle, half = (oval.min() + oval.max()) / 2.0, max(float(np.ptp(oval)) / 2.0, 1.0)
    turn = (float(points[NOSE_TIP] @ across) - middle) / half
    if abs(turn) < _TURNED:
        return
    rows, columns = share.shape
    x, y = np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)[:, None]
    beyond = (x * across[0] + y * across[1] - middle) * turn > 0.0
    above_chin = (x - points[CHIN, 0]) * up[0] + (y - points[CHIN, 1]) * up[1] > 0.0
    share[beyond & above_chin] = 1.0
