"""The little plane around every pixel of a depth frame."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.depth_points import sensor_sigma_m
from tryon.types import Camera

_FULL = 0.6  # share of the window that must hold depth


def local_planes(
    depth_m: NDArray[np.float32], camera: Camera, *, radius_px: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(h, w, 3) vectors q with q · ray = 1 / depth on the plane that fits the window, and where it fits.

    The plane's unit normal toward the camera is −q / |q|, its distance 1 / |q|.

    Source: the inverse depth of a plane is linear in the pixel, so a least-squares plane is nine box sums and one
    3×3 system a pixel; our derivation, checked against made planes in tests/place/test_planes_of.py.
    """
    seen = np.isfinite(depth_m)
    inverse = np.where(seen, 1.0 / np.where(seen, depth_m, 1.0), 0.0).astype(np.float64)
    height, width = depth_m.shape
    # Pixels from the window's own middle would need more sums; normalized coordinates keep the systems well scaled.
    x = np.broadcast_to(np.linspace(-1.0, 1.0, width), depth_m.shape)
    y = np.broadcast_to(np.linspace(-1.0, 1.0, height)[:, None], depth_m.shape)
    weight = seen.astype(np.float64)
    box = (2 * radius_px + 1, 2 * radius_px + 1)
    keys = ("1", "x", "y", "xx", "xy", "yy", "d", "xd", "yd", "dd")
    fields = (np.ones_like(x), x, y, x * x, x * y, y * y, inverse, x * inverse, y * inverse, inverse * inverse)
    sums = {
        key: cv2.boxFilter(np.ascontiguousarray(weight * field), cv2.CV_64F, box, borderType=cv2.BORDER_CONSTANT)
        for key, field in zip(keys, fields, strict=True)
    }
    share = np.maximum(sums["1"], 1e-9)
    mean = {key: value / share for key, value in sums.items()}
    xx, yy = mean["xx"] - mean["x"] ** 2, mean["yy"] - mean["y"] ** 2
    xy = mean["xy"] - mean["x"] * mean["y"]
    xd, yd = mean["xd"] - mean["x"] * mean["d"], mean["yd"] - mean["y"] * mean["d"]
    determinant = np.maximum(xx * yy - xy * xy, 1e-15)
    slope_x, slope_y = (yy * xd - xy * yd) / determinant, (xx * yd - xy * xd) / determinant
    rest = np.sqrt(np.maximum(mean["dd"] - mean["d"] ** 2 - slope_x * xd - slope_y * yd, 0.0))
    # From d = d0 + sx (x - x0) + sy (y - y0) to q · ray with ray = ((u - cx) / fx, -(v - cy) / fy, -1).
    per_u, per_v = slope_x * 2.0 / (width - 1), slope_y * 2.0 / (height - 1)
    q = np.empty((*depth_m.shape, 3))
    q[..., 0] = per_u * camera.focal_x_px
    q[..., 1] = -per_v * camera.focal_y_px
    columns, rows = np.arange(width), np.arange(height)[:, None]
    mean_u, mean_v = (mean["x"] + 1.0) * (width - 1) / 2.0, (mean["y"] + 1.0) * (height - 1) / 2.0
    here = mean["d"] + per_u * (columns - mean_u) + per_v * (rows - mean_v)
    q[..., 2] = -(here - per_u * (columns - camera.center_x_px) - per_v * (rows - camera.center_y_px))
    away_m = np.where(seen, depth_m, 1.0).astype(np.float64)
    fits = seen & (sums["1"] > _FULL) & (rest * away_m**2 < 2.0 * sensor_sigma_m(away_m) + 0.004)
    return q, fits
