"""Shows a host application's own tracker in place of ours: anything with `track(frame) -> Tracks` will do.

python examples/own_tracker.py
"""

from skimage.data import astronaut

from tryon import Frame, Look, Session, Tracker
from tryon.types import Tracks


class EverySecondFrame:
    """Tracks on every second frame only, to save a phone's battery."""

    def __init__(self) -> None:
        self._inner = Tracker.load("face")
        self._last = Tracks()

    def track(self, frame: Frame) -> Tracks:
        """The tracks of this frame, or of the one before."""
        if frame.index % 2 == 0:
            self._last = self._inner.track(frame)
        return self._last


session = Session(EverySecondFrame(), Look.load("rose"))
for index in range(4):
    session.step(Frame(astronaut(), time_s=index / 30, index=index))
    print(f"frame {index}: {session.last.stage_ms['track']:.2f} ms of tracking")
