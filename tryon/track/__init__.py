"""Finds people in frames: faces, bodies, hands, a person mask and a parts mask, each behind one `Tracker`."""

from tryon.track.tracker import TRACKERS, Stages, Tracker

__all__ = ["TRACKERS", "Stages", "Tracker"]
