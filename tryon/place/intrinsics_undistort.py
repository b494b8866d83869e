"""Pictures with their lens distortion undone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import MissingExtraError, ParameterError
from tryon.types import Camera, Frame, Intrinsics


def undistorted(frame: Frame, intrinsics: Intrinsics) -> tuple[Frame, Intrinsics]:
    """The frame as a pinhole of the same focal length sees it, and the intrinsics without distortion.

    The edges of a barrel-shaped picture are cut; of a cushion-shaped one black wedges are left.

    Raises:
        ParameterError: The camera is of another size than the frame.
    """
    camera = intrinsics.camera
    if (camera.width, camera.height) != (frame.width, frame.height):
        raise ParameterError(
            f"Expected a picture of {camera.width}×{camera.height} px as the camera's, got"
            f" {frame.width}×{frame.height}."
        )
    if not any(intrinsics.distortion):
        return frame, replace(intrinsics, distortion=())
    try:
        import cv2
    except ImportError as error:
        raise MissingExtraError("opencv-python-headless", extra="vision") from error
    matrix, bent = matrix_of(camera), np.array(intrinsics.distortion, np.float64)
    across, down = cv2.initUndistortRectifyMap(
        matrix, bent, np.eye(3), matrix, (camera.width, camera.height), cv2.CV_16SC2
    )
    pixels = np.asarray(cv2.remap(frame.pixels, across, down, cv2.INTER_CUBIC), np.uint8)
    alpha = None
    if frame.alpha is not None:
        alpha = np.asarray(cv2.remap(frame.alpha, across, down, cv2.INTER_LINEAR), np.uint8)
    return replace(frame, pixels=pixels, alpha=alpha), replace(intrinsics, distortion=())


def undistorted_points(points_px: ArrayLike, intrinsics: Intrinsics) -> NDArray[np.float64]:
    """(N, 2) pixels of the picture as taken, where they lie once distortion is undone."""
    points = np.asarray(points_px, np.float64).reshape(-1, 2)
    if not any(intrinsics.distortion):
        return points
    import cv2

    matrix, bent = matrix_of(intrinsics.camera), np.array(intrinsics.distortion, np.float64)
    found = cv2.undistortPoints(points[:, None], matrix, bent, None, None, matrix)
    return np.asarray(found, np.float64).reshape(-1, 2)


def matrix_of(camera: Camera) -> NDArray[np.float64]:
    """(3, 3) OpenCV's camera matrix."""
    return np.array(
        [
            [camera.focal_x_px, 0.0, camera.center_x_px],
            [0.0, camera.focal_y_px, camera.center_y_px],
            [0.0, 0.0, 1.0],
        ]
    )
