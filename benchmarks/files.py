"""What opening and writing files costs: an 8K JPEG, 720p video, and the largest picture that is let in.

Run: .venv/bin/python benchmarks/files.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _report import pin_to_one_core, report

RUNS = 15
FRAMES = 120
LARGEST = 13_300  # px a side: 176.9 megapixels, just under the limit

READ_LARGEST = """
import sys
from tryon.capture import read_image
read_image(sys.argv[1])
# Not getrusage: its peak is handed down from the process that started this one.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def main() -> None:
    """Measure and print."""
    pin_to_one_core()
    import numpy as np

    from tryon.capture import open_source, read_image
    from tryon.encode import VideoWriter, write_image
    from tryon.types import Frame

    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 255, (72, 128, 3), dtype=np.uint8)
    times: dict[str, list[float]] = {"read_8k_jpeg": [], "write_8k_jpeg": [], "decode_720p": [], "encode_720p": []}
    with tempfile.TemporaryDirectory() as folder:
        eight_k = Frame(coarse.repeat(60, axis=0).repeat(60, axis=1))
        for _ in range(RUNS + 1):
            times["write_8k_jpeg"].append(clock(lambda: write_image(Path(folder, "8k.jpg"), eight_k)))
            times["read_8k_jpeg"].append(clock(lambda: read_image(Path(folder, "8k.jpg"))))
        video = Path(folder, "a.mp4")
        hd = coarse.repeat(10, axis=0).repeat(10, axis=1)
        with VideoWriter(video, size=(1280, 720)) as writer:
            for index in range(FRAMES):
                frame = Frame(np.roll(hd, 4 * index, axis=1), time_s=index / 30)
                times["encode_720p"].append(clock(lambda frame=frame: writer.write(frame)))
        frames = iter(open_source(video))
        for _ in range(FRAMES):
            times["decode_720p"].append(clock(lambda: next(frames)))
        largest = Path(folder, "largest.jpg")
        write_image(largest, Frame(np.full((LARGEST, LARGEST, 3), 90, np.uint8)))
        command = [sys.executable, "-c", READ_LARGEST, str(largest)]
        root = Path(__file__).resolve().parents[1]
        peak_kb = int(subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout)
    report(
        "files",
        input="made here: 7680×4320 JPEG of 60 px blocks; 120 frames of moving 10 px blocks, x264 veryfast crf 18",
        warm_up="first run of each thrown away",
        samples_ms={name: values[1:] for name, values in times.items()},
        figures={"largest_picture_megapixels": LARGEST**2 / 1e6, "largest_picture_peak_gb": round(peak_kb / 1e6, 2)},
    )


def clock(call: object) -> float:
    """Milliseconds of one call."""
    start_s = time.perf_counter()
    call()  # type: ignore[operator]  # a callable without arguments
    return (time.perf_counter() - start_s) * 1e3


if __name__ == "__main__":
    main()
