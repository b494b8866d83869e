"""The light on a face, from what its skin, its eyes and the picture show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.color.light_model import mixture
from tryon.errors import ShapeError

_DARKEST = 1.0 / 4096.0  # linear; below the first 8-bit code, keeps logarithms finite


@dataclass(frozen=True, slots=True, eq=False)
class FaceLight:
    """The light on one face.

    rgb: (3,) float32, the linear RGB that a perfect white diffuser at the face's pose would show. May exceed 1:
        cameras lift faces above what white can show.
    skin_albedo: (3,) float32, the skin's own reflectance; rgb × skin_albedo is the skin color seen.
    confidence: 0 (no better than the prior) to 1, from the posterior spread of the light's luminance.
    """

    rgb: NDArray[np.float32]
    skin_albedo: NDArray[np.float32]
    confidence: float


def estimate_light(
    skin_linear: ArrayLike, *, sclera_linear: ArrayLike | None = None, frame_mean: ArrayLike | None = None
) -> FaceLight:
    """Light and skin reflectance that together best explain the colors seen, in under 0.1 ms.

    Args:
        skin_linear: (3,) linear RGB of the face's skin, without highlights and shadows; see `tryon.color.sampling`.
        sclera_linear: (3,) linear RGB of the brighter part of the whites of the eyes, or None with eyes shut.
        frame_mean: (3,) mean linear RGB of the whole picture, or None.

    Raises:
        ShapeError: An input is not three finite numbers.

    Source: our derivation. A mixture of linear Gaussian models in log RGB (`tryon.color.light_model`); the result is
    the posterior mean over all states, so it moves smoothly with its inputs. Figures: benchmarks/color_contract.py.
    """
    seen = [_log_rgb("skin_linear", skin_linear)]
    for name, value in (("sclera_linear", sclera_linear), ("frame_mean", frame_mean)):
        if value is not None:
            seen.append(_log_rgb(name, value))
    observed = np.concatenate(seen)
    model = mixture(sclera=sclera_linear is not None, frame=frame_mean is not None)
    distance = (model.whiten @ observed)[:, None, :] - model.expected
    log_weight = model.log_weight[:, None] - 0.5 * np.einsum("jkn,jkn->jk", distance, distance)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    light = (model.gain @ observed)[:, None, :] + model.offset
    mean = np.einsum("jk,jkc->c", weight, light)
    luminance = light.mean(axis=2)
    variance = (weight * (model.variance[:, None] + (luminance - mean.mean()) ** 2)).sum()
    return FaceLight(
        rgb=np.exp(mean).astype(np.float32),
        skin_albedo=np.exp(observed[:3] - mean).astype(np.float32),
        confidence=float(1.0 / (1.0 + variance / 0.15**2)),
    )


def _log_rgb(name: str, value: ArrayLike) -> NDArray[np.float64]:
    rgb = np.asarray(value, dtype=np.float64)
    if rgb.shape != (3,) or not np.isfinite(rgb).all():
        raise ShapeError(name, expected="three finite linear RGB values", got=np.asarray(value))
    return np.log(np.maximum(rgb, _DARKEST))
