"""Where the pans of each eyeshadow pattern go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tryon.effects.eye_chart import EyeChart
from tryon.effects.masks import smoothstep

Field = NDArray[np.float32]
MOST_PANS = 5

# Every pattern gives, for `count` pans, one (h, w) coverage per pan, laid in order: what comes later lies on top.
Pattern = Callable[[EyeChart, int, float], list[Field]]


def _bump(value: Field, center: float, below: float, above: float) -> Field:
    """1 at center, falling smoothly to 0 over `below` under it and `above` over it."""
    return smoothstep(center - below, center, value) * smoothstep(center + above, center, value)


def _ends(chart: EyeChart, inner: float = 0.0, outer: float = 1.30) -> Field:
    """1 over the lid, fading out by the tear duct and past the outer corner."""
    return smoothstep(inner - 0.08, inner + 0.18, chart.along) * smoothstep(outer, outer - 0.34, chart.along)


def _lid(chart: EyeChart, top: float) -> Field:
    """From the lash line up, gone at `top`."""
    return smoothstep(top, max(0.30, top - 1.25), chart.rise) * _ends(chart) * chart.upper


def _crease(chart: EyeChart, top: float) -> Field:
    """The transition shade: soft in the crease, more of it outward."""
    outward = np.float32(0.50) + np.float32(0.40) * smoothstep(0.2, 0.8, chart.along)
    return _bump(chart.rise, 1.25, 0.80, 0.60 + 0.5 * top) * _ends(chart, 0.08, 1.36) * outward * chart.upper


def _outer_v(chart: EyeChart, top: float) -> Field:
    """The sideways V: outer third of the lid, running back into the crease."""
    del top
    third = smoothstep(0.56, 1.00, chart.along) * smoothstep(1.75, 0.70, chart.rise)
    arm = smoothstep(0.34, 0.90, chart.along) * _bump(chart.rise, 1.1, 0.60, 0.85)
    shape = np.maximum(third, arm) * smoothstep(1.34, 1.02, chart.along) * chart.upper
    return np.asarray(0.85 * shape, np.float32)


def _inner(chart: EyeChart, top: float) -> Field:
    """The inner corner highlight, a drop round the tear duct."""
    del top
    radius = np.hypot((chart.along + 0.005) / 0.19, (chart.height - 0.01) / 0.13)
    return np.float32(0.50) * smoothstep(1.0, 0.1, radius)


def _brow_bone(chart: EyeChart, top: float) -> Field:
    """The highlight under the brow's arch; it ends below the hairs."""
    del top
    band = smoothstep(1.80, 2.45, chart.rise) * smoothstep(2.95, 2.45, chart.rise) * chart.upper
    return np.float32(0.32) * band * smoothstep(0.40, 0.80, chart.along) * smoothstep(1.24, 0.95, chart.along)


def lower_lash(chart: EyeChart, reach: float = 1.25) -> Field:
    """Below the lower lash line, strongest outward."""
    outward = np.float32(0.30) + np.float32(0.70) * smoothstep(0.15, 0.80, chart.along)
    band = smoothstep(reach, 0.0, chart.rise) * (1.0 - chart.upper)
    line = band * outward * smoothstep(0.04, 0.26, chart.along) * smoothstep(1.20, 0.98, chart.along)
    return np.asarray(line, np.float32)


def _wash(chart: EyeChart, count: int, top: float) -> list[Field]:
    return [_lid(chart, top), _crease(chart, top), _outer_v(chart, top), _inner(chart, top), _brow_bone(chart, top)][
        :count
    ]


def _outer_corner(chart: EyeChart, count: int, top: float) -> list[Field]:
    return [_lid(chart, top), _outer_v(chart, top), _crease(chart, top), _inner(chart, top), _brow_bone(chart, top)][
        :count
    ]


def _smoky(chart: EyeChart, count: int, top: float) -> list[Field]:
    smoke = smoothstep(top + 0.45, 0.45, chart.rise) * smoothstep(-0.06, 0.30, chart.along) * chart.upper
    smoke *= smoothstep(1.38, 0.96, chart.along)
    smoke = np.maximum(smoke, np.float32(0.9) * lower_lash(chart, 1.5))
    haze = _bump(chart.rise, top - 0.1, 0.8, 0.75) * _ends(chart, 0.06, 1.38) * chart.upper
    rim = smoothstep(0.75, 0.15, chart.rise) * _ends(chart, 0.08, 1.20) * chart.upper
    rim = np.maximum(np.maximum(rim, lower_lash(chart, 0.9)), np.float32(0.9) * _outer_v(chart, top))
    return [smoke, haze, rim, _inner(chart, top), _brow_bone(chart, top)][:count]


def _cut_crease(chart: EyeChart, count: int, top: float) -> list[Field]:
    # The cut sits a little above the crease, where it still shows with the eye open.
    cut = 1.08
    lid = smoothstep(cut + 0.10, cut - 0.10, chart.rise) * _ends(chart, 0.02, 1.10) * chart.upper
    above = smoothstep(cut - 0.10, cut + 0.10, chart.rise) * smoothstep(top + 0.75, cut + 0.15, chart.rise)
    above *= smoothstep(0.06, 0.40, chart.along) * smoothstep(1.34, 0.98, chart.along) * chart.upper
    wing = smoothstep(0.70, 1.00, chart.along) * smoothstep(1.34, 1.02, chart.along) * smoothstep(1.6, 0.7, chart.rise)
    return [lid, above, wing * chart.upper, _inner(chart, top), _brow_bone(chart, top)][:count]


def _halo(chart: EyeChart, count: int, top: float) -> list[Field]:
    sides = np.float32(1.0) - _bump(chart.along, 0.50, 0.30, 0.30) * smoothstep(1.25, 0.85, chart.rise)
    frame = _lid(chart, top) * (sides if count > 1 else np.float32(0.35) + np.float32(0.65) * sides)
    center = _bump(chart.along, 0.50, 0.32, 0.32) * smoothstep(1.30, 0.80, chart.rise) * chart.upper
    return [frame, center, _crease(chart, top), _inner(chart, top), _brow_bone(chart, top)][:count]


def _gradient(chart: EyeChart, count: int, top: float) -> list[Field]:
    """Pan by pan from the inner corner outward; each later one covers the earlier from its border on."""
    lid = _lid(chart, top)
    borders = [0.06 + 1.0 * k / count for k in range(count)]
    return [lid if k == 0 else lid * smoothstep(b - 0.20, b + 0.20, chart.along) for k, b in enumerate(borders)]


def _monolid(chart: EyeChart, count: int, top: float) -> list[Field]:
    """Bands from the lash line upward that show with the eye open, the first pan lowest; no crease is assumed."""
    high = top + 0.35
    bands = [_lid(chart, high) if count == 1 else _lid(chart, high) * np.float32(1.0)]
    for k in range(1, count):
        border = high * k / (count + 0.6)
        bands.append(_lid(chart, high + 0.2) * smoothstep(border - 0.35, border + 0.35, chart.rise) * np.float32(0.9))
    return bands


def _fox(chart: EyeChart, count: int, top: float) -> list[Field]:
    """Swept toward the temple; the lid's inner half stays light."""
    line = np.exp(-(((chart.rise - 0.55) / 0.75) ** 2)).astype(np.float32)
    sweep = line * smoothstep(0.30, 0.98, chart.along) * smoothstep(1.55, 1.08, chart.along) * chart.upper
    return [
        sweep,
        _lid(chart, top) * smoothstep(0.9, 0.4, chart.along),
        _crease(chart, top),
        _inner(chart, top),
        _brow_bone(chart, top),
    ][:count]


def _lower(chart: EyeChart, count: int, top: float) -> list[Field]:
    """Along the lower lash line only, pan by pan from the inner corner outward."""
    del top
    line = smoothstep(1.35, 0.05, chart.rise) * (np.float32(1.0) - chart.upper)
    line *= smoothstep(-0.04, 0.14, chart.along) * smoothstep(1.16, 0.96, chart.along)
    borders = [0.02 + 1.0 * k / count for k in range(count)]
    return [line if k == 0 else line * smoothstep(b - 0.18, b + 0.18, chart.along) for k, b in enumerate(borders)]


PATTERNS: Final[dict[str, Pattern]] = {
    "wash": _wash,
    "outer_v": _outer_corner,
    "smoky": _smoky,
    "cut_crease": _cut_crease,
    "halo": _halo,
    "gradient": _gradient,
    "monolid": _monolid,
    "fox": _fox,
    "lower": _lower,
}
