"""Milliseconds to track one face at 1280×720 on one core, ours and MediaPipe's in turns on the same frames.

Prints one JSON object with the ratio of medians, per stage for ours. MediaPipe's packages are installed into
environments under TRYON_HOME/bench on first use.

    .venv/bin/python benchmarks/face_speed.py [--frames 300]
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from _report import pin_to_one_core, report

VIDEO = "liveportrait_src_s18.mp4"  # 1280×720, one face
WARM_UP = 30


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=280, help="frames to measure after the warm-up")
    wanted = parser.parse_args().frames
    core = pin_to_one_core()

    import numpy as np
    from _face_inputs import decoded
    from _peers import Peer

    from tryon.track import Tracker
    from tryon.types import Frame

    path = Path(__file__).resolve().parents[2] / "shared" / "data" / "video" / VIDEO
    frames, rate = decoded(path)
    order = [index % len(frames) for index in range(WARM_UP + wanted)]
    trackers = {
        "ours": Tracker.load("face", device="cpu"),
        "ours, one face": Tracker.load("face", device="cpu", max_faces=1),
        "ours, points only": Tracker.load("face", device="cpu", max_faces=1, pose=False, gate=False, smooth=False),
        "ours, high": Tracker.load("face", device="cpu", quality="high"),
        "ours, high, blendshapes": Tracker.load("face", device="cpu", quality="high", blendshapes=True),
    }
    times: dict[str, list[float]] = {name: [] for name in (*trackers, "legacy", "tasks")}
    stages: dict[str, list[float]] = {}
    with Peer("legacy", np.array(frames)) as legacy, Peer("tasks", np.array(frames)) as tasks:
        for count, index in enumerate(order):
            for name, tracker in trackers.items():
                frame = Frame(frames[index], time_s=(count + 1) / rate, index=count)
                begun = time.perf_counter()
                tracker.track(frame)
                times[name].append((time.perf_counter() - begun) * 1e3)
            for stage, ms in trackers["ours"].stage_ms.items():
                stages.setdefault(stage, []).append(ms)
            times["legacy"].append(legacy.run(index)[0])
            times["tasks"].append(tasks.run(index)[0])
    kept = {name: values[WARM_UP:] for name, values in times.items()}
    median = {name: statistics.median(values) for name, values in kept.items()}
    report(
        "face_speed",
        input=f"{VIDEO}, {len(frames)} frames 1280x720, one face, interleaved frame by frame",
        warm_up=WARM_UP,
        samples_ms=kept,
        figures={
            "ours_over_legacy": median["ours"] / median["legacy"],
            "points_only_over_legacy": median["ours, points only"] / median["legacy"],
            "high_over_tasks": median["ours, high"] / median["tasks"],
            "stages_median_ms": {stage: statistics.median(values) for stage, values in stages.items()},
        },
        core=core,
    )


if __name__ == "__main__":
    main()
