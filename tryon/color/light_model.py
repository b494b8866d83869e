"""What is known about the light on a face before and beside its pixels: the mixture `tryon.color.light` inverts.

Everything is the natural logarithm of linear RGB, where a seen color is reflectance plus light. Each state of the
mixture is a linear Gaussian model of the nine numbers that can be observed (skin, whites of the eyes, frame mean),
so the light given a state is known in closed form. States multiply out: melanin; whether the white balance
worked; how shaded the eye is; whether the skin looks like skin at all.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tryon.color.illuminant import illuminant_linear
from tryon.color.skin import skin_albedo, spread_log

_LUMINANCE = np.ones(3)
_LUMINANCE_WEIGHTS = np.array([0.2126, 0.7152, 0.0722])
# From 6500 K to 4000 K: the direction in which a white balance errs most.
_WARM = np.log(illuminant_linear(4000.0).astype(np.float64)) - np.log(illuminant_linear(6500.0).astype(np.float64))
_TINT = np.array([-0.10, 0.04, -0.10])  # green against magenta at constant luminance

# Light: camera JPEGs show faces as if a white card at the face had 0.6 to 1.7 of full scale, to go
# by fair skin on the portraits of the test data (linear 0.3 to 0.6) over its measured reflectance.
_LIGHT_LUMINANCE, _LIGHT_LUMINANCE_SD = np.log(1.0), 0.50
# Cameras meter on faces, so deep skin is exposed higher: this share of its lower reflectance is made up.
_METERING = 0.1
# (share of pictures, sd along _WARM, sd along _TINT): white balance worked, and failed.
_WHITE_BALANCE = ((0.85, 0.30, 0.5), (0.15, 1.2, 1.5))

# Skin: where it was sampled may face the light more or less than the face as a whole.
_SKIN_SHADING_SD, _SKIN_NOISE_SD = 0.10, 0.03
# (share, sd in every channel): paint, a mask, a gray picture are not skin-colored.
_SKIN_STRANGE = ((0.97, 0.0), (0.03, 0.6))

# Whites of the eyes: about 0.55 reflectance, two thirds of it left between the lids; faintly warm. Median ratio of
# the upper samples to fair skin under soft light in the test portraits is about 1.
_SCLERA = np.log(0.36) + np.array([0.04, -0.01, -0.05])
# (share, log darkening, sd of luminance, sd per channel): the less light, the more lids and lashes are in it.
_SCLERA_SHADE = ((0.50, 0.0, 0.18, 0.06), (0.25, -0.45, 0.25, 0.12), (0.15, -0.95, 0.3, 0.25), (0.10, -1.7, 0.5, 0.5))

# Mean of the frame: scenes reflect about 0.15 and are gray on average, loosely.
_FRAME = np.full(3, np.log(0.15))
_FRAME_LUMINANCE_SD, _FRAME_CHANNEL_SD = 1.0, 0.18

# A little past both ends of what was measured, or the ends would pull toward the middle.
_MELANIN = np.linspace(-0.05, 1.05, 23)


@dataclass(frozen=True, slots=True, eq=False)
class Mixture:
    """The model for one set of observations, n = 3 (skin only), 6 or 9 numbers.

    J states differ in covariance, K in melanin.
    whiten: (J, n, n); expected: (J, K, n), already whitened; log_weight: (J,) of prior share and determinant.
    gain: (J, 3, n) and offset: (J, K, 3): light given the state = gain @ observed + offset.
    variance: (J,) of the log luminance of the light within a state.
    """

    whiten: NDArray[np.float64]
    expected: NDArray[np.float64]
    log_weight: NDArray[np.float64]
    gain: NDArray[np.float64]
    offset: NDArray[np.float64]
    variance: NDArray[np.float64]


@functools.cache
def mixture(*, sclera: bool, frame: bool) -> Mixture:
    """The mixture for skin and whichever other evidence there is; built once."""
    albedo = skin_albedo(_MELANIN)
    skin_means = np.log(albedo)
    darkness = np.log(albedo @ _LUMINANCE_WEIGHTS)
    light_means = np.repeat(_LIGHT_LUMINANCE - _METERING * (darkness - darkness.mean()), 3).reshape(-1, 3)
    spread = spread_log(0.5) + _covariance(luminance=_SKIN_SHADING_SD, channel=_SKIN_NOISE_SD)
    shades = _SCLERA_SHADE if sclera else ((1.0, 0.0, 0.0, 0.0),)
    states = []
    for balance, strange, shade in itertools.product(_WHITE_BALANCE, _SKIN_STRANGE, shades):
        light = _covariance(luminance=_LIGHT_LUMINANCE_SD, warm=balance[1], tint=balance[2], channel=0.01)
        means, noises = [skin_means], [spread + _covariance(channel=strange[1])]
        if sclera:
            means.append(np.broadcast_to(_SCLERA + shade[1], skin_means.shape))
            noises.append(_covariance(luminance=shade[2], channel=shade[3]))
        if frame:
            means.append(np.broadcast_to(_FRAME, skin_means.shape))
            noises.append(_covariance(luminance=_FRAME_LUMINANCE_SD, channel=_FRAME_CHANNEL_SD))
        expected_sum = np.hstack(means) + np.tile(light_means, len(means))
        states.append(_state(expected_sum, noises, light_means, light, balance[0] * strange[0] * shade[0]))
    whiten, expected, log_weight, gain, offset, variance = (np.stack(parts) for parts in zip(*states, strict=True))
    return Mixture(whiten, expected, log_weight, gain, offset, variance)


def _covariance(
    *, luminance: float = 0.0, warm: float = 0.0, tint: float = 0.0, channel: float = 0.0
) -> NDArray[np.float64]:
    """(3, 3) covariance of log RGB from standard deviations along named directions."""
    directions = ((_LUMINANCE, luminance), (_WARM, warm), (_TINT, tint))
    total = np.eye(3) * channel**2
    for direction, deviation in directions:
        total += np.outer(direction, direction) * deviation**2
    return total


def _state(
    expected: NDArray[np.float64],
    noises: list[NDArray[np.float64]],
    light_means: NDArray[np.float64],
    light: NDArray[np.float64],
    share: float,
) -> tuple[Any, ...]:  # arrays and numbers of one state, stacked by the caller
    """Whitening, expectation, weight, gain, offset and variance of one state; the usual conditional Gaussian."""
    count = len(noises)
    joint = np.tile(light, (count, count))
    for k, noise in enumerate(noises):
        joint[3 * k : 3 * k + 3, 3 * k : 3 * k + 3] += noise
    inverse = np.linalg.inv(joint)
    whiten = np.linalg.cholesky(inverse).T
    gain = np.tile(light, (1, count)) @ inverse
    offset = light_means - expected @ gain.T
    posterior = light - gain @ np.tile(light, (count, 1))
    log_weight = np.log(share) + np.log(np.diag(whiten)).sum()
    return whiten, expected @ whiten.T, log_weight, gain, offset, posterior.mean()
