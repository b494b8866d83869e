"""How the lashes of each style lie along the lid, and the compiled loop that draws them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tryon.effects.eye_curves import draw_strand

_STEPS = 9  # points per strand; at a 300 px eye a strand bends by less than half a pixel between them


@dataclass(frozen=True, slots=True)
class LashStyle:
    """One way lashes are set; lengths are shares of the eye's width.

    count: Strands on the upper lid. length: Of the longest. profile: Length at the inner corner, a quarter, the
    middle, three quarters and the outer corner, as shares of the longest. spikes: 0 an even edge, 1 long strands
    between short ones. width: At the root. clump: How far neighbours lean together, as mascara and strip lashes do.
    """

    count: int
    length: float
    profile: tuple[float, float, float, float, float]
    spikes: float
    width: float
    clump: float


# Natural lashes are 8–12 mm at an eye 30 mm wide, so a third of its width; lengths here are that scale.
STYLES: Final[dict[str, LashStyle]] = {
    "mascara": LashStyle(74, 0.27, (0.50, 0.78, 0.95, 1.00, 0.88), 0.25, 0.0095, 0.35),
    "natural": LashStyle(70, 0.29, (0.48, 0.75, 0.95, 1.00, 0.90), 0.35, 0.0085, 0.25),
    "doll": LashStyle(82, 0.35, (0.62, 0.92, 1.00, 0.92, 0.72), 0.30, 0.0100, 0.45),
    "cat": LashStyle(80, 0.38, (0.35, 0.55, 0.75, 0.96, 1.00), 0.30, 0.0100, 0.40),
    "wispy": LashStyle(64, 0.36, (0.50, 0.76, 0.94, 1.00, 0.92), 0.85, 0.0090, 0.75),
    "dramatic": LashStyle(120, 0.40, (0.58, 0.88, 1.00, 1.00, 0.92), 0.35, 0.0120, 0.50),
}
_FIRST, _LAST = 0.11, 0.985  # the lid's edge beside the tear duct bears no lashes
_LOWER_COUNT, _LOWER_LENGTH = 0.6, 0.40  # lower lashes are fewer and shorter than the upper


@functools.lru_cache(maxsize=64)
def strands(style: str, density: float, lower: bool) -> NDArray[np.float32]:
    """(n, 5) float32 strands of a style: place along the lid (0 inner corner to 1 outer), length, lean, curl, width.

    Length and width are shares of the eye's width, lean is radians toward the temple, curl is about 1. Spread by
    low-discrepancy sequences, so the same lashes stand on the same lid in every frame.
    """
    chosen = STYLES[style]
    count = max(8, round(chosen.count * (0.35 + 1.3 * density) * (_LOWER_COUNT if lower else 1.0)))
    index = np.arange(count)
    jitter = [(index * step + 0.5) % 1.0 - 0.5 for step in (0.618034, 0.754878, 0.569840, 0.437016)]
    place = _FIRST + (_LAST - _FIRST) * np.clip((index + 0.5 + 0.9 * jitter[0]) / count, 0.0, 1.0)
    profile = np.interp(place, [0.0, 0.25, 0.5, 0.75, 1.0], chosen.profile)
    # Long strands stand in groups whose tips meet: every group has one leader, the others fall off beside it.
    groups = max(5, round(count / 6))
    phase = (place * groups + 0.45 * np.sin(place * 2.3 * groups)) % 1.0 - 0.5
    leader = 1.0 - np.abs(2.0 * phase)
    length = chosen.length * profile * (1.0 - chosen.spikes * (1.0 - leader) * 0.62) * (1.0 + 0.36 * jitter[1])
    length *= np.clip(0.35 + (place - _FIRST) / 0.16, 0.0, 1.0)  # the first few by the tear duct are short
    lean = np.interp(place, [0.0, 0.3, 0.6, 1.0], [-0.45, -0.08, 0.30, 0.95]) + 0.26 * jitter[2]
    lean -= chosen.clump * phase * 0.55
    width = chosen.width * (1.0 + 0.5 * jitter[3])
    if lower:
        length *= _LOWER_LENGTH
        width *= 0.7
    return np.stack([place, length, lean, 1.0 + 0.35 * jitter[0], width], 1).astype(np.float32)


@njit(cache=True, nogil=True, fastmath=True)
def draw_lashes(
    coverage: NDArray[np.float32],
    x0: int,
    y0: int,
    edge: NDArray[np.float32],
    axes: NDArray[np.float32],
    rows: NDArray[np.float32],
    width_px: float,
    length: float,
    rise_rad: float,
    curl_rad: float,
    opacity: float,
) -> None:
    """Draw strands over coverage (h, w), whose corner is region pixel (x0, y0).

    Each strand leaves its root on the lid edge at `rise_rad` above straight ahead and turns by curl_rad up to its
    tip, in three dimensions; what is drawn is its picture, so lashes foreshorten and swing as the head turns.

    edge: (n, 2) lid edge from the inner corner to the outer; axes: (3, 2) pictures of out, up and forward.
    rows: Strands as from `strands`. length, opacity: Factors. width_px: The eye's.
    """
    path = np.empty((_STEPS, 2), np.float32)
    n = edge.shape[0]
    for r in range(rows.shape[0]):
        at = rows[r, 0] * np.float32(n - 1)
        k = min(n - 2, int(at))
        t = at - np.float32(k)
        x = edge[k, 0] + t * (edge[k + 1, 0] - edge[k, 0]) - np.float32(x0)
        y = edge[k, 1] + t * (edge[k + 1, 1] - edge[k, 1]) - np.float32(y0)
        step = np.float32(rows[r, 1] * length * width_px / (_STEPS - 1))
        path[0, 0], path[0, 1] = x, y
        for i in range(1, _STEPS):
            angle = np.float32(rise_rad + curl_rad * rows[r, 3] * (np.float32(i) - np.float32(0.5)) / (_STEPS - 1))
            lean = rows[r, 2] * (np.float32(0.7) + np.float32(0.6 * i / _STEPS))  # they sweep aside toward the tip
            aside, ahead = np.sin(lean), np.cos(lean)
            out, up, forward = aside, ahead * np.sin(angle), ahead * np.cos(angle)
            x += step * (out * axes[0, 0] + up * axes[1, 0] + forward * axes[2, 0])
            y += step * (out * axes[0, 1] + up * axes[1, 1] + forward * axes[2, 1])
            path[i, 0], path[i, 1] = x, y
        draw_strand(coverage, path, np.float32(rows[r, 4] * width_px), np.float32(opacity))
