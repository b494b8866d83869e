"""Hair pressed under a rim: the picture around a hat drawn in, so that no hair stands out beside or above it.

Around a middle inside the hat the picture is a fan of rays. On each ray the hat ends at one radius and the hair at a
larger one; what lies between is squeezed out, and the background beyond is stretched inward to take its place, fading
to nothing further out. Below the rim the hair keeps its width, and near the rim it narrows smoothly, as pressed hair
does. The background keeps its texture, since it is moved and not painted.

Source: our derivation.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.types import PartsMask

RAYS = 180
_ALONG = 64  # samples along a ray to find where hair ends
_HAIR = 0.30  # probability from which a pixel counts as hair
_REACH = 2.3  # hair is looked for up to this many hat radii
_SPREAD = 2.6  # the background is stretched over this many times the squeezed width
_UNDER = 0.03  # share of the hat's radius by which hair ends before the hat's edge
_STEP_PX = 6  # the map of moved pixels is worked out on every sixth one
_SETTLE_S = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Press:
    """What to squeeze, in rays around a middle; ray 0 points along +x of the picture, then toward +y.

    middle_px: (2,). hat_px: (180,) where the hat ends. hair_px: (180,) where hair ends now; at least `hat_px`.
    keep: (180,) 0 (squeeze all) to 1 (leave alone).
    """

    middle_px: NDArray[np.float64]
    hat_px: NDArray[np.float64]
    hair_px: NDArray[np.float64]
    keep: NDArray[np.float64]

    def __call__(self, pixels: NDArray[np.uint8]) -> None:
        """Squeeze in place; (H, W, 3) uint8."""
        start, was, now, end = self._radii()
        if float((was - now).max()) < 0.75:
            return
        height, width = pixels.shape[:2]
        ray_rad = np.arange(RAYS) * (2.0 * np.pi / RAYS)
        moves = was - now > 0.25
        moves |= np.roll(moves, 1) | np.roll(moves, -1)
        # The box around all that moves, from where it starts to where it ends on its ray.
        reach = np.concatenate([start[moves], end[moves]])
        twice = np.concatenate([ray_rad[moves], ray_rad[moves]])
        across, down = self.middle_px[0] + reach * np.cos(twice), self.middle_px[1] + reach * np.sin(twice)
        x0, x1 = max(0, int(across.min()) - 2), min(width, int(across.max()) + 3)
        y0, y1 = max(0, int(down.min()) - 2), min(height, int(down.max()) + 3)
        if x1 - x0 < 8 or y1 - y0 < 8:
            return
        columns, rows = -(-(x1 - x0) // _STEP_PX) + 1, -(-(y1 - y0) // _STEP_PX) + 1
        x = (np.arange(columns) * _STEP_PX + x0 - self.middle_px[0])[None, :].repeat(rows, 0)
        y = (np.arange(rows) * _STEP_PX + y0 - self.middle_px[1])[:, None].repeat(columns, 1)
        radius = np.hypot(x, y)
        ray = np.mod(np.arctan2(y, x) * (RAYS / (2.0 * np.pi)), RAYS)
        first = np.floor(ray).astype(np.int64) % RAYS
        share = ray - np.floor(ray)
        at = [values[first] * (1.0 - share) + values[(first + 1) % RAYS] * share for values in (start, was, now, end)]
        source = _squeezed(radius, *at)
        pull = source / np.maximum(radius, 1e-6)
        moved = np.stack([x * (pull - 1.0), y * (pull - 1.0)], axis=2).astype(np.float32)
        size = (columns * _STEP_PX, rows * _STEP_PX)
        # Squares' corners are samples: shift by half a square so that sample (0, 0) falls on pixel (0, 0).
        up = np.array([[_STEP_PX, 0.0, 0.0], [0.0, _STEP_PX, 0.0]])
        moved = np.asarray(cv2.warpAffine(moved, up, size, flags=cv2.INTER_LINEAR), np.float32)[: y1 - y0, : x1 - x0]
        map_x = moved[..., 0] + np.arange(x0, x1, dtype=np.float32)[None, :]
        map_y = moved[..., 1] + np.arange(y0, y1, dtype=np.float32)[:, None]
        pixels[y0:y1, x0:x1] = cv2.remap(pixels, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)

    def _radii(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Per ray: where moving starts, where hair ends now and shall end, and from where nothing moves."""
        start = self.hat_px * (1.0 - 2.0 * _UNDER)
        was = np.maximum(self.hair_px, start + 1e-3)
        pressed = start + _UNDER * self.hat_px
        now = np.where(was > self.hat_px, pressed + self.keep * (was - pressed), was)
        return start, was, now, was + _SPREAD * (was - now) + 1e-3


def _squeezed(
    radius: NDArray[np.float64],
    start: NDArray[np.float64],
    was: NDArray[np.float64],
    now: NDArray[np.float64],
    end: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Radius in the picture from which each radius takes its pixel: start→start, now→was, end→end, straight between."""
    inner = start + (radius - start) * (was - start) / np.maximum(now - start, 1e-3)
    outer = was + (radius - now) * (end - was) / np.maximum(end - now, 1e-3)
    moved = np.where(radius < now, inner, outer)
    return np.where((radius <= start) | (radius >= end), radius, moved)


def hat_radii(outline_px: NDArray[np.float64], middle_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """(180,) where rays from the middle leave the convex hull of (N, 2) points; the middle lies inside."""
    hull = cv2.convexHull(outline_px.astype(np.float32))[:, 0].astype(np.float64) - middle_px
    following = np.roll(hull, -1, axis=0)
    angle = np.arange(RAYS) * (2.0 * np.pi / RAYS)
    ray = np.stack([np.cos(angle), np.sin(angle)], axis=1)[:, None]
    along = following - hull
    across = ray[..., 0] * along[:, 1] - ray[..., 1] * along[:, 0]
    safe = np.where(np.abs(across) < 1e-9, np.inf, across)
    distance = (hull[:, 0] * along[:, 1] - hull[:, 1] * along[:, 0]) / safe
    where = (hull[:, 0] * ray[..., 1] - hull[:, 1] * ray[..., 0]) / safe
    hit = (distance > 0.0) & (where >= -1e-6) & (where <= 1.0 + 1e-6)
    radii: NDArray[np.float64] = np.where(hit, distance, 0.0).max(axis=1)
    return radii


def hair_radii(parts: PartsMask, middle_px: NDArray[np.float64], hat_px: NDArray[np.float64]) -> NDArray[np.float64]:
    """(180,) where the hair that begins at the hat ends on each ray, smoothly; `hat_px` where none does."""
    angle = np.arange(RAYS) * (2.0 * np.pi / RAYS)
    share = np.linspace(1.0, _REACH, _ALONG)
    radius = hat_px[:, None] * share
    x = middle_px[0] + radius * np.cos(angle)[:, None]
    y = middle_px[1] + radius * np.sin(angle)[:, None]
    to_mask = parts.mask_from_image
    u = (to_mask[0, 0] * x + to_mask[0, 1] * y + to_mask[0, 2]).astype(np.float32)
    v = (to_mask[1, 0] * x + to_mask[1, 1] * y + to_mask[1, 2]).astype(np.float32)
    hair = np.asarray(cv2.remap(parts.plane("hair"), u, v, cv2.INTER_LINEAR, borderValue=0), np.float64) / 255.0
    begins = hair[:, :4].max(axis=1) >= _HAIR
    gone = hair[:, 3:] < _HAIR
    end = np.where(gone.any(axis=1), gone.argmax(axis=1) + 3, _ALONG - 1)
    width = np.where(begins, hat_px * (share[end] - 1.0) + 0.05 * hat_px, 0.0)
    # A lock that stands out must go whole: the widest of the neighbors first, then smooth.
    widest = np.stack([np.roll(width, k) for k in range(-3, 4)]).max(axis=0)
    kernel = np.exp(-0.5 * (np.arange(-9, 10) / 4.0) ** 2)
    smooth = np.convolve(np.concatenate([widest[-9:], widest, widest[:9]]), kernel / kernel.sum(), mode="valid")
    radii: NDArray[np.float64] = hat_px + smooth
    return radii


@dataclass(slots=True, eq=False)
class HairMemory:
    """Hair's width beside the hat, relative to it, followed over frames."""

    width: NDArray[np.float64] | None = None
    time_s: float = 0.0

    def settle(self, hair_px: NDArray[np.float64], hat_px: NDArray[np.float64], time_s: float) -> NDArray[np.float64]:
        """(180,) hair's end on each ray, without the mask's trembling."""
        now = hair_px / np.maximum(hat_px, 1e-6) - 1.0
        passed_s = time_s - self.time_s
        if self.width is None or not 0.0 < passed_s < 0.5:
            self.width = now
        else:
            self.width = self.width + (1.0 - math.exp(-passed_s / _SETTLE_S)) * (now - self.width)
        self.time_s = time_s
        radii: NDArray[np.float64] = hat_px * (1.0 + self.width)
        return radii
