"""A point cloud, and the depth frame a camera sees of it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tryon.errors import InputError, MissingExtraError
from tryon.types import Camera

MAX_POINTS = 20_000_000
_HEADER_BYTES = 16_384
_REACH_M = 150.0


def read_cloud(path: Path, *, per_m: float | None = None) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    """(N, 3) points of a .ply or .pcd file in camera space (meters, +Y up, the camera looks down −Z); and sentences.

    A cloud says neither its unit nor its axes: meters are assumed unless `per_m` tells otherwise, and of the usual
    two conventions (OpenCV's z ahead and y down, OpenGL's z behind and y up) the one that has the points ahead.

    Raises:
        InputError: Damaged, too large, no points, or points all round, which no one camera saw.
        MissingExtraError: Open3D is not installed.
    """
    claimed = _claimed_points(path)
    if claimed > MAX_POINTS:
        raise InputError(
            f"'{path}': expected at most {MAX_POINTS // 10**6} million points, got {claimed}; thin the cloud first."
        )
    try:
        import open3d
    except ImportError as error:  # also a system library it lacks, such as libusb-1.0-0
        raise MissingExtraError("open3d", extra="depth") from error
    with open3d.utility.VerbosityContextManager(open3d.utility.VerbosityLevel.Error):
        cloud = open3d.io.read_point_cloud(str(path), format=_format(path))
    points = np.asarray(cloud.points, np.float64) / (per_m or 1.0)
    points = points[np.isfinite(points).all(axis=1) & (np.abs(points) > 0.0).any(axis=1)]
    if len(points) < 16:
        raise InputError(
            f"'{path}': expected a point cloud, got {len(points)} points that can be read; export it again."
        )
    return _in_camera_space(points, path, assumed=per_m is None)


def depth_of_cloud(points_m: NDArray[np.float64], camera: Camera, *, longest_px: int = 640) -> NDArray[np.float32]:
    """(h, w) depth of the nearest point in every pixel, in meters; NaN where there is none.

    The frame has the camera's aspect and at most `longest_px` a side, fewer where the cloud is thinner than that, so
    that a surface does not become a sieve.
    """
    away_m = -points_m[:, 2]
    pixels = camera.project(points_m[away_m > 0.05])
    away_m = away_m[away_m > 0.05]
    inside = ((pixels > -0.5) & (pixels < [camera.width - 0.5, camera.height - 0.5])).all(axis=1)
    pixels, away_m = pixels[inside], away_m[inside]
    if not len(away_m):
        return np.full((2, 2), np.nan, np.float32)
    covered = np.ptp(pixels, axis=0).prod() / (camera.width * camera.height)
    # Four points a pixel leave 2 % of pixels without one (Poisson).
    budget_px = len(away_m) / 4.0 / max(covered, 1e-6)
    factor = min(
        longest_px / max(camera.width, camera.height), (budget_px / (camera.width * camera.height)) ** 0.5, 1.0
    )
    width, height = max(round(camera.width * factor), 2), max(round(camera.height * factor), 2)
    at = np.floor((pixels + 0.5) * [width / camera.width, height / camera.height]).astype(int)
    at = np.clip(at, 0, [width - 1, height - 1])
    nearest = np.full(height * width, np.inf)
    np.minimum.at(nearest, at[:, 1] * width + at[:, 0], away_m)
    return np.where(np.isfinite(nearest), nearest, np.nan).reshape(height, width).astype(np.float32)


def _format(path: Path) -> str:
    with path.open("rb") as file:
        return "ply" if file.read(3) == b"ply" else "pcd"


def _claimed_points(path: Path) -> int:
    """Points the header promises, checked against the file's size before anything is allocated for them."""
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    ply = head.startswith(b"ply")
    match = re.search(rb"element\s+vertex\s+(\d{1,15})\s" if ply else rb"\nPOINTS\s+(\d{1,15})\s", head)
    if match is None or (ply and b"end_header" not in head):
        raise InputError(f"'{path}': expected a point cloud, got a header without a count of points; export it again.")
    count = int(match[1])
    compressed = b"binary_compressed" in head
    # Three numbers take at least three bytes, or "0 0 0\n"; LZF squeezes at most about 100 to 1.
    if count * 3 > path.stat().st_size * (100 if compressed else 1):
        raise InputError(f"'{path}': expected {count} points, got a file too short for them; copy it again.")
    return count


def _in_camera_space(
    points: NDArray[np.float64], path: Path, *, assumed: bool
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    ahead = float((points[:, 2] > 0.0).mean())
    if 0.05 < ahead < 0.95:
        raise InputError(
            f"'{path}': expected a point cloud as one camera saw it, got points on all sides; "
            "transform it into the photo's camera first."
        )
    median_m = float(np.median(np.linalg.norm(points, axis=1)))
    if not 0.05 < median_m < _REACH_M:
        raise InputError(
            f"'{path}': expected meters, got points {median_m:.4g} away on the whole; "
            f"say the unit, as in {path.name}@1000 for millimeters."
        )
    remarks = ["The point cloud states no unit; it was read as meters."] if assumed else []
    if ahead > 0.5:
        points = points * [1.0, -1.0, -1.0]
        remarks.append("Its z axis was taken to point ahead and its y axis down, as OpenCV has it.")
    return points, tuple(remarks)
