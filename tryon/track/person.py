"""Finds how much of each pixel is a person."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tryon.errors import ParameterError
from tryon.runtime import Device, InferenceSession, shared_session
from tryon.track.crops import tensor
from tryon.track.parts_motion import inverse
from tryon.track.person_sample import Rectangle, fitted
from tryon.track.tracker import TRACKERS, Stages, Tracker
from tryon.types import Frame, PersonMask, Tracks

SHAPES = ("auto", "square", "landscape")
# Width over height from which the landscape network, 256 × 144, wastes less of its input than the square one.
_LANDSCAPE_ASPECT = 1.34


@TRACKERS.register("person")
class PersonTracker(Tracker):
    """A soft mask of everyone in the picture; see `person_alpha` for one at full size.

    Args:
        shape: "square" or "landscape" picks the network, "auto" by each picture's aspect.
        smooth: Share of the last mask kept where the new one is unsure, 0 (none) to below 1.
    """

    def __init__(self, *, device: Device = "auto", shape: str = "auto", smooth: float = 0.7) -> None:
        if shape not in SHAPES:
            raise ParameterError(f"shape: expected one of {', '.join(SHAPES)}, got '{shape}'.")
        if not 0.0 <= smooth < 1.0:
            raise ParameterError(f"smooth: expected 0 to below 1, got {smooth}.")
        self._device, self._shape, self._share = device, shape, smooth
        self._sessions: dict[str, InferenceSession] = {}
        self._last: NDArray[np.float32] | None = None

    def track(self, frame: Frame) -> Tracks:
        """The person mask of a still, or of the next frame of a video."""
        stages = Stages()
        if frame.index == 0:
            self.reset()
        session = self._session(frame)
        height, width = session.input_shape[:2]
        rectangle = Rectangle.whole(frame.pixels, width / height)
        crop = fitted(frame.pixels, rectangle, width, height)
        stages.mark("crop")
        (alpha,) = session.run(tensor([crop], 0.0, 1.0))
        stages.mark("network")
        steady = self._steadied(np.clip(alpha[0], 0.0, 1.0))
        mask = PersonMask(
            np.round(steady * np.float32(255.0)).astype(np.uint8), inverse(rectangle.image_from_crop(width, height))
        )
        stages.mark("smooth")
        self.stage_ms = stages.ms
        return Tracks(person=mask)

    def reset(self) -> None:
        """Forget the last mask."""
        self._last = None

    def _session(self, frame: Frame) -> InferenceSession:
        wide = frame.width >= _LANDSCAPE_ASPECT * frame.height
        landscape = self._shape == "landscape" or (self._shape == "auto" and wide)
        name = "selfie_landscape" if landscape else "selfie"
        if name not in self._sessions:
            self._sessions[name] = shared_session(name, device=self._device)
        return self._sessions[name]

    def _steadied(self, alpha: NDArray[np.float32]) -> NDArray[np.float32]:
        """The mask mixed with the last one: where the network is sure it stands, where it is not the last one does.

        Source: our derivation: a weight of 4 α (1 − α), the variance of a coin of that chance, scaled to 1 at α = ½.
        """
        last = self._last
        if last is not None and last.shape == alpha.shape and self._share > 0.0:
            unsure = np.float32(4.0) * alpha * (np.float32(1.0) - alpha)
            alpha = alpha + np.float32(self._share) * unsure * (last - alpha)
        self._last = alpha
        return alpha
