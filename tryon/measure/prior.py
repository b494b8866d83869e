"""What is known of a head before its irises are seen: how large people's faces are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tryon.measure.estimate import Estimate
from tryon.measure.eyes import Eyes

#: Adults' pupillary distance 63 ± 3.6 mm (Dodgson 2004); breadth in front of the ears 140 ± 7 mm over skin (ANSUR II,
#: bitragion breadth, women and men), which the tracker's outline takes with 3 mm of what lies before them.
ADULT_PD_M, ADULT_FACE_WIDTH_M = 0.063, 0.143
_ADULT_SIGMA = 0.055  # both together: they go with each other, so two are hardly surer than one
_YOUNGER_SIGMA = 0.075  # toward small heads, where children are
# On portraits taken with unknown lenses, at 6 to 40 px of iris, face widths from irises alone spread by 10 % among
# adults, whose faces spread by 5 %: limbus, gaze, lens and retouching add 7 % to what the fit knows of its error. The
# iris source has drawn toward the population by the latter already; so that nothing counts twice, this much is left.
_PHOTO_SIGMA = 0.043
_CORNERS = ((33, 133), (362, 263))
_OUTLINE = (234, 454)


def likely(iris: Estimate, eyes: Eyes) -> Estimate:
    """The irises' answer, drawn toward an adult's face by how unsure it is on a photo."""
    pd_scale = eyes.scale_of(ADULT_PD_M)
    width_scale = ADULT_FACE_WIDTH_M / float(np.linalg.norm(eyes.mesh_m[_OUTLINE[1]] - eyes.mesh_m[_OUTLINE[0]]))
    adult = 0.5 * (math.log(pd_scale) + math.log(width_scale))
    seen = math.log(iris.scale)
    prior = 1.0 / (_ADULT_SIGMA if seen > adult else _YOUNGER_SIGMA) ** 2
    weight = 1.0 / (iris.scale_sigma**2 + _PHOTO_SIGMA**2)
    scale = math.exp((prior * adult + weight * seen) / (prior + weight))
    sigma = math.sqrt(1.0 / (prior + weight))
    return Estimate(scale, sigma, math.hypot(sigma, eyes.span_sigma), f"{iris.source} + average face")


def average_scale(mesh_m: NDArray[np.floating]) -> float:
    """By how much a tracked mesh must grow to be an average adult's, going by its eyes and its outline."""
    right, left = (mesh_m[list(pair)].mean(axis=0) for pair in _CORNERS)
    pd_m = float(np.linalg.norm(left - right))
    width_m = float(np.linalg.norm(mesh_m[_OUTLINE[1]] - mesh_m[_OUTLINE[0]]))
    scale = math.sqrt((ADULT_PD_M / max(pd_m, 1e-6)) * (ADULT_FACE_WIDTH_M / max(width_m, 1e-6)))
    return min(max(scale, 0.85), 1.15)
