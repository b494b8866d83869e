"""Small tileable pictures made by formula: patterns, weaves, grains; (H, W, 4) uint8, colors sRGB, the rest linear."""

from __future__ import annotations

import zlib

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from tools.products.mesh import Array

Pixels = NDArray[np.uint8]


def noise(
    name: str, size: int, *, finest: float, coarsest: float = 1.0, slope: float = 1.0, stretch: float = 1.0
) -> Array:
    """(size, size) tileable noise, mean 0, deviation 1, amplitude ~ f^−slope.

    coarsest, finest: Cycles per tile between which it lives.
    stretch: How much longer the grain is along u than along v. The name seeds it.
    """
    random = np.random.default_rng(zlib.crc32(name.encode()))
    spectrum = np.fft.rfft2(random.standard_normal((size, size)))
    fy, fx = np.fft.fftfreq(size, 1 / size)[:, None], np.fft.rfftfreq(size, 1 / size)[None]
    f = np.hypot(fx * stretch, fy)
    keep = np.where((f >= coarsest) & (f > 0), np.maximum(f, 1e-9) ** -slope * np.exp(-((f / finest) ** 2)), 0.0)
    field = np.fft.irfft2(spectrum * keep, s=(size, size))
    return np.asarray((field - field.mean()) / field.std())


def tortoise(size: int = 256) -> Pixels:
    """Havana acetate: dark brown clouds in honey, the honey deepening toward them."""
    a = noise("havana", size, finest=12, coarsest=1.5, slope=1.4, stretch=0.6)
    b = noise("havana fine", size, finest=40, coarsest=4, slope=0.9, stretch=0.7)
    cloud = _step(-0.75, 0.75, a + 0.18 * b + 0.25)
    depth = _step(0.0, 1.6, a + 0.3 * b)
    honey = _mix(_linear("#b86f22"), _linear("#7d3d10"), _step(-1.8, -0.1, a + 0.2 * b)[..., None])
    dark = _mix(_linear("#45200c"), _linear("#160b06"), depth[..., None])
    return color(_mix(honey, dark, cloud[..., None]))


def gradient(top: str, bottom: str, *, start: float = 0.1, end: float = 0.95, size: int = 64) -> Pixels:
    """A lens tint that changes from top to bottom, in linear light so that it fades evenly."""
    share = _step(start, end, (np.arange(size) + 0.5) / size)
    return color(np.repeat(_mix(_linear(top), _linear(bottom), share[:, None])[:, None], 4, axis=1))


def knit(size: int = 256, stitches: int = 6, *, rib: int = 0) -> tuple[Pixels, Pixels]:
    """(normal, color) of stockinette: columns of V stitches; every `rib` columns sink behind as purls do."""
    rows = stitches
    u, v = _tile(size)
    column, row = u * stitches, v * rows
    x = np.mod(column, 1.0) - 0.5
    # each leg of the V is a leaning ellipse; a column is two legs that meet at its middle
    lean = np.abs(x) * 1.5
    y = np.mod(row + lean, 1.0) - 0.5
    leg = 1.0 - np.clip((np.abs(np.abs(x) - 0.25) / 0.25) ** 2.2, 0, 1)
    bulge = np.sqrt(np.clip(leg * (1.0 - (np.abs(y) / 0.5) ** 2.5), 0, 1))
    twist = 0.06 * np.sin(2 * np.pi * (6 * (y + np.abs(x) * 2.0) + 4 * x)) * bulge
    height = bulge + twist
    shade = 0.42 + 0.58 * np.clip(bulge * 1.15, 0, 1)
    if rib:
        valley = 0.5 - 0.5 * np.cos(2 * np.pi * column / rib)
        height = height * (0.35 + 0.65 * valley) + 1.6 * valley
        shade = shade * (0.35 + 0.65 * valley)
    fuzz = noise("wool", size, finest=size / 3, coarsest=size / 12, slope=0.2)
    return normal(height + 0.05 * fuzz, 7.0 / size * 256 / stitches), gray(np.clip(shade + 0.05 * fuzz, 0, 1))


def straw(size: int = 256, strands: int = 16) -> tuple[Pixels, Pixels]:
    """(normal, tint) of a fine plain weave of flat straws, each a little different from its neighbors."""
    u, v = _tile(size)
    a, b = u * strands, v * strands
    over = np.where(np.mod(np.floor(a) + np.floor(b), 2) == 0, 1.0, 0.0)
    x, y = np.mod(a, 1.0) - 0.5, np.mod(b, 1.0) - 0.5
    warp = np.sqrt(np.clip(1 - (np.abs(x) / 0.5) ** 3, 0, 1)) * np.cos(y * np.pi * 0.9)
    weft = np.sqrt(np.clip(1 - (np.abs(y) / 0.5) ** 3, 0, 1)) * np.cos(x * np.pi * 0.9)
    height = np.where(over > 0, warp, weft)
    random = np.random.default_rng(7)
    tone_u, tone_v = random.normal(0, 1, strands), random.normal(0, 1, strands)
    tone = np.where(over > 0, tone_u[np.floor(a).astype(int)], tone_v[np.floor(b).astype(int)])
    fiber = np.where(
        over > 0,
        noise("straw u", size, finest=size / 2.5, coarsest=20, slope=0.1, stretch=0.05),
        noise("straw v", size, finest=size / 2.5, coarsest=20, slope=0.1, stretch=20),
    )
    shade = 0.55 + 0.45 * np.clip(height * 1.3, 0, 1) + 0.035 * tone + 0.025 * fiber
    light, deep = _linear("#f3e4bf"), _linear("#c9a566")
    tint = (
        _mix(deep, light, np.clip(0.75 + 0.18 * tone + 0.08 * fiber, 0, 1)[..., None]) * np.clip(shade, 0, 1)[..., None]
    )
    return normal(height + 0.06 * fiber, 4.0 * 16 / strands), color(tint)


def twill(size: int = 256, lines: int = 20) -> tuple[Pixels, Pixels]:
    """(normal, shade) of cotton twill: diagonal wales of short threads."""
    u, v = _tile(size)
    wale = np.mod(u * lines + v * lines, 1.0) - 0.5
    thread = np.mod(u * lines * 2 - v * lines, 1.0) - 0.5
    height = np.cos(wale * np.pi) ** 0.7 + 0.35 * np.cos(thread * np.pi)
    slub = noise("twill", size, finest=size / 4, coarsest=6, slope=0.5)
    shade = 0.72 + 0.2 * height + 0.03 * slub
    return normal(height + 0.1 * slub, 2.6 * 20 / lines), gray(np.clip(shade, 0, 1))


def checked(size: int = 256) -> Pixels:
    """A quiet check of our own: camel ground, crossing bars of charcoal and cream, a fine red line."""
    at = (np.arange(size) + 0.5) / size

    def bars(wide: float, middle: float) -> Array:
        return np.asarray(np.abs(np.mod(at - middle + 0.5, 1.0) - 0.5) < wide / 2.0).astype(np.float64)

    threads = np.mod(np.arange(size)[None] + np.arange(size)[:, None], 4) < 2  # twill: warp and weft by turns
    cloth = np.zeros((size, size, 3))
    layers = (
        ("#a08465", np.ones(size)),
        ("#38342f", bars(0.30, 0.5)),
        ("#efe6d2", bars(0.06, 0.5)),
        ("#8c2f26", bars(0.02, 0.0)),
    )
    warp, weft = np.zeros((size, 3)), np.zeros((size, 3))
    for ink, mask in layers:
        warp = _mix(warp, _linear(ink), mask[:, None])
        weft = _mix(weft, _linear(ink), mask[:, None])
    cloth = np.where(threads[..., None], warp[None], weft[:, None])
    fuzz = noise("brushed wool", size, finest=size / 4, coarsest=8, slope=0.4)
    return color(cloth * np.clip(1.0 + 0.07 * fuzz, 0.0, 2.0)[..., None])


def ribbed(size: int = 64, cords: int = 8) -> Pixels:
    """Normal map of grosgrain: fine cords across the ribbon (along u)."""
    _, v = _tile(size)
    return normal(np.abs(np.sin(v * cords * np.pi)) ** 0.6 + 0.04 * noise("cord", size, finest=24, coarsest=4), 2.2)


def felt(size: int = 256) -> Pixels:
    """Normal map of matted fur: short fibers every way."""
    fine = noise("felt", size, finest=size / 2.5, coarsest=24, slope=0.3)
    lumps = noise("felt lumps", size, finest=30, coarsest=4, slope=1.0)
    return normal(0.5 * fine + 0.5 * lumps, 0.9)


def leather(size: int = 192) -> tuple[Pixels, Pixels]:
    """(normal, shade) of full-grain calf: cells with creases between them."""
    random = np.random.default_rng(11)
    seeds = random.random((420, 2))
    wrapped = np.concatenate([seeds + np.array([i, j]) for i in (-1, 0, 1) for j in (-1, 0, 1)])

    u, v = _tile(size)
    near = cKDTree(wrapped).query(np.stack([u.ravel(), v.ravel()], axis=1), k=2)[0]
    cell = ((near[:, 1] - near[:, 0]) * np.sqrt(420)).reshape(size, size)
    height = np.clip(cell / 0.35, 0, 1) ** 0.5 + 0.12 * noise("calf", size, finest=60, coarsest=8, slope=0.6)
    return normal(height, 1.6), gray(np.clip(0.8 + 0.2 * height, 0, 1))


def creased(size: int = 256, *, finest: float = 40.0, depth: float = 0.8) -> Pixels:
    """Normal map of soft nonwoven or jersey: little embossed dots on a crepe."""
    u, v = _tile(size)
    dots = np.exp(-(((np.mod(u * 32, 1) - 0.5) ** 2 + (np.mod(v * 32, 1) - 0.5) ** 2) / 0.05))
    return normal(0.5 * noise("crepe", size, finest=finest, coarsest=3, slope=0.8) - 0.8 * dots, depth)


def lettering(text: str, width: int, height: int, *, ink: str, scale: float = 0.9) -> Pixels:
    """Text on clear ground, straight alpha; □ is drawn as the boxing system's square."""
    big = np.zeros((height * 4, width * 4), np.uint8)
    size = scale * height * 4 / 32.0
    font, stroke = cv2.FONT_HERSHEY_SIMPLEX, max(1, round(height * 4 / 14))
    widths = [cv2.getTextSize("0" if c == "□" else c, font, size, stroke)[0][0] for c in text]
    x, base = (width * 4 - sum(widths)) // 2, int(height * 4 * 0.5 + 11 * size)
    for c, advance in zip(text, widths, strict=True):
        if c == "□":
            cv2.rectangle(big, (x + 3, base - int(17 * size)), (x + advance - 6, base), 255, stroke)
        else:
            cv2.putText(big, c, (x, base), font, size, 255, stroke, cv2.LINE_AA)
        x += advance
    alpha = cv2.resize(big, (width, height), interpolation=cv2.INTER_AREA)
    rgb = np.broadcast_to(color(_linear(ink)[None, None])[..., :3], (height, width, 3))
    return np.dstack([rgb, alpha])


def normal(height: Array, depth: float) -> Pixels:
    """Tangent-space normal map (+Y up the picture, as glTF has it) of a tileable height, slopes times `depth`."""
    slope_u = (np.roll(height, -1, axis=1) - np.roll(height, 1, axis=1)) / 2.0 * depth
    slope_up = (np.roll(height, 1, axis=0) - np.roll(height, -1, axis=0)) / 2.0 * depth
    facing = np.dstack([-slope_u, -slope_up, np.ones_like(height)])
    facing /= np.linalg.norm(facing, axis=2, keepdims=True)
    return _codes(facing * 0.5 + 0.5)


def gray(shade: Array) -> Pixels:
    """A picture of linear shades in all channels."""
    return color(np.repeat(shade[..., None], 3, axis=2))


def color(linear: ArrayLike) -> Pixels:
    """A picture of linear RGB."""
    rgb = np.clip(np.asarray(linear, np.float64), 0.0, 1.0)
    return _codes(np.where(rgb <= 0.0031308, rgb * 12.92, 1.055 * rgb ** (1 / 2.4) - 0.055))


def linear_rgb(text: str) -> tuple[float, float, float]:
    """Linear RGB of an sRGB hex color such as "#c9812f"."""
    r, g, b = _linear(text)
    return float(r), float(g), float(b)


def _linear(text: str) -> Array:
    codes = np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.asarray(np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4))


def _codes(values: Array) -> Pixels:
    rgb = np.round(np.clip(values, 0.0, 1.0) * 255.0).astype(np.uint8)
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def _tile(size: int) -> tuple[Array, Array]:
    at = (np.arange(size) + 0.5) / size
    u, v = np.meshgrid(at, at)
    return u, v


def _step(low: float, high: float, value: Array) -> Array:
    share = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share))


def _mix(a: Array, b: Array, share: Array) -> Array:
    return np.asarray(a * (1.0 - share) + b * share)
