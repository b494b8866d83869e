"""Where a card lies in space, from its edges to a fraction of a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.measure.card_lines import CARD_M, CORNER_M
from tryon.types import Camera

_SAMPLES = 64  # along each side
_CORNER_SHARE = (CORNER_M + 0.0012) / np.array([CARD_M[0], CARD_M[1]])  # left out at either end of a side
_CORNERS_M = 0.5 * np.array([[-CARD_M[0], CARD_M[1]], [CARD_M[0], CARD_M[1]], [CARD_M[0], -CARD_M[1]],
                             [-CARD_M[0], -CARD_M[1]]])  # fmt: skip
_LIGHT = ((np.arange(256) / 255.0) ** 2.2).astype(np.float32)
_FACING_SIGMA_RAD = np.radians(15.0)  # how far from flat against the face people hold a card
_PIXEL_SIGMA = 0.35  # of one edge point; neighbors share half of it


@dataclass(frozen=True, slots=True, eq=False)
class CardPose:
    """A card in space.

    camera_from_card: (4, 4) rigid; origin in the middle of the face that is seen, +X along a long side, +Z out of it.
    corners_px: (4, 2) where its sharp corners would be. depth_sigma: Of its distance, relative.
    support: (4,) share of each side that was seen as an edge. miss_px: Typical distance of edge points from the fit.
    """

    camera_from_card: NDArray[np.float64]
    corners_px: NDArray[np.float64]
    depth_sigma: float
    support: NDArray[np.float64]
    miss_px: float


def fit_card(
    pixels: NDArray[np.uint8], corners_px: NDArray[np.float64], camera: Camera, *, facing: NDArray[np.float64] | None
) -> CardPose | None:
    """The pose under which the card's outline lies on the picture's edges; None when it settles on none.

    Args:
        corners_px: (4, 2) rough corners, in turn round the card, the first side a long one.
        facing: Unit vector in camera space that the card's face roughly looks along; steadies its tilt. None: unknown.

    Source: our own: edges along each side's normals in the direction of the color step there, Gauss-Newton on rotation
    and position with Tukey's weights, so that fingers and print drop out; start by IPPE (Collins and Bartoli 2014).
    """
    pose = _start(corners_px, camera, facing)
    if pose is None:
        return None
    width_px = float(np.linalg.norm(corners_px[1] - corners_px[0]))
    reach_px = max(4.0, 0.035 * width_px)
    fitted = None
    for round_ in range(4):
        edges = _edge_points(pixels, _project(pose, camera), reach_px)
        fitted = _refine(pose, edges, camera, facing, scale_px=reach_px if round_ == 0 else max(0.6, reach_px / 3.0))
        if fitted is None:
            return None
        pose = fitted[0]
        reach_px = max(3.0, reach_px / 2.0)
    if fitted is None:
        return None
    pose, sigma, support, miss = fitted
    return CardPose(pose, _project(pose, camera), sigma, support, miss)


def solve_card(
    corners_px: NDArray[np.float64], camera: Camera, *, facing: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """(4, 4) pose from four corners alone."""
    return _start(corners_px, camera, facing)


def _start(
    corners_px: NDArray[np.float64], camera: Camera, facing: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """IPPE's better answer; where both fit alike, the one that faces as it should."""
    matrix = np.array(
        [[camera.focal_x_px, 0, camera.center_x_px], [0, camera.focal_y_px, camera.center_y_px], [0, 0, 1.0]]
    )
    points = np.concatenate([_CORNERS_M, np.zeros((4, 1))], 1)
    count, turns, shifts, misses = cv2.solvePnPGeneric(
        points, corners_px.astype(np.float64), matrix, None, flags=cv2.SOLVEPNP_IPPE
    )
    best, least = None, np.inf
    for index in range(count):
        camera_from_card = np.eye(4)
        flip = np.diag([1.0, -1.0, -1.0])  # OpenCV's camera looks along +Z with y down
        camera_from_card[:3, :3] = flip @ cv2.Rodrigues(turns[index])[0]
        camera_from_card[:3, 3] = flip @ shifts[index].ravel()
        normal = camera_from_card[:3, 2]
        if camera_from_card[2, 3] >= 0.0 or normal @ camera_from_card[:3, 3] >= 0.0:
            continue
        cost = float(np.asarray(misses).ravel()[index])
        if facing is not None:
            cost += 1.5 * float(np.arccos(np.clip(normal @ facing, -1, 1)) / _FACING_SIGMA_RAD) ** 2
        if cost < least:
            best, least = camera_from_card, cost
    return best


def _project(camera_from_card: NDArray[np.float64], camera: Camera) -> NDArray[np.float64]:
    points = np.concatenate([_CORNERS_M, np.zeros((4, 1))], 1)
    return camera.project(points @ camera_from_card[:3, :3].T + camera_from_card[:3, 3])


def _edge_points(
    pixels: NDArray[np.uint8], corners_px: NDArray[np.float64], reach_px: float
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Per side: (n, 2) edge points and (n,) trust; samples without a clear edge have trust 0."""
    found = []
    for side in range(4):
        start, end = corners_px[side], corners_px[(side + 1) % 4]
        along = (end - start) / np.linalg.norm(end - start)
        normal = np.array([along[1], -along[0]])  # out of the card, for corners that run clockwise with y down
        skip = _CORNER_SHARE[side % 2]
        base = start + np.linspace(skip, 1.0 - skip, _SAMPLES)[:, None] * (end - start)
        count = int(8 * reach_px) | 1
        offset = np.linspace(-2.0 * reach_px, 2.0 * reach_px, count)
        place = (base[:, None] + offset[:, None] * normal).astype(np.float32)
        colors = cv2.remap(pixels, place[..., 0], place[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        found.append(_edges_of(colors, offset, base, normal, reach_px))
    return found


def _edges_of(
    colors: NDArray[np.integer[Any] | np.floating[Any]],  # what OpenCV's stubs say; uint8 in truth
    offset: NDArray[np.float64],
    base: NDArray[np.float64],
    normal: NDArray[np.float64],
    reach_px: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The steepest step of each (n, m, 3) profile, in the direction of color in which it steps most.

    Signs may differ along a side: skin may be brighter, hair darker than the card.
    """
    light = _LIGHT[colors.astype(np.uint8)]
    step = float(offset[1] - offset[0])
    smooth = np.stack(
        [cv2.GaussianBlur(light[..., c], (0, 0), sigmaX=0.8 / step, sigmaY=0.8) for c in range(3)], axis=-1
    )
    slope = np.gradient(smooth, axis=1) / step
    size = np.linalg.norm(slope, axis=2)
    near = np.exp(-0.5 * (offset / (0.7 * reach_px)) ** 2)
    rough = np.argmax(size * near, axis=1)
    rows = np.arange(len(rough))
    direction = slope[rows, rough] / np.maximum(size[rows, rough], 1e-9)[:, None]
    strength = np.einsum("nmc,nc->nm", slope, direction)
    at = np.clip(rough, 1, len(offset) - 2)
    before, here, after = strength[rows, at - 1], strength[rows, at], strength[rows, at + 1]
    bend = before - 2.0 * here + after
    shift = np.where(bend < -1e-9, 0.5 * (before - after) / np.where(bend < -1e-9, bend, -1.0), 0.0)
    place = offset[at] + np.clip(shift, -1.0, 1.0) * step
    noise = np.median(size)
    trust = np.where(here > np.maximum(2.0 * noise, 0.004), np.minimum(1.0, here / (np.median(here) + 1e-9)), 0.0)
    trust = np.where((rough > 1) & (rough < len(offset) - 2), trust, 0.0)
    return base + place[:, None] * normal, trust


def _refine(
    pose: NDArray[np.float64],
    edges: list[tuple[NDArray[np.float64], NDArray[np.float64]]],
    camera: Camera,
    facing: NDArray[np.float64] | None,
    *,
    scale_px: float,
) -> tuple[NDArray[np.float64], float, NDArray[np.float64], float] | None:
    """The pose, its depth's relative sigma, support per side and typical miss, after Gauss-Newton on edge points."""
    points = np.concatenate([one[0] for one in edges])
    trust = np.concatenate([one[1] for one in edges])
    side = np.repeat(np.arange(4), [len(one[0]) for one in edges])
    normal_matrix = np.eye(6)
    spread = scale_px
    miss = _misses(pose, points, side, camera)
    for _ in range(8):
        base = miss
        jacobian = np.empty((len(points), 6))
        for column in range(6):
            step = np.zeros(6)
            step[column] = 1e-5
            jacobian[:, column] = (_misses(_nudged(pose, step), points, side, camera) - base) / 1e-5
        weight = trust * np.clip(1.0 - (base / (4.0 * spread)) ** 2, 0.0, 1.0) ** 2 / _PIXEL_SIGMA**2 / 4.0
        normal_matrix = (jacobian * weight[:, None]).T @ jacobian
        pull = (jacobian * weight[:, None]).T @ base
        if facing is not None:
            matrix, vector = _leaning(pose, facing)
            normal_matrix = normal_matrix + matrix
            pull = pull + vector
        try:
            change = np.linalg.solve(normal_matrix + 1e-9 * np.diag(np.diag(normal_matrix)), -pull)
        except np.linalg.LinAlgError:
            return None
        pose = _nudged(pose, np.clip(change, -0.1, 0.1))
        miss = _misses(pose, points, side, camera)
        used = (trust > 0.0) & (np.abs(miss) < 4.0 * spread)
        if used.sum() < 24:
            return None
        spread = max(0.25, min(spread, 1.4826 * float(np.median(np.abs(miss[used])))))
    if pose[2, 3] >= -0.02:
        return None
    close = (trust > 0.0) & (np.abs(miss) < max(1.0, 3.0 * spread))
    support = np.array([close[side == k].mean() for k in range(4)])
    covariance = np.linalg.inv(normal_matrix)
    sigma = float(np.sqrt(max(covariance[5, 5], 0.0))) / -float(pose[2, 3])
    return pose, sigma, support, float(np.sqrt(np.mean(miss[close] ** 2))) if close.any() else np.inf


def _misses(
    pose: NDArray[np.float64], points: NDArray[np.float64], side: NDArray[np.int64], camera: Camera
) -> NDArray[np.float64]:
    """(n,) signed distances in pixels of edge points from the projected side they belong to."""
    corners = _project(pose, camera)
    along = np.roll(corners, -1, 0) - corners
    along = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-9)
    normal = np.stack([along[:, 1], -along[:, 0]], 1)
    distances: NDArray[np.float64] = ((points - corners[side]) * normal[side]).sum(1)
    return distances


def _nudged(pose: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    """The pose turned about the card's own middle by a rotation vector in camera space, and moved."""
    moved = pose.copy()
    moved[:3, :3] = cv2.Rodrigues(step[:3])[0] @ pose[:3, :3]
    moved[:3, 3] += step[3:]
    return moved


def _leaning(pose: NDArray[np.float64], facing: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Normal matrix and pull of the prior that the card lies flat against the face."""
    turn = np.cross(facing, pose[:3, 2])  # small rotation that brings facing onto the normal
    across = np.eye(3) - np.outer(pose[:3, 2], pose[:3, 2])
    matrix, vector = np.zeros((6, 6)), np.zeros(6)
    matrix[:3, :3] = across / _FACING_SIGMA_RAD**2
    vector[:3] = across @ turn / _FACING_SIGMA_RAD**2
    return matrix, vector
