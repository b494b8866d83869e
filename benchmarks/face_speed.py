"""Milliseconds to track one face at 1280×720 on one core, ours and MediaPipe's in turns on the same frames.

Prints one JSON object with the ratio of medians, per stage for ours. MediaPipe's packages are installed into
environments under TRYON_HOME/bench on first use.

    .venv/bin/python benchmarks/face_speed.py [--frames 300]
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from _report import pin_to_one_core, report

VIDEO = "liveportrait_src_s18.mp4"  # 1280×720, one face
WARM_UP = 30
BLOCK = 10  # frames that each takes before the next one's turn


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
    trackers = {
        "ours": Tracker.load("face", device="cpu"),
        "ours, points only": Tracker.load("face", device="cpu", max_faces=1, pose=False, gate=False, smooth=False),
        "ours, high": Tracker.load("face", device="cpu", quality="high"),
        "ours, high, blendshapes": Tracker.load("face", device="cpu", quality="high", blendshapes=True),
    }
    stages: dict[str, list[float]] = {}

    def ours(name: str, count: int) -> float:
        frame = Frame(frames[count % len(frames)], time_s=(count + 1) / rate, index=count)
        begun = time.perf_counter()
        trackers[name].track(frame)
        passed_ms = (time.perf_counter() - begun) * 1e3
        if name == "ours" and count >= WARM_UP:
            for stage, ms in trackers[name].stage_ms.items():
                stages.setdefault(stage, []).append(ms)
        return passed_ms

    times: dict[str, list[float]] = {name: [] for name in (*trackers, "legacy", "tasks")}
    with Peer("legacy", np.array(frames)) as legacy, Peer("tasks", np.array(frames)) as tasks:
        takers: dict[str, Callable[[int], float]] = {name: partial(ours, name) for name in trackers}
        takers["legacy"] = lambda count: legacy.run(count % len(frames))[0]
        takers["tasks"] = lambda count: tasks.run(count % len(frames))[0]
        names = list(takers)
        for start in range(0, WARM_UP + wanted, BLOCK):
            for name in names:
                times[name] += [takers[name](count) for count in range(start, start + BLOCK)]
            names.append(names.pop(0))  # whoever comes first finds the caches as another left them
    kept = {name: values[WARM_UP:] for name, values in times.items()}
    median = {name: statistics.median(values) for name, values in kept.items()}
    fastest = {name: float(np.percentile(values, 10)) for name, values in kept.items()}
    report(
        "face_speed",
        input=f"{VIDEO}, {len(frames)} frames 1280x720, one face, in turns of {BLOCK} frames",
        warm_up=WARM_UP,
        samples_ms=kept,
        figures={
            "ours_over_legacy": median["ours"] / median["legacy"],
            # Free of other processes' time slices, where a machine is shared.
            "ours_over_legacy_fastest_tenth": fastest["ours"] / fastest["legacy"],
            "points_only_over_legacy": median["ours, points only"] / median["legacy"],
            "high_over_tasks": median["ours, high"] / median["tasks"],
            "stages_median_ms": {stage: statistics.median(values) for stage, values in stages.items()},
        },
        core=core,
    )


if __name__ == "__main__":
    main()
