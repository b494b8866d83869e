"""What each effect costs alone: every registered effect with its default parameters on one face at 1280×720.

One pinned core. Each effect paints a fresh canvas; setting the canvas up and measuring the light are timed apart.
`cpu` times are the thread's own, which a busy machine disturbs less than the clock.

    .venv/bin/python benchmarks/effect_speed.py [--face-px 280] [--runs 60]
"""

from __future__ import annotations

import argparse
import time

from _report import pin_to_one_core, report

pin_to_one_core()

import cv2  # noqa: E402  # threads are counted when these load
import numpy as np  # noqa: E402
from skimage import data  # noqa: E402

from tryon import Frame, Tracker  # noqa: E402
from tryon.effects import EFFECTS, Effect, Workspace  # noqa: E402
from tryon.effects.canvas import Canvas  # noqa: E402
from tryon.types import Tracks  # noqa: E402

_WARM_UP = 10
# Parameters that make an effect do its work where its defaults do nothing.
_ASKED: dict[str, dict[str, object]] = {"skin_smoothing": {"strength": 0.5, "evenness": 0.3}}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--face-px", type=float, default=280.0, help="width of the 478 points in the picture")
    parser.add_argument("--runs", type=int, default=60)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    frame, tracks = _scene(options.face_px)
    times: dict[str, list[float]] = {}
    workspace = Workspace()
    for reach in ("face", "head"):
        for _ in range(_WARM_UP + options.runs):
            begun_s = time.thread_time()
            canvas = Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=workspace, reach=reach)
            canvas_s = time.thread_time()
            canvas.light  # noqa: B018  # measured when asked for
            times.setdefault(f"canvas ({reach})", []).append((canvas_s - begun_s) * 1e3)
            times.setdefault(f"light ({reach})", []).append((time.thread_time() - canvas_s) * 1e3)
    for name in EFFECTS:
        effect = EFFECTS.get(name).parse(_ASKED.get(name, {}))
        times[name] = [_once(effect, frame, tracks, workspace) for _ in range(_WARM_UP + options.runs)]
    report(
        "effect_speed",
        input=f"scikit-image's astronaut at 1280×720, face {options.face_px:g} px wide, parts mask known",
        warm_up=_WARM_UP,
        samples_ms={name: values[_WARM_UP:] for name, values in times.items()},
        asked=_ASKED,
        clock="thread CPU time",
        cores=1,
    )


def _once(effect: Effect, frame: Frame, tracks: Tracks, workspace: Workspace) -> float:
    canvas = Canvas(frame, frame.pixels.copy(), tracks.faces[0], tracks, workspace=workspace, reach=effect.reach)
    canvas.light  # noqa: B018  # measured before the clock starts
    begun_s = time.thread_time()
    effect.paint(canvas, 1.0)
    return (time.thread_time() - begun_s) * 1e3


def _scene(face_px: float) -> tuple[Frame, Tracks]:
    photo = data.astronaut()
    with Tracker.load("face", max_faces=1) as tracker:
        points = tracker.track(Frame(photo)).faces[0].landmarks.points_px
    scale = face_px / float(np.ptp(points[:, 0]))
    x, y = points[1, :2] * scale
    place = np.array([[scale, 0, 640 - x], [0, scale, 400 - y]])
    frame = Frame(cv2.warpAffine(photo, place, (1280, 720), borderMode=cv2.BORDER_REPLICATE))
    with Tracker.load("face", max_faces=1) as face, Tracker.load("parts") as parts:
        tracks = face.track(frame)
        return frame, tracks | parts.track(frame)


if __name__ == "__main__":
    main()
