"""Depth whose edges follow the picture's and whose holes are filled."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.depth_fill_kernel import vote
from tryon.place.depth_points import sensor_sigma_m

_JUMP = 0.03  # of the depth, from pixel to pixel, that is an edge between two things
_BAND = 1 / 150  # of the frame's longest side: how far structured light and stereo miss an edge by
_WINDOW = 1 / 64  # of the longest side: radius that is searched for look-alikes
_COLOR_SIGMA = 7.0  # ΔE; textures stay below, most outlines are above
_ROUNDS = 8


def filled_depth(depth_m: NDArray[np.floating], pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(h, w) depth on the grid of `pixels`: edges moved to where the picture changes, holes closed from look-alikes.

    What no depth is near of stays NaN.

    Args:
        depth_m: (h', w') of the same view, any size; holes are 0, NaN or inf.
        pixels: (h, w, 3) uint8 sRGB.

    Source: weighted median in a joint bilateral window (Kopf, Cohen, Lischinski and Uyttendaele, "Joint bilateral
    upsampling", 2007; Ma, He, Wei, Sun and Wu, "Constant time weighted median filtering", 2013), here only along
    edges and in holes, so that flat surfaces keep the sensor's own numbers.
    """
    height, width = pixels.shape[:2]
    depth = np.array(depth_m, np.float32)
    with np.errstate(invalid="ignore"):
        depth[~((depth > 0.0) & (depth < 1e4))] = np.nan
    if depth.shape != (height, width):
        depth = np.asarray(cv2.resize(depth, (width, height), interpolation=cv2.INTER_NEAREST_EXACT), np.float32)
    longest = max(width, height)
    # A touch of blur: sensor grain in dark rooms is no outline.
    soft = cv2.GaussianBlur(pixels, (0, 0), longest / 900)
    lab = np.asarray(cv2.cvtColor(soft.astype(np.float32) / 255.0, cv2.COLOR_RGB2Lab), np.float32)
    band = max(round(longest * _BAND), 2)
    edges = depth_edges(depth)
    near_edge = cv2.dilate(edges.astype(np.uint8), np.ones((2 * band + 1, 2 * band + 1), np.uint8)) > 0
    known = np.where(near_edge, np.float32(np.nan), depth)
    radius = max(round(longest * _WINDOW), 2 * band)
    stride = max(radius // 5, 1)
    for round_ in range(_ROUNDS):
        rows, columns = np.nonzero(np.isnan(known) & _beside(known, radius))
        if not len(rows):
            break
        found = vote(known, lab, rows, columns, radius, stride, _COLOR_SIGMA, 0.5 if round_ < 4 else 0.1)
        if not np.isfinite(found).any():
            break
        known[rows, columns] = found
    return known


def depth_edges(depth_m: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(h, w) pixels beside which the depth jumps from one thing to another, on both sides of the jump."""
    edges = np.zeros(depth_m.shape, np.bool_)
    for axis in (0, 1):
        first = depth_m[:-1] if axis == 0 else depth_m[:, :-1]
        second = depth_m[1:] if axis == 0 else depth_m[:, 1:]
        with np.errstate(invalid="ignore"):
            nearer = np.minimum(first, second)
            jumps = np.abs(first - second) > np.maximum(_JUMP * nearer, 3.0 * sensor_sigma_m(nearer))
        if axis == 0:
            edges[:-1] |= jumps
            edges[1:] |= jumps
        else:
            edges[:, :-1] |= jumps
            edges[:, 1:] |= jumps
    return edges


def _beside(known: NDArray[np.float32], radius: int) -> NDArray[np.bool_]:
    """Pixels that have a known one within half the window."""
    size = 2 * (radius // 2) + 1
    return cv2.dilate(np.isfinite(known).astype(np.uint8), np.ones((size, size), np.uint8)) > 0
