"""A room as its floor sees it: which of the picture is floor, how bright it is, and how high what stands on it is.

The picture is turned upright into columns of one direction each, so that things that stand are vertical; there the
floor is told from the rest by its colors (GrabCut), and every run of other things gets its foot, and from its top its
height.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.color import linear_from_codes
from tryon.render.room_light_things import CELL_M, COLUMN_RAD, FARTHEST_M, grouped, standing
from tryon.types import Frame, Plane

_LOWEST_RAD, _HIGHEST_RAD = -1.2, 0.5
_WIDEST_RAD = 1.2
_PLACES, _MOST_PLACES, _WALL_PLACES, _LEAST_SHARE = (
    16,
    0.45,
    0.3,
    0.004,
)  # a color of the floor shows before the camera in so many
_BLUER = 2  # steps of color by which shade may be bluer
_MARGIN, _DARKEST, _DARKEST_WALL = 8.0, 75.0, 32.0  # units of the third feature, 24 a factor of e
_LEAST_FLOOR = 400  # cells of the upright picture


@dataclass(frozen=True, slots=True, eq=False)
class FloorView:
    """What a picture shows of a floor.

    floor_m: (n, 2) x and z of points of the floor in the plane's frame, evenly over the upright picture.
    light: (n,) natural logarithm of their luminance.
    heights: (128, 128) float32 of what stands there, metres, in cells of 0.06 m; `first_m` is the middle of the first.
    """

    floor_m: NDArray[np.float64]
    light: NDArray[np.float64]
    heights: NDArray[np.float32]
    first_m: tuple[float, float]
    cell_m: float = CELL_M

    def cells(self) -> NDArray[np.float32]:
        """(n, 2) column and row of `floor_m`."""
        return np.asarray((self.floor_m - np.array(self.first_m)) / self.cell_m, np.float32)


def floor_views(frame: Frame, plane: Plane, *, ignore: NDArray[np.uint8] | None = None) -> list[FloorView]:
    """The floor in a picture, told apart in several ways, for none is right everywhere; empty when too little is seen.

    Args:
        ignore: (H, W) uint8, not 0 where neither floor nor furniture is: a sheet of paper, people.
    """
    around, up = _angles(plane)
    if len(around) < 16:
        return []
    pixel_x, pixel_y = _pixels_of(around, up, plane)
    inside = (pixel_x >= 0) & (pixel_y >= 0) & (pixel_x <= frame.width - 1) & (pixel_y <= frame.height - 1)
    upright = _upright(frame.pixels, pixel_x, pixel_y)
    left_out = np.zeros(inside.shape, bool)
    if ignore is not None:
        left_out = cv2.remap(ignore, pixel_x, pixel_y, cv2.INTER_NEAREST, borderValue=0) > 0
    reach_m = np.where(up < -0.02, plane.distance_m / np.tan(-np.minimum(up, -0.02)), np.inf)
    near = (reach_m < FARTHEST_M)[:, None] & inside
    if int(near.sum()) < _LEAST_FLOOR:
        return []
    features = _features(np.asarray(cv2.GaussianBlur(upright, (0, 0), 1.6), np.uint8), near)
    luminance = linear_from_codes(upright) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    found = []
    for wide_shade in (True, False):
        floor = _told_floor(features, near, inside, left_out, wide_shade)
        used = floor & near & ~left_out
        used[:-1] &= floor[1:]  # the last row over a thing's foot is neither
        if int(used.sum()) < _LEAST_FLOOR:
            continue
        rows, columns = np.nonzero(used)
        at = np.stack([reach_m[rows] * np.sin(around[columns]), -reach_m[rows] * np.cos(around[columns])], axis=1)
        light = np.log(np.maximum(luminance[rows, columns].astype(np.float64), 2e-3))
        wall = _told_wall(features, near | floor, inside)
        for merge in (True, False):
            colors = grouped(features, inside & ~(floor | left_out | wall), merge)
            heights, first_m = standing(colors, floor, inside, around, up, plane.distance_m)
            found.append(FloorView(at, light, heights, first_m))
    return found


def _angles(plane: Plane) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Directions of columns (right is positive) and heights of rows (from the top down), radians, that are in view."""
    camera = plane.camera
    x = np.linspace(0, camera.width - 1, 9)
    y = np.linspace(0, camera.height - 1, 9)
    edge = np.array([(a, b) for a in x for b in y if a in (x[0], x[-1]) or b in (y[0], y[-1])])
    rays = np.stack(
        [
            (edge[:, 0] - camera.center_x_px) / camera.focal_x_px,
            -(edge[:, 1] - camera.center_y_px) / camera.focal_y_px,
            -np.ones(len(edge)),
        ],
        axis=1,
    )
    seen = rays @ plane.camera_from_plane[:3, :3]
    around = np.arctan2(seen[:, 0], -seen[:, 2])
    up = np.arctan2(seen[:, 1], np.hypot(seen[:, 0], seen[:, 2]))
    left, right = max(float(around.min()), -_WIDEST_RAD), min(float(around.max()), _WIDEST_RAD)
    low, high = max(float(up.min()), _LOWEST_RAD), min(float(up.max()), _HIGHEST_RAD)
    return np.arange(left, right, COLUMN_RAD), np.arange(high, low, -COLUMN_RAD)


def _pixels_of(
    around: NDArray[np.float64], up: NDArray[np.float64], plane: Plane
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    level = np.cos(up)[:, None]
    rays = np.stack(np.broadcast_arrays(level * np.sin(around), np.sin(up)[:, None], -level * np.cos(around)), axis=2)
    seen = rays @ plane.camera_from_plane[:3, :3].T
    away = np.where(seen[..., 2] < -1e-3, -seen[..., 2], np.nan)
    x = plane.camera.center_x_px + plane.camera.focal_x_px * seen[..., 0] / away
    y = plane.camera.center_y_px - plane.camera.focal_y_px * seen[..., 1] / away
    return (
        np.nan_to_num(x, nan=-1e4).astype(np.float32),
        np.nan_to_num(y, nan=-1e4).astype(np.float32),
    )


def _upright(
    pixels: NDArray[np.uint8], pixel_x: NDArray[np.float32], pixel_y: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """The upright picture, averaged rather than sampled where pixels are many."""
    scale = max(1, round(max(pixels.shape[:2]) / (2.0 * max(pixel_x.shape))))
    small = cv2.resize(pixels, None, fx=1.0 / scale, fy=1.0 / scale, interpolation=cv2.INTER_AREA)
    shift = 0.5 / scale - 0.5
    return np.asarray(
        cv2.remap(
            np.asarray(small, np.uint8),
            pixel_x / np.float32(scale) + np.float32(shift),
            pixel_y / np.float32(scale) + np.float32(shift),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.uint8,
    )


def _told_floor(
    features: NDArray[np.uint8],
    near: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    left_out: NDArray[np.bool_],
    wide_shade: bool,
) -> NDArray[np.bool_]:
    """Cells that show the floor: what is colored as the floor before the camera is, in sun or shade."""
    rows = np.arange(len(near))[:, None] + np.zeros_like(near)
    last = np.where(near, rows, 0).max(axis=0)
    front = near & (rows > last[None] - 0.5 * near.sum(axis=0).max()) & ~left_out
    told = np.asarray(near & _colored_as(features, front, _MOST_PLACES, _DARKEST, wide_shade), np.uint8)
    opened = cv2.morphologyEx(told, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return (np.asarray(closed) > 0) & inside


def _told_wall(features: NDArray[np.uint8], nearer: NDArray[np.bool_], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells colored as what is behind everything in many places."""
    behind = inside & ~nearer
    if int(behind.sum()) < 100:
        return np.zeros_like(inside)
    told = np.asarray(inside & _colored_as(features, behind, _WALL_PLACES, _DARKEST_WALL, False), np.uint8)
    told = np.asarray(cv2.morphologyEx(told, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)), np.uint8)
    _, labels = cv2.connectedComponents(told, connectivity=4)
    return np.asarray(np.isin(labels, np.setdiff1d(labels[behind], [0])))


def _features(smooth: NDArray[np.uint8], near: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Color and, counting little, brightness: shade changes how bright a floor is far more than its color."""
    linear = linear_from_codes(smooth) + 0.006
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    return np.asarray(
        np.clip(
            np.stack(
                [
                    128 + 130 * np.log(linear[..., 0] / luminance),
                    128 + 90 * np.log(linear[..., 2] / luminance),
                    128 + 24 * np.log(luminance / np.median(luminance[near])),
                ],
                axis=2,
            ),
            0,
            255,
        ),
        np.uint8,
    )


def _colored_as(
    features: NDArray[np.uint8], front: NDArray[np.bool_], many: float, darkest: float, wide_shade: bool
) -> NDArray[np.bool_]:
    """Cells colored as the floor before the camera (or a wall), or as that would be in the shade.

    A color is the floor's when it is found in many places of `front`: things stand in one. `many` is their share.
    """
    bins = (features >> 2).astype(np.intp)
    sides = np.arange(-3, 4)
    kernel = np.exp(-0.5 * (sides / 1.1) ** 2).astype(np.float32)
    kernel /= kernel.sum()
    places = np.zeros((64, 64), np.float32)
    parts = np.array_split(np.arange(front.shape[1]), _PLACES)
    used = 0
    for part in parts:
        here = bins[:, part][front[:, part]]
        if len(here) < 20:
            continue
        used += 1
        count = np.zeros((64, 64), np.float32)
        np.add.at(count, (here[:, 0], here[:, 1]), 1.0)
        share = np.asarray(cv2.sepFilter2D(count, -1, kernel, kernel), np.float32) / len(here)
        places += share > _LEAST_SHARE
    enough = places >= many * max(used, 1)
    colors = enough[bins[..., 0], bins[..., 1]]
    shade = np.zeros_like(enough)
    for step in range(_BLUER + 1):  # what the sky alone lights is bluer than what the sun does too
        shade[: 64 - step, step:] |= enough[step:, : 64 - step]
    if wide_shade:
        shade = np.asarray(cv2.dilate(np.asarray(shade, np.uint8), np.ones((2, 2), np.uint8))) > 0
    dark = features[..., 2] < np.median(features[..., 2][front & colors]) - _MARGIN if (front & colors).any() else False
    colors |= dark & shade[bins[..., 0], bins[..., 1]]
    seen = features[..., 2][front & colors]
    if not len(seen):
        return np.asarray(front)
    brightest = float(np.percentile(seen, 97.0)) + _MARGIN
    return np.asarray(colors & (features[..., 2] <= brightest) & (features[..., 2] >= brightest - darkest))
