"""Floors and walls for rendered rooms: (n, n, 3) float32 linear reflectances of a square that repeats."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

SIZE_M = 3.0  # of the square
TEXELS = 1024
KINDS = ("oak", "light wood", "dark wood", "tile", "light tile", "carpet", "light carpet", "concrete", "patterned tile")

# Linear reflectances of middle tones: oak about 0.30, maple and white oak 0.45 to 0.55, walnut 0.08, light tile 0.65.
_WOOD_RGB = {"oak": (0.36, 0.24, 0.13), "light wood": (0.58, 0.47, 0.33), "dark wood": (0.11, 0.065, 0.04)}


def floor_texture(kind: str, rng: np.random.Generator) -> NDArray[np.float32]:
    """One floor of a kind in `KINDS`, its tone, grain and pattern drawn from `rng`."""
    if kind in _WOOD_RGB:
        made = _planks(np.array(_WOOD_RGB[kind]) * rng.uniform(0.8, 1.2), rng)
    elif kind == "patterned tile":
        made = _pattern(rng)
    elif kind.endswith("tile"):
        tone = rng.uniform(0.5, 0.68) if kind == "light tile" else rng.uniform(0.12, 0.4)
        made = _tiles(tone * (1.0 + rng.normal(0.0, 0.05, 3)), rng)
    elif kind.endswith("carpet"):
        tone = rng.uniform(0.4, 0.6) if kind == "light carpet" else rng.uniform(0.05, 0.3)
        made = _carpet(tone * (1.0 + rng.normal(0.0, 0.12, 3)), rng)
    else:
        made = (
            rng.uniform(0.2, 0.45)
            * (1.0 + 0.25 * _clouds(40.0, rng) + 0.08 * _clouds(2.0, rng))[..., None]
            * (1.0 + rng.normal(0.0, 0.03, 3))
        )
    return np.clip(made, 0.01, 0.72).astype(np.float32)


def _clouds(scale: float, rng: np.random.Generator, *, stretch: float = 1.0) -> NDArray[np.float64]:
    """(n, n) smooth noise of standard deviation 1 that wraps round; `scale` in texels, longer along x by `stretch`."""
    frequency = np.fft.fftfreq(TEXELS) * scale * 2.0 * np.pi
    gain = np.exp(-0.5 * (frequency[:, None] ** 2 + (frequency[None, : TEXELS // 2 + 1] * stretch) ** 2))
    noise = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((TEXELS, TEXELS)).astype(np.float32)) * gain)
    return np.asarray(noise / noise.std())


def _planks(rgb: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    rows = int(rng.integers(16, 36))  # planks of 8 to 19 cm
    width = TEXELS / rows
    grain = 0.10 * _clouds(1.5, rng, stretch=40.0) + 0.08 * _clouds(7.0, rng, stretch=15.0)
    tone, gap = np.zeros((TEXELS, TEXELS)), np.zeros((TEXELS, TEXELS))
    groove = max(1, round(width * rng.uniform(0.01, 0.03)))
    for row in range(rows):
        top, bottom = round(row * width), round((row + 1) * width)
        gap[top : top + groove] = 1.0
        ends = np.sort(rng.integers(0, TEXELS, 3))
        for start, end in zip(ends, [*ends[1:], ends[0] + TEXELS], strict=True):
            columns = np.arange(start, end) % TEXELS
            tone[top:bottom, columns] = rng.normal(0.0, 0.12)
            gap[top:bottom, columns[:groove]] = 1.0
    gap = cv2.GaussianBlur(gap, (0, 0), 0.8)
    value = np.exp(grain + tone) * (1.0 - rng.uniform(0.3, 0.8) * gap)
    warm = 1.0 + 0.15 * np.array([0.6, 0.0, -1.0]) * tone[..., None] / 0.12 * 0.3
    return np.asarray(rgb * value[..., None] * warm)


def _tiles(rgb: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    count = int(rng.integers(5, 12))  # 27 to 60 cm
    size = TEXELS / count
    tone = np.repeat(np.repeat(rng.normal(0.0, 0.05, (count, count)), int(size) + 1, 0), int(size) + 1, 1)
    tone = cv2.resize(tone, (TEXELS, TEXELS), interpolation=cv2.INTER_NEAREST)
    veins = np.exp(-np.abs(_clouds(60.0, rng)) * 12.0) * rng.uniform(0.0, 0.35)
    value = (1.0 + tone) * (1.0 - veins) * (1.0 + 0.03 * _clouds(3.0, rng))
    grout = np.zeros((TEXELS, TEXELS))
    wide = max(2, round(TEXELS / SIZE_M * rng.uniform(0.002, 0.005)))
    for index in range(count):
        at = round(index * size)
        grout[at : at + wide] = grout[:, at : at + wide] = 1.0
    grout = cv2.GaussianBlur(grout, (0, 0), 0.7)[..., None]
    line = rng.choice([0.15, 0.3, 0.55])
    return np.asarray(rgb * value[..., None] * (1.0 - grout) + line * grout)


def _carpet(rgb: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    value = np.exp(0.22 * _clouds(1.0, rng) + 0.08 * _clouds(12.0, rng) + 0.06 * _clouds(80.0, rng))
    return np.asarray(rgb * value[..., None])


def _pattern(rng: np.random.Generator) -> NDArray[np.float64]:
    """Cement tiles: rings, stars and squares in a few strong colors, the busiest floor a sheet may lie on."""
    count = int(rng.integers(10, 16))
    at = (np.arange(TEXELS) / TEXELS * count) % 1.0 - 0.5
    x, y = np.meshgrid(at, at)
    radius, angle = np.hypot(x, y), np.arctan2(y, x)
    shape = (radius + 0.06 * np.cos(angle * rng.choice([4, 8]))) * rng.uniform(5.0, 8.0)
    colors = rng.uniform(0.05, 0.55, (4, 3))
    colors[0] = rng.uniform(0.5, 0.65)
    picture = colors[np.floor(shape).astype(int) % 4]
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.8) * (1.0 + 0.05 * _clouds(2.0, rng))[..., None])
