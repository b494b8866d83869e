"""The mask of an item to take out of a photo: brushed, or clicked in a depth frame."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.errors import InputError, ParameterError, SourceMissingError
from tryon.place.depth_fill import filled_depth
from tryon.place.depth_points import depth_camera, rays_of
from tryon.types import Camera, Frame, Plane

_WORK_PX = 640
_OVER_M, _ON_WALL_M = 0.02, 0.04
_BEHIND = 0.12  # share of all depth behind a flat thing, from which on it is no wall
_STEP = 0.035  # of the depth, from pixel to pixel, within one thing
_MAX_BYTES, _MAX_PIXELS = 64 << 20, 178_000_000
_NEAR_PX = 8  # at working size: how far beside the click an item may begin
_SHADOW = 1 / 80  # of the longest side, by which the mask grows: outlines, feet, contact shadow


def mask_from_click(
    depth_m: NDArray[np.floating], camera: Camera, frame: Frame, at_px: ArrayLike, planes: Sequence[Plane]
) -> NDArray[np.bool_]:
    """(h, w) mask of the things that pixels of the photo show: all that hangs together with each over floor and table.

    Args:
        at_px: (2,) one pixel, or (N, 2) several where an item falls into parts, such as a chair's seat and back.
        depth_m: (h', w') aligned to the photo; holes are 0, NaN or inf.
        planes: The room's; floor, tables and walls end the item.

    Raises:
        ParameterError: No depth at the point, or it lies on one of the planes.
    """
    depth_camera(camera, np.shape(depth_m))
    at = np.asarray(at_px, np.float64).reshape(-1, 2)
    if not ((at > -0.5) & (at < [frame.width - 0.5, frame.height - 0.5])).all():
        raise ParameterError("Expected a point inside the photo, got one outside; click on the item.")
    factor = min(_WORK_PX / max(frame.width, frame.height), 1.0)
    size = max(round(frame.width * factor), 2), max(round(frame.height * factor), 2)
    pixels = np.asarray(cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    away_m = filled_depth(depth_m, pixels)
    item = np.isfinite(away_m)
    points_m = rays_of(depth_camera(camera, away_m.shape)) * away_m[..., None]
    clicks = np.floor((at + 0.5) * [size[0] / frame.width, size[1] / frame.height]).astype(int)
    for plane in planes:
        height_m = points_m @ plane.normal + plane.distance_m
        least_m = np.full(item.shape, _ON_WALL_M) if plane.kind == "wall" else _OVER_M + 0.006 * away_m
        with np.errstate(invalid="ignore"):
            on = np.abs(height_m) < least_m
            behind = float((height_m < -0.15 - 0.02 * away_m).sum()) / max(int(item.sum()), 1)
            under = bool((height_m[clicks[:, 1], clicks[:, 0]] < least_m[clicks[:, 1], clicks[:, 0]]).any())
        # A wardrobe's front, with half the room behind it, is no wall; a table ends what stands on it, not itself.
        if (plane.kind == "wall" and behind > _BEHIND) or (plane.kind == "table" and under):
            continue
        item &= ~on
    found = np.any([_grown(away_m, item, click) for click in clicks], axis=0)
    # Edges belong to what they end; a little more takes the contact shadow along.
    grow = max(round(max(size) * _SHADOW), 2)
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1, 2 * grow + 1))
    whole = cv2.morphologyEx(found.astype(np.uint8), cv2.MORPH_CLOSE, shape)
    whole = cv2.dilate(whole, shape)
    full = cv2.resize(whole.astype(np.float32), (frame.width, frame.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(full > 0.5)


def _grown(away_m: NDArray[np.float32], item: NDArray[np.bool_], click: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Everything that hangs together in depth with the click, or with the nearest of the item within a few pixels."""
    y0, x0 = max(click[1] - _NEAR_PX, 0), max(click[0] - _NEAR_PX, 0)
    rows, columns = np.nonzero(item[y0 : click[1] + _NEAR_PX + 1, x0 : click[0] + _NEAR_PX + 1])
    if not len(rows):
        raise ParameterError(
            "Expected an item at the point, got the floor, a wall or a hole in the depth; click on the item itself."
        )
    nearest = int(np.hypot(rows + y0 - click[1], columns + x0 - click[0]).argmin())
    start = int(columns[nearest] + x0), int(rows[nearest] + y0)
    logs = np.log(np.where(item, away_m, np.float32(1.0))).astype(np.float32)
    barred = np.pad(~item, 1, constant_values=True).astype(np.uint8)
    flags = 8 | cv2.FLOODFILL_MASK_ONLY | (2 << 8)
    cv2.floodFill(logs, barred, start, 0.0, _STEP, _STEP, flags)
    return np.asarray(barred[1:-1, 1:-1] == 2)


def read_mask(path: str | os.PathLike[str], frame: Frame) -> NDArray[np.bool_]:
    """(h, w) mask from a picture that somebody brushed: bright, or opaque where it has alpha, is to be erased.

    Raises:
        SourceMissingError: Nothing of that path.
        InputError: No PNG of the photo's aspect, too large or damaged.
    """
    named = Path(path)
    if not named.is_file():
        raise SourceMissingError(f"'{named}': expected a mask picture, found nothing; check the path.")
    with named.open("rb") as file:
        head = file.read(26)
        file.seek(0)
        if not head.startswith(b"\x89PNG\r\n\x1a\n") or named.stat().st_size > _MAX_BYTES:
            raise InputError(f"'{named}': expected a PNG of at most {_MAX_BYTES >> 20} MB, got another file.")
        width, height = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
        if not 0 < width * height <= _MAX_PIXELS or abs(width * frame.height / (height * frame.width) - 1.0) > 0.02:
            raise InputError(
                f"'{named}': expected a mask of the photo's shape, {frame.width}×{frame.height}, got {width}×{height}."
            )
        picture = cv2.imdecode(np.frombuffer(file.read(), np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.dtype != np.uint8:
        raise InputError(f"'{named}': expected a whole 8-bit PNG, got a damaged or deeper one; export it again.")
    if picture.ndim == 3:
        clear = picture.shape[2] == 4 and bool((picture[..., 3] < 255).any())
        picture = picture[..., 3] if clear else picture[..., :3].max(axis=2)
    mask = cv2.resize(np.ascontiguousarray(picture), (frame.width, frame.height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(mask > 127)
