"""Four-sided things in a picture: candidates from patches and from straight edges, the best supported first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray

from tryon.place.edges import Outline, trace_outline
from tryon.place.quad_blobs import patches
from tryon.place.quad_segments import crossings

_WORK_PX = 1000.0  # longer side of the picture in which candidates are looked for
_SAMPLES = 40  # along each side
_LEAST_STEP = 5.0  # codes between inside and outside a side
_MOST_TRACED, _MOST_FINE, _FEW = 24, 5, 2
_COARSE_SAMPLES = 90
_MOST_AREA, _MOST_CUT_AREA = 0.8, 0.4  # of the picture


@dataclass(frozen=True, slots=True, eq=False)
class Quad:
    """A four-sided thing.

    outline: Its sides, corners clockwise as seen.
    paleness: Median of the darkest channel within, 0 to 1: white paper is bright in all three.
    chroma: Median of the largest less the smallest channel within, 0 to 1.
    paler: How much paler it is within than without, each side's median, (4,).
    score: For ranking only.
    """

    outline: Outline
    paleness: float
    chroma: float
    paler: NDArray[np.float64]
    score: float


def find_quads(
    pixels: NDArray[np.uint8],
    *,
    least_px: float,
    colored: bool,
    corner_share: float,
    plausible: Callable[[Quad], bool],
) -> list[Quad]:
    """Four-sided things, best first; of those that nearly coincide only the best.

    Args:
        pixels: (H, W, 3) sRGB.
        least_px: Shorter ones than this, in work pixels, are not looked for.
        colored: Any color, not only pale things.
        corner_share: Of each side at either end that its line is not fitted to.
        plausible: Whether a thing may be what is sought; the others are looked at closely only where none may.
    """
    scale = min(1.0, _WORK_PX / max(pixels.shape[:2]))
    small = pixels
    if scale < 1.0:
        size = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    area = 0.4 * least_px**2 / (small.shape[0] * small.shape[1])
    rough = np.concatenate(
        [patches(small, least_area=area, most_area=_MOST_AREA, colored=colored), crossings(small, pale=not colored)]
    )
    found = []
    for corners, score in _distinct(*_scored(small, rough, least_px, colored)):
        outline = trace_outline(small, corners, corner_share=corner_share, reach_px=5.0, most_samples=_COARSE_SAMPLES)
        if outline is not None:
            found.append(_quad(small, outline, score))
    found.sort(key=lambda quad: -quad.score)
    kept: list[Quad] = []
    for quad in found:
        extent_px = _size_px(quad.outline.corners_px)
        if all(_apart_px(quad.outline.corners_px, other.outline.corners_px) > 0.04 * extent_px for other in kept):
            kept.append(quad)
    # The best of all is looked at too: should nothing be right, it says what is wrong.
    likely = list(islice((quad for quad in kept if plausible(_scaled(quad, scale))), _MOST_FINE))
    chosen = likely + [quad for quad in kept[:_FEW] if quad not in likely]
    fine = [_refined(pixels, quad, scale, corner_share) for quad in chosen]
    return [quad for quad in fine if quad is not None]


def _scaled(quad: Quad, scale: float) -> Quad:
    """As it would be in the whole picture."""
    outline = quad.outline
    corners, sigma = (outline.corners_px + 0.5) / scale - 0.5, outline.sigma_px / scale
    return replace(quad, outline=replace(outline, corners_px=corners, sigma_px=sigma))


def _refined(pixels: NDArray[np.uint8], quad: Quad, scale: float, corner_share: float) -> Quad | None:
    """The same thing by the picture's own pixels."""
    at = (quad.outline.corners_px + 0.5) / scale - 0.5
    outline = trace_outline(pixels, at, corner_share=corner_share, reach_px=2.0 / scale)
    return None if outline is None else replace(quad, outline=outline)


def _size_px(corners: NDArray[np.float64]) -> float:
    return float(np.sqrt(cv2.contourArea(corners.astype(np.float32))))


def cut_by_border(pixels: NDArray[np.uint8], *, least_px: float) -> bool:
    """Whether a pale thing with three clear sides goes on beyond the picture's border."""
    scale = min(1.0, _WORK_PX / max(pixels.shape[:2]))
    small = pixels
    if scale < 1.0:
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    area = 0.4 * least_px**2 / (small.shape[0] * small.shape[1])
    quads = patches(small, least_area=area, most_area=_MOST_CUT_AREA, colored=False)
    if len(quads) == 0:
        return False
    size = np.array([small.shape[1], small.shape[0]], np.float64)
    beyond = ((quads < 2.5) | (quads > size - 3.5)).any(axis=2)
    on_border = beyond & np.roll(beyond, -1, axis=1)
    clear = _steps(small, quads, colored=False) > _LEAST_STEP
    support = np.where(on_border, 1.0, clear.mean(2))
    sides = np.linalg.norm(np.roll(quads, -1, 1) - quads, axis=2)
    whole = (sides.min(1) > 0.5 * least_px) & (sides.max(1) > least_px)
    return bool((whole & (on_border.sum(1) == 1) & (support.min(1) > 0.75)).any())


def _scored(
    small: NDArray[np.uint8], quads: NDArray[np.float64], least_px: float, colored: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The quads worth a closer look and how well the picture's steps lie along them."""
    if len(quads) == 0:
        return quads, np.zeros(0)
    sides = np.linalg.norm(np.roll(quads, -1, 1) - quads, axis=2)
    quads = quads[(sides.min(1) > 0.35 * least_px) & (sides.max(1) > least_px)]
    best = _steps(small, quads, colored=colored)
    clear = best > _LEAST_STEP
    support = clear.mean(2)
    strength = np.minimum(np.median(best, axis=2), 40.0).min(1) / 40.0
    extent = np.sqrt(np.maximum(_areas(quads), 1.0))
    larger = np.clip(np.log2(extent / least_px), 0.0, 3.0)  # of things within things the whole one counts
    score = support.mean(1) + 0.6 * support.min(1) + 0.3 * strength + 0.12 * larger
    good = (support.min(1) > 0.2) & (support.mean(1) > 0.5)
    return quads[good], score[good]


def _steps(small: NDArray[np.uint8], quads: NDArray[np.float64], *, colored: bool) -> NDArray[np.float32]:
    """(n, 4, k) the step at places along each side, inside less outside, of the largest of three nearby lines."""
    image = cv2.GaussianBlur(small, (0, 0), 1.0).astype(np.float32)
    share = np.linspace(0.06, 0.94, _SAMPLES)
    start, end = quads, np.roll(quads, -1, 1)
    along = (end - start) / np.maximum(np.linalg.norm(end - start, axis=2, keepdims=True), 1e-9)
    outward = np.stack([along[..., 1], -along[..., 0]], -1)
    points = start[:, :, None] + share[:, None] * (end - start)[:, :, None]
    best = np.zeros(points.shape[:3], np.float32)
    for shift in (-2.0, 0.0, 2.0):
        inner = _at(image, points + (shift - 2.0) * outward[:, :, None])
        outer = _at(image, points + (shift + 2.0) * outward[:, :, None])
        step = inner - outer
        one = np.abs(step).max(-1) if colored else step.min(-1)
        best = np.maximum(best, one)
    return best


def _areas(quads: NDArray[np.float64]) -> NDArray[np.float64]:
    after = np.roll(quads, -1, axis=1)
    return np.asarray(0.5 * np.abs((quads[..., 0] * after[..., 1] - quads[..., 1] * after[..., 0]).sum(1)))


def _at(image: NDArray[np.float32], points: NDArray[np.float64]) -> NDArray[np.float32]:
    x = np.clip(np.rint(points[..., 0]).astype(int), 0, image.shape[1] - 1)
    y = np.clip(np.rint(points[..., 1]).astype(int), 0, image.shape[0] - 1)
    return np.asarray(image[y, x], np.float32)


def _distinct(quads: NDArray[np.float64], scores: NDArray[np.float64]) -> list[tuple[NDArray[np.float64], float]]:
    kept: list[tuple[NDArray[np.float64], float]] = []
    for index in np.argsort(-scores):
        if all(_apart_px(quads[index], other) > 4.0 for other, _ in kept):
            kept.append((quads[index], float(scores[index])))
        if len(kept) == _MOST_TRACED:
            break
    return kept


def _apart_px(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """The largest distance between corners that belong together, whichever corner either begins with."""
    return min(float(np.linalg.norm(np.roll(a, turn, 0) - b, axis=1).max()) for turn in range(4))


def _quad(small: NDArray[np.uint8], outline: Outline, score: float) -> Quad:
    corners = outline.corners_px
    image = small.astype(np.float32) / 255.0
    grid = np.linspace(0.06, 0.94, 24)
    u, v = np.meshgrid(grid, grid)
    top = corners[0] + u[..., None] * (corners[1] - corners[0])
    bottom = corners[3] + u[..., None] * (corners[2] - corners[3])
    inner = _at(image, top + v[..., None] * (bottom - top)).reshape(-1, 3)
    along = np.roll(corners, -1, 0) - corners
    normal = np.stack([along[:, 1], -along[:, 0]], 1) / np.linalg.norm(along, axis=1, keepdims=True)
    points = corners[:, None] + np.linspace(0.1, 0.9, 30)[:, None] * along[:, None]
    step = (_at(image, points - 3.0 * normal[:, None]) - _at(image, points + 3.0 * normal[:, None])).min(-1)
    score += float(outline.support.mean()) + 0.6 * float(outline.support.min())
    score -= 20.0 * float(np.median(outline.sigma_px)) / max(_size_px(corners), 1.0)
    return Quad(
        outline,
        float(np.median(inner.min(1))),
        float(np.median(inner.max(1) - inner.min(1))),
        np.asarray(np.median(step, axis=1), np.float64),
        score,
    )
