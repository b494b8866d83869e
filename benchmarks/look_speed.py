"""Figure 1: a whole step with an eight-layer look, and face tracking alone, beside MediaPipe on the same frames.

One pinned core, 1280×720, frame by frame in turn: ours with the look, ours tracking only, MediaPipe Tasks 1.2.2
(VIDEO), MediaPipe 0.10.21 FaceMesh (refined). `cpu_ms` is the processor time of all our threads a frame, the parts
network's among it; steps are paced at 30 frames a second, as a camera's are.

    .venv/bin/python benchmarks/look_speed.py [VIDEO] [--look rose] [--frames 300] [--unpaced]

Without a video, scikit-image's astronaut is slid, turned and scaled.
"""

from __future__ import annotations

import argparse
import time

from _report import pin_to_one_core, report

pin_to_one_core()

import cv2  # noqa: E402  # threads are counted when these load
import numpy as np  # noqa: E402
from _peers import Peer  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from tryon import Frame, Look, Session, Tracker  # noqa: E402
from tryon.capture import open_source  # noqa: E402

_WARM_UP = 40


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("video", nargs="?")
    parser.add_argument("--look", default="rose")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--unpaced", action="store_true", help="as fast as it goes, without the camera's pauses")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    frames = _video(options.video, options.frames) if options.video else _portrait(options.frames)
    look = Look.load(options.look)
    times: dict[str, list[float]] = {name: [] for name in ("step", "step_track", "track", "tasks", "legacy")}
    cpu: list[float] = []
    with (
        Session(Tracker.load("face", max_faces=1), look) as session,
        Tracker.load("face", max_faces=1) as alone,
        Peer("tasks", frames) as tasks,
        Peer("legacy", frames) as legacy,
    ):
        for index, pixels in enumerate(frames):
            begun_s = time.perf_counter()
            frame = Frame(pixels, index / 30, index)
            cpu_s = time.process_time()
            session.step(frame)
            cpu.append((time.process_time() - cpu_s) * 1e3)
            times["step"].append(session.last.stage_ms["total"])
            times["step_track"].append(session.last.stage_ms["track"])
            alone_s = time.perf_counter()
            alone.track(frame)
            times["track"].append((time.perf_counter() - alone_s) * 1e3)
            times["tasks"].append(tasks.run(index)[0])
            times["legacy"].append(legacy.run(index)[0])
            if not options.unpaced:
                time.sleep(max(0.0, begun_s + 1 / 30 - time.perf_counter()))
        face = session.last.tracks.faces[0].landmarks.points_px
    kept = {name: values[_WARM_UP:] for name, values in times.items()}
    median = {name: float(np.median(values)) for name, values in kept.items()}
    report(
        "look_speed",
        input=f"{options.video or 'scikit-image astronaut in motion'}, 1280x720, {len(frames)} frames",
        warm_up=_WARM_UP,
        samples_ms=kept,
        figures={
            "step_over_tasks": round(median["step"] / median["tasks"], 3),
            "track_over_legacy": round(median["track"] / median["legacy"], 3),
            "cpu_ms_a_frame": round(float(np.mean(cpu[_WARM_UP:])), 2),
            "face_width_px": round(float(np.ptp(face[:, 0])), 0),
            "layers": len(look.layers),
        },
        look=look.name,
        paced=not options.unpaced,
    )


def _video(path: str, count: int) -> NDArray[np.uint8]:
    """(n, 720, 1280, 3) frames of a video, its height fitted, its width padded or cropped."""
    frames: list[NDArray[np.uint8]] = []
    with open_source(path) as source:
        for frame in source:
            scale = 720 / frame.height
            fitted = cv2.resize(frame.pixels, (round(frame.width * scale), 720), interpolation=cv2.INTER_AREA)
            canvas = np.full((720, 1280, 3), 90, np.uint8)
            width = min(1280, fitted.shape[1])
            left, cut = (1280 - width) // 2, (fitted.shape[1] - width) // 2
            canvas[:, left : left + width] = fitted[:, cut : cut + width]
            frames.append(canvas)
            if len(frames) == count:
                break
    return np.stack(frames)


def _portrait(count: int) -> NDArray[np.uint8]:
    """(n, 720, 1280, 3): the portrait swaying as a person before a webcam does, sensor noise on it."""
    from skimage.data import astronaut

    rng = np.random.default_rng(0)
    frames = np.empty((count, 720, 1280, 3), np.uint8)
    for index in range(count):
        t = index / 30
        turn = cv2.getRotationMatrix2D((220, 130), 5 * np.sin(1.3 * t), 2.6 + 0.15 * np.sin(0.7 * t))
        turn[:, 2] += (640 - 220 + 60 * np.sin(0.9 * t), 330 - 130 + 20 * np.sin(1.7 * t))
        picture = cv2.warpAffine(astronaut(), turn, (1280, 720), borderMode=cv2.BORDER_REPLICATE)
        frames[index] = np.clip(picture + rng.normal(0, 2, picture.shape), 0, 255)
    return frames


if __name__ == "__main__":
    main()
