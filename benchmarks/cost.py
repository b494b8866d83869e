"""Figure 7: what the toolkit costs to start and to keep running.

Prints JSON: seconds of `import tryon` and of a first look on a photo in fresh processes with cached models, resident
memory of a face-and-look process, and its growth over 10,000 frames.

    .venv/bin/python benchmarks/cost.py [--frames 10000] [--look rose]
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from _report import report

_IMPORT = "import time; begun = time.perf_counter(); import tryon; print(time.perf_counter() - begun)"
_FIRST = """
import sys, time
begun = time.perf_counter()
import tryon
from tryon.capture import read_image
session = tryon.Session(tryon.Tracker.load("face"), tryon.Look.load(sys.argv[2]))
worn = session.step(read_image(sys.argv[1]))
assert session.last.tracks.faces
print(time.perf_counter() - begun)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--look", default="rose")
    parser.add_argument("--steady", help=argparse.SUPPRESS)  # the photo; run as a process of its own
    options = parser.parse_args()
    if options.steady:
        print(json.dumps(_steady(Path(options.steady), options.frames, options.look)))
        return
    photo = _photo()
    imports = [_seconds(_IMPORT) for _ in range(options.runs)]
    _seconds(_FIRST, str(photo), options.look)  # fills the disk cache and numba's, as `tryon models pull` does
    firsts = [_seconds(_FIRST, str(photo), options.look) for _ in range(options.runs)]
    steady = subprocess.run(
        [sys.executable, __file__, "--steady", str(photo), "--frames", str(options.frames), "--look", options.look],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    report(
        "cost",
        input=f"scikit-image astronaut 512x512; look {options.look}; {options.frames} frames of it moving",
        warm_up="one run; 500 frames",
        samples_ms={"import": [s * 1e3 for s in imports], "first_look_on_a_photo": [s * 1e3 for s in firsts]},
        figures=json.loads(steady.stdout.splitlines()[-1]),
    )


def _seconds(code: str, *arguments: str) -> float:
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _photo() -> Path:
    from skimage.data import astronaut

    from tryon import Frame
    from tryon.encode import write_image
    from tryon.resources import home

    path = home() / "bench" / "astronaut.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_image(path, Frame(astronaut()))
    return path


def _steady(path: Path, count: int, look: str) -> dict[str, float]:
    """Resident megabytes after 500 frames and after `count`, on a 720p picture that slides about."""
    import numpy as np

    from tryon import Frame, Look, Session, Tracker
    from tryon.capture import read_image

    photo = read_image(path).pixels
    canvas = np.full((720, 1280, 3), 90, np.uint8)
    resident: list[float] = []
    marks = {500, *(round(500 + (count - 500) * share) for share in (0.25, 0.5, 0.75)), count}
    begun_s = time.perf_counter()
    with Session(Tracker.load("face"), Look.load(look)) as session:
        for index in range(1, count + 1):
            pixels = canvas.copy()
            x = int(300 + 150 * np.sin(index / 40))
            pixels[100:612, x : x + 512] = photo
            session.step(Frame(pixels, index / 30, index - 1))
            if index in marks:
                gc.collect()
                resident.append(_resident_mb())
    return {
        "resident_mb": resident[0],
        "resident_mb_at_end": resident[-1],
        "growth_mb": resident[-1] - resident[0],
        "frames_per_s": round(count / (time.perf_counter() - begun_s), 1),
        **{f"resident_mb_mark_{i}": value for i, value in enumerate(resident)},
    }


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


if __name__ == "__main__":
    main()
