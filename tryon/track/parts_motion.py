"""Carries a mask along with the faces between two runs of its network."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.types import Face, PartsMask

_MESH_POINTS = 468
_EVERY = 4  # a quarter of the points gives the same motion to 0.01 px
# The motion field of several faces is smooth: one sample each so many mask pixels is enough.
_FIELD_STEP_PX = 8
# In distances between a face's middle and its edge: how far from a face its motion still counts half.
_REACH = 1.5
_LEAST_SPREAD_PX2 = 1e-6  # below it the points are one, and only a shift can be told


def then_from_now(now: NDArray[np.float32], then: NDArray[np.float32]) -> NDArray[np.float64]:
    """(2, 3) similarity that best maps a face's points now onto the same points then.

    Args:
        now, then: (N, 2+) points of one face in picture pixels.

    Source: least squares over the complex plane, z_then = c · z_now + t; checked on synthetic similarities in
        tests/track/test_parts_motion.py.
    """
    a = now[:_MESH_POINTS:_EVERY, 0] + 1j * now[:_MESH_POINTS:_EVERY, 1].astype(np.float64)
    b = then[:_MESH_POINTS:_EVERY, 0] + 1j * then[:_MESH_POINTS:_EVERY, 1].astype(np.float64)
    mean_a, mean_b = a.mean(), b.mean()
    a, b = a - mean_a, b - mean_b
    spread = float((a.real**2 + a.imag**2).sum())
    turn = (a.conj() @ b) / spread if spread > _LEAST_SPREAD_PX2 else complex(1.0)
    shift = mean_b - turn * mean_a
    return np.array(((turn.real, -turn.imag, shift.real), (turn.imag, turn.real, shift.imag)))


def carried(mask: PartsMask, faces_then: Sequence[Face], faces_now: Sequence[Face]) -> PartsMask:
    """The mask as it lies now, moved as the faces known then and now have moved.

    With one such face only `mask_from_image` changes; with several the planes are warped so that each face takes its
    own surroundings along; with none the mask stays.
    """
    before = {face.id: face for face in faces_then}
    pairs = [(before[face.id], face) for face in faces_now if face.id in before]
    if not pairs:
        return mask
    motions = [then_from_now(now.landmarks.points_px, then.landmarks.points_px) for then, now in pairs]
    if len(motions) == 1:
        return PartsMask(mask.probability, _after(mask.mask_from_image, motions[0]))
    return _warped(mask, [now for _, now in pairs], motions)


def resampled(mask: PartsMask, mask_from_image: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    """(6, h, w) uint8 planes of the mask on another grid of that (h, w); the edge repeats beyond the mask."""
    mask_from_grid = _after(mask.mask_from_image, inverse(mask_from_image))
    planes = np.empty((len(mask.probability), *size), np.uint8)
    for source, target in zip(mask.probability, planes, strict=True):
        cv2.warpAffine(
            source,
            mask_from_grid,
            (size[1], size[0]),
            dst=target,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    return planes


def _warped(mask: PartsMask, faces_now: Sequence[Face], motions: Sequence[NDArray[np.float64]]) -> PartsMask:
    """The mask on its own grid, each pixel fetched from where the faces near it were."""
    _, height, width = mask.probability.shape
    image_from_mask = inverse(mask.mask_from_image)
    rows, columns = max(2, height // _FIELD_STEP_PX), max(2, width // _FIELD_STEP_PX)
    x, y = np.meshgrid(np.linspace(0, width - 1, columns), np.linspace(0, height - 1, rows))
    grid = np.stack((x, y), axis=-1)
    image = grid @ image_from_mask[:, :2].T + image_from_mask[:, 2]
    field, total = grid * 0.02, np.full((rows, columns), 0.02)  # far from every face the picture stands still
    for face, motion in zip(faces_now, motions, strict=True):
        points = face.landmarks.points_px[:_MESH_POINTS, :2]
        center, radius_px = points.mean(axis=0), max(float(np.ptp(points, axis=0).max()) / 2.0, 1.0)
        distance = ((image - center) ** 2).sum(axis=-1) / (_REACH * radius_px) ** 2
        weight = np.exp2(-distance)
        source = _after(mask.mask_from_image, motion)
        field += weight[..., None] * (image @ source[:, :2].T + source[:, 2])
        total += weight
    field /= total[..., None]
    x_from, y_from = (_spread_out(field[..., axis], height, width) for axis in (0, 1))
    whole_px, fraction = cv2.convertMaps(x_from, y_from, cv2.CV_16SC2)
    planes = np.empty_like(mask.probability)
    for source_plane, plane in zip(mask.probability, planes, strict=True):
        cv2.remap(source_plane, whole_px, fraction, cv2.INTER_LINEAR, dst=plane, borderMode=cv2.BORDER_REPLICATE)
    return PartsMask(planes, mask.mask_from_image)


def _spread_out(field: NDArray[np.float64], height: int, width: int) -> NDArray[np.float32]:
    """A field sampled at the corners of a coarse grid, at every pixel."""
    rows, columns = field.shape
    y = np.linspace(0, rows - 1, height, dtype=np.float32)[:, None].repeat(width, axis=1)
    x = np.linspace(0, columns - 1, width, dtype=np.float32)[None].repeat(height, axis=0)
    return np.asarray(cv2.remap(field.astype(np.float32), x, y, cv2.INTER_LINEAR), np.float32)


def inverse(affine: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3) affine that undoes another."""
    return np.asarray(cv2.invertAffineTransform(affine), np.float64)


def _after(outer: NDArray[np.float64], inner: NDArray[np.float64]) -> NDArray[np.float64]:
    """(2, 3) affine that applies `inner`, then `outer`."""
    return np.asarray(outer @ np.vstack((inner, (0.0, 0.0, 1.0))))
