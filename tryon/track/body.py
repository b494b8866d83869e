"""Finds bodies: 33 points each, feet included, in pixels and metres."""

from __future__ import annotations

import numpy as np

from tryon.errors import ParameterError
from tryon.runtime import Device, shared_session
from tryon.track.body_model import BodyModel, BodyReading
from tryon.track.follower import Followed, Follower
from tryon.track.one_euro import OneEuro
from tryon.track.tracker import TRACKERS, Stages, Tracker
from tryon.types import BodyLandmarks, Frame, Tracks

QUALITIES = ("lite", "full", "heavy")
# Light: a standing body must not tremble, a walking one must not trail. Speeds are in body sizes a second.
_MIN_CUTOFF_HZ, _SPEED_GAIN = 0.8, 12.0
# Table legs pass for bodies up to 79 px and 0.98 (video intel_one-by-one); of 60 people in photos none is below
# 0.92 when found.
_MIN_NEW_SCORE, _MIN_SIZE_PX = 0.85, 80.0


@TRACKERS.register("body")
class BodyTracker(Tracker):
    """Up to `max_bodies` bodies, each under an id that stays while the body is in view.

    Args:
        quality: "lite", "full" or "heavy"; each takes about half as long again as, and then three times, the one
            before.
        max_bodies: Most bodies to follow.
        smooth: Take the jitter out of videos.
    """

    def __init__(
        self, *, device: Device = "auto", quality: str = "full", max_bodies: int = 1, smooth: bool = True
    ) -> None:
        if quality not in QUALITIES:
            raise ParameterError(f"quality: expected one of {', '.join(QUALITIES)}, got '{quality}'.")
        if max_bodies < 1:
            raise ParameterError(f"max_bodies: expected at least 1, got {max_bodies}.")
        model = BodyModel(
            shared_session("pose_detector", device=device), shared_session(f"pose_{quality}", device=device)
        )
        self._follower: Follower[BodyReading] = Follower(
            model.read, model.search, most=max_bodies, min_new_score=_MIN_NEW_SCORE, min_size_px=_MIN_SIZE_PX
        )
        self._most = max_bodies
        self._smooth = smooth
        self._states: dict[int, tuple[OneEuro, OneEuro]] = {}

    def track(self, frame: Frame) -> Tracks:
        """The bodies in a still, or in the next frame of a video."""
        stages = Stages()
        if frame.index == 0:
            self.reset()
        followed = self._follower.step(frame.pixels, closely=frame.index == 0 and self._most > 1)
        stages.mark("network")
        self._states = {body.id: self._states.get(body.id) or (_filter(), _filter()) for body in followed}
        bodies = tuple(self._body(body, frame.time_s) for body in followed)
        stages.mark("smooth")
        self.stage_ms = stages.ms
        return Tracks(bodies=bodies)

    def reset(self) -> None:
        """Forget every body."""
        self._follower.forget()
        self._states = {}

    def _body(self, body: Followed[BodyReading], time_s: float) -> BodyLandmarks:
        reading = body.reading
        points_px, points_m = reading.points_px, reading.points_m
        if self._smooth:
            in_pixels, in_meters = self._states[body.id]
            points_px = in_pixels.smooth(points_px, time_s, size=reading.next_square.side_px / 2.5)
            points_m = in_meters.smooth(points_m, time_s, size=float(max(np.ptp(points_m, axis=0).max(), 0.1)))
        return BodyLandmarks(body.id, points_px, points_m, reading.visible, reading.score)


def _filter() -> OneEuro:
    return OneEuro(min_cutoff_hz=_MIN_CUTOFF_HZ, speed_gain=_SPEED_GAIN)
