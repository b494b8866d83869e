"""Face points without jitter and without lag.

Each frame is taken apart: where the whole head is (an affine view of the canonical face, fitted to the points that
expressions move least), and where each point is beside its place on that face. Both are believed as far as they
stand out of what cannot be explained:

- The head moves when the fit says so by more than it leaves unexplained. A blink, a hand or an expression disturbs
  the whole mesh by up to 1 % of the eye distance, but not rigidly, so it holds the head still; real motion of any
  speed that shows passes at once.
- Lips, lids, irises and brows follow at once when they, or one point of them, move by more than their own noise, and
  are averaged when they do not.
- Skin (cheeks, nose, jaw, forehead) rests at the person's own neutral shape, learned over two seconds. It moves only
  as far as the lips (jaw, cheeks) or the brows (forehead) explain it: a blink explains nothing, nor does a hand on
  the chin, while an opening mouth takes the jaw along.

Time comes from the frames, so any frame rate gives the same result. Our own derivation, related to what robust
statistics calls a redescending estimator; measured in benchmarks/face_stability.py.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon import models
from tryon.geometry.face_mesh import LEFT_BROW, RIGHT_BROW
from tryon.track import smoothing_kernel as kernel
from tryon.track.face_points import (
    LEFT_EYE_AND_BROW,
    LEFT_EYE_OUTER,
    LEFT_EYE_RIM,
    LEFT_IRIS,
    LIPS,
    MESH_POINTS,
    POINTS,
    RIGHT_EYE_AND_BROW,
    RIGHT_EYE_OUTER,
    RIGHT_EYE_RIM,
    RIGHT_IRIS,
)

_FRAME_S = 1.0 / 30.0
_LONGEST_FRAMES = 30.0
_LID_ROWS = 32  # of an eye output: the rim and the ring around it
_RIGHT_LID_SKIN = (113, 225, 224, 223, 222, 221, 189)  # between upper lid and brow
_LEFT_LID_SKIN = (342, 445, 444, 443, 442, 441, 413)
_NOSE_BASE, _LOWER_LIP = 2, 17
_BROW_TOPS = (105, 334)


class FaceModel:
    """What the smoother knows of any face: the canonical one, the kind of each point, and what moves it.

    face: (478, 3), outer eye corners 1 apart, y up. kinds: (478,) see `smoothing_kernel`. weights: (478,) in the fit
    of the head. by_mouth, by_brows: (478,) 0 to 1, how far mouth and brows take the skin along.
    """

    def __init__(self) -> None:
        with np.load(models.path("face_geometry")) as geometry:
            mesh = geometry["vertices_cm"].astype(np.float64)
        self.face = np.empty((POINTS, 3))
        self.face[:MESH_POINTS] = mesh
        self.face[RIGHT_IRIS] = mesh[RIGHT_EYE_RIM].mean(axis=0)
        self.face[LEFT_IRIS] = mesh[LEFT_EYE_RIM].mean(axis=0)
        self.face -= mesh.mean(axis=0)
        self.face /= np.linalg.norm(mesh[RIGHT_EYE_OUTER] - mesh[LEFT_EYE_OUTER])
        self.kinds = _kinds()
        skin = self.kinds == kernel.SOFT
        y = self.face[:, 1]
        eyes = y[[RIGHT_EYE_OUTER, LEFT_EYE_OUTER]].mean()
        brows = y[list(_BROW_TOPS)].mean()
        self.by_mouth = skin * _ramp((eyes - y) / (eyes - y[_NOSE_BASE]))
        self.by_brows = skin * _ramp((y - eyes) / (brows - eyes))
        # Measured over blinks pasted on still faces: the middle of the face moves by 0.8 % of the eye distance, lips
        # by 0.5 %, forehead by 1.7 %; the jaw opens.
        self.weights = np.where(skin, 1.0, 0.0)
        self.weights[LIPS] = 0.6
        self.weights[skin & (y > eyes)] = 0.3
        self.weights[skin & (y < y[_LOWER_LIP])] = 0.15


class FaceSmoother:
    """Smooths the points of one face."""

    def __init__(self, model: FaceModel) -> None:
        self._model = model
        self._view = np.zeros((2, 4))
        self._neutral = np.zeros((POINTS, 2))
        self._shape = np.zeros((POINTS, 2))
        self._depth = np.zeros(POINTS)
        self._scalars = np.zeros(kernel.SCALARS)
        self._time_s = 0.0

    def restart(self) -> None:
        """Forget what was seen so far."""
        self._scalars[:] = 0.0

    def smooth(self, points_px: NDArray[np.float32], time_s: float) -> NDArray[np.float32]:
        """(478, 3) float32 smoothed points in pixels of the frame at that time; the first come back as they are."""
        passed_s = time_s - self._time_s
        self._time_s = time_s
        frames = min(_LONGEST_FRAMES, max(0.0, passed_s / _FRAME_S))
        smoothed_px = np.empty((POINTS, 3), np.float32)
        model = self._model
        kernel.step(
            points_px,
            frames,
            model.face,
            model.kinds,
            model.weights,
            model.by_mouth,
            model.by_brows,
            self._view,
            self._neutral,
            self._shape,
            self._depth,
            self._scalars,
            smoothed_px,
        )
        return smoothed_px


def _kinds() -> NDArray[np.int8]:
    kinds = np.full(POINTS, kernel.SOFT, np.int8)
    kinds[LIPS] = kernel.LIPS
    kinds[RIGHT_EYE_AND_BROW[:_LID_ROWS]] = kernel.RIGHT_LIDS
    kinds[LEFT_EYE_AND_BROW[:_LID_ROWS]] = kernel.LEFT_LIDS
    kinds[list(_RIGHT_LID_SKIN)] = kernel.RIGHT_LIDS
    kinds[list(_LEFT_LID_SKIN)] = kernel.LEFT_LIDS
    kinds[list(RIGHT_BROW)] = kernel.RIGHT_BROW
    kinds[list(LEFT_BROW)] = kernel.LEFT_BROW
    kinds[RIGHT_IRIS] = kernel.RIGHT_IRIS
    kinds[LEFT_IRIS] = kernel.LEFT_IRIS
    return kinds


def _ramp(share: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(share, 0.0, 1.0)
    return clipped * clipped * (3.0 - 2.0 * clipped)
