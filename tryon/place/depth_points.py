"""What a depth frame's pixels are in space, and how well a sensor tells them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import InputError
from tryon.types import Camera

#: Relative standard deviation of a sensor's scale: its makers state 1 to 2 % (95 %), and so do the test frames.
SCALE_SIGMA = 0.01
_ASPECT = 0.02  # by which the two sides may disagree before the frames cannot show the same view


def sensor_sigma_m(depth_m: ArrayLike) -> NDArray[np.float64]:
    """Standard deviation of single depths, in meters.

    Source: Nguyen, Izadi and Lovell, "Modeling Kinect sensor noise for improved 3D reconstruction and tracking", 3DIM
    2012, equation 1 (axial noise below 60°). Time-of-flight and lidar sensors are better than that beyond 2 m.
    """
    return np.asarray(0.0012 + 0.0019 * (np.asarray(depth_m, np.float64) - 0.4) ** 2)


def depth_camera(camera: Camera, shape: tuple[int, ...]) -> Camera:
    """The photo's camera at the depth frame's size.

    Raises:
        InputError: The frames have different aspects, so the depth was not aligned to the photo.
    """
    height, width = shape[:2]
    across, down = width / camera.width, height / camera.height
    if abs(across / down - 1.0) > _ASPECT:
        raise InputError(
            f"Depth: expected a frame aligned to the photo of {camera.width}×{camera.height}, got {width}×{height} of "
            "another shape; register the depth to the photo first."
        )
    if (width, height) == (camera.width, camera.height):
        return camera
    return Camera(
        width,
        height,
        camera.focal_x_px * across,
        camera.focal_y_px * down,
        (camera.center_x_px + 0.5) * across - 0.5,
        (camera.center_y_px + 0.5) * down - 0.5,
    )


def rays_of(camera: Camera) -> NDArray[np.float64]:
    """(h, w, 3) rays of all pixels, one meter ahead: a point is its depth times its ray."""
    columns, rows = np.arange(camera.width, dtype=np.float64), np.arange(camera.height, dtype=np.float64)
    rays = np.empty((camera.height, camera.width, 3))
    rays[..., 0] = (columns - camera.center_x_px) / camera.focal_x_px
    rays[..., 1] = (-(rows - camera.center_y_px) / camera.focal_y_px)[:, None]
    rays[..., 2] = -1.0
    return rays


def clean_depth(depth_m: NDArray[np.floating]) -> NDArray[np.float32]:
    """The depth with every kind of hole as NaN.

    Raises:
        InputError: No depth at all, or values that are no surface: another unit, byte order or a coded disparity.
    """
    depth = np.array(depth_m, np.float32)
    if depth.ndim != 2 or min(depth.shape) < 2:
        raise InputError(f"Depth: expected an (h, w) frame, got an array of {depth.shape}.")
    with np.errstate(invalid="ignore"):
        depth[~((depth > 0.0) & (depth < 1e4))] = np.nan
    seen = np.isfinite(depth)
    if not seen.any():
        raise InputError("Depth: expected distances, got holes only; take the frame again, nearer or in other light.")
    both = seen[:, 1:] & seen[:, :-1]
    if both.sum() > 1000:
        near = np.abs(np.diff(depth, axis=1))[both] < 0.1 * depth[:, 1:][both]
        if float(near.mean()) < 0.7:
            raise InputError(
                "Depth: expected surfaces, got values that jump from pixel to pixel; "
                "the file holds another byte order or a coded disparity: convert it to meters first."
            )
    return depth
