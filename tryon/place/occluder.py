"""Real things that hide a product: the depth frame as surfaces the renderer draws first."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.depth_fill import filled_depth
from tryon.place.depth_points import depth_camera, rays_of
from tryon.types import Camera, Frame, Plane, Surface

_WORK_PX = 960  # longest side outlines are found at
_CUT = 0.04  # of the depth, from vertex to vertex, beyond which nothing spans two things
_BLOCK, _FLAT = 8, 0.006  # cells a side of a large triangle's block; how far off it the depths may be
_OVER_FLOOR_M = 0.03  # what lies lower hides nothing that stands on the floor
_ON_WALL_M = 0.05
# Depth is pushed away by this much, so that its noise does not eat the back of a product that touches something.
_BACK_M, _BACK_SHARE = 0.012, 0.006


def occluders_from_depth(
    depth_m: NDArray[np.floating],
    camera: Camera,
    frame: Frame,
    *,
    planes: Sequence[Plane] = (),
    longest_px: int = _WORK_PX,
) -> tuple[Surface, ...]:
    """Surfaces of everything the depth frame sees standing in the room, with outlines as in the picture.

    The floor and other level planes among `planes` are left out, as what stands on them must not be eaten by their
    noise; walls become exactly flat and step back a little.

    Args:
        depth_m: (h, w) aligned to the photo; holes are 0, NaN or inf, and are filled from what looks alike.
        camera, frame: The photo's.
        planes: What was found in it, such as `planes_of(...).planes`.
        longest_px: Longest side of the mesh's grid.

    Raises:
        InputError: The depth has another aspect than the photo.
    """
    depth_camera(camera, np.shape(depth_m))
    factor = min(longest_px / max(camera.width, camera.height), 1.0)
    size = max(round(camera.width * factor), 2), max(round(camera.height * factor), 2)
    pixels = frame.pixels if factor == 1.0 else cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA)
    away_m = filled_depth(depth_m, np.asarray(pixels, np.uint8)).astype(np.float64)
    own = depth_camera(camera, away_m.shape)
    rays = rays_of(own)
    away_m = _without_planes(away_m, rays, planes)
    away_m += _BACK_M + _BACK_SHARE * away_m
    triangles = _triangles(away_m)
    if not len(triangles):
        return ()
    points = (rays * away_m[..., None]).reshape(-1, 3)
    used, index = np.unique(triangles, return_inverse=True)
    surfaces = [_surface(points[used], index.reshape(-1, 3))]
    cracks = _cracks(away_m)
    if len(cracks):
        # Each as far away as its furthest corner: it hides what both things hide, and widens neither.
        corners = rays.reshape(-1, 3)[cracks] * away_m.ravel()[cracks].max(axis=1)[:, None, None]
        halves = np.arange(len(cracks))[:, None] * 4 + np.array([0, 2, 1, 1, 2, 3])
        surfaces.append(_surface(corners.reshape(-1, 3), halves.reshape(-1, 3)))
    return tuple(surfaces)


def _surface(points_m: NDArray[np.float64], triangles: NDArray[np.int64]) -> Surface:
    return Surface(np.ascontiguousarray(points_m, np.float32), np.ascontiguousarray(triangles, np.uint32))


def _without_planes(
    away_m: NDArray[np.float64], rays: NDArray[np.float64], planes: Sequence[Plane]
) -> NDArray[np.float64]:
    """Depth without level planes, and flat on walls."""
    kept = away_m.copy()
    for plane in planes:
        toward = rays @ plane.normal
        height_m = away_m * toward + plane.distance_m
        with np.errstate(invalid="ignore", divide="ignore"):
            if plane.kind in ("floor", "ceiling"):
                kept[height_m < _OVER_FLOOR_M + 0.008 * away_m] = np.nan
            elif plane.kind == "wall":
                on_plane = np.where(toward < -1e-3, -plane.distance_m / toward, np.nan)
                on = (np.abs(height_m) < _ON_WALL_M) & np.isfinite(kept)
                kept[on] = np.where(np.isfinite(on_plane[on]), on_plane[on], kept[on])
    return kept


def _triangles(away_m: NDArray[np.float64]) -> NDArray[np.int64]:
    """(M, 3) vertex numbers of triangles that each lie on one thing: large ones where it is flat, else one a half cell.

    A cell with one foreign corner keeps the triangle of its other three, so outlines run diagonally where they should.
    Large and small meet without a crack, as in the picture every vertex lies on the straight rows of the grid.
    """
    height, width = away_m.shape
    number = np.arange(height * width).reshape(height, width)
    coarse, flat_blocks = _flat_blocks(away_m, number)
    inside = np.zeros((height - 1, width - 1), np.bool_)
    spread = np.repeat(np.repeat(flat_blocks, _BLOCK, axis=0), _BLOCK, axis=1)
    inside[: spread.shape[0], : spread.shape[1]] = spread
    a, b, c, d = (part[~inside] for part in (number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:]))
    depth = away_m.ravel()

    def one_thing(*three: NDArray[np.int64]) -> NDArray[np.bool_]:
        depths = np.stack([depth[part] for part in three])
        with np.errstate(invalid="ignore"):
            return np.asarray(depths.max(axis=0) < depths.min(axis=0) * (1.0 + _CUT))

    first, second, left, right = one_thing(a, c, b), one_thing(b, c, d), one_thing(a, c, d), one_thing(a, d, b)
    # Along the other diagonal only where that keeps a triangle the usual one loses.
    other = ~(first & second) & (left.astype(int) + right > first.astype(int) + second)
    parts = (
        ((a, c, b), first & ~other),
        ((b, c, d), second & ~other),
        ((a, c, d), left & other),
        ((a, d, b), right & other),
    )
    fine = [np.stack([part[keep] for part in three], axis=1) for three, keep in parts]
    return np.concatenate([coarse, *fine])


def _flat_blocks(away_m: NDArray[np.float64], number: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(M, 3) triangles of the blocks of cells that two of them describe, and (rows, columns) which blocks those are."""
    rows, columns = (away_m.shape[0] - 1) // _BLOCK, (away_m.shape[1] - 1) // _BLOCK
    steps = np.arange(_BLOCK + 1)
    at_row = (np.arange(rows) * _BLOCK)[:, None, None, None] + steps[:, None]
    at_column = (np.arange(columns) * _BLOCK)[None, :, None, None] + steps
    with np.errstate(invalid="ignore", divide="ignore"):
        inverse = 1.0 / away_m[at_row, at_column]  # (rows, columns, steps, steps): linear on a plane
        part = steps / _BLOCK
        left = inverse[..., :1, :1] * (1 - part[:, None]) + inverse[..., -1:, :1] * part[:, None]
        right = inverse[..., :1, -1:] * (1 - part[:, None]) + inverse[..., -1:, -1:] * part[:, None]
        level = left * (1 - part) + right * part
        flat = np.asarray((np.abs(inverse - level) < _FLAT * inverse).all(axis=(2, 3)))
    corner = number[: rows * _BLOCK : _BLOCK, : columns * _BLOCK : _BLOCK][flat]
    across, down = _BLOCK, _BLOCK * number.shape[1]
    quads = np.stack([corner, corner + down, corner + across, corner + across, corner + down, corner + across + down])
    return quads.T.reshape(-1, 3), flat


def _cracks(away_m: NDArray[np.float64]) -> NDArray[np.int64]:
    """(K, 4) vertex numbers of cells that lie between two things, both of which may hide a product."""
    number = np.arange(away_m.size).reshape(away_m.shape)
    cells = np.stack([number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:]], axis=-1)
    depths = away_m.ravel()[cells]
    with np.errstate(invalid="ignore"):
        apart = depths.max(axis=-1) >= depths.min(axis=-1) * (1.0 + _CUT)
    return np.asarray(cells[apart & np.isfinite(depths).all(axis=-1)])
