"""Finds hands: 21 points each, in pixels and metres, with the side they belong to."""

from __future__ import annotations

import numpy as np

from tryon.errors import ParameterError
from tryon.runtime import Device, shared_session
from tryon.track.follower import Followed, Follower
from tryon.track.hand_model import HandModel, HandReading
from tryon.track.one_euro import OneEuro
from tryon.track.tracker import TRACKERS, Stages, Tracker
from tryon.types import Frame, HandLandmarks, Tracks

QUALITIES = ("full", "lite")
# A hand at rest must not tremble; a fast one must not trail. Speeds are in hand sizes a second.
_MIN_CUTOFF_HZ, _SPEED_GAIN = 1.0, 8.0
# How fast the belief about the side follows the newest frame: one wrong frame must not swap hands.
_SIDE_SHARE = 0.2


@TRACKERS.register("hands")
class HandsTracker(Tracker):
    """Up to `max_hands` hands, each under an id that stays while the hand is in view.

    Args:
        quality: "full", or "lite" for about half the time.
        max_hands: Most hands to follow.
        smooth: Take the jitter out of videos.
    """

    def __init__(
        self, *, device: Device = "auto", quality: str = "full", max_hands: int = 4, smooth: bool = True
    ) -> None:
        if quality not in QUALITIES:
            raise ParameterError(f"quality: expected one of {', '.join(QUALITIES)}, got '{quality}'.")
        if max_hands < 1:
            raise ParameterError(f"max_hands: expected at least 1, got {max_hands}.")
        palm = shared_session("palm_detector" if quality == "full" else "palm_detector_lite", device=device)
        model = HandModel(palm, shared_session(f"hand_{quality}", device=device))
        self._follower: Follower[HandReading] = Follower(model.read, model.search, most=max_hands)
        self._smooth = smooth
        self._states: dict[int, _State] = {}

    def track(self, frame: Frame) -> Tracks:
        """The hands in a still, or in the next frame of a video."""
        stages = Stages()
        if frame.index == 0:
            self.reset()
        followed = self._follower.step(frame.pixels, closely=frame.index == 0)
        stages.mark("network")
        self._states = {hand.id: self._states.get(hand.id) or _State() for hand in followed}
        hands = tuple(self._hand(hand, frame.time_s) for hand in followed)
        stages.mark("smooth")
        self.stage_ms = stages.ms
        return Tracks(hands=hands)

    def reset(self) -> None:
        """Forget every hand."""
        self._follower.forget()
        self._states = {}

    def _hand(self, hand: Followed[HandReading], time_s: float) -> HandLandmarks:
        state, reading = self._states[hand.id], hand.reading
        state.right += (_SIDE_SHARE if state.seen else 1.0) * (reading.right - state.right)
        state.seen = True
        points_px, points_m = reading.points_px, reading.points_m
        if self._smooth:
            points_px = state.pixels.smooth(points_px, time_s, size=reading.next_square.side_px / 2.0)
            points_m = state.meters.smooth(points_m, time_s, size=float(max(np.ptp(points_m, axis=0).max(), 1e-3)))
        return HandLandmarks(hand.id, points_px, points_m, "right" if state.right > 0.5 else "left", reading.score)


class _State:
    """What is remembered of one hand."""

    __slots__ = ("meters", "pixels", "right", "seen")

    def __init__(self) -> None:
        self.pixels = OneEuro(min_cutoff_hz=_MIN_CUTOFF_HZ, speed_gain=_SPEED_GAIN)
        self.meters = OneEuro(min_cutoff_hz=_MIN_CUTOFF_HZ, speed_gain=_SPEED_GAIN)
        self.right = 0.5
        self.seen = False
