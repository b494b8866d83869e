"""The light on a face, from what its skin, its eyes and the picture show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tryon.color.light_model import mixture
from tryon.errors import ShapeError

_DARKEST = 1.0 / 4096.0  # linear; below the first 8-bit code, keeps logarithms finite
_THIRDS = np.full(3, 1.0 / 3.0)
_LOW, _HIGH = np.log(0.02), np.log(4.0)  # no light outside is believable in an 8-bit picture
_SKIN_SETTLE_S = 0.1  # evens out where on the skin the samples happen to fall


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
    states, _, count = model.expected.shape
    distance = (model.whiten.reshape(-1, count) @ observed).reshape(states, 1, count) - model.expected
    log_weight = model.log_weight[:, None] - 0.5 * np.einsum("jkn,jkn->jk", distance, distance)
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    given = (model.gain.reshape(-1, count) @ observed).reshape(states, 3)
    mean = weight.sum(axis=1) @ given + weight.ravel() @ model.offset.reshape(-1, 3)
    mean = np.clip(mean, _LOW, _HIGH)
    luminance = (given @ _THIRDS)[:, None] + model.offset @ _THIRDS
    variance = (weight * (model.variance[:, None] + (luminance - mean @ _THIRDS) ** 2)).sum()
    return FaceLight(
        rgb=np.exp(mean).astype(np.float32),
        skin_albedo=np.exp(observed[:3] - mean).astype(np.float32),
        confidence=float(1.0 / (1.0 + variance / 0.15**2)),
    )


def follow(before: FaceLight, now: FaceLight, *, elapsed_s: float, settle_s: float = 1.0) -> FaceLight:
    """The light now, steadied by what earlier frames said about the same face.

    What is smoothed for long is the skin's reflectance, which does not change; the light is the skin seen now over
    it. So a real change of light is followed within a few frames, while a blink or a noisy white of the eye moves
    next to nothing.

    Args:
        elapsed_s: Time since `before`; 0 changes nothing.
        settle_s: Time constant of the reflectance.
    """
    # A frame that knows less (eyes shut) than those before moves the estimate less.
    trust = min(1.0, now.confidence / max(before.confidence, 1e-6)) ** 2
    share = _share(elapsed_s, settle_s) * trust
    albedo = _mix(before.skin_albedo, now.skin_albedo, share)
    skin = _mix(before.rgb * before.skin_albedo, now.rgb * now.skin_albedo, _share(elapsed_s, _SKIN_SETTLE_S))
    return FaceLight(
        rgb=(skin / albedo).astype(np.float32),
        skin_albedo=albedo.astype(np.float32),
        confidence=before.confidence + share * (now.confidence - before.confidence),
    )


def _share(elapsed_s: float, settle_s: float) -> float:
    return float(1.0 - np.exp(-max(elapsed_s, 0.0) / settle_s))


def _mix(old: NDArray[np.float32], new: NDArray[np.float32], share: float) -> NDArray[np.float64]:
    return np.asarray(np.exp((1.0 - share) * np.log(old) + share * np.log(new)), dtype=np.float64)


def _log_rgb(name: str, value: ArrayLike) -> NDArray[np.float64]:
    rgb = np.asarray(value, dtype=np.float64)
    if rgb.shape != (3,) or not np.isfinite(rgb).all():
        raise ShapeError(name, expected="three finite linear RGB values", got=np.asarray(value))
    return np.log(np.maximum(rgb, _DARKEST))
