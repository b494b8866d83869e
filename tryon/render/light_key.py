"""The brightest lamp of an environment map: whose shadow is drawn when a light names no sun."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_COARSE = 32  # rows of the map that is searched
_LOBE = 24.0  # power of the cosine under which brightness is pooled to find the lamp
_REACH_RAD = 0.6  # what counts as the lamp
_SHARPEST_RAD, _SOFTEST_RAD = 0.05, 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """One lamp of a map.

    toward: (3,) float64 unit vector, in the map's axes. rgb: (3,) float64 irradiance over π on a surface facing it.
    softness_rad: Half angle of a disc that spreads as much.
    """

    toward: NDArray[np.float64]
    rgb: NDArray[np.float64]
    softness_rad: float


def key_of(panorama: NDArray[np.float32]) -> Key:
    """The lamp: what is brighter than the map's mean within 0.6 rad of the brightest direction.

    Args:
        panorama: (H, 2H, 3) linear RGB; +Y up, the middle column looks along −Z.
    """
    toward, radiance, solid_angle = grid_of(panorama)
    excess = np.maximum(radiance - (radiance * solid_angle[:, None]).sum(axis=0) / (4.0 * np.pi), 0.0)
    power = excess.mean(axis=1) * solid_angle
    pooled = (np.clip(toward @ toward.T, 0.0, 1.0) ** _LOBE) @ power
    near = toward @ toward[int(pooled.argmax())] > np.cos(_REACH_RAD)
    power = power * near
    total = float(power.sum())
    if total <= 0.0:
        return Key(np.array([0.0, 1.0, 0.0]), np.zeros(3), _SOFTEST_RAD)
    middle = power @ toward
    middle /= np.linalg.norm(middle)
    spread = np.arccos(np.clip(toward @ middle, -1.0, 1.0))
    softness = float(np.sqrt(2.0 * (power * spread**2).sum() / total))  # a disc of half angle r has mean square r²/2
    rgb = ((excess * solid_angle[:, None])[near]).sum(axis=0) / np.pi
    return Key(middle, rgb, float(np.clip(softness, _SHARPEST_RAD, _SOFTEST_RAD)))


def grid_of(
    panorama: NDArray[np.float32],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Directions (n, 3) in the map's axes, radiance (n, 3) and solid angle (n,) of a map's coarse cells."""
    coarse = _coarse(panorama)
    height, width = coarse.shape[:2]
    polar = (np.arange(height) + 0.5) / height * np.pi
    around = ((np.arange(width) + 0.5) / width - 0.5) * 2.0 * np.pi
    level = np.sin(polar)[:, None]
    toward = np.stack(
        np.broadcast_arrays(level * np.sin(around), np.cos(polar)[:, None], -level * np.cos(around)), axis=2
    ).reshape(-1, 3)
    solid_angle = np.repeat(np.sin(polar), width) * (np.pi / height) * (2.0 * np.pi / width)
    return toward, coarse.reshape(-1, 3), solid_angle


def _coarse(panorama: NDArray[np.float32]) -> NDArray[np.float64]:
    """(32, 64, 3) means of blocks; small maps stay as they are."""
    block = panorama.shape[0] // _COARSE
    if block < 2:
        return panorama.astype(np.float64)
    rows = panorama.shape[0] // block
    columns = panorama.shape[1] // block
    cut = panorama[: rows * block, : columns * block].astype(np.float64)
    return np.asarray(cut.reshape(rows, block, columns, block, 3).mean(axis=(1, 3)))
