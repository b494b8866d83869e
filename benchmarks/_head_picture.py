"""The picture of a rendered head: skin, eyes, card and thumb, then noise, blur and JPEG as cameras add them."""

from __future__ import annotations

import cv2
import numpy as np
from _head_card import CARD, CARD_M, THUMB, card_outline, draw_card, drawn_thumb
from _head_eyes import IRIS_RGB, draw_eye
from _head_people import RINGS, Person, cheeks
from _head_raster import rasterize
from _head_space import codes, moved
from numpy.typing import NDArray

from tryon.geometry import face_mesh as fm
from tryon.types import Camera

SKIN, RIGHT_EYE, LEFT_EYE = 1, 2, 3  # kinds of pixels


def draw(
    one: Person,
    camera: Camera,
    mesh: NDArray[np.float64],
    skirt: NDArray[np.float64],
    centers: NDArray[np.float64],
    gazes: NDArray[np.float64],
    iris_radius_m: float,
    placed: NDArray[np.float64] | None,
    thumb: bool,
    from_above: bool,
    rng: np.random.Generator,
    samples: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(H, W, 3) linear light and (H, W) depth."""
    height, width = camera.height * samples, camera.width * samples
    intrinsics = np.array(
        [
            camera.focal_x_px * samples,
            camera.focal_y_px * samples,
            camera.center_x_px * samples + (samples - 1) / 2.0,
            camera.center_y_px * samples + (samples - 1) / 2.0,
        ]
    )
    photo, shrink = _prefiltered(one, camera, mesh, samples)
    points_uv = np.concatenate([one.points_px[:468] * shrink, np.ones((468, 1))], 1)
    skirt_uv = np.concatenate([one.skirt_px * shrink, one.skirt_alpha[:, None]], 1)
    count = len(fm.FACE_OVAL)
    steps = [
        corner
        for ring in range(len(RINGS) - 1)
        for i in range(count)
        for corner in (
            (ring * count + i, ring * count + (i + 1) % count, (ring + 1) * count + i),
            (ring * count + (i + 1) % count, (ring + 1) * count + (i + 1) % count, (ring + 1) * count + i),
        )
    ]
    rows = np.array(steps)
    parts = [
        (mesh[one.triangles], points_uv[one.triangles], SKIN),
        (mesh[one.windows[0]], points_uv[one.windows[0]], RIGHT_EYE),
        (mesh[one.windows[1]], points_uv[one.windows[1]], LEFT_EYE),
        (skirt[rows], skirt_uv[rows], SKIN),
    ]
    if placed is not None:
        outline = card_outline()
        card_uv = np.stack(
            [(outline[:, 0] / CARD_M[0] + 0.5) * 1711, (0.5 - outline[:, 1] / CARD_M[1]) * 1079, np.ones(len(outline))],
            1,
        )
        fan = np.array([(0, i, i + 1) for i in range(1, len(outline) - 1)])
        parts.append((moved(placed, outline)[fan], card_uv[fan], CARD))
        if thumb:
            finger, shades = drawn_thumb(rng, int(rng.integers(4)), from_above=from_above)
            parts.append((moved(placed, finger.reshape(-1, 3)).reshape(-1, 3, 3), shades, THUMB))
    depth = np.full((height, width), np.inf, np.float32)
    uv = np.zeros((height, width, 3), np.float32)
    kind = np.zeros((height, width), np.uint8)
    rasterize(
        np.concatenate([part[0] for part in parts]).astype(np.float64),
        np.concatenate([part[1] for part in parts]).astype(np.float64),
        np.concatenate([np.full(len(part[0]), part[2], np.int64) for part in parts]),
        intrinsics,
        depth,
        uv,
        kind,
    )
    light = float(np.median(cheeks(one)))
    wall = _wall(height, width, rng, light)
    skin = cv2.remap(photo, uv[..., 0], uv[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    alpha = np.where((kind >= SKIN) & (kind <= LEFT_EYE), uv[..., 2], 0.0)[..., None]
    picture = wall + alpha * (skin - wall)
    iris_rgb = np.array(IRIS_RGB[int(rng.integers(len(IRIS_RGB)))]) * light / 0.3
    for index, label in enumerate((RIGHT_EYE, LEFT_EYE)):
        draw_eye(picture, kind == label, intrinsics, centers[index], gazes[index], iris_radius_m, iris_rgb, light, rng)
    if placed is not None:
        draw_card(picture, kind, uv, cheeks(one), light, rng)
    small = cv2.resize(picture, (camera.width, camera.height), interpolation=cv2.INTER_AREA)
    middle = samples // 2
    return small.astype(np.float32), depth[middle::samples, middle::samples].copy()


def _prefiltered(
    one: Person, camera: Camera, mesh: NDArray[np.float64], samples: int
) -> tuple[NDArray[np.float32], float]:
    """The photo at most as fine as it will be drawn, and its scale; coordinates shrink by the same factor about 0."""
    drawn = np.ptp(camera.project(mesh)[:, 0]) * samples
    shrink = min(1.0, 1.25 * drawn / np.ptp(one.points_px[:468, 0]))
    if shrink > 0.9:
        return one.linear, 1.0
    size = (max(1, round(one.linear.shape[1] * shrink)), max(1, round(one.linear.shape[0] * shrink)))
    return cv2.resize(one.linear, size, interpolation=cv2.INTER_AREA), shrink


def _wall(height: int, width: int, rng: np.random.Generator, light: float) -> NDArray[np.float32]:
    rough = rng.uniform(0.3, 0.6, (4, 4, 3)).astype(np.float32) * light
    return cv2.resize(rough, (width, height), interpolation=cv2.INTER_CUBIC).clip(0.005, 1.0)


def photographed(
    linear: NDArray[np.float32], rng: np.random.Generator, *, noise: float, blur_px: float, jpeg: int | None
) -> NDArray[np.uint8]:
    if blur_px > 0.0:
        linear = cv2.GaussianBlur(linear, (0, 0), blur_px)
    noisy = codes(linear) + noise * rng.standard_normal(linear.shape, np.float32)
    pixels = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    if jpeg is None:
        return pixels
    written = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, jpeg])[1]
    return np.ascontiguousarray(cv2.imdecode(written, cv2.IMREAD_COLOR)[..., ::-1])
