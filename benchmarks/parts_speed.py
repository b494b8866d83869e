"""Milliseconds of the parts, hands, body and person trackers on one core.

Run: .venv/bin/python benchmarks/parts_speed.py

Frames are 1280 × 720 with one face (parts, person), a photo with two hands and one with one standing body. "run" is a
frame on which the parts network runs, "carry" one on which its last mask is moved along.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator

from _report import pin_to_one_core, report

pin_to_one_core()

import cv2  # noqa: E402  # after the core is chosen
import numpy as np  # noqa: E402
from _parsing import DATA  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from tryon.track import Tracker  # noqa: E402
from tryon.track.parts import PartsTracker  # noqa: E402
from tryon.track.person_alpha import person_alpha  # noqa: E402
from tryon.types import Frame  # noqa: E402

_WARM_UP, _RUNS = 3, 20
_HANDS = "bodies/hands/mediapipe_gesture/none/00c84257-800d-4032-9e64-e47eb97005f5.jpg"
_BODY = "bodies/viton_OOTDiffusion/model/051482_0.jpg"


def timed(call: Callable[[], object]) -> list[float]:
    """Milliseconds of each kept run."""
    for _ in range(_WARM_UP):
        call()
    times = []
    for _ in range(_RUNS):
        begun = time.perf_counter()
        call()
        times.append((time.perf_counter() - begun) * 1e3)
    return times


def frames(pixels: NDArray[np.uint8]) -> Iterator[Frame]:
    """One picture as an endless video at 30 frames a second."""
    return (Frame(pixels, index / 30.0, index) for index in itertools.count())


def read(name: str) -> NDArray[np.uint8]:
    """A picture of the shared test data."""
    return np.ascontiguousarray(cv2.imread(str(DATA / name))[:, :, ::-1])


def main() -> None:
    """Measure and print."""
    portrait = np.zeros((720, 1280, 3), np.uint8)
    portrait[:, 280:1000] = cv2.resize(read("faces/liveportrait_drv_d19.jpg"), (720, 720))
    still = Frame(portrait)
    faces = Tracker.load("face").track(still).faces
    samples = {}
    for name, options in (("run", {"mode": "video", "every": 1}), ("carry", {"mode": "video", "every": 10**6})):
        tracker, video = PartsTracker(**options), frames(portrait)
        samples[f"parts {name}"] = timed(lambda t=tracker, v=video: t.track(next(v), faces=faces))
    tracker = PartsTracker(mode="still")
    samples["parts still"] = timed(lambda: tracker.track(still, faces=faces))
    for task, qualities, name in (("hands", ("full", "lite"), _HANDS), ("body", ("lite", "full", "heavy"), _BODY)):
        for quality in qualities:
            other, video = Tracker.load(task, quality=quality), frames(read(name))
            samples[f"{task} {quality}"] = timed(lambda t=other, v=video: t.track(next(v)))
    person, video = Tracker.load("person"), frames(portrait)
    samples["person"] = timed(lambda: person.track(next(video)))
    mask = person.track(still).person
    assert mask is not None
    samples["person_alpha"] = timed(lambda: person_alpha(still, mask))
    report("parts_speed", input="1280x720 with one face; two hands; one body", warm_up=_WARM_UP, samples_ms=samples)


if __name__ == "__main__":
    main()
