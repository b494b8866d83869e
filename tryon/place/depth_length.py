"""Distance between any two points that a depth frame sees, with its 95 % interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import ParameterError
from tryon.place.depth_points import SCALE_SIGMA, clean_depth, depth_camera, sensor_sigma_m
from tryon.place.length import click_sigma_of
from tryon.types import Camera, Measure

_RADIUS_PX = 4  # of the patch a point's depth is taken from, in a frame 640 pixels wide
_SEARCH = 3  # patches away that depth is looked for when the point itself lies in a hole
_Z95 = 1.96  # two-sided 95 % of a normal distribution
_CORRELATED = 9.0  # neighbors whose errors go together: structured light matches 9×9 pixels at a time


def depth_between(
    depth_m: NDArray[np.floating],
    camera: Camera,
    a_px: ArrayLike,
    b_px: ArrayLike,
    *,
    focal_sigma: float = 0.0,
    click_sigma_px: float | None = None,
    source: str = "depth frame",
) -> Measure:
    """Straight distance between what two pixels of the photo show.

    Args:
        depth_m: (h, w) aligned to the photo; holes are 0, NaN or inf.
        focal_sigma: Relative standard deviation of the camera's focal length.
        click_sigma_px: Of each pixel coordinate; None: as for points marked by hand.

    Raises:
        ParameterError: A point outside the photo, or without depth near it.

    Source: each end's depth is the plane through its little neighborhood; first-order propagation of the sensor's
    noise and scale, the focal length and the pixels' own error.
    """
    sigma_px = click_sigma_of(camera) if click_sigma_px is None else click_sigma_px
    depth = clean_depth(depth_m)
    own = depth_camera(camera, depth.shape)
    per_px = own.width / camera.width
    ends = (np.stack([np.asarray(a_px, np.float64), np.asarray(b_px, np.float64)]) + 0.5) * per_px - 0.5
    patches = [_patch(depth, end) for end in ends]
    depths = np.array([_value(patch, end) for patch, end in zip(patches, ends, strict=True)])

    def span(pixels: NDArray[np.float64], away_m: NDArray[np.float64], focal: float = 1.0) -> float:
        across = (pixels - [own.center_x_px, own.center_y_px]) / [own.focal_x_px * focal, own.focal_y_px * focal]
        points = np.column_stack([across * away_m[:, None], away_m])
        return float(np.linalg.norm(points[0] - points[1]))

    value = span(ends, depths)
    variance = (SCALE_SIGMA * value) ** 2
    variance += (focal_sigma * (span(ends, depths, 1.001) - span(ends, depths, 0.999)) / 0.002) ** 2
    for index in range(2):
        noise_m = float(sensor_sigma_m(depths[index]))
        shift = np.zeros(2)
        shift[index] = 1e-4
        slope = (span(ends, depths + shift) - span(ends, depths - shift)) / 2e-4
        variance += (slope * noise_m) ** 2 / max(len(patches[index]) / _CORRELATED, 1.0)
        for axis in range(2):
            moved = np.zeros((2, 2))
            moved[index, axis] = 0.5
            beside = [
                np.array([_value(p, e) for p, e in zip(patches, ends + sign * moved, strict=True)]) for sign in (1, -1)
            ]
            by_px = span(ends + moved, beside[0]) - span(ends - moved, beside[1])
            variance += (by_px * sigma_px * per_px) ** 2
    reach = _Z95 * float(np.sqrt(variance))
    return Measure(value, max(value - reach, 0.0), value + reach, source)


def _patch(depth: NDArray[np.float32], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3) columns, rows and inverse depths of the surface nearest to a pixel."""
    height, width = depth.shape
    if not (-0.5 <= at[0] < width - 0.5 and -0.5 <= at[1] < height - 0.5):
        raise ParameterError("Expected a point inside the photo, got one outside; mark it in the photo.")
    radius = max(round(_RADIUS_PX * width / 640), 2)
    for reach in range(1, _SEARCH + 1):
        x0, y0 = max(round(at[0]) - reach * radius, 0), max(round(at[1]) - reach * radius, 0)
        window = depth[y0 : round(at[1]) + reach * radius + 1, x0 : round(at[0]) + reach * radius + 1]
        rows, columns = np.nonzero(np.isfinite(window))
        if len(rows) < 6:
            continue
        near = window[rows, columns].astype(np.float64)
        order = np.argsort((columns + x0 - at[0]) ** 2 + (rows + y0 - at[1]) ** 2, kind="stable")
        here = float(np.median(near[order[:5]]))
        # A patch half on a chair and half on the wall behind must not average the two.
        same = np.abs(near - here) < 0.01 + 0.02 * here + 2.0 * float(sensor_sigma_m(here))
        if same.sum() >= 6:
            return np.column_stack([columns[same] + x0, rows[same] + y0, 1.0 / near[same]]).astype(np.float64)
    raise ParameterError("Expected depth at the point, got a hole in the depth frame; mark a point beside it.")


def _value(patch: NDArray[np.float64], at: NDArray[np.float64]) -> float:
    """Depth of the patch's plane at a pixel; the inverse depth of a plane is linear in the pixel."""
    beside = np.column_stack([np.ones(len(patch)), patch[:, 0] - at[0], patch[:, 1] - at[1]])
    # A little ridge keeps patches on one line, or of few pixels, from tilting wildly.
    normal = beside.T @ beside + np.diag([0.0, 1.0, 1.0])
    inverse = np.linalg.solve(normal, beside.T @ patch[:, 2])[0]
    return 1.0 / float(np.clip(inverse, patch[:, 2].min(), patch[:, 2].max()))
